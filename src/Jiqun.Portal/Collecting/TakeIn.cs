using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Collecting;

/// <summary>Where a file goes: to an organisation that is there, or to a new one.</summary>
/// <param name="Organisation">Null for a new one.</param>
/// <param name="Name">Of a new one.</param>
/// <param name="Division">Of a new one, six digits.</param>
/// <param name="MayMakeOffices">The offices over a new one are made, too, where they are not there.</param>
sealed record Destination(Guid? Organisation, string Name = "", string Division = "", bool MayMakeOffices = false);

/// <summary>
/// Puts a filled form to an entry, in one transaction: the organisation and the entry where they are not there, the file among those of the entry, and its answers where
/// the entry has none. What somebody wrote is never overwritten: its people take from the file what they want.
/// </summary>
sealed class TakeIn(Database database, FormLibrary forms, ApprovalLibrary approvals, SaveAnswers save, TimeProvider clock)
{
    /// <summary>Times that it begins anew because others changed something meanwhile.</summary>
    const int MostTries = 10;

    /// <summary>What was done, by code (<see cref="MailedFile.Why"/>): answers were taken; the file was put there, for its people to look at; it was there already; the entry is submitted.</summary>
    internal const string Taken = "taken", Offered = "offered", There = "there", Submitted = "submitted";

    /// <summary>Why not: the office over a new organisation is not there.</summary>
    internal const string NoOffice = "no-office";

