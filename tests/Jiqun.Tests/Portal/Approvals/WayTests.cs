using System.Net;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>Entries on their way through the offices, on the real databases.</summary>
public sealed class WayTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static string Code<T>(Core.Outcome<T> outcome)
        where T : notnull => outcome.Refused ? outcome.Refusal[0].Code : "";

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task From_submitted_to_accepted(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Submitted();
        Assert.Equal("submitted", await portal.Status(entry.Id));

        var opinion = (await portal.Seal(entry.Id, "city")).Value!;
        Assert.Equal((SealMeans.PaperByHand, "sealed"), (opinion.Means!.Value, await portal.Status(entry.Id)));
        Assert.False((await portal.Recommend("province", null, entry.Id)).Refused);
        Assert.Equal("recommended", await portal.Status(entry.Id));
        Assert.False((await portal.Step(entry.Id, "accept", "ministry")).Refused);
        Assert.Equal("accepted", await portal.Status(entry.Id));

        await using var db = portal.Database.Open();
        var steps = await db.EntrySteps.Where(s => s.EntryId == entry.Id).OrderBy(s => s.Number).ToListAsync();
        Assert.Equal(["submit", "seal", "recommend", "accept"], steps.Select(s => s.Step));
        Assert.Equal(["draft", "submitted", "sealed", "recommended"], steps.Select(s => s.Before));
        foreach (var who in (string[])["promoter", "city", "province", "ministry"])
        {
            using var browser = await portal.Browser(who);
            var page = await browser.Get($"/entries/{entry.Id}");
            Assert.Equal((who, HttpStatusCode.OK), (who, page.Status));
            Assert.Contains("已受理", page.Text, StringComparison.Ordinal);
            Assert.Contains("同意推荐，请予支持。", page.Text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_return_is_answered_point_by_point_and_the_next_submission_shows_what_changed(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Submitted();
        var first = await portal.Current(entry.Id);
        Assert.Equal("points-needed", Code(await portal.Step(entry.Id, "return", "city")));
        Assert.Equal("unknown-field", Code(await portal.Step(entry.Id, "return", "city", "", new WantedPoint("no.such", "x"))));
        Assert.Equal("reason-needed", Code(await portal.Step(entry.Id, "return", "city", "", new WantedPoint("indicators.output", " "))));
        Assert.False((await portal.Step(entry.Id, "return", "city", "", new WantedPoint("indicators.output", "请与统计公报核对"), new WantedPoint("", "请补充佐证材料"))).Refused);
        Assert.Equal(("draft", EntryState.Draft), (await portal.Status(entry.Id), (await portal.Stored(entry.Id)).Entry.State));

        // the city still sees what was submitted, and nothing of the draft
        using (var city = await portal.Browser("city"))
        {
            Assert.Equal($"/submissions/{first}", (await city.Get($"/entries/{entry.Id}")).Path);
            Assert.Equal(HttpStatusCode.NotFound, (await city.Get($"/entries/{entry.Id}/draft.json")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await city.Get($"/entries/{entry.Id}/points")).Status);
            // what it asked for it sees at once, before anything is answered
            var asked = (await city.Get($"/submissions/{first}")).Document.QuerySelector(".points")!.TextContent;
            Assert.Contains("请与统计公报核对", asked, StringComparison.Ordinal);
            Assert.Contains("请补充佐证材料", asked, StringComparison.Ordinal);
        }
        Assert.Equal("points-open", Code(await portal.Submit(entry.Id, Guid.NewGuid())));
        using (var promoter = await portal.Browser("promoter"))
        {
            Assert.Contains("请与统计公报核对", (await promoter.Get($"/entries/{entry.Id}")).Text, StringComparison.Ordinal);
            Assert.Contains("请补充佐证材料", (await promoter.Get($"/entries/{entry.Id}/points")).Text, StringComparison.Ordinal);
        }
        var stored = await portal.Stored(entry.Id);
        var output = stored.Answers.Single(a => a.Field == "indicators.output");
        Assert.False((await portal.AnswerAndSubmit(entry.Id, new Wish(new Place("indicators.output"), "4321", output.Version))).Refused);
        Assert.Equal("submitted", await portal.Status(entry.Id));
        using var reader = await portal.Browser("city");
        var page = await reader.Get($"/entries/{entry.Id}");
        Assert.Contains("与上一报送版本的差异（1 处）", page.Text, StringComparison.Ordinal);
        Assert.Contains(output.Written, page.Document.QuerySelector(".review-change")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("已修改。", page.Document.QuerySelector(".review-points")!.TextContent, StringComparison.Ordinal);
        Assert.False((await portal.Seal(entry.Id, "city")).Refused);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_entry_of_two_cities_waits_for_both_and_strangers_see_nothing_of_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        var entry = await portal.Submitted("湖南省株洲市、长沙市");
        foreach (var (who, sees) in new[] { ("city", true), ("changsha", true), ("province", true), ("guangzhou", false), ("guangdong", false), ("third", false), ("expert", false) })
        {
            using var browser = await portal.Browser(who);
            Assert.Equal((who, sees ? HttpStatusCode.OK : HttpStatusCode.NotFound), (who, (await browser.Get($"/entries/{entry.Id}")).Status));
        }
        Assert.False((await portal.Seal(entry.Id, "changsha")).Refused);
        Assert.Equal("submitted", await portal.Status(entry.Id));
        Assert.Equal("step-done", Code(await portal.Seal(entry.Id, "changsha")));
        Assert.False((await portal.Seal(entry.Id, "city")).Refused);
        Assert.Equal("sealed", await portal.Status(entry.Id));

        // sent back to the cities, both give their opinion anew
        Assert.False((await portal.Step(entry.Id, "back-to-city", "province", "意见过简")).Refused);
        Assert.False((await portal.Seal(entry.Id, "city")).Refused);
        Assert.Equal("submitted", await portal.Status(entry.Id));
        Assert.False((await portal.Seal(entry.Id, "changsha")).Refused);
        Assert.Equal("sealed", await portal.Status(entry.Id));
        await using var scope = portal.Scope();
        var review = (await scope.ServiceProvider.GetRequiredService<ReadReview>().Run(await portal.Current(entry.Id), await portal.Actor("province")))!;
        Assert.Equal(["株洲市人民政府", "长沙市人民政府"], review.Opinions.Select(o => o.Organisation).ToHashSet());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_place_without_a_government_is_told_and_keeps_the_entry(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Submitted("湖南省株洲市、长沙市");
        using var browser = await portal.Browser("city");
        Assert.Contains("长沙市的政府尚未在系统中建立单位", (await browser.Get($"/entries/{entry.Id}")).Text, StringComparison.Ordinal);
        Assert.False((await portal.Seal(entry.Id, "city")).Refused);
        Assert.Equal("submitted", await portal.Status(entry.Id));
        await portal.AddNeighbours();
        Assert.False((await portal.Seal(entry.Id, "changsha")).Refused);
        Assert.Equal("sealed", await portal.Status(entry.Id));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_same_request_again_is_the_same_step_and_another_is_told_what_happened(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Submitted();
        var wish = new StepWish(Guid.NewGuid(), "withdraw", await portal.Current(entry.Id), "合并申报", []);
        var taken = (await portal.Step(entry.Id, wish, "promoter")).Value!;
        Assert.Equal(taken.Id, (await portal.Step(entry.Id, wish, "promoter")).Value!.Id);
        var late = await portal.Step(entry.Id, wish with { Request = Guid.NewGuid() }, "colleague");
        Assert.Equal(["step-not-now", "step-happened"], late.Refusal!.Select(f => f.Code));
        Assert.Contains("promoter", late.Refusal![1].Message, StringComparison.Ordinal);
        Assert.Equal("missing", Code(await portal.Step(entry.Id, wish, "other")));
        var opinion = await portal.With((give, actor) => give.Write(wish.Submission, "同意", "2021-06-01", 0, actor), "city");
        Assert.Equal(["step-not-now", "step-happened"], opinion.Refusal!.Select(f => f.Code));
        Assert.False((await portal.Step(entry.Id, "resume", "promoter")).Refused);
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_two_who_act_at_once_one_step_is_taken_and_the_other_told(string kind)
    {
        var portal = await portals.Of(kind);
        for (var i = 0; i < 5; i++)
        {
            var entry = await portal.Submitted(seed: i + 1);
            var submission = await portal.Current(entry.Id);
            var both = await Task.WhenAll(
                portal.Step(entry.Id, new StepWish(Guid.NewGuid(), "return", submission, "", [new WantedPoint("", "请修改")]), "city"),
                portal.Step(entry.Id, new StepWish(Guid.NewGuid(), "withdraw", submission, "不再参加", []), "promoter"));
            Assert.Single(both, b => !b.Refused);
            Assert.Equal("step-not-now", both.Single(b => b.Refused).Refusal![0].Code);
            await using var db = portal.Database.Open();
            Assert.Equal(2, await db.EntrySteps.CountAsync(s => s.EntryId == entry.Id));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_looked_at_an_older_submission_decides_nothing(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Submitted();
        var old = await portal.Current(entry.Id);
        await portal.Step(entry.Id, "return", "city", "", new WantedPoint("", "请修改"));
        Assert.False((await portal.AnswerAndSubmit(entry.Id)).Refused);
        Assert.Equal("stale", Code(await portal.Step(entry.Id, new StepWish(Guid.NewGuid(), "return", old, "", [new WantedPoint("", "再改")]), "city")));
        Assert.Equal("stale", Code(await portal.With((give, actor) => give.Write(old, "同意", "2021-06-01", 0, actor), "city")));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Deadlines_hold_by_the_servers_clock_and_an_extension_is_for_one_entry(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (one, two) = (await portal.Submitted(), await portal.Submitted(seed: 2));
        var ministry = await portal.Actor("ministry");
        foreach (var entry in (Entry[])[one, two])
        {
            await using var scope = portal.Scope();
            var outcome = await scope.ServiceProvider.GetRequiredService<ChangeTerms>().Run(entry.RoundId, new Dictionary<string, string> { ["submitted"] = "2021-06-02T18:00" }, new Dictionary<Guid, string>(), 0, ministry);
            Assert.False(outcome.Refused);
        }
        portal.Clock.Time = new DateTimeOffset(2021, 6, 2, 10, 0, 0, TimeSpan.Zero);
        Assert.Equal("step-late", Code(await portal.Seal(one.Id, "city")));
        await using (var scope = portal.Scope())
        {
            var extend = scope.ServiceProvider.GetRequiredService<ExtendDeadline>();
            Assert.Equal("reason-needed", Code(await extend.Run(one.Id, "submitted", "2021-06-04T18:00", "", ministry)));
            Assert.Equal("until", Code(await extend.Run(one.Id, "submitted", "2021-06-02T17:00", "防汛", ministry)));
            Assert.Equal("missing", Code(await extend.Run(one.Id, "submitted", "2021-06-04T18:00", "防汛", await portal.Actor("province"))));
            Assert.False((await extend.Run(one.Id, "submitted", "2021-06-04T18:00", "防汛", ministry)).Refused);
        }
        Assert.False((await portal.Seal(one.Id, "city")).Refused);
        Assert.Equal("step-late", Code(await portal.Seal(two.Id, "city")));
        Assert.False((await portal.Step(two.Id, "return", "city", "", new WantedPoint("", "请修改"))).Refused);        // may be late
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task After_the_round_closed_an_extended_draft_can_be_changed_and_submitted(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (entry, other) = (await portal.BeginFilled(), await portal.BeginFilled(2));
        portal.Clock.Time = portal.Clock.Time.AddDays(31);
        Assert.Equal("closed", Code(await portal.Submit(entry.Id, Guid.NewGuid())));
        await using (var scope = portal.Scope())
            Assert.False((await scope.ServiceProvider.GetRequiredService<ExtendDeadline>().Run(entry.Id, "draft", "2021-07-10T18:00", "系统故障", await portal.Actor("ministry"))).Refused);
        Assert.False((await portal.Save(entry.Id, "promoter", new Wish(new Place("organisation.other"), "补充", (await portal.Stored(entry.Id)).Answers.FirstOrDefault(a => a.Field == "organisation.other")?.Version ?? 0))).Refused);
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
        Assert.Equal("closed", Code(await portal.Submit(other.Id, Guid.NewGuid())));
        using var ministry = await portal.Browser("ministry");
        var listed = await ministry.Get($"/rounds/{other.RoundId}/entries");
        Assert.Contains("株洲市轨道交通装备产业集群发展促进中心", listed.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ministry.Get($"/entries/{other.Id}")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_quota_holds_also_for_two_who_recommend_at_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entries = new List<Guid>();
        await using (var db = portal.Database.Open())
        {
            var first = await portal.Submitted();
            entries.Add(first.Id);
            var other = await portal.Actor("other");
            await using var scope = portal.Scope();
            var second = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(first.RoundId, other)).Value!;
            await portal.Save(second.Id, other, TestEntries.Answers(3).Where(a => a.Key != "cluster.area").Append(KeyValuePair.Create("cluster.area", "湖南省株洲市")).ToDictionary().AsWishes());
            Assert.False((await portal.Submit(second.Id, Guid.NewGuid(), by: "other")).Refused);
            entries.Add(second.Id);
            foreach (var entry in entries)
                Assert.False((await portal.Seal(entry, "city")).Refused);
            await using var terms = portal.Scope();
            Assert.False((await terms.ServiceProvider.GetRequiredService<ChangeTerms>().Run(first.RoundId, new Dictionary<string, string>(), new Dictionary<Guid, string> { [portal.Province.Id] = "1" }, 0, await portal.Actor("ministry"))).Refused);
        }
        Assert.Equal("quota", Code(await portal.Recommend("province", null, [.. entries])));
        var both = await Task.WhenAll(portal.Recommend("province", null, entries[0]), portal.Recommend("province", null, entries[1]));
        Assert.Single(both, b => !b.Refused);
        Assert.Equal("quota", both.Single(b => b.Refused).Refusal![0].Code);
        var taken = entries[both[0].Refused ? 1 : 0];
        // a place is free again when the entry comes back
        Assert.False((await portal.Step(taken, "back-to-province", "ministry", "排序有误")).Refused);
        var request = Guid.NewGuid();
        var again = (await portal.Recommend("province", request, entries[0])).Value!;
        Assert.Equal(again.Id, (await portal.Recommend("province", request, entries[0])).Value!.Id);
    }
}
