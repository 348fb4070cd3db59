using CsCheck;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using QRCoder;
using QRCoder.Exceptions;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using static Jiqun.Tests.Documents.DrawnPdf;
using PdfPage = UglyToad.PdfPig.Content.Page;

namespace Jiqun.Tests.Documents.Pdf;

/// <summary>A receipt shows all that it was given, and its code is the one that QRCoder makes of the text.</summary>
public sealed class ReceiptTests
{
    const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    static readonly PdfWriter Writer = new(InstalledFonts.Find().Value!);

    static readonly PrintedReceipt Usual = new(
        "参赛申报报送回执",
        [("申报编号", "2021-43-0017"), ("集群名称", "湖南省株洲市轨道交通装备集群"), ("报送时间", "2021年9月30日 23:58:07"), ("内容摘要", Digest)],
        $"https://jiqun.example.cn/verify?d={Digest}",
        "扫码核对回执",
        ["本回执由系统生成，不代表审核结论。", "任何改动都会使摘要不同。"]);

    /// <summary>Letters, and what a careless rendering stumbles over.</summary>
    static readonly string[] Pieces =
        ["甲", "乙", "。", "，", "（", "）", "<", ">&", "\"'", " ", "\n", "\t", "e\u0301", "\u200B", "\u0001", "\uD800", "𠮷", "م", "👍🏽", "W", "1507", "https://a.cn/b?c=d", Digest];

    static readonly Gen<string> AnyText = Gen.OneOf(Gen.String[0, 60], Gen.OneOf(Pieces).Array[0, 150].Select(string.Concat));