    /// <param name="from">State in which the file is to be.</param>
    /// <param name="by">Whose account it is done under.</param>
    /// <param name="isDecided">A person decided it.</param>
    /// <returns>The file as it is afterwards, also when others were quicker. A refusal when it cannot be put there now: why.</returns>
    public async Task<Outcome<MailedFile>> Run(Guid fileId, MailedState from, FilledForm filled, Destination to, Guid by, bool isDecided, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = database.Open();
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            var file = await db.MailedFiles.SingleAsync(f => f.Id == fileId, stop);
            if (file.State != from)
                return file;
            try
            {
                var put = await Put(db, file, filled, to, by);
                if (put.Refused)
                    return put.Refusal[0];
                if (put.Value)
                {
                    file.DoneAt = clock.Now();
                    file.DecidedBy = isDecided ? by : null;
                    db.Note(isDecided ? AuditAction.FileDecided : AuditAction.FileCollected, by, file.Id, file.DoneAt.Value, $"{file.State} {file.Why} {file.EntryId}");
                    await db.SaveChangesAsync(stop);
                    await transaction.CommitAsync(stop);
                    return file;
                }
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
            }
            if (attempt >= MostTries)
                return Finding.Error("busy", null, Words.Of("entry-busy"));
        }
    }

    /// <returns>False when somebody changed the entry at this moment.</returns>
    async Task<Outcome<bool>> Put(JiqunDb db, MailedFile file, FilledForm filled, Destination to, Guid by)
    {
        var now = clock.Now();
        var round = await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == file.RoundId);
        if (to.Organisation is { } there && await OpenEntry.Heads(db, db.Entries.Where(e => e.RoundId == round.Id && e.OrganisationId == there)).SingleOrDefaultAsync() is { } entry)
            return await ToEntry(db, file, filled, entry, by, now);
        if (round.WhyClosed(now) is { } closed)
            return closed;
        var organisation = to.Organisation is { } id ? await db.Organisations.SingleOrDefaultAsync(o => o.Id == id && o.Level == Level.Promoter) ?? (Outcome<Organisation>)Refusals.Missing() : await Made(db, to, by, now);
        if (organisation.Refused)
            return organisation.Refusal[0];
        var entrants = await (from e in db.RoundEntrants where e.RoundId == round.Id join o in db.Organisations on e.OrganisationId equals o.Id select o.Path).ToListAsync();
        if (entrants.Count > 0 && !entrants.Any(p => organisation.Value.Path.StartsWith(p, StringComparison.Ordinal)))
            return Finding.Error("not-entrant", null, Words.Of("mailbox-not-entrant", organisation.Value.Name));

        var made = BeginEntry.Add(db, approvals, round, organisation.Value.Id, by, now);
        var head = new EntryHead(
            made.Id, organisation.Value.Id, organisation.Value.Name, made.State, made.Status, 0, 0, made.IsSample, round.Id, round.Name, round.FormId, round.BaseYear, round.OpensAt, round.ClosesAt, MayEnter: true, round.KeepMonths);
        made.Revision = await Answer(db, file, filled, head, by, now);
        (file.State, file.Why, file.OrganisationId, file.EntryId) = (MailedState.New, Taken, head.OrganisationId, head.Id);
        return true;
    }

    async Task<Outcome<bool>> ToEntry(JiqunDb db, MailedFile file, FilledForm filled, EntryHead entry, Guid by, DateTime now)
    {
        (file.OrganisationId, file.EntryId) = (entry.OrganisationId, entry.Id);
        file.State = MailedState.Matched;
        if (entry.State is EntryState.Submitted)
        {
            file.Why = Submitted;
            return true;
        }
        if (await db.Evidence.Where(e => e.EntryId == entry.Id && e.Digest == file.Digest && e.PutAwayAt == null).Select(e => (Guid?)e.Id).FirstOrDefaultAsync() is { } earlier)
        {
            (file.Why, file.EvidenceId) = (There, earlier);
            return true;
        }
        if (entry.WhyClosed(now) is { } closed)
            return closed;
        var sizes = await db.Evidence.Where(e => e.EntryId == entry.Id).Select(e => e.Size).ToListAsync();
        if (sizes.Count >= AttachEvidence.MostFiles || sizes.Sum() + file.Size > AttachEvidence.LargestTogether)
            return Finding.Error("evidence-many", null, Words.Of("evidence-many", AttachEvidence.MostFiles, AttachEvidence.LargestTogether >> 20));
        var isEmpty = entry.Submissions == 0 && !await db.Answers.AnyAsync(a => a.EntryId == entry.Id);
        file.Why = isEmpty ? Taken : Offered;
        var revision = isEmpty ? await Answer(db, file, filled, entry, by, now) : Attach(db, file, entry, by, now);
        if (file.EvidenceId is { } attached)
            db.Tell(NoticeKind.FormMailed, attached, by, now, entry.OrganisationId);
        return await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE entry SET revision = {revision}
            WHERE id = {entry.Id} AND revision = {entry.Revision} AND state = 'Draft' AND (extended_to > {now} OR EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > {now}))
            """) == 1;
    }

    /// <summary>Adds a new organisation; the one of this very name where there is one.</summary>
    static async Task<Outcome<Organisation>> Made(JiqunDb db, Destination to, Guid by, DateTime now)
    {
        var name = PlainName.Read(to.Name, "name");
        if (name.Refused)
            return name.Refusal[0];
        var office = to.MayMakeOffices ? await Offices.Make(db, to.Division, by, now) : await Offices.Over(db, to.Division);
        if (office is null || Divisions.Of(to.Division) is not { } division || Placing.Misfit(division, Level.Promoter, office) is not null)
            return Finding.Error(NoOffice, "division", Words.Of("mailbox-no-office", Placing.Shown(to.Division)));
        return await db.Organisations.SingleOrDefaultAsync(o => o.ParentId == office.Id && o.Name == name.Value) is not { } there ? MakeOrganisation.Add(db, office, Level.Promoter, name.Value, division.Code, by, now)
            : there.Level is Level.Promoter ? there : MakeOrganisation.Taken(name.Value);
    }

    /// <summary>Adds the file to those of the entry.</summary>
    /// <returns>Revision of the entry then.</returns>
    static int Attach(JiqunDb db, MailedFile file, EntryHead entry, Guid by, DateTime now)
    {
        var evidence = new EvidenceFile
        {
            Id = Guid.CreateVersion7(now),
            EntryId = entry.Id,
            Field = "",
            Name = PlainName.OfFile(file.Name, EvidenceKinds.Endings(file.Kind!.Value)),
            Kind = file.Kind.Value,
            Digest = file.Digest!,
            Size = file.Size,
            IsOrigin = true,
            At = now,
            AccountId = by,
        };
        db.Evidence.Add(evidence);
        db.Note(AuditAction.EvidenceAttached, by, evidence.Id, now, evidence.Digest);
        file.EvidenceId = evidence.Id;
        return entry.Revision + 1;
    }

    /// <summary>Adds the file to an entry without answers, and all that it says.</summary>
    /// <returns>Revision of the entry then.</returns>
    async Task<int> Answer(JiqunDb db, MailedFile file, FilledForm filled, EntryHead entry, Guid by, DateTime now)
    {
        var before = Draft.Of(Attach(db, file, entry, by, now), []);
        var (changed, _, _) = await save.Judge(entry, before, [.. FromFile.Offered(forms.Find(entry.FormId)!, filled, before).Select(o => o.Wish)], isWhole: false);
        if (changed.Count == 0)
            return before.Revision;
        var changes = save.Made(before, changed, entry, by, now);
        db.AddRange(changes);
        db.AddRange(changes.Select(c => new Answer { EntryId = entry.Id, Field = c.Field, Code = c.Code, Written = c.After, Version = c.Number }));
        db.AddRange(changes.Select(c => new ChangeOrigin { EntryId = entry.Id, Number = c.Number, EvidenceId = file.EvidenceId!.Value }));
        db.Note(AuditAction.AnswersChanged, by, entry.Id, now, SaveAnswers.Described(changed), digest: ChangeDigest.OfAll(changes.ConvertAll(c => c.Digest)));
        return changes[^1].Number;
    }
}
