using AngleSharp.Dom;
using CsCheck;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Html;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Documents;

public sealed class HtmlWriterTests
{
    static readonly string[] Elements =
        ["html", "head", "meta", "title", "style", "body", "main", "div", "h1", "h2", "h3", "p", "ol", "li", "table", "colgroup", "col", "tbody", "tr", "th", "td", "bdi"];

    static readonly string[] Attributes =
        ["lang", "charset", "http-equiv", "name", "content", "class", "style", "id", "aria-labelledby", "scope", "headers", "colspan", "rowspan", "data-field"];

    public static TheoryData<string> Both => Given.Both;

    static string Page(Form form, FormAnswers answers, string? watermark = null)
    {
        using var page = new StringWriter();
        HtmlWriter.Write(PrintedForm.Of(form, answers) with { Watermark = watermark }, page);
        return page.ToString();
    }

    static FormAnswers Filled(Form form) => Given.Answers(form, SampleAnswers.Of(form, 1, complete: true));

    [Fact]
    public void The_blank_page_is_as_it_was() => Snapshot.Matches("blank.html", Page(Given.Form, FormAnswers.Of()));

    [Fact]
    public void The_blank_page_of_the_second_form_is_as_it_was() => Snapshot.Matches("blank-second.html", Page(Given.Second, FormAnswers.Of()));

    [Theory, MemberData(nameof(Both))]
    public void Every_answer_leads_to_its_label(string id)
    {
        var form = Given.Forms.Find(id)!;
        var page = DrawnHtml.Page(Page(form, Filled(form)));
        foreach (var field in form.Fields)
        {
            var cell = page.QuerySelector($"[data-field='{field.Id}']")!.Closest("td")!;
            var headers = Headers(page, cell);
            if (form.Sheet.OfType<SheetTable>().SelectMany(t => t.Rows).SelectMany(r => r.Cells).SelectMany(c => c.Items).Any(i => i is LabelItem { Field: var labelled } && labelled == field))
                Assert.Contains(field.PrintedLabel, headers.Append(cell.TextContent.Split('：')[0]).Append(cell.FirstElementChild!.TextContent));
            Assert.NotNull(page.GetElementById(cell.Closest("table")!.GetAttribute("aria-labelledby")!));
        }
    }

    [Theory]
    [InlineData("government.fax", "集群建设的组织单位（地方人民政府）, 联系人, 传真")]
    [InlineData("government.contact", "集群建设的组织单位（地方人民政府）, 联系人")]
    [InlineData("promoter.headTitle", "集群发展促进组织, 职务")]
    [InlineData("promoter.email", "集群发展促进组织, 联系人")]
    [InlineData("indicators.listed", "集群发展相关指标, 集群上市和挂牌企业数量（家）")]
    [InlineData("organisation.work", "集群发展促进组织近年来开展的重点工作")]
    [InlineData("cluster.name", "集群名称")]
    [InlineData("overview.narrative", "")]
    public void Groups_stand_before_the_label(string field, string headers)
    {
        var page = DrawnHtml.Page(Page(Given.Form, FormAnswers.Of()));
        Assert.Equal(headers, string.Join(", ", Headers(page, page.QuerySelector($"[data-field='{field}']")!.Closest("td")!)));
    }

