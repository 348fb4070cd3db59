using System.Globalization;
using System.Text;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Answers;

/// <summary>A number as people write it, in the unit asked for.</summary>
/// <param name="Approximate">It was said to be inexact: 约, 余, 以上 …; or only a word for nothing stood there.</param>
/// <param name="Converted">It was written in another unit.</param>
public sealed record Quantity(decimal Number, bool Approximate, bool Converted)
{
    const string Counts = "个家件项户";

    static readonly string[] ApproximateBefore =
    [
        "不少于", "不低于", "不小于", "大约", "超过", "超出", "突破", "将近", "接近", "近乎", "大于", "高于", "多于", "至少", "不足", "不到",
        "约", "近", "超", "逾", "≥", "≧", ">", "~", "≈", "≤", "<", "〉",
    ];

    static readonly string[] ApproximateBehind = ["以上", "左右", "上下", "之多", "以内", "余", "多", "+"];

    static readonly string[] Harmless = ["人民币", "RMB", "CNY", "达到", "合计", "共计", "总计", "累计", "达", "为", "共", "计", "了", "已", "是", "有", "¥", "￥", ":", "="];

    // what people add to 12项
    static readonly string[] Counted = ["企业", "标准", "平台", "载体", "专利"];

    static readonly (string Name, decimal Yuan)[] Money =
        [("元", 1), ("万元", 1_0000), ("亿元", 1_0000_0000), ("万亿元", 1_0000_0000_0000)];

    /// <summary>Reads the whole of a text as one quantity.</summary>
    /// <param name="unit">Unit of the field: 亿元, %, 个 …; null when it has none.</param>
    /// <returns>Null when it is none: words, two numbers, a range, a fraction, another currency, more digits than can be kept.</returns>
    public static Quantity? Read(string text, string? unit)
    {
        var folded = HalfWidth.Of(text).Trim().TrimEnd('。');
        if (IsNothing(folded))
            return new Quantity(0, Approximate: true, Converted: false);
        return Whole(WithoutBrackets(folded), unit)
            ?? (BeforeRemark(folded) is { } number && Whole(number, unit) is { } read ? read with { Approximate = true } : null);
    }

    static Quantity? Whole(string folded, string? unit)
    {
        var scan = new Scanner(folded, inText: false);
        return scan.Read() && scan.AtEnd ? scan.In(unit) : null;
    }

    /// <summary>“1507亿元(2020年)”, “425(其中规上273)”: a number with a remark in brackets behind it, which a person must see.</summary>
    static string? BeforeRemark(string folded) => folded.EndsWith(')') && folded.IndexOf('(', StringComparison.Ordinal) is > 0 and var at ? folded[..at] : null;

    /// <summary>无, / and — alone: words for nothing.</summary>
    public static bool IsNothing(string text) => HalfWidth.Of(text).Trim() is "无" or "/" or "—" or "——" or "-" or "–" or "--" or "―" or "−";

    /// <summary>Reads a quantity that begins running text: perhaps 约, a number, 余, and a unit. Never throws.</summary>
    /// <param name="length">Characters it takes; the caller looks at what follows, such as the 年 of 2020年.</param>
    /// <param name="number">In <paramref name="unit"/>.</param>
    /// <param name="unit">元, 万元, 亿元 …, %, ‰, 个, 家, 件, 项, 户 or 人; 万 or 亿 where no more was written; null when none was.</param>
    public static bool TryScan(ReadOnlySpan<char> text, out int length, out decimal number, out string? unit, out bool approximate)
    {
        (length, number, unit, approximate) = (0, 0, null, false);
        if (text.IsEmpty || !Scanner.MayBegin(text))
            return false;
        // no quantity is longer, and running text is
        var scan = new Scanner(HalfWidth.Of(text[..Math.Min(text.Length, 64)].ToString()), inText: true);
        if (!scan.Read())
            return false;
        (length, number, unit, approximate) = (scan.Length, scan.Number, scan.Unit, scan.Approximate);
        return true;
    }

