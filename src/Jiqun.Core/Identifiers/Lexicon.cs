namespace Jiqun.Core.Identifiers;

/// <summary>Words to be found in running text, the longest first.</summary>
sealed class Lexicon<T>
    where T : class
{
    readonly Dictionary<string, T> words = [];
    readonly Dictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    readonly Dictionary<char, ulong> lengths = [];        // first character → bit n: there is a word of n characters

    internal Lexicon() => bySpan = words.GetAlternateLookup<ReadOnlySpan<char>>();

    internal T? this[string word]
    {
        get => words.GetValueOrDefault(word);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(word.Length, 63);
            words[word] = value;
            lengths[word[0]] = lengths.GetValueOrDefault(word[0]) | 1UL << word.Length;
        }
    }

    /// <summary>The longest word that begins at <paramref name="at"/> and is shorter than <paramref name="below"/>; 0 when there is none.</summary>
    internal int LongestAt(ReadOnlySpan<char> text, int at, int below, out T? found)
    {
        if (lengths.TryGetValue(text[at], out var known))
            for (var length = Math.Min(Math.Min(63, below - 1), text.Length - at); length > 0; length--)
                if ((known >> length & 1) != 0 && bySpan.TryGetValue(text.Slice(at, length), out found))
                    return length;
        found = null;
        return 0;
    }
}
