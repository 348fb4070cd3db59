using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>How many of a round's entries are alike in something, with the address of those.</summary>
/// <param name="Query">Behind the question mark of the round's list.</param>
/// <param name="Submitted">Of them, those that were submitted.</param>
public sealed record DeskCount(string Name, int Entries, int Submitted, string Query);

/// <param name="Unexplained">Entries that did not explain it.</param>
public sealed record DeskFinding(string Code, string Field, int Entries, int Unexplained, string Query);

/// <summary>工作台: a round at a glance.</summary>
/// <param name="Missing">Who may enter and has not begun: the first of them, by name.</param>
/// <param name="MissingInAll">How many they are.</param>
public sealed record DeskView(
    WholeRound Round,
    IReadOnlyList<DeskCount> Standings,
    IReadOnlyList<DeskCount> States,
    IReadOnlyList<DeskCount> Provinces,
    IReadOnlyList<DeskCount> Industries,
    IReadOnlyList<DeskCount> Complete,
    IReadOnlyList<DeskFinding> Findings,
    IReadOnlyList<(Guid Id, string Name)> Missing,
    int MissingInAll);

/// <summary>Counts a round, for the ministry.</summary>
sealed class ReadDesk(JiqunDb db, ReadWholeRound read, ApprovalLibrary approvals)
{
    public const int MostMissing = 200;

    /// <summary>From so many % on, the next below.</summary>
    static readonly int[] Steps = [100, 90, 50, 0];

    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<DeskView?> Run(Guid id, Actor actor, CancellationToken stop)
    {
        return await read.Run(id, actor, stop) is { } round ? await Of(round, db.OrganisationsOf(actor), MostMissing, stop) : null;
    }

    /// <summary>For whoever asked whether it may be read.</summary>
    /// <param name="organisations">Among which those are looked for that have not begun.</param>
    /// <param name="mostMissing">Of their names.</param>
    public async Task<DeskView> Of(WholeRound round, IQueryable<Organisation> organisations, int mostMissing, CancellationToken stop)
    {
        var id = round.Round.Id;
        var way = approvals.Of(round.Round.FormId);
        var rows = round.Rows;
        var missing = from o in organisations
                      where o.Level == Level.Promoter && !db.Entries.Any(e => e.RoundId == id && e.OrganisationId == o.Id)
                          && (!db.RoundEntrants.Any(e => e.RoundId == id)
                              || (from e in db.RoundEntrants where e.RoundId == id join above in db.Organisations on e.OrganisationId equals above.Id where o.Path.StartsWith(above.Path) select e).Any())
                      orderby o.DivisionCode, o.Name
                      select new { o.Id, o.Name };
        var first = await missing.Take(mostMissing).ToListAsync(stop);
        return new DeskView(
            round,
            [.. Enum.GetValues<RoundStanding>().Select(s => Count(Words.Of($"standing-{s}"), rows.Where(r => round.StandingOf(r) == s), $"standing={s}")).Where(c => c.Entries > 0)],
            [.. way.States.Select(s => Count(s.Name.ToString(), rows.Where(r => r.Status == s.Id), $"state={s.Id}")).Where(c => c.Entries > 0)],
            [.. rows.GroupBy(r => r.Province).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Count(RoundColumn.ProvinceName(g.Key), g, $"province={g.Key}"))],
            [.. rows.Where(r => r.Submitted is not null).GroupBy(r => r.Submitted!.Industry).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Key is null ? Count(Words.Of("desk-industry-none"), g, "field=industry&is=Empty&value=&field=warnings&is=Filled&value=") : Count(RoundColumn.IndustryName(g.Key), g, $"industry={g.Key}"))],
            [.. Steps.Select((from, i) => (From: from, Below: i == 0 ? 101 : Steps[i - 1])).Select(s => Count(
                s.From == 100 ? "100 %" : $"{s.From}–{s.Below - 1} %", rows.Where(r => round.Complete(r) >= s.From && round.Complete(r) < s.Below), $"field=complete&is=Least&value={s.From}&field=complete&is=Most&value={s.Below - 1}"))],
            [.. from row in rows
                where row.Submitted is not null
                from finding in row.Submitted!.Findings
                group (row.Id, IsBare: finding.Explanation.Length == 0) by (finding.Code, finding.Field) into alike
                let entries = alike.DistinctBy(a => a.Id).Count()
                orderby entries descending, alike.Key.Code, alike.Key.Field
                select new DeskFinding(alike.Key.Code, alike.Key.Field, entries, alike.Where(a => a.IsBare).DistinctBy(a => a.Id).Count(), $"finding={RoundQuery.About(alike.Key.Code, alike.Key.Field)}")],
            first.ConvertAll(o => (o.Id, o.Name)),
            first.Count < mostMissing ? first.Count : await missing.CountAsync(stop));

        static DeskCount Count(string name, IEnumerable<RoundRow> alike, string query)
        {
            var all = alike.ToList();
            return new DeskCount(name, all.Count, all.Count(r => r.Submitted is not null), query);
        }
    }
}
