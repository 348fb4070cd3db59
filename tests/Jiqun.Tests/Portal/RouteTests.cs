using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>Who may see and do what: every route, for everybody, with an entry of two cities in every state. A route that is not in the tables fails the tests.</summary>
public sealed class RouteTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    const string Own = "promoter colleague", Cities = "city changsha", Seen = $"{Own} {Cities} province ministry";
    const string Promoters = $"{Own} other third", Provinces = "province guangdong", Offices = $"{Cities} guangzhou {Provinces} ministry", Members = $"{Promoters} {Offices}";
    const string All = $"{Members} expert system security audit", None = "";

    /// <summary>In which states an entry may be who is let in. Who is neither let in nor told finds nothing, and the same as where there is nothing.</summary>
    /// <param name="Route">Method and pattern, as the program has it.</param>
    /// <param name="New">Who is let in where the entry was never submitted, or where there is no entry; null for those who are not signed in, too.</param>
    /// <param name="Later">Who is let in once it was submitted; null as <paramref name="New"/>.</param>
    /// <param name="Returned">Who is let in when it is a draft again; null as <paramref name="Later"/>.</param>
    /// <param name="In">States in which it is somebody else again.</param>
    /// <param name="Told">Who, once it was submitted, is told that this is not theirs, or not now: they see that the entry is there.</param>
    sealed record Rule(
        string Route, string? New, string? Later = null, string? Returned = null, (string State, string Who)[]? In = null, string Told = None,
        string Query = "", string? Json = null, string[]? Inputs = null)
    {
        public string Pattern => Route.Split(' ')[1];

        public string? Allowed(string state) => state is "new" ? New : In?.FirstOrDefault(i => i.State == state).Who is { } other ? other : (state is "returned" ? Returned : null) ?? Later ?? New;
    }

    const string AnyId = "00000000-0000-0000-0000-000000000001";

    static readonly Rule[] Rules =
    [
        new("GET /", All),
        new("POST /entries", Promoters, Inputs: ["round", "{round}"]),
        new("GET /entries/{id:guid}", Own, Seen),
        new("POST /entries/{id:guid}", Own, None, Own, Told: Seen, Inputs: ["save", "1"]),
        new("POST /entries/{id:guid}/answers", Own, None, Own, Told: Seen, Json: """{"changes":[]}"""),
        new("GET /entries/{id:guid}/changes", Own, Query: "?after=0"),
        new("GET /entries/{id:guid}/history", Own),
        new("POST /entries/{id:guid}/history", Own, None, Own, Told: Own, Inputs: ["field", "cluster.name", "number", "1"]),
        new("GET /entries/{id:guid}/submit", Own),
        new("POST /entries/{id:guid}/submit", Own, None, Own, Told: Seen, Inputs: ["request", AnyId]),
        new("GET /entries/{id:guid}/draft.{kind}", Own, None, Own),
        new("GET /entries/{id:guid}/evidence", Own, Seen),
        new("POST /entries/{id:guid}/evidence", Own, None, Own, Told: Seen, Inputs: ["field", ""]),
        new("GET /entries/{id:guid}/file", Own),
        new("POST /entries/{id:guid}/file", Own, None, Own, Told: Own, Inputs: ["field", ""]),
        new("GET /evidence/{id:guid}", Own, Seen),
        new("POST /evidence/{id:guid}", Own, None, Own, Told: Seen, Inputs: ["away", "0"]),
        // of filled forms: FromFileTests; of two versions: CompareTests
        new("GET /evidence/{id:guid}/answers", None),
        new("POST /evidence/{id:guid}/answers", None, Inputs: ["all", "1"]),
        new("GET /compare", None),
        new("GET /notices", All),
        new("POST /notices", All, Inputs: ["upTo", "0"]),
        new("GET /submissions/{id:guid}", None, Seen),
        new("POST /submissions/{id:guid}/contacts", None, Seen, Inputs: []),
        new("GET /submissions/{id:guid}/form.{kind}", None, Seen),
        new("GET /submissions/{id:guid}/receipt.pdf", None, Seen),

        // which steps are whose: Steps
        new("GET /entries/{id:guid}/steps/{step}", None, None, In: [("submitted", Cities), ("sealed", "province"), ("recommended", "ministry")], Told: Seen),          // return
        new("POST /entries/{id:guid}/steps/{step}", Own, None, Told: Seen, Inputs: ["request", "{random}", "submission", "{random}"]),
        new("GET /entries/{id:guid}/points", Own),
        new("POST /entries/{id:guid}/points", Own, None, Own, Told: Own, Inputs: []),
        new("GET /submissions/{id:guid}/opinion", None, None, In: [("submitted", Cities)], Told: Seen),
        new("POST /submissions/{id:guid}/opinion", None, None, In: [("submitted", Cities)], Told: Seen, Inputs: ["text", ""]),
        new("GET /submissions/{id:guid}/opinion.pdf", None, None, In: [("submitted", Cities)], Told: Seen),
        new("POST /submissions/{id:guid}/seal", None, None, In: [("submitted", Cities)], Told: Seen, Inputs: ["request", "{random}"]),
        new("POST /submissions/{id:guid}/seal/confirm", None, None, In: [("submitted", Cities)], Told: Seen, Inputs: ["request", "{random}"]),
        new("GET /opinions/{id:guid}/file", None, Seen),
        new("GET /rounds/{id:guid}/recommendation", Provinces),
        new("POST /rounds/{id:guid}/recommendation", Provinces, Inputs: []),
        new("GET /recommendations/{id:guid}", None, "province ministry"),
        new("GET /recommendations/{id:guid}/letter.{kind}", None, "province ministry"),
        new("GET /rounds/{id:guid}/entries", Offices),
        new("POST /rounds/{id:guid}/entries", Offices, Inputs: []),
        new("GET /rounds/{id:guid}/terms", "ministry"),
        new("POST /rounds/{id:guid}/terms", "ministry", Inputs: []),
        new("GET /rounds/{id:guid}/questions", "ministry"),
        new("GET /rounds/{id:guid}/desk", "ministry"),
        new("GET /rounds/{id:guid}/list", "ministry"),
        new("POST /rounds/{id:guid}/views", "ministry", Inputs: ["name", "甲", "query", ""]),
        new("POST /rounds/{id:guid}/views/{view:guid}", None, Inputs: []),                                  // one's own: DeskPageTests
        new("GET /rounds/{id:guid}/comparison", "ministry"),
        new("GET /rounds/{id:guid}/charts", "ministry"),
        new("GET /rounds/{id:guid}/publication", "ministry"),
        new("POST /rounds/{id:guid}/publication", "ministry", Inputs: []),
        new("GET /rounds/{id:guid}/comments", "ministry"),
        new("POST /rounds/{id:guid}/comments/{comment:guid}/contacts", None, Inputs: []),           // of a comment that is there, as what follows: CommentTests
        new("POST /rounds/{id:guid}/comments/{comment:guid}/done", None, Inputs: []),
        // of a round that is published: PublicationTests, CommentTests
        new("GET /public/rounds/{id:guid}", None),
        new("GET /public/rounds/{id:guid}/entries.csv", None),
        new("GET /public/rounds/{id:guid}/entries.json", None),
        new("GET /public/rounds/{id:guid}/comment", None),
        new("POST /public/rounds/{id:guid}/comment", None, Inputs: ["request", "{random}"]),
        new("GET /public/rounds/{id:guid}/comment/{request:guid}", None),
        new("GET /rounds/{id:guid}/mailbox", "ministry"),
        new("POST /rounds/{id:guid}/mailbox", "ministry", Inputs: []),
        new("POST /rounds/{id:guid}/mailbox/resume", "ministry", Inputs: []),
        // of a file that was dropped: MailboxPageTests
        new("GET /mailbox/{id:guid}", None),
        new("POST /mailbox/{id:guid}", None, Inputs: ["decision", "Aside"]),
        new("GET /mailbox/{id:guid}/file", None),
        new("GET /rounds/{id:guid}/exports", "ministry"),
        new("POST /rounds/{id:guid}/exports", "ministry", Inputs: []),
        new("GET /entries/{id:guid}/extension", "ministry", None, "ministry", Told: "ministry"),          // only a draft has a deadline here
        new("POST /entries/{id:guid}/extension", "ministry", None, "ministry", Told: "ministry", Inputs: []),

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
        new("POST /api/entries", Promoters, Json: """{"round":"{round}"}"""),
        new("GET /api/entries/{id:guid}", Own, Seen),
        new("GET /api/entries/{id:guid}/answers", Own),
        new("POST /api/entries/{id:guid}/answers", Own, None, Own, Told: Seen, Json: """{"changes":[]}"""),
        new("GET /api/entries/{id:guid}/answers/{field}", Own),
        new("PUT /api/entries/{id:guid}/answers/{field}", Own, None, Own, Told: Seen, Json: """{"text":"x"}"""),
        new("GET /api/entries/{id:guid}/answers/{field}/explanations/{code}", Own),
        new("PUT /api/entries/{id:guid}/answers/{field}/explanations/{code}", Own, None, Own, Told: Seen, Json: """{"text":""}"""),
        new("GET /api/entries/{id:guid}/findings", Own),
        new("GET /api/entries/{id:guid}/changes", Own, Query: "?after=0"),
        new("GET /api/entries/{id:guid}/history", Own),
        new("POST /api/entries/{id:guid}/history/{number:int}/restore", Own, None, Own, Told: Own, Json: ""),
        new("GET /api/entries/{id:guid}/draft.{kind}", Own, None, Own),
        new("POST /api/entries/{id:guid}/submissions", Own, None, Own, Told: Seen, Json: "{}"),
        new("GET /api/entries/{id:guid}/evidence", Own, Seen),
        new("POST /api/entries/{id:guid}/evidence", Own, None, Own, Told: Seen, Query: "?name=x.pdf", Json: "{}"),
        new("POST /api/entries/{id:guid}/file", Own, None, Own, Told: Own, Query: "?name=x.docx", Json: "{}"),
        new("GET /api/evidence/{id:guid}", Own, Seen),
        new("DELETE /api/evidence/{id:guid}", Own, None, Own, Told: Seen),
        new("POST /api/evidence/{id:guid}/restore", Own, None, Own, Told: Seen, Json: ""),
        new("GET /api/evidence/{id:guid}/answers", None),
        new("POST /api/evidence/{id:guid}/answers", None, Json: """{"versions":{}}"""),
        new("GET /api/submissions", All),
        new("GET /api/submissions/{id:guid}", None, Seen),
        new("GET /api/submissions/{id:guid}/form.{kind}", None, Seen),
        new("GET /api/submissions/{id:guid}/receipt.pdf", None, Seen),

        new("GET /api/entries/{id:guid}/course", Own, Seen),
        new("POST /api/entries/{id:guid}/steps", Own, None, Told: Seen, Json: """{"step":"return","submission":"{random}","points":[{"reason":"x"}]}"""),
        new("GET /api/entries/{id:guid}/points", Own),
        new("PUT /api/entries/{id:guid}/points/{point:guid}", None, None, Own, Told: Own, Json: """{"text":""}"""),
        new("POST /api/entries/{id:guid}/extension", "ministry", None, "ministry", Told: "ministry", Json: """{"until":"2021-06-02T00:00:00Z","reason":""}"""),
        new("GET /api/submissions/{id:guid}/opinions", None, Seen),
        new("GET /api/submissions/{id:guid}/opinion", None, None, In: [("submitted", Cities)], Told: Seen),
        new("PUT /api/submissions/{id:guid}/opinion", None, None, In: [("submitted", Cities)], Told: Seen, Json: """{"text":"","dated":"2021-06-01"}"""),
        new("GET /api/submissions/{id:guid}/opinion.pdf", None, None, In: [("submitted", Cities)], Told: Seen),
        new("POST /api/submissions/{id:guid}/seal", None, None, In: [("submitted", Cities)], Told: Seen, Query: "?name=x.pdf", Json: "{}"),
        new("POST /api/submissions/{id:guid}/seal/confirm", None, None, In: [("submitted", Cities)], Told: Seen, Json: ""),
        new("GET /api/opinions/{id:guid}/file", None, Seen),
        new("GET /api/rounds/{id:guid}/entries", Offices),
        new("GET /api/rounds/{id:guid}/recommendation", Provinces),
        new("POST /api/rounds/{id:guid}/recommendation", Provinces, Json: """{"entries":[]}"""),
        new("GET /api/rounds/{id:guid}/terms", "ministry"),
        new("GET /api/rounds/{id:guid}/questions", "ministry"),
        new("GET /api/rounds/{id:guid}/list", "ministry"),
        new("GET /api/rounds/{id:guid}/views", "ministry"),
        new("POST /api/rounds/{id:guid}/views", "ministry", Json: """{"name":"甲","query":""}"""),
        new("DELETE /api/rounds/{id:guid}/views/{view:guid}", None),
        new("GET /api/figures", All),
        new("GET /api/rounds/{id:guid}/comparison", "ministry"),
        new("GET /api/rounds/{id:guid}/publication", "ministry"),
        new("PUT /api/rounds/{id:guid}/publication", "ministry", Json: """{"on":false,"firstDay":"2021-06-02","lastDay":"2021-06-01","fields":[]}"""),
        new("GET /api/rounds/{id:guid}/comments", "ministry"),
        new("GET /api/rounds/{id:guid}/comments/{comment:guid}", None),
        new("POST /api/rounds/{id:guid}/comments/{comment:guid}/done", None, Json: "{}"),
        new("GET /api/rounds/{id:guid}/mailbox", "ministry"),
        new("POST /api/rounds/{id:guid}/mailbox", "ministry", Query: "?name=x.docx", Json: "{}"),
        new("POST /api/rounds/{id:guid}/mailbox/resume", "ministry", Json: ""),
        new("GET /api/mailbox/{id:guid}", None),
        new("POST /api/mailbox/{id:guid}", None, Json: """{"decision":"Aside"}"""),
        new("GET /api/mailbox/{id:guid}/file", None),
        new("POST /api/rounds/{id:guid}/exports", "ministry", Json: """{"kind":"ExportCsv","language":"x"}"""),
        new("PUT /api/rounds/{id:guid}/terms", "ministry", Json: """{"deadlines":{},"quotas":{}}"""),
        new("GET /api/recommendations/{id:guid}", None, "province ministry"),
        new("GET /api/recommendations/{id:guid}/letter.{kind}", None, "province ministry"),

        new("GET /api/compare", None, Query: $"?to={AnyId}"),
        new("GET /api/notices", All),
        new("POST /api/notices", All, Json: """{"upTo":0}"""),
        new("GET /api/openapi.json", null),
        new("* /api/{**path}", None),
    ];

    /// <summary>Whose step it is, in which state. What is not here is nobody's.</summary>
    static readonly (string Step, string States, string Who)[] Steps =
    [
        ("submit", "new returned", Own),
        ("seal", "submitted", Cities),
        ("recommend", "sealed", "province"),
        ("accept", "recommended", "ministry"),
        ("return", "submitted", Cities), ("return", "sealed", "province"), ("return", "recommended", "ministry"),
        ("back-to-city", "sealed", "province"),
        ("back-to-province", "recommended", "ministry"),
        ("reject", "recommended", "ministry"),
        ("reopen", "accepted rejected", "ministry"),
        ("withdraw", "submitted sealed recommended", Own),
        ("resume", "withdrawn", Own),
    ];

    internal static bool IsTheirs(string step, string state, string who) => Steps.Any(s => s.Step == step && s.States.Split(' ').Contains(state) && s.Who.Split(' ').Contains(who));

    /// <summary>Routes that have nothing to do with entries; tests of their own folders say who may use them. They say here that nobody gets in without signing in, but where that is meant.</summary>
    static readonly string[] Elsewhere =
    [
        // Accounts
        "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code", "POST /sign-out", "GET /token",
        "GET /account", "POST /account/sign-out-everywhere", "GET /account/password", "POST /account/password",
        "GET /account/two-factor", "POST /account/two-factor/begin", "POST /account/two-factor", "POST /account/two-factor/codes", "POST /account/two-factor/off",
        "GET /account/mail", "POST /account/mail", "POST /account/mail/address", "GET /account/mail/confirm/{secret}", "POST /account/mail/confirm/{secret}", "GET /api/account/mail", "PUT /api/account/mail",
        "GET /account/tokens", "POST /account/tokens", "POST /account/tokens/{id:guid}/withdraw",
        "POST /account/sessions/{id:guid}/end", "POST /account/sessions/end-others",
        "GET /policies", "POST /policies", "GET /api/policies", "PUT /api/policies",
        "POST /accounts/{id:guid}/end", "POST /accounts/{id:guid}/sessions/{session:guid}/end", "PUT /api/accounts/{id:guid}/end", "DELETE /api/accounts/{id:guid}/sessions/{session:guid}",
        "GET /accounts", "GET /accounts/{id:guid}", "GET /accounts/{id:guid}/{move}", "POST /accounts/{id:guid}/{move}",
        "GET /api/accounts", "GET /api/accounts/{id:guid}", "POST /api/accounts/{id:guid}/{move}",
        "GET /invitations/new", "POST /invitations/new", "GET /invitations/{id:guid}/withdraw", "POST /invitations/{id:guid}/withdraw", "GET /invitations/{secret}", "POST /invitations/{secret}",
        "POST /api/invitations", "DELETE /api/invitations/{id:guid}",
        // Audit
        "GET /audit", "GET /audit/rows.csv", "GET /audit/checkpoint", "GET /audit/checkpoint.json", "GET /api/audit",
        // Alarms
        "GET /alarms", "POST /alarms/{id:guid}/done", "GET /api/alarms", "POST /api/alarms/{id:guid}/done",
        // Jobs
        "GET /jobs/{id:guid}/file", "POST /jobs/{id:guid}/cancel", "GET /api/jobs", "GET /api/jobs/{id:guid}", "GET /api/jobs/{id:guid}/file", "DELETE /api/jobs/{id:guid}",
        // PersonalData
        "GET /people", "POST /people",
        // Organisations
        "GET /organisations", "GET /organisations/new", "POST /organisations/new", "GET /organisations/{id:guid}", "GET /organisations/{id:guid}/change", "POST /organisations/{id:guid}/change",
        "GET /organisations/{id:guid}/delete", "POST /organisations/{id:guid}/delete",
        "POST /api/organisations", "GET /api/organisations/{id:guid}", "PUT /api/organisations/{id:guid}", "DELETE /api/organisations/{id:guid}",
        // Rounds
        "GET /rounds", "GET /rounds/new", "POST /rounds/new", "GET /rounds/{id:guid}", "GET /rounds/{id:guid}/change", "POST /rounds/{id:guid}/change",
        "POST /api/rounds", "GET /api/rounds/{id:guid}", "PUT /api/rounds/{id:guid}",
        // Api
        "GET /api/reference/{documentName?}", "GET /api/reference/scalar.js", "GET /api/reference/scalar.aspnetcore.js", "GET /api/reference/favicon.svg",
    ];

    static readonly string[] Open = ["GET /sign-in", "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code", "GET /invitations/{secret}", "POST /invitations/{secret}", "GET /language/{language}", "GET /assets/{name}", "GET /offline.js",
        "GET /public/rounds/{id:guid}", "GET /public/rounds/{id:guid}/entries.csv", "GET /public/rounds/{id:guid}/entries.json", "GET /public/rounds/{id:guid}/comment", "POST /public/rounds/{id:guid}/comment", "GET /public/rounds/{id:guid}/comment/{request:guid}",
        "GET /health/live", "GET /health/ready", "GET /api/openapi.json", "GET /api/reference/{documentName?}", "GET /api/reference/scalar.js", "GET /api/reference/scalar.aspnetcore.js", "GET /api/reference/favicon.svg"];

    internal static List<(string Method, string Pattern)> Routes(TestPortal portal) =>
    [
        .. from endpoint in portal.Running.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]
           select (method, endpoint.RoutePattern.RawText is [.. { Length: > 1 } pattern, '/'] ? pattern : endpoint.RoutePattern.RawText!),
    ];

    /// <summary>Routes that touch entries, and change something.</summary>
    internal static List<(string Method, string Pattern)> Changing(TestPortal portal) =>
        Routes(portal).FindAll(r => r.Method is not ("GET" or "*") && (!Elsewhere.Contains($"{r.Method} {r.Pattern}") || r.Pattern.Contains("/rounds/{id", StringComparison.Ordinal)));

    [Fact]
    public async Task Every_route_has_a_rule_and_every_rule_a_route()
    {
        var routes = Routes(await portals.Of("sqlite")).ConvertAll(r => $"{r.Method} {r.Pattern}");
        Assert.True(routes.Count > 20);
        var ruled = Rules.Select(r => r.Route).Concat(Elsewhere).ToList();
        Assert.Empty(routes.Except(ruled));
        Assert.Empty(ruled.Except(routes));
        Assert.Equal(ruled.Count, ruled.Distinct().Count());
    }

    [Fact]
    public async Task Who_is_not_signed_in_gets_to_sign_in_and_nowhere_else()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await portal.AddNeighbours();
        var entry = await portal.In("recommended");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(portal.Address) };
        foreach (var (method, pattern) in Routes(portal))
        {
            if (Open.Contains($"{method} {pattern}"))
                continue;
            foreach (var id in new HashSet<Guid> { entry.For(pattern) ?? Guid.NewGuid(), Guid.NewGuid() })
            {
                var path = Filled(pattern, id);
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
    }

    internal static string Filled(string pattern, Guid id, Guid? point = null, string step = "return") => pattern
        .Replace("{id:guid}", $"{id}", StringComparison.Ordinal)
        .Replace("{point:guid}", $"{point ?? Guid.NewGuid()}", StringComparison.Ordinal)
        .Replace("{comment:guid}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
        .Replace("{request:guid}", AnyId, StringComparison.Ordinal)
        .Replace("{session:guid}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
        .Replace("{step}", step, StringComparison.Ordinal)
        .Replace("letter.{kind}", "letter.docx", StringComparison.Ordinal)
        .Replace("{kind}", "json", StringComparison.Ordinal)
        .Replace("{*path:nonfile}", "/nothing/here", StringComparison.Ordinal)
        .Replace("{language}", "zh", StringComparison.Ordinal)
        .Replace("{name}", "portal.js", StringComparison.Ordinal)
        .Replace("{secret}", "0123", StringComparison.Ordinal)
        .Replace("{move}", "close", StringComparison.Ordinal)
        .Replace("{programme}/{version}", TestEntries.Form.Id, StringComparison.Ordinal)
        .Replace("{field}", "cluster.name", StringComparison.Ordinal)
        .Replace("{code}", "too-long", StringComparison.Ordinal)
        .Replace("{number:int}", "1", StringComparison.Ordinal)
        .Replace("{documentName?}", "", StringComparison.Ordinal)
        .Replace("{**path}", "nothing/here", StringComparison.Ordinal);

    [Theory, InlineData("sqlite", null), InlineData("postgres", "new submitted returned")]
    public async Task Everybody_gets_where_the_table_says_and_finds_nothing_elsewhere(string kind, string? some)
    {
        await using var portal = await TestPortal.Of(kind);
        var everybody = await Visitor.All(portal);
        var entries = new List<EntryIn>();
        foreach (var state in some?.Split(' ') ?? TestStates.All)
            entries.Add(await portal.In(state));
        ConcurrentBag<string> wrong = [];
        await Parallel.ForEachAsync(everybody, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (who, _) =>
        {
            foreach (var rule in Rules)
            {
                var isOfEntry = rule.Pattern.Contains("{id", StringComparison.Ordinal);
                var unknown = isOfEntry ? await Answer(who, portal, rule, Guid.NewGuid(), null) : default;
                foreach (var entry in isOfEntry ? entries : entries[..1])
                {
                    if (entry.For(rule.Pattern) is not { } id)
                    {
                        if (isOfEntry)
                            continue;
                        id = Guid.NewGuid();
                    }
                    var answer = await Answer(who, portal, rule, id, entry.Point);
                    var isIn = rule.Allowed(entry.State) is not { } allowed || allowed.Split(' ').Contains(who.Name);
                    var isTold = !isIn && entry.State is not "new" && rule.Told.Split(' ').Contains(who.Name);
                    var isRight = isIn ? IsIn(rule, answer.Status)
                        : isTold ? answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.UnprocessableEntity
                        : answer.Status is HttpStatusCode.NotFound;
                    if (!isRight)
                        wrong.Add($"{rule.Route} {entry.State} {who.Name} ({(isIn ? "in" : isTold ? "told" : "nothing")}): {(int)answer.Status}");
                    else if (!isIn && !isTold && isOfEntry && answer != unknown)
                        wrong.Add($"{rule.Route} {entry.State} {who.Name}: tells what is there from what is not");
                }
            }
        });
        foreach (var who in everybody)
            who.Dispose();
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
        foreach (var entry in entries)
            Assert.Equal(entry.State is "new" or "returned" ? "draft" : entry.State, await portal.Status(entry.Entry));
    }

    /// <summary>What is read comes; what is sent here is faulty, and refused for that alone.</summary>
    static bool IsIn(Rule rule, HttpStatusCode status) => rule.Route.StartsWith("GET ", StringComparison.Ordinal)
        ? status is HttpStatusCode.OK or HttpStatusCode.NotModified
        : status is not (HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnsupportedMediaType or >= HttpStatusCode.InternalServerError);

    static async Task<(HttpStatusCode Status, string Text)> Answer(Visitor who, TestPortal portal, Rule rule, Guid id, Guid? point)
    {
        var method = new HttpMethod(rule.Route.Split(' ')[0] is { } given and not "*" ? given : "GET");
        var path = $"{Filled(rule.Pattern, id, point)}{rule.Query}";
        var (status, text) = path.StartsWith("/api/", StringComparison.Ordinal) ? await who.Call(method, path, Meant(rule.Json), "\"0\"")
            : rule.Json is { } json ? await who.Send(method, path, new StringContent(Meant(json)!, null, "application/json"))
            : rule.Inputs is { } inputs ? await who.Post(path, [.. inputs.Chunk(2).Select(i => (i[0], Meant(i[1])!))])
            : await who.Send(method, path);
        // the token differs from page to page, and the address of the page stands in the link to the other language
        return (status, string.Join('\n', text.Replace($"{id}", "ID", StringComparison.Ordinal).Split('\n').Where(l => !l.Contains("__RequestVerificationToken", StringComparison.Ordinal) && !l.Contains("traceId", StringComparison.Ordinal))));

        string? Meant(string? text) => text?.Replace("{round}", $"{portal.Round.Id}", StringComparison.Ordinal).Replace("{random}", $"{Guid.NewGuid()}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_step_is_open_to_those_of_the_table_and_to_nobody_else()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var everybody = await Visitor.All(portal);
        var steps = ApprovalLibrary.Builtin.Of(TestEntries.Form.Id).Steps;
        List<string> wrong = [];
        foreach (var state in TestStates.All)
        {
            var entry = await portal.In(state);
            foreach (var who in everybody)
            {
                var (status, course) = await who.Call(HttpMethod.Get, $"/api/entries/{entry.Entry}/course");
                var open = status is HttpStatusCode.OK ? JsonNode.Parse(course)!["open"]!.AsArray().Select(s => (string)s!["step"]!).ToList() : [];
                foreach (var step in steps)
                {
                    var isTheirs = IsTheirs(step.Id, state, who.Name);
                    if (open.Contains(step.Id) != isTheirs)
                        wrong.Add($"{step.Id} {state} {who.Name}: course");
                    if (((await who.Send(HttpMethod.Get, $"/entries/{entry.Entry}/steps/{step.Id}")).Status is HttpStatusCode.OK) != (isTheirs && step.Carries is (Carried.Nothing or Carried.Points)))
                        wrong.Add($"{step.Id} {state} {who.Name}: page");
                }
            }
        }
        foreach (var who in everybody)
            who.Dispose();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Empty(Steps.Select(s => s.Step).Except(steps.Select(s => s.Id)));
        Assert.Empty(steps.Select(s => s.Id).Except(Steps.Select(s => s.Step)));
    }

    /// <summary>Of an entry of one place, in a portal without neighbours.</summary>
    const string PlainlyAbove = $"{Own} city province ministry";

    static readonly string[] Plainly = $"{PlainlyAbove} other system security audit".Split(' ');

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_draft_is_in_nobodys_list_but_its_own_and_a_submission_in_those_above(string kind)
    {
        var portal = await portals.Of(kind);
        var (draft, submitted) = (await portal.Begin(), await portal.BeginFilled());
        await portal.Submit(submitted.Id, Guid.NewGuid());
        foreach (var who in Plainly)
        {
            using var browser = await portal.Browser(who);
            var text = (await browser.Get("/")).Text;
            Assert.Equal((who, Own.Split(' ').Contains(who)), (who, text.Contains($"{draft.Id}", StringComparison.Ordinal)));
            Assert.Equal((who, PlainlyAbove.Split(' ').Contains(who)), (who, text.Contains($"{submitted.Id}", StringComparison.Ordinal)));
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
        foreach (var who in Plainly)
        {
            var actor = await portal.Actor(who);
            await using var db = portal.Database.Open();
            Assert.Equal((who, PlainlyAbove.Split(' ').Contains(who)), (who, Jiqun.Portal.Storage.Visible.RoundsOf(db, actor).Any(r => r.Id == entry.RoundId)));
            await using var scope = portal.Scope();
            if (!Own.Split(' ').Contains(who))
                Assert.Equal((who, "missing"), (who, (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(entry.RoundId, actor)).Refusal![0].Code));
        }
    }
}
