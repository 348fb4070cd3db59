using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>A round as the ministry sees it.</summary>
/// <param name="Entrants">Organisations under which one may enter, in the order of the tree; none for all.</param>
public sealed record RoundView(Round Round, IReadOnlyList<Organisation> Entrants, int Drafts, int Submitted, DateTime Now)
{
    public static async Task<IReadOnlyList<RoundView>> Of(JiqunDb db, IQueryable<Round> rounds, Actor actor, DateTime now)
    {
        List<RoundView> views = [];
        foreach (var round in await rounds.AsNoTracking().OrderByDescending(r => r.ClosesAt).ToListAsync())
        {
            var states = await db.PresentIn(round.Id, actor).GroupBy(e => e.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
            var entrants = await db.OrganisationsOf(actor).AsNoTracking().Where(o => db.RoundEntrants.Any(e => e.RoundId == round.Id && e.OrganisationId == o.Id)).ToListAsync();
            views.Add(new RoundView(round, [.. OrganisationTree.Ordered(entrants).Select(o => o.Organisation)], states.GetValueOrDefault(EntryState.Draft), states.GetValueOrDefault(EntryState.Submitted), now));
        }
        return views;
    }

    /// <summary>Name of the words that say whether it is open.</summary>
    public string State => Now < Round.OpensAt ? "round-state-before" : Round.IsOpen(Now) ? "round-state-open" : "round-state-closed";
}
