using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Where a person begins: what waits for them, their rounds and entries.</summary>
/// <param name="Rounds">Rounds that concern them, the one that closes last first, with their own entry where there is one.</param>
/// <param name="Entries">Entries of organisations under theirs, the newest first; empty for a promotion organisation.</param>
/// <param name="Page">Of the entries.</param>
/// <param name="Pages">At least 1.</param>
public sealed record HomeView(IReadOnlyList<Waiting> Waiting, IReadOnlyList<HomeView.RoundRow> Rounds, IReadOnlyList<HomeView.EntryRow> Entries, int Page, int Pages, DateTime Now)
{
    /// <param name="Entry">Null where one's organisation has none.</param>
    /// <param name="Status">Name of the state in which the entry is; null without one.</param>
    public sealed record RoundRow(Round Round, Guid? Entry, EntryState? State, string? Status);

    /// <param name="SubmittedAt">Of the newest submission; null before the first.</param>
    public sealed record EntryRow(Guid Id, string Organisation, string Round, string Status, bool IsSample, DateTime? SubmittedAt);

    const int PageLength = 50;

    /// <param name="page">Of the entries, from 1; what lies beyond the last is the last.</param>
    internal static async Task<HomeView> Of(JiqunDb db, ReadCourse courses, Actor actor, DateTime now, int page = 1)
    {
        var own = actor.OrganisationId;
        var rounds = await (from r in db.RoundsOf(actor)
                            from e in db.Entries.Where(e => e.RoundId == r.Id && e.OrganisationId == own).DefaultIfEmpty()
                            orderby r.ClosesAt descending
                            select new RoundRow(r, e == null ? null : e.Id, e == null ? null : e.State, e == null ? null : e.Status)).AsNoTracking().ToListAsync();
        rounds = rounds.ConvertAll(r => r with { Status = r.Status is null ? null : courses.ApprovalOf(r.Round.FormId)[r.Status].Name.ToString() });
        var waiting = actor.Role is Role.Member ? await Notices.Waiting.Of(db, courses, actor, now) : [];
        if (actor.IsMember(Organisations.Level.Promoter))
            return new HomeView(waiting, rounds, [], 1, 1, now);
        var pages = Math.Max(1, (await db.EntriesOf(actor).CountAsync() + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var entries = await (from e in db.EntriesOf(actor)
                             join o in db.Organisations on e.OrganisationId equals o.Id
                             join r in db.Rounds on e.RoundId equals r.Id
                             orderby e.CreatedAt descending, e.Id
                             select new { e.Id, Organisation = o.Name, Round = r.Name, r.FormId, e.Status, e.IsSample }).Skip((page - 1) * PageLength).Take(PageLength).ToListAsync();
        var ids = entries.Select(e => e.Id).ToList();
        var submitted = await db.Submissions.Where(s => ids.Contains(s.EntryId)).GroupBy(s => s.EntryId).Select(g => new { g.Key, At = g.Max(s => s.At) }).ToDictionaryAsync(s => s.Key, s => s.At);
        return new HomeView(
            waiting,
            rounds,
            [.. entries.Select(e => new EntryRow(e.Id, e.Organisation, e.Round, courses.ApprovalOf(e.FormId)[e.Status].Name.ToString(), e.IsSample, submitted.TryGetValue(e.Id, out var at) ? at : null))],
            page,
            pages,
            now);
    }
}
