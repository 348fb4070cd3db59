using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Checks;

/// <summary>Compares figures that a narrative quotes with those answered: 集群产值达1200亿元 beside an output of 1507.</summary>
/// <remarks>
/// Only what plainly speaks of the whole and of now counts: between the beginning of the clause and the indicator's name, between the
/// name and the quantity, and behind the quantity nothing may stand but the few words listed here. A missed quotation costs less than a
/// false alarm.
/// </remarks>
static partial class QuotedFigures
{
    /// <summary>More than this share of the answer is a difference.</summary>
    const decimal Exact = 0.01m, Approximate = 0.10m;

    static readonly SearchValues<char> ClauseEnds = SearchValues.Create("，,；;：:、（()）。！？!?\n");
    static readonly SearchValues<char> SentenceEnds = SearchValues.Create("。！？!?\n");
    static readonly SearchValues<char> YearDigits = SearchValues.Create("0123456789０１２３４５６７８９〇一二三四五六七八九");

    /// <summary>Words before the name that change nothing.</summary>
    static readonly Lexicon<string> BeforeName = Words(
        "截至目前", "截至", "截止目前", "截止", "目前", "当前", "现在", "全年", "上年度", "上年", "去年", "年度", "年", "末", "底", "内", "中", "共计", "共有", "共", "合计", "总计",
        "累计", "实现", "完成", "达到", "达", "拥有", "现有", "已有", "有", "已", "集聚了", "集聚", "聚集了", "聚集", "汇聚了", "汇聚", "汇集", "培育了", "培育出", "培育", "形成",
        "建成", "获得", "认定", "的", "了", "主导", "产业", "工业", "企业", "各类", "国家级", "国家", "国内外", "专精特新", "总", "区域内", "其中", "和", "与", "及", "以及",
        "一是", "二是", "三是", "四是", "五是", "六是", "“", "”", "\"");

    /// <summary>Words between the name and the quantity.</summary>
    static readonly Lexicon<string> AfterName = Words(
        "企业", "数量", "总数", "总量", "总额", "数", "达到了", "达到", "高达", "已达", "达", "为", "是", "有", "共有", "共计", "共", "累计", "合计", "总计", "已", "增至", "增加到",
        "增长到", "提升至", "提升到", "提高到", "提高至", "稳定在", "保持在", "在", "首次", "成功", "平均", "实现", "完成", "的", "了", "比重", "占比", "量", "规模", "：", ":", " ", "　",
        "“", "”", "\"");

    static readonly Lexicon<string> Rough = Words("以上", "左右", "上下", "之多", "多", "余");

    /// <summary>Words that may go on behind the quantity; others make it part of a larger phrase: 产值超10亿元企业20家, 3%至5%.</summary>
    static readonly Lexicon<string> Onward = Words("人民币", "和", "与", "及", "以及", "并", "且", "同比", "比上年", "较上年", "增长", "占", "位居", "居", "其中");

    /// <summary>A clause that speaks of a part of the whole.</summary>
    static readonly Lexicon<string> Parts =
        Words("核心", "区", "县", "镇", "园", "片区", "街道", "领域", "板块", "环节", "上游", "中游", "下游", "细分", "龙头", "骨干", "头部", "旗下");

    /// <summary>A clause that speaks of something else, unless it speaks of the whole: 中车株机是……, 全市…….</summary>
    static readonly Lexicon<string> Others = Words("公司", "集团", "基地", "大学", "学院", "研究", "协会", "联盟", "中心", "市", "省", "全国", "我国", "是", "作为");

    /// <summary>Parts and others that mean nothing here.</summary>
    static readonly Lexicon<string> NoParts = Words("地区", "区域", "区块链", "核心竞争力", "核心技术", "市场", "上市", "城市", "市值", "省级", "总体是");

    /// <summary>Which kind of the thing: what follows it is not the indicator, but the clauses after it may be.</summary>
    static readonly Lexicon<string> Kinds = Words("新", "省级", "市级", "省", "市");

    static readonly string[] Plans = ["力争", "目标", "预计", "计划", "规划", "有望", "将达", "预期", "争取", "下一步", "未来", "十三五", "十四五", "十五五"];
    static readonly string[] PlansAhead = ["力争", "下一步", "未来"];
    static readonly string[] Now = ["目前", "截至", "截止", "上年", "去年"];

    /// <summary>Less than a year, or more than one.</summary>
    static readonly string[] NotAYear = ["今年", "前年", "上半年", "下半年", "季度", "月", "同期", "以来"];

    /// <summary>A stock, not what one year brought.</summary>
    static readonly string[] Stock = ["累计", "拥有", "现有", "已有", "共有"];

    /// <summary>What one year brought, not a stock, where the year is named.</summary>
    static readonly string[] Flow = ["培育", "认定", "获得", "形成", "建成"];
    static readonly string[] UntilThen = ["截至", "截止", "末", "底", "累计", "达到"];

