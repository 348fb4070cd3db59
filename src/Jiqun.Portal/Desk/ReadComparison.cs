using Jiqun.Core;
using Jiqun.Core.Figures;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Desk;

/// <summary>A figure of one of the entries that are compared. All but <paramref name="Peers"/> are null where it has none.</summary>
/// <param name="Rank">Among all submitted entries of the round that have it.</param>
/// <param name="PeerRank">Among its 行业大类; null, too, where its industry was not recognised.</param>
/// <param name="Peers">Entries of its 大类 that have the figure.</param>
/// <param name="Share">Of the round's total, in %; null, too, where there is no total.</param>
public sealed record ComparedValue(double? Value, int? Rank, int? PeerRank, int Peers, double? Share);

/// <summary>A figure of all entries that are compared.</summary>
/// <param name="Known">Submitted entries of the round that have it.</param>
/// <param name="Total">Of the round; null where figures of this unit have none.</param>
/// <param name="Values">In the order of the entries.</param>
public sealed record ComparedFigure(Figure Figure, int Known, double? Total, IReadOnlyList<ComparedValue> Values);

/// <summary>Entries of a round side by side.</summary>
/// <param name="Submitted">All that can be chosen.</param>
/// <param name="Chosen">Those that are compared, at most <see cref="ReadComparison.Most"/>.</param>
/// <param name="IsProposal">Nobody chose: the largest by the first figure.</param>
/// <param name="ProposedIndustry">The 大类, two digits, of those that are proposed; null for all.</param>
/// <param name="Findings">What of the choice could not be followed.</param>
public sealed record RoundComparison(WholeRound Whole, IReadOnlyList<RoundRow> Submitted, IReadOnlyList<RoundRow> Chosen, bool IsProposal, string? ProposedIndustry, IReadOnlyList<ComparedFigure> Figures, IReadOnlyList<Finding> Findings);

/// <summary>Compares entries of a round by their last submissions, for the ministry.</summary>
sealed class ReadComparison(ReadWholeRound read)
{
    /// <summary>Side by side, more cannot be read.</summary>
    public const int Most = 12;

    const int Proposed = 5;

    /// <param name="wanted">Ids of entries; none for a proposal.</param>
    /// <returns>Null when there is no such round, or it is not for this person.</returns>
    public async Task<RoundComparison?> Run(Guid id, IReadOnlyList<Guid> wanted, Actor actor, CancellationToken stop)
    {
        if (await read.Run(id, actor, stop) is not { } whole)
            return null;
        var submitted = whole.Submitted;
        var figures = Figure.Of(whole.Form, whole.Figures);
        var byId = submitted.ToDictionary(r => r.Id);
        List<Finding> findings = [];
        if (wanted.Count > Most)
            findings.Add(Finding.Error("too-many-compared", "entry", Words.Of("too-many-compared", Most)));
        if (wanted.Take(Most).Count(w => !byId.ContainsKey(w)) is > 0 and var unknown)
            findings.Add(Finding.Error("unknown-entry", "entry", Words.Of("unknown-entry", unknown)));
        var industry = wanted.Count > 0 ? null : Commonest(submitted);
        List<RoundRow> chosen = wanted.Count > 0 ? [.. wanted.Distinct().Take(Most).Where(byId.ContainsKey).Select(w => byId[w])]
            : [.. submitted.Where(r => industry is null || r.Submitted!.Industry == industry).OrderByDescending(r => figures.Count > 0 ? figures[0].Value(r.Submitted!.Answers) : null).Take(Proposed)];
        return new RoundComparison(whole, submitted, chosen, wanted.Count == 0, industry, [.. figures.Select(f => Compare(f, submitted, chosen))], findings);
    }

    /// <summary>The 大类 that most entries have; null where no two have the same.</summary>
    static string? Commonest(IReadOnlyList<RoundRow> submitted) =>
        submitted.Select(r => r.Submitted!.Industry).OfType<string>().CountBy(i => i).Where(c => c.Value > 1).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).FirstOrDefault().Key;

    static ComparedFigure Compare(Figure figure, IReadOnlyList<RoundRow> submitted, List<RoundRow> chosen)
    {
        var all = Standing(submitted);
        var peers = submitted.Where(r => r.Submitted!.Industry is { } industry && chosen.Exists(c => c.Submitted!.Industry == industry)).GroupBy(r => r.Submitted!.Industry!).ToDictionary(g => g.Key, g => Standing([.. g]));
        return new ComparedFigure(
            figure, all.Known, figure.Adds ? all.Total : null,
            chosen.ConvertAll(row =>
            {
                var (value, rank, share) = all.Of[row.Id];
                var own = row.Submitted!.Industry is { } industry ? peers[industry] : default;
                return new ComparedValue(value, rank, own.Of?[row.Id].Rank, own.Known, figure.Adds ? share : null);
            }));

        (int Known, double? Total, Dictionary<Guid, (double? Value, int? Rank, double? Share)> Of) Standing(IReadOnlyList<RoundRow> rows)
        {
            var values = rows.Select(r => figure.Value(r.Submitted!.Answers)).ToList();
            var (ranks, shares) = (Ranking.Ranks(values), Ranking.Shares(values));
            return (values.Count(v => v is not null), Ranking.Total(values), rows.Select((r, i) => (r.Id, (values[i], ranks[i], shares[i]))).ToDictionary(r => r.Id, r => r.Item2));
        }
    }
}
