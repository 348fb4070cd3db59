using System.Net;

namespace Jiqun.Tests.Portal.Api;

/// <summary>What offices and administrators do through the API: organisations, invitations, rounds, accounts, the audit.</summary>
public sealed class OfficeApiTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Organisations_are_made_changed_against_what_was_seen_and_deleted(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var city = await portal.Program("city");

        var made = await city.Post("/api/organisations", new { level = "Promoter", name = "株洲市新材料产业集群促进中心", under = portal.City.Id, division = "430200" });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var path = made.Headers.Location!.ToString();
        var read = await city.Get(path);
        Assert.Equal(made.Tag, read.Tag);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await city.Put(path, new { name = "新名称", division = "430200" }, null)).Status);
        var changed = await city.Put(path, new { name = "新名称", division = "430200" }, $"W/{read.Tag}");
        Assert.Equal((HttpStatusCode.OK, "新名称"), (changed.Status, (string?)changed.Json["name"]));
        var stale = await city.Put(path, new { name = "又一个", division = "430200" }, read.Tag);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "新名称", changed.Tag), (stale.Status, (string?)stale.Json["current"]!["name"], stale.Tag));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "name-taken"), (await city.Post("/api/organisations", new { level = "Promoter", name = "新名称", under = portal.City.Id, division = "430200" })) is var twin ? (twin.Status, twin.Code) : default);
        Assert.Equal(HttpStatusCode.NoContent, (await city.Delete(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await city.Get(path)).Status);
        using var promoter = await portal.Program("promoter");
        Assert.Equal(HttpStatusCode.NotFound, (await promoter.Delete($"/api/organisations/{portal.City.Id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await promoter.Delete($"/api/organisations/{portal.Promoter.Id}")).Status);
        Assert.Equal(1, (int)(await promoter.Get("/api/organisations")).Json["total"]!);
    }

    [Fact]
    public async Task An_invitation_is_made_listed_and_withdrawn()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var promoter = await portal.Program("promoter");
        var made = await promoter.Post("/api/invitations", new { invitee = "李", organisation = portal.Promoter.Id, days = 3 });
        var link = new Uri((string)made.Json["link"]!);
        using var guest = portal.Browser();
        Assert.Equal(HttpStatusCode.OK, (await guest.Get(link.PathAndQuery)).Status);
        Assert.Equal("Open", (string?)(await promoter.Get("/api/invitations")).Json["items"]![0]!["state"]);

        Assert.Equal(HttpStatusCode.NoContent, (await promoter.Delete($"/api/invitations/{made.Json["invitation"]!["id"]}")).Status);

        Assert.Equal("Withdrawn", (string?)(await promoter.Get("/api/invitations")).Json["items"]![0]!["state"]);
        Assert.Equal(HttpStatusCode.NotFound, (await guest.Get(link.PathAndQuery)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await promoter.Post("/api/invitations", new { invitee = "李", organisation = portal.City.Id })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await promoter.Post("/api/invitations", new { invitee = "李", role = "AuditAdministrator" })).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Rounds_are_made_and_changed_and_what_has_consequences_is_confirmed(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var ministry = await portal.Program("ministry");
        object Terms(string closes, bool confirm = false) => new { name = "接口批次", form = TestEntries.Form.Id, opensAt = "2021-06-01T08:00:00+08:00", closesAt = closes, confirm };
        var made = await ministry.Post("/api/rounds", Terms("2021-08-01T00:00:00+08:00"));
        Assert.Equal((HttpStatusCode.Created, "2021-07-31T16:00:00Z"), (made.Status, (string?)made.Json["closesAt"]));
        var path = made.Headers.Location!.ToString();
        using var promoter = await portal.Program("promoter");
        await promoter.Post("/api/entries", new { round = (string?)made.Json["id"] });

        var sooner = await ministry.Put(path, Terms("2021-07-01T00:00:00+08:00"), made.Tag);
        Assert.Equal((HttpStatusCode.Conflict, "confirm"), (sooner.Status, sooner.Code));
        Assert.True(sooner.Json["findings"]!.AsArray().Count > 1);
        var confirmed = await ministry.Put(path, Terms("2021-07-01T00:00:00+08:00", confirm: true), made.Tag);
        Assert.Equal((HttpStatusCode.OK, "2021-06-30T16:00:00Z"), (confirmed.Status, (string?)confirmed.Json["closesAt"]));
        var stale = await ministry.Put(path, Terms("2021-09-01T00:00:00+08:00"), made.Tag);
        Assert.Equal((HttpStatusCode.PreconditionFailed, confirmed.Tag), (stale.Status, stale.Tag));
        Assert.Equal(HttpStatusCode.Forbidden, (await promoter.Put(path, Terms("2021-09-01T00:00:00+08:00"), confirmed.Tag)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await promoter.Post("/api/rounds", Terms("2021-09-01T00:00:00+08:00"))).Status);
        Assert.Equal("2021-06-30T16:00:00Z", (string?)(await promoter.Get(path)).Json["closesAt"]);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z", HttpStatusCode.UnprocessableEntity), InlineData("2021-08-01T00:00:00", HttpStatusCode.BadRequest), InlineData("2021-08-01", HttpStatusCode.BadRequest), InlineData("2021-08-01T00:00:00.5Z", HttpStatusCode.BadRequest)]
    public async Task A_time_that_is_none_or_says_no_zone_is_refused(string closes, HttpStatusCode status)
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var ministry = await portal.Program("ministry");

        var answer = await ministry.Post("/api/rounds", new { name = "接口批次", form = TestEntries.Form.Id, opensAt = "2021-06-01T08:00:00+08:00", closesAt = closes });

        Assert.Equal(status, answer.Status);
        Assert.Contains("closesAt", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_are_the_security_administrators_and_the_audit_the_audit_administrators()
    {
        await using var portal = await TestPortal.Of("sqlite");
        using var security = await portal.Program("security");
        using var audit = await portal.Program("audit");
        foreach (var who in new[] { "promoter", "ministry", "system" })
        {
            using var other = await portal.Program(who);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Get("/api/accounts")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Get("/api/audit")).Status);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await security.Get("/api/audit")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await audit.Get("/api/accounts")).Status);

        var found = (await security.Get("/api/accounts?search=colleague")).Json["items"]!.AsArray().Single()!;
        var path = $"/api/accounts/{found["id"]}";
        Assert.Contains("Close", (await security.Get(path)).Json["moves"]!.AsArray().Select(m => (string?)m));
        var reset = await security.Post($"{path}/ResetPassword", null);
        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        Assert.Equal("/account/password", (await browser.Post("/sign-in", ("name", "colleague"), ("password", (string)reset.Json["temporaryPassword"]!), ("return", "/"))).Path);
        Assert.Equal(HttpStatusCode.OK, (await security.Post($"{path}/Close", null)).Status);
        Assert.True((bool)(await security.Get(path)).Json["account"]!["closed"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await security.Post($"{path}/Explode", null)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await security.Post($"{path}/99", null)).Status);

        var rows = (await audit.Get("/api/audit?action=AccountClosed")).Json["items"]!.AsArray();
        Assert.Contains("colleague", (string?)rows.Single()!["subject"], StringComparison.Ordinal);
    }
}
