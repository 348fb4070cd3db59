using CsCheck;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests.Documents;

/// <summary>What was written into a document is read back from it.</summary>
public sealed class WordRoundTripTests
{
    static readonly Gen<Form> AnyForm = Gen.OneOf(WordForms.All.ToArray());
    static readonly Gen<int> Seed = Gen.Int[1, 100_000];

    /// <summary>Texts that no one should write, and some do.</summary>
    internal static readonly string[] HostileTexts =
    [
        "\u0001\u0002\u001F\u007F\u0080", "   ", "\u3000\u00A0\t ", "\u00AD", "a\u00ADb", "ا\u200Fلعربية\u202Eabc\u202C", "שלום 123", "👩‍👩‍👧‍👦🇨🇳👍🏽", "𠀀𬭎𡃁", "e\u0301a\u0308\u0323", "\uD800x\uDC00",
        "\uFFFE\uFFFF\uFFF9\uFFFC", "<w:t>&amp;</w:t>]]>\"'<!--", "a\r\nb\n\n \nc\u2028d\vE", "\ta\tb\t", new string('a', 5000), new string('长', 100_000), "_x0041_", "=SUM(A1)", "%TEMP%", "\0",
        "（请在此填写）", "单击或点击此处输入文字。", "负责人", "职务：", "盖章", "年 月 日", "　　年　　月　　日", "（盖章）\n2021年9月1日", "附件2", "一、集群基本信息", "集群企业数量（个）", "1. 集群企业平均研发投入强度",
        "cluster.name", "cluster_name", "opinion.text", "联系人：张三\n移动电话：13800138000", "      ", "无", "/", "较高", "约1,234.5亿元", "2021年9月31日", "二〇一八年五月", "（0755）1234 5678 转 801", "ａ＠ｂ．ｃｎ",
    ];

    static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.OneOf(HostileTexts),
        Gen.String[1, 60],
        Gen.String[Gen.Char["甲乙<>&\"' \t\n\u00AD\u0301\u200B年月日（）：0123456789."], 1, 80]);

    internal static Value ValueOf(Field field, string text) => field.Kind switch
    {
        FieldKind.Number or FieldKind.Integer or FieldKind.Date => new UnreadableValue(text),
        FieldKind.Text or FieldKind.LongText or FieldKind.Phone or FieldKind.Mobile or FieldKind.Postcode or FieldKind.Email or FieldKind.Industry or FieldKind.Area => new TextValue(text),
    };

    static readonly Gen<(Form Form, FormAnswers Answers)> Anything =
        from form in AnyForm
        from texts in Hostile.Array[form.Fields.Count]
        select (form, FormAnswers.Of(form.Fields.Zip(texts, (f, t) => (f.Id, ValueOf(f, t)))));

    [Fact]
    public void Plausible_answers_come_back() => Gen.Select(AnyForm, Seed).Sample((form, seed) =>
    {
        var answers = WordForms.Plausible(form, seed);
        WordForms.AssertReads(form, answers, WordForms.Write(form, answers));
    }, iter: 100);

    [Fact]
    public void Any_text_comes_back() => Anything.Sample(
        given => WordForms.AssertReads(given.Form, given.Answers, WordForms.Write(given.Form, given.Answers)), iter: 100, print: g => g.Form.Id);

    [Fact]
    public void Any_text_comes_back_by_the_bookmarks_alone() => Anything.Sample(
        given => WordForms.AssertReads(given.Form, given.Answers, WordForms.WithoutTags(WordForms.Write(given.Form, given.Answers))), iter: 50, print: g => g.Form.Id);

    [Fact]
    public void Any_text_comes_back_by_the_bookmarks_where_there_are_no_controls() => Anything.Sample(
        given => WordForms.AssertReads(given.Form, given.Answers, WordForms.WithoutControls(WordForms.Write(given.Form, given.Answers))), iter: 50, print: g => g.Form.Id);

    [Fact]
    public void Any_text_comes_back_by_the_tags_alone() => Anything.Sample(
        given => WordForms.AssertReads(given.Form, given.Answers, WordForms.WithoutBookmarks(WordForms.Write(given.Form, given.Answers))), iter: 50, print: g => g.Form.Id);

    [Fact]
    public void Plausible_answers_come_back_by_the_labels_alone() => Gen.Select(AnyForm, Seed).Sample((form, seed) =>
    {
        var answers = WordForms.Plausible(form, seed);
        var bare = WordForms.WithoutBookmarks(WordForms.Write(form, answers));
        WordForms.AssertReads(form, answers, WordForms.WithoutTags(bare));
        WordForms.AssertReads(form, answers, WordForms.WithoutControls(bare));
    }, iter: 100);

    [Fact]
    public void Nothing_is_read_from_an_empty_form()
    {
        var nothing = FormAnswers.Of();
        Assert.All(WordForms.All, form =>
        {
            var blank = WordForms.Write(form, nothing);
            WordForms.AssertReads(form, nothing, blank);
            WordForms.AssertReads(form, nothing, WordForms.WithoutTags(blank));
            WordForms.AssertReads(form, nothing, WordForms.WithoutControls(WordForms.WithoutBookmarks(blank)));
        });
    }

    /// <summary>The contract of the JSON: what holds only its hint is empty. Some programs keep the hint as text when the answer is typed.</summary>
    [Theory]
    [InlineData("（XX省XX市XX集群）", null)]
    [InlineData("（XX省XX市XX集群）湖南省株洲市轨道交通装备集群", "湖南省株洲市轨道交通装备集群")]
    [InlineData("湖南省株洲市轨道交通装备集群（XX省XX市XX集群）", "湖南省株洲市轨道交通装备集群")]
    public void A_hint_is_no_answer(string written, string? read)
    {
        var form = WordForms.All[0];
        var docx = WordForms.Write(form, FormAnswers.Of(("cluster.name", new TextValue(written))));
        Assert.Equal(read, WordForms.Read(form, docx).Answers.Text("cluster.name"));
    }
}
