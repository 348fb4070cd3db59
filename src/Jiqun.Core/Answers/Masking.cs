using System.Text;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Answers;

/// <summary>脱敏: personal values as they stand where nobody needs them: enough to tell one from another, too little to use.</summary>
public static class Masking
{
    const string Hidden = "****";

    /// <summary>A value as it may be shown; of a field that is not personal, the value itself.</summary>
    public static string Of(Field field, string text) => !field.Personal || text.Length == 0 ? text : field.Kind switch
    {
        FieldKind.Mobile or FieldKind.Phone => Number(text),
        FieldKind.Email => Email(text),
        _ => First(text) + "**",
    };

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
