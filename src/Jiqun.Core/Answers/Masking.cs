using System.Text;
using System.Text.RegularExpressions;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Answers;

/// <summary>脱敏: personal values as they stand where nobody needs them: enough to tell one from another, too little to use.</summary>
public static partial class Masking
{
    const string Hidden = "****";

    /// <summary>A value as it may be shown; of a field that is not personal, the value itself.</summary>
    public static string Of(Field field, string text) => !field.Personal || text.Length == 0 ? text : field.Kind switch
    {
        FieldKind.Mobile or FieldKind.Phone => Number(text),
        FieldKind.Email => Email(text),
        _ => OfPerson(text),
    };

    /// <summary>What a person wrote about themselves, whatever it is: 王小明 → 王**. Empty stays empty.</summary>
    public static string OfPerson(string text) => text.Length == 0 ? "" : First(text) + "**";

    /// <summary>A text without the mobile numbers, e-mail addresses and identity card numbers that are recognised in it; the text itself when there are none. Names of people are not recognised.</summary>
    public static string InText(string text)
    {
        var found = Contact().Matches(Narrow(text));
        if (found.Count == 0)
            return text;
        var masked = new StringBuilder(text.Length);
        var at = 0;
        foreach (Match match in found)
        {
            masked.Append(text, at, match.Index - at).Append(Hidden);
            at = match.Index + match.Length;
        }
        return masked.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Full-width digits, letters and marks as the usual ones, each in its place.</summary>
    static string Narrow(string text) => string.Create(text.Length, text, (narrow, wide) =>
    {
        for (var i = 0; i < wide.Length; i++)
            narrow[i] = wide[i] switch { >= '\uFF01' and <= '\uFF5E' and var c => (char)(c - 0xFEE0), '\u3000' => ' ', var c => c };
    });

    /// <summary>A mobile number in one piece, in groups of 3, 4, 4 or of 4, 3, 4, unseen characters in between notwithstanding; an address; a number of GB 11643.</summary>
    [GeneratedRegex("""
        (?<![0-9])(?:\+?(?:00)?86[\s\p{Pd}]{0,2})?(?:
          1\p{Cf}{0,3}[3-9]\p{Cf}{0,3}[0-9]\p{Cf}{0,3}[\s.·\p{Pd}]{0,2}(?:[0-9]\p{Cf}{0,3}){4}[\s.·\p{Pd}]{0,2}(?:[0-9]\p{Cf}{0,3}){3}[0-9]
        | 1\p{Cf}{0,3}[3-9]\p{Cf}{0,3}(?:[0-9]\p{Cf}{0,3}){2}[\s.·\p{Pd}]{0,2}(?:[0-9]\p{Cf}{0,3}){3}[\s.·\p{Pd}]{0,2}(?:[0-9]\p{Cf}{0,3}){3}[0-9]
        )(?![0-9])
        | (?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\s?@\s?(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}
        | (?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Contact();

    /// <summary>13812341234 → 138****1234; 0731-12345678 → 0731-****678; what is shorter than seven digits is hidden whole.</summary>
    static string Number(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        if (digits < 7)
            return Hidden;
        var area = text.IndexOf('-', StringComparison.Ordinal) is > 0 and <= 5 and var at ? at + 1 : 0;
        return area > 0 ? $"{text[..area]}{Hidden}{text[^3..]}" : digits >= 11 ? $"{text[..3]}{Hidden}{text[^4..]}" : $"{Hidden}{text[^3..]}";
    }

    /// <summary>zhang@example.cn → z****@example.cn.</summary>
    static string Email(string text) => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? First(text) + Hidden + text[at..] : Hidden;

    static string First(string text) => text.EnumerateRunes().FirstOrDefault(new Rune('*')).ToString();
}
