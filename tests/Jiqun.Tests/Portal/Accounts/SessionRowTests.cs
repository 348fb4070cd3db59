using System.Net;
using AngleSharp;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Accounts;

/// <summary>Sessions are known: they are listed, ended, and not begun again with an old cookie.</summary>
public sealed class SessionRowTests
{
    static Guid IdOf(TestPortal portal, string userName)
    {
        using var db = portal.Database.Open();
        return db.Users.Single(a => a.UserName == userName).Id;
    }

    static async Task<bool> IsSignedIn(TestBrowser browser) => (await browser.Get("/account")).Path == "/account";

    /// <summary>What a cookie thief sends.</summary>
    static async Task<HttpStatusCode> With(TestPortal portal, string cookie, string path = "/account")
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(portal.Address) };
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    /// <summary>A browser without a memory: what it was told to keep, as the header of the next request.</summary>
    static async Task<(HttpStatusCode Status, string Cookie, string Text)> Post(TestPortal portal, string path, string cookie, params (string Name, string Value)[] inputs)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(portal.Address) };
        http.DefaultRequestHeaders.Add("Accept-Language", "zh-CN");
        using var page = await http.GetAsync(new Uri("/sign-in", UriKind.Relative));
        var form = await BrowsingContext.New().OpenAsync(r => r.Content(page.Content.ReadAsStringAsync().Result));
        var cookies = page.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]).ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(inputs.Append(("__RequestVerificationToken", form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!)).Select(i => KeyValuePair.Create(i.Item1, i.Item2))),
        };
        request.Headers.Add("Cookie", string.Join("; ", cookies.Append(cookie).Where(c => c.Length > 0)));
        using var answer = await http.SendAsync(request);
        var set = answer.Headers.TryGetValues("Set-Cookie", out var given) ? given.Select(c => c.Split(';')[0]).Where(c => !c.EndsWith('=')).ToList() : [];
        return (answer.StatusCode, string.Join("; ", set), await answer.Content.ReadAsStringAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_old_cookie_is_worth_nothing_after_sign_out(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (_, cookie, _) = await Post(portal, "/sign-in", "", ("name", "promoter"), ("password", TestPortal.Password));
        Assert.Equal(HttpStatusCode.OK, await With(portal, cookie));
        var (_, other, _) = await Post(portal, "/sign-in", "", ("name", "promoter"), ("password", TestPortal.Password));
        Assert.NotEqual(cookie, other);                                     // a new session each time
        await using (var db = portal.Database.Open())
            Assert.Equal(2, await db.Sessions.Select(s => s.Id).Distinct().CountAsync());
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(portal.Address) };
        using var page = new HttpRequestMessage(HttpMethod.Get, "/account") { Headers = { { "Cookie", cookie } } };
        using var shown = await http.SendAsync(page);
        var form = await BrowsingContext.New().OpenAsync(r => r.Content(shown.Content.ReadAsStringAsync().Result));
        using var leave = new HttpRequestMessage(HttpMethod.Post, "/sign-out")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!)]),
            Headers = { { "Cookie", $"{cookie}; {string.Join("; ", shown.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]))}" } },
        };
        using var left = await http.SendAsync(leave);
        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, await With(portal, cookie));
        Assert.Equal(HttpStatusCode.OK, await With(portal, other));          // only where one signed out
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_cookie_of_a_second_step_is_good_for_one_sign_in(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        string key;
        using (var browser = await portal.Browser("promoter"))
            (key, _) = await TestTotp.TurnOn(portal, browser);
        var (_, step, _) = await Post(portal, "/sign-in", "", ("name", "promoter"), ("password", TestPortal.Password));
        Assert.Contains("jiqun-second-step", step, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await With(portal, step));
        var entered = await Post(portal, "/sign-in/code", step, ("code", TestTotp.Code(key, portal.Clock.Time)));
        Assert.Equal(HttpStatusCode.OK, await With(portal, entered.Cookie));
        portal.Clock.Time += TimeSpan.FromSeconds(30);
        var again = await Post(portal, "/sign-in/code", step, ("code", TestTotp.Code(key, portal.Clock.Time)));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, ""), (again.Status, again.Cookie));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_person_sees_ones_sessions_and_ends_them(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var here = portal.Browser();
        here.Http.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36");
        here.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.7");
        await here.Get("/sign-in");
        await here.Post("/sign-in", ("name", "promoter"), ("password", TestPortal.Password));
        using var there = await portal.Browser("promoter");
        using var third = await portal.Browser("promoter");
        using var colleague = await portal.Browser("colleague");
        var rows = (await here.Get("/account")).Document.QuerySelectorAll("#sessions-table tbody tr");
        Assert.Equal(3, rows.Length);
        Assert.Contains(rows, r => r.TextContent.Contains("Chrome 131 · Windows", StringComparison.Ordinal) && r.TextContent.Contains("198.51.100.7", StringComparison.Ordinal) && r.QuerySelector("form") is null);
        var end = rows.Select(r => r.QuerySelector("form")?.GetAttribute("action")).OfType<string>().ToList();
        Assert.Equal(2, end.Count);
        await colleague.Get("/account");
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.Post(end[0])).Status);          // somebody else's
        Assert.Equal("/account?done=session", (await here.Post(end[0])).Path);
        Assert.Equal(HttpStatusCode.NotFound, (await here.Post(end[0])).Status);
        await here.Get("/account");
        bool[] left = [await IsSignedIn(there), await IsSignedIn(third)];
        Assert.Single(left, true);
        Assert.Equal("/account?done=sessions", (await here.Post("/account/sessions/end-others")).Path);
        Assert.False(await IsSignedIn(there) || await IsSignedIn(third));
        Assert.Contains("您已在其他会话中退出", there.Page.Text, StringComparison.Ordinal);
        Assert.True(await IsSignedIn(here) && await IsSignedIn(colleague));
        await using var db = portal.Database.Open();
        Assert.Equal(2, await db.Audit.CountAsync(r => r.Action == AuditAction.SessionEnded));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_security_administrator_ends_sessions_of_others(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        using var first = await portal.Browser("promoter");
        using var second = await portal.Browser("promoter");
        var id = IdOf(portal, "promoter");
        var forms = (await security.Get($"/accounts/{id}")).Document.QuerySelectorAll("#sessions-table form").Select(f => f.GetAttribute("action")!).ToList();
        Assert.Equal(2, forms.Count);
        Assert.Equal($"/accounts/{id}?done=session", (await security.Post(forms[0])).Path);
        bool[] left = [await IsSignedIn(first), await IsSignedIn(second)];
        Assert.Single(left, true);
        using var program = await portal.Program("security");
        var session = (string)(await program.Get($"/api/accounts/{id}")).Json["sessions"]![0]!["id"]!;
        Assert.Equal(HttpStatusCode.NotFound, (await program.Delete($"/api/accounts/{IdOf(portal, "colleague")}/sessions/{session}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await program.Delete($"/api/accounts/{id}/sessions/{session}")).Status);
        Assert.False(await IsSignedIn(first) || await IsSignedIn(second));
        Assert.Contains("安全管理员已结束", first.Page.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task To_be_seen_is_written_at_steps(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        var began = portal.Clock.Time.UtcDateTime;
        for (var i = 0; i < 5; i++)
        {
            portal.Clock.Time += TimeSpan.FromSeconds(50);
            await browser.Get("/account");
            await using var db = portal.Database.Open();
            Assert.Equal((i, i < 3 ? began : began.AddSeconds(200)), (i, db.Sessions.Single().SeenAt));
        }
    }
}
