using Jiqun.Portal.Accounts;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>What waits for a person.</summary>
/// <param name="Rounds">Rounds that concern them, the one that closes last first, with their own entry where there is one.</param>
/// <param name="Entries">Entries of organisations under theirs, the newest first; empty for a promotion organisation.</param>
public sealed record HomeView(IReadOnlyList<HomeView.RoundRow> Rounds, IReadOnlyList<HomeView.EntryRow> Entries, DateTime Now)
{
    /// <param name="Entry">Null where one's organisation has none.</param>
    public sealed record RoundRow(Round Round, Guid? Entry, EntryState? State, int Revision);

    /// <param name="SubmittedAt">Of the newest submission; null before the first.</param>
    public sealed record EntryRow(Guid Id, string Organisation, string Round, EntryState State, bool IsSample, DateTime? SubmittedAt);

    const int MostEntries = 200;

    public static async Task<HomeView> Of(JiqunDb db, Actor actor, DateTime now)
    {
        var own = actor.OrganisationId;
        var rounds = await (from r in db.RoundsOf(actor)
                            from e in db.Entries.Where(e => e.RoundId == r.Id && e.OrganisationId == own).DefaultIfEmpty()
                            orderby r.ClosesAt descending
                            select new RoundRow(r, e == null ? null : e.Id, e == null ? null : e.State, e == null ? 0 : e.Revision)).AsNoTracking().ToListAsync();
        if (actor.IsMember(Organisations.Level.Promoter))
            return new HomeView(rounds, [], now);
        var entries = await (from e in db.EntriesOf(actor)
                             join o in db.Organisations on e.OrganisationId equals o.Id
                             join r in db.Rounds on e.RoundId equals r.Id
                             orderby e.CreatedAt descending
                             select new { e.Id, Organisation = o.Name, Round = r.Name, e.State, e.IsSample }).Take(MostEntries).ToListAsync();
        var ids = entries.Select(e => e.Id).ToList();
        var submitted = await db.Submissions.Where(s => ids.Contains(s.EntryId)).GroupBy(s => s.EntryId).Select(g => new { g.Key, At = g.Max(s => s.At) }).ToDictionaryAsync(s => s.Key, s => s.At);
        return new HomeView(
            rounds,
            [.. entries.Select(e => new EntryRow(e.Id, e.Organisation, e.Round, e.State, e.IsSample, submitted.TryGetValue(e.Id, out var at) ? at : null))],
            now);
    }
}
