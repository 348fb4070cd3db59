namespace Jiqun.Core.Figures;

/// <summary>A text of an entry in which copies are looked for.</summary>
/// <param name="Entry">Whose it is.</param>
public sealed record OwnText(string Entry, string Field, string Text);

/// <summary>The same passage in two texts; punctuation, blanks and width may differ.</summary>
/// <param name="FirstAt">Where it begins in the first text; its end is behind its last character.</param>
public sealed record Passage(OwnText First, int FirstAt, int FirstEnd, OwnText Second, int SecondAt, int SecondEnd)
{
    public string InFirst => First.Text[FirstAt..FirstEnd];

    public string InSecond => Second.Text[SecondAt..SecondEnd];
}

/// <summary>Texts of entries, and the passages that those of different entries share. An entry that comes or goes costs what is to be looked at of it, not of all.</summary>
/// <remarks>Winnowing: Schleimer, Wilkerson and Aiken, “Winnowing: local algorithms for document fingerprinting” (SIGMOD 2003). No passage of the wanted length is missed.</remarks>
/// <param name="least">Letters and digits that a passage has; at least <see cref="Shortest"/>.</param>
public sealed class CopiedText(int least)
{
    /// <summary>Letters and digits of a shingle, and so of the shortest passage that can be looked for.</summary>
    public const int Shortest = 20;

    /// <summary>What stands in more entries is a phrase that everybody uses: the form's own words, the name of a policy.</summary>
    const int MostEntries = 20;

    /// <summary>What stands in more places is a text of few letters over and over: each place of one would be compared with each of the other.</summary>
    const int MostPlaces = 300;

    const ulong Base = 0x9E3779B97F4A7C15;

    /// <summary>Where a shingle stands. Nearly all stand in one place alone.</summary>
    readonly Dictionary<ulong, object> places = [];

    readonly Dictionary<string, List<Known>> entries = [];

    /// <summary>Texts with whose passages something changed since they were found.</summary>
    readonly HashSet<Known> stale = [];

    readonly Dictionary<Known, Dictionary<Known, List<Run>>> found = [];

    /// <summary>A text with the hashes of its shingles that were chosen.</summary>
    sealed class Known(OwnText text, (ulong Hash, int At)[] prints)
    {
        public OwnText Text => text;

        public (ulong Hash, int At)[] Prints => prints;
    }

    readonly record struct Place(Known Text, int At);

    sealed record Run(int First, int Second, int Length)
    {
        /// <summary>As it stands in the texts; null until it is asked for.</summary>
        public Passage? Passage;
    }

    /// <summary>Passages between any two entries of these.</summary>
    public static IReadOnlyList<Passage> Find(IReadOnlyList<OwnText> texts, int least)
    {
        var copied = new CopiedText(least);
        foreach (var entry in texts.GroupBy(t => t.Entry))
            copied.Put(entry.Key, [.. entry]);
        return copied.Passages();
    }

    /// <summary>Entries that are known.</summary>
    public IReadOnlyCollection<string> Entries => entries.Keys;

    /// <summary>The texts of an entry, in place of those that it had.</summary>
    public void Put(string entry, IReadOnlyList<OwnText> texts)
    {
        Remove(entry);
        List<Known> own = [];
        foreach (var text in texts)
        {
            var known = new Known(text, [.. Prints(Plain.Of(text).Letters, least - Shortest + 1)]);
            own.Add(known);
            stale.Add(known);
            foreach (var (hash, at) in known.Prints)
            {
                if (places.TryAdd(hash, new Place(known, at)))
                    continue;
                var all = places[hash] as List<Place> ?? [(Place)places[hash]];
                var wasTooMany = TooMany(all);
                all.Add(new Place(known, at));
                places[hash] = all;
                if (!wasTooMany && TooMany(all))
                    stale.UnionWith(all.Select(p => p.Text));
            }
        }
        entries[entry] = own;
    }

    /// <summary>Nothing happens when there is no such entry.</summary>
    public void Remove(string entry)
    {
        if (!entries.Remove(entry, out var own))
            return;
        foreach (var known in own)
        {
            foreach (var (hash, at) in known.Prints)
            {
                if (places[hash] is not List<Place> all)
                {
                    places.Remove(hash);
                    continue;
                }
                var wasTooMany = TooMany(all);
                all.Remove(new Place(known, at));
                if (wasTooMany && !TooMany(all))
                    stale.UnionWith(all.Select(p => p.Text));
                if (all.Count == 0)
                    places.Remove(hash);
            }
            Forget(known);
            stale.Remove(known);
        }
    }

    static bool TooMany(List<Place> all) => all.Count > MostPlaces || all.Count > MostEntries && all.DistinctBy(p => p.Text.Text.Entry).Count() > MostEntries;

    void Forget(Known known)
    {
        if (found.Remove(known, out var others))
            foreach (var other in others.Keys)
                found[other].Remove(known);
    }

