using System.Net;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Api;

namespace Jiqun.Tests.Portal.Accounts;

/// <summary>Accounts and passwords that end of themselves.</summary>
public sealed class AccountEndTests
{
    static Guid IdOf(TestPortal portal, string userName)
    {
        using var db = portal.Database.Open();
        return db.Users.Single(a => a.UserName == userName).Id;
    }

    static async Task<TestPage> Enter(TestPortal portal, string userName, string password = TestPortal.Password)
    {
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        return await browser.Post("/sign-in", ("name", userName), ("password", password));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task After_its_last_day_an_account_is_as_closed(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        portal.Clock.Time = new(2021, 6, 1, 15, 50, 0, TimeSpan.Zero);        // 23:50 in Beijing
        using var security = await portal.Browser("security");
        using var browser = await portal.Browser("promoter");
        using var program = await portal.Program("promoter");
        var id = IdOf(portal, "promoter");
        await security.Get($"/accounts/{id}");
        foreach (var wrong in (string[])["2021-05-31", "x", "9999-01-01", "2021-6-2"])
            Assert.Equal((wrong, HttpStatusCode.UnprocessableEntity), (wrong, (await security.Post($"/accounts/{id}/end", ("endsOn", wrong))).Status));
        Assert.Equal($"/accounts/{id}?done=end", (await security.Post($"/accounts/{id}/end", ("endsOn", "2021-06-01"))).Path);
        Assert.Contains("2021-06-01", (await security.Get("/accounts?search=promoter")).Text, StringComparison.Ordinal);
        Assert.Equal("/account", (await browser.Get("/account")).Path);
        Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);

        portal.Clock.Time += TimeSpan.FromMinutes(10);
        Assert.StartsWith("/sign-in", (await browser.Get("/account")).Path, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.Get("/api/account")).Status);
        Assert.Contains("不正确", (await Enter(portal, "promoter")).Text, StringComparison.Ordinal);
        Assert.Contains("已于 2021-06-01 到期", (await security.Get("/accounts?search=promoter")).Text, StringComparison.Ordinal);

        using var own = await portal.Program("security");
        Assert.Equal("2021-06-02", (string)(await own.Put($"/api/accounts/{id}/end", new { endsOn = "2021-06-02" }, null)).Json["endsOn"]!);
        Assert.Equal("/", (await Enter(portal, "promoter")).Path);
        Assert.Null((await own.Put($"/api/accounts/{id}/end", new { endsOn = (string?)null }, null)).Json["endsOn"]);
        Assert.Equal("account-move", (await own.Put($"/api/accounts/{IdOf(portal, "security")}/end", new { endsOn = "2021-06-02" }, null)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await own.Put($"/api/accounts/{Guid.NewGuid()}/end", new { endsOn = "2021-06-02" }, null)).Status);
        await using var db = portal.Database.Open();
        Assert.Equal(["endsOn: – → 2021-06-01", "endsOn: 2021-06-01 → 2021-06-02", "endsOn: 2021-06-02 → –"], db.Audit.Where(r => r.Action == AuditAction.AccountEndSet).OrderBy(r => r.Id).Select(r => r.Detail));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_temporary_password_lets_in_for_three_days(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var security = await portal.Browser("security");
        var id = IdOf(portal, "promoter");
        await security.Get($"/accounts/{id}");
        var password = (await security.Post($"/accounts/{id}/{AccountMove.ResetPassword}")).Document.QuerySelector("#temporary")!.TextContent;
        portal.Clock.Time += TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1);
        Assert.Equal("/account/password", (await Enter(portal, "promoter", password)).Path);
        portal.Clock.Time += TimeSpan.FromSeconds(1);
        Assert.Contains("临时密码已过期", (await Enter(portal, "promoter", password)).Text, StringComparison.Ordinal);
        Assert.Contains("不正确", (await Enter(portal, "promoter", "Wrong-Horse-42")).Text, StringComparison.Ordinal);
    }

    /// <summary>Changing routes that everybody has for oneself, or nobody signed in needs.</summary>
    static readonly string[] Own = ["/account", "/api/account", "/sign-", "/notices", "/api/notices", "/invitations/{secret}"];

    [Theory]
    [InlineData("audit", "")]
    [InlineData("security", "/accounts /api/accounts /policies /api/policies")]
    [InlineData("system", "/organisations /api/organisations /invitations /api/invitations")]
    public async Task An_administrator_changes_ones_own_part_and_nothing_else(string who, string part)
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var browser = await portal.Browser(who);
        using var program = await portal.Program(who);
        await browser.Get("/account");
        var tried = 0;
        foreach (var (method, pattern) in RouteTests.Routes(portal))
        {
            if (method is "GET" or "*" || part.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(p => pattern.StartsWith(p, StringComparison.Ordinal))
                || Own.Any(o => pattern == o || pattern.StartsWith(o.EndsWith('-') ? o : $"{o}/", StringComparison.Ordinal) || pattern == o))
                continue;
            tried++;
            var path = RouteTests.Filled(pattern, Guid.NewGuid());
            HttpStatusCode status;
            if (pattern.StartsWith("/api/", StringComparison.Ordinal))
                status = (await program.Send(new HttpMethod(method), path, System.Net.Http.Json.JsonContent.Create(new { }), ("If-Match", "\"0\""))).Status;
            else
            {
                using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", browser.Token)]);
                status = (await browser.Http.PostAsync(new Uri(path, UriKind.Relative), form)).StatusCode;
            }
            // what cannot be read is refused before it is looked who asks
            Assert.True(status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{method} {pattern}: {status}");
        }
        Assert.True(tried > 40, $"{tried}");
        await using var db = portal.Database.Open();
        Assert.DoesNotContain(db.Audit, r => r.Action != AuditAction.SignIn && r.Action != AuditAction.AccessRefused);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task No_administrator_does_anothers_work(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var id = IdOf(portal, "promoter");
        foreach (var (who, paths) in new (string, string[])[]
        {
            ("system", ["/policies", $"/accounts/{id}/Close", $"/accounts/{id}/end"]),
            ("audit", ["/policies", $"/accounts/{id}/Close", $"/accounts/{id}/end", $"/invitations/new?organisation={portal.Ministry.Id}", "/organisations/new", "/rounds/new"]),
            ("security", [$"/invitations/new?organisation={portal.Ministry.Id}", "/invitations/new?role=AuditAdministrator", "/organisations/new", "/rounds/new"]),
        })
        {
            using var browser = await portal.Browser(who);
            foreach (var path in paths)
            {
                await browser.Get("/account");
                var page = await browser.Post(path, ("role", "AuditAdministrator"), ("level", "Province"), ("name", "甲"), ("division", "430000"), ("under", $"{portal.Ministry.Id}"), ("form", TestEntries.Form.Id), ("invitee", "甲"), ("days", "7"), ("endsOn", "2021-06-02"), ("idleMinutes", "20"));
                Assert.True(page.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{who} {path}: {page.Status}");
            }
        }
        await using var db = portal.Database.Open();
        Assert.DoesNotContain(db.Audit, r => r.Action != AuditAction.SignIn && r.Action != AuditAction.AccessRefused);
        Assert.Empty(db.Invitations);
    }
}
