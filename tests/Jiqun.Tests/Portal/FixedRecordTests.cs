using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

/// <summary>What was submitted stays as it is: whatever is sent by whomever to any route, the rows of an entry are the same afterwards, but for the steps of its way.</summary>
public sealed class FixedRecordTests
{
    /// <summary>Routes by which steps are taken. They change an entry for those whose step it is, and for nobody else.</summary>
    /// <param name="Step">Null: the one that the request names.</param>
    sealed record Way(string Route, string? Step, string Why);

    static readonly Way[] Ways =
    [
        new("POST /entries/{id:guid}/steps/{step}", null, "takes the step in its address"),
        new("POST /api/entries/{id:guid}/steps", null, "takes the step that it names"),
        new("POST /rounds/{id:guid}/entries", null, "takes the step that it names with several entries"),
        new("POST /submissions/{id:guid}/seal", "seal", "the sealed document comes back: with a seal that can be told the step is taken"),
        new("POST /api/submissions/{id:guid}/seal", "seal", "as above"),
        new("POST /submissions/{id:guid}/seal/confirm", "seal", "the official has compared the scan"),
        new("POST /api/submissions/{id:guid}/seal/confirm", "seal", "as above"),
        new("POST /rounds/{id:guid}/recommendation", "recommend", "recommends entries, in order"),
        new("POST /api/rounds/{id:guid}/recommendation", "recommend", "as above"),
    ];

    static readonly string[] Steps = [.. ApprovalLibrary.Builtin.Of(TestEntries.Form.Id).Steps.Select(s => s.Id)];

    [Fact]
    public async Task Once_submitted_nothing_but_the_steps_of_its_way_changes_an_entry()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var everybody = await Visitor.All(portal);
        var requests = await Requests.Of(portal, everybody[0]);
        Assert.Empty(Ways.Select(w => w.Route).Except(RouteTests.Changing(portal).Select(r => $"{r.Method} {r.Pattern}")));
        ConcurrentBag<string> wrong = [];
        foreach (var state in (string[])["submitted", "sealed", "recommended", "accepted"])
        {
            var entry = await portal.In(state);
            var before = await portal.Record(entry.Entry);
            foreach (var (method, pattern) in RouteTests.Changing(portal))
            {
                var way = Ways.FirstOrDefault(w => w.Route == $"{method} {pattern}");
                foreach (var step in way is { Step: null } ? Steps : ["return"])
                {
                    await Parallel.ForEachAsync(everybody, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (who, _) =>
                    {
                        if (way is not null && RouteTests.IsTheirs(way.Step ?? step, state, who.Name))
                            return;
                        if (await requests.Send(who, method, pattern, entry, step) >= HttpStatusCode.InternalServerError)
                            wrong.Add($"{method} {pattern} {step} {state} {who.Name}: failed");
                    });
                    if (await portal.Record(entry.Entry) is var after && after != before)
                    {
                        wrong.Add($"{method} {pattern} {step} {state}: changed {string.Join('\n', after.Split('\n').Except(before.Split('\n')))}");
                        before = after;
                    }
                }
            }
            // the same requests, by those whose step it is
            foreach (var (route, step, name) in state switch
            {
                "submitted" => new[] { ("POST /submissions/{id:guid}/seal", "", "city"), ("POST /submissions/{id:guid}/seal/confirm", "seal", "city"), ("POST /api/entries/{id:guid}/steps", "withdraw", "colleague") },
                "sealed" => [("POST /rounds/{id:guid}/recommendation", "recommend", "province")],
                "recommended" => [("POST /rounds/{id:guid}/entries", "accept", "ministry")],
                _ => [("POST /entries/{id:guid}/steps/{step}", "reopen", "ministry")],
            })
            {
                await requests.Send(everybody.Single(v => v.Name == name), route.Split(' ')[0], route.Split(' ')[1], entry, step);
                if (step.Length > 0)
                    Assert.Equal((state, step), (state, await Last(portal, entry.Entry)));
            }
        }
        foreach (var who in everybody)
            who.Dispose();
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
    }

    static async Task<string> Last(TestPortal portal, Guid entry)
    {
        await using var db = portal.Database.Open();
        return await db.EntrySteps.Where(s => s.EntryId == entry).OrderByDescending(s => s.Number).Select(s => s.Step).FirstAsync();
    }

    /// <summary>A returned entry of which something was changed, so that it can be written again.</summary>
    static async Task<(EntryIn Entry, string Record)> Draft(TestPortal portal)
    {
        var entry = await portal.In("returned");
        var first = (await portal.Stored(entry.Entry)).Changes[0];
        await portal.Save(entry.Entry, "promoter", new Wish(new Place(first.Field), "改过", first.Number));
        return (entry, await portal.Record(entry.Entry));
    }

    /// <summary>Shows that the test above sends what would change something if it could.</summary>
    [Fact]
    public async Task The_same_requests_change_a_draft()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await portal.AddNeighbours();
        using var promoter = await Visitor.Of(portal, "promoter");
        var requests = await Requests.Of(portal, promoter);
        HashSet<string> changed = [];
        (EntryIn Entry, string Record)? draft = null;                       // the next request finds it as the last one did, or gets another
        foreach (var (method, pattern) in RouteTests.Changing(portal))
        {
            var (entry, before) = draft ??= await Draft(portal);
            await requests.Send(promoter, method, pattern, entry, "return");
            if (await portal.Record(entry.Entry) != before)
            {
                changed.Add($"{method} {pattern}");
                draft = null;
            }
        }
        Assert.Equal(
            [
                "DELETE /api/evidence/{id:guid}",
                "POST /api/entries/{id:guid}/answers",
                "POST /api/entries/{id:guid}/evidence",
                "POST /api/entries/{id:guid}/history/{number:int}/restore",
                "POST /api/evidence/{id:guid}/restore",
                "POST /entries/{id:guid}",
                "POST /entries/{id:guid}/answers",
                "POST /entries/{id:guid}/evidence",
                "POST /entries/{id:guid}/history",
                "POST /entries/{id:guid}/points",
                "POST /entries/{id:guid}/submit",              // what was typed is saved, although points are open
                "POST /evidence/{id:guid}",
                "PUT /api/entries/{id:guid}/answers/{field}",
                "PUT /api/entries/{id:guid}/answers/{field}/explanations/{code}",
                "PUT /api/entries/{id:guid}/points/{point:guid}",
            ],
            changed.Order(StringComparer.Ordinal));
    }
}

