using System.Buffers.Binary;
using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;
using Jiqun.Tests.Files;
using UglyToad.PdfPig;

namespace Jiqun.Tests.Documents;

/// <summary>A report says the same as Word and as PDF, and its charts are as long as their figures.</summary>
public sealed class ReportTests
{
    static readonly InstalledFonts Fonts = InstalledFonts.Find().Value!;

    static readonly PrintedBars Lying = new("图1 最大的集群", "说明：<甲> 1507.5", "产值（亿元）", AreUpright: false, [new("湖南省株洲市轨道交通装备集群，名称很长的一个，一行写不下的那一种", "1507.5"), new("<乙>&\"集群\"", "603"), new("丙", "0"), new("丁", "0.25")]);

    static readonly PrintedBars Standing = new("图2 分布", "", "集群数", AreUpright: true, [new("0", "3"), new("1–9", "12"), new("10–99", "1")]);

    static readonly PrintedTiles Tiles = new("图3 各省", [new(0, 0, "黑", "7", 1), new(2, 0, "吉", "", null), new(1, 1, "京", "12.5", 0.5), new(2, 1, "津", "0", 0)]);

    static PrintedReport Report(int rows) => new("第一批情况报告", "工业和信息化部", "zh-CN", "第 {0} 页 共 {1} 页",
    [
        PrintedReport.Line(LineRole.Title, "第一批情况报告"),
        PrintedReport.Line(LineRole.Caption, "表1 数据状态"),
        PrintedReport.Facts([("单位", "<部>"), ("摘要", new string('a', 64)), ("空", "")]),
        PrintedReport.Line(LineRole.Text, "这是报告的正文，\u0001有一个不能印的字符，也有👍🏽和𠮷。"),
        PrintedReport.Line(LineRole.Heading, "1 指标"),
        PrintedReport.Line(LineRole.Subheading, "1.1 产值"),
        Lying,
        PrintedReport.Line(LineRole.Caption, "表2 最大的集群"),
        PrintedReport.Table([new("位次", 1, Alignment.Number), new("集群", 4)], Enumerable.Range(0, rows).Select(i => (string[])[$"{i + 1}", $"第{i}集群"])),
        Standing,
        Tiles,
        PrintedReport.Line(LineRole.Text, "完。"),
    ]);

    static byte[] Word(PrintedReport report, Action? step = null)
    {
        using var to = new MemoryStream();
        WordWriter.Write(report, to, step);
        return to.ToArray();
    }

