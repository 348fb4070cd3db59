using System.Buffers;
using System.Runtime.CompilerServices;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Checks;

/// <summary>Compares figures that a narrative quotes with those answered: 集群产值达1200亿元 beside an output of 1507.</summary>
/// <remarks>
/// Only what plainly speaks of the whole and of now counts: between the beginning of the clause and the indicator's name, and between the
/// name and the quantity, nothing may stand but the few words listed here. A missed quotation costs less than a false alarm.
/// </remarks>
static class QuotedFigures
{
    /// <summary>More than this share of the answer is a difference.</summary>
    const decimal Exact = 0.01m, Approximate = 0.10m;

    static readonly SearchValues<char> ClauseEnds = SearchValues.Create("，,；;：:、（()）。！？!?\n");
    static readonly SearchValues<char> SentenceEnds = SearchValues.Create("。！？!?；;\n");

    static readonly string[] BeforeName = LongestFirst(
        "截至目前", "截至", "截止目前", "截止", "目前", "当前", "现在", "全年", "上年度", "上年", "去年", "年度", "年", "末", "底", "内", "中", "共计", "共有", "共", "合计", "总计",
        "累计", "实现", "完成", "达到", "达", "拥有", "现有", "已有", "有", "已", "集聚了", "集聚", "聚集了", "聚集", "汇聚了", "汇聚", "汇集", "培育了", "培育出", "培育", "形成",
        "建成", "获得", "认定", "的", "了", "主导产业", "产业", "工业", "企业", "各类", "国家级", "国家", "总", "平均", "区域内", "其中");

    static readonly string[] AfterName = LongestFirst(
        "企业", "数量", "总数", "总量", "总额", "数", "达到了", "达到", "高达", "已达", "达", "为", "是", "有", "共有", "共计", "共", "累计", "合计", "总计", "已", "增至", "增加到",
        "增长到", "提升至", "提升到", "提高到", "提高至", "实现", "完成", "的", "了", "比重", "占比", "量", "规模", "：", ":", " ", "　", "“", "”", "\"");

    /// <summary>A clause or sentence that begins with one of these speaks of a part, of something else or of a plan.</summary>
    static readonly string[] Parts =
        ["区", "县", "镇", "园", "公司", "领域", "板块", "环节", "上游", "中游", "下游", "细分", "龙头", "骨干", "头部", "全市", "全省", "片区", "基地", "街道", "旗下"];

    static readonly string[] Plans = ["力争", "目标", "预计", "计划", "规划", "有望", "将达", "预期", "争取", "十四五", "十五五", "到“"];

    static readonly ConditionalWeakTable<QuotedFiguresRule, Names> ByRule = [];

    /// <summary>The indicators' names, to be searched at once.</summary>
    sealed record Names(SearchValues<string> All, ILookup<char, (string Name, Field Field)> ByFirst);

    public static IEnumerable<Finding> Find(Form form, Field narrative, string text, QuotedFiguresRule rule, Answers.Answers answers)
    {
        var names = ByRule.GetValue(rule, r => NamesOf(form, r));
        var whole = WholeWords(rule, answers);
        HashSet<(Field, int)> seen = [];
        for (var at = 0; at < text.Length;)
        {
            var next = text.AsSpan(at).IndexOfAny(names.All);
            if (next < 0)
                yield break;
            at += next;
            var (name, field) = names.ByFirst[text[at]].First(n => text.AsSpan(at).StartsWith(n.Name, StringComparison.Ordinal));
            if (Quoted(form, text, at, name, field, whole, answers) is { } finding && seen.Add((field, at)))
                yield return Finding.Warning("narrative-differs", narrative.Id, Messages.Of(
                    "narrative-differs", narrative.Name, finding.Quotation, field.Name, answers[field.Id], field.Unit), finding.Quotation);
            at += name.Length;
        }
    }

    static (string Quotation, decimal Number)? Quoted(Form form, string text, int at, string name, Field field, string[] whole, Answers.Answers answers)
    {
        if (answers.Number(field.Id) is not { } answered || field.Unit is not { } unit)
            return null;

        var quantity = at + name.Length;
        while (Starts(text, quantity, AfterName) is > 0 and var word)
            quantity += word;
        if (!Quantity.TryScan(text.AsSpan(quantity), out var length, out var number, out var quotedUnit, out var approximate)
            || quotedUnit is null
            || Quantity.Convert(number, quotedUnit, unit) is not { } converted
            || GoesOn(text, quantity + length))
            return null;

        var clause = text.AsSpan(0, at).LastIndexOfAny(ClauseEnds) + 1;
        var sentence = text.AsSpan(0, at).LastIndexOfAny(SentenceEnds) + 1;
        if (!SpeaksOfWhole(text.AsSpan(clause, at - clause), field, whole, out var named)
            || (!named && SpeaksOfPart(text.AsSpan(sentence, clause - sentence)))
            || ContainsAny(text.AsSpan(sentence, at - sentence), Plans)
            || !SpeaksOfNow(text.AsSpan(sentence, at - sentence), form, field))
            return null;

        var tolerance = (approximate || IsRough(text, quantity + length) ? Approximate : Exact) * Math.Abs(answered);
        return Math.Abs(converted - answered) > tolerance ? (text[clause..(quantity + length)].Trim(), converted) : null;
    }

