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
