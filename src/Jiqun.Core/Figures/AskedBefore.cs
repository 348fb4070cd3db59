using System.Globalization;
using System.Runtime.InteropServices;

namespace Jiqun.Core.Figures;

/// <summary>What was asked of the entries of a round, so that of a group of entries that are still the same it is not asked again. Of one round, form and set of figures; for one at a time.</summary>
/// <remarks>What is kept here is changed in place, never made anew: it is of thousands of entries, of which between two looks hardly one changes.</remarks>
public sealed class AskedBefore
{
    readonly Dictionary<RoundEntry, Kept> entries = new(ReferenceEqualityComparer.Instance);
    readonly List<Dictionary<string, IReadOnlyList<RoundEntry>>> groups = [];
    readonly Dictionary<string, Answers> byLanguage = [];
    Answers answers = new();
    CopiedText? texts;

    /// <param name="At">Where the entry stands among all.</param>
    /// <param name="Keys">By what it is held against others.</param>
    readonly record struct Kept(int At, IReadOnlyList<string> Keys);

    /// <summary>In one language.</summary>
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
    /// <param name="keysOf">By what an entry is held against others: of each entry as many. Empty: against none.</param>
    internal void Begin(IReadOnlyList<RoundEntry> all, Func<RoundEntry, IReadOnlyList<string>> keysOf)
    {
        Group(all, keysOf);
        if (!byLanguage.TryGetValue(CultureInfo.CurrentUICulture.Name, out answers!))
            byLanguage[CultureInfo.CurrentUICulture.Name] = answers = [];
        foreach (var (key, known) in answers)
        {
            if (known.LastAsked < answers.Times)
                answers.Remove(key);
        }
        answers.Times++;
    }

    void Group(IReadOnlyList<RoundEntry> all, Func<RoundEntry, IReadOnlyList<string>> keysOf)
    {
        List<RoundEntry> changed = [];
        var (last, isMoved) = (-1, false);
        for (var at = 0; at < all.Count; at++)
        {
            ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, all[at], out var isKept);
            if (!isKept)
                changed.Add(all[at]);
            else if (kept.At < last)
                isMoved = true;
            else
                last = kept.At;
            kept = new Kept(at, isKept ? kept.Keys : keysOf(all[at]));
        }
        List<RoundEntry> gone = entries.Count == all.Count ? [] : [.. entries.Keys.Where(e => !IsIn(e))];
        if (isMoved)
        {
            groups.Clear();
            changed = [.. all];
        }
        foreach (var group in changed.Concat(gone).SelectMany(e => entries[e].Keys.Select((key, nth) => (Nth: nth, Key: key, Entry: e))).Where(k => k.Key.Length > 0).GroupBy(k => (k.Nth, k.Key), k => k.Entry))
        {
            while (groups.Count <= group.Key.Nth)
                groups.Add([]);
            var alike = groups[group.Key.Nth];
            alike[group.Key.Key] = [.. alike.GetValueOrDefault(group.Key.Key, []).Concat(group).Where(IsIn).OrderBy(e => entries[e].At)];
            if (alike[group.Key.Key].Count == 0)
                alike.Remove(group.Key.Key);
        }
        foreach (var entry in gone)
            entries.Remove(entry);

        bool IsIn(RoundEntry entry) => entries[entry].At is var at && at < all.Count && ReferenceEquals(all[at], entry);
    }

    /// <summary>Entries with the same key, where there are several: in the order of all.</summary>
    /// <param name="nth">Of the keys.</param>
    internal IEnumerable<(string Key, IReadOnlyList<RoundEntry> Entries)> Alike(int nth) =>
        from alike in nth < groups.Count ? groups[nth] : [] where alike.Value.Count > 1 orderby entries[alike.Value[0]].At select (alike.Key, alike.Value);

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
    internal CopiedText Texts(CopiedQuestion asked, IReadOnlyList<RoundEntry> all)
    {
        texts ??= new CopiedText(asked.Least);
        foreach (var entry in all.Where(e => !texts.Entries.Contains(e.Id)))
            texts.Put(entry.Id, [.. from field in asked.Fields let text = entry.Answers.Text(field) where text is not null select new OwnText(entry.Id, field, text)]);
        if (texts.Entries.Count > all.Count)
        {
            foreach (var gone in texts.Entries.Except(all.Select(e => e.Id)).ToList())
                texts.Remove(gone);
        }
        return texts;
    }
}
