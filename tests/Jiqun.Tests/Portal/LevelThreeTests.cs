using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Jiqun.Tests.Portal;

/// <summary>docs/mlps-level-3.md: what it says of each item of 等保三级 is there.</summary>
public sealed partial class LevelThreeTests
{
    static readonly string[] Rows = [.. File.ReadLines(Path.Combine(Here(), "..", "..", "..", "docs", "mlps-level-3.md")).Where(l => l.StartsWith("| 8.", StringComparison.Ordinal))];

    [Fact]
    public void Each_of_the_thirty_six_items_is_tied_to_tests_or_to_the_installation()
    {
        Assert.Equal(36, Rows.Select(r => r.Split('|')[1].Trim()).Distinct().Count());
        Assert.All(Rows, r => Assert.True(Test().IsMatch(r) || r.Contains("**Installation:**", StringComparison.Ordinal), r));
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var there = from type in typeof(LevelThreeTests).Assembly.GetTypes() from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance) where method.GetCustomAttributes<FactAttribute>().Any() select $"{type.Name}.{method.Name}";
        var named = Rows.SelectMany(r => Test().Matches(r)).Select(m => m.Groups[1].Value).Distinct();
        Assert.Empty(named.Except(there));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Test();

    static string Here([CallerFilePath] string test = "") => Path.GetDirectoryName(test)!;
}
