using System.Text;
using System.Text.Json;
using CsCheck;
using Jiqun.Cli;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Json;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Cli;

/// <summary>The commands without the Word reader: a document's text tells what “reading” it yields.</summary>
public sealed class CommandTests : IDisposable
{
    static readonly Form Form = FormLibrary.Builtin.Default;
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_json_is_as_the_contract_says()
    {
        folder.Put("in/b.docx", TestFolder.Docx("full"));
        folder.Put("in/a.docx", TestFolder.Docx("refused"));
        Assert.Equal(ExitStatus.Found, Collect(json: folder["out.json"]));
        Snapshot.Matches("collect.json", File.ReadAllText(folder["out.json"]));
    }

    [Fact]
    public void Any_text_comes_back_out_of_the_json() => Gen.String.Sample(text =>
    {
        using var written = new MemoryStream();
        using (var json = new FormsJson(written, Form))
        {
            json.Add("a", new FilledForm(FormAnswers.Of(("cluster.name", new TextValue(text))), new Dictionary<string, IReadOnlyList<string>>(), []));
            json.Complete(written);
        }
        var read = JsonDocument.Parse(written.ToArray()).RootElement.GetProperty("files")[0].GetProperty("answers").GetProperty("cluster.name").GetString();
        return read == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));   // lone surrogates become U+FFFD
    });

    [Theory]
    [InlineData("empty", ExitStatus.Fine)]
    [InlineData("warning", ExitStatus.Fine)]
    [InlineData("error", ExitStatus.Found)]
    [InlineData("refused", ExitStatus.Found)]
    [InlineData("crash", ExitStatus.Found)]
    public void The_exit_status_tells_what_was_found(string document, int status)
    {
        folder.Put("in/a.docx", TestFolder.Docx(document));
        Assert.Equal(status, Collect(json: folder["out.json"]));
        Assert.Equal(status, CheckCommand.Run(folder["in/a.docx"], folder["one.json"], Form, Word, TextWriter.Null));
        Assert.Equal(File.ReadAllText(folder["out.json"]), File.ReadAllText(folder["one.json"]));
    }

    [Fact]
    public void Check_prints_for_people()
    {
        folder.Put("a.docx", TestFolder.Docx("full"));
        using var printed = new StringWriter();
        CheckCommand.Run(folder["a.docx"], null, Form, Word, printed);
        Assert.Equal("warning  Output, last year (indicators.output)  about\nerror  nowhere\n", printed.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Results_come_in_the_order_of_their_names_however_many_work(int jobs)
    {
        for (var i = 0; i < 200; i++)
            folder.Put($"in/{i:000}.docx", TestFolder.Docx(i % 7 == 0 ? "slow" : "empty"));
        Collect(json: folder["out.json"], workbook: folder["out.xlsx"], jobs: jobs);
        var names = JsonDocument.Parse(File.ReadAllText(folder["out.json"])).RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("file").GetString());
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i:000}.docx"), names);
    }

    [Theory]
    [InlineData("missing/out.xlsx")]
    [InlineData("in")]
    [InlineData("in/a.docx")]
    [InlineData("link.xlsx")]
    public void An_output_that_cannot_be_or_would_destroy_is_refused_before_reading(string target)
    {
        folder.Put("in/a.docx", TestFolder.Docx("crash"));
        File.CreateSymbolicLink(folder["link.xlsx"], folder["in/a.docx"]);
        var before = Everything();
        Assert.Equal(ExitStatus.Usage, Collect(workbook: folder[target]));
        Assert.Equal(ExitStatus.Usage, Collect(workbook: folder["fine.xlsx"], json: folder[target]));
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void One_target_for_two_outputs_is_refused() =>
        Assert.Equal(ExitStatus.Usage, Collect(workbook: folder["x"], json: folder["./x"]));

    [Fact]
    public void An_older_result_is_replaced_whole()
    {
        folder.Put("in/a.docx", TestFolder.Docx("empty"));
        folder.Put("out.json", new string('x', 100_000));
        Collect(json: folder["out.json"]);
        JsonDocument.Parse(File.ReadAllText(folder["out.json"]));
        Assert.Equal(["in", "out.json"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Check_takes_one_file()
    {
        folder.Put("m.zip", TestFolder.Zip(("a.docx", "x")));
        Assert.Equal(ExitStatus.Usage, CheckCommand.Run(folder.Path, null, Form, Word, TextWriter.Null));
        Assert.Equal(ExitStatus.Usage, CheckCommand.Run(folder["m.zip"], null, Form, Word, TextWriter.Null));
        Assert.Equal(ExitStatus.Found, CheckCommand.Run(folder["gone.docx"], null, Form, Word, TextWriter.Null));
    }

    int Collect(string? workbook = null, string? json = null, int jobs = 2) =>
        CollectCommand.Run(new CollectCommand.Request([folder["in"]], workbook, json, jobs), Form, Word);

    string[] Everything() => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order()];

    static Outcome<FilledForm> Word(Stream docx)
    {
        using var archive = new System.IO.Compression.ZipArchive(docx, System.IO.Compression.ZipArchiveMode.Read, true);
        using var part = new StreamReader(archive.GetEntry("word/document.xml")!.Open(), Encoding.UTF8);
        var text = part.ReadToEnd();
        if (text == "slow")
            Thread.Sleep(5);
        return text switch
        {
            "refused" => Finding.Error("not-this-form", null, "“其他表”不是采集表。"),
            "crash" => throw new InvalidOperationException("oops"),
            "warning" => Filled(Finding.Warning("missing", "cluster.area", "…")),
            "error" => Filled(Finding.Error("required", "cluster.name", "…")),
            "full" => new FilledForm(
                FormAnswers.Of(
                    ("organisation.founded", new DateValue(new PartialDate(2018, 5))), ("cluster.name", new TextValue("“甲”<集群>\n𠮷\t\"引\"")),
                    ("indicators.output", new NumberValue(1507.00m)), ("indicators.rdIntensity", new UnreadableValue("较高")),
                    ("indicators.newPatents", new NumberValue(-0.10m))),
                new Dictionary<string, IReadOnlyList<string>> { ["cluster.area"] = ["430200"], ["cluster.industry"] = [] },
                [Finding.Warning("approximate", "indicators.output", "about", "约1507"), Finding.Error("unplaced", null, "nowhere")]),
            _ => Filled(),
        };
    }

    static FilledForm Filled(params Finding[] findings) => new(FormAnswers.Of(), new Dictionary<string, IReadOnlyList<string>>(), findings);
}
