using System.Text.RegularExpressions;

namespace Jiqun.Portal.Layout;

/// <summary>Tables of text, as spreadsheets read them. No cell is ever a formula.</summary>
static partial class Csv
{
    /// <summary>A row with its line end.</summary>
    public static string Line(params IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>What a spreadsheet would take for a formula begins with an apostrophe, blanks before it notwithstanding. A number below 0 is none.</summary>
    static string Cell(string text)
    {
        var safe = !Negative().IsMatch(text) && text.TrimStart() is [('=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠'), ..] || text is [('\t' or '\r' or '\n'), ..] ? $"'{text}" : text;
        return safe.AsSpan().IndexOfAny("\",\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    [GeneratedRegex(@"\A-[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Negative();
}
