using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>Deadlines and quotas of a round.</summary>
/// <param name="States">Those that have a deadline of their own: somebody holds them, and it is not the entrant.</param>
/// <param name="Offices">Those that recommend, in the order of the tree.</param>
public sealed record RoundTermsView(Round Round, IReadOnlyList<ApprovalState> States, IReadOnlyDictionary<string, DateTime> Deadlines, IReadOnlyList<Organisation> Offices, IReadOnlyDictionary<Guid, int> Quotas);

/// <summary>办理期限与推荐名额: the terms of a round beside those of its form, set by the ministry.</summary>
sealed class ChangeTerms(JiqunDb db, ApprovalLibrary approvals, TimeProvider clock)
{
    public const int MostEntries = 1000;

    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<RoundTermsView?> Look(Guid id, Actor actor)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return null;
        var approval = approvals.Of(round.FormId);
        var ministry = actor.OrganisationId;
        var offices = approval.Steps.Any(s => s.Carries is Carried.Recommendation)
            ? await db.OrganisationsOf(actor).AsNoTracking().Where(o => o.Level == Level.Province || o.Level == Level.City && o.ParentId == ministry).ToListAsync() : [];
        return new RoundTermsView(
            round,
            [.. approval.States.Where(s => s.Holder.Count > 0 && !approval.IsDraft(s.Id))],
            await db.RoundDeadlines.Where(d => d.RoundId == id).ToDictionaryAsync(d => d.State, d => d.At),
            [.. OrganisationTree.Ordered(offices).Select(o => o.Organisation)],
            await db.RoundQuotas.Where(q => q.RoundId == id).ToDictionaryAsync(q => q.OrganisationId, q => q.Entries));
    }

    /// <param name="deadlines">By state, Beijing time as an input of type datetime-local has it; empty for none.</param>
    /// <param name="quotas">By organisation; empty for no limit.</param>
    /// <param name="version">Of the round, as the person saw it.</param>
    public async Task<Outcome<Round>> Run(Guid id, IReadOnlyDictionary<string, string> deadlines, IReadOnlyDictionary<Guid, string> quotas, int version, Actor actor)
    {
        if (await Look(id, actor) is not { } terms)
            return Refusals.Missing();
        if (terms.Round.Version != version)
            return Finding.Error("stale", null, Words.Of("terms-stale"));
        List<Finding> wrong =
        [
            .. deadlines.Keys.Except(terms.States.Select(s => s.Id)).Select(s => Finding.Error("unknown-state", null, Words.Of("unknown-state", Quote.Of(s)))),
            .. quotas.Keys.Except(terms.Offices.Select(o => o.Id)).Select(o => Finding.Error("unknown-office", null, Words.Of("unknown-office", o))),
        ];
        List<RoundDeadline> times = [];
        foreach (var state in terms.States)
        {
            if (deadlines.GetValueOrDefault(state.Id) is not { Length: > 0 } written)
                continue;
            if (Beijing.Read(written) is not { } at)
                wrong.Add(Finding.Error("deadline", $"deadline:{state.Id}", Words.Of("round-time-wrong")));
            else if (at <= terms.Round.OpensAt)
                wrong.Add(Finding.Error("deadline", $"deadline:{state.Id}", Words.Of("deadline-before-opening", Beijing.Shown(terms.Round.OpensAt))));
            else
                times.Add(new RoundDeadline { RoundId = id, State = state.Id, At = at });
        }
        List<RoundQuota> counts = [];
        foreach (var office in terms.Offices)
        {
            if (quotas.GetValueOrDefault(office.Id)?.Trim() is not { Length: > 0 } written)
                continue;
            if (int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var entries) && entries <= MostEntries)
                counts.Add(new RoundQuota { RoundId = id, OrganisationId = office.Id, Entries = entries });
            else
                wrong.Add(Finding.Error("quota", $"quota:{office.Id}", Words.Of("quota-wrong", MostEntries)));
        }
        if (wrong.Count > 0)
            return wrong;
        db.RemoveRange(await db.RoundDeadlines.Where(d => d.RoundId == id).ToListAsync());
        db.RemoveRange(await db.RoundQuotas.Where(q => q.RoundId == id).ToListAsync());
        await using var transaction = await db.Database.BeginTransactionAsync();
        terms.Round.Version++;
        db.Note(AuditAction.TermsChanged, actor.AccountId, id, clock.Now(), string.Join("; ", times.Select(t => $"{t.State}: {t.At:u}").Concat(counts.Select(c => $"{c.OrganisationId}: {c.Entries}"))));
        db.Tell(NoticeKind.RoundChanged, id, actor.AccountId, clock.Now(), Notice.Everyone);
        try
        {
            await db.SaveChangesAsync();
            db.AddRange(times);
            db.AddRange(counts);
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException why) when (!Database.IsFull(why))
        {
            return Finding.Error("stale", null, Words.Of("terms-stale"));
        }
        await transaction.CommitAsync();
        return terms.Round;
    }
}