/// <summary>Makes a request that would change an entry if it could, for any route: a form that has every input that pages have, and JSON after the description of the API.</summary>
sealed class Requests(TestPortal portal, JsonNode description)
{
    public static async Task<Requests> Of(TestPortal portal, Visitor any) => new(portal, JsonNode.Parse((await any.Call(HttpMethod.Get, "/api/openapi.json")).Text)!);

    /// <param name="step">Named where one is asked for.</param>
    public async Task<HttpStatusCode> Send(Visitor who, string method, string pattern, EntryIn entry, string step)
    {
        await using var db = portal.Database.Open();
        var version = await db.Answers.Where(a => a.EntryId == entry.Entry && a.Field == "cluster.name" && a.Code == "").Select(a => a.Version).SingleOrDefaultAsync();
        var opinion = await db.Opinions.Where(o => o.SubmissionId == entry.Submission && o.StepId == null).MaxAsync(o => (int?)o.Version) ?? 0;
        var path = RouteTests.Filled(pattern, entry.For(pattern) ?? Guid.NewGuid(), entry.Point, step);
        if (!path.StartsWith("/api/", StringComparison.Ordinal))
        {
            var (status, _) = await who.Send(new HttpMethod(method), path, Form(who, entry, step, version, opinion));
            return status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType
                ? (await who.Send(new HttpMethod(method), path, new StringContent($$"""{"changes":[{"field":"cluster.name","text":"改动","version":{{version}}}]}""", null, "application/json"))).Status
                : status;
        }
        var operation = description["paths"]![pattern.Replace(":guid", "", StringComparison.Ordinal).Replace(":int", "", StringComparison.Ordinal)]![method.ToLowerInvariant()]!;
        var bodies = operation["requestBody"]?["content"]?.AsObject();
        var worst = HttpStatusCode.OK;
        foreach (var match in (int[])[version, opinion, 0])
        {
            if (bodies is null || bodies.ContainsKey("application/json"))
            {
                var json = bodies is null ? null : Plausible("", bodies["application/json"]!["schema"]!, entry, step, version)?.ToJsonString();
                worst = Worse(worst, (await who.Call(new HttpMethod(method), path, json, $"\"{match}\"")).Status);
            }
            else
            {
                using var file = new ByteArrayContent(Evidence.Files.Jpeg());
                worst = Worse(worst, (await who.Program.Send(new HttpMethod(method), $"{path}?name=x.jpg", file, ("Idempotency-Key", $"{Guid.NewGuid()}"), ("If-Match", $"\"{match}\""))).Status);
            }
            if (method is "DELETE" or "POST" && !path.EndsWith("/confirm", StringComparison.Ordinal))
                break;
        }
        return worst;
    }

