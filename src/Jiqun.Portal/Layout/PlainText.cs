namespace Jiqun.Portal.Layout;

/// <summary>Words that people write, as they are kept.</summary>
static class PlainText
{
    /// <summary>Without blanks at both ends; line ends are line feeds; what a database cannot hold is replaced, as the documents show it.</summary>
    public static string Of(string written)
    {
        var text = written.ReplaceLineEndings("\n").Trim();
        return text.Contains('\0') || text.Any(char.IsSurrogate) ? string.Concat(text.EnumerateRunes()).Replace('\0', '\uFFFD') : text;
    }
}
