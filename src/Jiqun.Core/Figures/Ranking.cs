namespace Jiqun.Core.Figures;

/// <summary>位次、占比: where a figure stands among those of several entries. What is missing (null) has neither rank nor share, and takes part in none.</summary>
public static class Ranking
{
    /// <summary>From the largest down, 1 first. Equal figures share a rank, and as many are passed over: 1, 2, 2, 4.</summary>
    /// <returns>One for each figure, in their order.</returns>
    public static IReadOnlyList<int?> Ranks(IReadOnlyList<double?> figures)
    {
        var ranks = new int?[figures.Count];
        int before = 0, rank = 0;
        double? last = null;
        foreach (var at in Enumerable.Range(0, figures.Count).Where(i => figures[i] is not null).OrderByDescending(i => figures[i]))
        {
            before++;
            if (figures[at] != last)
                (rank, last) = (before, figures[at]);
            ranks[at] = rank;
        }
        return ranks;
    }

    /// <summary>Null where none is known.</summary>
    public static double? Total(IReadOnlyList<double?> figures) => figures.Any(f => f is not null) ? figures.Sum() : null;

    /// <summary>Each in % of their total; null where the total is not above 0, too.</summary>
    /// <param name="figures">None below 0.</param>
    public static IReadOnlyList<double?> Shares(IReadOnlyList<double?> figures) =>
        Total(figures) is > 0 and var total ? [.. figures.Select(f => f / total * 100)] : [.. figures.Select(_ => (double?)null)];
}
