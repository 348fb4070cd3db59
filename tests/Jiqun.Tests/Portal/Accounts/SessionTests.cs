using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Jiqun.Tests.Portal.Accounts;

public sealed class SessionTests
{
    static async Task<bool> IsSignedIn(TestBrowser browser) => (await browser.Get("/account")).Path == "/account";

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_session_ends_after_thirty_minutes_without_activity(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        for (var i = 0; i < 4; i++)
        {
            portal.Clock.Time += TimeSpan.FromMinutes(26);
            Assert.True(await IsSignedIn(browser));
        }
        portal.Clock.Time += TimeSpan.FromMinutes(4);
        Assert.True(await IsSignedIn(browser));
        portal.Clock.Time += TimeSpan.FromMinutes(26);                  // seen four minutes after the last, which counts
        Assert.True(await IsSignedIn(browser));
        portal.Clock.Time += TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(1);
        Assert.False(await IsSignedIn(browser));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_page_that_asks_by_itself_keeps_no_session_alive(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        for (var i = 0; i < 6; i++)
        {
            portal.Clock.Time += TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1);
            using var answer = await browser.Http.GetAsync(new Uri("/token", UriKind.Relative));
            Assert.Equal(i < 5 ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        Assert.False(await IsSignedIn(browser));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_session_ends_after_twelve_hours_whatever_one_does(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        var end = portal.Clock.Time + TimeSpan.FromHours(12);
        while (portal.Clock.Time < end - TimeSpan.FromMinutes(20))
        {
            portal.Clock.Time += TimeSpan.FromMinutes(20);
            if (portal.Clock.Time < end)
                Assert.True(await IsSignedIn(browser));
        }
        await browser.Get("/account/password");
        await browser.Post("/account/password", ("old", TestPortal.Password), ("password", "Battery-Staple-7"), ("repeated", "Battery-Staple-7"));
        Assert.True(await IsSignedIn(browser));                         // a renewed cookie is the same session
        portal.Clock.Time = end;
        Assert.False(await IsSignedIn(browser));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_page_gets_a_fresh_token_and_learns_whose_it_is(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        var token = await browser.Http.GetFromJsonAsync<JsonNode>(new Uri("/token", UriKind.Relative));
        await using (var db = portal.Database.Open())
            Assert.Equal(db.Users.Single(a => a.UserName == "promoter").Id, (Guid)token!["accountId"]!);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-out-everywhere") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("RequestVerificationToken", (string)token["token"]!);
        using var answer = await browser.Http.SendAsync(request);
        Assert.Equal("/sign-in", answer.RequestMessage!.RequestUri!.AbsolutePath);
        using var after = await browser.Http.GetAsync(new Uri("/token", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }
}
