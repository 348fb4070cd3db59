using System.Net;
using Jiqun.Portal.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Accounts;

public sealed class InvitationTests
{
    const string Password = "Battery-Staple-7";

    static async Task<string> Invite(TestPortal portal, Role role = Role.SystemAdministrator)
    {
        var secret = AcceptInvitation.NewSecret();
        await using var db = portal.Database.Open();
        var now = portal.Clock.Time.UtcDateTime;
        db.Add(new Invitation { Id = Guid.NewGuid(), SecretDigest = AcceptInvitation.Digest(secret), Invitee = "", Role = role, OrganisationId = null, InvitedBy = null, CreatedAt = now, ExpiresAt = now.AddHours(24) });
        await db.SaveChangesAsync();
        return $"/invitations/{secret}";
    }

    static Task<TestPage> Accept(TestBrowser browser, string link, string userName = "zhangsan", string fullName = "张三", string password = Password, string? repeated = null) =>
        browser.Post(link, ("userName", userName), ("fullName", fullName), ("password", password), ("repeated", repeated ?? password));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_first_link_makes_the_system_administrator_who_learns_what_to_do_next(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        await using var portal = await Jiqun.Portal.RunningPortal.Start(new Jiqun.Portal.PortalSettings(database.Database, Jiqun.Core.Definitions.FormLibrary.Builtin, new TestClock(), "http://127.0.0.1:0"));
        using var browser = new TestBrowser(portal.Addresses.First());
        var link = new Uri(portal.FirstAdministratorLink!).AbsolutePath;
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(link)).Status);
        var page = await Accept(browser, link);
        Assert.Equal("/account/two-factor", page.Path);                    // administrators must have it before they do anything
        await using (var settings = database.Open())
            await settings.Users.ExecuteUpdateAsync(s => s.SetProperty(a => a.TwoFactorEnabled, true));
        page = await browser.Get("/");
        Assert.Equal(3, page.Document.QuerySelectorAll(".next-steps li").Length);
        Assert.Empty(page.Document.QuerySelectorAll(".next-steps .badge"));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(link)).Status);                       // once
        await using var db = database.Open();
        Assert.Equal(Role.SystemAdministrator, (await db.Users.SingleAsync()).Role);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_system_administrator_sees_what_is_done(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("system");
        Assert.Equal(3, (await browser.Get("/")).Document.QuerySelectorAll(".next-steps .badge").Length);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_wrong_is_said_beside_its_input_in_the_language_of_the_reader(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var link = await Invite(portal);
        using var browser = portal.Browser();
        await browser.Get(link);
        var page = await Accept(browser, link, "PROMOTER");
        Assert.Contains("已被使用", page.Document.QuerySelector("#userName-error")!.TextContent, StringComparison.Ordinal);
        browser.Http.DefaultRequestHeaders.Remove("Accept-Language");
        browser.Http.DefaultRequestHeaders.Add("Accept-Language", "en");
        page = await Accept(browser, link, "promoter");
        Assert.Contains("taken", page.Document.QuerySelector("#userName-error")!.TextContent, StringComparison.Ordinal);
        page = await Accept(browser, link, "x", "", "short", "shorter");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        foreach (var id in (string[])["userName", "fullName", "password", "repeated"])
            Assert.Contains($"{id}-error", page.Document.QuerySelector($"#{id}[aria-invalid=true]")!.GetAttribute("aria-describedby"), StringComparison.Ordinal);
        page = await Accept(browser, link, "zhangsan", "<b>甲</b>", "Password123");
        Assert.Equal("<b>甲</b>", page.Document.QuerySelector("#fullName")!.GetAttribute("value"));
        Assert.Equal("/", (await Accept(browser, link)).Path);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_name_is_given_once_however_many_want_it_at_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var links = new[] { await Invite(portal), await Invite(portal), await Invite(portal), await Invite(portal) };
        var pages = await Task.WhenAll(links.Select(async link =>
        {
            using var browser = portal.Browser();
            await browser.Get(link);
            return await Accept(browser, link);
        }));
        Assert.Single(pages, p => p.Path == "/");
        Assert.Equal(3, pages.Count(p => p.Status is HttpStatusCode.UnprocessableEntity && p.Document.QuerySelector("#userName-error") is not null));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_link_is_used_once_and_expires(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var link = await Invite(portal);
        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            using var browser = portal.Browser();
            await browser.Get(link);
            return await Accept(browser, link, $"zhang{i}");
        }));
        Assert.Single(pages, p => p.Path == "/");
        await using (var db = portal.Database.Open())
            Assert.Equal(1, await db.Users.CountAsync(a => a.UserName!.StartsWith("zhang")));
        var other = await Invite(portal);
        using var late = portal.Browser();
        await late.Get(other);
        portal.Clock.Time += TimeSpan.FromHours(24);
        Assert.Equal(HttpStatusCode.NotFound, (await Accept(late, other)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await late.Get("/invitations/" + new string('x', 5000))).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Names_hold_nothing_that_is_not_seen(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var link = await Invite(portal);
        using var browser = portal.Browser();
        await browser.Get(link);
        foreach (var unseen in (string[])["\u200B", "\u202E", "\u2028"])
        {
            Assert.Contains("不可见", (await Accept(browser, link, $"zhang{unseen}san")).Document.QuerySelector("#userName-error")!.TextContent, StringComparison.Ordinal);
            Assert.Contains("不可见", (await Accept(browser, link, fullName: $"张{unseen}三")).Document.QuerySelector("#fullName-error")!.TextContent, StringComparison.Ordinal);
        }
        Assert.Equal("/", (await Accept(browser, link)).Path);
    }
}
