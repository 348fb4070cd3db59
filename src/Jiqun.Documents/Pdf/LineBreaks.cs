using System.Buffers;
using System.Globalization;

namespace Jiqun.Documents.Pdf;

/// <summary>Where a Chinese text may be broken into lines.</summary>
/// <remarks>
/// Source: CLREQ (W3C, Requirements for Chinese Text Layout) §3.1.2 and UAX #14, as far as they matter here: no closing punctuation at
/// a line's start, no opening punctuation at its end, numbers and Latin words kept whole, double dashes and ellipses never parted.
/// </remarks>
static class LineBreaks
{
    static readonly SearchValues<char> NeverFirst = SearchValues.Create(
        "，。、；：？！）】》」』〉〕〗｝］”’…—～·•,.;:?!)]}%‰％℃°′″¢￠ー々〻ゝゞヽヾァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ–‐／/");

    static readonly SearchValues<char> NeverLast = SearchValues.Create("（【《「『〈〔〖｛［“‘([{￥¥£€№§＃＠");

    /// <summary>Characters inside Latin words and numbers: R&amp;D, 1,234.5, e-mail, a/b.</summary>
    static readonly SearchValues<char> InWord = SearchValues.Create("'’.,-_/&+:@%#=~?!*\\^|\"`<>$;‐‑–");

    /// <summary>Whether a new line may begin at this character, which is not the first.</summary>
    public static bool Before(ReadOnlySpan<char> text, int at)
    {
        var (before, after) = (text[at - 1], text[at]);
        if (char.IsLowSurrogate(after) || IsSpace(after) || Joins(text, at))
            return false;
        if (IsSpace(before))
            return !NeverFirst.Contains(after) || IsLatin(after);
        if (NeverLast.Contains(before))
            return false;
        if (IsLatin(before) && IsLatin(after))
            return false;
        return !NeverFirst.Contains(after) && !IsWithinBrackets(text, at);
    }

    /// <summary>Whether a word that is too long for a line may be parted here: behind a hyphen, stroke or dot, before an at sign.</summary>
    public static bool InWordBefore(ReadOnlySpan<char> text, int at) =>
        (text[at - 1] is '-' or '/' or '_' or '.' && IsLatin(text[at])) || text[at] is '@';

    /// <summary>A unit in brackets, such as （亿元）, stays together.</summary>
    static bool IsWithinBrackets(ReadOnlySpan<char> text, int at)
    {
        const int longest = 3;
        var from = Math.Max(0, at - longest);
        var open = from + text[from..at].LastIndexOfAny('（', '）');
        return open >= from && text[open] is '（' && text[at..Math.Min(text.Length, open + longest + 2)].Contains('）');
    }

    static bool IsSpace(char c) => c is ' ' or '\t' or '\u2003' or '\u3000' or '\u2002' or '\u2009';

    /// <summary>Letters, digits and what stands inside words, of all scripts but those written without spaces.</summary>
    static bool IsLatin(char c) =>
        char.IsAsciiLetterOrDigit(c) || InWord.Contains(c) || c is >= '\u00C0' and < '\u0E00' or >= '\u1E00' and < '\u2000' or '\u00A0' or '\u202F' or '\u2060' or '\uFEFF';

    /// <summary>Marks, joiners and variation selectors belong to what they follow.</summary>
    static bool Joins(ReadOnlySpan<char> text, int at)
    {
        var c = text[at];
        if (c < '\u0300')
            return false;
        if (text[at - 1] is '\u200D' or '\u2060')
            return true;
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsSurrogatePair(c, text[at + 1]))
            return char.ConvertToUtf32(c, text[at + 1]) is >= 0xE0100 and <= 0xE01EF or >= 0x1F3FB and <= 0x1F3FF;
        return char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;
    }
}
