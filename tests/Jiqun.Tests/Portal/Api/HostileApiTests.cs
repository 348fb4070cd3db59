using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Audit;

namespace Jiqun.Tests.Portal.Api;

/// <summary>Every parameter and every text in every body of the described API, with hostile values: nothing breaks, nothing comes back that a browser would run, and the database stays whole.</summary>
public sealed class HostileApiTests
{
    /// <summary>Values that each place is sent; all of them are sent several times.</summary>
    const int ForEach = 8;

    static readonly string[] People = ["promoter", "city", "province", "ministry", "system", "security", "audit"];

    [Fact]
    public void There_are_three_hundred_and_more() => Assert.True(HostileValues.All.Count >= 300, $"{HostileValues.All.Count}");

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task No_parameter_and_no_body_breaks_anything(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.BeginFilled();
        var submission = (await portal.Submit((await portal.BeginFilled(2)).Id, Guid.NewGuid())).Value!;
        var programs = new Dictionary<string, TestProgram>();
        foreach (var who in People)
            programs[who] = await portal.Program(who);
        using var nobody = new TestProgram(portal.Address, null);
        var document = (await nobody.Get("/api/openapi.json")).Json;
        var (turn, sent) = (0, 0);
        foreach (var (path, methods) in document["paths"]!.AsObject())
            foreach (var (method, operation) in methods!.AsObject())
            {
                var parameters = (operation!["parameters"]?.AsArray() ?? []).Select(p => (Name: (string)p!["name"]!, In: (string)p["in"]!)).ToList();
                var body = operation["requestBody"]?["content"]?["application/json"]?["schema"];
                var places = parameters.Where(p => p.In is "query" or "path").Select(p => p.Name).Concat(body is null ? [] : Texts(Resolve(document, body)).Select(t => $"body {t}")).ToList();
                foreach (var place in places)
                    for (var i = 0; i < ForEach; i++)
                    {
                        var value = HostileValues.All[turn++ % HostileValues.All.Count];
                        var address = path;
                        foreach (var (name, _) in parameters.Where(p => p.In == "path"))
                            address = address.Replace($"{{{name}}}", name == place ? HostileValues.InAddress(value) : Known(path, name), StringComparison.Ordinal);
                        if (parameters.Exists(p => p.Name == place && p.In == "query"))
                            address += $"?{place}={HostileValues.InAddress(value)}";
                        using var content = body is null ? null : JsonContent.Create(Body(Resolve(document, body), place.StartsWith("body ", StringComparison.Ordinal) ? place[5..] : "", value, document));
                        var who = People[(turn + i) % People.Length];
                        var answer = await programs[who].Send(new HttpMethod(method.ToUpperInvariant()), address, content, ("If-Match", "*"), ("Idempotency-Key", $"{turn}"));
                        sent++;
                        var told = $"{who} {method} {address} {place} {value[..Math.Min(60, value.Length)]} → {answer.Status} {answer.Text[..Math.Min(300, answer.Text.Length)]}";
                        Assert.True((int)answer.Status < 500, told);
                        Assert.DoesNotContain(answer.Headers, h => h.Key is "X-Injected" || h.Value.Any(v => v.Contains("evil", StringComparison.Ordinal)));
                        Assert.True(answer.Text.Length == 0 || answer.Type is not "text/html", told);
                        Assert.DoesNotContain("   at Jiqun", answer.Text, StringComparison.Ordinal);
                    }
            }
        Assert.True(sent > 2 * HostileValues.All.Count, $"{sent} requests");
        foreach (var program in programs.Values)
            program.Dispose();
        await portal.Chained();
        Assert.Empty((await new VerifyAudit(portal.Database, portal.Clock).Run([])).Flaws);

        string Known(string path, string name) =>
            name is "id" ? (path.Contains("/submissions/", StringComparison.Ordinal) ? submission.Id : path.Contains("/rounds/", StringComparison.Ordinal) ? portal.Round.Id : path.Contains("/organisations/", StringComparison.Ordinal) ? portal.Promoter.Id : entry.Id).ToString()
            : name is "field" ? "indicators.output"
            : "1";
    }

    static JsonNode Resolve(JsonNode document, JsonNode schema)
    {
        while ((string?)schema["$ref"] is { } reference)
            schema = reference[2..].Split('/').Aggregate(document, (node, part) => node[part]!);
        return schema["oneOf"]?.AsArray().Select(o => Resolve(document, o!)).FirstOrDefault(o => (string?)o["type"] is not "null") ?? schema;
    }

    /// <summary>Names of what an object has.</summary>
    static IEnumerable<string> Texts(JsonNode schema) => schema["properties"]?.AsObject().Select(p => p.Key) ?? [];

    /// <summary>An object as described, with a hostile text in one of its places, whatever ought to stand there.</summary>
    static JsonObject Body(JsonNode schema, string place, string value, JsonNode document)
    {
        JsonObject made = [];
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var kind = Resolve(document, property!);
            var types = kind["type"] is JsonArray several ? [.. several.Select(t => (string)t!)] : new[] { (string?)kind["type"] ?? "string" };
            made[name] = name != place ? Plain(types, kind)
                : types.Contains("array") ? new JsonArray(value, value)
                : types.Contains("object") ? new JsonObject { [value.Length > 200 ? value[..200] : value] = value }
                : value;
        }
        return made;
    }

    static JsonNode? Plain(string[] types, JsonNode kind) =>
        types.Contains("array") ? new JsonArray()
        : types.Contains("object") ? new JsonObject()
        : types.Contains("boolean") ? false
        : types.Contains("integer") || types.Contains("number") ? 1
        : kind["enum"] is JsonArray { Count: > 0 } names ? names[0]?.DeepClone()
        : (string?)kind["format"] is "uuid" ? "00000000-0000-0000-0000-000000000001"
        : (string?)kind["format"] is "date-time" ? "2021-06-05T00:00:00Z"
        : (string?)kind["format"] is "date" ? "2021-06-05"
        : "x";
}
