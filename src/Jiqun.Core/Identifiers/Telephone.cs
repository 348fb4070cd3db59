using System.Collections.Frozen;
using System.Text;

namespace Jiqun.Core.Identifiers;

/// <summary>Landline and mobile numbers of the mainland. A field may hold several, parted by 、 , ; / or a blank.</summary>
public static class Telephone
{
    static readonly string[] ExtensionMarks = ["分机号", "转分机", "分机", "转", "ext.", "ext", "-"];

    static readonly Lazy<FrozenDictionary<string, string>> AreaCodes = new(() =>
        Reference.Rows("area-codes").GroupBy(row => row[0]).ToFrozenDictionary(code => code.Key, code => code.First()[2]));

    /// <summary>
    /// Half-width, without blanks and a leading +86, (0755) as 0755-, every dash as -. Numbers parted by blanks only stay so
    /// where each is valid by itself.
    /// </summary>
    public static string Normalise(string text)
    {
        var folded = HalfWidth.Of(text);
        var normal = new StringBuilder(folded.Length);
        var from = 0;
        for (var i = 0; i <= folded.Length; i++)
            if (i == folded.Length || IsSeparator(folded[i]))
            {
                normal.Append(Part(folded[from..i]));
                if (i < folded.Length)
                    normal.Append(folded[i]);
                from = i + 1;
            }
        return normal.ToString();
    }

    /// <summary>Landlines with area code, of 7 or 8 digits (8 for 010 and 02x), each with or without extension; after / the area code may be left out.</summary>
    /// <param name="text">Normalised.</param>
    public static bool IsLandline(string text) => Numbers(text) is { Length: > 0 } numbers && IsLandlines(numbers);

    /// <summary>Mobile numbers.</summary>
    /// <param name="text">Normalised.</param>
    public static bool IsMobile(string text) => Numbers(text) is { Length: > 0 } numbers && numbers.All(IsOneMobile);

    /// <summary>Codes of the provinces of the area codes. Empty when none is known, as for mobile numbers.</summary>
    /// <param name="text">Normalised.</param>
    public static IReadOnlySet<string> Provinces(string text)
    {
        HashSet<string> provinces = [];
        foreach (var number in Numbers(text))
            if (IsOneLandline(number))
                provinces.Add(AreaCodes.Value[AreaCode(number)]);
        return provinces;
    }

    static bool IsSeparator(char c) => c is '、' or ',' or ';' or '/';

    static string[] Numbers(string text) => text.Split(['、', ',', ';', '/', ' ']);

    static string Part(string part)
    {
        var pieces = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var joined = Single(string.Concat(pieces));
        if (pieces.Length < 2 || IsOneMobile(joined) || IsOneLandline(joined))
            return joined;

        List<string> numbers = [];
        for (var from = 0; from < pieces.Length;)
        {
            var to = from + 1;
            var number = Single(pieces[from]);
            while (to < pieces.Length && !IsOneMobile(number) && !IsOneLandline(number))
                number = Single(string.Concat(pieces[from..++to]));
            if (!IsOneMobile(number) && !IsOneLandline(number))
                return joined;
            numbers.Add(number);
            from = to;
        }
        return string.Join(' ', numbers);
    }

    /// <param name="number">Half-width, without blanks.</param>
    static string Single(string number)
    {
        var normal = new StringBuilder(number.Length);
        foreach (var c in number)
            if (c == ')' || HalfWidth.IsDash(c))
            {
                if (normal.Length > 0 && normal[^1] != '-')
                    normal.Append('-');
            }
            else if (c != '(')
                normal.Append(c);
        if (number.EndsWith(')') && normal.Length > 0 && normal[^1] == '-')
            normal.Length--;
        return WithoutCountry(normal.ToString());
    }

    static string WithoutCountry(string number)
    {
        var rest = number.StartsWith("+86", StringComparison.Ordinal) ? number[3..]
            : number.StartsWith("0086", StringComparison.Ordinal) ? number[4..]
            : number.StartsWith("86-", StringComparison.Ordinal) ? number[3..]
            : number.StartsWith("86", StringComparison.Ordinal) && IsOneMobile(number[2..]) ? number[2..]
            : null;
        if (rest is null)
            return number;
        rest = rest.TrimStart('-');
        // abroad the 0 of the area code is left out: +86 755 …
        return !IsOneMobile(rest) && !IsOneLandline(rest) && IsOneLandline("0" + rest) ? "0" + rest : WithoutCountry(rest);
    }

    static bool IsOneMobile(string number) => number.Length == 11 && number.All(char.IsAsciiDigit) && number[0] == '1' && number[1] >= '3';

    static bool IsLandlines(string[] numbers)
    {
        var area = "";
        foreach (var number in numbers)
        {
            if (IsOneLandline(number))
                area = AreaCode(number);
            else if (area.Length == 0 || number.StartsWith('0') || !IsOneLandline(area + number))
                return false;
        }
        return true;
    }

    static bool IsOneLandline(string number)
    {
        if (number.Length < 10 || AreaCode(number) is not { Length: > 0 } area)
            return false;
        var local = number.AsSpan(area.Length);
        if (local[0] == '-')
            local = local[1..];
        return IsLocal(local, area) || WithoutExtension(local) is { Length: > 0 } main && IsLocal(main, area);
    }

    /// <returns>Empty when the number begins with no known area code.</returns>
    static string AreaCode(string number)
    {
        var length = number.StartsWith("010", StringComparison.Ordinal) || number.StartsWith("02", StringComparison.Ordinal) ? 3 : 4;
        return number.Length > length && AreaCodes.Value.ContainsKey(number[..length]) ? number[..length] : "";
    }

    /// <summary>7 or 8 digits, perhaps with a hyphen in the middle; 0 never begins one.</summary>
    static bool IsLocal(ReadOnlySpan<char> local, string area)
    {
        if (local.IsEmpty || local[0] == '0')
            return false;
        var digits = 0;
        for (var i = 0; i < local.Length; i++)
            if (char.IsAsciiDigit(local[i]))
                digits++;
            else if (local[i] != '-' || i is not (3 or 4))
                return false;
        return digits == 8 || digits == 7 && area.Length == 4;
    }

    static ReadOnlySpan<char> WithoutExtension(ReadOnlySpan<char> local)
    {
        var digits = 0;
        while (digits < local.Length && char.IsAsciiDigit(local[^(digits + 1)]))
            digits++;
        if (digits is 0 or > 6)
            return default;
        var main = local[..^digits];
        foreach (var mark in ExtensionMarks)
            if (main.EndsWith(mark, StringComparison.OrdinalIgnoreCase))
                return main[..^mark.Length].TrimEnd('-');
        return default;
    }
}
