using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Cli;
using Jiqun.Tests.Files;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

/// <summary>What keeps the portal from starting, and how it stops.</summary>
public sealed class StartTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    static async Task<RunningPortal> Start(Database database, FormLibrary? forms = null) =>
        await RunningPortal.Start(new PortalSettings(database, forms ?? FormLibrary.Builtin, TimeProvider.System, "http://127.0.0.1:0"));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_form_that_a_round_uses_must_be_what_it_was(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        await using (var db = database.Open())
        {
            var form = FormLibrary.Builtin.Default;
            db.Add(new Round { Id = Guid.CreateVersion7(), Name = "第三批", FormId = form.Id, FormDigest = form.Digest, BaseYear = 2020, OpensAt = DateTime.UtcNow, ClosesAt = DateTime.UtcNow, CreatedAt = DateTime.UtcNow });
            await db.SaveChangesAsync();
        }
        await using (await Start(database.Database))
        {
        }
        var missing = await Assert.ThrowsAsync<PinnedFormException>(() => Start(database.Database, new FormLibrary([])));
        Assert.Contains("第三批", missing.Message, StringComparison.Ordinal);
        await using (var db = database.Open())
            await db.Rounds.ExecuteUpdateAsync(r => r.SetProperty(x => x.FormDigest, new string('0', 64)));
        var changed = await Assert.ThrowsAsync<PinnedFormException>(() => Start(database.Database));
        Assert.Contains("cluster-entry/2021", changed.Message, StringComparison.Ordinal);
        Assert.NotEqual(missing.Message, changed.Message);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_database_of_a_newer_version_is_left_as_it_is(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        await using (var db = database.Open())
            await db.Database.ExecuteSqlRawAsync(kind is "sqlite"
                ? "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '99.0')"
                : "INSERT INTO \"__EFMigrationsHistory\" SELECT '29991231000000_Later', '99.0'");
        Assert.Contains("29991231000000_Later", (await Assert.ThrowsAsync<StartException>(database.Database.Migrate)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_is_said_in_the_readers_language_with_status_1()
    {
        folder.Put("file", "not a folder");
        folder.Put("broken/jiqun.db", new string('x', 10_000));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string[][] runs =
        [
            ["--data", folder["file"]],
            ["--data", folder["broken"]],
            ["--data", folder["data"], "--mail", "smtp://mail.example.cn"],
            ["--data", folder["data"], "--mail", "smtp://jiqun:geheim@mail.example.cn", "--mail-from", "a@example.cn", "--address", "https://portal.example.cn"],
            ["--data", folder["data"], "--scan", "clamd.ctl"],
            ["--data", folder["data"], "--scan", "command:/no/such/program"],
            ["--data", "/proc/jiqun"],
            ["--database", "nonsense"],
            ["--database", "Hots=x"],
            ["--database", "Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=3"],
            ["--data", folder["data"], "--urls", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}"],
            ["--data", folder["data"], "--urls", "nonsense"],
            ["--data", folder["data"], "--urls", "http://192.0.2.1:5080"],
        ];
        foreach (var run in runs)
        {
            var english = JiqunProcess.Run("C", folder.Path, Patience, ["serve", .. run]);
            Assert.Equal((1, ""), (english.Status, english.Output));
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}|   at ", english.Said);
            Assert.StartsWith("jiqun: ", english.Said, StringComparison.Ordinal);
            Assert.DoesNotContain("geheim", english.Said, StringComparison.Ordinal);
        }
        var chinese = JiqunProcess.Run("zh_CN.UTF-8", folder.Path, Patience, ["serve", .. runs[^3]]);
        Assert.Contains("已被其他程序占用", chinese.Said, StringComparison.Ordinal);
        Assert.Equal(2, JiqunProcess.Run("C", folder.Path, Patience, "serve", "--data", "x", "--database", "Host=x").Status);
    }

    [Fact]
    public async Task A_changed_form_stops_the_command_with_status_70()
    {
        await using (var database = Database.InFolder(folder["data"]))
        {
            await database.Migrate();
            await using var db = database.Open();
            db.Add(new Round { Id = Guid.CreateVersion7(), Name = "第三批", FormId = "cluster-entry/2021", FormDigest = new string('0', 64), BaseYear = 2020, OpensAt = DateTime.UtcNow, ClosesAt = DateTime.UtcNow, CreatedAt = DateTime.UtcNow });
            await db.SaveChangesAsync();
        }
        foreach (var language in (string[])["C", "zh_CN.UTF-8"])
        {
            var run = JiqunProcess.Run(language, folder.Path, Patience, "serve", "--data", folder["data"], "--urls", "http://127.0.0.1:0");
            Assert.Equal((70, ""), (run.Status, run.Output));
            Assert.Contains("第三批", run.Said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_demonstration_wants_a_fresh_folder_and_removes_its_own()
    {
        using var process = Process.Start(JiqunProcess.Start("zh_CN.UTF-8", folder.Path, "demo", "--urls", "http://127.0.0.1:0"))!;
        List<string> lines = [];
        while (lines.LastOrDefault()?.Contains("audit ", StringComparison.Ordinal) != true && await process.StandardOutput.ReadLineAsync() is { } line)
            lines.Add(line);
        var address = Regex.Match(lines[0], @"http://\S+").Value;
        var account = Regex.Match(lines.Single(l => l.Contains(" promoter ", StringComparison.Ordinal)), @"promoter\s+(\S+)");
        using (var browser = new TestBrowser(address))
        {
            await browser.Get("/sign-in");
            var page = await browser.Post("/sign-in", ("name", "promoter"), ("password", account.Groups[1].Value), ("return", "/"));
            Assert.NotNull(page.Document.QuerySelector("a[href^='/entries/']"));
        }
        Assert.Single(Directory.EnumerateDirectories(folder.Path, "jiqun-demo-*"));
        using (Process.Start("kill", ["-TERM", $"{process.Id}"]))
            Assert.True(process.WaitForExit(30_000));
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync()));
        Assert.Empty(Directory.EnumerateDirectories(folder.Path, "jiqun-demo-*"));

        folder.Put("used/jiqun.db", "");
        var refused = JiqunProcess.Run("C", folder.Path, Patience, "demo", "--data", folder["used"]);
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.Contains("jiqun serve --data", refused.Said, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(folder["used/jiqun.db"]));
    }
}
