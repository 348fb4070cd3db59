using System.Globalization;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Answers;

/// <summary>A date as precise as it is known: a year, a month or a day.</summary>
/// <param name="Month">Null when only the year is known.</param>
/// <param name="Day">Null when the day is not known, always so without a month.</param>
public sealed record PartialDate(int Year, int? Month = null, int? Day = null)
{
    const string ChineseDigits = "〇一二三四五六七八九";

    // words behind a date that do not change it
    static readonly string[] Trailing = ["正式", "注册", "登记", "成立", "设立", "组建", "批准", "于", "。", "."];

    /// <summary>Reads a date as people write it: 2018年5月, 2018.05.03, 201805, 二〇一八年五月 …; years 1900 to 2100.</summary>
    /// <returns>A date; an unreadable value; or null for nothing but the blank pattern 年 月 日.</returns>
    public static Value? Read(string written)
    {
        var text = Plain(written);
        if (text.All(c => "年月日.-/".Contains(c, StringComparison.Ordinal)))
            return null;
        var rest = WithoutTrailing(text);
        return Parse(rest) is { } date ? new DateValue(date) : new UnreadableValue(written.Trim());
    }

    /// <summary>Half-width, with Arabic digits, without blanks inside dates; blanks stand for the separator only between bare digits.</summary>
    static string Plain(string written)
    {
        var folded = HalfWidth.Of(written).Trim();
        var plain = new List<char>(folded.Length);
        for (var i = 0; i < folded.Length; i++)
        {
            var c = folded[i];
            if (c == ' ')
            {
                var next = i + 1 < folded.Length ? folded[i + 1] : ' ';
                if (next == ' ' || plain.Count == 0 || !char.IsAsciiDigit(plain[^1]) || !char.IsAsciiDigit(next))
                    continue;
            }
            plain.Add(HalfWidth.IsDash(c) ? '-' : c == '号' ? '日' : c);
        }
        return new string([.. plain]);
    }

    static string WithoutTrailing(string text)
    {
        while (Trailing.FirstOrDefault(w => text.EndsWith(w, StringComparison.Ordinal)) is { } word)
            text = text[..^word.Length];
        return text;
    }

    static PartialDate? Parse(string text)
    {
        if (text.Length is 6 or 8 && text.All(char.IsAsciiDigit))
            return Made(Number(text[..4]), Number(text[4..6]), text.Length == 8 ? Number(text[6..]) : null);

        var parts = Parts(text);
        if (parts is not { Count: >= 1 and <= 3 })
            return null;
        var year = YearOf(parts[0]);
        var month = parts.Count > 1 ? NumberOf(parts[1]) : null;
        var day = parts.Count > 2 ? NumberOf(parts[2]) : null;
        return year is null || parts.Count > 1 && month is null || parts.Count > 2 && day is null ? null : Made(year.Value, month, day);
    }

    /// <returns>What stands before 年, 月 and 日, or between separators of one kind; null when it is neither.</returns>
    static List<string>? Parts(string text)
    {
        List<string> parts = [];
        if (text.Contains('年', StringComparison.Ordinal))
        {
            var from = 0;
            foreach (var mark in "年月日")
            {
                if (from == text.Length)
                    break;
                var at = text.IndexOf(mark, from);
                if (at < 0)
                    at = text.Length;                      // 2018年5: the last mark is often left out
                parts.Add(text[from..at]);
                from = Math.Min(at + 1, text.Length);
            }
            return from == text.Length ? parts : null;
        }
        var separators = text.Where(c => c is '.' or '-' or '/' or ' ').Distinct().ToArray();
        return separators.Length > 1 ? null : [.. text.Split(separators)];
    }

    static PartialDate? Made(int year, int? month, int? day) =>
        year is < 1900 or > 2100 || month is < 1 or > 12 || day is not null && (day < 1 || day > DateTime.DaysInMonth(year, month!.Value))
            ? null
            : new PartialDate(year, month, day);

    static int? YearOf(string text)
    {
        if (text.Length != 4)
            return null;
        var year = 0;
        foreach (var c in text)
        {
            if (Digit(c) is not { } digit)
                return null;
            year = year * 10 + digit;
        }
        return year;
    }

    /// <summary>A month or day: 5, 05, 五, 十二, 二十五, 廿五, 三十.</summary>
    static int? NumberOf(string text)
    {
        if (text.Length is 1 or 2 && text.All(char.IsAsciiDigit))
            return Number(text);
        var chinese = text.Replace("廿", "二十").Replace("卅", "三十");
        var ten = chinese.IndexOf('十', StringComparison.Ordinal);
        if (ten < 0)
            return chinese.Length == 1 || chinese.Length == 2 && Digit(chinese[0]) == 0 ? Digit(chinese[^1]) : null;
        var tens = ten == 0 ? 1 : ten == 1 ? Digit(chinese[0]) : null;
        var ones = chinese.Length == ten + 1 ? 0 : chinese.Length == ten + 2 ? Digit(chinese[ten + 1]) : null;
        return tens * 10 + ones;
    }

    static int? Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        '○' or '零' or 'O' or 'o' or '◯' => 0,
        _ => ChineseDigits.IndexOf(c, StringComparison.Ordinal) is >= 0 and var digit ? digit : null,
    };

    static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The first day that the date may mean.</summary>
    public DateOnly First => new(Year, Month ?? 1, Day ?? 1);

    /// <summary>ISO 8601, as precise as the date: 2018, 2018-05, 2018-05-03.</summary>
    public override string ToString() => (Month, Day) switch
    {
        (null, _) => $"{Year:0000}",
        (_, null) => $"{Year:0000}-{Month:00}",
        _ => $"{Year:0000}-{Month:00}-{Day:00}",
    };
}
