using System.Net;
using System.Net.Http.Headers;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Jobs;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Audit;
using Jiqun.Tests.Portal.Evidence;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Collecting;

/// <summary>The mailbox of a round over HTTP, for people and programs.</summary>
public sealed class MailboxPageTests
{
    const string Contact = "欧阳千里", Mobile = "13912345678";

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_ministry_drops_files_sees_what_became_of_each_and_decides(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var address = $"/rounds/{portal.Round.Id}/mailbox";
        var entry = await CollectFilesTests.Begin(portal, "promoter");
        using var ministry = await portal.Browser("ministry");
        Assert.Contains("还没有来件", (await ministry.Get(address)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.Upload(address, "")).Status);
        await ministry.Get(address);
        var page = await ministry.Upload(address, "",
            ("来件.zip", Evidence.Files.Zip(("新.docx", CollectFilesTests.Form("株洲市新材料产业联盟", "湖南省株洲市新材料集群")), ("说明.txt", "x"u8.ToArray()))),
            ("近.docx", CollectFilesTests.Form("株洲市轨道交通装备产业集群发展促进中央", "湖南省株洲市电力集群")));
        Assert.Equal((HttpStatusCode.OK, address), (page.Status, page.Path));
        page = await Until(ministry, address, p => p.Document.QuerySelector("[data-running]") is null);

        Assert.Equal(3, page.Document.QuerySelectorAll("#mailed ~ div tbody tr").Length);
        Assert.DoesNotContain(Contact, page.Text, StringComparison.Ordinal);
        Assert.Contains("1个文件归属存疑", page.Text, StringComparison.Ordinal);
        Assert.Contains("1个来件归属存疑", (await ministry.Get("/")).Document.QuerySelector($"a[href='{address}?state=Doubtful']")!.TextContent, StringComparison.Ordinal);
        var doubtful = await ministry.Get($"{address}?state=Doubtful");
        var link = doubtful.Document.QuerySelector("#mailed ~ div tbody a")!.GetAttribute("href")!;
        Assert.Single(doubtful.Document.QuerySelectorAll("#mailed ~ div tbody tr"));
        Assert.Equal(HttpStatusCode.OK, (await ministry.Get($"{address}?state=Nonsense&page=-7")).Status);

        var file = await ministry.Get(link);
        Assert.Contains(portal.Promoter.Name, file.Document.QuerySelector("form fieldset")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(file.Document.QuerySelectorAll("li.finding-error"));
        Assert.DoesNotContain(Contact, file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Mobile, file.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.Post(link)).Status);
        await ministry.Get(link);
        var decided = await ministry.Post(link, ("decision", $"{portal.Promoter.Id}"));
        Assert.Equal((HttpStatusCode.OK, $"{address}?state=Doubtful"), (decided.Status, decided.Path));
        Assert.Empty(decided.Document.QuerySelectorAll("#mailed ~ div tbody tr"));
        Assert.Contains(portal.Promoter.Name, (await ministry.Get(link)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await ministry.Post(link, ("decision", "Aside"))).Status);

        // fetched, and written down
        Assert.Equal("PK", System.Text.Encoding.ASCII.GetString(await ministry.Http.GetByteArrayAsync(new Uri($"{link}/file", UriKind.Relative)), 0, 2));
        await using (var db = portal.Database.Open())
            Assert.Equal(1, await db.Audit.CountAsync(r => r.Action == AuditAction.Downloaded));
        var report = (await ministry.Get(address)).Document.QuerySelector("a[id^=fetch-]")!.GetAttribute("href")!;
        Assert.Contains("新建草稿", await ministry.Http.GetStringAsync(new Uri(report, UriKind.Relative)), StringComparison.Ordinal);

        // its people are told, and see their entry as theirs
        using var promoter = await portal.Browser("promoter");
        Assert.Contains("近.docx", (await promoter.Get("/notices")).Text, StringComparison.Ordinal);
        Assert.Contains("湖南省株洲市电力集群", (await promoter.Get($"/entries/{entry}")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ministry.Get($"/entries/{entry}")).Status);              // a draft is its organisation's alone

        await portal.Chained();
        Assert.Empty((await new VerifyAudit(portal.Database, portal.Clock).Run([])).Flaws);                    // what was taken in bears witness as what people write does
        foreach (var who in (string[])["province", "city", "promoter", "other", "system", "security", "audit"])
        {
            using var stranger = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(address)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(link)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get($"{link}/file")).Status);
            await stranger.Get("/");
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Post(link, ("decision", "Aside"))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Upload(address, "", ("a.docx", CollectFilesTests.Form("甲", "乙")))).Status);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Programs_do_the_same(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var address = $"/api/rounds/{portal.Round.Id}/mailbox";
        using var program = await portal.Program("ministry");
        using var body = new ByteArrayContent(CollectFilesTests.Form("", "湖南省株洲市电力集群")) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        var dropped = await program.Send(HttpMethod.Post, $"{address}?name=甲.docx", body);
        Assert.Equal(HttpStatusCode.Created, dropped.Status);
        var job = (string)dropped.Json["id"]!;
        while ((string)(await program.Get($"/api/jobs/{job}")).Json["state"]! is "Waiting" or "Running")
            await Task.Delay(50);
        var listed = Assert.Single((await program.Get($"{address}?state=Doubtful")).Json["items"]!.AsArray())!;
        Assert.Equal(("甲.docx", "nameless"), ((string)listed["name"]!, (string)listed["why"]!));
        var one = (await program.Get($"/api/mailbox/{listed["id"]}")).Json;
        Assert.NotEmpty(one["findings"]!.AsArray());
        Assert.DoesNotContain(Mobile, one.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("mailed-decision", (await program.Post($"/api/mailbox/{listed["id"]}", new { decision = "Organisation" })).Code);
        foreach (var _ in (int[])[1, 2])
            Assert.Equal(nameof(MailedState.New), (string)(await program.Post($"/api/mailbox/{listed["id"]}", new { decision = "New", name = "株洲市电力产业联盟", division = "430200" })).Json["state"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await program.Post($"/api/mailbox/{listed["id"]}", new { decision = "Aside" })).Status);
        Assert.Equal("mailbox-none-left", (await program.Post($"{address}/resume", null)).Code);
        using var reader = await portal.Program("ministry", Jiqun.Portal.Accounts.Scope.Fill);
        Assert.Equal(HttpStatusCode.OK, (await reader.Get(address)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Post($"{address}/resume", null)).Status);
        using var province = await portal.Program("province");
        Assert.Equal(HttpStatusCode.NotFound, (await province.Get($"/api/mailbox/{listed["id"]}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await province.Post($"/api/mailbox/{listed["id"]}", new { decision = "Aside" })).Status);
    }

    /// <summary>The program, killed with <c>kill -9</c> in the midst of reading.</summary>
    [Theory, InlineData("sqlite", 3), InlineData("postgres", 11)]
    public async Task What_a_process_was_killed_over_is_read_on_by_the_next_and_no_file_twice(string kind, int after)
    {
        const int files = 20;
        await using var portal = await TestPortal.Of(kind, p => p.Clock.Time = TimeProvider.System.GetUtcNow());
        var token = await portal.Token("ministry");
        await portal.Stop();
        string job;
        using (var serving = await ServeProcess.On(portal.TestDatabase))
        {
            using var program = new TestProgram(serving.Address, token);
            using var zip = new ByteArrayContent(Evidence.Files.Zip([.. Enumerable.Range(0, files).Select(i => ($"{i}.docx", CollectFilesTests.Form($"株洲市{new string((char)('一' + 97 * i), 6)}联盟", $"湖南省株洲市{new string((char)('一' + 97 * i), 6)}集群")))]));
            job = (string)(await program.Send(HttpMethod.Post, $"/api/rounds/{portal.Round.Id}/mailbox?name=a.zip", zip)).Json["id"]!;
            while (await Done() < after)
                await Task.Delay(1);
            serving.Kill();
        }
        Assert.InRange(await Done(), after, files - 1);
        await using (var db = portal.Database.Open())
        {
            var silent = TimeProvider.System.GetUtcNow().UtcDateTime - RunJobs.Patience - TimeSpan.FromSeconds(1);
            Assert.Equal(1, await db.Jobs.Where(j => j.Id == Guid.Parse(job) && j.State == JobState.Running).ExecuteUpdateAsync(s => s.SetProperty(j => j.HeartbeatAt, silent)));
        }
        using var again = await ServeProcess.On(portal.TestDatabase);
        using var next = new TestProgram(again.Address, token);
        while ((string)(await next.Get($"/api/jobs/{job}")).Json["state"]! is "Waiting" or "Running")
            await Task.Delay(50);

        await using var read = portal.Database.Open();
        Assert.All(await read.MailedFiles.AsNoTracking().ToListAsync(), f => Assert.Equal((MailedState.New, "taken"), (f.State, f.Why)));
        Assert.Equal((files, files, files), (await read.MailedFiles.CountAsync(), await read.Entries.CountAsync(), await read.Evidence.CountAsync()));
        Assert.Equal(files, await read.Audit.CountAsync(r => r.Action == AuditAction.FileCollected));
        foreach (var entry in await read.Entries.Select(e => e.Id).ToListAsync())
            (await portal.Stored(entry)).Replays(attached: 1);

        async Task<int> Done()
        {
            await using var db = portal.Database.Open();
            return await db.MailedFiles.CountAsync(f => f.State != MailedState.Waiting);
        }
    }

    static async Task<TestPage> Until(TestBrowser browser, string address, Func<TestPage, bool> done)
    {
        while (true)
        {
            var page = await browser.Get(address);
            if (done(page))
                return page;
            await Task.Delay(50);
        }
    }
}
