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

/// <summary>Finds passages that texts of different entries share.</summary>
/// <remarks>Winnowing: Schleimer, Wilkerson and Aiken, “Winnowing: local algorithms for document fingerprinting” (SIGMOD 2003). No passage of the wanted length is missed.</remarks>
public static class CopiedText
{
    /// <summary>Letters and digits of a shingle, and so of the shortest passage that can be looked for.</summary>
    public const int Shortest = 20;

    /// <summary>What stands in more entries is a phrase that everybody uses: the form's own words, the name of a policy.</summary>
    const int MostEntries = 20;

    /// <summary>What stands in more places is a text of few letters over and over: each place of one would be compared with each of the other.</summary>
    const int MostPlaces = 300;

    const ulong Base = 0x9E3779B97F4A7C15;

    /// <param name="least">Letters and digits that a passage has; at least <see cref="Shortest"/>.</param>
    /// <returns>Passages between two entries each, as long as they go; those of one pair in the order of the first text.</returns>
    public static IReadOnlyList<Passage> Find(IReadOnlyList<OwnText> texts, int least)
    {
        var plain = texts.Select(Plain.Of).ToList();
        Dictionary<ulong, List<(int Text, int At)>> prints = [];
        for (var t = 0; t < plain.Count; t++)
            foreach (var (hash, at) in Prints(plain[t].Letters, least - Shortest + 1))
            {
                if (!prints.TryGetValue(hash, out var places))
                    prints[hash] = places = [];
                places.Add((t, at));
            }

        Dictionary<(int, int), List<(int First, int Second, int Length)>> found = [];
        foreach (var places in prints.Values)
        {
            if (places.Count is 1 or > MostPlaces || places.DistinctBy(p => texts[p.Text].Entry).Count() > MostEntries)
                continue;
            for (var i = 0; i < places.Count; i++)
                for (var j = i + 1; j < places.Count; j++)
                    if (texts[places[i].Text].Entry != texts[places[j].Text].Entry)
                        Add(places[i], places[j]);
        }
        return [..
            from pair in found
            orderby pair.Key
            from run in pair.Value.OrderBy(r => r.First).ThenBy(r => r.Second)
            let first = plain[pair.Key.Item1]
            let second = plain[pair.Key.Item2]
            select new Passage(
                texts[pair.Key.Item1], first.Places[run.First], first.Places[run.First + run.Length - 1] + 1,
                texts[pair.Key.Item2], second.Places[run.Second], second.Places[run.Second + run.Length - 1] + 1)];

        void Add((int Text, int At) one, (int Text, int At) other)
        {
            if (!found.TryGetValue((one.Text, other.Text), out var runs))
                found[(one.Text, other.Text)] = runs = [];
            if (runs.Exists(r => one.At - r.First == other.At - r.Second && one.At >= r.First && one.At < r.First + r.Length))
                return;                                    // within a passage that is known
            var (a, b) = (plain[one.Text].Letters, plain[other.Text].Letters);
            var back = 0;
            while (back < Math.Min(one.At, other.At) && a[one.At - back - 1] == b[other.At - back - 1])
                back++;
            var length = a.AsSpan(one.At - back).CommonPrefixLength(b.AsSpan(other.At - back));
            if (length >= least)
                runs.Add((one.At - back, other.At - back, length));
        }
    }

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
