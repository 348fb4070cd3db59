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

    /// <param name="Submission">The newest; null before the first.</param>
    public sealed record EntryRow(Guid Id, string Organisation, string Round, EntryState State, bool IsSample, Guid? Submission, DateTime? SubmittedAt);

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
                             from s in db.Submissions.Where(s => s.EntryId == e.Id && s.Number == db.Submissions.Where(x => x.EntryId == e.Id).Max(x => x.Number)).DefaultIfEmpty()
                             orderby e.CreatedAt descending
                             select new EntryRow(e.Id, o.Name, r.Name, e.State, e.IsSample, s == null ? null : s.Id, s == null ? null : s.At)).Take(MostEntries).ToListAsync();
        return new HomeView(rounds, entries, now);
    }
}
