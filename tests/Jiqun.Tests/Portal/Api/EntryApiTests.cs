using System.Net;
using Jiqun.Portal.Entries;

namespace Jiqun.Tests.Portal.Api;

/// <summary>A form filled in, submitted and read by programs.</summary>
public sealed class EntryApiTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_program_fills_in_and_submits_and_the_offices_above_read_it(string kind)
    {
        var portal = await portals.Of(kind);
        var round = (await portal.Begin()).RoundId;
        using var other = await portal.Program("other");
        var begun = await other.Post("/api/entries", new { round });
        Assert.Equal(HttpStatusCode.Created, begun.Status);
        var path = begun.Headers.Location!.ToString();
        Assert.Equal((string?)begun.Json["id"], (string?)(await other.Get(path)).Json["id"]);
        Assert.Equal(HttpStatusCode.Created, (await other.Post("/api/entries", new { round })).Status);

        var answers = TestEntries.Answers();
        var saved = await other.Post($"{path}/answers", new { changes = answers.Select(a => new { field = a.Key, text = a.Value, version = 0 }) });
        Assert.Equal((HttpStatusCode.OK, 0, 0), (saved.Status, saved.Json["conflicts"]!.AsArray().Count, saved.Json["refused"]!.AsArray().Count));
        Assert.Equal("", string.Join(' ', (await other.Get($"{path}/findings?stage=Submission")).Json["findings"]!.AsArray().Where(f => (string?)f!["severity"] == "Error")));
        var standing = (await other.Get($"{path}/answers")).Json;
        Assert.All(answers, a => Assert.Contains(standing["answers"]!.AsArray(), s => (string?)s!["field"] == a.Key && (string?)s["text"] == a.Value));

        var before = (await other.Get(path)).Tag;
        Assert.Equal(HttpStatusCode.NotModified, (await other.Get(path, before)).Status);
        var key = $"{Guid.NewGuid()}";
        Assert.Equal((HttpStatusCode)422, (await other.Post($"{path}/submissions", new { })).Status);
        var submitted = await other.Post($"{path}/submissions", new { keepUnexplained = true }, key);
        Assert.Equal(HttpStatusCode.Created, submitted.Status);
        Assert.Equal(submitted.Text, (await other.Post($"{path}/submissions", new { keepUnexplained = true }, key)).Text);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "submitted"), ((await other.Put($"{path}/answers/cluster.name", new { text = "x" }, "\"1\"")) is var late ? (late.Status, late.Code) : default));

        Assert.Equal(HttpStatusCode.OK, (await other.Get(path, before)).Status);

        using var city = await portal.Program("city");
        var id = (string)submitted.Json["id"]!;
        Assert.Contains((await city.Get("/api/submissions?size=200")).Json["items"]!.AsArray(), s => (string?)s!["id"] == id);
        var read = await city.Get($"/api/submissions/{id}");
        Assert.All(answers, a => Assert.Equal((a.Key, a.Value), (a.Key, (string?)read.Json["answers"]![a.Key])));
        await using (var db = portal.Database.Open())
            Assert.True(db.Audit.Any(a => a.Action == Jiqun.Portal.Audit.AuditAction.Downloaded && a.Subject == Guid.Parse(id) && a.Detail == "api"));
        var frozen = await city.Get($"/api/submissions/{id}/form.json");
        Assert.Equal((string?)submitted.Json["digest"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(frozen.Text))));
        Assert.Equal("Submitted", (string?)(await city.Get($"{path}")).Json["state"]);
        using var promoter = await portal.Program("promoter");
        Assert.Equal(HttpStatusCode.NotFound, (await promoter.Get($"/api/submissions/{id}")).Status);
    }

    [Fact]
    public async Task A_field_is_written_against_the_version_that_was_seen()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        var path = $"/api/entries/{entry.Id}/answers/government.name";

        Assert.Equal((HttpStatusCode.PreconditionRequired, "no-match"), (await program.Put(path, new { text = "甲" }, null)) is var blind ? (blind.Status, blind.Code) : default);
        var first = await program.Put(path, new { text = "甲" }, "\"0\"");
        Assert.Equal((HttpStatusCode.OK, "\"1\"", "甲"), (first.Status, first.Tag, (string?)first.Json["text"]));
        await portal.Save(entry.Id, "colleague", new Wish(new Place("government.name"), "乙", 1));
        var stale = await program.Put(path, new { text = "丙" }, first.Tag);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "stale", "\"2\"", "乙"), (stale.Status, stale.Code, stale.Tag, (string?)stale.Json["current"]!["text"]));
        Assert.Contains("colleague 王", (string?)stale.Json["current"]!["said"], StringComparison.Ordinal);
        var again = await program.Put(path, new { text = "丙" }, stale.Tag);
        Assert.Equal((HttpStatusCode.OK, "\"3\""), (again.Status, again.Tag));
        Assert.Equal(HttpStatusCode.NotModified, (await program.Get(path, $"\"0\", W/{again.Tag}")).Status);
        foreach (var senseless in new[] { "*", "\"1\", \"3\"", "\"x\"", "\"-3\"", "3", "\"99999999999\"" })
            Assert.Equal((senseless, HttpStatusCode.PreconditionFailed), (senseless, (await program.Put(path, new { text = "丁" }, senseless)).Status));
        Assert.Equal(HttpStatusCode.OK, (await program.Put(path, new { text = "丙" }, $"W/{again.Tag}")).Status);
        Assert.Equal((HttpStatusCode.OK, "丙"), (await program.Get(path, first.Tag)) is var now ? (now.Status, (string?)now.Json["text"]) : default);

        Assert.Equal("乙", (string?)(await program.Post($"/api/entries/{entry.Id}/history/2/restore", null)).Json["text"]);
        var history = (await program.Get($"/api/entries/{entry.Id}/history?size=3")).Json;
        Assert.Equal(["乙", "丙", "乙"], history["items"]!.AsArray().Select(h => (string?)h!["after"]));
        Assert.Equal(4, (int)history["total"]!);
    }

    [Fact]
    public async Task A_warning_is_explained_against_its_version_too()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        await portal.Save(entry.Id, "promoter", new Wish(new Place("indicators.output"), "约1500", 0));
        var finding = (await program.Get($"/api/entries/{entry.Id}/findings")).Json["findings"]!.AsArray().Single(f => (string?)f!["severity"] == "Warning");
        var path = $"/api/entries/{entry.Id}/answers/{finding!["field"]}/explanations/{finding["code"]}";

        var saved = await program.Put(path, new { text = "统计局快报" }, "\"0\"");

        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal("统计局快报", (string?)(await program.Get($"/api/entries/{entry.Id}/answers")).Json["explanations"]![0]!["text"]);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await program.Put(path, new { text = "x" }, "\"0\"")).Status);
    }

    [Theory]
    [InlineData("""{"text":"a","text":"b"}""", "$"), InlineData("""{"text":1}""", "$.text"), InlineData("""{"txt":"x"}""", "$.txt"), InlineData("""{"text":null}""", "$.text"), InlineData("{", "$"), InlineData("{}", "text"), InlineData("", "")]
    public async Task What_is_wrong_with_a_body_is_told_with_its_place(string body, string place)
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        using var content = new StringContent(body, null, "application/json");

        var answer = await program.Send(HttpMethod.Put, $"/api/entries/{entry.Id}/answers/cluster.name", content, ("If-Match", "\"0\""));

        Assert.Equal((HttpStatusCode.BadRequest, "request"), (answer.Status, answer.Code));
        Assert.Contains(place, (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_route_takes_is_told_apart()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        var path = $"/api/entries/{entry.Id}/answers";
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("x", "y")]);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "media-type"), (await program.Send(HttpMethod.Post, path, form)) is var sort ? (sort.Status, sort.Code) : default);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method"), (await program.Delete(path)) is var method ? (method.Status, method.Code) : default);
        Assert.Equal((HttpStatusCode.NotFound, "missing"), (await program.Get("/api/nothing")) is var nothing ? (nothing.Status, nothing.Code) : default);
        Assert.Equal((HttpStatusCode.NotFound, "missing"), (await program.Get("/api/entries/7")) is var seven ? (seven.Status, seven.Code) : default);
        Assert.Contains("after", (await program.Get($"/api/entries/{entry.Id}/changes")).Text, StringComparison.Ordinal);
        var twice = await program.Post(path, new { changes = new[] { new { field = "cluster.name", text = "a", version = 0 }, new { field = "cluster.name", text = "b", version = 0 } } });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "twice"), (twice.Status, twice.Code));
    }

    [Fact]
    public async Task What_cannot_be_kept_is_refused_with_its_finding()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");

        var unknown = await program.Put($"/api/entries/{entry.Id}/answers/no.such", new { text = "x" }, "\"0\"");
        var large = await program.Put($"/api/entries/{entry.Id}/answers/cluster.name", new { text = new string('长', 3000) }, "\"0\"");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unknown-field"), (unknown.Status, unknown.Code));
        Assert.Equal(("too-large", "cluster.name", "Error"), ((string?)large.Json["findings"]![0]!["code"], (string?)large.Json["findings"]![0]!["field"], (string?)large.Json["findings"]![0]!["severity"]));
    }

    [Fact]
    public async Task Messages_come_in_the_language_that_is_asked_for()
    {
        var portal = await portals.Of("sqlite");
        using var program = await portal.Program("promoter");
        string? Said(ProgramAnswer answer) => (string?)answer.Json["detail"];

        Assert.Contains("no such page", Said(await program.Send(HttpMethod.Get, $"/api/entries/{Guid.NewGuid()}", null, ("Accept-Language", "en"))), StringComparison.Ordinal);
        Assert.Contains("不存在", Said(await program.Get($"/api/entries/{Guid.NewGuid()}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_come_in_parts_that_name_the_next()
    {
        await using var portal = await TestPortal.Of("sqlite");
        for (var i = 0; i < 5; i++)
            await portal.Begin();
        using var program = await portal.Program("promoter");
        List<string> seen = [];
        for (var path = "/api/entries?state=Draft&size=2"; path is not null;)
        {
            var part = await program.Get(path);
            Assert.Equal(5, (int)part.Json["total"]!);
            seen.AddRange(part.Json["items"]!.AsArray().Select(e => (string)e!["id"]!));
            path = part.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }
        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        Assert.Empty((await program.Get("/api/entries?state=Submitted")).Json["items"]!.AsArray());
        Assert.Equal((1, 200), (await program.Get("/api/entries?page=-3&size=100000")) is var odd ? ((int)odd.Json["page"]!, (int)odd.Json["size"]!) : default);
        Assert.Equal(HttpStatusCode.BadRequest, (await program.Get("/api/entries?state=nonsense")).Status);
    }

    [Fact]
    public async Task Two_versions_are_compared()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.BeginFilled();
        var submission = (await portal.Submit(entry.Id, Guid.NewGuid())).Value!;
        var draft = await portal.Begin();
        await portal.Save(draft.Id, "promoter", new Wish(new Place("cluster.name"), "别的集群", 0));
        using var program = await portal.Program("promoter");

        var compared = (await program.Get($"/api/compare?from={submission.Id}&to={draft.Id}")).Json;

        var name = compared["fields"]!.AsArray().Single(f => (string?)f!["field"] == "cluster.name")!;
        Assert.Equal((TestEntries.Answers()["cluster.name"], "别的集群", false), ((string?)name["from"], (string?)name["to"], (bool)name["isSame"]!));
    }
}
