using System.Buffers;
using System.Globalization;
using System.Text;

namespace Jiqun.Documents.Excel;

/// <summary>Text as a cell of a workbook can hold it.</summary>
/// <remarks>Source: ECMA-376-1, 22.9.2.19 (ST_Xstring): what XML cannot hold is written <c>_xHHHH_</c>, so a literal <c>_xHHHH_</c>
/// must be escaped as well. The longest text of a cell is Excel's, 32,767 UTF-16 units.</remarks>
static class CellText
{
    const int Longest = 32_767, Kept = 32_000;

    static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Except([9, 10]).Select(c => (char)c), .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c), '_', '\uFFFE', '\uFFFF']);

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
        var at = text.AsSpan().IndexOfAny(Suspects);
        if (at < 0)
            return text;

        var escaped = new StringBuilder(text, 0, at, text.Length + 16);
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                escaped.Append(c).Append(text[++at]);
            else if (c == '_' ? IsEscape(text.AsSpan(at)) : c is not (' ' or '\t' or '\n') && Suspects.Contains(c))
                escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }

    static bool IsEscape(ReadOnlySpan<char> text) =>
        text.Length >= 7 && text[1] is 'x' or 'X' && text[6] == '_'
        && char.IsAsciiHexDigit(text[2]) && char.IsAsciiHexDigit(text[3]) && char.IsAsciiHexDigit(text[4]) && char.IsAsciiHexDigit(text[5]);
}
