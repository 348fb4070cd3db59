using System.Net;
using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

public sealed class HistoryTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly Place Output = new("indicators.output"), Promoter = new("promoter.name");

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_newest_change_stands_first_and_pages_hold_fifty(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        for (var i = 0; i < 101; i++)
            await portal.Save(entry.Id, i % 2 == 0 ? "promoter" : "colleague", new Wish(Output, $"{i}", i));
        await portal.Save(entry.Id, "promoter", new Wish(new Place("cluster.name"), "x", 0));

        await using var scope = portal.Scope();
        var history = scope.ServiceProvider.GetRequiredService<ReadHistory>();
        var head = (await scope.ServiceProvider.GetRequiredService<OpenEntry>().Run(entry.Id, await portal.Actor("promoter")))!;
        var (first, last, one) = (await history.Run(head, null, 1), await history.Run(head, null, int.MaxValue), await history.Run(head, "cluster.name", 1));

        Assert.Equal(Enumerable.Range(53, 50).Reverse(), first.Rows.Select(r => r.Number));
        Assert.Equal((3, 3, 3), (first.Pages, last.Page, last.Pages));
        Assert.Equal([2, 1], last.Rows.Select(r => r.Number));
        Assert.Equal(("0", "1", "colleague 王"), (last.Rows[0].Before, last.Rows[0].After, last.Rows[0].By));
        Assert.Equal(102, Assert.Single(one.Rows).Number);
        Assert.Equal(1, (await history.Run(head, null, int.MinValue)).Page);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Any_earlier_value_is_taken_back_and_that_is_a_change_itself(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0));
        await portal.Save(entry.Id, "promoter", new Wish(Output, "", 1));
        await portal.Save(entry.Id, "colleague", new Wish(Output, "1600", 2));
        using var browser = await portal.Browser("colleague");

        foreach (var (number, text) in new[] { (1, "1507"), (2, ""), (3, "1600") })
        {
            await browser.Get($"/entries/{entry.Id}/history");
            Assert.Equal($"/entries/{entry.Id}/history?field={Output.Field}", (await browser.Post($"/entries/{entry.Id}/history", ("field", Output.Field), ("number", $"{number}"))).Path);
            Assert.Equal(text, (await portal.Stored(entry.Id)).Text(Output.Field));
        }

        var stored = await portal.Stored(entry.Id);
        stored.Replays();
        Assert.Equal(6, stored.Changes.Count);
        Assert.Equal((await portal.Actor("colleague")).AccountId, stored.Changes[5].AccountId);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_follows_another_field_is_taken_back_with_it_only(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Promoter, "甲中心", 0));
        await portal.Save(entry.Id, "promoter", new Wish(Promoter, "乙中心", 1));
        using var browser = await portal.Browser("promoter");

        await browser.Get("/");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post($"/entries/{entry.Id}/history", ("field", "organisation.name"), ("number", "2"))).Status);
        Assert.Equal("乙中心", (await portal.Stored(entry.Id)).Text("organisation.name"));
        await browser.Post($"/entries/{entry.Id}/history", ("field", Promoter.Field), ("number", "1"));
        var stored = await portal.Stored(entry.Id);
        Assert.Equal(("甲中心", "甲中心"), (stored.Text(Promoter.Field), stored.Text("organisation.name")));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Only_the_entrants_see_their_history_and_take_back(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        await portal.Submit(entry.Id, Guid.NewGuid());
        foreach (var who in (string[])["other", "city", "province", "ministry", "system", "security", "audit"])
        {
            using var browser = await portal.Browser(who);
            Assert.Equal((who, HttpStatusCode.NotFound), (who, (await browser.Get($"/entries/{entry.Id}/history")).Status));
            Assert.Equal((who, HttpStatusCode.NotFound), (who, (await browser.Get($"/entries/{entry.Id}/changes?after=0")).Status));
            await browser.Get("/");
            Assert.Equal((who, HttpStatusCode.NotFound), (who, (await browser.Post($"/entries/{entry.Id}/history", ("field", "cluster.name"), ("number", "1"))).Status));
        }
        using var own = await portal.Browser("colleague");
        Assert.Equal(HttpStatusCode.OK, (await own.Get($"/entries/{entry.Id}/history")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Rubbish_in_the_address_is_no_failure(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0));
        using var browser = await portal.Browser("promoter");
        foreach (var query in (string[])["?field=%00", "?field=nothing", "?field=%ED%A0%80", "?page=-5", "?page=999999", $"?field={new string('x', 3000)}", "?field=%3Cscript%3Ealert(1)%3C/script%3E"])
        {
            var page = await browser.Get($"/entries/{entry.Id}/history{query}");
            Assert.Equal((query, HttpStatusCode.OK), (query, page.Status));
            Assert.Single(page.Document.Scripts);
        }
        foreach (var query in (string[])["/history?page=99999999999", "/history?page=x", "/changes", "/changes?after=x"])
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, (await browser.Get($"/entries/{entry.Id}{query}")).Status));
        await browser.Get("/");
        foreach (var number in (string[])["0", "-1", "99", "x", "99999999999"])
        {
            Assert.Equal((number, HttpStatusCode.NotFound), (number, (await browser.Post($"/entries/{entry.Id}/history", ("field", "x"), ("number", number))).Status));
            await browser.Get("/");
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post($"/entries/{entry.Id}/history", ("field", "\0"), ("number", "1"))).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Its_pages_are_linked_as_those_of_other_lists(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        for (var i = 0; i < 51; i++)
            await portal.Save(entry.Id, "promoter", new Wish(Output, $"{i}", i));
        using var browser = await portal.Browser("promoter");
        var next = (await browser.Get($"/entries/{entry.Id}/history?field={Output.Field}")).Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        Assert.Single((await browser.Get(next)).Document.QuerySelectorAll("tbody tr"));
        Assert.NotNull(browser.Page.Document.QuerySelector("a[rel=prev]"));
    }
}
