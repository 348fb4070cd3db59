using System.Collections.Frozen;

namespace Jiqun.Core.Identifiers;

/// <summary>邮编: six digits.</summary>
public static class Postcode
{
    static readonly Lazy<FrozenDictionary<string, FrozenSet<string>>> Prefixes = new(() =>
        Reference.Rows("postcode-prefixes")
            .GroupBy(row => row[0], row => row[1])
            .ToFrozenDictionary(prefix => prefix.Key, prefix => prefix.ToFrozenSet()));

    /// <summary>Half-width and without blanks; nothing else is changed.</summary>
    public static string Normalise(string text) => HalfWidth.Of(text).Replace(" ", "");

    /// <param name="text">Normalised.</param>
    public static bool IsValid(string text) => text.Length == 6 && text.All(char.IsAsciiDigit) && text != "000000";

    /// <summary>Codes of the provinces that the first two digits belong to; some pairs belong to two. Empty when unknown or not valid.</summary>
    /// <param name="text">Normalised.</param>
    public static IReadOnlySet<string> Provinces(string text) =>
        IsValid(text) && Prefixes.Value.TryGetValue(text[..2], out var provinces) ? provinces : FrozenSet<string>.Empty;
}
