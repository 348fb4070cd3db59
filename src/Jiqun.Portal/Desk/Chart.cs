using Jiqun.Core.Figures;
using Jiqun.Core.Identifiers;

namespace Jiqun.Portal.Desk;

/// <summary>图表: what a chart draws and its table holds. Entries that lack a figure are in it without it, and are not drawn.</summary>
public abstract record Chart;

/// <summary>A bar for each entry, the longest first.</summary>
/// <param name="Rank">Among those of the chart; null with <paramref name="Value"/>.</param>
/// <param name="Share">Of the chart's total, in %; null where figures of this unit have no total.</param>
public sealed record Bar(RoundRow Row, double? Value, int? Rank, double? Share);

/// <param name="Bars">The longest first, then those without.</param>
public sealed record BarChart(Figure Figure, IReadOnlyList<Bar> Bars) : Chart
{
    /// <summary>Of more, none can be told from the next; the table has all.</summary>
    public const int MostDrawn = 100;

    public static BarChart Of(Figure figure, IReadOnlyList<RoundRow> rows)
    {
        var values = rows.Select(r => figure.Value(r.Submitted!.Answers)).ToList();
        var (ranks, shares) = (Ranking.Ranks(values), Ranking.Shares(values));
        return new BarChart(figure, [.. rows.Select((r, i) => new Bar(r, values[i], ranks[i], figure.Adds ? shares[i] : null)).OrderBy(b => b.Rank ?? int.MaxValue)]);
    }
}

/// <param name="Size">Null when no third figure is shown.</param>
public sealed record ScatterPoint(RoundRow Row, double? X, double? Y, double? Size);

/// <summary>A dot for each entry, at two figures, as large as a third.</summary>
/// <param name="Size">Null when all are of one size.</param>
/// <param name="Points">From the largest <paramref name="X"/> down, then those without.</param>
public sealed record ScatterChart(Figure X, Figure Y, Figure? Size, IReadOnlyList<ScatterPoint> Points) : Chart
{
    public static ScatterChart Of(Figure x, Figure y, Figure? size, IReadOnlyList<RoundRow> rows) => new(
        x, y, size,
        [.. rows.Select(r => r.Submitted!.Answers is var a ? new ScatterPoint(r, x.Value(a), y.Value(a), size?.Value(a)) : null!).OrderByDescending(p => p.X)]);

    public bool IsDrawn(ScatterPoint point) => point is { X: not null, Y: not null } && (Size is null || point.Size is not null);
}

/// <param name="Z">Robust z; null where the figure is missing, or not above 0 and so without a logarithm.</param>
/// <param name="Height">Dots below this one; null with <paramref name="Z"/>.</param>
public sealed record Dot(RoundRow Row, double? Value, double? Z, int? Height);

/// <summary>A dot for each entry, on the logarithm of a figure; what is about the same stands on each other.</summary>
/// <param name="Distribution">Of those above 0; null when there is none.</param>
/// <param name="Dots">From the largest down, then those without.</param>
public sealed record DotChart(Figure Figure, Distribution? Distribution, IReadOnlyList<Dot> Dots) : Chart
{
    const int Columns = 40;

    public static DotChart Of(Figure figure, IReadOnlyList<RoundRow> rows)
    {
        var values = rows.Select(r => (Row: r, Value: figure.Value(r.Submitted!.Answers))).ToList();
        var (on, off) = (values.Where(v => v.Value > 0).Select(v => (v.Row, Value: v.Value!.Value)).ToList(), values.Where(v => !(v.Value > 0)));
        var distribution = on.Count > 0 ? Distribution.Of(on.Select(v => v.Value)) : null;
        var heights = Distribution.Heap(on.ConvertAll(v => v.Value), Columns);
        return new DotChart(
            figure, distribution,
            [
                .. on.Select((v, i) => new Dot(v.Row, v.Value, distribution!.Z(v.Value), heights[i])).OrderByDescending(d => d.Value),
                .. off.Select(v => new Dot(v.Row, v.Value, null, null)).OrderByDescending(d => d.Value),
            ]);
    }
}

/// <param name="Entries">Of the province.</param>
/// <param name="Known">Those of them that have the figure.</param>
/// <param name="Value">Null when none has it.</param>
public sealed record Tile(ProvinceTile Place, int Entries, int Known, double? Value);

/// <summary>A square for each province: how many entries it has, or what a figure of theirs comes to.</summary>
/// <param name="Figure">Null: entries are counted.</param>
/// <param name="IsMedian">Else their sum.</param>
/// <param name="Tiles">By division; of provinces without entries, too.</param>
/// <param name="Elsewhere">Entries whose province is not known.</param>
public sealed record TileChart(Figure? Figure, bool IsMedian, IReadOnlyList<Tile> Tiles, int Elsewhere) : Chart
{
    /// <param name="median">What cannot be added has its median anyway.</param>
    public static TileChart Of(Figure? figure, bool median, IReadOnlyList<RoundRow> rows)
    {
        var isMedian = figure is not null && (median || !figure.Adds);
        var provinces = rows.ToLookup(r => r.Province);
        return new TileChart(figure, isMedian, [.. ProvinceTiles.All.OrderBy(t => t.Province, StringComparer.Ordinal).Select(Of)], rows.Count(r => ProvinceTiles.All.All(t => t.Province != r.Province)));

        Tile Of(ProvinceTile place)
        {
            var count = provinces[place.Province].Count();
            if (figure is null)
                return new Tile(place, count, count, count);
            var values = provinces[place.Province].Select(r => figure.Value(r.Submitted!.Answers)).OfType<double>().ToList();
            return new Tile(place, count, values.Count, values.Count == 0 ? null : isMedian ? Distribution.MedianOf(values) : values.Sum());
        }
    }
}
