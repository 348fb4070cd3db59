using System.Text.RegularExpressions;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>A cell that holds a text, printed words and a date, such as the opinion: takes them apart.</summary>
sealed partial class SharedCell(IReadOnlyList<SheetItem> items)
{
    readonly Field? date = items.OfType<FieldItem>().Select(i => i.Field).FirstOrDefault(f => f.Kind is FieldKind.Date);
    readonly Field? text = items.OfType<FieldItem>().Select(i => i.Field).FirstOrDefault(f => f.Kind is not FieldKind.Date);
    readonly List<string> words = [.. items.OfType<WordsItem>().SelectMany(w => w.Also.Prepend(w.Words))];

    /// <summary>Whether the text ends with the printed words or a date, filled in or not.</summary>
    public bool Bears(string cell) => cell.Split('\n').Any(line => WithoutWords(line) != line.Trim() || IsDate(line));

    public IEnumerable<(Field Field, string Written)> Read(string cell)
    {
        var lines = cell.Split('\n').Select(WithoutWords).ToList();
        string? day = null;
        for (var i = lines.Count - 1; i >= 0 && day is null; i--)
        {
            if (lines[i].Length == 0)
                continue;
            if (SplitDate(lines[i]) is not var (before, written))
            {
                if (lines.Count - i > 3)
                    break;
                continue;
            }
            (lines[i], day) = (WithoutWords(before), written);
        }
        if (text is not null)
            yield return (text, string.Join('\n', lines.Where(l => l.Length > 0)));
        if (date is not null && day is not null)
            yield return (date, day);
    }

    /// <summary>The line without the printed words at its end, in front, or in brackets of their own.</summary>
    string WithoutWords(string line)
    {
        line = line.Trim();
        foreach (var word in words)
        {
            if (Find(line, word) is not var (start, end))
                continue;
            var (open, close) = (line.LastIndexOfAny(['（', '('], start), line.IndexOfAny(['）', ')'], end));
            if (open >= 0 && close >= 0 && close - open <= word.Length + 6 && line.IndexOfAny(['）', ')'], open, start - open) < 0)
                (start, end) = (open, close + 1);
            var (before, after) = (line[..start].TrimEnd(), line[end..].TrimStart(' ', '\t', '　', '\u00A0', ':', '：', '）', ')'));
            if (before.Length == 0 || after.Length == 0 || IsDate(after))
                line = before.Length == 0 ? after : after.Length == 0 ? before : $"{before} {after}";
        }
        return line;
    }

    /// <summary>The last place where the word stands, blanks between its characters allowed.</summary>
    static (int Start, int End)? Find(string line, string word)
    {
        for (var start = line.LastIndexOf(word[0]); start >= 0; start = start > 0 ? line.LastIndexOf(word[0], start - 1) : -1)
        {
            var (at, i) = (start, 0);
            while (at < line.Length && i < word.Length && (line[at] == word[i] || char.IsWhiteSpace(line[at])))
                i += line[at++] == word[i] ? 1 : 0;
            if (i == word.Length)
                return (start, at);
        }
        return null;
    }

    static bool IsDate(string line) => SplitDate(line) is { Before: "" };

    /// <summary>The date at a line's end and what stands before it; an unfilled “年 月 日” counts as an empty date.</summary>
    static (string Before, string Written)? SplitDate(string line)
    {
        var digits = line.LastIndexOfAny(['年', '.', '/', '-', '．', '／', '－']);
        if (digits < 0)
            return null;
        for (var start = 0; start < line.Length; start++)
        {
            if (start > 0 && !CanBegin(line, start))
                continue;
            var rest = line[start..];
            if (Blank(rest) is { } blank)
                return (line[..start].TrimEnd(' ', '　', '\t', '\u00A0', '日', '期', ':', '：'), blank);
            if (rest.Length <= 40 && (PartialDate.Read(rest) is DateValue || MeantAsDate().IsMatch(Fold.Text(rest))))
                return (line[..start].TrimEnd(' ', '　', '\t', '\u00A0', ':', '：'), rest);
        }
        return null;
    }

    /// <summary>2021年9月31日: no date, but nothing else either.</summary>
    [GeneratedRegex("^[0-9]{2,5}年[0-9]{1,3}月([0-9]{1,3}日)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MeantAsDate();

    /// <summary>A date begins where no digit stands before it.</summary>
    static bool CanBegin(string line, int at) =>
        (IsDigit(line[at]) && !IsDigit(line[at - 1])) || (line[at] is '年' && char.IsWhiteSpace(line[at - 1]));

    static bool IsDigit(char c) => char.IsDigit(c) || "〇○零一二三四五六七八九十".Contains(c);

    /// <summary>What is filled in of “年 月 日”: nothing, or the year alone; null when it is something else.</summary>
    static string? Blank(string text)
    {
        var key = Fold.Text(text);
        return key is "年月日" ? "" : key.Length == 7 && key.EndsWith("年月日", StringComparison.Ordinal) && key[..4].All(char.IsAsciiDigit) ? key[..4] : null;
    }
}
