using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;

namespace Jiqun.Tests.Files;

[Collection("Conversions")]
public sealed class FormFileReaderTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 0];

    [Theory]
    [InlineData("is-empty")]
    [InlineData("is-encrypted")]
    [InlineData("is-spreadsheet")]
    [InlineData("is-presentation")]
    [InlineData("is-open-document")]
    [InlineData("is-broken")]
    [InlineData("is-archive")]
    [InlineData("is-other-archive")]
    [InlineData("is-pdf")]
    [InlineData("is-ofd")]
    [InlineData("is-web-page")]
    [InlineData("is-image")]
    [InlineData("is-unknown")]
    [InlineData("old-without-office")]
    public void A_file_that_is_something_else_says_what_and_what_to_do(string code)
    {
        byte[] content = code switch
        {
            "is-empty" => [],
            "is-encrypted" => TestFolder.Compound("EncryptionInfo", "EncryptedPackage"),
            "is-spreadsheet" => TestFolder.Zip(("[Content_Types].xml", "x"), ("xl/workbook.xml", "x")),
            "is-presentation" => TestFolder.Compound("PowerPoint Document"),
            "is-open-document" => TestFolder.Zip(("mimetype", "x"), ("META-INF/manifest.xml", "x")),
            "is-broken" => TestFolder.Docx("x")[..60],
            "is-archive" => TestFolder.Zip(("a.docx", "x")),
            "is-other-archive" => "Rar!\x1a\x07"u8.ToArray(),
            "is-pdf" => "%PDF-1.7"u8.ToArray(),
            "is-ofd" => TestFolder.Zip(("OFD.xml", "x")),
            "is-web-page" => "\uFEFF  <html>"u8.ToArray(),
            "is-image" => Jpeg,
            "is-unknown" => "hello"u8.ToArray(),
            _ => TestFolder.Compound("WordDocument"),
        };
        folder.Put("in/a.docx", content);
        var refusal = Read(folder["in"], null).Refusal!;
        Assert.Equal(code, Assert.Single(refusal).Code);
    }

    [Fact]
    public void A_document_is_handed_to_the_reader()
    {
        folder.Put("a.anything", TestFolder.Docx("正文"));
        Assert.Equal("正文", Read(folder["a.anything"], null).Value!.Answers.Text("cluster.name"));
    }

    [Fact]
    public void Our_own_mistake_ends_one_file_only()
    {
        folder.Put("a.docx", TestFolder.Docx("x"));
        using var files = FormFiles.Under([folder.Path]);
        using var reader = new FormFileReader(files, _ => throw new InvalidOperationException("oops"), null);
        var found = Assert.Single(reader.Read(files.All[0]).Refusal!);
        Assert.Equal("reader-failed", found.Code);
        Assert.Contains("oops", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_of_a_zip_that_lists_millions_is_refused()
    {
        var file = new MemoryStream();
        file.Write("PK\x03\x04"u8);
        file.Write(new byte[26]);
        for (var i = 0; i < 400_000; i++)
        {
            file.Write("PK\x01\x02"u8);
            file.Write(new byte[42]);
        }
        file.Write("PK\x05\x06"u8);
        file.Write(new byte[12]);
        file.Write([30, 0, 0, 0, 0, 0]);
        folder.Put("in/a.docx", file.ToArray());
        Assert.Equal("is-broken", Read(folder["in"], null).Refusal![0].Code);
    }

    [Fact]
    public void Old_documents_are_converted_many_at_once_and_nothing_stays_behind()
    {
        var office = LibreOffice.Installed();
        Assert.NotNull(office);                                       // ./test installs it
        folder.Put("in/rtf.doc", @"{\rtf1\ansi\ansicpg936 \u26666?\u27954? text\par}"u8);
        folder.Put("in/broken.doc", TestFolder.Compound("WordDocument"));
        OldDocument("in/old.doc", "旧文档");
        File.Copy(folder["in/old.doc"], folder["in/金山.wps"]);
        File.Copy(folder["in/old.doc"], folder["in/renamed.docx"]);
        File.WriteAllBytes(folder["mail.zip"], TestFolder.Zip(("x.docx", "x")));
        ZipInto(folder["mail.zip"], folder["in/old.doc"], "邮件.doc");

        var before = Leftovers();
        using var files = FormFiles.Under([folder["in"], folder["mail.zip"]]);
        using (var reader = new FormFileReader(files, Text, office, TestContext.Current.CancellationToken))
        {
            var read = files.All.ToDictionary(f => f.Name, f => reader.Read(f));
            Assert.Equal("old-not-converted", read["broken.doc"].Refusal?[0].Code);
            Assert.Contains("株洲", Of(read["rtf.doc"]), StringComparison.Ordinal);
            foreach (var name in new[] { "old.doc", "金山.wps", "renamed.docx", "mail.zip/邮件.doc" })
                Assert.Contains("旧文档", Of(read[name]), StringComparison.Ordinal);
        }
        // tests beside this one have such folders, too, and theirs go
        List<string> left = [.. Leftovers().Except(before)];
        for (var waited = 0; left.Exists(Directory.Exists) && waited < 600; waited++)
            Thread.Sleep(100);
        Assert.DoesNotContain(left, Directory.Exists);
    }

    [Fact]
    public void A_converter_that_dies_costs_only_the_file_that_killed_it()
    {
        // It stands for an soffice that crashes on 1.doc, whatever else is on the line.
        folder.Put("soffice", """
            #!/bin/sh
            out=; prev=
            for a in "$@"; do
              [ "$prev" = --outdir ] && out=$a
              case $a in
                */1.doc) kill -9 $$ ;;
                */[0-9]*.doc) cp "$a" "$out/$(basename "$a" .doc).docx" ;;
              esac
              prev=$a
            done
            """);
        File.SetUnixFileMode(folder["soffice"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var i = 0; i < 4; i++)
            folder.Put($"work/{i}.doc");
        new LibreOffice(folder["soffice"]).Convert(folder["work"], 4, TestContext.Current.CancellationToken);
        Assert.Equal(["0.docx", "2.docx", "3.docx"], Directory.EnumerateFiles(folder["work/out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_conversion_stops_when_asked()
    {
        folder.Put("soffice", "#!/bin/sh\nsleep 60\n");
        File.SetUnixFileMode(folder["soffice"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Put("work/0.doc");
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var since = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => new LibreOffice(folder["soffice"]).Convert(folder["work"], 1, cancel.Token), CancellationToken.None));
        Assert.InRange(since.Elapsed.TotalSeconds, 0, 10);
    }

    static string Of(Outcome<FilledForm> read) => read.Value?.Answers.Text("cluster.name") ?? read.Refusal![0].Message;

    static Outcome<FilledForm> Read(string path, LibreOffice? office)
    {
        using var files = FormFiles.Under([path]);
        using var reader = new FormFileReader(files, Text, office, TestContext.Current.CancellationToken);
        return reader.Read(Assert.Single(files.All));
    }

    /// <summary>Stands for the Word reader: the text of the document as the cluster's name.</summary>
    static Outcome<FilledForm> Text(Stream docx)
    {
        using var archive = new ZipArchive(docx, ZipArchiveMode.Read, leaveOpen: true);
        using var part = new StreamReader(archive.GetEntry("word/document.xml")!.Open());
        return new FilledForm(FormAnswers.Of(("cluster.name", new TextValue(part.ReadToEnd()))), new Dictionary<string, IReadOnlyList<string>>(), []);
    }

    static string[] Leftovers() => [.. Directory.EnumerateDirectories(Path.GetTempPath(), "jiqun-*").Where(p => !p.Contains("jiqun-test", StringComparison.Ordinal)).Order()];

    void OldDocument(string name, string text)
    {
        folder.Put("make/source.html", $"<meta charset=utf-8><p>{text}</p>");
        var said = folder.Office("--convert-to", "doc:MS Word 97", "--infilter=HTML (StarWriter)", "--outdir", folder["make"], folder["make/source.html"]);
        Assert.True(File.Exists(folder["make/source.doc"]), said);
        File.Copy(folder["make/source.doc"], folder[name]);
    }

    static void ZipInto(string archive, string file, string name)
    {
        using var zip = ZipFile.Open(archive, ZipArchiveMode.Update, Encoding.UTF8);
        zip.CreateEntryFromFile(file, name);
    }
}