    /// <summary>“3%至5%”, “20个百分点”, “3倍”: not the quantity it seemed to be.</summary>
    static bool GoesOn(string text, int end) =>
        end < text.Length && (text[end] is '-' or '—' or '~' or '～' or '至' or '倍' || text.AsSpan(end).StartsWith("个百分点", StringComparison.Ordinal));

    static bool IsRough(string text, int end) => end < text.Length && Starts(text, end, ["以上", "左右", "上下", "多", "余"]) > 0;

    static bool SpeaksOfWhole(ReadOnlySpan<char> prefix, Field field, string[] whole, out bool named)
    {
        named = false;
        var isNew = field.Label.Zh.Contains("新增", StringComparison.Ordinal);
        while (prefix.Length > 0)
        {
            if (Starts(prefix, whole) is > 0 and var word)
            {
                named = true;
                prefix = prefix[word..];
            }
            else if (Starts(prefix, BeforeName) is > 0 and var other)
                prefix = prefix[other..];
            else if (isNew && prefix.StartsWith("新增"))
                prefix = prefix[2..];
            else if (YearAt(prefix) is not null)
                prefix = prefix[5..];
            else if (char.IsWhiteSpace(prefix[0]))
                prefix = prefix[1..];
            else
                return false;
        }
        return true;
    }

    /// <summary>Whether a clause before this one begins with a part of the whole, or with something else.</summary>
    static bool SpeaksOfPart(ReadOnlySpan<char> before)
    {
        while (before.Length > 0)
        {
            var end = before.IndexOfAny(ClauseEnds);
            var clause = end < 0 ? before : before[..end];
            foreach (var part in Parts)
            {
                if (clause[..Math.Min(12, clause.Length)].IndexOf(part, StringComparison.Ordinal) is >= 0 and var at && !(part == "区" && at > 0 && clause[at - 1] == '地'))
                    return true;
            }
            before = end < 0 ? [] : before[(end + 1)..];
        }
        return false;
    }

    /// <summary>Whether the last year named before the figure, if any, is the one the indicator speaks of.</summary>
    static bool SpeaksOfNow(ReadOnlySpan<char> before, Form form, Field field)
    {
        int? year = null;
        for (var i = 0; i + 5 <= before.Length; i++)
        {
            if (YearAt(before[i..]) is { } named)
                year = named;
        }
        return year is null || year == form.BaseYear || (field.Period is Period.Cumulative && year == form.BaseYear + 1);
    }

    static int? YearAt(ReadOnlySpan<char> text) =>
        text.Length >= 5 && text[4] == '年' && int.TryParse(text[..4], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var year)
            ? year
            : null;

    static bool ContainsAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    static int Starts(string text, int at, ReadOnlySpan<string> words) => at < text.Length ? Starts(text.AsSpan(at), words) : 0;

    static int Starts(ReadOnlySpan<char> text, ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
                return word.Length;
        }
        return 0;
    }

    static string[] WholeWords(QuotedFiguresRule rule, Answers.Answers answers)
    {
        List<string> words = [.. rule.Whole];
        if (answers.Text(rule.Name) is { } name)
        {
            // the name itself, and what remains of it without the places in front: 湖南省株洲市轨道交通装备集群, 株洲市轨道…, 轨道…
            words.Add(name);
            for (var at = 0; (at = name.IndexOfAny(['省', '市', '区', '州'], at) + 1) > 0 && at < name.Length;)
                words.Add(name[at..]);
        }
        return LongestFirst([.. words]);
    }

    static Names NamesOf(Form form, QuotedFiguresRule rule)
    {
        var all = (
            from field in form.Sections.Single(s => s.Id == rule.Section).Fields
            where field.Unit is not null
            from name in field.ShortForms.Concat(field.Also).Prepend(field.Label.Zh)
            orderby name.Length descending
            select (name, field)).ToList();
        return new Names(SearchValues.Create([.. all.Select(n => n.name)], StringComparison.Ordinal), all.ToLookup(n => n.name[0]));
    }

    static string[] LongestFirst(params string[] words) => [.. words.OrderByDescending(w => w.Length)];
}
