using System.Diagnostics;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Cli;

/// <summary>The program as a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("colect x")]
    [InlineData("collect")]
    [InlineData("collect x")]
    [InlineData("collect --out a.xlsx")]
    [InlineData("collect x --out")]
    [InlineData("collect x --out a.xls")]
    [InlineData("collect x --out a.xlsx --out b.xlsx")]
    [InlineData("collect x --json - --form cluster-entry/1999")]
    [InlineData("collect x --json - --jobs 0")]
    [InlineData("collect x --json - --jobs many")]
    [InlineData("collect x --json - --bogus")]
    [InlineData("collect x --out /nowhere/a.xlsx")]
    [InlineData("check")]
    [InlineData("check a b")]
    [InlineData("check --bogus")]
    [InlineData("check .")]
    [InlineData("blank")]
    [InlineData("blank --out")]
    [InlineData("blank --out a.xlsx")]
    [InlineData("blank --out -")]
    [InlineData("blank --out a.html --form cluster-entry/1999")]
    [InlineData("blank x --out a.html")]
    [InlineData("blank --out /nowhere/a.html")]
    [InlineData("fill --out a.html")]
    [InlineData("fill a.json")]
    [InlineData("fill a.json --out a.json")]
    [InlineData("fill a.json b.json --out a.html")]
    [InlineData("fill --bogus --out a.html")]
    [InlineData("fill a.json --out a.html --form x")]
    [InlineData("verify")]
    [InlineData("verify .")]
    [InlineData("verify a.pdf b.pdf")]
    [InlineData("verify a.pdf --trust")]
    [InlineData("verify a.pdf --trust /nowhere")]
    [InlineData("serve --bogus")]
    [InlineData("serve x")]
    [InlineData("serve --data a --database b")]
    [InlineData("demo --database b")]
    public void Wrong_usage_is_refused_in_the_readers_language(string arguments)
    {
        var (status, output, english) = Run("C", arguments);
        Assert.Equal((2, ""), (status, output));
        Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}|   at ", english);
        var (_, _, chinese) = Run("zh_CN.UTF-8", arguments);
        Assert.All(chinese.Trim().Split('\n'), line => Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", line));
    }

    [Theory]
    [InlineData("--help", "jiqun check 株洲.docx")]
    [InlineData("-h", "jiqun check 株洲.docx")]
    [InlineData("collect --help", "--out 汇总.xlsx")]
    [InlineData("check --help", "--json -")]
    [InlineData("blank --help", "jiqun blank --out 空表.docx")]
    [InlineData("fill --help", "jiqun fill 株洲.json --out 株洲.pdf")]
    [InlineData("verify --help", "jiqun verify 意见.pdf --trust ")]
    [InlineData("serve --help", "jiqun serve --database \"Host=db;")]
    [InlineData("demo --help", "jiqun demo --urls http://127.0.0.1:8080 --data demo")]
    public void Help_has_examples_in_both_languages(string arguments, string example)
    {
        var (status, english, said) = Run("C", arguments);
        Assert.Equal((0, ""), (status, said));
        Assert.Contains("Examples:", english, StringComparison.Ordinal);
        Assert.Contains(example, english, StringComparison.Ordinal);
        var (_, chinese, _) = Run("zh_CN.UTF-8", arguments);
        Assert.Contains("示例：", chinese, StringComparison.Ordinal);
        Assert.Contains(example, chinese, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_with_its_reason()
    {
        folder.Put("株 洲.docx", "%PDF-1.7");
        var (status, output, said) = Run("zh_CN.UTF-8", "collect", folder["株 洲.docx"], "--json", "-");
        Assert.Equal(1, status);
        Assert.Contains("\"file\": \"株 洲.docx\"", output, StringComparison.Ordinal);
        Assert.Contains("\"error\": \"文件是PDF。", output, StringComparison.Ordinal);
        Assert.Contains("株 洲.docx: 文件是PDF。", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', said);                            // no progress where nobody looks
    }

    [Fact]
    public void Answers_come_from_standard_input_and_findings_are_told()
    {
        var start = Start("zh_CN.UTF-8", "fill", "-", "--out", folder["株 洲.html"]);
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Write("""{ "indicators.output": "约15070000万元", "indicators.outputShare": 120, "indicators.rdIntensity": 1e99 }""");
        process.StandardInput.Close();
        var said = process.StandardError.ReadToEnd();
        Assert.Equal("", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        string[] lines = ["提示  上年度集群产业产值 (indicators.output)  ", "提示  上年度集群产业产值 (indicators.output)  ", "错误  上年度集群产业产值占全国该产业总产值比重 (indicators.outputShare)  ", "错误  上年度集群企业平均研发投入强度 (indicators.rdIntensity)  ", "已写入"];
        Assert.All(said.TrimEnd().Split('\n').Zip(lines), line => Assert.StartsWith(line.Second, line.First, StringComparison.Ordinal));
        Assert.Equal(lines.Length, said.TrimEnd().Split('\n').Length);
        Assert.Contains("1e99", File.ReadAllText(folder["株 洲.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_that_cannot_be_read_are_named_with_every_reason()
    {
        folder.Put("a.json", """{ "cluster.nam": 1, "cluster.area": true }""");
        var (status, output, said) = Run("C", "fill", folder["a.json"], "--out", folder["a.html"]);
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("a.json: there is no field “cluster.nam”", said, StringComparison.Ordinal);
        Assert.Contains("a.json: “cluster.area” (Area): “true”", said, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a.html"]));
    }

    [Fact]
    public void A_signal_ends_it_without_leaving_anything()
    {
        // A converter that never comes back keeps the program busy.
        folder.Put("bin/soffice", "#!/bin/sh\ntouch \"$0.started\"\nexec sleep 60\n");
        File.SetUnixFileMode(folder["bin/soffice"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Put("in/a.doc", TestFolder.Compound("WordDocument"));
        Directory.CreateDirectory(folder["tmp"]);
        var start = Start("C", "collect", folder["in"], "--out", folder["out.xlsx"]);
        start.Environment["PATH"] = $"{folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["TMPDIR"] = folder["tmp"];
        using var process = Process.Start(start)!;
        for (var waited = 0; !File.Exists(folder["bin/soffice.started"]) && waited < 200; waited++)
            Thread.Sleep(50);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(143, process.ExitCode);
        Assert.Equal(["bin", "in", "tmp"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal([], Directory.EnumerateFileSystemEntries(folder["tmp"]).Select(Path.GetFileName));
    }

    (int Status, string Output, string Said) Run(string lang, string arguments) => Run(lang, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    (int Status, string Output, string Said) Run(string lang, params string[] arguments)
    {
        using var process = Process.Start(Start(lang, arguments))!;
        var said = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, said.GetAwaiter().GetResult());
    }

    ProcessStartInfo Start(string lang, params string[] arguments) => JiqunProcess.Start(lang, folder.Path, arguments);
}
