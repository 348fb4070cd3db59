using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Jiqun.Core;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Tests.Documents;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>What careless programs and ill-meaning people send to the way of entries: kept or refused with a reason, and never a failure of ours.</summary>
public sealed class HostileWayTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    const string One = "湖南省株洲市", Odd = "a\0b\uD800c", Kept = "a\uFFFDb\uFFFDc";

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_a_database_cannot_hold_is_replaced_wherever_words_are_written(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.In("submitted", One);
        var submission = entry.Submission!.Value;
        Assert.Equal(Kept, (await portal.With((give, actor) => give.Write(submission, Odd, "2021-06-01", 1, actor), "city")).Value!.Text);
        Assert.Equal("", (await portal.Step(entry.Entry, "return", "city", Odd, new WantedPoint("", Odd))).Codes());
        await using (var db = portal.Database.Open())
        {
            var point = await db.ReturnPoints.SingleAsync(p => p.EntryId == entry.Entry);
            Assert.Equal(Kept, point.Reason);
            var promoter = await portal.Actor("promoter");
            Assert.Equal("", (await portal.Run<AnswerPoints, Outcome<EntryHead>>(a => a.Run(entry.Entry, new Dictionary<Guid, string> { [point.Id] = Odd }, promoter))).Codes());
        }
        var ministry = await portal.Actor("ministry");
        Assert.Equal(Kept, (await portal.Run<ExtendDeadline, Outcome<Extension>>(e => e.Run(entry.Entry, "draft", "2021-07-20T18:00", Odd, ministry))).Value!.Reason);
        Assert.Equal("", (await portal.Submit(entry.Entry, Guid.NewGuid())).Codes());
        Assert.Equal("", (await portal.Seal(entry.Entry, "city")).Codes());
        var province = await portal.Actor("province");
        var current = await portal.Current(entry.Entry);
        var made = await portal.Run<Recommend, Outcome<Recommendation>>(r => r.Run(entry.Round, Guid.NewGuid(), [new WantedRecommendation(entry.Entry, current, Odd)], province));
        Assert.Equal("", made.Codes());
        Assert.Equal("", (await portal.Step(entry.Entry, "reject", "ministry", Odd)).Codes());
        await using var after = portal.Database.Open();
        Assert.Equal(Kept, (await after.RecommendedEntries.SingleAsync(r => r.RecommendationId == made.Value!.Id)).Comment);
        Assert.Equal([Kept, Kept, Kept], await after.EntrySteps.Where(s => s.EntryId == entry.Entry && s.Reason != "").Select(s => s.Reason).ToListAsync());
        Assert.Equal(Kept, (await after.ReturnPoints.SingleAsync(p => p.EntryId == entry.Entry)).Answer);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Words_that_a_careless_page_would_run_are_shown_as_words(string kind)
    {
        var portal = await portals.Of(kind);
        // a form with NUL in it is no form at all
        string[] texts = [.. Enumerable.Range(0, HostileTexts.Count).Select(i => HostileTexts.Of(i).Replace("\0", "", StringComparison.Ordinal)).Where(t => !string.IsNullOrWhiteSpace(t))];
        string All(string end) => string.Join('\n', texts) is var joined && joined.Length > 1900 ? joined[..1900] + end : joined + end;
        var entry = await portal.In("sealed", One);
        Assert.Equal("", (await portal.Step(entry.Entry, "return", "province", "", new WantedPoint("", All("1")), new WantedPoint("cluster.name", "<script>alert(1)</script>"))).Codes());
        using (var promoter = await portal.Browser("promoter"))
        {
            foreach (var path in (string[])[$"/entries/{entry.Entry}", $"/submissions/{entry.Submission}", $"/entries/{entry.Entry}/points"])
                await Plain(promoter, path);
            List<(string, string)> answers = [];
            await using (var db = portal.Database.Open())
                answers.AddRange((await db.ReturnPoints.Where(p => p.EntryId == entry.Entry).Select(p => p.Id).ToListAsync()).Select(p => ($"{p}", All("2"))));
            Assert.Equal(HttpStatusCode.OK, (await promoter.Post($"/entries/{entry.Entry}/points", [.. answers])).Status);
        }
        Assert.Equal("", (await portal.Submit(entry.Entry, Guid.NewGuid())).Codes());
        var submission = await portal.Current(entry.Entry);
        using var city = await portal.Browser("city");
        await Plain(city, $"/submissions/{submission}/opinion");
        Assert.Equal(HttpStatusCode.OK, (await city.Post($"/submissions/{submission}/opinion", ("text", All("3")), ("dated", "2021-06-01"), ("version", "0"))).Status);
        await Plain(city, $"/submissions/{submission}/opinion");
        using (var document = await city.Http.GetAsync(new Uri($"/submissions/{submission}/opinion.pdf", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, document.StatusCode);
        using (var scan = new MemoryStream(Evidence.Files.Jpeg()))
            Assert.Equal("", (await portal.With((give, actor) => give.Bring(submission, Guid.NewGuid(), "<b>'\"\u202E\0.jpg", scan, actor, default), "city")).Codes());
        int version;
        await using (var db = portal.Database.Open())
            version = await db.Opinions.Where(o => o.SubmissionId == submission).Select(o => o.Version).SingleAsync();
        await Plain(city, $"/submissions/{submission}/opinion");
        Assert.Equal("", (await portal.With((give, actor) => give.Confirm(submission, Guid.NewGuid(), version, actor), "city")).Codes());

        using var province = await portal.Browser("province");
        await Plain(province, $"/rounds/{entry.Round}/recommendation");
        var page = await province.Post($"/rounds/{entry.Round}/recommendation", ("chosen", $"{entry.Entry}:{submission}"), ($"comment:{entry.Entry}", All("4")));
        Assert.Equal((HttpStatusCode.OK, 0), (page.Status, SafetyTests.Inline(page.Document).Count()));
        page = await province.Post($"/rounds/{entry.Round}/recommendation", [.. page.Document.QuerySelectorAll("main form input[type=hidden]").Where(i => i.GetAttribute("name") is not "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)), ("confirmed", "yes")]);
        Assert.StartsWith("/recommendations/", page.Path, StringComparison.Ordinal);
        await Plain(province, page.Path);
        foreach (var letter in (string[])["docx", "pdf"])
        {
            using var taken = await province.Http.GetAsync(new Uri($"{page.Path}/letter.{letter}", UriKind.Relative));
            Assert.Equal((letter, HttpStatusCode.OK), (letter, taken.StatusCode));
        }
        Assert.Equal("", (await portal.Step(entry.Entry, "reject", "ministry", All("5"))).Codes());
        foreach (var who in (string[])["promoter", "city", "province", "ministry"])
        {
            using var browser = await portal.Browser(who);
            foreach (var path in (string[])[$"/submissions/{submission}", "/notices", "/", .. who is "promoter" ? Array.Empty<string>() : [$"/rounds/{entry.Round}/entries"]])
                await Plain(browser, path);
        }

        static async Task Plain(TestBrowser browser, string path)
        {
            var page = await browser.Get(path);
            Assert.Equal((path, HttpStatusCode.OK), (path, page.Status));
            Assert.Empty(SafetyTests.Inline(page.Document));
            Assert.Single(page.Document.Scripts);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task States_steps_and_fields_that_there_are_not_are_refused_by_name(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.In("submitted", One);
        using var city = await Visitor.Of(portal, "city");
        using var ministry = await Visitor.Of(portal, "ministry");
        foreach (var state in (string[])["nonsense", "%00", "SUBMITTED", "%E2%80%AE", new string('x', 2000)])
        {
            Assert.Equal((state, HttpStatusCode.UnprocessableEntity), (state, (await city.Send(HttpMethod.Get, $"/rounds/{entry.Round}/entries?state={state}")).Status));
            var (status, text) = await city.Call(HttpMethod.Get, $"/api/rounds/{entry.Round}/entries?state={state}");
            Assert.Equal((state, HttpStatusCode.UnprocessableEntity, "unknown-state"), (state, status, (string)JsonNode.Parse(text)!["code"]!));
            Assert.True(text.Length < 2000, "what was sent is not sent back whole");
        }
        foreach (var page in (string[])["2147483647", "-2147483648", "0", "1"])
            foreach (var prefix in (string[])["", "/api"])
                Assert.Equal((page, HttpStatusCode.OK), (page, (prefix.Length > 0 ? await city.Call(HttpMethod.Get, $"/api/rounds/{entry.Round}/entries?page={page}") : await city.Send(HttpMethod.Get, $"/rounds/{entry.Round}/entries?page={page}&state=submitted&mine=")).Status));
        foreach (var page in (string[])["2147483648", "x", "%00", "1.5"])
        {
            Assert.Equal((page, HttpStatusCode.BadRequest), (page, (await city.Send(HttpMethod.Get, $"/rounds/{entry.Round}/entries?page={page}")).Status));
            Assert.Equal((page, HttpStatusCode.BadRequest), (page, (await city.Call(HttpMethod.Get, $"/api/rounds/{entry.Round}/entries?page={page}")).Status));
        }
        foreach (var step in (string[])["nonsense", "seal", "recommend", "submit", "%00", "a%2Fb", new string('x', 2000)])
        {
            Assert.InRange((await city.Send(HttpMethod.Get, $"/entries/{entry.Entry}/steps/{step}")).Status, HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity);
            Assert.InRange((await city.Post($"/entries/{entry.Entry}/steps/{step}", ("request", $"{Guid.NewGuid()}"), ("submission", $"{entry.Submission}"))).Status, HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity);
            var (status, text) = await city.Call(HttpMethod.Post, $"/api/entries/{entry.Entry}/steps", new JsonObject { ["step"] = Uri.UnescapeDataString(step), ["submission"] = $"{entry.Submission}" }.ToJsonString());
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "step-unknown"), (status, (string)JsonNode.Parse(text)!["code"]!));
        }
        var huge = await city.Call(HttpMethod.Post, $"/api/entries/{entry.Entry}/steps", new JsonObject { ["step"] = "return", ["submission"] = $"{entry.Submission}", ["points"] = new JsonArray(new JsonObject { ["field"] = new string('x', 100_000), ["reason"] = "x" }) }.ToJsonString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, huge.Status);
        Assert.True(huge.Text.Length < 2000, "what was sent is not sent back whole");
        Assert.Equal("submitted", await portal.Status(entry.Entry));

        Assert.Equal("unknown-state", await Terms("""{"deadlines":{"nonsense":"2021-06-20T10:00:00Z"},"quotas":{}}"""));
        Assert.Equal("unknown-state", await Terms("""{"deadlines":{"draft":"2021-06-20T10:00:00Z"},"quotas":{}}"""));
        Assert.Equal("unknown-office", await Terms($$$"""{"deadlines":{},"quotas":{"{{{portal.Promoter.Id}}}":1}}"""));
        Assert.Equal("unknown-office", await Terms($$$"""{"deadlines":{},"quotas":{"{{{Guid.NewGuid()}}}":1}}"""));
        Assert.Equal("quota", await Terms($$$"""{"deadlines":{},"quotas":{"{{{portal.Province.Id}}}":-1}}"""));
        Assert.Equal("quota", await Terms($$$"""{"deadlines":{},"quotas":{"{{{portal.Province.Id}}}":2147483647}}"""));
        foreach (var time in (string[])["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1999-12-31T00:00:00+08:00"])
            Assert.Equal((time, "deadline"), (time, await Terms($$$"""{"deadlines":{"submitted":"{{{time}}}"},"quotas":{}}""")));
        foreach (var time in (string[])["2021-06-20T18:00", "2021-06-20", "x"])
            Assert.Equal((time, "request"), (time, await Terms($$$"""{"deadlines":{"submitted":"{{{time}}}"},"quotas":{}}""")));
        Assert.Null(await Terms("""{"deadlines":{"submitted":"2021-06-20T18:00:00+08:00"},"quotas":{}}"""));
        await using var db = portal.Database.Open();
        Assert.Equal(new DateTime(2021, 6, 20, 10, 0, 0, DateTimeKind.Utc), (await db.RoundDeadlines.SingleAsync(d => d.RoundId == entry.Round)).At);

        foreach (var (time, expected) in new[] { ("2021-06-25T18:00", "request"), ("9999-12-31T23:59:59Z", "until"), ("0001-01-01T00:00:00Z", "until"), ("2021-06-20T18:00:00+08:00", "until"), ("2021-06-20T18:00:01+08:00", null) })
        {
            var (_, text) = await ministry.Call(HttpMethod.Post, $"/api/entries/{entry.Entry}/extension", $$"""{"until":"{{time}}","reason":"防汛"}""");
            Assert.Equal((time, expected), (time, (string?)JsonNode.Parse(text)!["code"]));
        }

        async Task<string?> Terms(string json) => (string?)JsonNode.Parse((await ministry.Call(HttpMethod.Put, $"/api/rounds/{entry.Round}/terms", json, "\"0\"")).Text)!["code"];
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_doubled_in_another_spelling_is_refused(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.In("returned", One);
        using var promoter = await Visitor.Of(portal, "promoter");
        using var ministry = await Visitor.Of(portal, "ministry");
        Assert.Equal(HttpStatusCode.BadRequest, (await promoter.Post($"/entries/{entry.Entry}/points", ($"{entry.Point:D}", "1"), ($"{entry.Point:N}", "2"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ministry.Post($"/rounds/{entry.Round}/terms", ($"quota:{portal.Province.Id:D}", "1"), ($"quota:{portal.Province.Id:N}", "2"), ("version", "0"))).Status);
        var sealed_ = await portal.In("sealed", One);
        using var province = await Visitor.Of(portal, "province");
        foreach (var confirmed in (string[])["confirmed", "look"])
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await province.Post($"/rounds/{sealed_.Round}/recommendation", (confirmed, "1"), ("request", $"{Guid.NewGuid()}"), ("chosen", $"{sealed_.Entry}:{sealed_.Submission}"), ("chosen", $"{sealed_.Entry:N}:{sealed_.Submission}"))).Status);
        Assert.Equal("sealed", await portal.Status(sealed_.Entry));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_scan_that_was_not_compared_is_not_confirmed(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.In("submitted", One);
        using var city = await portal.Browser("city");
        await Bring(2);
        await city.Get($"/submissions/{entry.Submission}/opinion");
        (string, string)[] seen = [.. city.Page.Document.QuerySelectorAll("#compare form input[type=hidden]").Where(i => i.GetAttribute("name") is not "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)), ("compared", "1")];
        await Bring(3);                     // by a colleague, meanwhile
        var page = await city.Post($"/submissions/{entry.Submission}/seal/confirm", seen);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal("submitted", await portal.Status(entry.Entry));
        using var program = await portal.Program("city");
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await program.Post($"/api/submissions/{entry.Submission}/seal/confirm", null)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await program.Send(HttpMethod.Post, $"/api/submissions/{entry.Submission}/seal/confirm", null, ("If-Match", "\"1\""))).Status);
        await city.Get($"/submissions/{entry.Submission}/opinion");
        seen = [.. city.Page.Document.QuerySelectorAll("#compare form input[type=hidden]").Where(i => i.GetAttribute("name") is not "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)), ("compared", "1")];
        Assert.Equal($"/submissions/{entry.Submission}", (await city.Post($"/submissions/{entry.Submission}/seal/confirm", seen)).Path);
        Assert.Equal("sealed", await portal.Status(entry.Entry));

        async Task Bring(int width)
        {
            using var scan = new MemoryStream(Evidence.Files.Jpeg(width));
            Assert.Equal("", (await portal.With((give, actor) => give.Bring(entry.Submission!.Value, Guid.NewGuid(), "a.jpg", scan, actor, default), "city")).Codes());
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Two_who_recommend_the_same_in_another_order_do_not_wait_for_each_other(string kind)
    {
        var portal = await portals.Of(kind);
        for (var i = 0; i < 8; i++)
        {
            var first = await portal.In("sealed", One);
            var other = await portal.Actor("other");
            var second = (await portal.Run<BeginEntry, Outcome<Entry>>(b => b.Run(first.Round, other))).Value!;
            var answers = TestEntries.Answers();
            answers["cluster.area"] = One;
            await portal.Save(second.Id, other, answers.AsWishes());
            Assert.Equal("", (await portal.Submit(second.Id, Guid.NewGuid(), by: "other")).Codes());
            Assert.Equal("", (await portal.Seal(second.Id, "city")).Codes());
            var both = await Task.WhenAll(portal.Recommend("province", null, first.Entry, second.Id), portal.Recommend("province", null, second.Id, first.Entry));
            Assert.Single(both, b => !b.Refused);
        }
    }

    static readonly string?[] Bodies =
    [
        null, "", "{}", "[]", "null", "\"x\"", "1", "{", "\0", """{"points":[null]}""", """{"entries":[null]}""", """{"changes":[null]}""", """{"versions":null}""",
        """{"step":"return","submission":"00000000-0000-0000-0000-000000000001","points":[null]}""", """{"step":"return","submission":"00000000-0000-0000-0000-000000000001","reason":"\u0000\ud800","points":[{"reason":"\ud800","field":"\u0000"}]}""",
        """{"step":"\ud800","submission":"x"}""", """{"text":"\ud800","dated":"0001-01-01"}""", """{"text":"\u0000","dated":"9999-12-31"}""", """{"text":"x","dated":"2021-02-30"}""", """{"text":null,"dated":null}""",
        """{"until":"9999-12-31T23:59:59.9999999Z","reason":"\u0000"}""", """{"until":"0001-01-01T00:00:00+14:00","reason":"x"}""", """{"deadlines":{"\u0000":"2021-06-20T10:00:00Z"},"quotas":{}}""", """{"deadlines":{},"quotas":{"x":1}}""", """{"deadlines":{},"quotas":null}""",
        """{"entries":[{"entry":"00000000-0000-0000-0000-000000000001","submission":"00000000-0000-0000-0000-000000000001","comment":"\ud800"}]}""",
        new string('[', 5000), $$"""{"text":"{{new string('长', 200_000)}}","dated":"2021-06-01"}""",
    ];

    static readonly string[] Forms =
    [
        "", "request=x", "request=00000000-0000-0000-0000-000000000000", "submission=x", "chosen=", "chosen=:", "chosen=x:y", "chosen=x:y:z:z&step=accept", "step=%00", "step=accept&chosen=%00:%00", "confirmed=1", "again=1",
        "version=-1", "version=99999999999", "version=%00", "dated=0001-01-01&text=x", "dated=9999-12-31&text=%00", "dated=%00", "text=%ED%A0%80", "state=%00&until=%00&reason=%00", "until=0001-01-01T00:00&state=draft&reason=x", "until=9999-12-31T23:59&state=submitted&reason=x",
        "deadline:=x", "deadline:%00=x", "deadline:submitted=0001-01-01T00:00&version=0", "quota:=1", "quota:x=1", "point:=%00", "point:%00=x", "compared=1", "=x", "&&&", "a=1&a=2&a=3", "rank:=x&comment:=x", "field=%00&number=%00", "number=-1", "number=99999999999",
    ];

    [Fact]
    public async Task Whatever_is_sent_to_whatever_changes_something_is_no_failure_of_ours()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entries = new[] { await portal.In("submitted", One), await portal.In("sealed", One), await portal.In("recommended", One), await portal.In("returned", One) };
        List<string> wrong = [];
        foreach (var (name, entry) in new[] { ("promoter", entries[3]), ("city", entries[0]), ("province", entries[1]), ("ministry", entries[2]) })
        {
            using var who = await Visitor.Of(portal, name);
            foreach (var (method, pattern) in RouteTests.Changing(portal))
            {
                var path = RouteTests.Filled(pattern, entry.For(pattern) ?? Guid.NewGuid(), entry.Point);
                if (path.StartsWith("/api/", StringComparison.Ordinal))
                {
                    foreach (var body in Bodies)
                        foreach (var match in (string?[])["\"0\"", "\"99999999999\""])
                            Failed($"{path} {body}", (await who.Call(new HttpMethod(method), $"{path}?name=%00", body, match)).Status);
                    continue;
                }
                foreach (var form in Forms)
                {
                    using var content = new StringContent($"{form}&request={Guid.NewGuid()}", null, "application/x-www-form-urlencoded");
                    Failed($"{path} {form}", (await who.Send(new HttpMethod(method), path, content)).Status);
                    using var alone = new StringContent(form, null, "application/x-www-form-urlencoded");
                    Failed($"{path} {form} alone", (await who.Send(new HttpMethod(method), path, alone)).Status);
                }
                foreach (var body in Bodies)
                    Failed($"{path} {body}", (await who.Send(new HttpMethod(method), path, new StringContent(body ?? "", null, "application/json"))).Status);
                foreach (var fileName in (string[])["", "\0", "a\\", new string('x', 5000)])
                {
                    using var broken = new ByteArrayContent(Encoding.UTF8.GetBytes($"--x\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{Guid.NewGuid()}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"\r\n\r\n\0\r\n--x--"));
                    broken.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
                    Failed($"{path} multipart", (await who.Send(new HttpMethod(method), path, broken)).Status);
                }

                void Failed(string what, HttpStatusCode status)
                {
                    if (status >= HttpStatusCode.InternalServerError)
                        wrong.Add($"{name} {method} {(what.Length > 300 ? what[..300] : what)}: {(int)status}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Whatever_is_asked_of_a_page_is_no_failure_of_ours(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.In("recommended", One);
        List<string> wrong = [];
        foreach (var name in (string[])["promoter", "city", "province", "ministry"])
        {
            using var who = await Visitor.Of(portal, name);
            foreach (var (_, pattern) in RouteTests.Routes(portal).Where(r => r.Method is "GET" && !r.Pattern.Contains("sign-", StringComparison.Ordinal) && !r.Pattern.EndsWith(".pdf", StringComparison.Ordinal)))
                foreach (var query in (string[])["state=%00&mine=%00&sha256=%00&download=%00&q=%00&from=%00&to=%00&entry=%00&field=%00&saved=%00&after=%00", "page=2147483647&size=2147483647&after=2147483647&entry=00000000-0000-0000-0000-000000000001", "page=-1&size=-1&after=-1&state=x&sha256=%ED%A0%80"])
                {
                    var path = $"{RouteTests.Filled(pattern, entry.For(pattern) ?? Guid.NewGuid(), entry.Point)}?{query}";
                    var status = path.StartsWith("/api/", StringComparison.Ordinal) ? (await who.Call(HttpMethod.Get, path)).Status : (await who.Send(HttpMethod.Get, path)).Status;
                    if (status >= HttpStatusCode.InternalServerError)
                        wrong.Add($"{name} {path}: {(int)status}");
                }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