    static HttpStatusCode Worse(HttpStatusCode a, HttpStatusCode b) => a > b ? a : b;

    static MultipartFormDataContent Form(Visitor who, EntryIn entry, string step, int version, int opinion)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in new (string, string)[]
        {
            ("__RequestVerificationToken", who.Token), ("request", $"{Guid.NewGuid()}"), ("submission", $"{entry.Submission}"), ("reason", step is "return" ? "" : "理由"),
            ("a:cluster.name:", "改动"), ("v:cluster.name:", version.ToString(CultureInfo.InvariantCulture)), ("keepUnexplained", "1"),
            (step is "return" ? "point:cluster.name" : "pointless", "请修改"), ($"{entry.Point ?? Guid.NewGuid()}", "已修改"),
            ("number", "1"), ("away", "1"), ("all", "1"), ("v:cluster.name", version.ToString(CultureInfo.InvariantCulture)), ("field", "cluster.name"),
            ("text", "另一意见"), ("dated", "2021-06-01"), ("version", opinion.ToString(CultureInfo.InvariantCulture)), ("compared", "1"),
            ("step", step), ("chosen", $"{entry.Entry}:{entry.Submission}"), ($"rank:{entry.Entry}", "1"), ($"comment:{entry.Entry}", "好"), ("confirmed", "yes"),
            ("state", entry.State is "returned" ? "draft" : entry.State), ("until", "2021-07-20T18:00"), ("deadline:submitted", "2021-07-20T18:00"), ("round", $"{entry.Round}"), ("upTo", "0"),
        })
            form.Add(new StringContent(value), $"\"{name}\"");
        form.Add(new ByteArrayContent(Evidence.Files.Jpeg()), "file", "x.jpg");
        return form;
    }

    /// <summary>Something that a schema allows: ids of this entry by the names of properties, otherwise anything of the type.</summary>
    JsonNode? Plausible(string name, JsonNode schema, EntryIn entry, string step, int version)
    {
        if ((string?)schema["$ref"] is { } to)
            return Plausible(name, description["components"]!["schemas"]![to.Split('/')[^1]]!, entry, step, version);
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
            return Plausible(name, choices.First(c => (string?)c!["type"] is not "null")!, entry, step, version);
        var types = schema["type"] is JsonArray several ? [.. several.Select(t => (string)t!)] : new List<string> { (string?)schema["type"] ?? "object" };
        if (name is "points" && step is not "return" || name is "code")
            return null;
        if (types.Contains("array"))
            return new JsonArray(Plausible(name, schema["items"]!, entry, step, version));
        if (types.Contains("object"))
        {
            if (schema["properties"] is JsonObject properties)
                return new JsonObject(properties.Select(p => KeyValuePair.Create(p.Key, Plausible(p.Key, p.Value!, entry, step, version))));
            return name switch
            {
                "versions" => new JsonObject { ["cluster.name"] = version },
                "deadlines" => new JsonObject { ["submitted"] = "2021-07-20T10:00:00Z" },
                _ => new JsonObject(),
            };
        }
        return name switch
        {
            "entry" => $"{entry.Entry}",
            "submission" => $"{entry.Submission}",
            "round" => $"{entry.Round}",
            "step" => step,
            "field" => "cluster.name",
            "version" => version,
            "dated" => "2021-06-01",
            "until" => "2021-07-20T10:00:00Z",
            "text" => "改动",
            _ => types.Contains("boolean") ? true
                : types.Contains("integer") ? 1
                : (string?)schema["format"] is "uuid" ? $"{Guid.NewGuid()}"
                : (string?)schema["format"] is "date-time" ? "2021-07-20T10:00:00Z"
                : "理由",
        };
    }
}
