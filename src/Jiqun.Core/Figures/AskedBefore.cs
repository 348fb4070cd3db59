using System.Globalization;

namespace Jiqun.Core.Figures;

/// <summary>What was asked of the entries of a round, so that of a group of entries that are still the same it is not asked again. Of one round, form and set of figures; for one at a time.</summary>
public sealed class AskedBefore
{
    readonly Dictionary<string, Dictionary<(string About, string Group), Known>> byLanguage = [];
    Dictionary<(string About, string Group), Known> before = [], now = [];
    CopiedText? texts;

    sealed record Known(IReadOnlyList<object> Of, object Found);

    /// <summary>The round is looked at, in the reader's language: what is not asked about until the next time is forgotten.</summary>
    internal void Begin()
    {
        before = byLanguage.GetValueOrDefault(CultureInfo.CurrentUICulture.Name, []);
        byLanguage[CultureInfo.CurrentUICulture.Name] = now = new(before.Count);
    }

    /// <param name="about">What is looked for.</param>
    /// <param name="group">In which of the entries.</param>
    /// <param name="of">Whatever it follows from; what is the very same object is taken to be unchanged.</param>
    internal T Of<T>(string about, string group, IReadOnlyList<object> of, Func<T> find)
        where T : notnull
    {
        if (!before.TryGetValue((about, group), out var known) || !known.Of.SequenceEqual(of, ReferenceEqualityComparer.Instance))
            known = new Known(of, find());
        now[(about, group)] = known;
        return (T)known.Found;
    }

    /// <summary>The texts of these entries in which copies are looked for.</summary>
    internal CopiedText Texts(CopiedQuestion asked, IReadOnlyList<RoundEntry> entries)
    {
        texts ??= new CopiedText(asked.Least);
        foreach (var gone in texts.Entries.Except(entries.Select(e => e.Id)).ToList())
            texts.Remove(gone);
        var known = texts.Entries.ToHashSet();
        foreach (var entry in entries.Where(e => !known.Contains(e.Id)))
            texts.Put(entry.Id, [.. from field in asked.Fields let text = entry.Answers.Text(field) where text is not null select new OwnText(entry.Id, field, text)]);
        return texts;
    }
}
