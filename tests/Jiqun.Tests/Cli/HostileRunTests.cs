using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Jiqun.Core.Definitions;
using Jiqun.Samples;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Cli;

/// <summary>The whole program on what is broken, foreign or meant to harm: it names each with a reason, and the rest is unharmed.</summary>
public sealed class HostileRunTests : IDisposable
{
    const int MostMegabytes = 700, MostAtOnce = 500;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromMinutes(2);
    static readonly Form Form = FormLibrary.Builtin.Default;

    readonly TestFolder folder = new();

    public void Dispose()
    {
        using var remove = Process.Start("rm", ["-rf", folder["in"]]);    // .NET cannot name every file
        remove.WaitForExit();
        folder.Dispose();
    }

    JiqunProcess Run(string lang, params string[] arguments) => JiqunProcess.Run(lang, folder.Path, Patience, arguments);

    static void Shell(string script, string folder)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = folder })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    [Theory, InlineData("C"), InlineData("zh_CN.UTF-8")]
    public void Bad_files_among_good_ones_are_named_and_harm_nothing(string lang)
    {
        var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)web.LocalEndpoint).Port}/";
        folder.Put("canary.txt", "CANARY");
        var hostile = Hostile.All(Form).ToDictionary(f => $"坏 文件/{f.Name}.docx");
        Directory.CreateDirectory(folder["in/坏 文件"]);
        foreach (var (name, file) in hostile)
        {
            using var to = File.Create(folder[$"in/{name}"]);
            file.Write(to);
        }
        var good = Enumerable.Range(1, 6).ToDictionary(i => $"好 {i} 株洲.docx", i => new SampleWriter(Form).Write(SampleAnswers.Of(Form, i), Habits.Some(i + 3), i));
        foreach (var (name, sample) in good)
            folder.Put($"in/{name}", sample.Docx);
        var outside = new List<string> { "外 1.docx", "外 2.docx", "外 3.docx", "外 4.rtf.doc" };
        folder.Put($"in/{outside[0]}", WithPrologue($"<!DOCTYPE d [<!ENTITY x SYSTEM \"{url}entity\">]>", "&x;"));
        folder.Put($"in/{outside[1]}", WithPrologue($"<!DOCTYPE d SYSTEM \"{url}d.dtd\">", ""));
        folder.Put($"in/{outside[2]}", WithPrologue($"<!DOCTYPE d [<!ENTITY x SYSTEM \"{new Uri(folder["canary.txt"])}\">]>", "&x;"));
        folder.Put($"in/{outside[3]}", $$$"""{\rtf1\ansi text {\field{\*\fldinst INCLUDEPICTURE "{{{url}}}picture.png" \\d}{\fldrslt x}}{\field{\*\fldinst INCLUDETEXT "{{{folder["canary.txt"]}}}"}{\fldrslt y}}\par}""");
        Shell("ln -s nowhere link.docx; ln -s loop.docx loop.docx; ln -s . again; mkdir x.docx; mkfifo y.docx; cp canary.txt \"$(printf 'bad\\377.docx')\"; cp canary.txt 'new\nline.docx'"
            .Replace("canary.txt", "../canary.txt", StringComparison.Ordinal), folder["in"]);
        string[] special = ["link.docx", "loop.docx", "y.docx", "bad\uFFFD.docx", "new\nline.docx"];

        var run = Run(lang, "collect", folder["in"], "--out", folder["汇 总.xlsx"], "--json", folder["out.json"]);

        Assert.Equal(1, run.Status);
        Assert.True(run.PeakMegabytes is > 0 and < MostMegabytes, $"peak memory {run.PeakMegabytes} MB");
        Assert.False(web.Pending(), "something outside was fetched");
        web.Stop();
        using var json = JsonDocument.Parse(File.ReadAllText(folder["out.json"]));
        Assert.DoesNotContain("CANARY", json.RootElement.GetRawText(), StringComparison.Ordinal);
        var files = json.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("file").GetString()!);
        Assert.Equal(hostile.Keys.Concat(good.Keys).Concat(outside).Concat(special).Order(StringComparer.Ordinal), files.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, sample) in good)
            AssertRead(sample, files[name]);
        var bad = hostile.Where(h => !h.Value.Readable).Select(h => h.Key).Concat(outside).Concat(special);
        Assert.All(bad, name =>
        {
            var error = files[name].GetProperty("error").GetString()!;
            Assert.InRange(error.Length, 10, 500);
            Assert.Equal(lang != "C", error.Any(c => c is >= '\u4e00' and <= '\u9fff'));
            Assert.DoesNotMatch("Exception|reader-failed|本程序|mistake in this program", error);
        });
        Assert.True(File.Exists(folder["汇 总.xlsx"]));
        Assert.DoesNotContain(run.Said, c => char.IsControl(c) && c != '\n');
        Assert.False(File.Exists("/tmp/jiqun-escaped") || File.Exists("/etc/jiqun-escaped"));
        Assert.Equal(["canary.txt", "in", "out.json", "汇 总.xlsx"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>Those that cost the most, each alone.</summary>
    [Theory]
    [InlineData("bomb-60-million-elements")]
    [InlineData("narrative-30-mib")]
    [InlineData("near-labels")]
    [InlineData("labels-a-million")]
    [InlineData("paragraphs-million-in-cell")]
    [InlineData("entries-60000")]
    public void One_bad_file_costs_little(string name)
    {
        Directory.CreateDirectory(folder["in"]);
        using (var to = File.Create(folder["in/a.docx"]))
            Hostile.All(Form).Single(f => f.Name == name).Write(to);
        AssertCheap(Run("C", "check", folder["in/a.docx"]));
    }

    static void AssertCheap(JiqunProcess run)
    {
        Assert.NotEqual(2, run.Status);
        Assert.True(run.Took < Longest, $"took {run.Took}");
        Assert.True(run.PeakMegabytes is > 0 and < MostMegabytes, $"peak memory {run.PeakMegabytes} MB");
    }

    [Fact]
    public void Pipes_devices_and_sockets_are_not_waited_for()
    {
        Directory.CreateDirectory(folder["in"]);
        Shell("mkfifo p; mkfifo q.docx; mkfifo r.doc", folder["in"]);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder["in/s.docx"]));
        var run = JiqunProcess.Run("C", folder.Path, TimeSpan.FromSeconds(20), "collect", folder["in"], folder["in/p"], "/dev/zero", "/dev/urandom", "--json", "-");
        Assert.Equal(1, run.Status);
        Assert.Equal(6, JsonDocument.Parse(run.Output).RootElement.GetProperty("files").EnumerateArray().Count(f => f.TryGetProperty("error", out _)));
    }

    /// <summary>Many threads must not each hold a huge document, nor unpack one.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Many_large_documents_at_once_take_no_more_memory_than_one(bool inArchive)
    {
        var large = new MemoryStream();
        using (var package = new WordPackage(large, CompressionLevel.NoCompression))
        {
            package.Frame("word/document.xml", []);
            package.Part("word/document.xml", Encoding.UTF8.GetBytes($"<w:document xmlns:w=\"{WordPackage.Transitional}\"><w:body>" + new StringBuilder().Insert(0, "<w:p><w:r><w:t>集群名称集群</w:t></w:r></w:p>", 1_100_000) + "</w:body></w:document>"));
        }
        Directory.CreateDirectory(folder["in"]);
        using (var archive = new ZipArchive(File.Create(folder["many.zip"]), ZipArchiveMode.Create))
            for (var i = 0; i < 8; i++)
            {
                if (inArchive)
                {
                    using var entry = archive.CreateEntry($"{i}.docx", CompressionLevel.Fastest).Open();
                    entry.Write(large.GetBuffer().AsSpan(0, (int)large.Length));
                }
                else
                    folder.Put($"in/{i}.docx", large.GetBuffer().AsSpan(0, (int)large.Length));
            }
        var run = Run("C", "collect", folder[inArchive ? "many.zip" : "in"], "--jobs", "8", "--json", "-");
        Assert.Equal(1, run.Status);
        Assert.True(run.PeakMegabytes is > 0 and < MostAtOnce, $"peak memory {run.PeakMegabytes} MB");
    }

    /// <summary>Thousands of entries that share one piece of packed data.</summary>
    [Fact]
    public void An_archive_that_is_a_bomb_is_refused()
    {
        folder.Put("bomb.zip", Overlapping(20_000, 60 << 20));
        var run = Run("C", "collect", folder["bomb.zip"], "--json", "-");
        AssertCheap(run);
        var only = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("files").EnumerateArray());
        Assert.Contains("archive", only.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_documents_of_many_entries_at_once_take_little_memory()
    {
        var docx = new MemoryStream();
        using (var package = new WordPackage(docx, CompressionLevel.NoCompression))
            for (var i = 0; i < 60_000; i++)
                package.Part($"word/{i}", []);
        for (var i = 0; i < 8; i++)
            folder.Put($"in/{i}.docx", docx.ToArray());
        var run = Run("C", "collect", folder["in"], "--jobs", "8", "--json", "-");
        Assert.Equal(1, run.Status);
        Assert.True(run.PeakMegabytes is > 0 and < MostAtOnce, $"peak memory {run.PeakMegabytes} MB");
        Assert.True(run.Took < Longest * 4, $"took {run.Took}");
    }

    [Theory, InlineData(@"{\rtf1 "), InlineData("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1"), InlineData("PK\u0003\u0004"), InlineData("")]
    public void A_file_of_many_gigabytes_costs_little(string start)
    {
        Directory.CreateDirectory(folder["in"]);
        using (var file = File.Create(folder["in/a.doc"]))
        {
            file.Write(Encoding.Latin1.GetBytes(start));
            file.SetLength(40L << 30);                                // takes no room on disk
        }
        var run = Run("C", "collect", folder["in"], "--json", "-");
        AssertCheap(run);
        Assert.Equal(1, run.Status);
    }

    [Fact]
    public void A_folder_of_a_hundred_thousand_other_files_costs_little()
    {
        Directory.CreateDirectory(folder["in"]);
        Shell("seq 1 100000 | sed 's/$/.txt/' | xargs touch; touch a.docx", folder["in"]);
        AssertCheap(Run("C", "collect", folder["in"], "--json", "-"));
    }

    [Fact]
    public void A_closed_pipe_is_no_crash()
    {
        folder.Put("in/a.docx", new SampleWriter(Form).Write(SampleAnswers.Of(Form, 1), Habits.None).Docx);
        for (var i = 0; i < 400; i++)
            File.Copy(folder["in/a.docx"], folder[$"in/{i}.docx"]);
        using var process = Process.Start(JiqunProcess.Start("C", folder.Path, "collect", folder["in"], "--json", "-"))!;
        process.StandardOutput.Close();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.InRange(process.ExitCode, 0, 1);
        Assert.DoesNotContain("Unhandled", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_outputs_to_one_file_are_refused()
    {
        folder.Put("in/a.docx");
        folder.Put("b.json", "{}");
        File.CreateSymbolicLink(folder["a.xlsx"], folder["b.json"]);
        var run = Run("C", "collect", folder["in"], "--out", folder["a.xlsx"], "--json", folder["b.json"]);
        Assert.Equal(2, run.Status);
        Assert.Equal("{}", File.ReadAllText(folder["b.json"]));
    }

    [Fact]
    public void Names_cannot_command_the_terminal()
    {
        folder.Put("in/\e[2J\u009b2J\u202Eevil\r\n.docx", "x");
        var run = Run("C", "collect", folder["in"], folder["\e[2Jgone"], "--json", "-");
        Assert.DoesNotContain(run.Said, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
        Assert.Equal(3, run.Said.Trim().Split('\n').Length);
    }

    static byte[] WithPrologue(string prologue, string reference)
    {
        var to = new MemoryStream();
        using (var package = new WordPackage(to))
        {
            package.Frame("word/document.xml", []);
            package.Part("word/document.xml", $"<?xml version=\"1.0\"?>{prologue}<w:document xmlns:w=\"{WordPackage.Transitional}\"><w:body><w:p><w:r><w:t>{reference}</w:t></w:r></w:p></w:body></w:document>");
        }
        return to.ToArray();
    }

    static void AssertRead(Sample sample, JsonElement file)
    {
        var answers = file.GetProperty("answers").EnumerateObject().ToDictionary(a => a.Name, a => a.Value.ValueKind is JsonValueKind.Number ? a.Value.GetDecimal() : (object)a.Value.GetString()!);
        Assert.Equal(sample.Expected.OrderBy(e => e.Key), answers.OrderBy(a => a.Key));
    }

    static byte[] Overlapping(int entries, int unpacked)
    {
        var one = new MemoryStream();
        using (var archive = new ZipArchive(one, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("0.docx", CompressionLevel.SmallestSize).Open();
            entry.Write("PK\x03\x04"u8);
            entry.Write(new byte[unpacked]);
        }
        var bytes = one.ToArray();
        var directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        var end = bytes.AsSpan().LastIndexOf("PK\x05\x06"u8);
        var to = new MemoryStream();
        to.Write(bytes.AsSpan(0, directory));
        for (var i = 0; i < entries; i++)
            to.Write(bytes.AsSpan(directory, end - directory));
        var tail = bytes[end..];
        BitConverter.TryWriteBytes(tail.AsSpan(8), (ushort)entries);
        BitConverter.TryWriteBytes(tail.AsSpan(10), (ushort)entries);
        BitConverter.TryWriteBytes(tail.AsSpan(12), (end - directory) * entries);
        to.Write(tail);
        return to.ToArray();
    }
}
