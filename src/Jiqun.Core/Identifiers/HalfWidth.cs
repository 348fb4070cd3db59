namespace Jiqun.Core.Identifiers;

/// <summary>Full-width forms and their half-width ones: １ and 1, ． and ., （ and (. Character by character, so positions stay.</summary>
public static class HalfWidth
{
    /// <summary>The half-width form; every kind of blank, line feeds among them, as U+0020.</summary>
    internal static char Of(char c) => c switch
    {
        >= '！' and <= '～' => (char)(c - '！' + '!'),
        '\u200b' or '\ufeff' => ' ',
        _ when char.IsWhiteSpace(c) => ' ',
        _ => c,
    };

    /// <summary>The half-width forms, every kind of blank as U+0020.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? text
            : string.Create(text.Length, text, static (folded, written) =>
            {
                for (var i = 0; i < folded.Length; i++)
                    folded[i] = Of(written[i]);
            });

    /// <summary>What people type for a hyphen.</summary>
    internal static bool IsDash(char c) => c is '-' or '\u00ad' or (>= '\u2010' and <= '\u2015') or '\u2212' or '\u2500' or '\ufe58' or '\ufe63' or '－';
}
