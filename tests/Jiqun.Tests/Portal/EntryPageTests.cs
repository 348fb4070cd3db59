using System.Net;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Entries;

namespace Jiqun.Tests.Portal;

/// <summary>What the pages of an entry hold before any script runs.</summary>
public sealed class EntryPageTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly Place Narrative = new("overview.narrative"), Why = Narrative with { Code = "narrative-differs" };

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Two_warnings_of_one_kind_on_a_field_share_one_explanation(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        var version = (await portal.Stored(entry.Id)).Answers.Single(a => a.Field == Narrative.Field).Version;
        await portal.Save(entry.Id, "promoter", new Wish(Narrative, "集群产值达99999亿元，企业数量99999家。", version));
        using var browser = await portal.Browser("promoter");

        var form = (await browser.Get($"/entries/{entry.Id}")).Document;
        Assert.Equal(2, form.QuerySelectorAll($"[data-place='{Narrative.Field}:'] [data-code={Why.Code}]").Length);
        Assert.Single(form.QuerySelectorAll($"[name='{FormInput.Name(Why)}']"));
        var page = await browser.Get($"/entries/{entry.Id}/submit");
        Assert.Equal(2, page.Document.QuerySelectorAll(".finding-warning a").Count(a => a.GetAttribute("href")!.EndsWith(Narrative.Field, StringComparison.Ordinal)));
        Assert.Single(page.Document.QuerySelectorAll($"[name='{FormInput.Name(Why)}']"));
        Assert.Single(page.Document.QuerySelectorAll($"[name='{FormInput.VersionName(Why)}']"));

        var request = page.Document.QuerySelector("[name=request]")!.GetAttribute("value")!;
        await browser.Post(
            $"/entries/{entry.Id}/submit",
            ("request", request), ("save", "1"), (FormInput.Name(Why), "口径不同"), (FormInput.Name(Why), ""), (FormInput.VersionName(Why), "0"), (FormInput.VersionName(Why), "0"));
        Assert.Equal("口径不同", (await portal.Stored(entry.Id)).Text(Why.Field, Why.Code));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_explanation_that_a_colleague_changed_meanwhile_is_shown_beside_ones_own(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        var place = new Place("indicators.output", "approximate");
        await portal.Save(entry.Id, "promoter", new Wish(new Place(place.Field), "约1507", 0));
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}");
        await portal.Save(entry.Id, "colleague", new Wish(place, "他们的说明", 0));

        var page = (await browser.Post($"/entries/{entry.Id}", (FormInput.Name(place), "我的说明"), (FormInput.VersionName(place), "0"))).Document;

        var explanation = page.QuerySelector($"[data-place='{place.Field}:{place.Code}']")!;
        Assert.Equal("我的说明", explanation.QuerySelector("textarea")!.TextContent.Trim());
        Assert.Contains("他们的说明", explanation.QuerySelector("[data-conflict]")!.TextContent, StringComparison.Ordinal);
        Assert.True(explanation.HasAttribute("open"));
        Assert.DoesNotContain("他们的说明", page.QuerySelector($"[data-place='{place.Field}:'] > [data-conflict]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("他们的说明", (await portal.Stored(entry.Id)).Text(place.Field, place.Code));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_refused_explanation_leaves_the_answer_beside_it_saved(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}");
        var (field, code) = ("indicators.output", "approximate");
        object[] changes = [new { field, code = "", text = "约1507", version = 0 }, new { field, code, text = new string('长', 2001), version = 0 }];

        var (_, body) = await browser.Json($"/entries/{entry.Id}/answers", new { changes });

        var refused = Assert.Single(body!["refused"]!.AsArray())!;
        Assert.Equal((field, code, "too-large"), ((string)refused["field"]!, (string)refused["code"]!, (string)refused["why"]!["code"]!));
        var saved = Assert.Single(body["places"]!.AsArray(), p => (string)p!["field"]! == field)!;
        Assert.Equal(("", "约1507", 1), ((string)saved["code"]!, (string)saved["text"]!, (int)saved["version"]!));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_a_page_of_somebody_else_sends_is_not_saved_as_ones_own(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("colleague");
        await browser.Get($"/entries/{entry.Id}");
        object[] changes = [new { field = "cluster.name", code = "", text = "x", version = 0 }];

        var (status, body) = await browser.Json($"/entries/{entry.Id}/answers", new { account = (await portal.Actor("promoter")).AccountId, changes });
        Assert.Equal((HttpStatusCode.Unauthorized, "signed-out"), (status, (string)body!["code"]!));
        Assert.Empty((await portal.Stored(entry.Id)).Answers);

        (status, _) = await browser.Json($"/entries/{entry.Id}/answers", new { account = (await portal.Actor("colleague")).AccountId, changes });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Required_fields_are_announced_as_such()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");

        var page = (await browser.Get($"/entries/{entry.Id}")).Document;

        Assert.Equal(
            TestEntries.Form.EntrantFields.Where(f => f.Repeats is null && f.Need is Need.Required).Select(f => $"f-{f.Id}").Order(StringComparer.Ordinal),
            page.QuerySelectorAll("[aria-required=true]").Select(i => i.Id!).Order(StringComparer.Ordinal));
    }
}
