using System.IO.Compression;
using System.Text;
using Jiqun.Documents.Files;
using Uploads = Jiqun.Tests.Portal.Evidence.Files;

namespace Jiqun.Tests.Files;

public sealed class ActiveContentTests
{
    const string W = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"", R = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    const string WordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Word(string body = "", string type = WordType, params (string Name, byte[] Content)[] more) => Uploads.Zip([
        ("[Content_Types].xml", Bytes($"<Types><Override PartName=\"/word/document.xml\" ContentType=\"{type}\"/></Types>")),
        ("word/document.xml", Bytes($"<w:document {W}><w:body>{body}</w:body></w:document>")),
        .. more]);

    static byte[] Related(string kind, string target, bool outside = true) => Word(more: ("word/_rels/settings.xml.rels",
        Bytes($"<Relationships {R}><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"{(outside ? " TargetMode=\"External\"" : "")}/></Relationships>")));

    static string Field(params string[] pieces) => $"<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>{string.Concat(pieces.Select(p => $"<w:r><w:instrText xml:space=\"preserve\">{p}</w:instrText></w:r>"))}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";

    static byte[] Pdf(string objects) => Bytes($"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n{objects}\ntrailer<</Root 1 0 R>>\n%%EOF");

    static byte[] PdfWithPacked(string objects)
    {
        using var packed = new MemoryStream();
        using (var flate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            flate.Write(Bytes(objects));
        return [.. Bytes($"%PDF-1.7\n5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {packed.Length}>>stream\r\n"), .. packed.ToArray(), .. Bytes("\nendstream endobj\n%%EOF")];
    }

    static string? Found(byte[] content)
    {
        using var file = new MemoryStream(content);
        var kind = EvidenceKinds.Of(file);
        return kind.Refused ? kind.Refusal[0].Code : ActiveContent.Find(file, kind.Value)?.Code;
    }

    public static TheoryData<string, string, byte[]> Active => new()
    {
        { "vba", "evidence-macros", Word(more: ("word/vbaProject.bin", [1])) },
        { "vba elsewhere", "evidence-macros", Word(more: ("customXml/x/VBAPROJECT.BIN", [1])) },
        { "docm as docx", "evidence-macros", Word(type: "application/vnd.ms-word.document.macroEnabled.main+xml") },
        { "macros by relationship", "evidence-macros", Word(more: ("word/_rels/document.xml.rels", Bytes($"<Relationships {R}><Relationship Id=\"r\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"a.bin\"/></Relationships>"))) },
        { "old macros of Excel", "evidence-macros", Uploads.Zip(("[Content_Types].xml", Bytes("<Types/>")), ("xl/workbook.xml", Bytes("<workbook/>")), ("xl/macrosheets/sheet1.xml", Bytes("<a/>"))) },
        { "ole", "evidence-embedded", Word(more: ("word/embeddings/oleObject1.bin", [1])) },
        { "a program", "evidence-embedded", Word(more: ("word/embeddings/setup.exe", [1])) },
        { "ole by relationship", "evidence-embedded", Related("oleObject", "media/a.bin", outside: false) },
        { "activeX", "evidence-embedded", Word(more: ("word/activeX/activeX1.xml", Bytes("<a/>"))) },
        { "control", "evidence-embedded", Related("control", "a.xml", outside: false) },
        { "template from the web", "evidence-remote", Related("attachedTemplate", "http://evil.example/t.dotm") },
        { "template from a share", "evidence-remote", Related("attachedTemplate", @"\\evil\t.dotm") },
        { "template from a share as address", "evidence-remote", Related("attachedTemplate", "file://evil/t.dotm") },
        { "frame", "evidence-remote", Related("frame", "http://evil.example/") },
        { "dde", "evidence-remote", Word(Field(" DDEAUTO c:\\\\windows\\\\cmd.exe \"/k calc\"")) },
        { "dde in pieces", "evidence-remote", Word(Field(" D", "D", "E c:\\\\cmd.exe")) },
        { "dde as attribute", "evidence-remote", Word("<w:p><w:fldSimple w:instr=\" dde cmd\"/></w:p>") },
        { "dde in a header", "evidence-remote", Word(more: ("word/header1.xml", Bytes($"<w:hdr {W}>{Field("DDE cmd")}</w:hdr>"))) },
        { "dde of Excel", "evidence-remote", Uploads.Zip(("[Content_Types].xml", Bytes("<Types/>")), ("xl/workbook.xml", Bytes("<workbook/>")), ("xl/externalLinks/externalLink1.xml", Bytes("<externalLink><ddeLink ddeService=\"cmd\"/></externalLink>"))) },
        { "macros in an inner workbook", "evidence-macros", Word(more: ("word/embeddings/a.xlsx", Uploads.Zip(("xl/vbaProject.bin", [1])))) },
        { "three deep", "evidence-shape", Word(more: ("word/embeddings/a.docx", Word(more: ("word/embeddings/b.docx", Word())))) },
        { "many parts", "evidence-shape", Word(more: [.. Enumerable.Range(0, 5001).Select(i => ($"word/media/{i}", Array.Empty<byte>()))]) },
        { "much out of little", "evidence-shape", Word(more: ("word/media/a.bin", new byte[60 << 20])) },
        { "an inner document that is none", "evidence-broken", Word(more: ("word/embeddings/a.docx", [1, 2, 3])) },
        { "broken types", "evidence-broken", Uploads.Zip(("[Content_Types].xml", Bytes("<Types")), ("word/document.xml", Bytes("<a/>"))) },
        { "old Word with macros", "evidence-macros", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[70_000], .. Encoding.Unicode.GetBytes("WordDocument"), .. new byte[61_000], .. Encoding.Unicode.GetBytes("_VBA_PROJECT")] },
        { "pdf script", "evidence-script", Pdf("2 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj") },
        { "pdf script, spelt", "evidence-script", Pdf("2 0 obj<</#53 % (\n /J#61vaScript /#4a#53 3 0 R>>endobj") },
        { "pdf script apart", "evidence-script", Pdf("2 0 obj<</S 3 0 R>>endobj 3 0 obj\n/JavaScript endobj") },
        { "pdf rendition", "evidence-script", Pdf("2 0 obj<</S/Rendition/JS(app.alert(1))>>endobj") },
        { "pdf launch", "evidence-script", Pdf("2 0 obj<</S /Launch /F(cmd.exe)>>endobj") },
        { "pdf script within a stream of content", "evidence-script", Pdf("2 0 obj<</Length 9>>stream\n3 0 obj<</S/JavaScript>>endobj\nendstream") },
        { "pdf script in packed objects", "evidence-script", PdfWithPacked("3 0 <</S/JavaScript/JS(app.alert(1))>>") },
        { "pdf files", "evidence-embedded", Pdf("2 0 obj<</Names<</EmbeddedFiles 3 0 R>>>>endobj") },
        { "pdf files, packed", "evidence-embedded", PdfWithPacked("3 0 <</Type/EmbeddedFile>>") },
        { "pdf attachment", "evidence-embedded", Pdf("2 0 obj<</Type/Annot/Subtype/FileAttachment>>endobj") },
        { "pdf and zip", "evidence-two-kinds", [.. Pdf(""), .. Uploads.Zip(("a.txt", [1]))] },
        { "png and zip", "evidence-two-kinds", [.. Uploads.Png(), .. Uploads.Zip(("a.txt", [1]))] },
        { "jpg and zip", "evidence-two-kinds", [.. Uploads.Jpeg(), .. Uploads.Zip(("a.txt", [1]))] },
        { "png and pdf", "evidence-two-kinds", [.. Uploads.Png(), .. Pdf("")] },
    };

