using CsCheck;
using Jiqun.Core.Figures;

namespace Jiqun.Tests.Figures;

public sealed class DistributionTests
{
    [Fact]
    public void The_median_without_one_is_the_median_of_the_others() =>
        Gen.Int[1, 9].Select(n => (double)n).Array[2, 30].Sample(values =>
        {
            var sorted = values.Order().ToList();
            foreach (var one in sorted)
            {
                List<double> others = [.. sorted];
                others.Remove(one);
                Assert.Equal(Distribution.MedianOf(others), Distribution.MedianWithout(sorted, one));
            }
        });
}
