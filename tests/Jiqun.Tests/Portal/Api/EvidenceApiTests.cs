using System.Net;

namespace Jiqun.Tests.Portal.Api;

/// <summary>Files sent and fetched by programs, and answers taken out of filled forms.</summary>
public sealed class EvidenceApiTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_file_is_attached_fetched_put_away_and_taken_out(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        var bytes = Evidence.Files.Pdf;
        using var body = new ByteArrayContent(bytes);

        var attached = await program.Send(HttpMethod.Post, $"/api/entries/{entry.Id}/evidence?name={Uri.EscapeDataString("证明.pdf")}&field=indicators.output", body);

        Assert.Equal(HttpStatusCode.Created, attached.Status);
        Assert.Equal(("证明.pdf", "Pdf", "indicators.output", bytes.Length), ((string?)attached.Json["name"], (string?)attached.Json["kind"], (string?)attached.Json["field"], (int)attached.Json["size"]!));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), (string?)attached.Json["digest"]);
        var path = attached.Headers.Location!.ToString();
        var fetched = await program.Get(path);
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (fetched.Status, fetched.Type));
        Assert.NotNull((string?)(await program.Delete(path)).Json["putAwayAt"]);
        Assert.Null((string?)(await program.Post($"{path}/restore", null)).Json["putAwayAt"]);
        Assert.Single((await program.Get($"/api/entries/{entry.Id}/evidence")).Json.AsArray());
        using var other = await portal.Program("other");
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Delete(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Post($"{path}/restore", null)).Status);
    }

    [Fact]
    public async Task What_is_no_evidence_is_refused()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        foreach (var text in new[] { "", "just text", "MZ\u0090" })
        {
            using var body = new StringContent(text);
            var answer = await program.Send(HttpMethod.Post, $"/api/entries/{entry.Id}/evidence?name=x.pdf", body);
            Assert.Equal((text, HttpStatusCode.UnprocessableEntity), (text, answer.Status));
        }
    }

    [Fact]
    public async Task A_filled_form_is_uploaded_and_its_answers_are_taken()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var program = await portal.Program("promoter");
        using var body = new ByteArrayContent(Evidence.Files.Docx(("cluster.name", "乙集群"), ("indicators.output", "1507")));

        var uploaded = await program.Send(HttpMethod.Post, $"/api/entries/{entry.Id}/file?name=form.docx", body);

        Assert.Equal(HttpStatusCode.Created, uploaded.Status);
        var offers = uploaded.Json["offers"]!.AsArray();
        Assert.NotEmpty(offers);
        var path = uploaded.Headers.Location!.ToString();
        var taken = await program.Post(path, new { versions = offers.ToDictionary(o => (string)o!["field"]!, o => (int)o!["version"]!) });
        Assert.Equal((HttpStatusCode.OK, 0, 0), (taken.Status, taken.Json["conflicts"]!.AsArray().Count, taken.Json["refused"]!.AsArray().Count));
        Assert.Equal("take-none", (await program.Post(path, new { versions = new { } })).Code);
        Assert.Equal("unknown-field", (await program.Post(path, new { versions = new Dictionary<string, int> { ["no.such"] = 0 } })).Code);
        Assert.Empty((await program.Get(path)).Json["offers"]!.AsArray());
        var history = (await program.Get($"/api/entries/{entry.Id}/history?field=cluster.name")).Json["items"]!.AsArray();
        Assert.Equal((string?)uploaded.Json["evidence"], (string?)history[0]!["origin"]);
    }
}
