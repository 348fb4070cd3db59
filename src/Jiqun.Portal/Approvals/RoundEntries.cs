using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>An entry of a round as an office sees it.</summary>
/// <param name="Submission">Its last one; null when it was never submitted, and then nothing of it can be looked at.</param>
/// <param name="IsMine">It waits for this office.</param>
/// <param name="Deadline">Of the state that it is in, extensions among them; null when there is none.</param>
public sealed record RoundEntryRow(Guid Id, string Organisation, bool IsSample, ApprovalState State, Guid? Submission, DateTime? SubmittedAt, bool IsMine, DateTime? Deadline);

/// <summary>The entries of a round that an office sees.</summary>
/// <param name="Counts">Entries by state, in the order of the form's way.</param>
/// <param name="Rows">One page of those that were asked for.</param>
/// <param name="Steps">Those that can be taken with several at once.</param>
public sealed record RoundEntriesView(Round Round, IReadOnlyList<(ApprovalState State, int Count)> Counts, string? State, bool Mine, IReadOnlyList<RoundEntryRow> Rows, IReadOnlyList<ApprovalStep> Steps, bool MayRecommend, int Page, int Pages);

/// <summary>Reads which entries a round has and where they stand.</summary>
sealed class ReadRoundEntries(JiqunDb db, ReadCourse courses)
{
    public const int PageLength = 50;

    /// <param name="state">Only those; null for all.</param>
    /// <param name="mine">Only those that wait for this office.</param>
    /// <param name="page">From 1; what lies beyond the last is the last.</param>
    /// <returns>Refused when there is no such round, it is not for this person, or entries have no such state.</returns>
    public async Task<Outcome<RoundEntriesView>> Run(Guid id, string? state, bool mine, int page, Actor actor)
    {
        if (actor.IsMember(Level.Promoter) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return Refusals.Missing();
        var approval = courses.ApprovalOf(round.FormId);
        if (state is not null && approval.States.All(s => s.Id != state))
            return Finding.Error("unknown-state", "state", Words.Of("unknown-state", Quote.Of(state)));
        // the ministry knows of drafts that they are there
        var visible = (actor.IsMember(Level.Ministry) ? db.EntriesToExtend(actor) : db.EntriesOf(actor)).Where(e => e.RoundId == id);
        var counts = await visible.GroupBy(e => e.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
        var office = ReadCourse.OfficeOf(actor.Level!.Value);
        var held = courses.HeldBy(actor, approval);
        var wanted = visible.Where(e => (state == null || e.Status == state) && (!mine || held.Any(h => h.Id == e.Id)));
        var pages = Math.Max(1, (await wanted.CountAsync() + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var deadlines = await db.RoundDeadlines.Where(d => d.RoundId == id).ToDictionaryAsync(d => d.State, d => d.At);
        var rows = await (from e in wanted
                          join o in db.Organisations on e.OrganisationId equals o.Id
                          orderby o.DivisionCode, o.Name, e.Id
                          select new
                          {
                              e.Id,
                              o.Name,
                              e.IsSample,
                              e.Status,
                              IsMine = held.Any(h => h.Id == e.Id),
                              Last = db.Submissions.Where(s => s.EntryId == e.Id && s.Number == e.Submissions).Select(s => new { s.Id, s.At }).FirstOrDefault(),
                              Extended = db.Extensions.Where(x => x.EntryId == e.Id && x.State == e.Status).Max(x => (DateTime?)x.Until),
                          }).Skip((page - 1) * PageLength).Take(PageLength).ToListAsync();
        return new RoundEntriesView(
            round,
            [.. approval.States.Where(s => counts.ContainsKey(s.Id)).Select(s => (s, counts[s.Id]))],
            state,
            mine,
            rows.ConvertAll(r => new RoundEntryRow(
                r.Id, r.Name, r.IsSample, approval[r.Status], r.Last?.Id, r.Last?.At, r.IsMine,
                Later(approval.IsDraft(r.Status) ? round.ClosesAt : deadlines.TryGetValue(r.Status, out var at) ? at : (DateTime?)null, r.Extended))),
            [.. approval.Steps.Where(s => s.Carries is Carried.Nothing && IsFor(s))],
            approval.Steps.Any(s => s.Carries is Carried.Recommendation && IsFor(s)),
            page,
            pages);

        bool IsFor(ApprovalStep step) => (step.By ?? approval[step.From[0]].Holder) is var takers && (takers[0] == office || takers.Contains(office) && IsUnderMinistry(actor));
    }

    /// <summary>A city of 计划单列市: it does what the province would.</summary>
    static bool IsUnderMinistry(Actor actor) => Organisation.Along(actor.Path!).Count() == 2;

    static DateTime? Later(DateTime? general, DateTime? extended) => general is null || !(extended > general) ? general : extended;
}