    /// <summary>A number in another unit: of money, of shares (% and ‰), or of things counted, which 个, 家, 件, 项 and 户 all are.</summary>
    /// <returns>Null when one unit does not convert into the other, or the result cannot be kept.</returns>
    public static decimal? Convert(decimal number, string? from, string unit)
    {
        if (from is null)
            return null;
        if (from == unit)
            return number;
        if (Yuan(unit) is { } divisor)
            return (from switch { "万" => 1_0000, "亿" => 1_0000_0000, "万亿" => 1_0000_0000_0000, _ => Yuan(from) }) is { } factor
                ? Scaled(number, factor, divisor)
                : null;
        if (from == "‰" && unit == "%")
            return Scaled(number, 1, 10);
        if (from == "%" && unit == "‰")
            return Scaled(number, 10, 1);
        var counted = IsCount(unit);
        return from switch
        {
            "万亿" when counted || unit == "人" => Scaled(number, 1_0000_0000_0000, 1),
            "万" when counted || unit == "人" => Scaled(number, 1_0000, 1),
            "亿" when counted || unit == "人" => Scaled(number, 1_0000_0000, 1),
            _ => counted && IsCount(from) ? number : null,
        };
    }

    static bool IsCount(string? unit) => unit is { Length: 1 } && Counts.Contains(unit[0], StringComparison.Ordinal);

    static decimal? Yuan(string? unit)
    {
        foreach (var (name, yuan) in Money)
            if (name == unit)
                return yuan;
        return null;
    }

    /// <returns>Without trailing zeros; null on overflow.</returns>
    static decimal? Scaled(decimal number, decimal factor, decimal divisor)
    {
        if (factor > divisor)
            (factor, divisor) = (factor / divisor, 1);
        else
            (factor, divisor) = (1, divisor / factor);
        return Math.Abs(number) > decimal.MaxValue / factor ? null : number * factor / divisor / 1.0000000000000000000000000000m;
    }

    /// <summary>1507（亿元） as 1507亿元.</summary>
    static string WithoutBrackets(string text)
    {
        var open = text.LastIndexOf('(');
        return open > 0 && text.EndsWith(')') && !text.AsSpan(open).ContainsAnyInRange('0', '9') ? $"{text.AsSpan(0, open).TrimEnd()}{text.AsSpan(open + 1, text.Length - open - 2).Trim()}" : text;
    }

    /// <summary>Goes through half-width text once.</summary>
    sealed class Scanner(string text, bool inText)
    {
        int at;
        decimal scale = 1;                                 // 万, 亿 … written behind the number, multiplied
        bool large;                                        // 万 or 亿 among them
        bool yuan;

        internal decimal Number { get; private set; }
        internal string? Unit { get; private set; }
        internal bool Approximate { get; private set; }
        internal int Length => at;
        internal bool AtEnd => at == text.Length;

        ReadOnlySpan<char> Rest => text.AsSpan(at);

        internal static bool MayBegin(ReadOnlySpan<char> text)
        {
            if (DigitAt(HalfWidth.Of(text[0])) >= 0 || text[0] is '十' or '百' or '千' or '.' or '．' or '-' or '−' or '－' or '￥' or '¥' or '＞' or '＜' or '～')
                return true;
            foreach (var words in (string[][])[ApproximateBefore, Harmless])
                foreach (var word in words)
                    if (text.StartsWith(word, StringComparison.Ordinal))
                        return true;
            return text.StartsWith("百分之", StringComparison.Ordinal);
        }

        internal bool Read()
        {
            Before();
            var share = Take("百分之") ? "%" : Take("千分之") ? "‰" : null;
            var negative = !inText && (Take("-") || Take("−") || Take("－") || Take("负"));
            if (!(Arabic(out var number) || Chinese(out number)))
                return false;
            Behind();
            Scale();
            var written = at;
            Behind();
            ReadUnit(share);
            if (Unit is null && inText && scale == 1 && !Approximate)
                at = written;
            Behind();
            if (!inText)
            {
                Take("人民币");
                foreach (var word in Counted)
                    if (Unit is not null && IsCount(Unit) && Take(word))
                        break;
                Skip();
                Behind();
            }
            return Fold(negative ? -number : number);
        }

