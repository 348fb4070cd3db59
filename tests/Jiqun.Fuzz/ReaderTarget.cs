using System.IO.Compression;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Jiqun.Samples;

namespace Jiqun.Fuzz;

/// <summary>Reads a document whose main part is the input: as it is and, since most changes only break the XML, once more with the
/// tags put right.</summary>
static class ReaderTarget
{
    static readonly DateOnly Today = new(2021, 10, 8);
    static Form? form;
    static WordReader? reader;

    public static void Run(byte[] input)
    {
        form ??= FormLibrary.Builtin.Default;
        reader ??= new WordReader(form);
        Read(input);
        Read(Encoding.UTF8.GetBytes(WellFormed.Of(Encoding.UTF8.GetString(input))));
    }

    static void Read(byte[] documentXml) => Invariant.InTime(() =>
    {
        var read = reader!.Read(Docx(documentXml), Today);
        if (read.Refused)
        {
            Invariant.Holds(read.Refusal.Count > 0 && read.Refusal.All(f => f.Message.Length > 0), "refused without a reason");
            return;
        }
        Check(read.Value, documentXml.Length);
    });

    static void Check(FilledForm filled, int length)
    {
        foreach (var (id, value) in filled.Answers.All)
        {
            Invariant.Holds(form!.Find(id) is not null, $"answer to an unknown field {id}");
            Invariant.Holds(value.Written.Length > 0 && value.Written.Trim() == value.Written, $"{id} is empty or not trimmed");
            if (value is TextValue or UnreadableValue)
                Invariant.Holds(value.Written.Length <= length, $"{id} is longer than the document");
        }
        foreach (var (id, codes) in filled.Codes)
            Invariant.Holds(filled.Answers[id] is not null && codes.Distinct().Count() == codes.Count, $"codes of {id}");
        foreach (var found in filled.Findings)
        {
            Invariant.Holds(found.Field is null || form!.Find(found.Field) is not null, $"finding on an unknown field {found.Field}");
            Invariant.Holds(found.Code.Length > 0 && found.Message.Length > 0, "finding without words");
        }
    }

    static MemoryStream Docx(byte[] documentXml)
    {
        var docx = new MemoryStream(documentXml.Length + 4096);
        using (var package = new WordPackage(docx, CompressionLevel.NoCompression))
        {
            package.Frame("word/document.xml", []);
            package.Part("word/_rels/document.xml.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"{WordPackage.Relationships}/styles\" Target=\"styles.xml\"/></Relationships>");
            package.Part("word/styles.xml", $"<w:styles xmlns:w=\"{WordPackage.Transitional}\"><w:style w:type=\"paragraph\" w:styleId=\"hidden\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>");
            package.Part("word/document.xml", documentXml);
        }
        docx.Position = 0;
        return docx;
    }
}
