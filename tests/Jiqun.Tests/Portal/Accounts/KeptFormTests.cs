using System.Net;
using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Accounts;

/// <summary>A session that ends while somebody types, in a browser without scripts.</summary>
public sealed class KeptFormTests
{
    const string Text = "第一段 <b>&\"'\r\n第二段";

    static async Task<(TestBrowser Browser, Guid Entry)> Expired(TestPortal portal)
    {
        var browser = await portal.Browser("promoter");
        browser.Http.DefaultRequestHeaders.Add("Origin", portal.Address);
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor("promoter"))).Value!.Id;
        await browser.Get($"/entries/{entry}");
        portal.Clock.Time += TimeSpan.FromHours(1);
        return (browser, entry);
    }

    static (string, string)[] Typed => [("a:cluster.name:", Text), ("v:cluster.name:", "0"), ("two", "1"), ("two", "2")];

    static (string Name, string Value)[] Hidden(TestPage page) =>
        [.. page.Document.QuerySelectorAll("form input[type=hidden]").Where(i => i.GetAttribute("name") != "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))];

    static string Action(TestPage page) => page.Document.QuerySelector("main form")!.GetAttribute("action")!;

    static Task<TestPage> Enter(TestBrowser browser) => browser.Post("/sign-in", [("name", "promoter"), ("password", TestPortal.Password), .. Hidden(browser.Page)]);

    static async Task<string?> Saved(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return db.Answers.SingleOrDefault(a => a.Field == "cluster.name")?.Written;
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_was_typed_is_sent_after_signing_in_again(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, entry) = await Expired(portal);
        using var _ = browser;
        var token = browser.Token;

        var page = await browser.Post($"/entries/{entry}", Typed);
        Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
        Assert.Equal("/sign-in", Action(page));
        Assert.Equal([("kept", $"/entries/{entry}"), ("kept:a:cluster.name:", Text), ("kept:v:cluster.name:", "0"), ("kept:two", "1"), ("kept:two", "2")], Hidden(page).Where(i => i.Name.StartsWith("kept", StringComparison.Ordinal)));
        Assert.DoesNotContain(token, page.Text, StringComparison.Ordinal);
        await browser.Post("/sign-in", [("name", "promoter"), ("password", "Wrong-Horse-42"), .. Hidden(browser.Page)]);
        page = await Enter(browser);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal($"/entries/{entry}", Action(page));
        Assert.Null(await Saved(portal));                               // only when the person says so
        page = await browser.Post(Action(page), Hidden(page));
        Assert.Equal($"/entries/{entry}?saved=1", page.Path);
        Assert.Equal(Text.ReplaceLineEndings("\n"), (await Saved(portal))!.ReplaceLineEndings("\n"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task It_is_kept_through_the_second_step(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var other = await portal.Browser("promoter");
        var (key, _) = await TestTotp.TurnOn(portal, other);
        await using (var db = portal.Database.Open())
        {
            db.Users.Single(a => a.UserName == "promoter").TwoFactorEnabled = false;         // for the sign-in of the next line alone
            await db.SaveChangesAsync();
        }
        var (browser, entry) = await Expired(portal);
        using var __ = browser;
        await using (var db = portal.Database.Open())
        {
            db.Users.Single(a => a.UserName == "promoter").TwoFactorEnabled = true;
            await db.SaveChangesAsync();
        }
        await browser.Post($"/entries/{entry}", Typed);
        var page = await Enter(browser);
        Assert.Equal("/sign-in/code", Action(page));
        page = await browser.Post("/sign-in/code", [("code", "000000"), .. Hidden(page)]);
        page = await browser.Post("/sign-in/code", [("code", TestTotp.Code(key, portal.Clock.Time)), .. Hidden(page)]);
        await browser.Post(Action(page), Hidden(page));
        Assert.NotNull(await Saved(portal));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task It_is_kept_through_a_password_that_must_be_changed(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, entry) = await Expired(portal);
        using var _ = browser;
        await using (var db = portal.Database.Open())
        {
            db.Users.Single(a => a.UserName == "promoter").MustChangePassword = true;
            await db.SaveChangesAsync();
        }
        await browser.Post($"/entries/{entry}", Typed);
        var page = await Enter(browser);
        Assert.Equal("/account/password", Action(page));
        page = await browser.Post("/account/password", [("old", TestPortal.Password), ("password", "short"), ("repeated", "short"), .. Hidden(page)]);
        page = await browser.Post("/account/password", [("old", TestPortal.Password), ("password", "Battery-Staple-7"), ("repeated", "Battery-Staple-7"), .. Hidden(page)]);
        await browser.Post(Action(page), Hidden(page));
        Assert.NotNull(await Saved(portal));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Two_windows_may_wait_for_the_sign_in(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, entry) = await Expired(portal);
        using var _ = browser;
        var second = await browser.Post($"/entries/{entry}", Typed);
        var token = browser.Token;
        await browser.Get("/sign-in");
        await Enter(browser);                                           // in the first window

        using var form = new FormUrlEncodedContent([.. Hidden(second).Select(h => KeyValuePair.Create(h.Name, h.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await browser.Http.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains($"action=\"/entries/{entry}\"", text, StringComparison.Ordinal);
        Assert.Contains("name=\"a:cluster.name:\"", text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_old_token_costs_one_more_click_on_pages_of_ours_and_is_refused_elsewhere(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, entry) = await Expired(portal);
        using var _ = browser;
        await browser.Get("/sign-in");
        await Enter(browser);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("a:cluster.name:", Text), KeyValuePair.Create("__RequestVerificationToken", "old")]);
        using var answer = await browser.Http.PostAsync(new Uri($"/entries/{entry}", UriKind.Relative), form);
        Assert.Contains("kept", (await answer.Content.ReadAsStringAsync()).Contains("name=\"a:cluster.name:\"", StringComparison.Ordinal) ? "kept" : "lost", StringComparison.Ordinal);
        browser.Http.DefaultRequestHeaders.Remove("Origin");
        browser.Http.DefaultRequestHeaders.Add("Origin", "https://example.com");
        using var foreign = await browser.Http.PostAsync(new Uri($"/entries/{entry}", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        Assert.DoesNotContain("name=\"a:cluster.name:\"", await foreign.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(await Saved(portal));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_another_site_sends_is_not_kept(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        foreach (var (header, value) in new[] { ("Origin", "https://example.com"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("X-None", "") })
        {
            using var browser = portal.Browser();
            await browser.Get("/sign-in");
            browser.Http.DefaultRequestHeaders.Add(header, value);
            var page = await browser.Post($"/entries/{Guid.NewGuid()}", Typed);
            Assert.Equal("/sign-in", page.Path);
            Assert.DoesNotContain("cluster.name", page.Text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Passwords_are_never_kept(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, _) = await Expired(portal);
        using var __ = browser;
        foreach (var path in (string[])["/account/password", "/account/two-factor/off", "/entries", "/nothing-here"])
        {
            var page = await browser.Post(path, ("old", "Battery-Staple-7"), ("password", "Battery-Staple-8"), ("offPassword", "Battery-Staple-9"));
            Assert.Null(page.Document.QuerySelector("input[name*=assword][type=hidden]"));
            Assert.DoesNotContain("Battery-Staple-8", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Battery-Staple-9", page.Text, StringComparison.Ordinal);
            if (path.StartsWith("/account", StringComparison.Ordinal))
                Assert.DoesNotContain("Battery-Staple", page.Text, StringComparison.Ordinal);
            Assert.NotNull(page.Document.QuerySelector("input[name=password][type=password]"));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_kept_is_bounded(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, entry) = await Expired(portal);
        using var _ = browser;
        foreach (var (fields, length, kept) in new[] { (999, 1, true), (1001, 1, false), (3000, 1, false), (10, 34_000, true), (10, 36_000, false) })
        {
            var page = await browser.Post($"/entries/{entry}", [.. Enumerable.Range(0, fields).Select(i => ($"f{i}", new string('中', length)))]);
            Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
            Assert.Equal(kept ? fields : 0, page.Document.QuerySelectorAll("input[name^='kept:']").Length);
            Assert.Equal(!kept, page.Document.QuerySelector(".alert-danger") is not null);
            if (kept)
                Assert.Equal($"/entries/{entry}", Action(await Enter(browser)));                // what is kept can be sent on
            portal.Clock.Time += TimeSpan.FromHours(1);
            await browser.Get("/sign-in");
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Scripts_are_told_in_their_own_way(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (browser, entry) = await Expired(portal);
        using var _ = browser;
        var (status, body) = await browser.Json($"/entries/{entry}/answers", new { changes = Array.Empty<object>() });
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("signed-out", (string)body!["code"]!);
    }
}
