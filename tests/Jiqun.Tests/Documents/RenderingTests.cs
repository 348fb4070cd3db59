using System.Xml.Linq;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Html;
using Jiqun.Documents.Pdf;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Documents;

/// <summary>Every format draws the same printed form: same words, same cells.</summary>
public sealed class RenderingTests
{
    static readonly PdfWriter Pdf = new(InstalledFonts.Find().Value!);

    /// <summary>The form drawn in a format, and read back from it.</summary>
    static DrawnForm Drawn(string format, PrintedForm printed)
    {
        switch (format)
        {
            case "html":
                using (var page = new StringWriter())
                {
                    HtmlWriter.Write(printed, page);
                    return DrawnHtml.Read(page.ToString());
                }
            case "docx":
                return DrawnWord.Read(WordForms.Write(printed));
            case "pdf":
                using (var pdf = new MemoryStream())
                {
                    Pdf.Write(printed, pdf);
                    return DrawnPdf.Read(pdf.ToArray());
                }
            default:
                throw new InvalidOperationException(format);
        }
    }

    public static TheoryData<string, string> Formats => [.. from format in (string[])["html", "docx", "pdf"] from form in Given.Forms.Ids select (format, form)];

    [Theory, MemberData(nameof(Formats))]
    public void The_blank_form_is_drawn(string format, string form)
    {
        var printed = PrintedForm.Of(Given.Forms.Find(form)!, FormAnswers.Of());
        DrawnForm.Same(printed, Drawn(format, printed));
    }

    [Theory, MemberData(nameof(Formats))]
    public void Filled_forms_are_drawn(string format, string id)
    {
        var form = Given.Forms.Find(id)!;
        for (var seed = 1; seed <= 10; seed++)
        {
            var printed = PrintedForm.Of(form, Given.Answers(form, SampleAnswers.Of(form, seed)));
            DrawnForm.Same(printed, Drawn(format, printed));
        }
    }

    /// <summary>PDF has a test of its own.</summary>
    [Fact]
    public void Documents_are_called_by_what_the_form_tells_of_and_who_answers_for_it()
    {
        var form = Given.Forms.Default;
        var printed = PrintedForm.Of(form, Given.Answers(form, new Dictionary<string, string> { ["cluster.name"] = "某某<集群>", ["promoter.name"] = "某某\"促进会\"" }));
        using var text = new StringWriter();
        HtmlWriter.Write(printed, text);
        var page = DrawnHtml.Page(text.ToString());
        Assert.Equal("先进制造业集群参赛信息采集表：某某<集群>", page.Title);
        Assert.Equal("某某\"促进会\"", page.QuerySelector("meta[name=author]")!.GetAttribute("content"));
        var properties = XDocument.Parse(WordForms.Part(WordForms.Write(printed), "docProps/core.xml")).Root!.Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
        Assert.Equal(page.Title, properties["title"]);
        Assert.Equal("某某\"促进会\"", properties["creator"]);
    }

    /// <summary>Those that tell paragraphs; PDF's hostile texts have tests of their own.</summary>
    public static TheoryData<string, string> Markups => [.. from format in (string[])["html", "docx"] from form in Given.Forms.Ids select (format, form)];

    [Theory, MemberData(nameof(Markups))]
    public void Texts_that_look_like_markup_are_drawn_as_text(string format, string id)
    {
        var form = Given.Forms.Find(id)!;
        var printed = PrintedForm.Of(form, HostileTexts.In(form));
        DrawnForm.Same(printed, Drawn(format, printed));
    }
}
