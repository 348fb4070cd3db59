using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>What came of a wish to change a round.</summary>
/// <param name="ToConfirm">What the change would do; it is made only once the person has said yes. None when it was made.</param>
sealed record RoundChange(Round Round, IReadOnlyList<string> ToConfirm);

/// <summary>Changes a round's terms, against the version that the person saw. With entries, the form stays and the rest is confirmed.</summary>
sealed class ChangeRound(JiqunDb db, FormLibrary forms, TimeProvider clock)
{
    /// <param name="confirmed">The person has seen what it does.</param>
    public async Task<Outcome<RoundChange>> Run(Guid id, RoundInput input, bool confirmed, Actor actor)
    {
        if (!actor.IsMember(Level.Ministry))
            return Refusals.NotAllowed();
        if (await db.RoundsOf(actor).SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return Refusals.Missing();
        var present = await db.RoundEntrants.Where(e => e.RoundId == id).ToListAsync();
        if (round.Version != input.Version)
            return Stale(round, present.Count);
        var read = input.Read(forms);
        if (read.Refused)
            return read.Refusal.ToList();
        var (terms, now, before) = (read.Value, clock.Now(), present.Select(e => e.OrganisationId).ToHashSet());
        var wrong = await MakeRound.Wrong(db, terms, id, actor);
        if (terms.Form.Id != round.FormId && await db.PresentIn(id, actor).AnyAsync())
            wrong.Add(Finding.Error("form-in-use", "form", Words.Of("round-form-in-use", round.FormId)));
        if (wrong.Count > 0)
            return wrong;
        if (!confirmed && await RoundConsequences.Of(db, round, before, terms, actor, now) is { Count: > 0 } consequences)
            return new RoundChange(round, consequences);

        var changes = Changes(round, before, terms);
        if (changes.Count == 0)
            return new RoundChange(round, []);
        (round.Name, round.BaseYear, round.OpensAt, round.ClosesAt, round.KeepMonths) = (terms.Name, terms.BaseYear, terms.OpensAt, terms.ClosesAt, terms.KeepMonths);
        if (terms.Form.Id != round.FormId)
            (round.FormId, round.FormDigest) = (terms.Form.Id, terms.Form.Digest);
        round.Version++;
        db.RemoveRange(present.Where(e => !terms.Entrants.Contains(e.OrganisationId)));
        db.AddRange(terms.Entrants.Except(before).Select(e => new RoundEntrant { RoundId = id, OrganisationId = e }));
        db.Note(AuditAction.RoundChanged, actor.AccountId, id, now, string.Join("; ", changes));
        db.Tell(NoticeKind.RoundChanged, id, actor.AccountId, now, Notice.Everyone);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException quicker)                                    // a colleague was
        {
            db.ChangeTracker.Clear();
            if (await db.Rounds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } there)
                return Refusals.Missing();
            if (there.Version == input.Version)
                return await MakeRound.Wrong(db, terms, id, actor) is { Count: > 0 } gone ? gone : throw new InvalidOperationException(quicker.Message, quicker);
            return Stale(there, await db.RoundEntrants.CountAsync(e => e.RoundId == id));
        }
        return new RoundChange(round, []);
    }

    static Finding Stale(Round now, int entrants) => Finding.Error("stale", null, Words.Of(
        "round-stale", now.Name, now.FormId, now.BaseYear, Beijing.Shown(now.OpensAt), Beijing.Shown(now.ClosesAt), entrants == 0 ? Words.Of("round-all") : Words.Of("round-chosen", entrants)));

    /// <summary>For the audit row.</summary>
    static List<string> Changes(Round round, HashSet<Guid> before, RoundTerms terms)
    {
        List<string> changes = [];
        Add("name", round.Name, terms.Name);
        Add("form", round.FormId, terms.Form.Id);
        Add("baseYear", $"{round.BaseYear}", $"{terms.BaseYear}");
        Add("opensAt", $"{round.OpensAt:u}", $"{terms.OpensAt:u}");
        Add("closesAt", $"{round.ClosesAt:u}", $"{terms.ClosesAt:u}");
        Add("keepMonths", $"{round.KeepMonths}", $"{terms.KeepMonths}");
        if (!before.SetEquals(terms.Entrants))
            changes.Add($"entrants: +{terms.Entrants.Except(before).Count()} −{before.Except(terms.Entrants).Count()} = {terms.Entrants.Count}");
        return changes;

        void Add(string what, string from, string to)
        {
            if (from != to)
                changes.Add($"{what}: {from} → {to}");
        }
    }
}
