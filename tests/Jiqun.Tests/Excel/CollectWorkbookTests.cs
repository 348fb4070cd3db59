using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Excel;
using CellStyle = Jiqun.Documents.Excel.CellStyle;
using Value = Jiqun.Core.Answers.Value;
using XCell = DocumentFormat.OpenXml.Spreadsheet.Cell;

namespace Jiqun.Tests.Excel;

public sealed class CollectWorkbookTests
{
    static readonly Form Form = FormLibrary.Builtin.Default;

    [Fact]
    public void The_workbook_reads_as_the_contract_says() => Snapshot.Matches("workbook.txt", Drawn(w =>
    {
        w.Add("a.docx", Filled([
            ("cluster.name", new TextValue("湖南省株洲市轨道交通装备集群")), ("government.postcode", new TextValue("010010")),
            ("overview.narrative", new TextValue("第一段。\n第二段。")), ("indicators.output", new NumberValue(1507m)),
            ("indicators.enterprises", new NumberValue(300m)), ("organisation.founded", new DateValue(new PartialDate(2018, 5))),
        ], Finding.Warning("approximate", "indicators.output", "“约1507”按1507计。", "约1507")));
        w.Add("b/丙.docx", Filled([
            ("cluster.name", new TextValue("=1+1")), ("indicators.output", new NumberValue(12.345m)),
            ("indicators.enterprises", new NumberValue(3.5m)), ("indicators.rdIntensity", new UnreadableValue("较高")),
        ], Finding.Error("not-a-number", "indicators.rdIntensity", "“较高”不是数字。", "较高"), Finding.Warning("unplaced", null, "“附注”不知属于何处。", "附注")));
        w.AddUnread("c.docx", "文件为空（0字节）。");
    }));

    [Fact]
    public void Excel_opens_it_without_repair()
    {
        using var file = Written(w =>
        {
            w.Add("a.docx", Filled([.. Form.Fields.Select(f => (f.Id, f.Kind is FieldKind.Number ? (Value)new NumberValue(1.5m) : new TextValue("=x")))],
                Finding.Error("required", "cluster.name", "-空")));
            w.AddUnread("@b.docx", "+原因");
        });
        using var workbook = SpreadsheetDocument.Open(file, false);
        Assert.Empty(new OpenXmlValidator().Validate(workbook, TestContext.Current.CancellationToken).Select(e => $"{e.Part?.Uri} {e.Path?.XPath} {e.Description}"));
    }

