namespace Jiqun.Core.Sheets;

/// <summary>Printed words recognised in a foreign cell or paragraph.</summary>
/// <param name="cell">Null for a paragraph outside the tables.</param>
/// <param name="block">The place of its table or paragraph in the document.</param>
/// <param name="words">What it may be; several where the form prints the same words in several places.</param>
/// <param name="rest">What stands behind the words in the same cell; empty when nothing does.</param>
sealed class Mark(GridCell? cell, int block, IReadOnlyList<Caption> words, string rest)
{
    public GridCell? Cell { get; } = cell;

    public int Block { get; } = block;

    public IReadOnlyList<Caption> Words { get; } = words;

    public string Rest { get; } = rest;

    public Mark? Before { get; set; }

    public Mark? After { get; set; }

    /// <summary>The heading that stands last before it in the document.</summary>
    public string? Group { get; set; }

    /// <summary>What it was found to be; null until then, and for a repetition.</summary>
    public Caption? Word { get; set; }

    public bool CouldBe(Caption? word) => word is not null && Words.Contains(word);

    /// <summary>Finds printed words in front of a text: all of it, or as far as a colon, a line end, a closing bracket or a blank.</summary>
    public static (IReadOnlyList<Caption> Words, string Tail)? Find(Captions printed, string text)
    {
        Span<char> key = stackalloc char[Fold.Longest];
        var length = 0;
        var start = NumberEnd(text);
        List<Caption>? found = null;
        var (end, matched) = (0, 0);
        int at;
        for (at = start; at < text.Length && length < Fold.Longest; at++)
        {
            var c = Fold.Char(text[at]);
            if (c != '\0')
            {
                key[length++] = c;
                continue;
            }
            if (length == matched && found is not null)
                end = text[at] is '）' or ')' && text.AsSpan(end + 1, at - end - 1).IndexOfAny('（', '(') < 0 ? at : end;       // “（单位：%）”: to its closing bracket
            else if (length > 0 && EndsWords(text[at]) && printed.With(key[..length]) is { } words)
                (found, end, matched) = (words, at, length);
        }
        if (at == text.Length && length is > 0 and <= Fold.Longest && printed.With(key[..length]) is { } all)
            return (all, "");
        if (found is null)
            return null;
        var rest = Behind(text, end);
        return Accepts(printed, text, end, rest, found) ? (found, rest) : null;
    }

    /// <summary>“1、上年度集群产业产值”: a number in front that is not part of the words.</summary>
    static int NumberEnd(string text)
    {
        var at = 0;
        while (at < text.Length && at < 4 && (char.IsAsciiDigit(text[at]) || text[at] is '（' or '('))
            at++;
        return at > 0 && at < text.Length && text[at] is '、' or '.' or '．' or '）' or ')' ? at + 1 : 0;
    }

    /// <summary>The rest of a text behind printed words, without the colon or bracket that parts them.</summary>
    public static string Behind(string text, int end) => text[end..].TrimStart(' ', '\t', '\u00A0', '　', '\n', ':', '：', ')', '）', '】', ']', '*').TrimEnd();

    static bool EndsWords(char c) => char.IsWhiteSpace(c) || c is ':' or '：' or '(' or '（' or ')' or '）' or '】' or ']' or '*';

    /// <summary>Before a mere blank, short words are accepted only in a short text: “联系人 张三”, not the beginning of a sentence.</summary>
    static bool Accepts(Captions printed, string text, int end, string rest, List<Caption> words) =>
        text[end] is '\n' or ':' or '：'
        || printed.BeginsWithHint(rest)
        || (words.Exists(w => w.Field is not null) && (text[end] is ')' or '）' || text.Length - end <= 40));
}
