using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Tests.Files;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;
using static Jiqun.Tests.Documents.DrawnPdf;

namespace Jiqun.Tests.Documents.Pdf;

/// <summary>Every page of a marked form can be known again from its scan, and is otherwise as it was.</summary>
public sealed class MarkTests
{
    const string Digest = "3f2a9c1e77d08b42a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08f";

    const double Millimetre = 72 / 25.4;

    static readonly PrintedMark Mark = new(Digest, "报送版本 2 · 内容摘要");

    static readonly PdfWriter Writer = new(InstalledFonts.Find().Value!);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static byte[] Written(PrintedForm printed)
    {
        using var to = new MemoryStream();
        Writer.Write(printed, to);
        return to.ToArray();
    }

    static PrintedForm Filled(int form, int characters = 3000) => PrintedForm.Of(WordForms.All[form], WordForms.Plausible(WordForms.All[form], 4, characters));

    static async Task AssertTells(byte[] scan) =>
        Assert.Equal(Digest, PrintedMark.DigestIn(Assert.Single((await ScannedCodesTests.Codes.Read(new MemoryStream(scan), Cancel)).Texts)));

    [Theory]
    [InlineData(150)]
    [InlineData(200)]
    [InlineData(300)]
    public async Task A_scan_of_each_page_tells_the_digest(int dpi)
    {
        var pages = Picture.Of(Written(Filled(0) with { Mark = Mark, Watermark = "样例" }), dpi);
        Assert.True(pages.Count > 3);
        foreach (var page in pages)
            await AssertTells(page.Png());
        foreach (var (i, page) in pages.Take(2).Index())
        {
            await AssertTells(page.Askew(1 + (i * 0.5)).Worn(i).Jpeg(60));
            await AssertTells(page.Askew(-1 - (i * 0.5)).Worn(i + 2).Jpeg(30));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_code_stands_in_the_upper_right_margin_alone(int form)
    {
        foreach (var answers in (FormAnswers[])[FormAnswers.Of(), WordForms.Plausible(WordForms.All[form], 2, 6000)])
        {
            using var read = PdfDocument.Open(Written(PrintedForm.Of(WordForms.All[form], answers) with { Mark = Mark }));
            foreach (var page in read.GetPages())
            {
                var dark = page.Paths.Where(p => p.IsFilled).SelectMany(p => p).Select(p => p.GetBoundingRectangle()!.Value).ToList();
                var ink = new PdfRectangle(dark.Min(r => r.Left), dark.Min(r => r.Bottom), dark.Max(r => r.Right), dark.Max(r => r.Top));
                Assert.Equal(33 * 1.2, ink.Width, 0.02);                 // version 4
                Assert.Equal(33 * 1.2, ink.Height, 0.02);
                Assert.True(page.Width - ink.Right > 5 * Millimetre && page.Height - ink.Top > 5 * Millimetre && ink.Left > page.Width / 2);
                var quiet = new PdfRectangle(ink.Left - 4.8, ink.Bottom - 4.8, ink.Right + 4.8, ink.Top + 4.8);
                Assert.DoesNotContain(page.Letters, l => l.BoundingBox.Left < quiet.Right && l.BoundingBox.Right > quiet.Left && l.BoundingBox.Bottom < quiet.Top && l.BoundingBox.Top > quiet.Bottom);
                Assert.DoesNotContain(Borders(page), b => b.Y2 > quiet.Bottom);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_text_is_the_same_but_for_the_foot(int form)
    {
        var (plain, marked) = (Written(Filled(form)), Written(Filled(form) with { Mark = Mark }));
        using var before = PdfDocument.Open(plain);
        Assert.Equal(Characters(PlainText(plain) + string.Concat(Enumerable.Repeat(Mark.Foot, before.NumberOfPages))), Characters(PlainText(marked)));
        Assert.All(PlainText(marked).Split('\f', StringSplitOptions.RemoveEmptyEntries), page => Assert.Contains("页 报送版本 2 · 内容摘要 3f2a 9c1e 77d0 8b42", string.Join(' ', page.Split((char[])[' ', '　'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal));
    }

    [Fact]
    public void The_longest_words_stay_on_the_page()
    {
        using var read = PdfDocument.Open(Written(Filled(0) with { Mark = new PrintedMark(Digest, new string('文', 60)) }));
        Assert.All(read.GetPages().SelectMany(p => p.Letters), l => Assert.True(l.BoundingBox.Bottom > 5 * Millimetre && l.BoundingBox.Left > 5 * Millimetre && l.BoundingBox.Right < 590));
    }

    [Fact]
    public void The_file_tells_the_digest_too()
    {
        using var read = PdfDocument.Open(Written(Filled(0) with { Mark = Mark }));
        Assert.True(read.Information.DocumentInformationDictionary!.TryGet(NameToken.Create("JiqunSubmission"), out StringToken digest));
        Assert.Equal(Digest, digest.Data);
    }

    [Fact]
    public void The_same_submission_gives_the_same_bytes_and_another_does_not()
    {
        var pdf = Written(Filled(0) with { Mark = Mark });
        Assert.Equal(pdf, Written(Filled(0) with { Mark = Mark }));
        Assert.NotEqual(pdf, Written(Filled(0) with { Mark = new PrintedMark(new string('0', 64), Mark.Words) }));
    }
}
