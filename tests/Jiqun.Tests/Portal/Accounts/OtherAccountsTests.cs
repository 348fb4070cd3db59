using System.Net;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Accounts;

/// <summary>What the security administrator does, and nobody else.</summary>
public sealed class OtherAccountsTests
{
    static Guid IdOf(TestPortal portal, string userName)
    {
        using var db = portal.Database.Open();
        return db.Users.Single(a => a.UserName == userName).Id;
    }

    /// <summary>As the pages lead: the account, the question, the answer.</summary>
    static async Task<TestPage> Do(TestPortal portal, TestBrowser security, string userName, AccountMove move)
    {
        var address = $"/accounts/{IdOf(portal, userName)}";
        Assert.NotNull((await security.Get(address)).Document.QuerySelector($"main a[href='{address}/{move}']"));
        Assert.NotNull((await security.Get($"{address}/{move}")).Document.QuerySelector($"form[action='{address}/{move}'] button"));
        return await security.Post($"{address}/{move}");
    }

    static async Task<bool> IsSignedIn(TestBrowser browser) => (await browser.Get("/account")).Path == "/account";

    static async Task<TestPage> Enter(TestPortal portal, string userName, string password = TestPortal.Password)
    {
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        return await browser.Post("/sign-in", ("name", userName), ("password", password));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Nobody_else_comes_in(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var id = IdOf(portal, "colleague");
        foreach (var name in (string[])["ministry", "province", "city", "promoter", "system", "audit"])
        {
            using var browser = await portal.Browser(name);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get("/accounts")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get($"/accounts/{id}")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get($"/accounts/{id}/Close")).Status);
            await browser.Get("/account");
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post($"/accounts/{id}/Close")).Status);
        }
        using var stranger = portal.Browser();
        Assert.StartsWith("/sign-in", (await stranger.Get("/accounts")).Path, StringComparison.Ordinal);
        await using var db = portal.Database.Open();
        Assert.DoesNotContain(db.Users, a => a.Closed);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_security_administrator_sees_accounts_and_no_entries(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor("promoter"))).Value!.Id;
        using var security = await portal.Browser("security");
        foreach (var path in (string[])[$"/entries/{entry}", $"/entries/{entry}/history", "/audit"])
            Assert.Contains((await security.Get(path)).Status, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.Forbidden]);
        Assert.Equal(9, (await security.Get("/accounts")).Document.QuerySelectorAll("tbody tr").Length);
        Assert.Single((await security.Get("/accounts?search=PROMO")).Document.QuerySelectorAll("tbody tr"));
        Assert.Equal(2, (await security.Get($"/accounts?search={Uri.EscapeDataString("轨道交通")}")).Document.QuerySelectorAll("tbody tr").Length);
        Assert.NotNull((await security.Get("/accounts?search=%00%25nobody&page=x")).Document.QuerySelector("main p a[href='/accounts']"));
        Assert.Equal(HttpStatusCode.NotFound, (await security.Get($"/accounts/{Guid.NewGuid()}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await security.Get($"/accounts/{IdOf(portal, "promoter")}/Nothing")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Fifty_accounts_stand_on_a_page(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            db.AddRange(Enumerable.Range(0, 60).Select(i => new Account { Id = Guid.NewGuid(), UserName = $"x{i}", NormalizedUserName = $"X{i}", FullName = $"甲{i}", Role = Role.Expert, OrganisationId = null, CreatedAt = portal.Clock.Time.UtcDateTime }));
            await db.SaveChangesAsync();
        }
        using var security = await portal.Browser("security");
        Assert.Equal(50, (await security.Get("/accounts")).Document.QuerySelectorAll("tbody tr").Length);
        var next = security.Page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        Assert.Equal(19, (await security.Get(next)).Document.QuerySelectorAll("tbody tr").Length);
        Assert.Null(security.Page.Document.QuerySelector("a[rel=next]"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_locked_account_is_unlocked(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        for (var i = 0; i < 5; i++)
            await Enter(portal, "promoter", "Wrong-Horse-42");
        using var security = await portal.Browser("security");
        Assert.Contains("锁定至 2021-06-01 10:30:00", (await security.Get("/accounts")).Text, StringComparison.Ordinal);
        await Do(portal, security, "promoter", AccountMove.Unlock);
        Assert.Equal("/", (await Enter(portal, "promoter")).Path);
        await using var db = portal.Database.Open();
        var row = Assert.Single(db.Audit.Where(r => r.Action == AuditAction.AccountUnlocked));
        Assert.Equal((IdOf(portal, "security"), IdOf(portal, "promoter")), (row.AccountId, row.Subject));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await security.Post($"/accounts/{IdOf(portal, "promoter")}/Unlock")).Status);       // it is unlocked already
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_reset_password_must_be_changed_before_anything_else(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        using var before = await portal.Browser("promoter");
        var password = (await Do(portal, security, "promoter", AccountMove.ResetPassword)).Document.QuerySelector("#temporary")!.TextContent;
        Assert.False(await IsSignedIn(before));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Enter(portal, "promoter")).Status);

        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        Assert.Equal("/account/password", (await browser.Post("/sign-in", ("name", "promoter"), ("password", password))).Path);
        foreach (var path in (string[])["/", "/account", "/account/two-factor", "/organisations"])
            Assert.Equal("/account/password", (await browser.Get(path)).Path);
        Assert.Equal("/account/password", (await browser.Post("/entries", ("round", portal.Round.Id.ToString()))).Path);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Json($"/entries/{Guid.NewGuid()}/answers", new { changes = Array.Empty<object>() })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post("/account/password", ("old", password), ("password", password), ("repeated", password))).Status);
        Assert.Equal("/", (await browser.Post("/account/password", ("old", password), ("password", "Battery-Staple-7"), ("repeated", "Battery-Staple-7"))).Path);
        Assert.True(await IsSignedIn(browser));
        await using var db = portal.Database.Open();
        Assert.Equal([AuditAction.PasswordReset, AuditAction.PasswordChanged], db.Audit.OrderBy(r => r.Id).Select(r => r.Action).ToList().Where(a => a.ToString().StartsWith("Password", StringComparison.Ordinal)));
        Assert.DoesNotContain(db.Audit, r => r.Detail.Contains(password));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Two_factor_is_turned_off_for_somebody_who_lost_the_phone(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        await TestTotp.TurnOn(portal, browser);
        using var security = await portal.Browser("security");
        await Do(portal, security, "promoter", AccountMove.TurnTwoFactorOff);
        Assert.False(await IsSignedIn(browser));
        Assert.Equal("/", (await Enter(portal, "promoter")).Path);
        await using var db = portal.Database.Open();
        Assert.Empty(db.UserTokens);
        Assert.Single(db.Audit.Where(r => r.Action == AuditAction.TwoFactorOff));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_account_is_closed_and_reopened(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        using var browser = await portal.Browser("promoter");
        await Do(portal, security, "promoter", AccountMove.Close);
        Assert.False(await IsSignedIn(browser));
        var (closed, unknown) = (await Enter(portal, "promoter"), await Enter(portal, "nobody"));
        Assert.Equal(unknown.Document.QuerySelector(".alert-danger")!.TextContent, closed.Document.QuerySelector(".alert-danger")!.TextContent);
        await Do(portal, security, "promoter", AccountMove.Open);
        Assert.False(await IsSignedIn(browser));                        // the old session does not rise again
        Assert.Equal("/", (await Enter(portal, "promoter")).Path);
        await using var db = portal.Database.Open();
        Assert.Single(db.Audit.Where(r => r.Action == AuditAction.AccountClosed));
        Assert.Single(db.Audit.Where(r => r.Action == AuditAction.AccountOpened));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Somebody_is_signed_out_everywhere(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        using var browser = await portal.Browser("promoter");
        await Do(portal, security, "promoter", AccountMove.SignOutEverywhere);
        Assert.False(await IsSignedIn(browser));
        Assert.True(await IsSignedIn(security));
        await using var db = portal.Database.Open();
        Assert.Equal(IdOf(portal, "promoter"), Assert.Single(db.Audit.Where(r => r.Action == AuditAction.SignOutEverywhere)).Subject);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Ones_own_account_is_out_of_reach(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        var address = $"/accounts/{IdOf(portal, "security")}";
        Assert.Null((await security.Get(address)).Document.QuerySelector($"main a[href^='{address}/']"));
        foreach (var move in Enum.GetValues<AccountMove>())
        {
            Assert.Equal(address, (await security.Get($"{address}/{move}")).Path);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await security.Post($"{address}/{move}")).Status);
        }
        Assert.True(await IsSignedIn(security));
    }
}
