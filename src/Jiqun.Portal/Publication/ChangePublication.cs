using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Publication;

/// <summary>The publication of a round, as the ministry sees it.</summary>
/// <param name="Set">What is set; null when nothing was set yet.</param>
/// <param name="IsPublic">Everybody sees it now.</param>
/// <param name="Acceptable">The form's way has a state in which entries are accepted.</param>
/// <param name="OpenComments">Those that nobody has dealt with.</param>
public sealed record PublicationView(Round Round, Form Form, RoundPublication? Set, bool IsPublic, bool Acceptable, int Comments, int OpenComments);

/// <summary>What came of a wish to change a publication.</summary>
/// <param name="ToConfirm">What would become public; it is done only once the person has said yes. None when it was done.</param>
sealed record PublicationChange(IReadOnlyList<string> ToConfirm);

/// <summary>Sets what of a round everybody may see, against the version that the person saw. Whatever makes something public is confirmed.</summary>
sealed class ChangePublication(JiqunDb db, FormLibrary forms, ApprovalLibrary approvals, ReadPublished read, TimeProvider clock)
{
    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<PublicationView?> Look(Guid id, Actor actor)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return null;
        var set = await db.Publications.AsNoTracking().SingleOrDefaultAsync(p => p.RoundId == id);
        var comments = db.CommentsOf(actor).Where(c => c.RoundId == id);
        return new PublicationView(
            round, forms.Find(round.FormId)!, set, set is { IsOn: true } && set.Period.Has(clock.Today()), approvals.Of(round.FormId).States.Any(s => s.IsAccepted),
            await comments.CountAsync(), await comments.CountAsync(c => c.DoneAt == null));
    }

    /// <param name="confirmed">The person has seen what becomes public.</param>
    public async Task<Outcome<PublicationChange>> Run(Guid id, PublicationInput input, bool confirmed, Actor actor, CancellationToken stop)
    {
        if (await Look(id, actor) is not { } view)
            return Refusals.Missing();
        if ((view.Set?.Version ?? 0) != input.Version)
            return Stale();
        var outcome = input.Read(view.Form, clock.Today());
        if (outcome.Refused)
            return outcome.Refusal.ToList();
        var terms = outcome.Value;
        if (terms.IsOn && !view.Acceptable)
            return Finding.Error("publication-no-state", null, Words.Of("publication-no-state"));
        if (terms.IsOn && !confirmed)
            return new PublicationChange(Consequences(await read.Of(view.Round, terms, stop)));

        var fields = string.Join(' ', terms.Fields.Select(f => f.Id));
        var changes = Changes(view.Set, terms, fields);
        if (changes.Count == 0)
            return new PublicationChange([]);
        if (view.Set is { } set)
        {
            db.Attach(set);
            (set.IsOn, set.FirstDay, set.LastDay, set.Fields, set.Introduction) = (terms.IsOn, terms.Period.First, terms.Period.Last, fields, terms.Introduction);
            set.Version++;
        }
        else
        {
            db.Add(new RoundPublication { RoundId = id, IsOn = terms.IsOn, FirstDay = terms.Period.First, LastDay = terms.Period.Last, Fields = fields, Introduction = terms.Introduction, Version = 1 });
        }
        db.Note(AuditAction.PublicationChanged, actor.AccountId, id, clock.Now(), string.Join("; ", changes));
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException why) when (!Database.IsFull(why))              // a colleague was quicker
        {
            db.ChangeTracker.Clear();
            return Stale();
        }
        return new PublicationChange([]);
    }

    static Finding Stale() => Finding.Error("stale", null, Words.Of("publication-stale"));

    static List<string> Consequences(PublishedRound would)
    {
        var hidden = would.Hidden.Count();
        List<string> said =
        [
            Words.Of("publication-says-when", Beijing.Day(would.Terms.Period.First), Beijing.Day(would.Terms.Period.Last), would.Terms.Period.WorkingDays),
            Words.Of("publication-says-what", would.Entries.Count, string.Join('、', would.Terms.Fields.Select(f => f.Name))),
        ];
        if (would.Terms.Period.IsShort)
            said.Add(Words.Of("publication-says-short", would.Terms.Period.WorkingDays));
        if (would.Entries.Count == 0)
            said.Add(Words.Of("publication-says-none"));
        if (hidden > 0)
            said.Add(Words.Of("publication-says-hidden", hidden));
        said.Add(Words.Of("publication-says-copied"));
        return said;
    }

    /// <summary>For the audit row.</summary>
    static List<string> Changes(RoundPublication? before, PublicationTerms terms, string fields)
    {
        List<string> changes = [];
        Add("on", before is { IsOn: true } ? "yes" : "no", terms.IsOn ? "yes" : "no");
        Add("days", before?.Period.ToString() ?? "", terms.Period.ToString());
        Add("fields", before?.Fields ?? "", fields);
        if (terms.Introduction != (before?.Introduction ?? ""))
            changes.Add($"introduction: {before?.Introduction.Length ?? 0} → {terms.Introduction.Length} characters");
        return changes;

        void Add(string what, string from, string to)
        {
            if (from != to)
                changes.Add($"{what}: {from} → {to}");
        }
    }
}