    static byte[] Pdf(PrintedReport report, Action? step = null)
    {
        using var to = new MemoryStream();
        new PdfWriter(Fonts).Write(report, to, step);
        return to.ToArray();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    public void Word_and_PDF_say_the_same(int rows)
    {
        var report = Report(rows);
        var expected = DrawnReport.Bare(DrawnReport.Told(report));
        var (told, heads) = DrawnReport.Word(Word(report));
        Assert.Equal(expected, DrawnReport.Bare(told));
        Assert.Equal(expected, DrawnReport.Pdf(Pdf(report), expected, heads));
    }

    [Fact]
    public void A_document_follows_the_schema() => WordWriterTests.AssertValid(Word(Report(5)));

    [Fact]
    public void The_same_report_yields_the_same_bytes()
    {
        Assert.Equal(Word(Report(5)), Word(Report(5)));
        Assert.Equal(Pdf(Report(5)), Pdf(Report(5)));
    }

    [Fact]
    public void Both_are_done_with_one_step_after_another_and_end_where_they_are_stopped()
    {
        foreach (var write in (Func<PrintedReport, Action, byte[]>[])[Word, Pdf])
        {
            var steps = 0;
            write(Report(30), () => steps++);
            Assert.Equal(Report(30).Steps, steps);
            Assert.Throws<OperationCanceledException>(() => write(Report(30), () => throw new OperationCanceledException()));
        }
    }

    [Fact]
    public void A_chart_of_Word_has_its_figures_in_a_workbook()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Word(Report(5))), false);
        using var book = SpreadsheetDocument.Open(Assert.Single(document.MainDocumentPart!.ChartParts).EmbeddedPackagePart!.GetStream(), false);
        var rows = book.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<DocumentFormat.OpenXml.Spreadsheet.Row>().Select(r => r.Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>().Select(c => c.InnerText).ToList()).ToList();
        Assert.Equal([Lying.Measure], rows[0]);
        Assert.Equal(Lying.Bars.Select(b => (b.Name, b.Shown)), rows.Skip(1).Select(r => (r[0], r[1])));
        var described = document.MainDocumentPart.Document!.Descendants<DocumentFormat.OpenXml.Drawing.Wordprocessing.DocProperties>().First();
        Assert.Equal((Lying.Caption, Lying.Alt), (described.Name?.Value, described.Description?.Value));
    }

    [Fact]
    public void A_bar_of_a_picture_is_as_high_as_its_figure()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Word(Report(5))), false);
        var boxes = (from record in DrawnReport.Picture(document.MainDocumentPart!, "rIdPicture1") where record.Type == 43 select Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadInt32LittleEndian(record.Record.AsSpan(8 + (i * 4)))).ToList()).ToList();
        var heights = boxes.Take(3).Select(b => (double)(b[3] - b[1])).ToList();                   // the last one is the axis
        Assert.Equal(4, boxes.Count);
        Assert.Equal(Standing.Bars.Select(b => b.Length / 12), heights.Select(h => h / heights[1]), (a, b) => Math.Abs(a - b) < 0.01);
    }

    [Fact]
    public void A_bar_of_a_PDF_is_as_long_as_its_figure_and_a_tile_as_dark()
    {
        using var read = PdfDocument.Open(Pdf(Report(5)));
        var filled = (from page in read.GetPages() from path in page.Paths where path.IsFilled from part in path select (Colour: path.FillColor!.ToRGBValues(), Box: part.GetBoundingRectangle()!.Value)).ToList();
        var bars = filled.Where(f => f.Colour.r < 0.1).Select(f => f.Box).ToList();
        var (lying, standing) = (bars.Where(b => Math.Abs(b.Height - 10) < 0.1).OrderByDescending(b => b.Top).ToList(), bars.Where(b => Math.Abs(b.Height - 10) >= 0.1).ToList());
        foreach (var (box, bar) in lying.Zip(Lying.Bars))
            Assert.Equal(bar.Length / 1507.5, box.Width / lying[0].Width, 0.01);
        Assert.Equal(Standing.Bars.Select(b => b.Length / 12), standing.OrderBy(b => b.Left).Select(b => b.Height / standing.Max(s => s.Height)), (a, b) => Math.Abs(a - b) < 0.01);
        var tiles = filled.Where(f => f.Colour.r >= 0.1).ToList();
        Assert.Equal(4, tiles.Count);
        var depth = tiles.OrderByDescending(t => t.Box.Top).ThenBy(t => t.Box.Left).Select(t => t.Colour.r).ToList();          // 黑, 吉, 京, 津
        Assert.True(depth[0] < depth[2] && depth[2] < depth[3] && depth[3] < depth[1], string.Join(' ', depth));
    }

    [Fact]
    public void Titles_lead_to_their_places()
    {
        using var read = PdfDocument.Open(Pdf(Report(5)));
        Assert.True(read.TryGetBookmarks(out var marks));
        var chapter = Assert.Single(marks.Roots);
        Assert.Equal(("1 指标", "1.1 产值"), (chapter.Title, Assert.Single(chapter.Children).Title));
        Assert.Equal("zh-CN", ((UglyToad.PdfPig.Tokens.StringToken)read.Structure.Catalog.CatalogDictionary.Data["Lang"]).Data);
    }

    [Fact]
    public void LibreOffice_keeps_words_and_charts()
    {
        using var folder = new TestFolder();
        var docx = Word(Report(40));
        File.WriteAllBytes(LibreOffice.Input(folder.Path, 0), docx);
        LibreOffice.Installed()!.Convert(folder.Path, 1, TestContext.Current.CancellationToken);
        var saved = File.ReadAllBytes(LibreOffice.Output(folder.Path, 0));
        Assert.Equal(DrawnReport.Bare(DrawnReport.Word(docx).Told), DrawnReport.Bare(DrawnReport.Word(saved).Told));
    }

    /// <summary>Wherever pages end, nothing is lost, and no title stands without what it is about.</summary>
    [Fact]
    public void No_title_stands_at_the_foot_of_a_page()
    {
        using var shaper = new TextShaper(Fonts);
        for (var seed = 0; seed < 150; seed++)
        {
            var dice = new Random(seed);
            List<PrintedBlock> blocks = [.. Enumerable.Range(0, 40).SelectMany(_ => Some(dice)), PrintedReport.Line(LineRole.Text, "完。")];
            var pages = FormLayout.Of(new PrintedReport("", "", "zh-CN", "{0}/{1}", blocks), Fonts, shaper, null);
            foreach (var (number, page) in pages.Index())
            {
                var last = page.Lines.SkipLast(1).MaxBy(l => l.Top).Line?.Text ?? "";
                Assert.False(last.StartsWith('§'), $"seed {seed}, page {number + 1}: “{last}” stands alone");
                Assert.All(page.Lines, l => Assert.True(l.Top + l.Line.Height < FormLayout.PageHeight));
                Assert.All(page.Fills, f => Assert.True(f.Top + f.Height < page.Lines[^1].Top && f.X > 0 && f.X + f.Width < FormLayout.PageWidth));
            }
            var drawn = string.Concat(pages.SelectMany(p => p.Lines.SkipLast(1)).SelectMany(l => l.Line.Glyphs.Select(g => l.Line.Text[g.Start])).Where(c => c is >= '0' and <= '9').Order());
            var told = string.Concat(DrawnReport.Told(new PrintedReport("", "", "", "", blocks)).SelectMany(t => t).Where(c => c is >= '0' and <= '9').Order());
            Assert.True(told == drawn, $"seed {seed}: words were lost or doubled");
        }
    }

    /// <summary>Titles bear a §; digits are nowhere in heads, which are printed again.</summary>
    static IEnumerable<PrintedBlock> Some(Random dice) => dice.Next(6) switch
    {
        0 => [PrintedReport.Line(LineRole.Heading, $"§章{dice.Next(99)}"), .. dice.Next(2) == 0 ? (PrintedBlock[])[PrintedReport.Line(LineRole.Subheading, $"§节{dice.Next(99)}")] : []],
        1 => [PrintedReport.Line(LineRole.Subheading, $"§{new string('长', dice.Next(60))}"), Lying],
        2 => [PrintedReport.Line(LineRole.Text, string.Create(CultureInfo.InvariantCulture, $"{new string('文', dice.Next(1, 400))}{dice.Next(999)}"))],
        3 => [Standing, Tiles],
        _ => [PrintedReport.Line(LineRole.Caption, "§表"), PrintedReport.Table([new("甲", 1), new("乙", dice.Next(1, 5))], Enumerable.Range(0, dice.Next(1, 30)).Select(i => (string[])[$"{i}", new string('格', dice.Next(1, dice.Next(12) == 0 ? 900 : 30))]))],
    };
}
