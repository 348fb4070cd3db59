using Jiqun.Portal.Accounts;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>What waits for a person.</summary>
/// <param name="Rounds">Rounds that concern them, the one that closes last first, with their own entry where there is one.</param>
/// <param name="Entries">Entries of organisations under theirs, the newest first; empty for a promotion organisation.</param>
/// <param name="Page">Of the entries.</param>
/// <param name="Pages">At least 1.</param>
public sealed record HomeView(IReadOnlyList<HomeView.RoundRow> Rounds, IReadOnlyList<HomeView.EntryRow> Entries, int Page, int Pages, DateTime Now)
{
    /// <param name="Entry">Null where one's organisation has none.</param>
    public sealed record RoundRow(Round Round, Guid? Entry, EntryState? State, int Revision);

    /// <param name="SubmittedAt">Of the newest submission; null before the first.</param>
    public sealed record EntryRow(Guid Id, string Organisation, string Round, EntryState State, bool IsSample, DateTime? SubmittedAt);

    const int PageLength = 50;

    /// <param name="page">Of the entries, from 1; what lies beyond the last is the last.</param>
    public static async Task<HomeView> Of(JiqunDb db, Actor actor, DateTime now, int page = 1)
    {
        var own = actor.OrganisationId;
        var rounds = await (from r in db.RoundsOf(actor)
                            from e in db.Entries.Where(e => e.RoundId == r.Id && e.OrganisationId == own).DefaultIfEmpty()
                            orderby r.ClosesAt descending
                            select new RoundRow(r, e == null ? null : e.Id, e == null ? null : e.State, e == null ? 0 : e.Revision)).AsNoTracking().ToListAsync();
        if (actor.IsMember(Organisations.Level.Promoter))
            return new HomeView(rounds, [], 1, 1, now);
        var pages = Math.Max(1, (await db.EntriesOf(actor).CountAsync() + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var entries = await (from e in db.EntriesOf(actor)
                             join o in db.Organisations on e.OrganisationId equals o.Id
                             join r in db.Rounds on e.RoundId equals r.Id
                             orderby e.CreatedAt descending, e.Id
                             select new { e.Id, Organisation = o.Name, Round = r.Name, e.State, e.IsSample }).Skip((page - 1) * PageLength).Take(PageLength).ToListAsync();
        var ids = entries.Select(e => e.Id).ToList();
        var submitted = await db.Submissions.Where(s => ids.Contains(s.EntryId)).GroupBy(s => s.EntryId).Select(g => new { g.Key, At = g.Max(s => s.At) }).ToDictionaryAsync(s => s.Key, s => s.At);
        return new HomeView(
            rounds,
            [.. entries.Select(e => new EntryRow(e.Id, e.Organisation, e.Round, e.State, e.IsSample, submitted.TryGetValue(e.Id, out var at) ? at : null))],
            page,
            pages,
            now);
    }
}
