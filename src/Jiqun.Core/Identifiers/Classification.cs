using System.Text;

namespace Jiqun.Core.Identifiers;

/// <summary>The names and codes of the industry classes, and what surrounds a code when it is one.</summary>
sealed class Classification
{
    /// <param name="Classes">Several where a class bears the name of the one it belongs to; the widest first.</param>
    /// <param name="Separators">How many separators its name holds.</param>
    sealed record Word(IReadOnlyList<IndustryClass> Classes, int Separators);

    /// <summary>A class found, and where; <paramref name="From"/> and <paramref name="To"/> are places in the tight text.</summary>
    sealed record Match(IReadOnlyList<IndustryClass> Classes, bool ByName, int From, int To);

    const int LongEnough = 4;                              // shorter names (农业, 教育) are found only where they stand alone

    static readonly string[] CodeWords = ["大类", "中类", "小类", "代码", "编码", "代号", "行业", "类别"];
    static readonly string[] CountWords =
        ["年", "版", "%", "‰", "个", "家", "亿", "万", "元", "项", "件", "户", "人", "月", "日", "号", "多", "余", "类", "种", "条", "名", "倍", "位"];

    readonly Dictionary<string, IndustryClass> byCode = [];
    readonly List<IndustryClass> all = [];
    readonly Lexicon<Word> names = new();

    internal Classification()
    {
        foreach (var row in Reference.Rows("industry-classes"))
        {
            var made = new IndustryClass(row[0], row[1][0] - '0', row[2].Length == 0 ? null : row[2], row[3]);
            byCode.Add(made.Code, made);
            all.Add(made);
            AddName(made, made.Name);
        }
        foreach (var row in Reference.Rows("industry-name-variants"))
            AddName(byCode[row[0]], row[1]);
        // people leave out the last 业 of 专用设备制造业; in the order of the standard the widest class gets the name
        foreach (var made in all)
            if (made.Level > 1 && made.Name.Length > LongEnough && made.Name.EndsWith('业') && Tight(made.Name[..^1]) is var shorter
                && names[shorter] is null)
                names[shorter] = new Word([made], Separators(made.Name));
    }

    internal IReadOnlyCollection<IndustryClass> All => all;

    internal IndustryClass? this[string code] => byCode.GetValueOrDefault(code);

    void AddName(IndustryClass made, string name)
    {
        if (made.Level == 1)
            return;
        var tight = Tight(name);
        names[tight] = new Word([.. names[tight]?.Classes ?? [], made], Separators(name));
    }

    internal IReadOnlyList<string> Find(string text)
    {
        var source = HalfWidth.Of(text);
        var tight = Tight(source, out var places);
        List<Match> matches = [];
        for (var at = 0; at < tight.Length;)
        {
            var length = NameAt(source, tight, places, at, matches);
            if (length == 0)
                length = CodeAt(source, tight, places, at, matches);
            at += Math.Max(1, length);
        }
        return MostSpecific(Agreed(matches, source, places));
    }

    int NameAt(string source, string tight, int[] places, int at, List<Match> matches)
    {
        for (var below = int.MaxValue; names.LongestAt(tight, at, below, out var word) is > 0 and var length; below = length)
        {
            var from = places[at];
            var to = places[at + length - 1] + 1;
            if (Separators(source.AsSpan(from, to - from)) > word!.Separators)
                continue;                                  // 塑料、制品业 are two things
            if (length < LongEnough && !(EndsWord(source, from, -1) && EndsWord(source, to, 1)))
                continue;
            matches.Add(new Match(word.Classes, ByName: true, at, at + length));
            return length;
        }
        return 0;
    }

    int CodeAt(string source, string tight, int[] places, int at, List<Match> matches)
    {
        if (Standard(tight, at) is > 0 and var skipped)
            return skipped;
        var letter = char.IsAsciiLetter(tight[at]) ? char.ToUpperInvariant(tight[at]) : '\0';
        var first = places[at];
        if (letter != '\0' && (first > 0 && char.IsAsciiLetterOrDigit(source[first - 1]) || at + 1 == tight.Length))
            return 1;
        var digits = letter == '\0' ? first : places[at + 1];
        var end = digits;
        while (end < source.Length && char.IsAsciiDigit(source[end]))
            end++;
        var length = end - digits;
        if (length == 0)
            return letter == '\0' ? 0 : 1;
        var taken = length + (letter == '\0' ? 0 : 1);
        if (length is < 2 or > 4 || !byCode.TryGetValue(source[digits..end], out var found))
            return taken;
        if (letter != '\0' ? Section(found) != letter : !Introduced(source, first, matches, tight, places, at))
            return taken;
        if (!Ends(source, end, tight, at + taken))
            return taken;
        matches.Add(new Match([found], ByName: false, at, at + taken));
        return taken;
    }

