using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Documents.Pdf;
using Jiqun.Tests.Documents;

namespace Jiqun.Tests.Files;

/// <summary>The codes of what people scan are found, and files that harm do not.</summary>
public sealed class ScannedCodesTests
{
    /// <summary>Those of this machine, which ./test installs. A busy machine may take its time.</summary>
    internal static ScannedCodes Codes { get; } = Patient();

    static ScannedCodes Patient()
    {
        var codes = ScannedCodes.Installed()!;
        codes.Patience = TimeSpan.FromMinutes(10);
        return codes;
    }

    static readonly PdfWriter Writer = new(InstalledFonts.Find().Value!);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static byte[] Submission(char digit)
    {
        using var to = new MemoryStream();
        Writer.Write(PrintedForm.Of(WordForms.All[1], FormAnswers.Of()) with { Mark = new PrintedMark(new string(digit, 64), "报送版本 1 · 内容摘要") }, to);
        return to.ToArray();
    }

    static string Code(char digit) => PrintedMark.CodeOf(new string(digit, 64));

    static Picture Scan(char digit = 'a') => Picture.Of(Submission(digit), 200)[0];

    static async Task<FoundCodes> Read(byte[] file) => await Codes.Read(new MemoryStream(file), Cancel);

    static async Task AssertFinds(byte[] file, params string[] codes)
    {
        var found = await Read(file);
        Assert.True(found.IsRead);
        Assert.Equal(codes, found.Texts);
    }

    // ---- scans -------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task The_document_itself_has_its_code_once() => await AssertFinds(Submission('a'), Code('A'));

    [Fact]
    public async Task However_a_page_lies_it_is_read()
    {
        var page = Scan().Worn(1);
        for (var turns = 0; turns < 4; turns++, page = page.QuarterTurn())
        {
            await AssertFinds(page.Png(), Code('a'));
            await AssertFinds(Picture.Pdf(200, page.Askew(1.5)), Code('a'));
        }
    }

    [Fact]
    public async Task A_photograph_is_read() => await AssertFinds(Picture.Of(Submission('a'), 300)[0].Askew(2).Photographed().Worn(2).Jpeg(70), Code('a'));

    /// <summary>A picture's dots are points to many programs on telephones: the paper is then three metres high.</summary>
    [Theory]
    [InlineData(36)]
    [InlineData(72)]
    [InlineData(600)]
    public async Task Whatever_size_of_paper_the_file_tells_it_is_read(int dpi) => await AssertFinds(Picture.Pdf(dpi, Picture.Of(Submission('a'), 300)[0]), Code('a'));

    [Fact]
    public async Task Each_code_of_all_pages_is_told_once_and_in_order() =>
        await AssertFinds(Picture.Pdf(200, [.. "abba0bc".Select(Scan)]), Code('a'), Code('b'), Code('0'), Code('c'));

    [Fact]
    public async Task No_more_than_thirty_pages_are_looked_at()
    {
        var blank = new Picture(100, 141, [.. Enumerable.Repeat((byte)255, 14100)]);
        await AssertFinds(Picture.Pdf(200, [.. Enumerable.Repeat(blank, 29), Scan('b'), Scan('c')]), Code('b'));
    }

    [Fact]
    public async Task A_file_without_code_has_none()
    {
        using var to = new MemoryStream();
        Writer.Write(PrintedForm.Of(WordForms.All[1], FormAnswers.Of()), to);
        await AssertFinds(to.ToArray());
        await AssertFinds(Picture.Of(to.ToArray(), 100)[0].Png());
    }

    [Fact]
    public async Task A_code_of_something_else_is_told_too()
    {
        using var to = new MemoryStream();
        Writer.Write(new PrintedReceipt("回执", [], "https://example.cn/a?b=c", "", []), to);
        await AssertFinds(to.ToArray(), "https://example.cn/a?b=c");
    }

    // ---- files that harm ---------------------------------------------------------------------------------------------------

    public static TheoryData<string> Broken => [.. BrokenFiles.Keys];

