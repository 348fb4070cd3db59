using System.Globalization;

namespace Jiqun.Core.Identifiers;

/// <summary>A province's square in a drawing without borders.</summary>
/// <param name="Province">Its division, six digits.</param>
/// <param name="Name">Short: 湖南.</param>
/// <param name="Column">From the left, from 0.</param>
/// <param name="Row">From the top, from 0.</param>
public sealed record ProvinceTile(string Province, string Name, int Column, int Row);

/// <summary>省级行政区方格图: every province as a square of the same size, about where it lies.</summary>
public static class ProvinceTiles
{
    static readonly Lazy<IReadOnlyList<ProvinceTile>> Builtin = new(() =>
        [.. Reference.Rows("province-tiles").Select(r => new ProvinceTile(r[0], r[3], int.Parse(r[1], CultureInfo.InvariantCulture), int.Parse(r[2], CultureInfo.InvariantCulture)))]);

    /// <summary>Row by row, from the top.</summary>
    public static IReadOnlyList<ProvinceTile> All => Builtin.Value;
}
