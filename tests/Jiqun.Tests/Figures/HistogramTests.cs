using System.Globalization;
using CsCheck;
using Jiqun.Core.Figures;

namespace Jiqun.Tests.Figures;

/// <summary>Ranges and quartiles that a person would have chosen, and reckoned, alike.</summary>
public sealed class HistogramTests
{
    static readonly Gen<double> Figure = Gen.OneOf(
        Gen.Int[0, 40].Select(n => (double)n), Gen.Int[1, 100_000].Select(n => n / 100.0), Gen.Double[1e-6, 1e9], Gen.Int[-20, 20].Select(n => n * 0.1), Gen.Const(0.0), Gen.Const(1e15), Gen.Const(0.3));

    [Fact]
    public void Every_figure_is_in_one_range_whose_limits_are_round() => Figure.Array[1, 60].Sample(
        figures =>
        {
            var ranges = Histogram.Of(figures);
            Assert.InRange(ranges.Count, 1, 11);
            Assert.Equal(ranges.Skip(1).Select(r => r.From), ranges.SkipLast(1).Select(r => r.To));
            if (figures.Max() - figures.Min() <= 1e-9 * figures.Max(Math.Abs))
            {
                Assert.Equal(new FigureRange(figures.Min(), figures.Max(), figures.Length), Assert.Single(ranges));
                return;
            }
            foreach (var range in ranges)
            {
                Assert.Equal(figures.Count(f => range.From <= f && f < range.To), range.Count);
                Assert.True(range.From < range.To);
                Assert.Equal(range.To, double.Parse(range.To.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
                if (figures.All(double.IsInteger))
                    Assert.True(double.IsInteger(range.From) && double.IsInteger(range.To));
            }
            Assert.Equal(figures.Length, ranges.Sum(r => r.Count));
        },
        iter: 5_000);

    [Theory]
    [InlineData("3 4 5 6", "3:1 4:1 5:1 6:1 7")]
    [InlineData("0 0 7 30 2000", "0:2 5:1 10:0 20:1 50:0 100:0 200:0 500:0 1000:0 2000:1 5000")]
    [InlineData("0.5 0.7 1.4", "0.5:1 0.6:0 0.7:1 0.8:0 0.9:0 1:0 1.1:0 1.2:0 1.3:0 1.4:1 1.5")]
    [InlineData("3 29", "0:1 5:0 10:0 15:0 20:0 25:1 30")]
    [InlineData("1 1000000", "1:1 10:0 100:0 1000:0 10000:0 100000:0 1000000:1 10000000")]
    [InlineData("-5 5", "-6:1 -4:0 -2:0 0:0 2:0 4:1 6")]
    public void As_a_person_would_choose_them(string figures, string expected)
    {
        var ranges = Histogram.Of([.. figures.Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture))]);
        Assert.Equal(expected, string.Join(' ', ranges.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.From}:{r.Count}")).Append(ranges[^1].To.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void Without_figures_there_are_no_ranges() => Assert.Empty(Histogram.Of([]));

    /// <summary>As LibreOffice's QUARTILE has it.</summary>
    [Theory]
    [InlineData("7", 7, 7, 7)]
    [InlineData("4 1 3 2", 1.75, 2.5, 3.25)]
    [InlineData("1 2 3 4 5", 2, 3, 4)]
    [InlineData("10 20 20 40 100 400", 20, 30, 85)]
    public void Quartiles_are_those_of_a_spreadsheet(string figures, double lower, double median, double upper)
    {
        List<double> values = [.. figures.Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
        Assert.Equal((lower, median, upper), (Distribution.QuantileOf(values, 0.25), Distribution.QuantileOf(values, 0.5), Distribution.QuantileOf(values, 0.75)));
        Assert.Equal(Distribution.MedianOf(values), Distribution.QuantileOf(values, 0.5));
    }
}
