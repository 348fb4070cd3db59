using System.Net;
using System.Runtime.CompilerServices;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Audit;

public sealed class AuditPageTests
{
    static string[][] Rows(TestPage page) => [.. page.Document.QuerySelectorAll("tbody tr").Select(r => r.QuerySelectorAll("td").Select(c => c.TextContent.Trim()).ToArray())];

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_audit_administrator_alone_reads_who_did_what_to_what(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor("promoter"))).Value!.Id;
        portal.Clock.Time += TimeSpan.FromMinutes(1);
        using var audit = await portal.Browser("audit");
        Assert.Equal(
            [
                ["2021-06-01 10:01:00", "audit 王 (audit)", "登录", "audit 王 (audit)", "", "成功", "127.0.0.1", "2"],
                ["2021-06-01 10:00:00", "promoter 王 (promoter)", "开始填报", "株洲市轨道交通装备产业集群发展促进中心", "", "成功", "", "1"],
            ],
            Rows(await audit.Get("/audit")));
        Assert.Equal(HttpStatusCode.NotFound, (await audit.Get($"/entries/{entry}")).Status);
        foreach (var name in (string[])["ministry", "promoter", "system", "security"])
        {
            using var other = await portal.Browser(name);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Get("/audit")).Status);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Rows_are_found_by_action_account_and_day_of_Beijing(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            var id = db.Users.Single(a => a.UserName == "city").Id;
            foreach (var at in new[] { "2021-05-31T15:59:59", "2021-05-31T16:00:00", "2021-06-01T15:59:59", "2021-06-01T16:00:00" })
                db.Note(AuditAction.PasswordChanged, id, id, DateTime.SpecifyKind(DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc));
            await db.SaveChangesAsync();
        }
        using var audit = await portal.Browser("audit");
        Assert.Equal(5, Rows(await audit.Get("/audit")).Length);
        Assert.Equal(4, Rows(await audit.Get("/audit?action=PasswordChanged")).Length);
        Assert.Equal(4, Rows(await audit.Get("/audit?account=CITY&action=&from=")).Length);
        Assert.Equal(["2021-06-01 23:59:59", "2021-06-01 00:00:00"], Rows(await audit.Get("/audit?account=city&from=2021-06-01&to=2021-06-01")).Select(r => r[0]));
        var none = await audit.Get("/audit?action=Submitted&account=%00&from=9999-99-99&to=x&outcome=y&subject=z&before=x");
        Assert.NotNull(none.Document.QuerySelector("main p a[href='/audit']"));
        Assert.Equal("Submitted", none.Document.QuerySelector("option[selected]")!.GetAttribute("value"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Fifty_rows_stand_on_a_page_the_newest_first(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            for (var i = 0; i < 119; i++)
                db.Note(AuditAction.SignOut, null, null, portal.Clock.Time.UtcDateTime, $"n{i}");
            await db.SaveChangesAsync();
        }
        using var audit = await portal.Browser("audit");
        List<string> seen = [];
        for (var address = "/audit"; address is not null; address = audit.Page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href"))
        {
            var rows = Rows(await audit.Get(address));
            Assert.InRange(rows.Length, 1, 50);
            seen.AddRange(rows.Select(r => r[4]));
        }
        Assert.Equal(["", .. Enumerable.Range(0, 119).Reverse().Select(i => $"n{i}")], seen);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Rows_are_exported_with_their_digest_and_no_cell_is_a_formula(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            foreach (var detail in new[] { "=1+1", "@x", "a,\"b\"\nc", " -2", "＝SUM(A1)", "\tx" })
                db.Note(AuditAction.SignOut, null, null, portal.Clock.Time.UtcDateTime, detail);
            await db.SaveChangesAsync();
        }
        using var audit = await portal.Browser("audit");
        var bytes = await audit.Http.GetByteArrayAsync(new Uri("/audit/rows.csv?action=SignOut", UriKind.Relative));
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        var end = text.LastIndexOf("SHA-256,", StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text[..end]))), text[(end + 8)..].Trim());
        foreach (var cell in new[] { ",'=1+1,", ",'@x,", ",\"a,\"\"b\"\"\nc\",", ",' -2,", ",'＝SUM(A1),", ",'\tx," })
            Assert.Contains(cell, text, StringComparison.Ordinal);
        await using var after = portal.Database.Open();
        Assert.Equal($"6 {text[(end + 8)..].Trim()}", after.Audit.Single(r => r.Action == AuditAction.AuditExported).Detail);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_checkpoint_that_was_taken_is_found_again(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var audit = await portal.Browser("audit");
        await portal.Chained();
        Assert.Contains("SHA-256", (await audit.Get("/audit/checkpoint")).Text, StringComparison.Ordinal);
        var checkpoint = Checkpoint.Read(await audit.Http.GetByteArrayAsync(new Uri("/audit/checkpoint.json", UriKind.Relative)))!;
        await portal.Chained();
        Assert.Empty((await new VerifyAudit(portal.Database, portal.Clock).Run([checkpoint])).Flaws);
        Assert.Single((await new VerifyAudit(portal.Database, portal.Clock).Run([checkpoint with { Hash = new string('0', 64) }])).Flaws);
    }

    [Fact]
    public void Every_action_that_one_can_ask_for_is_written_by_something()
    {
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Here(), "..", "..", "..", "..", "src", "Jiqun.Portal"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(Enum.GetNames<AuditAction>(), a => Assert.Contains($"AuditAction.{a}", code, StringComparison.Ordinal));

        static string Here([CallerFilePath] string test = "") => Path.GetDirectoryName(test)!;
    }
}