    /// <summary>Texts of the header cells to which a cell refers.</summary>
    static List<string> Headers(IDocument page, IElement cell) => [.. (cell.GetAttribute("headers") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(id => Assert.IsType<IElement>(page.QuerySelector($"th[id='{id}']"), exactMatch: false).TextContent)];

    [Theory, MemberData(nameof(Both))]
    public void A_heading_without_answers_beside_it_speaks_of_what_is_below(string form)
    {
        var page = DrawnHtml.Page(Page(Given.Forms.Find(form)!, FormAnswers.Of()));
        Assert.All(page.QuerySelectorAll("th"), th => Assert.Equal(th.ParentElement!.QuerySelector("td") is null ? "col" : "row", th.GetAttribute("scope")));
    }

    [Fact]
    public void Ids_are_unique_also_with_two_sheets_in_a_page()
    {
        using var page = new StringWriter();
        HtmlWriter.Write(PrintedForm.Of(Given.Form, Filled(Given.Form)), page);
        HtmlWriter.WriteSheet(PrintedForm.Of(Given.Form, FormAnswers.Of()), page, "before");
        HtmlWriter.WriteSheet(PrintedForm.Of(Given.Second, FormAnswers.Of()), page, "other");
        var ids = DrawnHtml.Page(page.ToString()).QuerySelectorAll("[id]").Select(e => e.Id).ToList();
        Assert.True(ids.Count > 90);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void A_hint_is_told_from_an_answer()
    {
        var page = DrawnHtml.Page(Page(Given.Form, FormAnswers.Of(("cluster.name", new TextValue("株洲")))));
        Assert.False(page.QuerySelector("[data-field='cluster.name']")!.ClassList.Contains("sheet-hint"));
        Assert.True(page.QuerySelector("[data-field='cluster.area']")!.ClassList.Contains("sheet-hint"));
        Assert.Equal(Given.Form.Fields.Select(f => f.Id).Order(StringComparer.Ordinal), page.QuerySelectorAll("[data-field]").Select(e => e.GetAttribute("data-field")!).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Both))]
    public void Hostile_texts_are_only_text(string id)
    {
        var form = Given.Forms.Find(id)!;
        for (var shift = 0; shift < HostileTexts.Count; shift++)
        {
            var answers = HostileTexts.In(form, shift);
            var page = DrawnHtml.Page(Page(form, answers));
            Assert.Empty(page.All.Select(e => e.LocalName).Except(Elements));
            Assert.Empty(page.All.SelectMany(e => e.Attributes).Select(a => a.Name).Except(Attributes));
            Assert.All(form.Fields, f => Assert.Equal(Paragraphs.Of(answers.Text(f.Id)!), Shown(page, f.Id)));
        }
    }

    [Fact]
    public void A_watermark_of_any_text_is_shown_and_not_read() => Gen.Select(Gen.OneOf(Given.Form, Given.Second), Gen.String).Sample((form, text) =>
    {
        var marked = DrawnHtml.Page(Page(form, Filled(form), text));
        if (string.Join(' ', Paragraphs.Of(text)) is { Length: > 0 } shown)
        {
            var element = Assert.Single(marked.QuerySelectorAll(".sheet > .sheet-watermark"));
            Assert.Equal(("true", shown, ""), (element.GetAttribute("aria-hidden"), element.GetAttribute("data-text"), element.TextContent));
            element.NextSibling!.RemoveFromParent();
            element.Remove();
            var style = marked.QuerySelector("style")!;
            Assert.Contains(HtmlWriter.WatermarkStyle, style.TextContent, StringComparison.Ordinal);
            style.TextContent = style.TextContent.Replace("\n" + HtmlWriter.WatermarkStyle, "", StringComparison.Ordinal);
        }
        Assert.Equal(DrawnHtml.Page(Page(form, Filled(form))).DocumentElement.OuterHtml, marked.DocumentElement.OuterHtml);
    }, iter: 200, print: g => $"{g.Item1.Id} {g.Item2}");

    [Fact]
    public void Any_text_comes_back() => Gen.String.Sample(text =>
    {
        var page = DrawnHtml.Page(Page(Given.Second, FormAnswers.Of(("about.title", new TextValue(text)), ("figures.story", new TextValue(text)))));
        var lines = Paragraphs.Of(text);
        if (lines.Count == 0)
            return;
        Assert.Equal(lines, Shown(page, "about.title"));
        Assert.Equal(lines, Shown(page, "figures.story"));
    }, iter: 1_000);

    /// <summary>An answer's lines. They stand in elements of their own direction, so that they cannot turn what is around them.</summary>
    static List<string> Shown(IDocument page, string field)
    {
        var shown = page.QuerySelectorAll($"[data-field='{field}']").ToList();
        Assert.All(shown, e => Assert.Equal("bdi", e.LocalName));
        return [.. shown.SelectMany(e => e.TextContent.Split('\n'))];
    }
}
