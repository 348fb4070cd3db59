using System.Net;
using System.Text.Json.Nodes;
using AngleSharp;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Publication;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Publication;

/// <summary>What of a round everybody sees: accepted entries with chosen fields, on its days, and nothing else.</summary>
public sealed class PublicationTests
{
    static string[] Everything => [.. PublicationInput.Publishable(TestEntries.Form).Select(f => f.Id)];

    static readonly string[] Pages = ["", "/entries.csv", "/entries.json", "/comment"];

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_round_is_public_on_its_days_while_it_is_switched_on_and_else_like_one_that_is_not_there(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Entry("promoter", 1, "accepted");
        using var visitor = portal.Browser();
        await Hidden();
        await portal.Publish();
        foreach (var (time, seen) in new[] { ("2021-06-01T15:59:59Z", false), ("2021-06-01T16:00:00Z", true), ("2021-06-08T15:59:59Z", true), ("2021-06-08T16:00:00Z", false) })
        {
            portal.Clock.Time = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
            if (!seen)
                await Hidden();
            else
                foreach (var page in Pages)
                    Assert.Equal((time, page, HttpStatusCode.OK), (time, page, (await visitor.Get(portal.Public + page)).Status));
        }
        portal.Clock.Time = TestPublications.Within;
        using var stranger = new TestProgram(portal.Address, null);
        var tags = new Dictionary<string, string?>();
        foreach (var page in Pages[..3])
        {
            var answer = await stranger.Get(portal.Public + page);
            tags[page] = answer.Tag;
            Assert.False(answer.Headers.Contains("Set-Cookie"), page);
            Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
            Assert.Equal(HttpStatusCode.NotModified, (await stranger.Get(portal.Public + page, answer.Tag)).Status);
        }
        Assert.Equal("", (await portal.Publish(new PublicationInput(false, TestPublications.First, TestPublications.Last, ["cluster.name"], "", 1))).Codes());
        await Hidden();
        foreach (var (page, tag) in tags)
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(portal.Public + page, tag)).Status);

        async Task Hidden()
        {
            var nowhere = Guid.NewGuid();
            foreach (var page in Pages)
            {
                var (there, none) = (await visitor.Get(portal.Public + page), await visitor.Get($"/public/rounds/{nowhere}{page}"));
                Assert.Equal((page, HttpStatusCode.NotFound), (page, there.Status));
                Assert.Equal(none.Text.Replace($"{nowhere}", "ID", StringComparison.Ordinal), there.Text.Replace($"{portal.Round.Id}", "ID", StringComparison.Ordinal));
            }
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Accepted_entries_alone_are_published_as_of_their_last_submission(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (mine, other) = (await portal.Entry("promoter", 1, "accepted", ("cluster.name", "甲集群")), await portal.Entry("other", 2, "recommended", ("cluster.name", "乙集群")));
        await portal.Publish("cluster.name", "indicators.output");
        Assert.Equal("甲集群", await Names());
        foreach (var state in (string[])["draft", "submitted", "sealed", "recommended", "rejected", "withdrawn"])
        {
            await portal.Move(mine, state);
            Assert.Equal((state, ""), (state, await Names()));
        }
        await portal.Move(other, "accepted");
        Assert.Equal("乙集群", await Names());

        // a draft after it was taken back: what was submitted counts, and only once it is accepted again
        await using (var db = portal.Database.Open())
            await db.Entries.Where(e => e.Id == other).ExecuteUpdateAsync(s => s.SetProperty(e => e.Status, "draft").SetProperty(e => e.State, Jiqun.Portal.Entries.EntryState.Draft));
        var version = (await portal.Stored(other)).Answers.Single(a => a.Field == "cluster.name").Version;
        Assert.Empty((await portal.Save(other, "other", new Jiqun.Portal.Entries.Wish(new Jiqun.Portal.Entries.Place("cluster.name"), "丙集群", version))).Value!.Refused);
        Assert.Equal("", await Names());
        Assert.Equal("", (await portal.Submit(other, Guid.NewGuid(), by: "other")).Codes());
        await portal.Move(other, "accepted");
        Assert.Equal("丙集群", await Names());

        async Task<string> Names()
        {
            using var visitor = portal.Browser();
            var page = await visitor.Get(portal.Public);
            var names = string.Join(' ', page.Document.QuerySelectorAll("tbody td[data-label=集群名称]").Select(t => t.TextContent.Trim()));
            var json = JsonNode.Parse((await visitor.Get($"{portal.Public}/entries.json")).Text)!["entries"]!.AsArray();
            Assert.Equal(names, string.Join(' ', json.Select(e => (string)e!["values"]!["cluster.name"]!)));
            Assert.All(json, e => Assert.Equal(System.Text.Json.JsonValueKind.Number, e!["values"]!["indicators.output"]!.GetValueKind()));
            Assert.Equal(names, string.Join(' ', (await visitor.Get($"{portal.Public}/entries.csv")).Text.Split("\r\n")[1..^1].Select(l => l.Split(',')[0])));
            return names;
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task No_personal_value_is_published_whatever_is_asked_for(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Entry("promoter", 1, "accepted");
        var answers = TestEntries.Answers(1);
        var personal = TestEntries.Form.EntrantFields.Where(f => f.Personal).Select(f => answers.GetValueOrDefault(f.Id, "")).Where(t => t.Length > 1).ToList();
        Assert.True(personal.Count >= 8);
        foreach (var field in (string[])["promoter.mobile", "government.contact", "opinion.text", "nothing", "cluster.name promoter.mobile", ""])
        {
            Assert.Equal("publication-field@fields", (await portal.Publish(new PublicationInput(true, TestPublications.First, TestPublications.Last, ["cluster.name", field], "", 0))).Codes());
            using var ministry = await portal.Browser("ministry");
            await ministry.Get($"/rounds/{portal.Round.Id}/publication");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.Post($"/rounds/{portal.Round.Id}/publication",
                ("on", "yes"), ("confirmed", "yes"), ("version", "0"), ("firstDay", TestPublications.First), ("lastDay", TestPublications.Last), ("fields", "cluster.name"), ("fields", field))).Status);
            using var program = await portal.Program("ministry");
            Assert.Equal("publication-field", (await program.Put($"/api/rounds/{portal.Round.Id}/publication", new { on = true, firstDay = TestPublications.First, lastDay = TestPublications.Last, fields = (string[])["cluster.name", field], confirm = true }, "\"0\"")).Code);
        }
        await portal.Publish(Everything);
        await Nothing();
        await using (var db = portal.Database.Open())               // nor if the database itself were to say so
            await db.Publications.ExecuteUpdateAsync(s => s.SetProperty(p => p.Fields, string.Join(' ', TestEntries.Form.Fields.Select(f => f.Id))));
        await Nothing();

        async Task Nothing()
        {
            using var visitor = portal.Browser();
            foreach (var page in Pages)
            {
                var text = WebUtility.HtmlDecode((await visitor.Get(portal.Public + page)).Text);
                Assert.All(personal, p => Assert.DoesNotContain(p, text, StringComparison.Ordinal));
                if (page != "/comment")
                    Assert.Contains(answers["organisation.legalType"], text, StringComparison.Ordinal);
            }
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Contacts_in_texts_are_hidden_and_the_ministry_is_warned(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Entry("promoter", 1, "accepted", ("organisation.operation", "运行良好。详询王工，手机１３９-1234-5678，邮箱 wang.gong@example.cn。"));
        var settings = $"/rounds/{portal.Round.Id}/publication";
        using var ministry = await portal.Browser("ministry");
        await ministry.Get(settings);
        (string, string)[] terms = [("on", "yes"), ("version", "0"), ("firstDay", TestPublications.First), ("lastDay", TestPublications.Last), ("fields", "cluster.name"), ("fields", "organisation.operation")];
        var preview = await ministry.Post(settings, [.. terms, ("preview", "yes")]);
        Assert.Contains("有1处文字含有疑似", preview.Document.QuerySelector(".alert-warning")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(await Rows(portal));
        var asked = await ministry.Post(settings, terms);
        Assert.Contains("1处文字含有疑似", asked.Text, StringComparison.Ordinal);
        Assert.Empty(await Rows(portal));
        await portal.Publish("cluster.name", "organisation.operation");
        using var visitor = portal.Browser();
        foreach (var page in Pages[..3])
        {
            var text = (await visitor.Get(portal.Public + page)).Document.ToHtml();
            Assert.Contains("手机****，邮箱 ****。", text, StringComparison.Ordinal);
            Assert.DoesNotContain("5678", text, StringComparison.Ordinal);
            Assert.DoesNotContain("example.cn", text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Hostile_answers_are_text_and_no_cell_is_a_formula(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        const string markup = "<script>alert(1)</script>", formula = "=HYPERLINK(\"http://x\")";
        await portal.Entry("promoter", 1, "accepted", ("cluster.name", formula), ("organisation.legalType", markup));
        Assert.Equal("", (await portal.Publish(new PublicationInput(true, TestPublications.First, TestPublications.Last, ["cluster.name", "organisation.legalType"], $"{markup}\n第二段", 0))).Codes());
        portal.Clock.Time = TestPublications.Within;
        using var visitor = portal.Browser();
        foreach (var path in (string[])["", "?page=2", "?page=-1", "?page=x", "/comment?entry=%3Cscript%3E"])
        {
            var page = await visitor.Get(portal.Public + path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Empty(SafetyTests.Inline(page.Document));
        }
        Assert.Contains(markup, (await visitor.Get(portal.Public)).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("\r\n\"'=HYPERLINK(\"\"http://x\"\")\",<script>", (await visitor.Get($"{portal.Public}/entries.csv")).Text, StringComparison.Ordinal);
        var json = JsonNode.Parse((await visitor.Get($"{portal.Public}/entries.json")).Text)!;
        Assert.Equal((formula, markup), ((string)json["entries"]![0]!["values"]!["cluster.name"]!, (string)json["entries"]![0]!["values"]!["organisation.legalType"]!));
    }

    static async Task<List<AuditRow>> Rows(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return await db.Audit.Where(r => r.Action == AuditAction.PublicationChanged).OrderBy(r => r.Id).ToListAsync();
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_ministry_confirms_what_becomes_public_and_colleagues_do_not_overwrite_each_other(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var settings = $"/rounds/{portal.Round.Id}/publication";
        using var ministry = await portal.Browser("ministry");
        var page = (await ministry.Get(settings)).Document;
        Assert.Equal(("2021-06-02", "2021-06-08"), (page.QuerySelector("#firstDay")!.GetAttribute("value"), page.QuerySelector("#lastDay")!.GetAttribute("value")));
        Assert.Equal(["cluster.name", "cluster.industry", "cluster.area", "promoter.name"], page.QuerySelectorAll("input[name=fields][checked]").Select(i => i.GetAttribute("value")));
        Assert.Null(page.QuerySelector("#on[checked]"));
        (string, string)[] terms = [("version", "0"), ("firstDay", "2021-06-01"), ("lastDay", "2021-06-02"), ("fields", "cluster.name"), ("introduction", "根据通知公示。")];
        var asked = await ministry.Post(settings, [.. terms, ("on", "yes")]);
        Assert.Contains("任何人无需登录即可查看", asked.Text, StringComparison.Ordinal);
        Assert.Contains("只有2个工作日", asked.Text, StringComparison.Ordinal);
        using var visitor = portal.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get(portal.Public)).Status);
        var sent = asked.Document.QuerySelectorAll("main form input[type=hidden]").Where(i => i.GetAttribute("name") is not "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).ToArray();
        Assert.Contains("正在公示", (await ministry.Post(settings, [.. sent, ("confirmed", "yes")])).Text, StringComparison.Ordinal);
        Assert.Contains("根据通知公示。", (await visitor.Get(portal.Public)).Text, StringComparison.Ordinal);
        var row = Assert.Single(await Rows(portal));
        Assert.Equal((portal.Round.Id, "on: no → yes; days:  → 2021-06-01 — 2021-06-02; fields:  → cluster.name; introduction: 0 → 7 characters"), (row.Subject!.Value, row.Detail));

        Assert.Equal(HttpStatusCode.Conflict, (await ministry.Post(settings, terms)).Status);          // seen before the change
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get(portal.Public)).Status);
        Assert.Contains("公示已关闭", (await ministry.Post(settings, [.. terms[1..], ("version", "1")])).Text, StringComparison.Ordinal);      // nothing to confirm
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get(portal.Public)).Status);

        foreach (var (input, codes) in new[]
        {
            (new PublicationInput(true, "2021-06-31", "", ["cluster.name"], "", 2), "first-day@firstDay last-day@lastDay"),
            (new PublicationInput(true, "2021-06-05", "2021-06-04", [], "", 2), "last-day@lastDay publication-fields-none@fields"),
            (new PublicationInput(true, "2021-06-05", "2023-06-04", ["cluster.name"], new string('长', 4001), 2), "last-day@lastDay too-long@introduction"),
            (new PublicationInput(true, "2021-05-05", "2021-05-31", ["cluster.name"], "", 2), "last-day@lastDay"),
            (new PublicationInput(true, "2021-06-05", "2021-06-06", ["cluster.name"], "", 1), "stale"),
        })
            Assert.Equal(codes, (await portal.Publish(input)).Codes());
        foreach (var who in (string[])["province", "city", "promoter", "system", "security", "audit"])
        {
            Assert.Equal("missing", (await portal.Publish(new PublicationInput(true, TestPublications.First, TestPublications.Last, ["cluster.name"], "", 2), by: who)).Codes());
            using var browser = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(settings)).Status);
        }
        Assert.Equal(2, (await Rows(portal)).Count);

        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => portal.Publish(new PublicationInput(true, TestPublications.First, TestPublications.Last, ["cluster.name"], $"第{i}", 2))));
        Assert.Equal(3, both.Count(b => b.Codes() == "stale"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Programs_of_the_ministry_do_the_same(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Entry("promoter", 1, "accepted");
        var path = $"/api/rounds/{portal.Round.Id}/publication";
        using var program = await portal.Program("ministry");
        var offered = await program.Get(path);
        Assert.Equal(("\"0\"", false, "2021-06-08"), (offered.Tag, (bool)offered.Json["public"]!, (string)offered.Json["lastDay"]!));
        object Terms(bool confirm) => new { on = true, firstDay = "2021-06-01", lastDay = "2021-06-08", fields = (string[])["cluster.name"], confirm };
        Assert.Equal("no-match", (await program.Put(path, Terms(confirm: true), null)).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await program.Put(path, new { on = true, firstDay = "2021-06-01", lastDay = "2021-06-08", fields = (string?[])["cluster.name", null] }, "\"0\"")).Status);
        var asked = await program.Put(path, Terms(confirm: false), "\"0\"");
        Assert.Equal((HttpStatusCode.Conflict, "confirm"), (asked.Status, asked.Code));
        Assert.Contains(asked.Json["findings"]!.AsArray(), f => ((string)f!["message"]!).Contains('1', StringComparison.Ordinal) && (string)f["code"]! == "consequence");
        var done = await program.Put(path, Terms(confirm: true), "\"0\"");
        Assert.Equal((HttpStatusCode.OK, "\"1\"", true), (done.Status, done.Tag, (bool)done.Json["public"]!));
        var stale = await program.Put(path, Terms(confirm: true), "\"0\"");
        Assert.Equal((HttpStatusCode.PreconditionFailed, 1), (stale.Status, (int)stale.Json["current"]!["version"]!));
        using var narrow = await portal.Program("ministry", Scope.Fill);
        Assert.Equal(HttpStatusCode.Forbidden, (await narrow.Put(path, Terms(confirm: true), "\"1\"")).Status);
        using var province = await portal.Program("province");
        Assert.Equal(HttpStatusCode.NotFound, (await province.Get(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await province.Put(path, Terms(confirm: true), "\"1\"")).Status);
    }

    [Theory]
    [InlineData("2021-06-01", "2021-06-02", "2021-06-08")]         // Tuesday
    [InlineData("2021-06-04", "2021-06-07", "2021-06-11")]         // Friday
    [InlineData("2021-06-06", "2021-06-07", "2021-06-11")]         // Sunday
    [InlineData("2021-12-30", "2021-12-31", "2022-01-06")]
    public void Five_working_days_from_tomorrow_are_offered(string today, string first, string last)
    {
        var offered = PublicationInput.Usual(TestEntries.Form, DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((first, last), (offered.FirstDay, offered.LastDay));
    }
}
