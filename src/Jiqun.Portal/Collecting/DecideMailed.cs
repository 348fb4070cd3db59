using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Collecting;

/// <summary>What a person may decide about a doubtful file.</summary>
public enum MailedDecision
{
    /// <summary>It is of an organisation that is there.</summary>
    Organisation,

    /// <summary>It is of a new one.</summary>
    New,

    /// <summary>It belongs nowhere.</summary>
    Aside,
}

/// <summary>A person says where a doubtful file belongs, or one that was set aside. The same decision again changes nothing.</summary>
sealed class DecideMailed(JiqunDb db, FormLibrary forms, FilledFiles filled, TakeIn take, TimeProvider clock)
{
    /// <param name="organisation">Of the first decision.</param>
    /// <param name="name">Of a new organisation, as is the next.</param>
    /// <param name="division">Code, name, or both.</param>
    public async Task<Outcome<MailedFile>> Run(Guid id, MailedDecision? decision, Guid? organisation, string name, string division, Actor actor, CancellationToken cancel)
    {
        if (await db.MailedFilesOf(actor).AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancel) is not { } file)
            return Refusals.Missing();
        if (decision is null || decision is MailedDecision.Organisation && organisation is null)
            return Finding.Error("mailed-decision", "decision", Words.Of("mailed-decision-none"));
        if (!file.IsUndecided)
            return file.DecidedBy is not null && IsSame(file, decision.Value, organisation) ? file : Finding.Error("stale", null, Words.Of("mailed-decided", Words.Of($"mailed-{file.State}")));
        if (decision is MailedDecision.Aside)
            return await SetAside(file, actor, cancel);
        if (!file.HasContent)
            return Finding.Error("missing", null, Words.Of("evidence-purged", Beijing.Shown(file.PurgedAt!.Value)));
        Destination to;
        if (decision is MailedDecision.Organisation)
        {
            to = new Destination(organisation);
        }
        else
        {
            var (named, placed) = (PlainName.Read(name, "name"), Placing.Read(division, "division"));
            if (named.Refused || placed.Refused)
                return (List<Finding>)[.. named.Refusal ?? [], .. placed.Refusal ?? []];
            to = new Destination(null, named.Value, placed.Value, MayMakeOffices: true);
        }
        var read = await Read(file, cancel);
        return read.Refused ? read.Refusal[0] : await take.Run(id, file.State, read.Value, to, actor.AccountId, isDecided: true, cancel);
    }

    /// <summary>The file, read. A refusal when that is not possible any more.</summary>
    public async Task<Outcome<FilledForm>> Read(MailedFile file, CancellationToken cancel)
    {
        var form = forms.Find(await db.Rounds.Where(r => r.Id == file.RoundId).Select(r => r.FormId).SingleAsync(cancel))!;
        using var content = new MemoryStream();
        await db.Copy(file.Digest!, content, cancel);
        return await filled.Read(form, file.Kind!.Value, content, clock.Today(), cancel);
    }

    static bool IsSame(MailedFile file, MailedDecision decision, Guid? organisation) => decision switch
    {
        MailedDecision.Organisation => file.OrganisationId == organisation,
        MailedDecision.New => file.State is MailedState.New,
        MailedDecision.Aside => file.State is MailedState.SetAside,
    };

    async Task<Outcome<MailedFile>> SetAside(MailedFile file, Actor actor, CancellationToken cancel)
    {
        if (file.State is MailedState.SetAside)
            return file;
        db.Attach(file);
        (file.State, file.DoneAt, file.DecidedBy) = (MailedState.SetAside, clock.Now(), actor.AccountId);
        db.Note(AuditAction.FileDecided, actor.AccountId, file.Id, file.DoneAt.Value, $"{file.State}");
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)                                 // a colleague was quicker
        {
            db.ChangeTracker.Clear();
            var now = await db.MailedFiles.AsNoTracking().SingleAsync(f => f.Id == file.Id, cancel);
            return Finding.Error("stale", null, Words.Of("mailed-decided", Words.Of($"mailed-{now.State}")));
        }
        return file;
    }
}
