using System.Net;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Notices;
using Jiqun.Portal.PersonalData;
using Jiqun.Portal.Publication;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Publication;

/// <summary>What visitors say to a published round: for the ministry, never for anybody else.</summary>
public sealed class CommentTests
{
    const string Person = "欧阳测试", Mobile = "13912345678", Text = "该集群的产值似有出入，请核实。";

    static string Address(TestPortal portal) => $"/rounds/{portal.Round.Id}/comments";

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_visitor_comments_and_the_ministry_reads_it_and_deals_with_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Entry("promoter", 1, "accepted", ("cluster.name", "甲集群"));
        await portal.Publish();
        using var visitor = portal.Browser();
        var form = await visitor.Get($"{portal.Public}/comment?entry={entry}");
        Assert.Equal("甲集群", form.Document.QuerySelector("#entry option[selected]")!.TextContent);
        Assert.Contains("36个月", form.Document.QuerySelector("#comment-notice")!.TextContent, StringComparison.Ordinal);
        var sent = await visitor.Comment(portal, $"  {Text}\r\n我的手机{Mobile}。", $"{entry}", Person, Mobile);
        Assert.Equal((HttpStatusCode.OK, "意见已收到"), (sent.Status, sent.Document.QuerySelector("h1")!.TextContent));
        Assert.Contains("编号 1，", sent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Mobile, sent.Text, StringComparison.Ordinal);
        await visitor.Comment(portal, "第二条");

        // nothing of it is public
        foreach (var page in (string[])["", "/entries.csv", "/entries.json"])
            Assert.DoesNotContain("出入", (await visitor.Get(portal.Public + page)).Text, StringComparison.Ordinal);
        await using (var db = portal.Database.Open())
        {
            Assert.DoesNotContain(await db.VisitorComments.ToListAsync(), c => c.Name.Contains(Person, StringComparison.Ordinal) || c.Contact.Contains(Mobile, StringComparison.Ordinal));
            Assert.Equal(2, await db.Audit.CountAsync(r => r.Action == AuditAction.CommentReceived && r.AccountId == null));
            Assert.Equal(1, await db.Notices.CountAsync(n => n.Kind == NoticeKind.CommentCame));          // one while something waits
        }

