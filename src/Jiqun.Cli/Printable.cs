namespace Jiqun.Cli;

/// <summary>Names and quotations on a terminal: on one line, and without what would command it or turn the direction of writing.</summary>
static class Printable
{
    public static string Of(string text) => text.Any(IsCommand) ? string.Concat(text.Select(c => IsCommand(c) ? '\uFFFD' : c)) : text;

    static bool IsCommand(char c) => char.IsControl(c) || c is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