    /// <summary>GB/T 4754—2017 is the standard, not two codes.</summary>
    /// <returns>How many characters of the tight text it takes; 0 when it is not there.</returns>
    static int Standard(string tight, int at)
    {
        var rest = tight.AsSpan(at);
        var length = rest.StartsWith("GB/T4754", StringComparison.OrdinalIgnoreCase) ? 8
            : rest.StartsWith("GBT4754", StringComparison.OrdinalIgnoreCase) ? 7
            : rest.StartsWith("GB4754", StringComparison.OrdinalIgnoreCase) ? 6
            : 0;
        if (length == 0)
            return 0;
        var end = length;
        while (end < rest.Length && HalfWidth.IsDash(rest[end]))
            end++;
        var year = end;
        while (end < rest.Length && char.IsAsciiDigit(rest[end]))
            end++;
        return end - year == 4 && year > length ? end : length;
    }

    /// <summary>Whether a bare number may be a code by what stands before it.</summary>
    static bool Introduced(string source, int first, List<Match> matches, string tight, int[] places, int at)
    {
        if (matches.Count > 0 && matches[^1].To == at && matches[^1].ByName && places[at - 1] + 1 == first)
            return true;                                   // 医药制造业27
        if (EndsWord(source, first, -1))
            return true;
        var before = tight.AsSpan(0, at);
        foreach (var word in CodeWords)
            if (before.EndsWith(word, StringComparison.Ordinal))
                return true;
        return before.EndsWith("第", StringComparison.Ordinal);
    }

    /// <summary>Whether a number may be a code by what stands behind it.</summary>
    bool Ends(string source, int end, string tight, int next)
    {
        if (next < tight.Length && names.LongestAt(tight, next, int.MaxValue, out _) > 0)
            return true;                                   // before 年, 家 and 多 as count words: 5810 多式联运
        var rest = tight.AsSpan(next);
        foreach (var word in CodeWords)
            if (rest.StartsWith(word, StringComparison.Ordinal))
                return true;
        foreach (var word in CountWords)
            if (rest.StartsWith(word, StringComparison.Ordinal))
                return false;
        return EndsWord(source, end, 1);
    }

    /// <summary>Whether no word goes on at this place, looking back (-1) or ahead (1).</summary>
    static bool EndsWord(string source, int at, int direction)
    {
        var index = direction > 0 ? at : at - 1;
        if (index < 0 || index >= source.Length)
            return true;
        var c = source[index];
        if (char.IsLetterOrDigit(c))
            return c is '和' or '与' or '及' or '的' or '为' or '等' or '或' or '属';
        var beyond = index + direction;
        var joins = c is '.' or ',' or '/' or '~' or '+' || HalfWidth.IsDash(c);
        // 3.5, 2019-2021: the number goes on; 27,34 are two codes
        return c switch
        {
            '%' or '‰' or '℃' or '$' or '¥' or '#' or '&' => false,
            ',' or '/' => true,
            _ => !joins || beyond < 0 || beyond >= source.Length || !char.IsAsciiDigit(source[beyond]),
        };
    }

    char Section(IndustryClass found)
    {
        while (found.Parent is { } parent)
            found = byCode[parent];
        return found.Code[0];
    }

    /// <summary>A name that several classes bear is settled by a code right behind or before it.</summary>
    static List<IndustryClass> Agreed(List<Match> matches, string source, int[] places)
    {
        List<IndustryClass> found = [];
        for (var i = 0; i < matches.Count; i++)
        {
            var match = matches[i];
            found.Add(match.Classes.Count == 1 ? match.Classes[0] : Code(i, i + 1) ?? Code(i, i - 1) ?? match.Classes[0]);
        }
        return found;

        IndustryClass? Code(int name, int code)
        {
            if (code < 0 || code == matches.Count || matches[code].ByName || !matches[name].Classes.Contains(matches[code].Classes[0]))
                return null;
            var (left, right) = name < code ? (matches[name], matches[code]) : (matches[code], matches[name]);
            var gap = places[left.To - 1] + 1;
            return source.AsSpan(gap, places[right.From] - gap).ContainsAny('、', ',', ';') ? null : matches[code].Classes[0];
        }
    }

    IReadOnlyList<string> MostSpecific(List<IndustryClass> found)
    {
        HashSet<string> above = [];
        foreach (var one in found)
            for (var parent = one.Parent; parent is not null; parent = byCode[parent].Parent)
                above.Add(parent);
        return [.. found.Select(one => one.Code).Where(code => !above.Contains(code)).Distinct()];
    }

    static bool IsSeparator(char c) => c is '、' or ',' or '·' or ';';

    static int Separators(ReadOnlySpan<char> text)
    {
        var separators = 0;
        foreach (var c in text)
            if (IsSeparator(c))
                separators++;
        return separators;
    }

    static string Tight(string name) => Tight(HalfWidth.Of(name), out _);

    /// <summary>Without the blanks and separators that people leave out or put in.</summary>
    /// <param name="places">Where each character stands in the text.</param>
    static string Tight(string folded, out int[] places)
    {
        var tight = new StringBuilder(folded.Length);
        List<int> kept = [];
        for (var i = 0; i < folded.Length; i++)
            if (folded[i] != ' ' && !IsSeparator(folded[i]))
            {
                tight.Append(folded[i] == '它' ? '他' : folded[i]);      // 其它 for 其他
                kept.Add(i);
            }
        places = [.. kept];
        return tight.ToString();
    }
}
