using System.Net;
using Jiqun.Portal.Audit;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Accounts;

public sealed class OwnAccountTests
{
    const string Other = "Battery-Staple-7";

    static async Task<bool> IsSignedIn(TestBrowser browser) => (await browser.Get("/account")).Path == "/account";

    static Task<TestPage> Change(TestBrowser browser, string old, string password, string? repeated = null) =>
        browser.Post("/account/password", ("old", old), ("password", password), ("repeated", repeated ?? password));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_changed_password_ends_other_sessions_and_keeps_the_present_one(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var here = await portal.Browser("promoter");
        using var there = await portal.Browser("promoter");
        await here.Get("/account/password");
        var page = await Change(here, TestPortal.Password, Other);
        Assert.Equal("/account?done=password", page.Path);
        Assert.NotNull(page.Document.QuerySelector(".alert-success"));
        Assert.True(await IsSignedIn(here));
        Assert.False(await IsSignedIn(there));
        there.Page.Document.QuerySelector("form");
        await there.Post("/sign-in", ("name", "promoter"), ("password", TestPortal.Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, there.Page.Status);
        Assert.Equal("/", (await there.Post("/sign-in", ("name", "promoter"), ("password", Other))).Path);
        await using var db = portal.Database.Open();
        var row = Assert.Single(db.Audit.Where(r => r.Action == AuditAction.PasswordChanged));
        Assert.Equal(row.AccountId, row.Subject);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_refused_password_says_all_that_is_wrong_beside_its_input(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        await browser.Get("/account/password");
        var page = await Change(browser, "Wrong-Horse-42", "promoter", "else");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(3, page.Document.QuerySelector("#password-error")!.QuerySelectorAll("p").Length);        // length, kinds, name
        Assert.Equal("password-help password-error", page.Document.QuerySelector("#password")!.GetAttribute("aria-describedby"));
        foreach (var id in (string[])["old", "password", "repeated"])
        {
            Assert.Equal("true", page.Document.QuerySelector($"#{id}")!.GetAttribute("aria-invalid"));
            Assert.NotEmpty(page.Document.QuerySelector($"#{id}-error")!.TextContent.Trim());
        }
        Assert.DoesNotContain("Wrong-Horse-42", page.Text, StringComparison.Ordinal);
        await Change(browser, TestPortal.Password, TestPortal.Password);
        Assert.NotNull(browser.Page.Document.QuerySelector("#password-error"));
        await using var db = portal.Database.Open();
        Assert.Empty(db.Audit.Where(r => r.Action == AuditAction.PasswordChanged));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Guessing_the_old_password_locks_too(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        await browser.Get("/account/password");
        for (var attempt = 1; attempt <= 5; attempt++)
            await Change(browser, "Wrong-Horse-42", Other);
        Assert.Contains("已锁定", (await Change(browser, TestPortal.Password, Other)).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Signing_out_everywhere_ends_the_present_session_too(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var here = await portal.Browser("promoter");
        using var there = await portal.Browser("promoter");
        using var colleague = await portal.Browser("colleague");
        await here.Get("/account");
        Assert.Equal("/sign-in", (await here.Post("/account/sign-out-everywhere")).Path);
        Assert.False(await IsSignedIn(here));
        Assert.False(await IsSignedIn(there));
        Assert.True(await IsSignedIn(colleague));
        await using var db = portal.Database.Open();
        Assert.Single(db.Audit.Where(r => r.Action == AuditAction.SignOutEverywhere));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Two_factor_is_turned_on_by_a_code_and_off_by_the_password(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        using var there = await portal.Browser("promoter");
        await browser.Get("/account/two-factor");
        var page = await browser.Post("/account/two-factor/begin");
        var drawing = page.Document.QuerySelector("svg[role=img]")!;
        Assert.NotEmpty(drawing.GetAttribute("aria-label")!);
        Assert.Empty(page.Document.QuerySelectorAll("[style], main script"));
        page = await browser.Post("/account/two-factor", ("code", "000000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Document.QuerySelector("#code-error"));
        var key = page.Document.QuerySelector("#key")!.TextContent;
        page = await browser.Post("/account/two-factor", ("code", TestTotp.Code(key, portal.Clock.Time)));
        var codes = page.Document.QuerySelectorAll(".recovery-codes .secret").Select(c => c.TextContent).ToList();
        Assert.Equal(10, codes.Count);
        Assert.True(await IsSignedIn(browser));
        Assert.False(await IsSignedIn(there));
        Assert.DoesNotContain(codes[0], (await browser.Get("/account/two-factor")).Text, StringComparison.Ordinal);       // shown once
        Assert.Null(browser.Page.Document.QuerySelector("#key"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post("/account/two-factor/begin")).Status);       // no new key behind one's back

        await browser.Get("/account/two-factor");
        page = await browser.Post("/account/two-factor/codes", ("codesPassword", "Wrong-Horse-42"));
        Assert.Equal("true", page.Document.QuerySelector("#codesPassword")!.GetAttribute("aria-invalid"));
        page = await browser.Post("/account/two-factor/codes", ("codesPassword", TestPortal.Password));
        var others = page.Document.QuerySelectorAll(".recovery-codes .secret").Select(c => c.TextContent).ToList();
        Assert.Equal(20, codes.Concat(others).Distinct().Count());
        await using (var db = portal.Database.Open())
            Assert.Equal(10, await db.UserTokens.CountAsync(t => t.Name.StartsWith("recovery:")));

        page = await browser.Post("/account/two-factor/off", ("offPassword", "Wrong-Horse-42"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("/account?done=two-factor-off", (await browser.Post("/account/two-factor/off", ("offPassword", TestPortal.Password))).Path);
        await using (var db = portal.Database.Open())
        {
            Assert.Empty(db.UserTokens);
            Assert.Equal([AuditAction.TwoFactorOn, AuditAction.RecoveryCodesMade, AuditAction.TwoFactorOff], db.Audit.OrderBy(r => r.Id).Select(r => r.Action).ToList().Where(a => a is not AuditAction.SignIn));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_sees_who_one_is_and_when_somebody_signed_in(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var stranger = portal.Browser();
        await stranger.Get("/sign-in");
        await stranger.Post("/sign-in", ("name", "promoter"), ("password", "Wrong-Horse-42"));
        portal.Clock.Time += TimeSpan.FromHours(1);
        using var browser = await portal.Browser("promoter");
        using var colleague = await portal.Browser("colleague");
        var page = await browser.Get("/account");
        Assert.Contains("株洲市轨道交通装备产业集群发展促进中心", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["2021-06-01 11:00:00", "2021-06-01 10:00:00"], page.Document.QuerySelectorAll("tbody tr td:first-child").Select(c => c.TextContent));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Secrets_stand_neither_in_audit_rows_nor_readable_in_the_database(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        var (key, recovery) = await TestTotp.TurnOn(portal, browser);
        await browser.Get("/account/password");
        await Change(browser, TestPortal.Password, Other);
        await browser.Post("/sign-out");
        await browser.Get("/sign-in");
        await browser.Post("/sign-in", ("name", "Oops-Typed-Here-1"), ("password", Other));
        await browser.Post("/sign-in", ("name", "promoter"), ("password", Other));
        await browser.Post("/sign-in/code", ("code", recovery[0]));

        await using var db = portal.Database.Open();
        var kept = string.Join('\n', db.Audit.Select(r => r.Detail).ToList().Concat(db.UserTokens.Select(t => t.Name + t.Value).ToList()).Concat(db.Users.Select(a => a.PasswordHash!).ToList()));
        Assert.Contains("recovery:", kept, StringComparison.Ordinal);
        foreach (var secret in (string[])[TestPortal.Password, Other, "Oops-Typed-Here-1", key, key.Replace(" ", "", StringComparison.Ordinal), .. recovery, .. recovery.Select(c => c.Replace("-", "", StringComparison.Ordinal))])
            Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase);
    }
}