    [Fact]
    public void A_workbook_without_a_single_form_is_one_too()
    {
        using var file = Written(_ => { });
        using var workbook = SpreadsheetDocument.Open(file, false);
        Assert.Empty(new OpenXmlValidator().Validate(workbook, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+86 731")]
    [InlineData("-5")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("a\u0001b\rc")]
    [InlineData("_x0041_ and _X0042_")]
    [InlineData("𠮷野家 \uD800 alone")]
    [InlineData("  blanks \n and lines  ")]
    [InlineData("<&>\"'")]
    public void Text_stays_the_text_it_was(string text)
    {
        var cell = Cell("汇总", "B3", w => w.Add("a.docx", Filled([("cluster.name", new TextValue(text))])), out var style);
        Assert.Null(cell.CellFormula);
        Assert.Equal(text, Unescaped(cell.InnerText));
        Assert.Equal(text[0] is '=' or '+' or '-' or '@' or '\t', style.QuotePrefix?.Value ?? false);
    }

    [Fact]
    public void Too_long_a_text_is_cut_in_sight()
    {
        var long40 = string.Concat(Enumerable.Repeat("一二三四五六七八九十", 4_000));
        var text = Cell("汇总", "B3", w => w.Add("a.docx", Filled([("cluster.name", new TextValue(long40))])), out _).InnerText;
        Assert.InRange(text.Length, 32_000, 32_767);
        Assert.StartsWith(long40[..32_000], text, StringComparison.Ordinal);
        Assert.Contains("40000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_splits_no_character()
    {
        var text = Cell("汇总", "B3", w => w.Add("a.docx", Filled([("cluster.name", new TextValue("一" + string.Concat(Enumerable.Repeat("𠮷", 20_000))))])), out _).InnerText;
        Assert.False(char.IsHighSurrogate(text[31_998]) && !char.IsLowSurrogate(text[31_999]));
        Assert.DoesNotContain("_xD8", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_that_is_no_count_is_shown_as_it_is()
    {
        var column = SheetWriter.ColumnName(1 + Form.Fields.ToList().FindIndex(f => f.Id == "indicators.enterprises"));
        Cell("汇总", $"{column}3", w => w.Add("a.docx", Filled([("indicators.enterprises", new NumberValue(3.5m))])), out var half);
        Cell("汇总", $"{column}3", w => w.Add("a.docx", Filled([("indicators.enterprises", new NumberValue(3m))])), out var whole);
        Assert.NotEqual(3U, half.NumberFormatId!.Value);
        Assert.Equal(3U, whole.NumberFormatId!.Value);
    }

    [Fact]
    public void Absurd_figures_break_nothing()
    {
        var text = Drawn(w =>
        {
            w.Add("a.docx", Filled([("indicators.output", new NumberValue(decimal.MaxValue))]));
            w.Add("b.docx", Filled([("indicators.output", new NumberValue(decimal.MaxValue))]));
        });
        Assert.Contains("79228162514264337593543950335", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_are_unique()
    {
        using var file = Written(_ => { });
        using var workbook = SpreadsheetDocument.Open(file, false);
        var headers = Sheet(workbook, "汇总").Descendants<Row>().First().Elements<XCell>().Select(c => c.InnerText).ToList();
        Assert.Equal(Form.Fields.Count + 1, headers.Count);
        Assert.Equal(headers.Count, headers.Distinct().Count());
    }

    [Fact]
    public void The_same_forms_yield_the_same_bytes() =>
        Assert.Equal(Written(w => w.AddUnread("a", "b")).ToArray(), Written(w => w.AddUnread("a", "b")).ToArray());

    [Theory]
    [InlineData(0, "A")]
    [InlineData(25, "Z")]
    [InlineData(26, "AA")]
    [InlineData(701, "ZZ")]
    [InlineData(702, "AAA")]
    public void Columns_are_named_as_in_excel(int index, string name) => Assert.Equal(name, SheetWriter.ColumnName(index));

    static FilledForm Filled((string, Value)[] answers, params Finding[] findings) =>
        new(FormAnswers.Of(answers), new Dictionary<string, IReadOnlyList<string>>(), findings);

    static MemoryStream Written(Action<CollectWorkbook> fill)
    {
        var file = new MemoryStream();
        using (var workbook = new CollectWorkbook(file, Form))
        {
            fill(workbook);
            workbook.Complete();
        }
        file.Position = 0;
        return file;
    }

    static Worksheet Sheet(SpreadsheetDocument workbook, string name)
    {
        var id = workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Single(s => s.Name == name).Id!.Value!;
        return ((WorksheetPart)workbook.WorkbookPart.GetPartById(id)).Worksheet!;
    }

    static XCell Cell(string sheet, string at, Action<CollectWorkbook> fill, out CellFormat format)
    {
        using var file = Written(fill);
        using var workbook = SpreadsheetDocument.Open(file, false);
        var cell = Sheet(workbook, sheet).Descendants<XCell>().Single(c => c.CellReference == at);
        format = workbook.WorkbookPart!.WorkbookStylesPart!.Stylesheet!.CellFormats!.Elements<CellFormat>().ElementAt((int)cell.StyleIndex!.Value);
        return cell;
    }

    static string Unescaped(string text) => System.Text.RegularExpressions.Regex.Replace(text, "_x([0-9A-F]{4})_",
        m => ((char)System.Convert.ToInt32(m.Groups[1].Value, 16)).ToString());

    /// <summary>Every sheet as text: its frozen panes and filter, then a line a cell.</summary>
    static string Drawn(Action<CollectWorkbook> fill)
    {
        using var file = Written(fill);
        using var workbook = SpreadsheetDocument.Open(file, false);
        var text = new StringBuilder();
        foreach (var name in workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Select(s => s.Name!.Value!))
        {
            var sheet = Sheet(workbook, name);
            text.Append($"== {name}  frozen at {sheet.Descendants<Pane>().Single().TopLeftCell}  filter {sheet.Descendants<AutoFilter>().Single().Reference}\n");
            foreach (var cell in sheet.Descendants<XCell>())
                text.Append($"{cell.CellReference} [{(CellStyle)cell.StyleIndex!.Value}] {(cell.CellFormula is { } f ? $"={f.Text} → {cell.CellValue!.Text}" : cell.InnerText.Replace("\n", "⏎", StringComparison.Ordinal))}\n");
        }
        return text.ToString();
    }
}
