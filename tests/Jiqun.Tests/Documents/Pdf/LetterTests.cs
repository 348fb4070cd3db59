using CsCheck;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using UglyToad.PdfPig;
using static Jiqun.Tests.Documents.DrawnPdf;

namespace Jiqun.Tests.Documents.Pdf;

/// <summary>A letter shows all that it was given, its table's head on each page, and its signature with its last words.</summary>
public sealed class LetterTests
{
    static readonly PdfWriter Writer = new(InstalledFonts.Find().Value!);

    static byte[] Written(PrintedLetter letter)
    {
        using var to = new MemoryStream();
        Writer.Write(letter, to);
        return to.ToArray();
    }

    [Fact]
    public void The_usual_one_looks_as_it_did() => Snapshot.Matches("letter.txt", Run("pdftotext", Written(Letters.Of(6)), "-layout"));

    [Fact]
    public void Each_page_of_a_long_table_begins_with_its_head()
    {
        var pages = PlainText(Written(Letters.Of(60))).Split('\f', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(pages.Length, 4, 12);
        var table = pages.Where(p => p.Contains("报送版本 ", StringComparison.Ordinal)).ToList();
        Assert.All(table.Skip(1), p => Assert.StartsWith("序号", p, StringComparison.Ordinal));
        Assert.All(table, p => Assert.Equal(2, p.Split("推荐意见").Length));
        Assert.Contains("特此函达", pages[^1], StringComparison.Ordinal);
    }

    /// <summary>Wherever the page ends.</summary>
    [Fact]
    public void A_signature_never_stands_without_the_last_words()
    {
        for (var rows = 1; rows < 40; rows++)
        {
            using var read = PdfDocument.Open(Written(Letters.Of(rows)));
            var last = string.Concat(read.GetPages().Last().Letters.Select(l => l.Value));
            Assert.Matches("特此函达。湖南省工业和信息化厅（盖章）2021年10月8日第[0-9 ]+页", last);
        }
    }

    static readonly string[] Pieces = ["甲", "。", "（", "<", ">&", "\"'", " ", "\n", "\t", "e\u0301", "\u200B", "\u0001", "\uD800", "𠮷", "م", "👍🏽", "W", "1507", new('长', 300), new('x', 200)];

    static readonly Gen<string> AnyText = Gen.OneOf(Gen.String[0, 60], Gen.OneOf(Pieces).Array[0, 60].Select(string.Concat));

    static readonly Gen<PrintedLetter> Any =
        from lines in AnyText.Array[4]
        from opening in AnyText.Array[0, 6]
        from rows in Gen.Select(AnyText, AnyText, AnyText, AnyText, (a, b, c, d) => new PrintedRecommendation(a, b, c, d)).Array[0, 20]
        from closing in AnyText.Array[0, 4]
        select new PrintedLetter(lines[0], lines[1], opening, rows, closing, lines[2], lines[3]);

    [Fact]
    public void Whatever_it_holds_is_there_inside_its_borders() => Any.Sample(
        letter =>
        {
            var pdf = Written(letter);
            using var read = PdfDocument.Open(pdf);
            foreach (var page in read.GetPages())
            {
                var rules = Borders(page);
                foreach (var l in Visible(page))
                {
                    Assert.DoesNotContain(rules, r => r.Crosses(l.BoundingBox));
                    Assert.True(l.BoundingBox.Left >= 0 && l.BoundingBox.Right <= page.Width && l.BoundingBox.Bottom >= 0);
                }
            }
            var blocks = string.Concat(letter.Blocks.SelectMany(b => b is PrintedTable t ? t.Rows.SelectMany(r => r.Cells).Select(c => c.Text) : [((PrintedLine)b).Text]));
            var heads = PlainText(pdf).Split("推荐意见").Length - 1 - blocks.Split("推荐意见").Length + 1;                     // printed again
            var again = letter.Recommended.Count == 0 ? "" : string.Concat(Enumerable.Repeat("序号集群名称申报单位/促进组织报送版本摘要推荐意见", heads));
            var numbers = string.Concat(Enumerable.Range(1, read.NumberOfPages).Select(n => $"第{n}页共{read.NumberOfPages}页"));
            Assert.Equal(Characters(blocks + again + numbers), Characters(PlainText(pdf)));
        },
        iter: 30);

    [Fact]
    public void The_same_letter_gives_the_same_bytes() => Assert.Equal(Written(Letters.Of(7)), Written(Letters.Of(7)));
}
