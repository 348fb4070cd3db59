using System.Net;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Accounts;

/// <summary>What the security administrator sets counts at once.</summary>
public sealed class PolicyTests
{
    static Guid IdOf(TestPortal portal, string userName)
    {
        using var db = portal.Database.Open();
        return db.Users.Single(a => a.UserName == userName).Id;
    }

    /// <summary>Sends the page's form as it stands, but for these.</summary>
    static async Task<TestPage> Set(TestBrowser security, params (string Name, string Value)[] changes)
    {
        var form = (await security.Get("/policies")).Document.QuerySelector("form[action='/policies']")!;
        var inputs = form.QuerySelectorAll("input[type=number]").Select(i => (Name: i.GetAttribute("name")!, Value: i.GetAttribute("value")!))
            .Concat(form.QuerySelectorAll("textarea").Select(t => (Name: t.GetAttribute("name")!, Value: t.TextContent)))
            .Concat(form.QuerySelectorAll("input[type=checkbox][checked]").Select(c => (Name: c.GetAttribute("name")!, Value: "on")))
            .Where(i => !changes.Any(c => c.Name == i.Name));
        return await security.Post("/policies", [.. inputs, .. changes.Where(c => c.Value != "off")]);
    }

    static async Task<TestPage> Enter(TestBrowser browser, string userName, string password = TestPortal.Password)
    {
        await browser.Get("/sign-in");
        return await browser.Post("/sign-in", ("name", userName), ("password", password));
    }

    static async Task<bool> IsSignedIn(TestBrowser browser) => (await browser.Get("/account")).Path == "/account";

    static async Task<TestPage> ChangePassword(TestBrowser browser, string old, string password)
    {
        await browser.Get("/account/password");
        return await browser.Post("/account/password", ("old", old), ("password", password), ("repeated", password));
    }

