using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class ColleagueTests(Chromium chromium)
{
    [Fact]
    public async Task Who_was_overtaken_sees_both_values_and_chooses()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1000"), ("indicators.listed", "1"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await using var colleague = await Person.Of(chromium, portal, "colleague");
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        await colleague.Page.GotoAsync(entry);
        await colleague.Field("indicators.output").FillAsync("1600");
        await colleague.Field("indicators.listed").FillAsync("9");
        await colleague.Field("indicators.listed").BlurAsync();
        await colleague.IsSaved();

        await promoter.Field("indicators.output").FillAsync("1507");
        await promoter.Field("indicators.listed").FillAsync("8");
        await promoter.Field("indicators.listed").BlurAsync();

        var mine = promoter.Around("indicators.output").GetByRole(AriaRole.Alert);
        var theirs = promoter.Around("indicators.listed").GetByRole(AriaRole.Alert);
        await Expect(mine).ToContainTextAsync("colleague 王 已于 2021-06-01 10:00:00 修改此项。 现在的内容： 1600");
        await Expect(theirs).ToContainTextAsync("9");
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1507");
        await mine.GetByRole(AriaRole.Button, new() { Name = "用我的" }).ClickAsync();
        await Expect(promoter.Field("indicators.output")).ToBeFocusedAsync();
        await theirs.GetByRole(AriaRole.Button, new() { Name = "用对方的" }).ClickAsync();
        await Expect(promoter.Field("indicators.listed")).ToHaveValueAsync("9");
        await promoter.IsSaved();
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        await Expect(colleague.Field("indicators.output")).ToHaveValueAsync("1507");
        await Expect(colleague.Field("indicators.listed")).ToHaveValueAsync("9");
    }

    [Fact]
    public async Task Who_takes_theirs_gets_what_the_colleague_wrote_last()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1000"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        await Given.Save(portal, entry, "colleague", ("indicators.output", "1600"));
        await promoter.Field("indicators.output").FillAsync("1507");
        var conflict = promoter.Around("indicators.output").GetByRole(AriaRole.Alert);
        await Expect(conflict).ToContainTextAsync("1600");
        var theirs = conflict.GetByRole(AriaRole.Button, new() { Name = "用对方的" });
        await theirs.FocusAsync();

        await Given.Save(portal, entry, "colleague", ("indicators.output", "1700"));
        await promoter.Page.UnrouteAllAsync();
        await Expect(conflict).ToContainTextAsync("colleague 王 刚刚修改 现在的内容： 1700");
        await Expect(conflict).Not.ToContainTextAsync("1600");
        await Expect(theirs).ToBeFocusedAsync();
        await theirs.ClickAsync();

        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1700");
        await promoter.IsSaved();
        await Expect(conflict).ToHaveCountAsync(0);
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1700");
    }

    /// <summary>A computer with a slow disk: somebody else writes into the store, and the page waits for its turn.</summary>
    [Fact]
    public async Task Saved_is_said_once_a_text_that_was_given_up_would_not_come_back()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1000"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        await Given.Save(portal, entry, "colleague", ("indicators.output", "1700"));
        await promoter.Field("indicators.output").FillAsync("1507");
        var theirs = promoter.Around("indicators.output").GetByRole(AriaRole.Button, new() { Name = "用对方的" });
        await theirs.FocusAsync();
        await promoter.Page.EvaluateAsync(
            """
            () => new Promise((begun) => {
              indexedDB.open("jiqun").onsuccess = ({ target }) => {
                const store = target.result.transaction("unsaved", "readwrite").objectStore("unsaved");
                const end = Date.now() + 2000;
                const go = () => { store.count().onsuccess = () => { begun(); if (Date.now() < end) go(); }; };
                go();
              };
            })
            """);

        await theirs.ClickAsync();
        await promoter.IsSaved();
        await promoter.Page.ReloadAsync();
        await promoter.IsSaved();
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1700");
    }

    [Fact]
    public async Task What_a_colleague_changes_appears_without_reloading_and_leaves_alone_what_is_being_typed()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Page.RouteAsync("**/answers", route => route.AbortAsync());
        await promoter.Field("government.head").FillAsync("正在填写");
        await promoter.Page.EvaluateAsync("() => { window.isTheSamePage = true; }");

        await Given.Save(portal, entry, "colleague", ("overview.narrative", "同事写的内容"), ("indicators.enterprises", "很多"), ("government.head", "同事"));

        await Expect(promoter.Field("overview.narrative")).ToHaveValueAsync("同事写的内容");
        await Expect(promoter.Around("overview.narrative").Locator("output")).ToHaveTextAsync("6");
        await Expect(promoter.Around("overview.narrative")).ToContainTextAsync("colleague 王 刚刚修改");
        await Expect(promoter.Around("indicators.enterprises").Locator(".finding-error")).ToBeVisibleAsync();
        await Expect(promoter.Page.Locator("[data-section=indicators] .section-errors")).ToHaveTextAsync("1 处错误");
        await Expect(promoter.Page.Locator("[data-section=overview] .section-count")).ToHaveTextAsync("1 / 1");
        await Expect(promoter.Field("government.head")).ToHaveValueAsync("正在填写");
        Assert.True(await promoter.Page.EvaluateAsync<bool>("() => window.isTheSamePage === true"));
    }

    [Fact]
    public async Task An_earlier_value_is_taken_back_from_the_history_of_its_field()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1507"));
        await Given.Save(portal, entry, "colleague", ("indicators.output", "1600"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);

        await promoter.Around("indicators.output").GetByRole(AriaRole.Link, new() { Name = "历史" }).ClickAsync();
        var rows = promoter.Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First.Locator("td")).ToContainTextAsync(["2021-06-01 10:00:00", "colleague 王", "", "1507", "1600", ""]);
        await Expect(rows.Last.Locator("td")).ToContainTextAsync(["2021-06-01 10:00:00", "promoter 王", "", "（空）", "1507", ""]);
        await rows.Last.GetByRole(AriaRole.Button, new() { Name = "恢复此值" }).ClickAsync();

        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.First.Locator("td")).ToContainTextAsync(["", "promoter 王", "", "1600", "1507", ""]);
        await promoter.Page.GotoAsync(entry);
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1507");
    }
}