    /// <returns>Passages between two entries each, as long as they go; in the order of the entries' ids and fields, those of one pair in the order of the first text.</returns>
    public IReadOnlyList<Passage> Passages()
    {
        Dictionary<Known, Plain> plain = [];
        Plain PlainOf(Known known) => plain.TryGetValue(known, out var there) ? there : plain[known] = Plain.Of(known.Text);
        foreach (var known in stale)
            Forget(known);
        HashSet<Known> done = [];
        foreach (var known in stale)
        {
            done.Add(known);
            foreach (var (hash, at) in known.Prints)
            {
                if (places[hash] is not List<Place> all || TooMany(all))
                    continue;
                foreach (var other in all)
                    if (other.Text.Text.Entry != known.Text.Entry && !done.Contains(other.Text))
                        Add(new Place(known, at), other);
            }
        }
        stale.Clear();
        return [..
            from one in found
            from other in one.Value
            where Order(one.Key, other.Key) < 0
            orderby one.Key.Text.Entry, other.Key.Text.Entry, one.Key.Text.Field, other.Key.Text.Field
            from run in other.Value.OrderBy(r => r.First).ThenBy(r => r.Second)
            select run.Passage ??= PassageOf(one.Key, other.Key, run)];

        Passage PassageOf(Known one, Known other, Run run)
        {
            var (first, second) = (PlainOf(one).Places, PlainOf(other).Places);
            return new Passage(one.Text, first[run.First], first[run.First + run.Length - 1] + 1, other.Text, second[run.Second], second[run.Second + run.Length - 1] + 1);
        }

        void Add(Place one, Place other)
        {
            if (Order(one.Text, other.Text) > 0)
                (one, other) = (other, one);
            var runs = Runs(one.Text, other.Text);
            if (runs.Exists(r => one.At - r.First == other.At - r.Second && one.At >= r.First && one.At < r.First + r.Length))
                return;                                    // within a passage that is known
            var (a, b) = (PlainOf(one.Text).Letters, PlainOf(other.Text).Letters);
            var back = 0;
            while (back < Math.Min(one.At, other.At) && a[one.At - back - 1] == b[other.At - back - 1])
                back++;
            var length = a.AsSpan(one.At - back).CommonPrefixLength(b.AsSpan(other.At - back));
            if (length >= least)
                runs.Add(new Run(one.At - back, other.At - back, length));
        }

        List<Run> Runs(Known one, Known other)
        {
            if (!found.TryGetValue(one, out var of))
                found[one] = of = [];
            if (of.TryGetValue(other, out var runs))
                return runs;
            of[other] = runs = [];
            if (!found.TryGetValue(other, out var back))
                found[other] = back = [];
            return back[one] = runs;                       // either side forgets them
        }
    }

    static int Order(Known one, Known other) => string.CompareOrdinal(one.Text.Entry, other.Text.Entry);

    /// <summary>Of each window the shingle with the smallest hash: whatever two texts share over a window and a shingle, they share one of these.</summary>
    static IEnumerable<(ulong Hash, int At)> Prints(char[] letters, int window)
    {
        if (letters.Length < Shortest)
            yield break;
        var hashes = new ulong[letters.Length - Shortest + 1];
        ulong hash = 0, top = 1;
        unchecked
        {
            for (var i = 0; i < Shortest; i++)
            {
                hash = hash * Base + letters[i] + 1;
                top *= i == 0 ? 1 : Base;
            }
            hashes[0] = hash;
            for (var i = 1; i < hashes.Length; i++)
                hashes[i] = hash = (hash - (letters[i - 1] + 1u) * top) * Base + letters[i + Shortest - 1] + 1;
        }
        var (least, last) = (-1, -1);
        for (var end = Math.Min(window, hashes.Length); end <= hashes.Length; end++)
        {
            var start = Math.Max(0, end - window);
            if (least < start)
            {
                least = start;
                for (var i = start + 1; i < end; i++)
                    least = Mixed(hashes[i]) <= Mixed(hashes[least]) ? i : least;
            }
            else if (Mixed(hashes[end - 1]) <= Mixed(hashes[least]))
            {
                least = end - 1;
            }
            if (least != last)
                yield return (hashes[least], last = least);
        }
    }

    /// <summary>Spreads the hash: that of a text with few different characters would else fall with its place.</summary>
    static ulong Mixed(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93;
            return hash ^ hash >> 32;
        }
    }

    /// <summary>The letters and digits of a text, narrow and small, and where each stands in it.</summary>
    sealed record Plain(char[] Letters, int[] Places)
    {
        public static Plain Of(OwnText text)
        {
            List<char> letters = new(text.Text.Length);
            List<int> places = new(text.Text.Length);
            for (var at = 0; at < text.Text.Length; at++)
            {
                var letter = Identifiers.HalfWidth.Of(text.Text[at]);
                if (!char.IsLetterOrDigit(letter) && !char.IsSurrogate(letter))
                    continue;
                letters.Add(char.ToLowerInvariant(letter));
                places.Add(at);
            }
            return new Plain([.. letters], [.. places]);
        }
    }
}
