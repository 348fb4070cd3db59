using System.Globalization;

namespace Jiqun.Core.Figures;

/// <summary>Figures from <paramref name="From"/> on and below <paramref name="To"/>; where all figures are alike, from the least to the greatest of them.</summary>
public sealed record FigureRange(double From, double To, int Count);

/// <summary>分组: how many figures lie in which range. The ranges follow each other and have round limits.</summary>
public static class Histogram
{
    const int MostRanges = 10;

    /// <summary>From so many times on, the greatest by the least, ranges grow as the figures do; else they are equally wide.</summary>
    const double FarApart = 10;

    /// <summary>Figures that differ by no more, as a share, cannot be told from each other.</summary>
    const double Alike = 1e-9;

    /// <summary>Within ten, where ranges grow.</summary>
    static readonly int[][] Growing = [[1, 2, 5], [1, 3], [1]];

    /// <summary>Widths, as digits before a power of ten.</summary>
    static readonly (int Digits, int Power)[] Widths = [(1, 0), (2, 0), (25, -1), (5, 0)];

    /// <returns>At most ten ranges and one for 0, with whole limits where all figures are whole; none without figures.</returns>
    public static IReadOnlyList<FigureRange> Of(IReadOnlyList<double> figures)
    {
        if (figures.Count == 0)
            return [];
        var (least, most) = (figures.Min(), figures.Max());
        if (most - least <= Alike * Math.Max(Math.Abs(least), Math.Abs(most)))
            return [new FigureRange(least, most, figures.Count)];
        if (least < 0 || least > 0 && most / least < FarApart)
            return Counted(Even(least, most, figures.All(double.IsInteger)), figures);
        var limits = Grown(figures.Where(f => f > 0).Min(), most);
        return Counted(least == 0 ? [0, .. limits] : limits, figures);
    }

    static List<FigureRange> Counted(List<double> limits, IReadOnlyList<double> figures)
    {
        var counts = new int[limits.Count - 1];
        foreach (var figure in figures)
        {
            var at = limits.BinarySearch(figure);
            counts[at >= 0 ? at : ~at - 1]++;
        }
        return [.. counts.Select((count, i) => new FigureRange(limits[i], limits[i + 1], count))];
    }

    /// <summary>Equally wide ranges from the least to the greatest.</summary>
    static List<double> Even(double least, double most, bool areWhole)
    {
        for (var power = Power((most - least) / MostRanges); ; power++)
            foreach (var (digits, own) in Widths)
            {
                var (first, last) = (Below(least), Below(most));
                if (last - first < MostRanges && (!areWhole || double.IsInteger(Number(digits, power + own))))
                    return [.. Enumerable.Range(0, (int)(last - first) + 2).Select(i => Number((first + i) * digits, power + own))];

                // so many widths are at or below the figure
                double Below(double figure)
                {
                    var count = Math.Floor(figure / Number(digits, power + own));
                    return Number(count * digits, power + own) > figure ? count - 1 : Number((count + 1) * digits, power + own) <= figure ? count + 1 : count;
                }
            }
    }

    /// <summary>Ranges that grow, from the least figure above 0 to the greatest.</summary>
    static List<double> Grown(double least, double most)
    {
        var tens = Power(most) - Power(least) + 1;
        var steps = Growing.FirstOrDefault(s => Limits(s, 1).Count - 1 <= MostRanges);
        for (var wide = 1; ; wide++)
            if (Limits(steps ?? [1], wide) is var limits && limits.Count - 1 <= MostRanges)
                return limits;

        // the last limit below or at the least, those between, and the first above the greatest
        List<double> Limits(int[] within, int every)
        {
            List<double> all = [.. from power in Enumerable.Range(0, (tens / every) + 2) from digit in within select Number(digit, Power(least) + (power * every))];
            return all[all.FindLastIndex(l => l <= least)..(all.FindIndex(l => l > most) + 1)];
        }
    }

    /// <summary>Of ten, at or below the figure.</summary>
    static int Power(double figure)
    {
        var power = (int)Math.Floor(Math.Log10(figure));
        return Number(1, power) > figure ? power - 1 : Number(1, power + 1) <= figure ? power + 1 : power;
    }

    /// <summary>The very number that the digits mean: what is multiplied by a power of ten may lie beside it.</summary>
    static double Number(double digits, int power) => double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits:0}E{power}"), NumberStyles.Float, CultureInfo.InvariantCulture);
}