    static readonly ConditionalWeakTable<QuotedFiguresRule, Names> ByRule = [];

    /// <summary>The indicators' names, to be searched at once. (The framework's search for several strings takes four times as long where they are Chinese.)</summary>
    sealed class Names
    {
        readonly Dictionary<char, (string Name, Field Field)[]> byFirst;
        readonly ulong[] beginnings = new ulong[1024];     // a bit for each hash of the first two characters of a name

        /// <param name="names">The longest first.</param>
        public Names(IReadOnlyList<(string Name, Field Field)> names)
        {
            byFirst = names.GroupBy(n => n.Name[0]).ToDictionary(g => g.Key, g => g.ToArray());
            foreach (var (name, _) in names)
            {
                var (from, to) = name.Length > 1 ? (name[1], name[1]) : (char.MinValue, char.MaxValue);
                for (int second = from; second <= to; second++)
                    beginnings[Hash(name[0], (char)second) >> 6] |= 1UL << Hash(name[0], (char)second);
            }
        }

        /// <summary>The first name that begins at this place or behind it, the longest where there are several. Null when there is none.</summary>
        public (int At, string Name, Field Field)? Next(ReadOnlySpan<char> text, int from)
        {
            for (var at = from; at < text.Length; at++)
            {
                var hash = Hash(text[at], at + 1 < text.Length ? text[at + 1] : '\0');
                if ((beginnings[hash >> 6] >> hash & 1) == 0 || !byFirst.TryGetValue(text[at], out var names))
                    continue;
                foreach (var (name, field) in names)
                {
                    if (text[at..].StartsWith(name, StringComparison.Ordinal))
                        return (at, name, field);
                }
            }
            return null;
        }

        static int Hash(char first, char second) => (first << 5 ^ second) & 0xFFFF;
    }

    /// <summary>What stands before an indicator's name in its clause.</summary>
    enum Subject
    {
        /// <summary>Nothing that matters: the clauses before it tell.</summary>
        Unsaid,

        /// <summary>The whole.</summary>
        Whole,

        /// <summary>Only some of what the indicator counts.</summary>
        Kind,

        /// <summary>Something else.</summary>
        Other,
    }

    public static IEnumerable<Finding> Find(Form form, Field narrative, string text, QuotedFiguresRule rule, FormAnswers answers)
    {
        var names = ByRule.GetValue(rule, r => NamesOf(form, r));
        var whole = WholeWords(rule, answers);
        var other = -1;                                    // the sentence that was seen to speak of something else
        var listed = 0;                                    // end of the figure before: 规上企业300家和高新技术企业150家
        for (var from = 0; names.Next(text, from) is var (at, name, field); from = Math.Max(at + name.Length, listed))
        {
            var sentence = SentenceStart(text, at);
            var clause = Math.Max(text.AsSpan(0, at).LastIndexOfAny(ClauseEnds) + 1, listed);
            var named = at + Starts(name, whole);          // 该集群企业数量: the name itself begins with the whole
            var subject = SubjectOf(text.AsSpan(clause, named - clause), IsNew(field), whole);
            other = subject is Subject.Other ? sentence : subject is Subject.Whole ? -1 : other;
            var ofWhole = subject is Subject.Whole || subject is Subject.Unsaid && other != sentence && !SpeaksOfPart(text.AsSpan(sentence, clause - sentence), whole);
            if (ofWhole && Quoted(text, at + name.Length, field) is { } quoted)
            {
                listed = quoted.End;
                if (answers.Number(field.Id) is { } answered
                    && Math.Abs(quoted.Number - answered) > (quoted.Rough ? Approximate : Exact) * Math.Abs(answered)
                    && !IsOneOfSeveralNames(text, clause)
                    && IsAmongAll(text.AsSpan(sentence, at - sentence), whole)
                    && SpeaksOfNow(form, field, text, sentence, clause, at, quoted.Begin, quoted.End))
                {
                    var quotation = text[clause..quoted.End].Trim();
                    yield return Finding.Warning("narrative-differs", narrative.Id, Messages.Of(
                        "narrative-differs", narrative.Name, quotation, field.Name, answers[field.Id], field.Unit), quotation);
                }
            }
        }
    }

