using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Api;

/// <summary>The description of the API: a contract, so its changes are looked at.</summary>
public sealed class ReferenceTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    async Task<JsonNode> Document()
    {
        using var program = new TestProgram((await portals.Of("sqlite")).Address, null);
        return (await program.Get("/api/openapi.json")).Json;
    }

    [Fact]
    public async Task The_description_is_the_one_that_was_looked_at()
    {
        var document = await Document();
        Assert.StartsWith("3.1", (string?)document["openapi"], StringComparison.Ordinal);
        Snapshot.Matches("openapi.json", document.ToJsonString(Readable) + "\n");
    }

    [Fact]
    public async Task Every_route_is_described_with_its_scope_and_what_it_answers()
    {
        var document = await Document();
        foreach (var (path, methods) in document["paths"]!.AsObject())
            foreach (var (method, operation) in methods!.AsObject())
            {
                var name = $"{method} {path}";
                Assert.True(operation!["summary"] is not null, name);
                Assert.Equal((name, method != "get"), (name, ((string?)operation["description"] ?? "").Contains("Scope: ", StringComparison.Ordinal)));
                var answers = operation["responses"]!.AsObject().Select(r => r.Key).ToList();
                Assert.True(answers.Contains("400") && answers.Contains("401") && answers.Contains("429") && answers.Exists(a => a.StartsWith('2')), name);
                Assert.Equal((name, path.Contains("{id}", StringComparison.Ordinal)), (name, answers.Contains("404") && path.Contains("{id}", StringComparison.Ordinal)));
            }
    }

    /// <summary>What each page of the portal does, as programs do it. Null where it is for pages alone: signing in, passwords, second steps, tokens, and pages that only ask or draw. What is public is for programs of visitors as it stands.</summary>
    static readonly Dictionary<string, string?> Counterparts = new()
    {
        ["GET /"] = "GET /api/rounds",
        ["POST /entries"] = "POST /api/entries",
        ["GET /entries/{id}"] = "GET /api/entries/{id}/answers",
        ["POST /entries/{id}"] = "POST /api/entries/{id}/answers",
        ["GET /entries/{id}/submit"] = "GET /api/entries/{id}/findings",
        ["POST /entries/{id}/submit"] = "POST /api/entries/{id}/submissions",
        ["POST /entries/{id}/history"] = "POST /api/entries/{id}/history/{number}/restore",
        ["GET /entries/{id}/file"] = "GET /api/entries/{id}/evidence",
        ["POST /evidence/{id}"] = "DELETE /api/evidence/{id}",
        ["POST /submissions/{id}/contacts"] = "GET /api/submissions/{id}",
        ["GET /rounds/{id}/exports"] = "GET /api/jobs",
        ["POST /jobs/{id}/cancel"] = "DELETE /api/jobs/{id}",
        ["GET /people"] = null,
        ["GET /audit/rows.csv"] = "GET /api/audit",
        ["GET /audit/checkpoint"] = null,
        ["GET /audit/checkpoint.json"] = null,
        ["POST /people"] = null,
        ["GET /organisations/new"] = null,
        ["POST /organisations/new"] = "POST /api/organisations",
        ["GET /organisations/{id}/change"] = null,
        ["POST /organisations/{id}/change"] = "PUT /api/organisations/{id}",
        ["GET /organisations/{id}/delete"] = null,
        ["POST /organisations/{id}/delete"] = "DELETE /api/organisations/{id}",
        ["GET /rounds/new"] = null,
        ["POST /rounds/new"] = "POST /api/rounds",
        ["GET /rounds/{id}/change"] = null,
        ["POST /rounds/{id}/change"] = "PUT /api/rounds/{id}",
        ["GET /invitations/new"] = null,
        ["POST /invitations/new"] = "POST /api/invitations",
        ["GET /invitations/{id}/withdraw"] = null,
        ["POST /invitations/{id}/withdraw"] = "DELETE /api/invitations/{id}",
        ["GET /invitations/{secret}"] = null,
        ["POST /invitations/{secret}"] = null,
        ["GET /accounts/{id}/{move}"] = null,
        ["POST /accounts/{id}/end"] = "PUT /api/accounts/{id}/end",
        ["POST /accounts/{id}/sessions/{session}/end"] = "DELETE /api/accounts/{id}/sessions/{session}",
        ["POST /policies"] = "PUT /api/policies",
        ["GET /entries/{id}/steps/{step}"] = "GET /api/entries/{id}/course",
        ["POST /entries/{id}/steps/{step}"] = "POST /api/entries/{id}/steps",
        ["POST /entries/{id}/points"] = "PUT /api/entries/{id}/points/{point}",
        ["POST /submissions/{id}/opinion"] = "PUT /api/submissions/{id}/opinion",
        ["GET /entries/{id}/extension"] = "GET /api/entries/{id}/course",
        ["POST /rounds/{id}/entries"] = "POST /api/entries/{id}/steps",
        ["POST /rounds/{id}/terms"] = "PUT /api/rounds/{id}/terms",
        ["GET /rounds/{id}/desk"] = "GET /api/rounds/{id}/list",
        ["POST /rounds/{id}/views/{view}"] = "DELETE /api/rounds/{id}/views/{view}",
        ["GET /rounds/{id}/charts"] = null,
        ["POST /rounds/{id}/publication"] = "PUT /api/rounds/{id}/publication",
        ["POST /rounds/{id}/comments/{comment}/contacts"] = "GET /api/rounds/{id}/comments/{comment}",
    };

    static readonly string[] ForPagesAlone = ["/account/", "/sign-in", "/sign-out", "/token", "/language/", "/assets/", "/offline.js", "/health/", "/public/", "/{*path"];

    [Fact]
    public async Task Programs_can_do_whatever_pages_do()
    {
        var portal = await portals.Of("sqlite");
        var described = (await Document())["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}")).ToHashSet();
        var pages = from endpoint in portal.Running.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                    let pattern = $"/{endpoint.RoutePattern.RawText!.Trim('/').Replace(":guid", "", StringComparison.Ordinal)}"
                    where !pattern.StartsWith("/api/", StringComparison.Ordinal) && !ForPagesAlone.Any(a => pattern.StartsWith(a, StringComparison.Ordinal))
                    from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                    select (Page: $"{method} {pattern}", Same: $"{method} /api{pattern}");
        foreach (var (page, same) in pages)
            Assert.True(Counterparts.TryGetValue(page, out var counterpart) ? counterpart is null || described.Contains(counterpart) : described.Contains(same), page);
    }

    [Fact]
    public async Task The_page_to_read_it_loads_nothing_from_elsewhere()
    {
        using var program = new TestProgram((await portals.Of("sqlite")).Address, null);
        var page = await program.Get("/api/reference/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
    }
}