    [Theory, MemberData(nameof(Active))]
    public void What_acts_by_itself_is_found(string name, string code, byte[] content) => Assert.Equal((name, code), (name, Found(content)));

    public static TheoryData<string, byte[]> Quiet => new()
    {
        { "pdf", Uploads.Pdf },
        { "docx", Uploads.Docx(("cluster.name", "甲")) },
        { "xlsx", Uploads.Xlsx },
        { "the author's template", Related("attachedTemplate", "file:///C:\\Users\\wang\\Templates\\Normal.dotm") },
        { "a template without folder", Related("attachedTemplate", "Normal.dotm") },
        { "a link", Related("hyperlink", "http://example.cn/") },
        { "a chart's workbook", Word(more: ("word/embeddings/a.xlsx", Uploads.Xlsx)) },
        { "a field", Word(Field(" DATE \\@ yyyy") + Field("PAGE")) },
        { "words about DDE", Word("<w:p><w:r><w:t>DDEAUTO</w:t></w:r></w:p>") },
        { "an address that says it", Pdf("2 0 obj<</S/URI/URI(https://example.cn/docs/JavaScript)>>endobj 3 0 obj<</URI(http://example.cn/Launch)>>endobj") },
        { "an action to a page", Pdf("2 0 obj<</OpenAction[3 0 R/Fit]/S/GoTo>>endobj") },
        { "three letters in a picture", [.. Pdf(""), 1, 2, 0x80, .. "/JS("u8] },
    };

    [Theory, MemberData(nameof(Quiet))]
    public void What_does_nothing_is_left_in_peace(string name, byte[] content) => Assert.Equal((name, null), (name, Found(content)));
}
