using System.Net;
using System.Text.RegularExpressions;
using Jiqun.Portal.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Api;

/// <summary>Access tokens: made on a page, shown once, good for what they say and as long as they say.</summary>
public sealed partial class TokenTests
{
    [GeneratedRegex("jiqun_[0-9a-f]{64}")]
    private static partial Regex Secret();

    static async Task<string> Make(TestBrowser browser, params (string, string)[] inputs)
    {
        await browser.Get("/account/tokens");
        var page = await browser.Post("/account/tokens", [("name", "月报取数"), ("days", "30"), ("password", TestPortal.Password), .. inputs]);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return Secret().Match(page.Text).Value;
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_token_is_shown_once_and_works_until_it_is_withdrawn(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        var secret = await Make(browser, ("scope", "Fill"));
        using var program = new TestProgram(portal.Address, secret);

        var own = await program.Get("/api/account");

        Assert.Equal(HttpStatusCode.OK, own.Status);
        Assert.Equal("promoter 王", (string?)own.Json["fullName"]);
        Assert.Equal("""["Fill"]""", own.Json["scopes"]!.ToJsonString());
        var list = await browser.Get("/account/tokens");
        Assert.Contains("月报取数", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list.Text, StringComparison.Ordinal);
        await using (var db = portal.Database.Open())
        {
            var stored = await db.AccessTokens.AsNoTracking().SingleAsync();
            Assert.Equal(portal.Clock.Time.UtcDateTime, stored.UsedAt);
            Assert.DoesNotContain(secret["jiqun_".Length..], System.Text.Json.JsonSerializer.Serialize(stored), StringComparison.Ordinal);
            Assert.Contains("TokenMade", await db.Audit.Select(a => a.Action.ToString()).ToListAsync());
        }

        await browser.Post(list.Document.QuerySelector("form[action$=withdraw]")!.GetAttribute("action")!);
        var after = await program.Get("/api/account");
        Assert.Equal((HttpStatusCode.Unauthorized, "token", "application/problem+json"), (after.Status, after.Code, after.Type));
    }

    [Fact]
    public async Task Without_the_password_or_with_senseless_terms_none_is_made()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var browser = await portal.Browser("promoter");
        await browser.Get("/account/tokens");
        foreach (var (input, value) in new[] { ("password", "wrong"), ("days", "0"), ("days", "366"), ("days", "x"), ("name", " "), ("name", "") })
        {
            var inputs = new Dictionary<string, string> { ["name"] = "x", ["days"] = "30", ["password"] = TestPortal.Password, [input] = value };
            var page = await browser.Post("/account/tokens", [.. inputs.Select(i => (i.Key, i.Value))]);
            Assert.Equal((input, HttpStatusCode.UnprocessableEntity), (input, page.Status));
            Assert.NotNull(page.Document.QuerySelector($"#{input}[aria-invalid=true]"));
        }
        await using var db = portal.Database.Open();
        Assert.Empty(db.AccessTokens);
    }

    [Fact]
    public async Task A_token_ends_with_its_days_with_every_session_and_with_the_account()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var browser = await portal.Browser("promoter");
        using (var program = new TestProgram(portal.Address, await Make(browser)))
        {
            portal.Clock.Time += TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1);
            Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);
            portal.Clock.Time += TimeSpan.FromSeconds(1);
            Assert.Equal(HttpStatusCode.Unauthorized, (await program.Get("/api/account")).Status);
        }
        using (var program = await portal.Program("promoter"))
        {
            Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);
            await using (var db = portal.Database.Open())
                await db.Users.Where(a => a.UserName == "promoter").ExecuteUpdateAsync(s => s.SetProperty(a => a.SecurityStamp, "another"));
            Assert.Equal(HttpStatusCode.Unauthorized, (await program.Get("/api/account")).Status);
        }
        using (var program = await portal.Program("promoter"))
        {
            Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);
            await using (var db = portal.Database.Open())
                await db.Users.Where(a => a.UserName == "promoter").ExecuteUpdateAsync(s => s.SetProperty(a => a.Closed, true));
            Assert.Equal(HttpStatusCode.Unauthorized, (await program.Get("/api/account")).Status);
        }
    }

    [Fact]
    public async Task Nobody_withdraws_a_token_of_somebody_else()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var program = await portal.Program("promoter");
        await using var db = portal.Database.Open();
        var id = await db.AccessTokens.Select(t => t.Id).SingleAsync();
        using var browser = await portal.Browser("colleague");
        await browser.Get("/account");

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post($"/account/tokens/{id}/withdraw")).Status);

        Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);
    }

    [Fact]
    public async Task What_a_token_does_not_allow_is_refused_and_reading_is_always_allowed()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await portal.BeginFilled();
        (string Path, HttpMethod Method, Scope Scope)[] writes =
        [
            ($"/api/entries/{entry.Id}/answers", HttpMethod.Post, Scope.Fill),
            ($"/api/entries/{entry.Id}/submissions", HttpMethod.Post, Scope.Submit),
            ("/api/organisations", HttpMethod.Post, Scope.Manage),
        ];
        foreach (var scope in Enum.GetValues<Scope>())
        {
            using var program = await portal.Program("promoter", scope);
            Assert.Equal(HttpStatusCode.OK, (await program.Get($"/api/entries/{entry.Id}/answers")).Status);
            foreach (var write in writes)
            {
                using var body = new StringContent("{}", null, "application/json");
                var answer = await program.Send(write.Method, write.Path, body);
                Assert.Equal((scope, write.Path, write.Scope != scope), (scope, write.Path, answer is { Status: HttpStatusCode.Forbidden, Code: "scope" }));
            }
        }
    }

    [Theory, InlineData(null), InlineData("x"), InlineData("jiqun_0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Who_bears_no_token_is_told_how_to_get_one(string? token)
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var program = new TestProgram(portal.Address, token);
        foreach (var path in new[] { "/api/account", "/api/nothing/here" })
        {
            var answer = await program.Get(path);
            Assert.Equal((HttpStatusCode.Unauthorized, "token"), (answer.Status, answer.Code));
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Contains("访问令牌", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_session_is_no_token()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var browser = await portal.Browser("promoter");

        using var answer = await browser.Http.GetAsync(new Uri("/api/account", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_person_whose_password_others_gave_uses_no_token_either()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var program = await portal.Program("promoter");
        await using (var db = portal.Database.Open())
            await db.Users.Where(a => a.UserName == "promoter").ExecuteUpdateAsync(s => s.SetProperty(a => a.MustChangePassword, true));

        var answer = await program.Get("/api/account");

        Assert.Equal((HttpStatusCode.Forbidden, "password-change"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Too_many_requests_of_a_person_are_refused_whatever_token_they_bear_and_others_are_not()
    {
        await using var portal = await TestPortal.Of("sqlite", p => p.ApiRequestsPerMinute = 5);
        using var first = await portal.Program("promoter");
        using var second = await portal.Program("promoter");
        using var other = await portal.Program("other");
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await (i % 2 == 0 ? first : second).Get("/api/account")).Status);

        var refused = await second.Get("/api/account");

        Assert.Equal((HttpStatusCode.TooManyRequests, "api-too-many"), (refused.Status, refused.Code));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await other.Get("/api/account")).Status);
    }
}
