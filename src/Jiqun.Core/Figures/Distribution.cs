namespace Jiqun.Core.Figures;

/// <summary>How positive figures of several entries lie: by median and median absolute deviation of their logarithms, which a few wild values do not move.</summary>
/// <remarks>Iglewicz and Hoaglin, “How to Detect and Handle Outliers” (1993): 0.6745 makes the deviation comparable to a standard deviation.</remarks>
public sealed class Distribution
{
    const double ToStandard = 0.6745;

    /// <summary>Of a dozen figures several may be alike by chance, and clusters differ: what is within a few times the median is none to ask about.</summary>
    const double LeastSpread = 0.25;

    readonly double middle, spread;

    Distribution(double middle, double spread) => (this.middle, this.spread) = (middle, spread);

    public double Median => Math.Exp(middle);

    /// <param name="values">At least one, each above 0.</param>
    public static Distribution Of(IEnumerable<double> values)
    {
        var logs = values.Select(v => Math.Log(v)).ToList();
        var middle = MedianOf(logs);
        return new Distribution(middle, Math.Max(MedianOf([.. logs.Select(l => Math.Abs(l - middle))]), LeastSpread));
    }

    /// <summary>How far a figure lies from the middle: beyond 3.5 on either side it is rare.</summary>
    /// <param name="value">Above 0.</param>
    public double Z(double value) => ToStandard * (Math.Log(value) - middle) / spread;

    /// <summary>Figures as a heap of dots: those that are about the same stand on each other.</summary>
    /// <param name="values">Each above 0.</param>
    /// <param name="columns">Into so many, equally wide on the logarithm, the range is parted; at least 1.</param>
    /// <returns>In the order of the figures: how many dots of the same column, less or equal and before it, stand below it.</returns>
    public static IReadOnlyList<int> Heap(IReadOnlyList<double> values, int columns)
    {
        if (values.Count == 0)
            return [];
        var (least, most) = (Math.Log(values.Min()), Math.Log(values.Max()));
        var width = (most - least) / columns;
        var filled = new int[columns];
        var heights = new int[values.Count];
        foreach (var at in Enumerable.Range(0, values.Count).OrderBy(i => values[i]))
            heights[at] = filled[width > 0 ? Math.Min(columns - 1, (int)((Math.Log(values[at]) - least) / width)) : 0]++;
        return heights;
    }

    /// <param name="values">At least one.</param>
    public static double MedianOf(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>分位数: below which this share of the figures lies, between two of them in proportion, as spreadsheets reckon it (QUARTILE.INC).</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">From 0 to 1: 0.5 is the median.</param>
    public static double QuantileOf(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToList();
        var at = share * (sorted.Count - 1);
        var (below, above) = (sorted[(int)Math.Floor(at)], sorted[(int)Math.Ceiling(at)]);
        return below + ((above - below) * (at - Math.Floor(at)));
    }

    /// <summary>The median of all but one of them.</summary>
    /// <param name="sorted">At least two, in order.</param>
    /// <param name="one">One of them.</param>
    public static double MedianWithout(IReadOnlyList<double> sorted, double one)
    {
        var (count, left) = (sorted.Count - 1, 0);
        for (var (from, to) = (0, sorted.Count); from < to;)
        {
            var middle = (from + to) / 2;
            (from, to, left) = sorted[middle] < one ? (middle + 1, to, middle + 1) : (from, middle, from);
        }
        double At(int place) => sorted[place < left ? place : place + 1];
        return (At((count - 1) / 2) + At(count / 2)) / 2;
    }
}