    /// <summary>The quantity behind a name, in the field's unit; null when none follows, or one that is part of something larger.</summary>
    static (int Begin, int End, decimal Number, bool Rough)? Quoted(string text, int from, Field field)
    {
        var begin = from;
        while (Math.Max(Starts(text.AsSpan(begin), AfterName), YearAt(text.AsSpan(begin), out _)) is > 0 and var word)
            begin += word;
        if (!Quantity.TryScan(text.AsSpan(begin), out var length, out var number, out var unit, out var rough)
            || Quantity.Convert(number, unit, field.Unit!) is not { } converted)
            return null;
        var end = begin + length;
        var behind = end + Starts(text.AsSpan(end), Rough);
        if (behind < text.Length && text[behind] == '、' && Quantity.TryScan(text.AsSpan(behind + 1), out _, out _, out var another, out _) && another == unit)
            return null;                                   // 1280亿元、1380亿元: one each for several
        return behind == text.Length || ClauseEnds.Contains(text[behind]) || char.IsWhiteSpace(text[behind]) || Starts(text.AsSpan(behind), Onward) > 0
            ? (begin, end, converted, rough || behind > end)
            : null;
    }

    static Subject SubjectOf(ReadOnlySpan<char> prefix, bool isNew, string[] whole)
    {
        var rest = WithoutNeutral(prefix, isNew, whole, out var named);
        return rest.Length == 0 ? named ? Subject.Whole : Subject.Unsaid
            : named || Starts(rest, Kinds) > 0 ? Subject.Kind
            : Subject.Other;
    }

    /// <summary>A text from its first word that matters.</summary>
    static ReadOnlySpan<char> WithoutNeutral(ReadOnlySpan<char> text, bool isNew, string[] whole, out bool named)
    {
        named = false;
        while (text.Length > 0)
        {
            if (Starts(text, whole) is > 0 and var word)
                named = true;
            else if (isNew && text.StartsWith("新增"))
                word = 2;
            else if (YearAt(text, out _) is > 0 and var year)
                word = year;
            else if (char.IsWhiteSpace(text[0]))
                word = 1;
            else if (text.Length > 1 && char.IsAsciiDigit(text[0]) && text[1] is '.' or '．')
                word = 2;                                  // 1.集群产值
            else
                word = Starts(text, BeforeName);
            if (word == 0)
                break;
            text = text[word..];
        }
        return text;
    }

    /// <summary>Whether a clause before this one begins with a part of the whole, or with something else.</summary>
    static bool SpeaksOfPart(ReadOnlySpan<char> before, string[] whole)
    {
        while (before.Length > 0)
        {
            var end = before.IndexOfAny(ClauseEnds);
            var clause = WithoutNeutral(end < 0 ? before : before[..end], isNew: false, whole, out var named);
            for (var at = 0; at < Math.Min(12, clause.Length); at++)
            {
                if (Starts(clause[at..], NoParts) is > 0 and var harmless)
                    at += harmless - 1;
                else if (Starts(clause[at..], Parts) > 0 || !named && Starts(clause[at..], Others) > 0)
                    return true;
            }
            before = end < 0 ? [] : before[(end + 1)..];
        }
        return false;
    }

