using System.Net;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Tests.Portal.Api;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>Who may see and do what: every route, for everybody. A route that is not in the table fails the test.</summary>
public sealed class RouteTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    const string Own = "promoter colleague", Above = $"{Own} city province ministry", Members = $"{Above} other", All = $"{Members} system security audit", None = "";

    static readonly string[] Everybody = All.Split(' ');

    /// <param name="Route">Method and pattern, as the program has it.</param>
    /// <param name="Draft">Who is let in where the id is that of a draft, or where there is no id; null for those who are not signed in, too.</param>
    /// <param name="Submitted">Who is let in where the id is that of a submitted entry, or of its submission.</param>
    sealed record Rule(string Route, string? Draft, string? Submitted = null, string Query = "", string? Json = null, string[]? Inputs = null, HttpStatusCode Otherwise = HttpStatusCode.NotFound);

    static readonly Rule[] Rules =
    [
        new("GET /", All),
        new("POST /entries", Members.Replace(" city province ministry", "", StringComparison.Ordinal), Inputs: ["round", "{round}"]),
        new("GET /entries/{id:guid}", Own, Above),
        new("POST /entries/{id:guid}", Own, Above, Inputs: ["save", "1"]),
        new("POST /entries/{id:guid}/answers", Own, Above, Json: """{"changes":[]}"""),
        new("GET /entries/{id:guid}/changes", Own, Own, Query: "?after=0"),
        new("GET /entries/{id:guid}/history", Own, Own),
        new("POST /entries/{id:guid}/history", Own, Own, Inputs: ["field", "cluster.name", "number", "1"]),
        new("GET /entries/{id:guid}/submit", Own, Own),
        new("POST /entries/{id:guid}/submit", Own, Above, Inputs: ["request", "00000000-0000-0000-0000-000000000001"]),
        new("GET /entries/{id:guid}/draft.{kind}", Own, None),
        new("GET /entries/{id:guid}/evidence", Own, Above),
        new("POST /entries/{id:guid}/evidence", Own, Above, Inputs: ["field", ""]),
        new("GET /entries/{id:guid}/file", Own, Own),
        new("POST /entries/{id:guid}/file", Own, Own, Inputs: ["field", ""]),
        // ids of files: EvidenceTests and FromFileTests; of two versions: CompareTests
        new("GET /evidence/{id:guid}", None, None),
        new("POST /evidence/{id:guid}", None, None, Inputs: ["away", "1"]),
        new("GET /evidence/{id:guid}/answers", None, None),
        new("POST /evidence/{id:guid}/answers", None, None, Inputs: ["all", "1"]),
        new("GET /compare", None),
        new("GET /notices", All),
        new("POST /notices", All, Inputs: ["upTo", "0"]),
        new("GET /submissions/{id:guid}", None, Above),
        new("GET /submissions/{id:guid}/form.{kind}", None, Above),
        new("GET /submissions/{id:guid}/receipt.pdf", None, Above),
        new("GET /reference/industries", All, Query: "?q=37"),
        new("GET /reference/divisions", All, Query: "?q=43"),
        new("GET /language/{language}", null),
        new("GET /assets/{name}", null),
        new("GET /offline.js", null),
        new("GET /health/live", null),
        new("GET /health/ready", null),
        new("GET /sign-in", null),
        new("* {*path:nonfile}", None),
        new("GET /api/account", All),
        new("GET /api/forms", All),
        new("GET /api/forms/{programme}/{version}", All),
        new("GET /api/rounds", All),
        new("GET /api/organisations", All),
        new("GET /api/invitations", All),
        new("GET /api/reference/industries", All, Query: "?q=37"),
        new("GET /api/reference/divisions", All, Query: "?q=43"),
        new("GET /api/entries", All),
        new("POST /api/entries", Members.Replace(" city province ministry", "", StringComparison.Ordinal), Json: """{"round":"{round}"}"""),
        new("GET /api/entries/{id:guid}", Own, Above),
        new("GET /api/entries/{id:guid}/answers", Own, Own),
        new("POST /api/entries/{id:guid}/answers", Own, Above, Json: """{"changes":[]}"""),
        new("GET /api/entries/{id:guid}/answers/{field}", Own, Own),
        new("PUT /api/entries/{id:guid}/answers/{field}", Own, Above, Json: """{"text":"x"}"""),
        new("GET /api/entries/{id:guid}/answers/{field}/explanations/{code}", Own, Own),
        new("PUT /api/entries/{id:guid}/answers/{field}/explanations/{code}", Own, Above, Json: """{"text":""}"""),
        new("GET /api/entries/{id:guid}/findings", Own, Own),
        new("GET /api/entries/{id:guid}/changes", Own, Own, Query: "?after=0"),
        new("GET /api/entries/{id:guid}/history", Own, Own),
        new("POST /api/entries/{id:guid}/history/{number:int}/restore", Own, Own, Json: ""),
        new("GET /api/entries/{id:guid}/draft.{kind}", Own, None),
        new("POST /api/entries/{id:guid}/submissions", Own, Above, Json: "{}"),
        new("GET /api/entries/{id:guid}/evidence", Own, Above),
        new("POST /api/entries/{id:guid}/evidence", Own, Above, Query: "?name=x.pdf", Json: "{}"),
        new("POST /api/entries/{id:guid}/file", Own, Own, Query: "?name=x.docx", Json: "{}"),
        new("GET /api/evidence/{id:guid}", None, None),
        new("DELETE /api/evidence/{id:guid}", None, None),
        new("POST /api/evidence/{id:guid}/restore", None, None, Json: ""),
        new("GET /api/evidence/{id:guid}/answers", None, None),
        new("POST /api/evidence/{id:guid}/answers", None, None, Json: """{"versions":{}}"""),
        new("GET /api/submissions", All),
        new("GET /api/submissions/{id:guid}", None, Above),
        new("GET /api/submissions/{id:guid}/form.{kind}", None, Above),
        new("GET /api/submissions/{id:guid}/receipt.pdf", None, Above),
        new("GET /api/compare", None, Query: "?to=00000000-0000-0000-0000-000000000001"),
        new("GET /api/notices", All),
        new("POST /api/notices", All, Json: """{"upTo":0}"""),
        new("GET /api/account/mail", All),
        new("PUT /api/account/mail", All, Json: """{"sorts":["Waiting"]}"""),
        new("GET /api/openapi.json", null),
        new("* /api/{**path}", None),
    ];

    /// <summary>Routes of other folders, whose own tests say who may use them. They say here that nobody gets in without signing in, but where that is meant.</summary>
    static readonly string[] Elsewhere = ["/account", "/accounts", "/audit", "/organisations", "/rounds", "/invitations", "/sign-in", "/sign-out", "/token", "/api/organisations", "/api/rounds", "/api/invitations", "/api/accounts", "/api/audit", "/api/reference"];

    static readonly string[] Open = ["GET /sign-in", "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code", "GET /invitations/{secret}", "POST /invitations/{secret}", "GET /language/{language}", "GET /assets/{name}", "GET /offline.js", "GET /health/live", "GET /health/ready", "GET /api/openapi.json", "GET /api/reference/{documentName?}", "GET /api/reference/scalar.js", "GET /api/reference/scalar.aspnetcore.js", "GET /api/reference/favicon.svg"];

    static List<(string Method, string Pattern)> Routes(TestPortal portal) =>
    [
        .. from endpoint in portal.Running.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]
           select (method, endpoint.RoutePattern.RawText is [.. { Length: > 1 } pattern, '/'] ? pattern : endpoint.RoutePattern.RawText!),
    ];

    [Fact]
    public async Task Every_route_has_a_rule_and_every_rule_a_route()
    {
        var routes = Routes(await portals.Of("sqlite")).ConvertAll(r => $"{r.Method} {r.Pattern}");
        Assert.True(routes.Count > 20);
        Assert.DoesNotContain(routes.Except(Rules.Select(r => r.Route)), r => !Elsewhere.Any(e => r.Split(' ')[1] == e || r.Split(' ')[1].StartsWith($"{e}/", StringComparison.Ordinal)));
        Assert.Empty(Rules.Select(r => r.Route).Except(routes));
    }

    [Fact]
    public async Task Who_is_not_signed_in_gets_to_sign_in_and_nowhere_else()
    {
        var portal = await portals.Of("sqlite");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(portal.Address) };
        foreach (var (method, pattern) in Routes(portal))
        {
            if (Open.Contains($"{method} {pattern}"))
                continue;
            var path = Filled(pattern, Guid.NewGuid());
            using var page = new HttpRequestMessage(method is "*" ? HttpMethod.Get : new HttpMethod(method), path);
            using var answer = await http.SendAsync(page);
            if (!pattern.StartsWith("/api/", StringComparison.Ordinal) && pattern is not ("/token" or "/entries/{id:guid}/changes"))           // asked for by scripts only
            {
                Assert.Equal((method, pattern, HttpStatusCode.Redirect), (method, pattern, answer.StatusCode));
                Assert.StartsWith("/sign-in", answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.PathAndQuery : answer.Headers.Location.ToString(), StringComparison.Ordinal);
            }
            using var json = new HttpRequestMessage(page.Method, path) { Headers = { { "Accept", "application/json" } } };
            using var refused = await http.SendAsync(json);
            Assert.Equal((method, pattern, HttpStatusCode.Unauthorized), (method, pattern, refused.StatusCode));
        }
    }

    static string Filled(string pattern, Guid id) => pattern
        .Replace("{id:guid}", $"{id}", StringComparison.Ordinal)
        .Replace("{kind}", "json", StringComparison.Ordinal)
        .Replace("{*path:nonfile}", "nothing/here", StringComparison.Ordinal)
        .Replace("{language}", "zh", StringComparison.Ordinal)
        .Replace("{name}", "portal.js", StringComparison.Ordinal)
        .Replace("{secret}", "0123", StringComparison.Ordinal)
        .Replace("{move}", "close", StringComparison.Ordinal)
        .Replace("{programme}/{version}", TestEntries.Form.Id, StringComparison.Ordinal)
        .Replace("{field}", "cluster.name", StringComparison.Ordinal)
        .Replace("{code}", "too-long", StringComparison.Ordinal)
        .Replace("{number:int}", "1", StringComparison.Ordinal)
        .Replace("{**path}", "nothing/here", StringComparison.Ordinal);

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Everybody_gets_where_the_table_says_and_finds_nothing_elsewhere(string kind)
    {
        var portal = await portals.Of(kind);
        var (draft, submitted) = (await portal.Begin(), await portal.BeginFilled(seed: 2));
        await portal.Save(draft.Id, "promoter", new Wish(new Place("cluster.name"), "x", 0));
        var submission = (await portal.Submit(submitted.Id, Guid.NewGuid())).Value!;
        List<string> wrong = [];
        foreach (var who in Everybody)
        {
            using var browser = await portal.Browser(who);
            using var program = await portal.Program(who);
            foreach (var rule in Rules)
            {
                var ofSubmission = rule.Route.Contains("/submissions/", StringComparison.Ordinal);
                var unknown = await Answer(browser, program, portal, rule, Guid.NewGuid());
                foreach (var (id, allowed) in new[] { (ofSubmission ? Guid.NewGuid() : draft.Id, rule.Draft), (ofSubmission ? submission.Id : submitted.Id, rule.Submitted) })
                {
                    if (id != draft.Id && rule.Submitted is null)
                        continue;
                    var answer = await Answer(browser, program, portal, rule, id);
                    var mayEnter = allowed is null || allowed.Split(' ').Contains(who);
                    if (mayEnter ? answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or >= HttpStatusCode.InternalServerError : answer.Status != rule.Otherwise)
                        wrong.Add($"{who} {rule.Route} {(id == draft.Id ? "draft" : "submitted")}: {answer.Status}");
                    else if (!mayEnter && rule.Route.Contains("{id", StringComparison.Ordinal) && answer != unknown)
                        wrong.Add($"{who} {rule.Route}: tells what is there from what is not");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(EntryState.Draft, (await portal.Stored(draft.Id)).Entry.State);
    }

    static async Task<(HttpStatusCode Status, string Text)> Answer(TestBrowser browser, TestProgram program, TestPortal portal, Rule rule, Guid id)
    {
        var method = rule.Route.Split(' ')[0];
        var path = Filled(rule.Route.Split(' ')[1], id).TrimStart('/');
        if (path.StartsWith("api/", StringComparison.Ordinal))
        {
            using var content = rule.Json is null ? null : new StringContent(rule.Json.Replace("{round}", $"{portal.Round.Id}", StringComparison.Ordinal), null, "application/json");
            var answered = await program.Send(new HttpMethod(method is "*" ? "GET" : method), $"/{path}{rule.Query}", content, ("If-Match", "\"0\""), ("Idempotency-Key", $"{Guid.NewGuid()}"));
            return (answered.Status, Plain(answered.Text));
        }
        if (method is "GET" or "*")
        {
            var page = await browser.Get($"/{path}{rule.Query}");
            return (page.Status, Plain(page.Text));
        }
        await browser.Get("/");
        if (rule.Json is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/{path}") { Content = new StringContent(rule.Json, null, "application/json") };
            request.Headers.Add("RequestVerificationToken", browser.Token);
            using var answer = await browser.Http.SendAsync(request);
            return (answer.StatusCode, Plain(await answer.Content.ReadAsStringAsync()));
        }
        var sent = await browser.Post($"/{path}", [.. rule.Inputs!.Chunk(2).Select(i => (i[0], i[1].Replace("{round}", $"{portal.Round.Id}", StringComparison.Ordinal)))]);
        return (sent.Status, Plain(sent.Text));

        // the token differs from page to page, and the address of the page stands in the link to the other language
        string Plain(string text) => string.Join('\n', text.Replace($"{id}", "ID", StringComparison.Ordinal).Split('\n').Where(l => !l.Contains("__RequestVerificationToken", StringComparison.Ordinal) && !l.Contains("traceId", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_draft_is_in_nobodys_list_but_its_own_and_a_submission_in_those_above(string kind)
    {
        var portal = await portals.Of(kind);
        var (draft, submitted) = (await portal.Begin(), await portal.BeginFilled());
        await portal.Submit(submitted.Id, Guid.NewGuid());
        foreach (var who in Everybody)
        {
            using var browser = await portal.Browser(who);
            var text = (await browser.Get("/")).Text;
            Assert.Equal((who, Own.Split(' ').Contains(who)), (who, text.Contains($"{draft.Id}", StringComparison.Ordinal)));
            Assert.Equal((who, Above.Split(' ').Contains(who)), (who, text.Contains($"{submitted.Id}", StringComparison.Ordinal)));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_may_not_enter_a_round_does_not_see_it(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await using (var db = portal.Database.Open())
        {
            db.Add(new RoundEntrant { RoundId = entry.RoundId, OrganisationId = portal.Promoter.Id });
            await db.SaveChangesAsync();
        }
        foreach (var who in Everybody)
        {
            var actor = await portal.Actor(who);
            await using var db = portal.Database.Open();
            Assert.Equal((who, Above.Split(' ').Contains(who)), (who, Jiqun.Portal.Storage.Visible.RoundsOf(db, actor).Any(r => r.Id == entry.RoundId)));
            await using var scope = portal.Scope();
            if (!Own.Split(' ').Contains(who))
                Assert.Equal((who, "missing"), (who, (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(entry.RoundId, actor)).Refusal![0].Code));
        }
    }
}