        using var ministry = await portal.Browser("ministry");
        Assert.Contains("公示收到公众意见", (await ministry.Get("/notices")).Text, StringComparison.Ordinal);
        var list = await ministry.Get(Address(portal));
        Assert.Equal(["2", "1"], list.Document.QuerySelectorAll("tbody th").Select(t => t.TextContent));
        Assert.Contains("甲集群", list.Document.QuerySelector("#c-1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains($"{Text}\n我的手机****。", list.Document.QuerySelector("#c-1")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Mobile, list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Person, list.Text, StringComparison.Ordinal);
        var comment = (await portal.Comments())[0];
        Assert.Equal(0, await Readings(portal, comment.Id));
        var plain = await ministry.Post($"{Address(portal)}/{comment.Id}/contacts");
        Assert.Contains($"{Person} {Mobile}", plain.Document.QuerySelector("#c-1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, await Readings(portal, comment.Id));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.Post($"{Address(portal)}/{comment.Id}/done", ("note", new string('长', 501)))).Status);
        var done = await ministry.Post($"{Address(portal)}/{comment.Id}/done", ("note", "<b>已核实</b>"));
        Assert.Contains("<b>已核实</b>", done.Document.QuerySelector("#c-1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("ministry 王已处理", done.Document.QuerySelector("#c-1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.Post($"{Address(portal)}/{comment.Id}/done", ("note", "另一说法"))).Status);
        Assert.Equal("<b>已核实</b>", (await portal.Comments())[0].Note);
        Assert.Contains("共2条，1条待处理", (await ministry.Get(Address(portal))).Text, StringComparison.Ordinal);
        await using (var db = portal.Database.Open())
            Assert.Equal(comment.Id, (await db.Audit.SingleAsync(r => r.Action == AuditAction.CommentDone)).Subject);

        var report = (await portal.Run<FindPerson, Outcome<PersonReport>>(async f => await f.Run("139 1234 5678", await portal.Actor("ministry")))).Value!;
        Assert.Equal(("1**", 1), (Assert.Single(report.Values).Masked, report.Values[0].Submission));
        Assert.Single(report.Readings);
    }

    static async Task<int> Readings(TestPortal portal, Guid comment)
    {
        await using var db = portal.Database.Open();
        return await db.Audit.CountAsync(r => r.Action == AuditAction.PersonalRead && r.Subject == comment);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_cannot_be_taken_is_refused_with_what_was_typed_and_the_same_request_is_one_comment(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (accepted, hidden) = (await portal.Entry("promoter", 1, "accepted"), await portal.Entry("other", 2, "recommended"));
        await portal.Publish();
        using var visitor = portal.Browser();
        foreach (var (text, entry, name, contact, trap, field) in new[]
        {
            (" \n ", "", "", "", "", "text"), (new string('长', 2001), "", "", "", "", "text"), (Text, $"{hidden}", "", "", "", "entry"), (Text, $"{Guid.NewGuid()}", "", "", "", "entry"), (Text, "x", "", "", "", "entry"),
            (Text, "", new string('长', 201), "", "", "name"), (Text, "", "", "a\u202Eb", "", "contact"), (Text, $"{accepted}", Person, Mobile, "http://spam", "website"),
        })
        {
            var page = await visitor.Comment(portal, text, entry, name, contact, trap);
            Assert.Equal((field, HttpStatusCode.UnprocessableEntity), (field, page.Status));
            Assert.NotNull(page.Document.QuerySelector($"#{field}-error"));
            Assert.Equal(text.Trim(), page.Document.QuerySelector("#text")!.TextContent.Trim());
            Assert.Equal(name, page.Document.QuerySelector("#name")!.GetAttribute("value"));
        }
        Assert.Empty(await portal.Comments());

        var request = Guid.NewGuid();
        foreach (var text in (string[])[$"{new string('长', 1999)}。", "另一内容"])
            Assert.Contains("编号 1，", (await visitor.Comment(portal, text, request: request)).Text, StringComparison.Ordinal);
        Assert.Equal(2000, Assert.Single(await portal.Comments()).Text.Length);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.Post($"{portal.Public}/comment", ("text", Text))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get($"{portal.Public}/comment/{Guid.NewGuid()}")).Status);
        using (var bare = new HttpClient { BaseAddress = new Uri(portal.Address) })                          // without the token of a page
        using (var form = new FormUrlEncodedContent([KeyValuePair.Create("request", $"{Guid.NewGuid()}"), KeyValuePair.Create("text", Text)]))
        using (var answer = await bare.PostAsync(new Uri($"{portal.Public}/comment", UriKind.Relative), form))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await visitor.Comment(portal, "<img src=x onerror=alert(1)>", name: "=1+1")).Status);
        Assert.Equal("a\uFFFDb\uFFFDc", (await portal.Run<SendComment, Outcome<VisitorComment>>(s => s.Run(portal.Round.Id, CommentInput.New(null) with { Text = "a\0b\uD800c" }, default))).Value!.Text);
        using var ministry = await portal.Browser("ministry");
        var list = await ministry.Get(Address(portal));
        Assert.Empty(SafetyTests.Inline(list.Document));
        Assert.Contains("<img src=x onerror=alert(1)>", list.Document.QuerySelector("#c-2")!.TextContent, StringComparison.Ordinal);

        var form2 = await visitor.Get($"{portal.Public}/comment");
        Assert.Equal("", (await portal.Publish(new PublicationInput(false, TestPublications.First, TestPublications.Last, ["cluster.name"], "", 1))).Codes());
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Post($"{portal.Public}/comment", ("request", form2.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!), ("text", Text))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get($"{portal.Public}/comment/{request}")).Status);
        Assert.Equal(3, (await portal.Comments()).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Many_at_once_get_numbers_of_their_own_and_one_request_one_number(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Publish();
        var same = Guid.NewGuid();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => portal.Run<SendComment, Outcome<VisitorComment>>(s => s.Run(portal.Round.Id, CommentInput.New(null) with { Text = $"第{i}条", Request = i < 4 ? same : Guid.NewGuid() }, default))));
        Assert.All(outcomes, o => Assert.Equal("", o.Codes()));
        Assert.Equal(Enumerable.Range(1, 9), (await portal.Comments()).Select(c => c.Number));
        Assert.Single(outcomes[..4].Select(o => o.Value!.Number).Distinct());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_round_takes_so_many_and_no_more(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Publish();
        await using (var db = portal.Database.Open())
        {
            db.Add(new VisitorComment { Id = Guid.NewGuid(), RoundId = portal.Round.Id, Number = SendComment.MostInRound - 1, EntryId = null, Text = "x", Name = "", Contact = "", RequestId = Guid.NewGuid(), At = portal.Round.OpensAt });
            await db.SaveChangesAsync();
        }
        using var visitor = portal.Browser();
        Assert.Contains("编号 10000，", (await visitor.Comment(portal, Text)).Text, StringComparison.Ordinal);
        var full = await visitor.Comment(portal, Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, full.Status);
        Assert.Contains("已达上限", full.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_address_says_so_much_an_hour_and_can_sign_in_all_the_same()
    {
        await using var portal = await TestPortal.Of("sqlite", p => (p.CommentsPerHour, p.AttemptsPerMinute) = (3, 3));
        await portal.Publish();
        using var visitor = portal.Browser();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await visitor.Comment(portal, Text)).Status);
        var tooMany = await visitor.Comment(portal, Text);
        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.Status);
        Assert.Contains("一小时后再试", tooMany.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get(portal.Public)).Status);
        using var ministry = await portal.Browser("ministry");
        Assert.Equal(3, (await portal.Comments()).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Programs_read_them_masked_and_one_at_a_time_in_plain_for_the_ministry_alone(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Publish();
        using var visitor = portal.Browser();
        await visitor.Comment(portal, Text, name: Person, contact: Mobile);
        await visitor.Comment(portal, "第二条");
        var (path, comment) = ($"/api{Address(portal)}", (await portal.Comments())[0]);
        using var ministry = await portal.Program("ministry");
        var list = await ministry.Get($"{path}?size=1&page=2");
        Assert.Equal((2, 1, "欧**", Text), ((int)list.Json["total"]!, (int)list.Json["items"]![0]!["number"]!, (string)list.Json["items"]![0]!["name"]!, (string)list.Json["items"]![0]!["text"]!));
        Assert.Equal(0, await Readings(portal, comment.Id));
        Assert.Equal((Person, Mobile), ((string)(await ministry.Get($"{path}/{comment.Id}")).Json["name"]!, (string)(await ministry.Get($"{path}/{comment.Id}")).Json["contact"]!));
        Assert.Equal(2, await Readings(portal, comment.Id));
        foreach (var who in (string[])["province", "city", "promoter", "system", "security", "audit"])
        {
            using var program = await portal.Program(who);
            foreach (var one in (string[])[path, $"{path}/{comment.Id}"])
                Assert.Equal(HttpStatusCode.NotFound, (await program.Get(one)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await program.Post($"{path}/{comment.Id}/done", new { note = "x" })).Status);
            using var browser = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(Address(portal))).Status);
            await browser.Get("/account");
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Post($"{Address(portal)}/{comment.Id}/contacts")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Post($"{Address(portal)}/{comment.Id}/done", ("note", "x"))).Status);
        }
        Assert.Equal(2, await Readings(portal, comment.Id));
        var elsewhere = (await portal.Begin()).RoundId;                                     // of another round there is no such comment
        Assert.Equal(HttpStatusCode.NotFound, (await ministry.Get($"/api/rounds/{elsewhere}/comments/{comment.Id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ministry.Post($"{path}/{comment.Id}/done", new { note = "已核实" })).Status);
        using var narrow = await portal.Program("ministry", Scope.Fill);
        Assert.Equal(HttpStatusCode.Forbidden, (await narrow.Post($"{path}/{comment.Id}/done", new { note = "x" })).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_purge_empties_names_and_contacts_and_then_no_comments_are_taken(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Publish();
        using (var visitor = portal.Browser())
            await visitor.Comment(portal, $"请回电{Mobile}", name: Person, contact: Mobile);
        portal.Clock.Time = portal.Clock.Time.AddMonths(38);
        var today = $"{portal.Clock.Time.AddHours(8):yyyy-MM-dd}";
        Assert.Equal("", (await portal.Publish(new PublicationInput(true, today, today, ["cluster.name"], "", 1))).Codes());
        using var late = portal.Browser();
        Assert.Contains("不再接收意见", (await late.Get($"{portal.Public}/comment")).Text, StringComparison.Ordinal);
        Assert.Equal("comments-over", (await portal.Run<SendComment, Outcome<VisitorComment>>(s => s.Run(portal.Round.Id, CommentInput.New(null) with { Text = Text, Name = Person }, default))).Codes());
        await new PurgePersonalData(portal.Database, TestEntries.Forms, portal.Clock, NullLoggerFactory.Instance).Run();
        var comment = Assert.Single(await portal.Comments());
        Assert.Equal(("请回电****", "", ""), (comment.Text, comment.Name, comment.Contact));
        var ministry = await portal.Actor("ministry");
        Assert.False(Assert.Single((await portal.Run<ReadComments, CommentsView?>(r => r.Run(portal.Round.Id, 1, ministry, default)))!.Comments).HidesContact);
    }
}
