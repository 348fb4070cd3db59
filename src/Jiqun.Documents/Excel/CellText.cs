using System.Globalization;
using System.Text;

namespace Jiqun.Documents.Excel;

/// <summary>Text as a cell of a workbook can hold it.</summary>
/// <remarks>Source: ECMA-376-1, 22.9.2.19 (ST_Xstring): what XML cannot hold is written <c>_xHHHH_</c>, so a literal <c>_xHHHH_</c>
/// must be escaped as well. The longest text of a cell is Excel's, 32,767 UTF-16 units.</remarks>
static class CellText
{
    const int Longest = 32_767, Kept = 32_000;

    /// <summary>Begins as a formula does: spreadsheets must be told that it is text, also when the sheet is saved as CSV and opened again.</summary>
    public static bool LooksLikeFormula(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r';

    /// <summary>Cut where no cell could hold it, with a note of that; then escaped.</summary>
    public static string Of(string text) => Escape(text.Length > Longest ? Cut(text) : text);

    static string Cut(string text)
    {
        var end = char.IsHighSurrogate(text[Kept - 1]) ? Kept - 1 : Kept;
        return text[..end] + Messages.Of("cell-cut", text.Length);
    }

    static string Escape(string text)
    {
        var at = 0;
        while (at < text.Length && !IsSuspect(text[at]))
            at++;
        if (at == text.Length)
            return text;

        var escaped = new StringBuilder(text, 0, at, text.Length + 16);
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                escaped.Append(c).Append(text[++at]);
            else if (c == '_' ? IsEscape(text.AsSpan(at)) : IsSuspect(c))
                escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }

    // A plain comparison: a search for so many values is slower on Chinese.
    static bool IsSuspect(char c) => c is < ' ' and not ('\t' or '\n') or '_' or (>= '\uD800' and <= '\uDFFF') or >= '\uFFFE';

    static bool IsEscape(ReadOnlySpan<char> text) =>
        text.Length >= 7 && text[1] is 'x' or 'X' && text[6] == '_'
        && char.IsAsciiHexDigit(text[2]) && char.IsAsciiHexDigit(text[3]) && char.IsAsciiHexDigit(text[4]) && char.IsAsciiHexDigit(text[5]);
}
