namespace Jiqun.Core.Identifiers;

/// <summary>Offers entries of a code list while somebody types.</summary>
/// <param name="entries">The smaller the level, the wider the entry.</param>
sealed class NameSearch<T>(IEnumerable<(T Item, int Level, string Code, string Name)> entries)
{
    const int LongestQuery = 50;

    readonly (T Item, int Level, string Code, string Name)[] ordered =
        [.. entries.Select(e => e with { Name = Folded(e.Name) }).OrderBy(e => e.Level).ThenBy(e => e.Code, StringComparer.Ordinal)];

    internal IReadOnlyList<T> Search(string query, int most)
    {
        var sought = Folded(query.Length > LongestQuery ? query[..LongestQuery] : query);
        List<T> begin = [];
        List<T> contain = [];
        foreach (var (item, level, code, name) in ordered)
        {
            if (begin.Count >= most || sought.Length == 0 && level > ordered[0].Level)
                break;
            if (code.StartsWith(sought, StringComparison.Ordinal) || name.StartsWith(sought, StringComparison.Ordinal))
                begin.Add(item);
            else if (contain.Count < most && name.Contains(sought, StringComparison.Ordinal))
                contain.Add(item);
        }
        return [.. begin.Concat(contain).Take(most)];
    }

    static string Folded(string text) => HalfWidth.Of(text).Replace(" ", "", StringComparison.Ordinal);
}