    /// <summary>规上企业、高新技术企业达300家、150家: whose quantity it is cannot be told.</summary>
    static bool IsOneOfSeveralNames(string text, int clause)
    {
        if (clause == 0 || text[clause - 1] != '、')
            return false;
        var item = text.AsSpan(0, clause - 1);
        item = item[(item.LastIndexOfAny(ClauseEnds) + 1)..];
        foreach (var c in item)
        {
            if (char.IsDigit(c) || "一二三四五六七八九十百千".Contains(c, StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    /// <summary>其中 speaks of all only behind all enterprises: 集群拥有企业425家，其中规上企业273家, but not 上市企业12家，其中高新技术企业9家.</summary>
    static bool IsAmongAll(ReadOnlySpan<char> before, string[] whole)
    {
        var among = before.LastIndexOf("其中");
        if (among < 0)
            return true;
        var parent = before[..among].TrimEnd("，,；;：:、（( ");
        parent = parent[(parent.LastIndexOfAny(ClauseEnds) + 1)..];
        var enterprises = parent.IndexOf("企业");
        return enterprises >= 0 && SubjectOf(parent[..enterprises], isNew: false, whole) is Subject.Whole or Subject.Unsaid;
    }

    /// <summary>Whether the figure is of the year, or until the day, that the indicator asks for.</summary>
    static bool SpeaksOfNow(Form form, Field field, string text, int sentence, int clause, int at, int quantity, int end)
    {
        var before = text.AsSpan(sentence, at - sentence);
        var said = text.AsSpan(sentence, quantity - sentence);
        var year = YearAt(text.AsSpan(Math.Min(end + 1, text.Length)), out var behind) > 0 && text[end] is '（' or '(' ? behind : LastYearIn(said);
        var paragraph = text.AsSpan(0, sentence);
        paragraph = paragraph[(paragraph.LastIndexOf('\n') + 1)..];
        if (Contains(before, Plans) || SeveralYears().IsMatch(said) || !Fits(year) || year is null && !Contains(before, Now) && IsPlanned(paragraph))
            return false;
        var own = text.AsSpan(clause, quantity - clause);
        return field.Period is Period.LastYear
            ? !Contains(said, NotAYear) && !(Contains(own, Stock) && !own.Contains("全年", StringComparison.Ordinal)) && !(IsNew(field) && said.Contains("截", StringComparison.Ordinal))
            : !(Contains(own, Flow) && (year is not null || said.Contains("全年", StringComparison.Ordinal)) && !Contains(said, UntilThen));

        bool Fits(int? named) => named is null || named == form.BaseYear || field.Period is Period.Cumulative && named == form.BaseYear + 1;

        // the sentences before speak of what shall be
        bool IsPlanned(ReadOnlySpan<char> paragraph) => Contains(paragraph, PlansAhead) || LastYearIn(paragraph) > form.BaseYear + 1;
    }

    /// <summary>近三年, 5年来, 2018—2020年: figures of several years.</summary>
    [GeneratedRegex("[0-9０-９]{4}年?[-—–~～至到、和]+[0-9０-９]{4}年|(?<![0-9０-９〇一二三四五六七八九十第])[0-9０-９二两三四五六七八九十]{1,2}年(?!级)", RegexOptions.CultureInvariant)]
    private static partial Regex SeveralYears();

    static int? LastYearIn(ReadOnlySpan<char> text)
    {
        int? last = null;
        for (int i = 0, next; (next = text[i..].IndexOfAny(YearDigits)) >= 0; i++)
        {
            i += next;
            if (YearAt(text[i..], out var year) > 0)
                last = year;
        }
        return last;
    }

    /// <summary>2020年, ２０２０ 年, 二〇二〇年.</summary>
    /// <returns>Its length; 0 when there is none.</returns>
    static int YearAt(ReadOnlySpan<char> text, out int year)
    {
        year = 0;
        if (text.Length < 5)
            return 0;
        foreach (var c in text[..4])
        {
            var digit = HalfWidth.Of(c) is >= '0' and <= '9' and var ascii ? ascii - '0' : "〇一二三四五六七八九".IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
                return 0;
            year = year * 10 + digit;
        }
        var length = 4;
        while (length < text.Length - 1 && char.IsWhiteSpace(text[length]))
            length++;
        return year is > 1900 and < 2100 && text[length] == '年' ? length + 1 : 0;
    }

    /// <summary>A line that ends with a colon or semicolon goes on in the next.</summary>
    static int SentenceStart(string text, int at)
    {
        var start = text.AsSpan(0, at).LastIndexOfAny(SentenceEnds);
        while (start > 0 && text[start] == '\n' && text[start - 1] is '：' or ':' or '；' or ';')
            start = text.AsSpan(0, start).LastIndexOfAny(SentenceEnds);
        return start + 1;
    }

    static bool IsNew(Field field) => field.Label.Zh.Contains("新增", StringComparison.Ordinal);

    static bool Contains(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>Length of the longest of the words with which the text begins; 0 when it begins with none.</summary>
    static int Starts(ReadOnlySpan<char> text, Lexicon<string> words) => text.IsEmpty ? 0 : words.LongestAt(text, 0, int.MaxValue, out _);

    /// <param name="words">The longest first.</param>
    static int Starts(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
                return word.Length;
        }
        return 0;
    }

    /// <summary>No cluster is called by more; each place in a name doubles the ways to write it.</summary>
    const int LongestName = 100, MostPlaces = 6;

    /// <summary>The rule's words, and the name itself with its places in full, short or left out: 湖南省株洲市轨道交通装备集群, 株洲轨道…, 轨道….</summary>
    static string[] WholeWords(QuotedFiguresRule rule, FormAnswers answers)
    {
        List<string> words = [.. rule.Whole];
        if (answers.Text(rule.Name) is { Length: <= LongestName } name)
        {
            words.Add(name);
            var places = 0;
            for (int from = 0, to; places++ < MostPlaces && (to = name.IndexOfAny(['省', '市', '区', '州'], from) + 1) > 0 && to < name.Length; from = to)
            {
                words.Add(name[to..]);
                words.AddRange([.. words.Where(w => w.EndsWith(name[from..], StringComparison.Ordinal)).Select(w => w[..^(name.Length - to + 1)] + name[to..])]);
            }
        }
        return LongestFirst([.. words]);
    }

    static Names NamesOf(Form form, QuotedFiguresRule rule)
    {
        return new Names([..
            from field in form.Sections.Single(s => s.Id == rule.Section).Fields
            where field.Unit is not null
            from name in field.ShortForms.Concat(field.Also).Prepend(field.Label.Zh)
            orderby name.Length descending
            select (name, field)]);
    }

    static Lexicon<string> Words(params string[] words)
    {
        var lexicon = new Lexicon<string>();
        foreach (var word in words)
            lexicon[word] = word;
        return lexicon;
    }

    static string[] LongestFirst(params string[] words) => [.. words.OrderByDescending(w => w.Length)];
}
