namespace Jiqun.Core.Sheets;

/// <summary>Takes the printed hint away from in front of an answer, also where its punctuation, width or a few characters differ.</summary>
static class Hint
{
    /// <summary>A hint as <see cref="Strip"/> wants it.</summary>
    public static string Folded(string hint) => string.Concat(hint.Select(Char).Where(c => c is not '\0'));

    /// <param name="printed">The folded hint.</param>
    /// <returns>The answer without the hint; the text as it is when it does not begin or end with the hint.</returns>
    public static string Strip(string text, string printed)
    {
        if (text.Length == 0)
            return text;
        if (PrefixEnd(text, printed) is > 0 and var end)
            return text[AfterClosing(text, end)..].Trim();
        return Suffix(text, printed) is >= 0 and var start ? text[..start].Trim() : text;
    }

    /// <summary>How far into the text the hint reaches; 0 when the text does not begin with it.</summary>
    static int PrefixEnd(string text, string printed)
    {
        var (i, end) = (0, 0);
        for (var at = 0; at < text.Length && i < printed.Length; at++)
        {
            if (Char(text[at]) is not '\0' and var c)
            {
                if (c != printed[i++])
                    return printed.Length >= 12 ? NearPrefixEnd(text, printed) : 0;
                end = at + 1;
            }
        }
        return i == printed.Length ? end : 0;
    }

    /// <summary>Placeholders (XX, ××, 某某) do not count: people write them in many ways.</summary>
    static char Char(char c) => Fold.Char(c) is var folded and not ('x' or '某') ? folded : '\0';

    /// <summary>As <see cref="PrefixEnd"/>, with one character in ten put in, left out or exchanged.</summary>
    static int NearPrefixEnd(string text, string printed)
    {
        if (!BeginsAlike(text, printed))
            return 0;
        var allowed = printed.Length / 10;
        var length = printed.Length + allowed;
        var folded = new List<char>(length);
        var ends = new List<int>(length);
        for (var at = 0; at < text.Length && folded.Count < length; at++)
        {
            if (Char(text[at]) is not '\0' and var c)
            {
                folded.Add(c);
                ends.Add(at + 1);
            }
        }
        if (folded.Count < printed.Length - allowed)
            return 0;

        // row[j]: fewest changes that turn the hint's beginning read so far into the text's first j characters
        var row = new int[folded.Count + 1];
        for (var j = 0; j <= folded.Count; j++)
            row[j] = j;
        for (var i = 1; i <= printed.Length; i++)
        {
            var (diagonal, least) = (row[0], i);
            row[0] = i;
            for (var j = 1; j <= folded.Count; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (printed[i - 1] == folded[j - 1] ? 0 : 1));
                diagonal = above;
                least = Math.Min(least, row[j]);
            }
            if (least > allowed)
                return 0;
        }
        var best = 0;
        for (var j = 1; j <= folded.Count; j++)
        {
            if (row[j] < row[best] || (row[j] == row[best] && folded[j - 1] == printed[^1]))
                best = j;
        }
        return row[best] <= allowed ? ends[best - 1] : 0;
    }

    /// <summary>A look at the first characters, which spares nearly every answer the comparison.</summary>
    static bool BeginsAlike(string text, string printed)
    {
        Span<char> beginning = stackalloc char[12];
        var length = 0;
        for (var at = 0; at < text.Length && length < beginning.Length; at++)
        {
            if (Char(text[at]) is not '\0' and var c)
                beginning[length++] = c;
        }
        return Captions.Alike(beginning[..length], printed);
    }

    /// <summary>The hint's own closing punctuation, a colon and blanks behind it go with it.</summary>
    static int AfterClosing(string text, int end)
    {
        while (end < text.Length && (char.IsWhiteSpace(text[end]) || text[end] is '）' or ')' or '】' or ']' or '。' or '.' or '：' or ':' or '；' or ';'))
            end++;
        return end;
    }

    /// <summary>Where the hint begins at the text's end; -1 when the text does not end with it, in brackets.</summary>
    static int Suffix(string text, string printed)
    {
        if (text[^1] is not ('）' or ')'))
            return -1;
        var i = printed.Length;
        for (var at = text.Length - 1; at >= 0; at--)
        {
            if (i == 0 && text[at] is '（' or '(')
                return at;
            if (Char(text[at]) is not '\0' and var c && (i == 0 || c != printed[--i]))
                return -1;
        }
        return -1;
    }
}
