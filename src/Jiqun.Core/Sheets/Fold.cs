namespace Jiqun.Core.Sheets;

/// <summary>What remains of printed words when everything is left out in which copies of a form differ: blanks, punctuation, width and case.</summary>
static class Fold
{
    /// <summary>Longest text that is compared as printed words.</summary>
    public const int Longest = 128;

    /// <summary>The character to compare, or '\0' when it does not count.</summary>
    public static char Char(char c)
    {
        if (c is >= '\uFF01' and <= '\uFF5E')
            c = (char)(c - 0xFEE0);
        if (c < 128)
            return char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : char.IsAsciiLetterOrDigit(c) ? c : '\0';
        return c is >= '\u4E00' and <= '\u9FFF' || char.IsLetterOrDigit(c) || char.IsSurrogate(c) ? c : '\0';
    }

    public static string Text(ReadOnlySpan<char> text)
    {
        Span<char> kept = text.Length <= 512 ? stackalloc char[text.Length] : new char[text.Length];
        return new string(kept[..Into(text, kept)]);
    }

    static int Into(ReadOnlySpan<char> text, Span<char> kept)
    {
        var n = 0;
        foreach (var c in text)
        {
            if (Char(c) is not '\0' and var folded)
                kept[n++] = folded;
        }
        return n;
    }
}
