using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;

namespace Jiqun.Tests.Documents;

public sealed class WordWriterTests
{
    static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    static readonly FormAnswers Nothing = FormAnswers.Of();

    public static TheoryData<int, string> Documents => new(from form in Enumerable.Range(0, WordForms.All.Count) from name in (string[])["blank", "filled"] select (form, name));

    static FormAnswers Answers(Form form, string name) => name == "blank" ? Nothing : WordForms.Plausible(form, 7, 400, complete: true);

    // ---- validity ----------------------------------------------------------------------------------------------------------

    internal static void AssertValid(byte[] docx)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), false);
        var found =
            from version in (FileFormatVersions[])[FileFormatVersions.Office2013, FileFormatVersions.Microsoft365]
            from error in new OpenXmlValidator(version).Validate(document, TestContext.Current.CancellationToken)
            select $"{version} {error.Part?.Uri} {error.Path?.XPath}: {error.Description}";
        Assert.Empty(found.Take(5));
    }

    [Theory, MemberData(nameof(Documents))]
    public void A_document_follows_the_schema(int form, string name) => AssertValid(WordForms.Write(WordForms.All[form], Answers(WordForms.All[form], name)));

    [Fact]
    public void So_does_one_of_hostile_texts() => Assert.All(WordForms.All, form =>
    {
        var texts = WordRoundTripTests.HostileTexts;
        for (var shift = 0; shift < texts.Length; shift += form.Fields.Count)
            AssertValid(WordForms.Write(form, FormAnswers.Of(form.Fields.Select((f, i) => (f.Id, WordRoundTripTests.ValueOf(f, texts[(i + shift) % texts.Length]))))));
    });

    [Fact]
    public void The_validator_is_one_that_finds_something()
    {
        var broken = WordForms.With(WordForms.Write(WordForms.All[0], Nothing), d => d.Descendants(W + "jc").First().AddBeforeSelf(new XElement(W + "jc", new XAttribute(W + "val", "left"))));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertValid(broken));
    }

    [Fact]
    public void The_same_form_yields_the_same_bytes() =>
        Assert.All(WordForms.All, form => Assert.Equal(WordForms.Write(form, Answers(form, "filled")), WordForms.Write(form, Answers(form, "filled"))));

    [Fact]
    public void A_document_can_be_written_to_what_cannot_seek()
    {
        var whole = new MemoryStream();
        using (var pipe = new System.IO.Compression.DeflateStream(whole, System.IO.Compression.CompressionLevel.NoCompression, leaveOpen: true))
            WordWriter.Write(PrintedForm.Of(WordForms.All[0], Nothing), pipe);
        whole.Position = 0;
        var unpacked = new MemoryStream();
        new System.IO.Compression.DeflateStream(whole, System.IO.Compression.CompressionMode.Decompress).CopyTo(unpacked);
        WordForms.AssertReads(WordForms.All[0], Nothing, unpacked.ToArray());
    }

    // ---- watermarks --------------------------------------------------------------------------------------------------------

    static byte[] Marked(Form form, FormAnswers answers, string watermark) => WordForms.Write(PrintedForm.Of(form, answers) with { Watermark = watermark });

    [Theory, MemberData(nameof(Documents))]
    public void A_document_with_a_watermark_follows_the_schema_and_is_read_as_without(int form, string name)
    {
        var answers = Answers(WordForms.All[form], name);
        foreach (var watermark in (string[])["草稿", "<w:p/>&\"'", "\u0001]]>", new string('长', 300)])
        {
            var docx = Marked(WordForms.All[form], answers, watermark);
            AssertValid(docx);
            WordForms.AssertReads(WordForms.All[form], answers, docx);
            WordForms.AssertReads(WordForms.All[form], answers, WordForms.WithoutControls(docx));
        }
    }

    [Theory]
    [InlineData("草稿", "width:300pt;height:150pt")]
    [InlineData("<仅供\n\"参考\">", "width:520pt;height:74.3pt")]
    public void A_watermark_is_a_shape_in_the_header_of_every_page(string watermark, string size)
    {
        XNamespace v = "urn:schemas-microsoft-com:vml", r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        var docx = Marked(WordForms.All[0], Nothing, watermark);
        var shape = Assert.Single(XDocument.Parse(WordForms.Part(docx, "word/header1.xml")).Descendants(v + "shape"));
        Assert.StartsWith("PowerPlusWaterMarkObject", (string?)shape.Attribute("id"), StringComparison.Ordinal);
        Assert.Contains($"{size};rotation:315;", (string?)shape.Attribute("style"), StringComparison.Ordinal);
        Assert.Equal(watermark.Replace('\n', ' '), (string?)shape.Element(v + "textpath")!.Attribute("string"));

        var section = XDocument.Parse(WordForms.Part(docx)).Descendants(W + "sectPr").Single();
        Assert.Null(section.Element(W + "titlePg"));
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), false);
        var header = document.MainDocumentPart!.GetPartById((string)section.Element(W + "headerReference")!.Attribute(r + "id")!);
        Assert.Equal("/word/header1.xml", header.Uri.ToString());
    }

    [Fact]
    public void A_document_without_watermark_has_no_header()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(WordForms.Write(WordForms.All[0], Nothing)), false);
        Assert.Empty(document.MainDocumentPart!.HeaderParts);
    }

    // ---- marks -------------------------------------------------------------------------------------------------------------

    [Theory, MemberData(nameof(Documents))]
    public void A_mark_stands_in_the_foot_and_is_not_read(int form, string name)
    {
        var answers = Answers(WordForms.All[form], name);
        var docx = WordForms.Write(PrintedForm.Of(WordForms.All[form], answers) with { Mark = new PrintedMark(new string('a', 64), "报送版本 2 <&>") });
        AssertValid(docx);
        Assert.Equal("第 1 页 共 1 页　　报送版本 2 <&> aaaa aaaa aaaa aaaa", XDocument.Parse(WordForms.Part(docx, "word/footer1.xml"), LoadOptions.PreserveWhitespace).Descendants(W + "p").Single().Descendants(W + "t").Aggregate("", (text, t) => text + t.Value));
        WordForms.AssertReads(WordForms.All[form], answers, docx);
    }

    // ---- letters -----------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_letter_follows_the_schema_and_is_laid_out_as_before()
    {
        var docx = Letters.Word(Letters.Of(3));
        AssertValid(docx);
        var text = new StringBuilder();
        foreach (var block in XDocument.Parse(WordForms.Part(docx)).Root!.Element(W + "body")!.Elements())
            Describe(block, text);
        Snapshot.Matches("word-letter.txt", text.ToString());
    }

    [Fact]
    public void A_letter_of_hostile_texts_follows_the_schema()
    {
        var texts = WordRoundTripTests.HostileTexts;
        for (var i = 0; i < texts.Length; i++)
        {
            var (a, b, c) = (texts[i], texts[(i + 1) % texts.Length], texts[(i + 2) % texts.Length]);
            AssertValid(Letters.Word(new PrintedLetter(a, b, [c, a], [new PrintedRecommendation(a, b, c, a)], [b], c, a)));
            AssertValid(Letters.Word(new PrintedLetter(a, b, [], [], [], c, a)));
        }
    }

    // ---- controls ----------------------------------------------------------------------------------------------------------

    static List<XElement> Controls(byte[] docx, string field) =>
        [.. XDocument.Parse(WordForms.Part(docx)).Descendants(W + "sdt").Where(c => (string?)c.Element(W + "sdtPr")!.Element(W + "tag")!.Attribute(W + "val") == field)];

    static XElement Properties(string field, Value? value)
    {
        var answers = value is null ? Nothing : FormAnswers.Of((field, value));
        return Assert.Single(Controls(WordForms.Write(WordForms.All[0], answers), field)).Element(W + "sdtPr")!;
    }

    [Theory]
    [InlineData(2018, 5, 3, "2018-05-03T00:00:00Z")]
    [InlineData(2018, 5, null, null)]
    [InlineData(2018, null, null, null)]
    public void A_date_that_is_known_to_the_day_is_set_in_its_control(int year, int? month, int? day, string? set) =>
        Assert.Equal(set, (string?)Properties("organisation.founded", new DateValue(new PartialDate(year, month, day))).Element(W + "date")!.Attribute(W + "fullDate"));

    [Fact]
    public void A_control_offers_what_is_usual() =>
        Assert.Equal(WordForms.All[0]["organisation.legalType"].Suggestions, Properties("organisation.legalType", null).Element(W + "comboBox")!.Elements().Select(i => (string)i.Attribute(W + "value")!));

    [Theory]
    [InlineData("1507", true)]
    [InlineData("较高", false)]                                          // LibreOffice would write it twice
    public void A_number_is_plain_text(string written, bool plain) =>
        Assert.Equal(plain, Properties("indicators.output", new UnreadableValue(written)).Element(W + "text") is not null);

    [Fact]
    public void A_long_text_has_a_control_for_each_paragraph_within_one_bookmark()
    {
        var docx = WordForms.Write(WordForms.All[0], FormAnswers.Of(("overview.narrative", new TextValue("一\n二\n三"))));
        Assert.Equal(["一", "二", "三"], Controls(docx, "overview.narrative").Select(c => c.Value));
        Assert.Single(XDocument.Parse(WordForms.Part(docx)).Descendants(W + "bookmarkStart"), b => (string?)b.Attribute(W + "name") == "overview_narrative");
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_number_of_a_control_or_bookmark_is_its_own(int form, string name)
    {
        var document = XDocument.Parse(WordForms.Part(WordForms.Write(WordForms.All[form], Answers(WordForms.All[form], name))));
        var controls = document.Descendants(W + "sdtPr").Select(p => (string)p.Element(W + "id")!.Attribute(W + "val")!).ToList();
        var bookmarks = document.Descendants(W + "bookmarkStart").Select(b => (string)b.Attribute(W + "id")!).ToList();
        Assert.Equal(controls.Distinct(), controls);
        Assert.Equal(bookmarks.Distinct(), bookmarks);
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_control_has_its_building_block(int form, string name)
    {
        var docx = WordForms.Write(WordForms.All[form], Answers(WordForms.All[form], name));
        var blocks = XDocument.Parse(WordForms.Part(docx, "word/glossary/document.xml")).Descendants(W + "docPart").ToDictionary(p => (string)p.Descendants(W + "name").First().Attribute(W + "val")!, p => p.Element(W + "docPartBody")!.Value);
        foreach (var control in XDocument.Parse(WordForms.Part(docx)).Descendants(W + "sdt"))
        {
            var block = blocks[(string)control.Descendants(W + "docPart").Single().Attribute(W + "val")!];
            if (control.Element(W + "sdtPr")!.Element(W + "showingPlcHdr") is not null)
                Assert.Equal(block, control.Value);
        }
    }

    [Theory]
    [InlineData("cluster.name", "cluster_name")]
    [InlineData("a.b2", "a_b2")]
    [InlineData("2a", null)]
    [InlineData("a_b", null)]                                            // could be a.b
    [InlineData("集群", null)]
    [InlineData("a.very.long.name.that.has.forty.one.letters", null)]
    public void A_bookmark_has_a_name_that_Word_takes(string field, string? bookmark) => Assert.Equal(bookmark, AnswerMarks.BookmarkOf(field));

    // ---- looks -------------------------------------------------------------------------------------------------------------

    [Theory, MemberData(nameof(Documents))]
    public void A_document_is_laid_out_as_before(int form, string name)
    {
        var text = new StringBuilder();
        foreach (var block in XDocument.Parse(WordForms.Part(WordForms.Write(WordForms.All[form], Answers(WordForms.All[form], name)))).Root!.Element(W + "body")!.Elements())
            Describe(block, text);
        Snapshot.Matches($"word-{(form == 0 ? "first" : "second")}-{name}.txt", text.ToString());
    }

    static void Describe(XElement block, StringBuilder to)
    {
        switch (block.Name.LocalName)
        {
            case "p":
                to.AppendLine(Paragraph(block));
                break;
            case "tbl":
                to.AppendLine($"table {string.Join(' ', block.Element(W + "tblGrid")!.Elements().Select(c => (string?)c.Attribute(W + "w")))}");
                foreach (var row in block.Elements(W + "tr"))
                {
                    to.AppendLine($"  row {Shown(row.Element(W + "trPr")!)}");
                    foreach (var cell in row.Elements(W + "tc"))
                        to.AppendLine($"    {Shown(cell.Element(W + "tcPr")!)}: {string.Join(" / ", cell.Elements(W + "p").Select(Paragraph))}");
                }
                break;
            default:
                to.AppendLine(Shown(block));
                break;
        }
    }

    static string Paragraph(XElement paragraph) => $"<{Shown(paragraph.Element(W + "pPr")!)}> {string.Concat(paragraph.Elements().Skip(1).Select(Inline))}";

    static string Inline(XElement piece) => piece.Name.LocalName switch
    {
        "bookmarkStart" => $"{{{(string?)piece.Attribute(W + "name")} ",
        "bookmarkEnd" => "}",
        "sdt" => $"[{Shown(piece.Element(W + "sdtPr")!)}: {string.Concat(piece.Element(W + "sdtContent")!.Elements().Select(Inline))}]",
        "r" => string.Concat(piece.Elements().Select(e => e.Name.LocalName switch { "rPr" => $"<{Shown(e)}> ", "br" => "⏎", "tab" => "⇥", _ => e.Value })),
        var other => other,
    };

    /// <summary>Names and values of properties, without the numbers that only tell things apart.</summary>
    static string Shown(XElement properties) => string.Join(", ", properties.Elements().Where(p => p.Name != W + "id").Select(p =>
        $"{p.Name.LocalName} {string.Join(' ', p.Attributes().Concat(p.Elements().Attributes()).Select(a => a.Name.LocalName is "val" ? a.Value : $"{a.Name.LocalName}={a.Value}"))}".TrimEnd()));
}
