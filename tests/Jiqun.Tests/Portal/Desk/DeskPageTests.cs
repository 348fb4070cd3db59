using System.Net;
using Jiqun.Portal.Entries;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>A round at a glance, its list, and the views that one keeps of it.</summary>
public sealed class DeskPageTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Every_figure_of_the_desk_opens_as_many_entries_as_it_says(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        using var ministry = await portal.Browser("ministry");
        var desk = $"/rounds/{portal.Round.Id}/desk";
        var empty = await ministry.Get(desk);
        Assert.Contains("尚无申报", empty.Text, StringComparison.Ordinal);
        Assert.NotEmpty(empty.Document.QuerySelectorAll(".desk-missing li"));

        // of one kind of warning two, about different fields, and one entry has both
        await QuestionsPageTests.Submit(portal, "promoter", 1, ("indicators.output", "约 1,507"), ("indicators.foreignCapital", "约 20"));
        await QuestionsPageTests.Submit(portal, "other", 2, ("indicators.output", "约 907"));
        await using (var scope = portal.Scope())
            Assert.False((await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor("third"))).Refused);
        var page = await ministry.Get(desk);
        Assert.Equal(empty.Document.QuerySelectorAll(".desk-missing li").Length - 3, page.Document.QuerySelectorAll(".desk-missing li").Length);
        var links = page.Document.QuerySelectorAll(".desk tr:has(a), section[aria-labelledby=warnings] tr:has(a)");
        Assert.True(links.Length >= 6, $"{links.Length} figures");
        Assert.Equal(2, page.Document.QuerySelectorAll("section[aria-labelledby=warnings] tr:has(a)").Count(r => r.TextContent.Contains("约数", StringComparison.Ordinal)));
        foreach (var row in links)
        {
            var list = await ministry.Get(row.QuerySelector("a")!.GetAttribute("href")!);
            Assert.Equal((row.TextContent, HttpStatusCode.OK, int.Parse(row.QuerySelector("td.text-end")!.TextContent, System.Globalization.CultureInfo.InvariantCulture)), (row.TextContent, list.Status, list.Document.QuerySelectorAll("table.list tbody tr").Length));
            Assert.Null(list.Document.QuerySelector("[role=alert]"));
        }
        using var province = await portal.Browser("province");
        Assert.Equal(HttpStatusCode.NotFound, (await province.Get(desk)).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_submission_that_takes_the_place_of_another_is_what_the_list_has(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        var answers = await QuestionsPageTests.Submit(portal, "promoter", 1);
        using var ministry = await portal.Browser("ministry");
        var address = $"/rounds/{portal.Round.Id}/list?column=indicators.output&column=complete";
        async Task<string> Cell() => (await ministry.Get(address)).Document.QuerySelectorAll("table.list tbody td")[1].TextContent.Trim();
        Assert.Equal(answers["indicators.output"], await Cell());

        Guid entry;
        await using (var db = portal.Database.Open())
        {
            entry = (await db.Entries.SingleAsync(e => e.RoundId == portal.Round.Id, Cancel)).Id;
            await db.Entries.ExecuteUpdateAsync(u => u.SetProperty(e => e.State, EntryState.Draft).SetProperty(e => e.Status, "draft"), Cancel);
        }
        Assert.Empty((await portal.Save(entry, "promoter", [new Wish(new Place("indicators.output"), "123456", await Version(portal, entry))])).Value!.Refused);
        Assert.Equal(answers["indicators.output"], await Cell());          // what stands in a draft is its organisation's alone
        Assert.False((await portal.Submit(entry, Guid.NewGuid(), by: "promoter")).Refused);
        Assert.Equal("123456", await Cell());
    }

    static async Task<int> Version(TestPortal portal, Guid entry)
    {
        await using var db = portal.Database.Open();
        return await db.Answers.Where(a => a.EntryId == entry && a.Field == "indicators.output" && a.Code == "").Select(a => a.Version).SingleAsync(Cancel);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_view_is_kept_for_whoever_saved_it_alone(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        await QuestionsPageTests.Submit(portal, "promoter", 1);
        var list = $"/rounds/{portal.Round.Id}/list";
        using var ministry = await portal.Browser("ministry");
        await ministry.Get($"{list}?field=indicators.output&is=Least&value=0.5&sort=indicators.output&down=1&column=indicators.output");
        var saved = await ministry.Post($"/rounds/{portal.Round.Id}/views", ("query", ministry.Page.Document.QuerySelector("input[name=query]")!.GetAttribute("value")!), ("name", "大集群"));
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        var link = (await ministry.Get(list)).Document.QuerySelectorAll("nav a").Single(a => a.TextContent == "大集群");
        Assert.Contains("indicators.output", link.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("descending", (await ministry.Get(link.GetAttribute("href")!)).Document.QuerySelector("th[aria-sort]")!.GetAttribute("aria-sort"));
        Assert.Equal("page", ministry.Page.Document.QuerySelectorAll("nav a").Single(a => a.TextContent == "大集群").GetAttribute("aria-current"));

        var wrong = await ministry.Post($"/rounds/{portal.Round.Id}/views", ("query", ""), ("name", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.NotNull(wrong.Document.QuerySelector("[role=alert]"));

        using var program = new TestProgram(portal.Address, await portal.Token("ministry"));
        var view = Assert.Single((await program.Get($"/api/rounds/{portal.Round.Id}/views")).Json.AsArray());
        Assert.Equal("大集群", (string?)view!["name"]);
        var remove = $"/rounds/{portal.Round.Id}/views/{(string)view["id"]!}";
        await using (var db = portal.Database.Open())
        {
            var other = await db.Users.SingleAsync(u => u.UserName == "province", Cancel);
            await db.SavedViews.ExecuteUpdateAsync(u => u.SetProperty(v => v.AccountId, other.Id), Cancel);
        }
        Assert.DoesNotContain("大集群", (await ministry.Get(list)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ministry.Post(remove)).Status);
    }
}
