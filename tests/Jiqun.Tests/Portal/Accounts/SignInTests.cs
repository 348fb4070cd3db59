using System.Net;
using System.Runtime.CompilerServices;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Accounts;

public sealed class SignInTests
{
    static Task<TestPage> Enter(TestBrowser browser, string name, string password, string @return = "/") =>
        browser.Post("/sign-in", ("name", name), ("password", password), ("return", @return));

    static string Alert(TestPage page) => page.Document.QuerySelector(".alert-danger")?.TextContent.Trim() ?? "";

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_wrong_name_is_answered_like_a_wrong_password_also_when_it_locks(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        for (var attempt = 1; attempt <= 7; attempt++)
        {
            var password = await Enter(browser, "promoter", "Wrong-Horse-42");
            var name = await Enter(browser, "nobody", "Wrong-Horse-42");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, password.Status);
            Assert.Equal(password.Status, name.Status);
            Assert.Equal(Alert(password), Alert(name));
            Assert.Contains(attempt < 5 ? "不正确" : "已锁定", Alert(name), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Five_failures_lock_for_thirty_minutes(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        for (var attempt = 1; attempt <= 4; attempt++)
            await Enter(browser, "promoter", "Wrong-Horse-42");
        Assert.Equal("/", (await Enter(browser, "promoter", TestPortal.Password)).Path);       // four do not, and are forgotten
        await browser.Post("/sign-out");
        for (var attempt = 1; attempt <= 5; attempt++)
            await Enter(browser, "PROMOTER", "Wrong-Horse-42");

        Assert.Contains("已锁定", Alert(await Enter(browser, "promoter", TestPortal.Password)), StringComparison.Ordinal);
        portal.Clock.Time += TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1);
        Assert.Contains("已锁定", Alert(await Enter(browser, "promoter", TestPortal.Password)), StringComparison.Ordinal);
        portal.Clock.Time += TimeSpan.FromSeconds(1);
        Assert.Contains("不正确", Alert(await Enter(browser, "promoter", "Wrong-Horse-42")), StringComparison.Ordinal);
        Assert.Equal("/", (await Enter(browser, "promoter", TestPortal.Password)).Path);

        await using var db = portal.Database.Open();
        Assert.Equal(0, db.Users.Single(a => a.UserName == "promoter").AccessFailedCount);
        Assert.Equal(12, await db.Audit.CountAsync(r => r.Action == AuditAction.SignInRefused && r.AccountId == null && r.Subject != null));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Guesses_at_the_same_time_are_no_more_than_five(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        var token = browser.Token;
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, cancel) =>
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "promoter", ["password"] = "Wrong-Horse-42", ["__RequestVerificationToken"] = token });
            using var answer = await browser.Http.PostAsync(new Uri("/sign-in", UriKind.Relative), form, cancel);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        });

        await using var db = portal.Database.Open();
        Assert.Equal(5, db.Users.Single(a => a.UserName == "promoter").AccessFailedCount);
        Assert.InRange(await db.Audit.CountAsync(r => r.Detail == "sign-in-wrong"), 0, 4);
        Assert.InRange(await db.Audit.CountAsync(r => r.Detail == "sign-in-locked"), 16, 20);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_comes_where_one_wanted_to_go(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = portal.Browser();
        Assert.Equal("/sign-in?return=%2Faccount%3Fx%3D%25E4%25B8%25AD", (await browser.Get("/account?x=中")).Path);
        var @return = browser.Page.Document.QuerySelector("input[name=return]")!.GetAttribute("value")!;
        await Enter(browser, "promoter", "Wrong-Horse-42", @return);
        Assert.Equal(@return, browser.Page.Document.QuerySelector("input[name=return]")!.GetAttribute("value"));
        Assert.Equal("/account?x=%E4%B8%AD", (await Enter(browser, "promoter", TestPortal.Password, @return)).Path);
        Assert.Equal("/", (await browser.Get("/sign-in")).Path);
        Assert.Equal("/account", (await browser.Get("/sign-in?return=/account")).Path);
        foreach (var elsewhere in (string[])["https://example.com/", "//example.com", "/\\example.com", "/.//example.com", "javascript:alert(1)", "/x\r\ny"])
            Assert.Equal("/", (await browser.Get($"/sign-in?return={Uri.EscapeDataString(elsewhere)}")).Path);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get("/sign-in?return=/%E4%B8%AD%E6%96%87")).Status);    // and not a failure because of the header
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_second_step_wants_a_code_that_works_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var first = await portal.Browser("promoter");
        var (key, _) = await TestTotp.TurnOn(portal, first);

        using var browser = portal.Browser();
        await browser.Get("/sign-in?return=/account");
        var page = await Enter(browser, "promoter", TestPortal.Password, "/account");
        Assert.NotNull(page.Document.QuerySelector("input[name=code][autofocus]"));
        Assert.StartsWith("/sign-in", (await browser.Get("/account")).Path, StringComparison.Ordinal);      // the password alone opens nothing
        await Enter(browser, "promoter", TestPortal.Password, "/account");
        page = await browser.Post("/sign-in/code", ("code", "000000"), ("return", "/account"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("true", page.Document.QuerySelector("input[name=code]")!.GetAttribute("aria-invalid"));
        var code = TestTotp.Code(key, portal.Clock.Time);
        Assert.Equal("/account", (await browser.Post("/sign-in/code", ("code", $" {code[..3]} {code[3..]} "), ("return", "/account"))).Path);

        using var again = portal.Browser();
        await again.Get("/sign-in");
        await Enter(again, "promoter", TestPortal.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await again.Post("/sign-in/code", ("code", code))).Status);
        portal.Clock.Time += TimeSpan.FromSeconds(30);
        Assert.Equal("/", (await again.Post("/sign-in/code", ("code", TestTotp.Code(key, portal.Clock.Time)))).Path);
        await using var db = portal.Database.Open();
        Assert.Equal("two-factor", db.Audit.Where(r => r.Action == AuditAction.SignIn).OrderByDescending(r => r.Id).First().Detail);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Five_wrong_codes_lock_and_the_right_password_does_not_give_new_ones(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var first = await portal.Browser("promoter");
        var (key, _) = await TestTotp.TurnOn(portal, first);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await Enter(browser, "promoter", TestPortal.Password);
            await browser.Post("/sign-in/code", ("code", "abc"));
        }
        Assert.Contains("已锁定", Alert(browser.Page), StringComparison.Ordinal);
        Assert.Contains("已锁定", Alert(await browser.Post("/sign-in/code", ("code", TestTotp.Code(key, portal.Clock.Time)))), StringComparison.Ordinal);
        Assert.Contains("已锁定", Alert(await Enter(browser, "promoter", TestPortal.Password)), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_recovery_code_works_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var first = await portal.Browser("promoter");
        var (_, recovery) = await TestTotp.TurnOn(portal, first);
        Assert.Equal(10, recovery.Distinct().Count());
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        await Enter(browser, "promoter", TestPortal.Password);
        Assert.Equal("/", (await browser.Post("/sign-in/code", ("code", recovery[3].ToLowerInvariant().Replace('-', ' ')))).Path);
        Assert.Contains("9", (await browser.Get("/account/two-factor")).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await browser.Post("/sign-out");
        await Enter(browser, "promoter", TestPortal.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post("/sign-in/code", ("code", recovery[3]))).Status);
        Assert.Equal("/", (await browser.Post("/sign-in/code", ("code", recovery[4]))).Path);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_second_step_waits_ten_minutes(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var first = await portal.Browser("promoter");
        var (key, _) = await TestTotp.TurnOn(portal, first);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        await Enter(browser, "promoter", TestPortal.Password);
        portal.Clock.Time += TimeSpan.FromMinutes(11);
        var page = await browser.Post("/sign-in/code", ("code", TestTotp.Code(key, portal.Clock.Time)));
        Assert.NotNull(page.Document.QuerySelector("input[name=password]"));
        Assert.Contains("重新登录", Alert(page), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Hostile_names_are_wrong_names(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        foreach (var name in (string[])["", "a\u0001b", new string('a', 100_000), "<script>alert(1)</script>", "' OR 1=1 --"])
        {
            var page = await Enter(browser, name, new string('x', 100_000));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
            Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await Enter(browser, "\0", "x")).Status);             // no form may bear it
    }

    [Fact]
    public void A_name_that_nobody_bears_is_not_kept_however_long_it_is()
    {
        var unknown = new UnknownNames(new TestClock());
        var name = Failed(unknown);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(name.IsAlive);
        Assert.True(unknown.Fail(new string('a', 1_000_000), new Policy()));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Failed(UnknownNames unknown)
        {
            var name = new string('a', 1_000_000);
            for (var attempt = 1; attempt <= 5; attempt++)
                Assert.Equal(attempt == 5, unknown.Fail(name, new Policy()));
            return new WeakReference(name);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_locked_account_costs_as_much_as_a_name_that_nobody_bears(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            DateTimeOffset? until = portal.Clock.Time.AddMinutes(10);
            await db.Users.Where(a => a.UserName == "promoter").ExecuteUpdateAsync(s => s.SetProperty(a => a.LockoutEnd, until));
        }
        foreach (var (name, code) in new[] { ("nobody", "sign-in-wrong"), ("promoter", "sign-in-locked"), ("other", "sign-in-wrong") })
        {
            await using var scope = portal.Scope();
            var hasher = new CountingHasher();
            scope.ServiceProvider.GetRequiredService<UserManager<Account>>().PasswordHasher = hasher;
            var outcome = await scope.ServiceProvider.GetRequiredService<SignIn>().Run(name, "Wrong-Horse-42", new DefaultHttpContext());
            Assert.Equal((name, code, 1), (name, outcome.Codes(), hasher.Hashes));
        }
    }

    sealed class CountingHasher : PasswordHasher<Account>
    {
        public int Hashes { get; private set; }

        public override string HashPassword(Account user, string password)
        {
            Hashes++;
            return base.HashPassword(user, password);
        }

        public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            Hashes++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Whoever_refuses_cookies_is_told_to_allow_them(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(portal.Address), DefaultRequestHeaders = { { "Accept-Language", "zh-CN" }, { "Origin", portal.Address } } };
        foreach (var path in (string[])["/sign-in", "/sign-in/code"])
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "promoter", ["password"] = TestPortal.Password });
            using var answer = await browser.PostAsync(new Uri(path, UriKind.Relative), form);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Contains("Cookie", text, StringComparison.Ordinal);
            Assert.DoesNotContain("等待时间过长", text, StringComparison.Ordinal);
        }
    }

    [Theory, InlineData("/sign-in"), InlineData("/sign-in/code"), InlineData("/invitations/0123")]
    public async Task One_address_tries_so_often_a_minute_and_no_more(string path)
    {
        await using var portal = await TestPortal.Of("sqlite", p => p.AttemptsPerMinute = 3);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        for (var attempt = 1; attempt <= 3; attempt++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await browser.Post(path, ("name", "nobody"), ("password", "x"))).Status);
        foreach (var (language, words) in new[] { ("zh-CN", "过于频繁"), ("en", "Too many") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([]), Headers = { { "Accept-Language", language } } };
            using var answer = await browser.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.Get("/sign-in")).Status);                       // to look is no attempt
        using var elsewhere = portal.Browser();
        elsewhere.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.7");
        await elsewhere.Get("/sign-in");
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await elsewhere.Post(path, ("name", "nobody"), ("password", "x"))).Status);
    }
}