    static readonly Gen<PrintedReceipt> Any =
        from title in AnyText
        from rows in Gen.Select(AnyText, AnyText).Array[0, 30]
        from code in Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 400], Gen.String[Gen.Char["株洲abc:/?=é"], 1, 300])
        from caption in AnyText
        from notes in AnyText.Array[0, 5]
        select new PrintedReceipt(title, rows, code, caption, notes);

    static byte[] Written(PrintedReceipt receipt)
    {
        using var to = new MemoryStream();
        Writer.Write(receipt, to);
        return to.ToArray();
    }

    static IEnumerable<string> Texts(PrintedReceipt receipt) =>
        ((string[])[receipt.Title, receipt.QrCaption, .. receipt.Footnotes, .. receipt.Rows.SelectMany(r => (string[])[r.Label, r.Value])]).SelectMany(Paragraphs.Of);

    [Fact]
    public void The_usual_one_is_one_page_and_looks_as_it_did()
    {
        var pdf = Written(Usual);
        using var read = PdfDocument.Open(pdf);
        var page = Assert.Single(read.GetPages());
        Assert.Equal((595.28, 841.89), (page.Width, page.Height));
        Assert.Equal(Usual.Title, read.Information.Title);
        Snapshot.Matches("receipt.txt", Run("pdftotext", pdf, "-layout"));
    }

    [Fact]
    public void Whatever_it_holds_is_there_once_inside_its_borders() => Any.Sample(
        receipt =>
        {
            var pdf = Written(receipt);
            using var read = PdfDocument.Open(pdf);
            foreach (var page in read.GetPages())
            {
                var rules = Borders(page);
                foreach (var letter in Visible(page))
                {
                    Assert.DoesNotContain(rules, r => r.Crosses(letter.BoundingBox));
                    Assert.InRange(letter.BoundingBox.Left, 0, page.Width);
                    Assert.InRange(letter.BoundingBox.Right, 0, page.Width);
                    Assert.InRange(letter.BoundingBox.Bottom, 0, page.Height);
                }
            }
            var numbers = Enumerable.Range(1, read.NumberOfPages).Select(n => $"第{n}页共{read.NumberOfPages}页");
            Assert.Equal(Characters(string.Concat(Texts(receipt).Concat(numbers))), Characters(PlainText(pdf)));
        },
        iter: 30);

    [Fact]
    public void Its_code_is_the_one_of_the_text_and_nothing_stands_in_it() => Any.Sample(
        receipt =>
        {
            using var read = PdfDocument.Open(Written(receipt));
            var (page, drawn, place) = Assert.Single(read.GetPages().SelectMany(p => Code(p) is { } c ? [(p, c.Modules, c.Place)] : Array.Empty<(PdfPage, string, PdfRectangle)>()));
            using var code = QRCodeGenerator.GenerateQrCode(receipt.QrText, QRCodeGenerator.ECCLevel.M);
            Assert.Equal(string.Join('\n', code.ModuleMatrix.Select(row => string.Concat(row.Cast<bool>().Select(dark => dark ? '#' : '.')))), Quiet(drawn));
            var quiet = new PdfRectangle(place.Left - (4 * Module), place.Bottom - (4 * Module), place.Right + (4 * Module), place.Top + (4 * Module));
            Assert.True(quiet.Left >= 0 && quiet.Right <= page.Width && quiet.Bottom >= 0 && quiet.Top <= page.Height);
            Assert.DoesNotContain(Visible(page), l => l.BoundingBox.Left < quiet.Right && l.BoundingBox.Right > quiet.Left && l.BoundingBox.Bottom < quiet.Top && l.BoundingBox.Top > quiet.Bottom);
            Assert.DoesNotContain(Borders(page), b => b.Y1 < quiet.Top - 0.01 && b.Y2 > quiet.Bottom + 0.01);
        },
        iter: 30);

    const double Module = 2.25;

    /// <summary>The code on a page: rows of dark (#) and light modules, as far as the dark ones reach, and where they stand. Null: there is none.</summary>
    static (string Modules, PdfRectangle Place)? Code(PdfPage page)
    {
        var filled = page.Paths.Where(p => p.IsFilled).SelectMany(p => p).Select(p => p.GetBoundingRectangle()!.Value).ToList();
        if (filled.Count == 0)
            return null;
        var place = new PdfRectangle(filled.Min(r => r.Left), filled.Min(r => r.Bottom), filled.Max(r => r.Right), filled.Max(r => r.Top));
        var rows = Enumerable.Range(0, Modules(place.Height)).Select(_ => Enumerable.Repeat('.', Modules(place.Width)).ToArray()).ToArray();
        foreach (var r in filled)
        {
            Assert.Equal(1, Modules(r.Height));
            for (var i = 0; i < Modules(r.Width); i++)
                rows[Modules(place.Top - r.Top)][Modules(r.Left - place.Left) + i] = '#';
        }
        return (string.Join('\n', rows.Select(r => new string(r))), place);
    }

    static int Modules(double length)
    {
        Assert.Equal(Math.Round(length / Module), length / Module, 0.01);
        return (int)Math.Round(length / Module);
    }

    /// <summary>With four light modules on each side, as the standard asks.</summary>
    static string Quiet(string modules)
    {
        var rows = modules.Split('\n');
        var empty = Enumerable.Repeat(new string('.', rows[0].Length + 8), 4);
        return string.Join('\n', [.. empty, .. rows.Select(r => $"....{r}...."), .. empty]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(60, 3)]
    public void More_rows_than_a_page_has_room_for_go_on_on_the_next(int rows, int pages)
    {
        var receipt = Usual with { Rows = [.. Usual.Rows, .. Enumerable.Range(1, rows).Select(i => ($"附件 {i}", $"文件之{i}"))] };
        using var read = PdfDocument.Open(Written(receipt));
        Assert.Equal(pages, read.NumberOfPages);
        Assert.NotNull(Code(read.GetPages().Last()));
    }

    [Fact]
    public void Long_values_wrap()
    {
        var name = string.Concat(Enumerable.Repeat("先进制造业集群", 30))[..200];
        var words = string.Concat(PlainText(Written(Usual with { Rows = [("名称", name), ("内容摘要", Digest + Digest)] })).Where(c => !char.IsWhiteSpace(c)));
        Assert.Contains(name, words, StringComparison.Ordinal);
        Assert.Contains(Digest + Digest, words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_receipt_gives_the_same_bytes() => Assert.Equal(Written(Usual), Written(Usual));

    [Fact]
    public void A_code_takes_so_many_bytes_and_no_more()
    {
        Assert.NotEmpty(Written(Usual with { QrText = new string('x', 2331) }));
        Assert.Throws<DataTooLongException>(() => Written(Usual with { QrText = new string('x', 2332) }));
    }
}
