using System.Globalization;
using DiffPlex;

namespace Jiqun.Portal.Entries;

/// <summary>A stretch of a text, and whether the other text has it, too.</summary>
public readonly record struct Stretch(string Text, bool IsChanged);

/// <summary>In what two texts differ, word by word; in Chinese, which has no blanks, character by character.</summary>
public static class TextDifference
{
    /// <summary>Longer texts are shown without marks: the search grows with the square of what differs.</summary>
    public const int Longest = 20_000;

    /// <returns>Either text in stretches, changed and unchanged in turn.</returns>
    public static (IReadOnlyList<Stretch> From, IReadOnlyList<Stretch> To) Of(string from, string to)
    {
        if (from.Length + to.Length > Longest || from.Length == 0 || to.Length == 0)
            return ([new Stretch(from, true)], [new Stretch(to, true)]);
        var found = Differ.Instance.CreateDiffs(from, to, ignoreWhiteSpace: false, ignoreCase: false, Chunker);
        return (Stretches(found.PiecesOld, found.DiffBlocks.Select(b => (b.DeleteStartA, b.DeleteCountA))),
            Stretches(found.PiecesNew, found.DiffBlocks.Select(b => (b.InsertStartB, b.InsertCountB))));
    }

    static List<Stretch> Stretches(IReadOnlyList<string> pieces, IEnumerable<(int Start, int Count)> changed)
    {
        List<Stretch> stretches = [];
        var at = 0;
        foreach (var (start, count) in changed)
        {
            Add(at, start, false);
            Add(start, start + count, true);
            at = start + count;
        }
        Add(at, pieces.Count, false);
        return stretches;

        void Add(int begin, int end, bool isChanged)
        {
            if (end > begin)
                stretches.Add(new Stretch(string.Concat(pieces.Skip(begin).Take(end - begin)), isChanged));
        }
    }

    static readonly IChunker Chunker = new Words();

    /// <summary>Latin words and numbers are one piece each; any other character is one.</summary>
    sealed class Words : IChunker
    {
        public IReadOnlyList<string> Chunk(string text)
        {
            List<string> pieces = [];
            for (var at = 0; at < text.Length;)
            {
                var end = at + 1;
                if (IsInWord(text[at]))
                {
                    while (end < text.Length && (IsInWord(text[end]) || text[end] is '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]) && char.IsAsciiDigit(text[end - 1])))
                        end++;
                }
                else
                {
                    end = at + StringInfo.GetNextTextElementLength(text, at);
                }
                pieces.Add(text[at..end]);
                at = end;
            }
            return pieces;
        }

        static bool IsInWord(char c) => char.IsAsciiLetterOrDigit(c);
    }
}
