using System.Globalization;

namespace Jiqun.Core.Sheets;

/// <summary>A text as it can be printed, and read back from what was printed.</summary>
public static class Paragraphs
{
    const char SoftHyphen = '\u00AD', Replacement = '\uFFFD';

    /// <summary>The lines of a text, each trimmed, the empty ones dropped.</summary>
    /// <remarks>
    /// What no document can hold is shown, not dropped: control characters as their pictures (␁ for U+0001), and as U+FFFD those that have
    /// none (U+0080 to U+009F), halves of surrogate pairs and what is no character. Soft hyphens are no part of an answer.
    /// </remarks>
    public static IReadOnlyList<string> Of(string text)
    {
        List<string> lines = [];
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] is not ('\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029'))
                continue;
            if (Shown(text.AsSpan(start, at - start)).Trim() is { Length: > 0 } line)
                lines.Add(line);
            start = at + 1;
        }
        return lines;
    }

    static string Shown(ReadOnlySpan<char> line)
    {
        var plain = true;
        foreach (var c in line)
            plain &= c is >= ' ' and < '\u007F' or > '\u00AD' and < '\uD800' or '\t' or > '\uDFFF' and < '\uFDD0' or > '\uFDEF' and < '\uFFFE';
        if (plain)
            return line.ToString();
        var shown = new List<char>(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (char.IsHighSurrogate(c) && i + 1 < line.Length && char.IsLowSurrogate(line[i + 1]))
            {
                if ((char.ConvertToUtf32(c, line[++i]) & 0xFFFE) == 0xFFFE)
                    shown.Add(Replacement);
                else
                    shown.AddRange([c, line[i]]);
            }
            else if (c is < ' ' and not '\t')
                shown.Add((char)('\u2400' + c));
            else if (c is '\u007F')
                shown.Add('\u2421');
            else if (char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' or >= '\uFDD0' and <= '\uFDEF' || char.GetUnicodeCategory(c) is UnicodeCategory.Control && c != '\t')
                shown.Add(Replacement);
            else if (c is not SoftHyphen)
                shown.Add(c);
        }
        return new string([.. shown]);
    }
}