        /// <summary>The number in the unit of the field; null when what was written does not convert into it.</summary>
        internal Quantity? In(string? unit)
        {
            if (Unit is null || Unit == unit)
                return new Quantity(Scaled(Number, 1, 1) ?? Number, Approximate, Converted: false);
            if (Convert(Number, Unit, unit ?? (large && !yuan ? "个" : "")) is not { } number)
                return null;
            var same = unit is null || Unit + "元" == unit || IsCount(unit) || unit == "人";
            return new Quantity(number, Approximate, !same);
        }

        void Before()
        {
            for (var again = true; again;)
            {
                Skip();
                again = false;
                foreach (var word in ApproximateBefore)
                    if (Take(word))
                        again = Approximate = true;
                foreach (var word in Harmless)
                    if (Take(word))
                        again = true;
            }
        }

        void Behind()
        {
            var from = at;
            Skip();
            foreach (var word in ApproximateBehind)
                if (Take(word))
                {
                    Approximate = true;
                    return;
                }
            if (inText)
                at = from;
        }

        void Skip()
        {
            while (at < text.Length && text[at] == ' ')
                at++;
        }

        bool Take(string word)
        {
            if (!Rest.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                return false;
            at += word.Length;
            return true;
        }

        /// <summary>1507, 1,234.5, 1 234.5, .5, 12.; groups after a comma or blank have three digits.</summary>
        bool Arabic(out decimal number)
        {
            var digits = new StringBuilder();
            var from = at;
            var end = at;
            var separator = '\0';
            while (end < text.Length)
            {
                if (char.IsAsciiDigit(text[end]))
                    digits.Append(text[end++]);
                else if ((text[end] == ',' || text[end] == ' ' && !inText) && (separator == '\0' ? end - from is >= 1 and <= 3 : text[end] == separator)
                    && IsGroup(end + 1))
                    separator = text[end++];
                else
                    break;
            }
            if (end < text.Length && text[end] == '.' && (end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]) || !inText && digits.Length > 0))
            {
                digits.Append(text[end++]);
                while (end < text.Length && char.IsAsciiDigit(text[end]))
                    digits.Append(text[end++]);
            }
            number = 0;
            if (digits.Length == 0 || !decimal.TryParse(digits.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
                return false;
            at = end;
            return true;
        }

        bool IsGroup(int from) =>
            from + 3 <= text.Length && text.AsSpan(from, 3).IndexOfAnyExceptInRange('0', '9') < 0 && !(from + 3 < text.Length && char.IsAsciiDigit(text[from + 3]));

        /// <summary>三百二十, 十二, 一五〇七, 三点五; a 万 or 亿 at the end is left for <see cref="Scale"/>.</summary>
        bool Chinese(out decimal number)
        {
            number = 0;
            var end = at;
            while (end < text.Length && end - at < 30 && (DigitAt(text[end]) >= 0 && !char.IsAsciiDigit(text[end]) || PowerAt(text[end]) > 0))
                end++;
            while (end > at && text[end - 1] is '万' or '亿' or '萬' or '億')
                end--;
            var numeral = text.AsSpan(at, end - at);
            if (numeral.IsEmpty)
            {
                number = 1;                                // 万余家
                return !inText && at < text.Length && PowerAt(text[at]) > 0;
            }
            if (numeral.IndexOfAny("万亿萬億") >= 0)       // 三亿二千万: one number, of which the last 万 is part
                while (end < text.Length && PowerAt(text[end]) > 0)
                    numeral = text.AsSpan(at, ++end - at);
            var value = !HasPower(numeral) ? Digits(numeral) : Powers(numeral);
            if (value is null)
                return false;
            number = value.Value;
            at = end;
            if (at + 1 < text.Length && text[at] == '点' && DigitAt(text[at + 1]) >= 0)
            {
                at++;
                for (var place = 0.1m; at < text.Length && DigitAt(text[at]) is >= 0 and var digit && place > 0; place /= 10, at++)
                    number += digit * place;
            }
            return true;
        }

        static bool HasPower(ReadOnlySpan<char> numeral)
        {
            foreach (var c in numeral)
                if (PowerAt(c) > 0)
                    return true;
            return false;
        }

        static decimal? Digits(ReadOnlySpan<char> numeral)
        {
            if (numeral.Length > 16)
                return null;
            var value = 0m;
            foreach (var c in numeral)
                value = value * 10 + DigitAt(c);
            return value;
        }

        static decimal? Powers(ReadOnlySpan<char> numeral)
        {
            var total = 0m;
            var section = 0m;
            var digit = -1;
            var least = decimal.MaxValue;                  // powers go down within a section
            foreach (var c in numeral)
            {
                var power = PowerAt(c);
                if (power == 0)
                {
                    if (digit > 0)
                        return null;                       // 三五百
                    digit = DigitAt(c);
                }
                else if (power < 1_0000)
                {
                    if (power >= least)
                        return null;
                    section += (digit < 1 ? 1 : digit) * power;
                    (digit, least) = (-1, power);
                }
                else
                {
                    section += Math.Max(digit, 0);
                    if (section == 0 && total == 0 || total > 1_0000_0000_0000)
                        return null;
                    if (total > 0 && (total < power || total % power != 0))
                        (total, section) = (0, total + section);       // 三万亿
                    (total, section, digit, least) = (total + section * power, 0, -1, decimal.MaxValue);
                }
            }
            return total + section + Math.Max(digit, 0);
        }

        static int DigitAt(char c) => c switch
        {
            >= '0' and <= '9' => c - '0',
            '〇' or '零' or '○' => 0,
            '一' or '壹' => 1,
            '二' or '两' or '贰' => 2,
            '三' or '叁' => 3,
            '四' or '肆' => 4,
            '五' or '伍' => 5,
            '六' or '陆' => 6,
            '七' or '柒' => 7,
            '八' or '捌' => 8,
            '九' or '玖' => 9,
            _ => -1,
        };

        static int PowerAt(char c) => c switch
        {
            '十' or '拾' => 10,
            '百' or '佰' => 100,
            '千' or '仟' => 1_000,
            '万' or '萬' => 1_0000,
            '亿' or '億' => 1_0000_0000,
            _ => 0,
        };

        void Scale()
        {
            var from = at;
            Skip();
            while (at < text.Length && PowerAt(text[at]) is > 10 and var power && scale <= 1_0000_0000 && !Rest.StartsWith("百分点", StringComparison.Ordinal))
            {
                scale *= power;
                large |= power >= 1_0000;
                at++;
            }
            if (scale == 1)
                at = from;
        }

        void ReadUnit(string? share)
        {
            Unit = share;
            if (share is not null)
                return;
            var from = at;
            Skip();
            if (Take("元"))
                yuan = true;
            else if (Take("%") || Take("％"))
                Unit = "%";
            else if (Take("‰"))
                Unit = "‰";
            else if (at < text.Length && (Counts.Contains(text[at], StringComparison.Ordinal) || text[at] == '人') && !IsOtherUnit(Rest))
                Unit = text[at++].ToString();
            else
                at = from;
        }

        static bool IsOtherUnit(ReadOnlySpan<char> rest) =>
            rest.StartsWith("个百分点", StringComparison.Ordinal) || rest.StartsWith("个月", StringComparison.Ordinal)
            || rest.StartsWith("个季度", StringComparison.Ordinal) || rest.StartsWith("人次", StringComparison.Ordinal)
            || rest.StartsWith("人民币", StringComparison.Ordinal);

        /// <summary>Joins number, scale and unit.</summary>
        bool Fold(decimal number)
        {
            if (Unit is "%" or "‰" && scale != 1)
                return false;
            if (yuan || large && (AtEnd || !char.IsLetter(text[at])) && Unit is null)
            {
                // 百 and 千 belong to the number: 1.5千亿元 is 1500亿元
                var (name, part) = scale switch
                {
                    >= 1_0000_0000_0000 => ("万亿", 1_0000_0000_0000m),
                    >= 1_0000_0000 => ("亿", 1_0000_0000m),
                    >= 1_0000 => ("万", 1_0000m),
                    _ => ("", 1m),
                };
                Unit = yuan ? name + "元" : name;
                scale /= part;
            }
            if (Math.Abs(number) > decimal.MaxValue / scale)
                return false;
            Number = number * scale;
            return true;
        }
    }
}