    static TestBrowser From(TestPortal portal, string address)
    {
        var browser = portal.Browser();
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return browser;
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Every_value_that_changes_is_an_audit_row_and_what_is_out_of_bounds_changes_nothing(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        foreach (var number in ChangePolicy.Numbers)
            foreach (var value in (string[])[$"{number.Least - 1}", $"{number.Most + 1}", "x", "", "-5", "9.5"])
            {
                var page = await Set(security, (number.Name, value), ("twoFactorReviewers", "on"));
                Assert.Equal((number.Name, value, HttpStatusCode.UnprocessableEntity), (number.Name, value, page.Status));
                Assert.Equal("true", page.Document.QuerySelector($"#{number.Name}")!.GetAttribute("aria-invalid"));
            }
        await using (var db = portal.Database.Open())
        {
            Assert.Empty(db.Policies);
            Assert.DoesNotContain(db.Audit, r => r.Action == AuditAction.PolicyChanged);
        }
        foreach (var number in ChangePolicy.Numbers)
        {
            Assert.Equal("/policies?done=1", (await Set(security, (number.Name, $"{number.Least}"))).Path);
            Assert.Equal("/policies?done=1", (await Set(security, (number.Name, $"{number.Most}"))).Path);
            Assert.Equal($"{number.Most}", (await security.Get("/policies")).Document.QuerySelector($"#{number.Name}")!.GetAttribute("value"));
        }
        Assert.Equal("/policies?done=1", (await Set(security, ("idleMinutes", "20"), ("twoFactorReviewers", "on"))).Path);
        await using var after = portal.Database.Open();
        var rows = await after.Audit.Where(r => r.Action == AuditAction.PolicyChanged).OrderBy(r => r.Id).ToListAsync();
        Assert.Equal(["idleMinutes: 120 → 20", "twoFactorReviewers: off → on"], rows.TakeLast(2).Select(r => r.Detail).Order());
        Assert.All(rows, r => Assert.Equal(IdOf(portal, "security"), r.AccountId));
        var count = rows.Count;
        await Set(security);                                                // the same again is no change
        Assert.Equal(count, await after.Audit.CountAsync(r => r.Action == AuditAction.PolicyChanged));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Only_the_security_administrator_sees_and_sets_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        foreach (var who in (string[])["ministry", "province", "promoter", "system", "audit"])
        {
            using var browser = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get("/policies")).Status);
            await browser.Get("/account");
            Assert.Null(browser.Page.Document.QuerySelector("nav a[href='/policies']"));
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post("/policies", ("idleMinutes", "20"))).Status);
            using var program = await portal.Program(who);
            Assert.Equal(HttpStatusCode.Forbidden, (await program.Get("/api/policies")).Status);
        }
        await using var db = portal.Database.Open();
        Assert.Empty(db.Policies);
        using var security = await portal.Browser("security");
        Assert.NotNull((await security.Get("/account")).Document.QuerySelector("nav a[href='/policies']"));
        using var own = await portal.Program("security");
        var policy = (await own.Get("/api/policies")).Json;
        policy["lockAfter"] = 3;
        Assert.Equal(HttpStatusCode.OK, (await own.Put("/api/policies", policy, null)).Status);
        Assert.Equal(3, (int)(await own.Get("/api/policies")).Json["lockAfter"]!);
        policy["lockAfter"] = 2;
        Assert.Equal("policy-number", (await own.Put("/api/policies", policy, null)).Code);
        using var narrow = await portal.Program("security", Scope.Manage);
        Assert.Equal("scope", (await narrow.Put("/api/policies", policy, null)).Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Passwords_are_judged_by_it_at_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        using var browser = await portal.Browser("promoter");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ChangePassword(browser, TestPortal.Password, "Short-12")).Status);
        await Set(security, ("passwordLength", "8"), ("passwordHistory", "3"));
        Assert.Contains("至少 8 个字符", (await browser.Get("/account/password")).Text, StringComparison.Ordinal);
        Assert.Equal("/account?done=password", (await ChangePassword(browser, TestPortal.Password, "Short-12")).Path);
        await Set(security, ("passwordKinds", "4"));
        Assert.Contains("四类中的 4 类", (await ChangePassword(browser, "Short-12", "short-123")).Text, StringComparison.Ordinal);

        Assert.Contains("最近 3 次", (await ChangePassword(browser, "Short-12", TestPortal.Password)).Text, StringComparison.Ordinal);
        Assert.Equal("/account?done=password", (await ChangePassword(browser, "Short-12", "Second-123")).Path);
        Assert.Contains("最近 3 次", (await ChangePassword(browser, "Second-123", TestPortal.Password)).Text, StringComparison.Ordinal);
        Assert.Equal("/account?done=password", (await ChangePassword(browser, "Second-123", "Third-1234")).Path);
        Assert.Equal("/account?done=password", (await ChangePassword(browser, "Third-1234", TestPortal.Password)).Path);       // the fourth back
        await using var db = portal.Database.Open();
        Assert.DoesNotContain(db.FormerPasswords, f => !f.Hash.StartsWith("AQ", StringComparison.Ordinal));                    // hashes, nothing else
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_password_that_grew_too_old_is_changed_after_the_next_sign_in(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        portal.Clock.Time += TimeSpan.FromDays(40);
        using var browser = portal.Browser();
        Assert.Equal("/", (await Enter(browser, "promoter")).Path);
        using (var security = await portal.Browser("security"))
            await Set(security, ("passwordDays", "40"));
        Assert.Equal("/account", (await browser.Get("/account")).Path);     // not in the midst of work
        using var next = portal.Browser();
        Assert.Equal("/account/password", (await Enter(next, "promoter")).Path);
        Assert.Equal("/account/password", (await next.Get("/")).Path);
        await ChangePassword(next, TestPortal.Password, "Battery-Staple-7");
        Assert.Equal("/", (await next.Get("/")).Path);
        portal.Clock.Time += TimeSpan.FromDays(39);
        Assert.Equal("/", (await Enter(next, "promoter", "Battery-Staple-7")).Path);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Failures_lock_by_it_and_for_unknown_names_too(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using (var security = await portal.Browser("security"))
            await Set(security, ("lockAfter", "3"), ("lockMinutes", "10"));
        using var browser = portal.Browser();
        foreach (var name in (string[])["promoter", "nobody"])
            for (var attempt = 1; attempt <= 3; attempt++)
                Assert.Equal((name, attempt, attempt == 3), (name, attempt, (await Enter(browser, name, "Wrong-Horse-42")).Text.Contains("连续 3 次登录失败，账户已锁定。请 10 分钟后再试", StringComparison.Ordinal)));
        Assert.NotEqual("/", (await Enter(browser, "promoter")).Path);
        portal.Clock.Time += TimeSpan.FromMinutes(10);
        Assert.Equal("/", (await Enter(browser, "promoter")).Path);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Sessions_that_go_on_end_by_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        portal.Clock.Time += TimeSpan.FromMinutes(6);
        using var security = await portal.Browser("security");
        await Set(security, ("idleMinutes", "5"));
        Assert.False(await IsSignedIn(browser));
        Assert.Contains("长时间无操作", browser.Page.Text, StringComparison.Ordinal);

        await Enter(browser, "promoter");
        for (var i = 0; i < 16; i++)
        {
            portal.Clock.Time += TimeSpan.FromMinutes(4);
            Assert.True(await IsSignedIn(browser));
        }
        using var again = await portal.Browser("security");
        await Set(again, ("sessionHours", "1"));
        Assert.False(await IsSignedIn(browser));
        Assert.Contains("最长时限", browser.Page.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_session_more_ends_the_oldest_which_is_told(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using (var security = await portal.Browser("security"))
            await Set(security, ("sessionsAtOnce", "2"));
        using var first = await portal.Browser("promoter");
        portal.Clock.Time += TimeSpan.FromSeconds(1);
        using var second = await portal.Browser("promoter");
        portal.Clock.Time += TimeSpan.FromSeconds(1);
        using var colleague = await portal.Browser("colleague");
        using var third = await portal.Browser("promoter");
        Assert.False(await IsSignedIn(first));
        Assert.Contains("已在其他地方登录", first.Page.Text, StringComparison.Ordinal);
        Assert.True(await IsSignedIn(second));
        Assert.True(await IsSignedIn(third));
        Assert.True(await IsSignedIn(colleague));
        Assert.Equal("/", (await Enter(first, "promoter")).Path);
        Assert.False(await IsSignedIn(second));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_comes_from_elsewhere_is_not_let_in_with_session_token_or_password(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = From(portal, "10.20.1.1");
        Assert.Equal("/", (await Enter(security, "security")).Path);
        using var near = From(portal, "2001:db8::7");
        using var far = From(portal, "198.51.100.7");
        Assert.Equal("/", (await Enter(near, "promoter")).Path);
        Assert.Equal("/", (await Enter(far, "promoter")).Path);
        using var program = await portal.Program("promoter");                // from this machine
        Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);

        Assert.Equal("/policies?done=1", (await Set(security, ("otherRanges", "2001:db8::/32\r\n 203.0.113.0/24 \r\n"), ("administratorRanges", "10.20.0.0/16"))).Path);
        Assert.True(await IsSignedIn(near));
        Assert.False(await IsSignedIn(far));
        Assert.Contains("不在允许范围", far.Page.Text, StringComparison.Ordinal);
        Assert.Contains("不在允许范围", (await Enter(far, "promoter")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("不在允许范围", (await Enter(far, "promoter", "Wrong-Horse-42")).Document.QuerySelector(".alert-danger")!.TextContent, StringComparison.Ordinal);
        var refused = await program.Get("/api/account");
        Assert.Equal((HttpStatusCode.Forbidden, "address-not-allowed"), (refused.Status, refused.Code));
        Assert.NotEqual("/", (await Enter(near, "system")).Path);             // an administrator's ranges are others
        using var inner = From(portal, "10.20.255.255");
        Assert.Equal("/", (await Enter(inner, "system")).Path);
        Assert.NotEqual("/", (await Enter(inner, "province")).Path);
        await using var db = portal.Database.Open();
        Assert.Contains(db.Audit, r => r.Action == AuditAction.SignInRefused && r.Detail == "address");
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Nobody_locks_themselves_out(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = From(portal, "10.20.1.1");
        await Enter(security, "security");
        var page = await Set(security, ("administratorRanges", "10.21.0.0/16"), ("idleMinutes", "20"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("10.20.1.1", page.Document.QuerySelector("#administratorRanges-error")!.TextContent, StringComparison.Ordinal);
        foreach (var wrong in (string[])["10.20.0.0/33", "10.20", "10.20.0.0/", "somewhere", "::/129", "10.0.0.0/8/8", "fe80::1%eth0"])
            Assert.Equal((wrong, HttpStatusCode.UnprocessableEntity), (wrong, (await Set(security, ("otherRanges", wrong))).Status));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Set(security, ("otherRanges", string.Join('\n', Enumerable.Range(0, 200).Select(i => $"10.20.{i}.0/24"))))).Status);
        await using var db = portal.Database.Open();
        Assert.Empty(db.Policies);
        using var program = await portal.Program("security");                 // from 127.0.0.1
        var policy = (await program.Get("/api/policies")).Json;
        policy["administratorRanges"] = new System.Text.Json.Nodes.JsonArray("10.20.0.0/16");
        Assert.Equal("policy-own-address", (await program.Put("/api/policies", policy, null)).Code);
        policy["administratorRanges"] = new System.Text.Json.Nodes.JsonArray("10.20.0.0/16", "127.0.0.1");
        Assert.Equal(HttpStatusCode.OK, (await program.Put("/api/policies", policy, null)).Status);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("0.0.0.0/0", "2001:db9::1", false)]
    [InlineData("0.0.0.0/0", "192.0.2.2", true)]
    [InlineData("", "192.0.2.2", true)]
    public void A_range_holds_what_begins_as_it_does(string written, string address, bool holds)
    {
        var (ranges, wrong) = AddressRanges.Clean(written);
        Assert.Empty(wrong);
        Assert.Equal(holds, AddressRanges.Hold(ranges, IPAddress.Parse(address)));
        Assert.Equal(written.Length == 0, AddressRanges.Hold(ranges, null));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_must_have_two_step_sign_in_is_led_to_it_and_nowhere_else(string kind)
    {
        await using var portal = await TestPortal.Of(kind, p => p.Policy = new Policy());
        using var security = portal.Browser();
        Assert.Equal("/account/two-factor", (await Enter(security, "security")).Path);
        foreach (var path in (string[])["/", "/account", "/accounts", "/policies"])
            Assert.Equal("/account/two-factor", (await security.Get(path)).Path);
        using var program = await portal.Program("security");
        Assert.Equal("two-factor-demanded", (await program.Get("/api/policies")).Code);
        var (key, _) = await TestTotp.TurnOn(portal, security);
        Assert.Equal("/policies", (await security.Get("/policies")).Path);
        await security.Get("/account/two-factor");
        Assert.Contains("不能关闭", (await security.Post("/account/two-factor/off", ("offPassword", TestPortal.Password))).Text, StringComparison.Ordinal);

        using var city = await portal.Browser("city");
        using var promoter = await portal.Browser("promoter");
        await Set(security, ("twoFactorReviewers", "on"));
        Assert.Equal("/account/two-factor", (await city.Get("/")).Path);
        Assert.Equal("/", (await promoter.Get("/")).Path);
        await Set(security, ("twoFactorReviewers", "off"), ("twoFactorAdministrators", "off"));
        Assert.Equal("/", (await city.Get("/")).Path);
        using var system = await portal.Browser("system");
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Another_process_knows_of_it_within_a_second(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var policies = portal.Running.Services.GetRequiredService<Policies>();
        Assert.Equal(5, (await policies.Now()).LockAfter);
        await using (var db = portal.Database.Open())
        {
            db.Add(new Policy { LockAfter = 7 });
            await db.SaveChangesAsync();
        }
        await Task.Delay(TimeSpan.FromMilliseconds(1001));
        Assert.Equal(7, (await policies.Now()).LockAfter);
    }
}
