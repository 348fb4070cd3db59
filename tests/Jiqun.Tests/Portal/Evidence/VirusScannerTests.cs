using System.Net;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Evidence;

public sealed class VirusScannerTests : IDisposable
{
    readonly TestFolder folder = new();

    static readonly byte[] Infected = [.. Files.Pdf, .. Encoding.ASCII.GetBytes(TestClamd.Eicar)];

    public void Dispose() => folder.Dispose();

    /// <summary>A scanner that is waited for two seconds.</summary>
    static VirusScanner At(string written)
    {
        var scanner = VirusScanner.Read(written)!;
        scanner.Patience = TimeSpan.FromSeconds(2);
        return scanner;
    }

    string Program(string script)
    {
        folder.Put("scanner", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(folder["scanner"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return "command:" + folder["scanner"];
    }

    static async Task<(int Files, int Blobs, List<AuditRow> Refused)> Kept(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return (await db.Evidence.CountAsync(), await db.Set<Blob>().CountAsync(), await db.Audit.Where(r => r.Action == AuditAction.UploadRefused).ToListAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_infected_file_is_refused_wherever_it_is_uploaded_and_nothing_of_it_is_stored(string kind)
    {
        using var clamd = new TestClamd();
        await using var portal = await TestPortal.Of(kind, p => p.Scanner = At($"clamd://127.0.0.1:{clamd.Port}"));
        var entry = await portal.Submitted();
        var draft = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{draft.Id}/evidence");

        var page = await browser.Upload($"/entries/{draft.Id}/evidence", "", ("证书.pdf", Infected));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("证书.pdf", page.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        byte[] form = [.. Files.Docx(("cluster.name", "乙集群")), .. Encoding.ASCII.GetBytes(TestClamd.Eicar)];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Upload($"/entries/{draft.Id}/file", "", ("表.docx", form))).Status);
        using var program = await portal.Program("promoter");
        using var body = new ByteArrayContent(Infected);
        var answer = await program.Send(HttpMethod.Post, $"/api/entries/{draft.Id}/evidence?name=x.pdf", body);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "upload-infected"), (answer.Status, (string?)answer.Json["code"]));
        var submission = await portal.Current(entry.Id);
        await portal.With((give, actor) => give.Write(submission, "同意推荐。", "2021-06-01", 0, actor), "city");
        var brought = await portal.With((give, actor) => give.Bring(submission, Guid.NewGuid(), "盖章件.pdf", new MemoryStream(Infected), actor, default), "city");
        Assert.Equal("upload-infected", brought.Refused ? brought.Refusal[0].Code : "taken");

        var (files, blobs, refused) = await Kept(portal);
        Assert.Equal((0, 0), (files, blobs));
        Assert.Equal([draft.Id, draft.Id, draft.Id, submission], refused.OrderBy(r => r.Id).Select(r => r.Subject!.Value));
        Assert.All(refused, r => Assert.Equal(AuditOutcome.Refused, r.Outcome));
        Assert.Equal($"Win.Test.EICAR_HDB-1 {Convert.ToHexStringLower(SHA256.HashData(Infected))}", refused[0].Detail);

        byte[] large = [.. Files.Pdf, .. new byte[300_000]];
        Assert.Equal(HttpStatusCode.OK, (await browser.Upload($"/entries/{draft.Id}/evidence", "", ("好.pdf", large))).Status);
        Assert.Equal(1, (await Kept(portal)).Files);
        Assert.Equal(large, clamd.Seen.Last());
    }

    [Theory, InlineData(ClamdManner.Hangs), InlineData(ClamdManner.Closes), InlineData(ClamdManner.Garbage), InlineData(ClamdManner.SaysMore), InlineData(ClamdManner.Limits)]
    internal async Task Without_a_verdict_nothing_comes_in(ClamdManner manner)
    {
        using var clamd = new TestClamd { Manner = manner };
        await using var portal = await TestPortal.Of("sqlite", p => p.Scanner = At($"clamd://127.0.0.1:{clamd.Port}"));
        var draft = await portal.Begin();
        using var program = await portal.Program("promoter");
        using (var body = new ByteArrayContent(Files.Pdf))
        {
            var answer = await program.Send(HttpMethod.Post, $"/api/entries/{draft.Id}/evidence?name=x.pdf", body);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "upload-unscanned"), (answer.Status, (string?)answer.Json["code"]));
        }
        using (var large = new ByteArrayContent([.. Files.Pdf, .. new byte[8 << 20]]))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await program.Send(HttpMethod.Post, $"/api/entries/{draft.Id}/evidence?name=x.pdf", large)).Status);
        Assert.Equal((0, 0), ((await Kept(portal)).Files, (await Kept(portal)).Refused.Count));

        clamd.Manner = ClamdManner.Slow;                            // it is back
        using var again = new ByteArrayContent(Files.Pdf);
        Assert.Equal(HttpStatusCode.Created, (await program.Send(HttpMethod.Post, $"/api/entries/{draft.Id}/evidence?name=x.pdf", again)).Status);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_no_verdict()
    {
        int port;
        using (var gone = new TestClamd())
            port = gone.Port;
        Assert.Equal(ScanVerdict.Unknown, (await At($"clamd://127.0.0.1:{port}").Scan(new MemoryStream(Files.Pdf), default)).Verdict);
        Assert.Equal(ScanVerdict.Unknown, (await At($"clamd:{folder["no.ctl"]}").Scan(new MemoryStream(Files.Pdf), default)).Verdict);
    }

    [Fact]
    public async Task A_socket_of_this_machine_is_asked_in_the_same_way()
    {
        using var clamd = new TestClamd(folder["clamd.ctl"]);
        var scanner = At($"clamd:{folder["clamd.ctl"]}");
        Assert.Equal(new Scan(ScanVerdict.Clean), await scanner.Scan(new MemoryStream(Files.Pdf), default));
        Assert.Equal(new Scan(ScanVerdict.Infected, "Win.Test.EICAR_HDB-1"), await scanner.Scan(new MemoryStream(Infected), default));
    }

    [Fact]
    public async Task A_program_says_it_by_its_exit_status_and_knows_nothing_of_the_portal()
    {
        Environment.SetEnvironmentVariable("JIQUN_TEST_SECRET", "geheim");
        var scanner = At(Program($"""env > "{folder["seen"]}"; echo "$1" > "{folder["path"]}"; grep -q EICAR "$1" && echo "Eicar-Test: found in $1" && exit 1; exit 0"""));
        Assert.Equal(new Scan(ScanVerdict.Clean), await scanner.Scan(new MemoryStream(Files.Pdf), default));
        Assert.Equal(new Scan(ScanVerdict.Infected, "Eicar-Test: found in "), await scanner.Scan(new MemoryStream(Infected), default));
        Assert.DoesNotContain("geheim", File.ReadAllText(folder["seen"]), StringComparison.Ordinal);
        Assert.False(File.Exists(File.ReadAllText(folder["path"]).Trim()));
    }

    [Theory, InlineData("exit 2", "exit status 2"), InlineData("kill -9 $$", "exit status 137"), InlineData("sleep 60", "time-out"), InlineData("yes", "time-out")]
    public async Task A_program_that_fails_or_does_not_end_is_no_verdict(string script, string said) =>
        Assert.Equal(new Scan(ScanVerdict.Unknown, said), await At(Program(script)).Scan(new MemoryStream(Files.Pdf), default));

    [Theory]
    [InlineData("stream: OK\0", ScanVerdict.Clean)]
    [InlineData("stream: OK", ScanVerdict.Unknown)]
    [InlineData("stream: OK\n", ScanVerdict.Unknown)]
    [InlineData("stream: x FOUND\0", ScanVerdict.Infected)]
    [InlineData("stream: x FOUND", ScanVerdict.Unknown)]
    [InlineData("stream: Can't allocate memory ERROR\0", ScanVerdict.Unknown)]
    [InlineData("OK\0", ScanVerdict.Unknown)]
    [InlineData("", ScanVerdict.Unknown)]
    public void Nothing_but_the_very_words_is_clean(string reply, ScanVerdict verdict) => Assert.Equal(verdict, VirusScanner.Judge(reply).Verdict);

    [Theory]
    [InlineData("clamd://")]
    [InlineData("clamd://user@host")]
    [InlineData("clamd://host/path")]
    [InlineData("clamd:relative")]
    [InlineData("command:relative")]
    [InlineData("command:/")]
    [InlineData("command:/etc/passwd")]
    [InlineData("http://host")]
    [InlineData("")]
    public void What_is_no_scanner_is_said_at_the_start(string written) => Assert.Throws<StartException>(() => VirusScanner.Read(written));

    [Theory]
    [InlineData("clamd://host", "clamd://host:3310")]
    [InlineData("clamd://[::1]:99", "clamd://::1:99")]
    [InlineData("clamd:/run/clamd.ctl", "clamd:/run/clamd.ctl")]
    [InlineData("command:/bin/true", "command:/bin/true")]
    public void It_is_named_as_it_was_given(string written, string named) => Assert.Equal(named, $"{VirusScanner.Read(written)}");
}
