using Jiqun.Core.Answers;
using Jiqun.Core.Figures;
using Jiqun.Core.Identifiers;

namespace Jiqun.Tests.Figures;

/// <summary>What must hold of ranks, shares and heaps whatever the figures are.</summary>
public sealed class RankingTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 200)];

    /// <summary>Few different ones, so that many are equal; some are missing.</summary>
    static List<double?> Figures(int seed)
    {
        var dice = new Random(seed);
        return [.. Enumerable.Range(0, dice.Next(40)).Select(_ => dice.Next(5) == 0 ? (double?)null : dice.Next(dice.Next(1, 20)) / 4.0)];
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_rank_is_one_more_than_there_are_larger_ones(int seed)
    {
        var figures = Figures(seed);
        Assert.Equal(figures.Select(f => f is null ? (int?)null : 1 + figures.Count(o => o > f)), Ranking.Ranks(figures));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Ranks_and_shares_do_not_depend_on_the_order_or_on_what_is_missing(int seed)
    {
        var figures = Figures(seed);
        var order = Enumerable.Range(0, figures.Count).ToArray();
        new Random(seed).Shuffle(order);
        List<double?> shuffled = [null, .. order.Select(i => figures[i])];
        Assert.Equal(order.Select(i => Ranking.Ranks(figures)[i]).Prepend(null), Ranking.Ranks(shuffled));
        Assert.Equal(order.Select(i => Rounded(Ranking.Shares(figures)[i])).Prepend(null), Ranking.Shares(shuffled).Select(Rounded));

        static double? Rounded(double? share) => share is { } known ? Math.Round(known, 9) : null;
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Shares_come_to_a_hundred_and_stand_to_each_other_as_the_figures_do(int seed)
    {
        var figures = Figures(seed);
        var shares = Ranking.Shares(figures);
        if (!(figures.Sum() > 0))
        {
            Assert.All(shares, s => Assert.Null(s));
            return;
        }
        Assert.Equal(100, shares.Sum()!.Value, 1e-9);
        Assert.Equal(figures.Select(f => f is null), shares.Select(s => s is null));
        Assert.Equal(Ranking.Ranks(figures), Ranking.Ranks([.. shares.Select(s => s is { } known ? Math.Round(known, 9) : (double?)null)]));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Of_a_heap_every_column_stands_without_a_gap_and_less_is_never_right_of_more(int seed)
    {
        var dice = new Random(seed);
        var columns = dice.Next(1, 12);
        List<double> values = [.. Enumerable.Range(0, dice.Next(60)).Select(_ => Math.Exp(dice.Next(-6, 6) / 2.0))];
        var heights = Distribution.Heap(values, columns);
        Assert.Equal(values.Count, heights.Count);
        if (values.Count == 0)
            return;
        // in the order of the figures a column begins wherever the height is 0, and grows by one
        var sorted = values.Zip(heights).OrderBy(v => v.First).ThenBy(v => v.Second).ToList();
        var (begun, next) = (0, 0);
        foreach (var (_, height) in sorted)
        {
            (begun, next) = height == 0 ? (begun + 1, 1) : (begun, next + 1);
            Assert.Equal(next - 1, height);
        }
        Assert.InRange(begun, 1, columns);
        Assert.All(values.Zip(heights).GroupBy(v => v.First), same => Assert.Equal(same.Count(), same.Max(s => s.Second) - same.Min(s => s.Second) + 1));
    }

    [Fact]
    public void Amounts_and_counts_add_up_and_nothing_else_does()
    {
        var figures = Figure.Of(TestRound.Form, TestRound.Figures);
        Assert.Equal(15, figures.Count(f => f.Derived is null));
        Assert.Equal(["indicators.outputShare", "indicators.rdIntensity", "indicators.employmentShare"], figures.Where(f => f is { Derived: null, Adds: false }).Select(f => f.Id));
        Assert.All(figures.Where(f => f.Derived is not null), f => Assert.False(f.Adds));
        Assert.All(figures, f => Assert.Null(f.Value(FormAnswers.Of())));
    }

    [Fact]
    public void Every_province_has_one_square_of_its_own_and_neighbours_touch()
    {
        var tiles = ProvinceTiles.All;
        Assert.Equal(Divisions.All.Where(d => d.Level is DivisionLevel.Province).Select(d => d.Code).Order(), tiles.Select(t => t.Province).Order());
        Assert.Equal(34, tiles.Select(t => (t.Column, t.Row)).Distinct().Count());
        Assert.All(tiles, t => Assert.StartsWith(t.Name, Divisions.Name(t.Province), StringComparison.Ordinal));
        Assert.All(tiles, t => Assert.Contains(tiles, o => o != t && Math.Abs(o.Column - t.Column) <= 1 && Math.Abs(o.Row - t.Row) <= 1));
        Assert.All(tiles, t => Assert.True(t is { Column: >= 0 and < 7, Row: >= 0 and < 8 }, t.Name));
    }
}
