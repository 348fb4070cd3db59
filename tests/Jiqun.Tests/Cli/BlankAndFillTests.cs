using System.Text;
using Jiqun.Cli;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Tests.Checks;
using Jiqun.Tests.Documents;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Cli;

/// <summary>The commands that write the form.</summary>
public sealed class BlankAndFillTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Both => Given.Both;

    int Fill(string answers, string to, string? form = null) => FillCommand.Run(folder[answers], folder[to], form, Given.Forms, Given.Today);

    string[] Everything() => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order()];

    [Theory, MemberData(nameof(Both))]
    public void The_blank_form_is_written(string id)
    {
        var form = Given.Forms.Find(id)!;
        Assert.Equal(ExitStatus.Fine, BlankCommand.Run(folder["空 表.HTML"], form));
        DrawnForm.Same(PrintedForm.Of(form, FormAnswers.Of()), DrawnHtml.Read(File.ReadAllText(folder["空 表.HTML"])));
        Assert.Single(Everything());
    }

    [Theory]
    [InlineData("""{ "cluster.name": "株洲", "indicators.output": "约15070000万元", "organisation.founded": "2018.5" }""")]
    [InlineData("\uFEFF{ \"cluster.name\": \"株洲\", \"indicators.output\": 1507, \"organisation.founded\": \"2018-05\", \"cluster.area\": null }")]
    [InlineData("""{ "file": "a.docx", "answers": { "cluster.name": "株洲", "indicators.output": 1507, "organisation.founded": "2018-05" }, "codes": {}, "findings": [] }""")]
    public void Answers_stand_in_the_document_whatever_is_found_in_them(string json)
    {
        folder.Put("株 洲.json", json);
        Assert.Equal(ExitStatus.Fine, Fill("株 洲.json", "out.html"));
        var answers = FormAnswers.Of(("cluster.name", new TextValue("株洲")), ("indicators.output", new NumberValue(1507)), ("organisation.founded", new DateValue(new PartialDate(2018, 5))));
        DrawnForm.Same(PrintedForm.Of(Given.Form, answers), DrawnHtml.Read(File.ReadAllText(folder["out.html"])));
    }

    [Fact]
    public void The_form_that_the_answers_name_is_filled()
    {
        folder.Put("a.json", """{ "form": "specialised-cluster/2022", "files": [ { "file": "a.docx", "answers": { "about.title": "甲县乙产业集群" } } ] }""");
        Assert.Equal(ExitStatus.Fine, Fill("a.json", "out.html"));
        DrawnForm.Same(PrintedForm.Of(Given.Second, FormAnswers.Of(("about.title", new TextValue("甲县乙产业集群")))), DrawnHtml.Read(File.ReadAllText(folder["out.html"])));
    }

    /// <summary>What it is, the code that tells it where the file itself is refused, and the file.</summary>
    public static TheoryData<string, string?, byte[]> Unreadable => new()
    {
        { "empty", null, [] },
        { "broken", null, "{ \"cluster.name\": }"u8.ToArray() },
        { "unknown field", null, "{ \"cluster.nam\": \"a\" }"u8.ToArray() },
        { "GBK", "answers-not-utf8", [(byte)'{', (byte)'"', 0xD6, 0xEA, (byte)'"'] },
        { "half a character after the mark", "answers-not-utf8", [0xEF, 0xBB, 0xBF, (byte)'"', 0xE6, 0xA0] },
        { "a Word document", "answers-not-utf8", TestFolder.Docx("x") },
        { "UTF-16", "answers-utf16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")] },
        { "UTF-16 the other way", "answers-utf16", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("{}")] },
        { "UTF-16 without a mark", "answers-utf16", Encoding.Unicode.GetBytes("{}") },
        { "UTF-16 the other way without a mark", "answers-utf16", Encoding.BigEndianUnicode.GetBytes("{}") },
        { "too large", "answers-too-large", [.. "{}"u8, .. Enumerable.Repeat((byte)' ', (16 << 20) - 1)] },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_as_answers_writes_nothing(string what, string? code, byte[] json)
    {
        folder.Put("a.json", json);
        folder.Put("out.html", "as before");
        var before = Everything();
        Assert.Equal((what, code), (what, AnswersFile.Read(folder["a.json"]).Refusal?[0].Code));
        Assert.Equal((what, ExitStatus.Found), (what, Fill("a.json", "out.html")));
        Assert.Equal(before, Everything());
        Assert.Equal("as before", File.ReadAllText(folder["out.html"]));
    }

    [Fact]
    public void Answers_of_just_the_largest_size_are_read()
    {
        folder.Put("a.json", [.. "{}"u8, .. Enumerable.Repeat((byte)' ', (16 << 20) - 2)]);
        Assert.Equal(ExitStatus.Fine, Fill("a.json", "out.html"));
    }

    [Theory]
    [InlineData("gone.json", "answers-missing")]
    [InlineData("gone/a.json", "answers-missing")]
    [InlineData(".", "answers-is-folder")]
    [InlineData("a\0b", "answers-unreadable")]
    public void What_is_no_file_is_named(string answers, string code)
    {
        Assert.Equal(code, AnswersFile.Read(folder[answers]).Refusal![0].Code);
        Assert.Equal(ExitStatus.Found, Fill(answers, "out.html"));
    }

    [Theory, InlineData("a.html"), InlineData("./a.html"), InlineData("link.html"), InlineData("missing/out.html"), InlineData("folder.html")]
    public void An_output_that_cannot_be_or_would_destroy_is_refused(string to)
    {
        folder.Put("a.html", "{}");
        Directory.CreateDirectory(folder["folder.html"]);
        File.CreateSymbolicLink(folder["link.html"], folder["a.html"]);
        var before = Everything();
        Assert.Equal(ExitStatus.Usage, Fill("a.html", to));
        Assert.Equal(ExitStatus.Usage, Fill("link.html", to));
        Assert.Equal(before, Everything());
        Assert.Equal("{}", File.ReadAllText(folder["a.html"]));
        if (to.StartsWith("missing", StringComparison.Ordinal) || to.StartsWith("folder", StringComparison.Ordinal))
            Assert.Equal(ExitStatus.Usage, BlankCommand.Run(folder[to], Given.Form));
    }
}
