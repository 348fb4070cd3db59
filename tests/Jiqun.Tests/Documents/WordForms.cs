using System.IO.Compression;
using System.Xml.Linq;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Documents;

/// <summary>What the tests of written documents share: forms, answers, and changes to a document.</summary>
static class WordForms
{
    static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    public static IReadOnlyList<Form> All { get; } = [Given.Form, Given.Second];

    /// <summary>Plausible answers.</summary>
    public static FormAnswers Plausible(Form form, int seed, int characters = 600, bool complete = false) =>
        Given.Answers(form, SampleAnswers.Of(form, seed, characters, complete));

    public static byte[] Write(Form form, FormAnswers answers) => Write(PrintedForm.Of(form, answers));

    public static byte[] Write(PrintedForm printed)
    {
        var to = new MemoryStream();
        WordWriter.Write(printed, to);
        return to.ToArray();
    }

    public static FilledForm Read(Form form, byte[] docx)
    {
        var outcome = new WordReader(form).Read(new MemoryStream(docx), new DateOnly(2021, 10, 8));
        Assert.False(outcome.Refused, outcome.Refused ? outcome.Refusal[0].Message : "");
        return outcome.Value;
    }

    /// <summary>What the answers are once they were printed and read.</summary>
    public static IReadOnlyDictionary<string, Value> AsPrinted(Form form, FormAnswers answers) => (
        from answer in answers.All
        let text = string.Join('\n', Paragraphs.Of(answer.Value.Written))
        let value = answer.Value is DateValue ? answer.Value : Reading.Of(form[answer.Key], text).Value
        where value is not null
        select (answer.Key, value)).ToDictionary();

    /// <summary>The answers of the document, and nothing else in its tables.</summary>
    public static void AssertReads(Form form, FormAnswers answers, byte[] docx)
    {
        var (expected, read) = (AsPrinted(form, answers), Read(form, docx));
        foreach (var field in form.Fields)
        {
            if (expected.GetValueOrDefault(field.Id) != read.Answers[field.Id])
                Assert.Fail($"{form.Id} {field.Id}\n expected {Shown(expected.GetValueOrDefault(field.Id))}\n read     {Shown(read.Answers[field.Id])}");
        }
        Assert.Empty(read.Findings.Where(f => f.Code == "unplaced").Select(f => f.Value));
    }

    static string Shown(Value? value) => value is null ? "nothing" : $"“{(value.Written.Length > 300 ? value.Written[..300] + "…" : value.Written).ReplaceLineEndings("⏎")}”";

    // ---- parts of a document -----------------------------------------------------------------------------------------------

    public static string Part(byte[] docx, string name = "word/document.xml")
    {
        using var zip = new ZipArchive(new MemoryStream(docx));
        using var text = new StreamReader(zip.GetEntry(name)!.Open());
        return text.ReadToEnd();
    }

    public static byte[] With(byte[] docx, Action<XElement> change)
    {
        var document = XDocument.Parse(Part(docx), LoadOptions.PreserveWhitespace);
        change(document.Root!);
        var changed = new MemoryStream();
        changed.Write(docx);
        using (var zip = new ZipArchive(changed, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry("word/document.xml")!.Delete();
            using var part = zip.CreateEntry("word/document.xml").Open();
            document.Save(part, SaveOptions.DisableFormatting);
        }
        return changed.ToArray();
    }

    public static byte[] WithoutTags(byte[] docx) => With(docx, d => d.Descendants(W + "tag").Remove());

    public static byte[] WithoutBookmarks(byte[] docx) =>
        With(docx, d => d.Descendants().Where(e => e.Name == W + "bookmarkStart" || e.Name == W + "bookmarkEnd").Remove());

    /// <summary>As plain text, which programs make of them that do not know controls.</summary>
    public static byte[] WithoutControls(byte[] docx) => With(docx, d =>
    {
        foreach (var control in d.Descendants(W + "sdt").ToList())
            control.ReplaceWith(control.Element(W + "sdtContent")!.Nodes());
    });
}
