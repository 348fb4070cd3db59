using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>What changing a round does to those who take part in it.</summary>
static class RoundConsequences
{
    const int MostNames = 10;

    /// <param name="before">Organisations that the round names now; none for all.</param>
    /// <returns>Sentences; none when the change touches nobody's entry, or there are no entries.</returns>
    public static async Task<IReadOnlyList<string>> Of(JiqunDb db, Round round, IReadOnlySet<Guid> before, RoundTerms terms, Actor actor, DateTime now)
    {
        var entries = await db.PresentIn(round.Id, actor).ToListAsync();
        if (entries.Count == 0)
            return [];
        var (drafts, submitted) = (entries.Count(e => e.State is EntryState.Draft), entries.Count(e => e.State is EntryState.Submitted));
        List<string> said = [];
        if (terms.BaseYear != round.BaseYear)
            said.Add(Words.Of("consequence-base-year", round.BaseYear, terms.BaseYear, drafts, submitted));
        if (terms.OpensAt != round.OpensAt)
        {
            said.Add(Words.Of("consequence-opens", Beijing.Shown(round.OpensAt), Beijing.Shown(terms.OpensAt)));
            if (round.OpensAt <= now && now < terms.OpensAt)
                said.Add(Words.Of("consequence-not-yet", Beijing.Shown(terms.OpensAt), drafts));
        }
        if (terms.ClosesAt != round.ClosesAt)
        {
            said.Add(Words.Of("consequence-closes", Beijing.Shown(round.ClosesAt), Beijing.Shown(terms.ClosesAt)));
            said.Add(terms.ClosesAt <= now ? Words.Of("consequence-closed", drafts)
                : round.ClosesAt <= now ? Words.Of("consequence-reopened", drafts)
                : Words.Of(terms.ClosesAt < round.ClosesAt ? "consequence-earlier" : "consequence-later", drafts));
        }
        if (!before.SetEquals(terms.Entrants))
        {
            var tree = await db.OrganisationsOf(actor).AsNoTracking().ToListAsync();
            var (was, will) = (MayEnter(tree, before), MayEnter(tree, terms.Entrants));
            var (lost, won) = (was.Except(will).ToList(), will.Except(was).Count());
            var drafting = entries.Where(e => e.State is EntryState.Draft).Select(e => e.Organisation).ToHashSet();
            said.Add(Words.Of("consequence-entrants", was.Count, will.Count, won));
            if (lost.Count > 0)
                said.Add(Words.Of("consequence-lost", lost.Count, Names(lost)));
            if (lost.Where(o => drafting.Contains(o.Id)).ToList() is { Count: > 0 } stopped)
                said.Add(Words.Of("consequence-stopped", stopped.Count, Names(stopped)));
        }
        if (said.Count > 0)
            said.Add(Words.Of("consequence-submitted", submitted));
        return said;
    }

    static List<Organisation> MayEnter(List<Organisation> tree, IReadOnlySet<Guid> entrants)
    {
        var paths = tree.Where(o => entrants.Contains(o.Id)).Select(o => o.Path).ToList();
        return [.. tree.Where(o => o.Level is Level.Promoter && (entrants.Count == 0 || paths.Exists(p => o.Path.StartsWith(p, StringComparison.Ordinal))))];
    }

    static string Names(List<Organisation> organisations) =>
        string.Join('、', organisations.Take(MostNames).Select(o => o.Name)) + (organisations.Count > MostNames ? "……" : "");
}
