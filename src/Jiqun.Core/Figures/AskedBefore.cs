using System.Globalization;

namespace Jiqun.Core.Figures;

/// <summary>What was asked of the entries of a round, so that of a group of entries that are still the same it is not asked again. Of one round, form and set of figures; for one at a time.</summary>
public sealed class AskedBefore
{
    readonly Dictionary<string, Answers> byLanguage = [];
    Answers answers = new();
    CopiedText? texts;

    /// <summary>In one language. It is kept and changed, never made anew: thousands stand in it, of which hardly one changes.</summary>
    sealed class Answers : Dictionary<(string About, string Group), Known>
    {
        public int Times;
    }

    sealed class Known(IReadOnlyList<object> of, object found)
    {
        public IReadOnlyList<object> Of => of;

        public object Found => found;

        public int LastAsked;
    }

    /// <summary>The round is looked at, in the reader's language: what was not asked about the last time is forgotten.</summary>
    internal void Begin()
    {
        if (!byLanguage.TryGetValue(CultureInfo.CurrentUICulture.Name, out answers!))
            byLanguage[CultureInfo.CurrentUICulture.Name] = answers = new();
        foreach (var (key, known) in answers)
        {
            if (known.LastAsked < answers.Times)
                answers.Remove(key);
        }
        answers.Times++;
    }

    /// <param name="about">What is looked for.</param>
    /// <param name="group">In which of the entries.</param>
    /// <param name="of">Whatever it follows from; what is the very same object is taken to be unchanged.</param>
    internal T Of<T>(string about, string group, IReadOnlyList<object> of, Func<T> find)
        where T : notnull
    {
        if (!answers.TryGetValue((about, group), out var known) || !known.Of.SequenceEqual(of, ReferenceEqualityComparer.Instance))
            answers[(about, group)] = known = new Known(of, find());
        known.LastAsked = answers.Times;
        return (T)known.Found;
    }

    /// <summary>The texts of these entries in which copies are looked for.</summary>
    internal CopiedText Texts(CopiedQuestion asked, IReadOnlyList<RoundEntry> entries)
    {
        texts ??= new CopiedText(asked.Least);
        foreach (var entry in entries.Where(e => !texts.Entries.Contains(e.Id)))
            texts.Put(entry.Id, [.. from field in asked.Fields let text = entry.Answers.Text(field) where text is not null select new OwnText(entry.Id, field, text)]);
        if (texts.Entries.Count > entries.Count)
        {
            foreach (var gone in texts.Entries.Except(entries.Select(e => e.Id)).ToList())
                texts.Remove(gone);
        }
        return texts;
    }
}