    static readonly Dictionary<string, byte[]> BrokenFiles = new()
    {
        ["empty"] = [],
        ["text"] = Encoding.UTF8.GetBytes("-rf /\n"),
        ["word"] = TestFolder.Docx("x"),
        ["pdf header"] = "%PDF-1.7\n"u8.ToArray(),
        ["pdf without pages"] = Portal.Evidence.Files.Pdf,
        ["half a pdf"] = Submission('a')[..2000],
        ["png header"] = Portal.Evidence.Files.Png(),
        ["png of 100 million square pixels"] = Portal.Evidence.Files.Png(10_000_000, 10_000_000),
        ["jpeg header"] = Portal.Evidence.Files.Jpeg(),
        ["jpeg of 65535 pixels squared"] = Portal.Evidence.Files.Jpeg(65535, 65535),
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task A_broken_file_is_not_read(string name)
    {
        var found = await Read(BrokenFiles[name]);
        Assert.False(found.IsRead);
        Assert.Empty(found.Texts);
    }

    [Fact]
    public async Task Changed_bytes_neither_hang_nor_throw()
    {
        await Read(Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"));       // a loop
        byte[][] files = [Submission('a'), Scan().Png(), Scan().Jpeg(60)];
        for (var seed = 0; seed < 12; seed++)
        {
            var (dice, changed) = (new Random(seed), (byte[])files[seed % 3].Clone());
            for (var i = 0; i < 40; i++)
                changed[dice.Next(20, changed.Length)] = (byte)dice.Next(256);
            await Read(changed);
        }
    }

    [Fact]
    public async Task A_page_as_large_as_a_field_takes_no_more_than_another()
    {
        var pdf = Encoding.Latin1.GetString(Submission('a')).Replace("/MediaBox[0 0 595.28 841.89]", "/MediaBox[0 0 9999999 9999]", StringComparison.Ordinal);
        await AssertFinds(Encoding.Latin1.GetBytes(pdf));
    }

    // ---- the programs ------------------------------------------------------------------------------------------------------

    [Fact]
    public void Where_a_program_is_missing_nothing_is_read()
    {
        using var folder = new TestFolder();
        Assert.Null(ScannedCodes.In([]));
        foreach (var program in (string[])["prlimit", "pdftoppm", "zbarimg"])
        {
            Assert.Null(ScannedCodes.In([folder.Path]));
            File.CreateSymbolicLink(folder[program], $"/usr/bin/{program}");
        }
        Assert.NotNull(ScannedCodes.In([folder.Path]));
    }

    /// <summary>zbarimg is there, and instead of pdftoppm a script.</summary>
    static ScannedCodes With(TestFolder folder, string script, double seconds = 30)
    {
        foreach (var program in (string[])["prlimit", "zbarimg"])
            File.CreateSymbolicLink(folder[program], $"/usr/bin/{program}");
        File.SetUnixFileMode(folder.Put("pdftoppm", "#!/bin/sh\n" + script), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var codes = ScannedCodes.In([folder.Path])!;
        codes.Patience = TimeSpan.FromSeconds(seconds);
        return codes;
    }

    static bool Runs(TestFolder folder) =>
        File.Exists(folder["pid"]) && File.ReadAllText(folder["pid"]).Trim() is var pid && File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);

    [Fact]
    public async Task A_program_that_hangs_is_ended()
    {
        using var folder = new TestFolder();
        var codes = With(folder, $"echo $$ > '{folder["pid"]}'\necho $PWD > '{folder["pwd"]}'\nexec /bin/sleep 1000", seconds: 5);
        var found = await codes.Read(new MemoryStream(Submission('a')), Cancel);
        Assert.False(found.IsRead);
        Assert.False(Runs(folder));
        Assert.False(Directory.Exists(File.ReadAllText(folder["pwd"]).Trim()));
    }

    [Fact]
    public async Task A_program_is_ended_when_nobody_waits_any_more()
    {
        using var folder = new TestFolder();
        using var nobody = new CancellationTokenSource();
        var reading = With(folder, $"echo $PWD > '{folder["pwd"]}'\necho $$ > '{folder["pid"]}'\nexec /bin/sleep 1000").Read(new MemoryStream(Submission('a')), nobody.Token);
        while (!Runs(folder))
            await Task.Delay(10, Cancel);
        nobody.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.False(Runs(folder));
        Assert.False(Directory.Exists(File.ReadAllText(folder["pwd"]).Trim()));
    }

    [Fact]
    public async Task A_program_that_never_stops_talking_is_ended()
    {
        using var folder = new TestFolder();
        Assert.False((await With(folder, "exec /usr/bin/yes", seconds: 600).Read(new MemoryStream(Submission('a')), Cancel)).IsRead);
    }

    [Fact]
    public async Task A_program_has_limits_and_none_of_our_secrets()
    {
        using var folder = new TestFolder();
        await With(folder, $"ulimit -v > '{folder["memory"]}'; /usr/bin/env > '{folder["environment"]}'").Read(new MemoryStream(Submission('a')), Cancel);
        Assert.Equal($"{1 << 20}", File.ReadAllText(folder["memory"]).Trim());                    // KiB
        Assert.DoesNotContain(File.ReadAllLines(folder["environment"]), l => !l.StartsWith("MAGICK_", StringComparison.Ordinal) && l.Split('=')[0] is not ("LC_ALL" or "HOME" or "TMPDIR" or "PWD" or "OLDPWD" or "SHLVL" or "_"));
    }
}
