using System.Net;
using Jiqun.Portal.Entries;

namespace Jiqun.Tests.Portal;

public sealed class CompareTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_draft_is_compared_with_a_submission_field_by_field(string kind)
    {
        var portal = await portals.Of(kind);
        var (older, newer) = (await portal.BeginFilled(), await portal.BeginFilled());
        var submission = (await portal.Submit(older.Id, Guid.NewGuid())).Value!;
        var version = (await portal.Stored(newer.Id)).Answers.Single(a => a.Field == "cluster.name").Version;
        var name = (await portal.Stored(newer.Id)).Text("cluster.name");
        await portal.Save(newer.Id, "promoter", new Wish(new("cluster.name"), $"{name}（北区）", version));
        using var browser = await portal.Browser("promoter");

        var page = await browser.Get($"/compare?from={submission.Id}&to={newer.Id}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var row = Assert.Single(page.Document.QuerySelectorAll(".table-responsive tbody tr"));
        Assert.Equal("（北区）", Assert.Single(row.QuerySelectorAll("ins")).TextContent);
        Assert.Empty(row.QuerySelectorAll("del"));
        Assert.Equal(name, row.QuerySelector("td")!.TextContent.Trim());
        Assert.Contains(TestEntries.Form["indicators.output"].Name.Zh, page.Document.QuerySelector("details")!.TextContent, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Nobody_compares_what_they_may_not_see(string kind)
    {
        var portal = await portals.Of(kind);
        var (one, two, draft) = (await portal.BeginFilled(), await portal.BeginFilled(2), await portal.BeginFilled());
        var (first, second) = ((await portal.Submit(one.Id, Guid.NewGuid())).Value!, (await portal.Submit(two.Id, Guid.NewGuid())).Value!);
        foreach (var (who, submissions, drafts) in new[] { ("promoter", true, true), ("colleague", true, true), ("city", true, false), ("ministry", true, false), ("other", false, false), ("system", false, false), ("audit", false, false) })
        {
            using var browser = await portal.Browser(who);
            Assert.Equal((who, submissions ? HttpStatusCode.OK : HttpStatusCode.NotFound), (who, (await browser.Get($"/compare?from={first.Id}&to={second.Id}")).Status));
            Assert.Equal((who, drafts ? HttpStatusCode.OK : HttpStatusCode.NotFound), (who, (await browser.Get($"/compare?from={first.Id}&to={draft.Id}")).Status));
            Assert.Equal((who, drafts ? HttpStatusCode.OK : HttpStatusCode.NotFound), (who, (await browser.Get($"/compare?from={draft.Id}&to={first.Id}")).Status));
            var page = await browser.Get($"/compare?to={first.Id}");
            if (submissions)
                Assert.Equal(drafts, page.Text.Contains($"{draft.Id}", StringComparison.Ordinal));
        }
    }
}
