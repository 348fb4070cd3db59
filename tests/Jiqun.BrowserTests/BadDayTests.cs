using Jiqun.Tests.Portal;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.BrowserTests;

/// <summary>Lost connections, ended sessions, closed rounds: nothing that was typed is lost, and the person is told.</summary>
public sealed class BadDayTests(Chromium chromium)
{
    [Fact]
    public async Task What_is_typed_while_the_connection_is_gone_is_saved_when_it_is_back()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);

        await promoter.Context.SetOfflineAsync(true);
        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await promoter.Waits(1);
        await promoter.Context.SetOfflineAsync(false);

        await promoter.IsSaved();
        Assert.Equal("株洲市人民政府", await Standing(portal, "government.name"));
    }

    [Fact]
    public async Task What_was_typed_before_the_page_was_closed_without_connection_is_there_again_and_saved()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);

        await promoter.Context.SetOfflineAsync(true);
        await promoter.Field("overview.narrative").FillAsync("断网时写的内容");
        await promoter.Waits(1);
        await promoter.Page.CloseAsync();
        await promoter.Context.SetOfflineAsync(false);
        await promoter.NewPage();
        await promoter.Page.GotoAsync(entry);

        await Expect(promoter.Field("overview.narrative")).ToHaveValueAsync("断网时写的内容");
        await Expect(promoter.Around("overview.narrative").Locator("output")).ToHaveTextAsync("7");
        await promoter.IsSaved();
        Assert.Equal("断网时写的内容", await Standing(portal, "overview.narrative"));
        Assert.Equal(0, await promoter.Unsaved());
    }

    [Fact]
    public async Task What_is_typed_after_the_session_ended_is_saved_after_signing_in_again()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);

        portal.Clock.Time += TimeSpan.FromMinutes(31);
        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await Expect(promoter.State).ToHaveTextAsync("登录已失效，内容保存在本机。 重新登录");
        Assert.Null(await Standing(portal, "government.name"));
        await promoter.State.GetByRole(AriaRole.Link).ClickAsync();
        await promoter.SignIn("promoter", TestPortal.Password);

        await Expect(promoter.Page).ToHaveURLAsync(portal.Address + entry);
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市人民政府");
        await promoter.IsSaved();
        Assert.Equal("株洲市人民政府", await Standing(portal, "government.name"));
    }

    [Fact]
    public async Task What_one_person_typed_is_not_shown_to_the_next_one_at_the_same_computer()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        portal.Clock.Time += TimeSpan.FromMinutes(31);
        await promoter.Field("government.name").FillAsync("只给自己看");
        await Expect(promoter.State).ToContainTextAsync("登录已失效");

        await promoter.State.GetByRole(AriaRole.Link).ClickAsync();
        await promoter.SignIn("colleague", TestPortal.Password);

        await Expect(promoter.Page).ToHaveURLAsync(portal.Address + entry);
        await Expect(promoter.State).ToHaveTextAsync("全部已保存");
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task What_one_person_typed_is_not_saved_as_that_of_the_next_one_who_signs_in()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var (first, state) = (promoter.Page, promoter.State);
        portal.Clock.Time += TimeSpan.FromMinutes(31);
        await promoter.NewPage();
        await promoter.Page.GotoAsync("/sign-in");
        await promoter.SignIn("colleague", TestPortal.Password);
        await Expect(promoter.Page).ToHaveURLAsync($"{portal.Address}/");

        var answer = await first.RunAndWaitForResponseAsync(() => first.Locator("[id='f-government.name']").FillAsync("株洲市人民政府"), r => r.Url.EndsWith("/answers", StringComparison.Ordinal));

        Assert.Equal(401, answer.Status);
        await Expect(state).ToHaveTextAsync("登录已失效，内容保存在本机。 重新登录");
        await Expect(first.Locator("[id='f-government.name']")).ToHaveValueAsync("株洲市人民政府");
        Assert.Null(await Standing(portal, "government.name"));
    }

    [Fact]
    public async Task A_save_that_fails_while_another_place_waits_is_not_repeated_without_pause()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal, ("indicators.output", "1000"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        await Given.Save(portal, entry, "colleague", ("indicators.output", "1600"));
        await promoter.Field("indicators.output").FillAsync("1507");
        await Expect(promoter.Around("indicators.output").GetByRole(AriaRole.Alert)).ToBeVisibleAsync();

        var sent = 0;
        await promoter.Page.RouteAsync("**/answers", async route =>
        {
            sent++;
            await route.AbortAsync();
        });
        await promoter.Field("indicators.listed").FillAsync("8");
        await promoter.Waits(2);
        await promoter.Page.WaitForTimeoutAsync(2000);

        Assert.Equal(1, sent);
    }

    [Theory, InlineData("株洲市人民政府", true), InlineData("株洲市人民政府", false), InlineData("", true), InlineData("", false)]
    public async Task Whose_answer_was_lost_is_not_in_conflict_with_oneself_and_what_was_typed_last_stands(string last, bool hearsFirst)
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Page.RouteAsync("**/changes*", route => hearsFirst ? route.ContinueAsync() : route.AbortAsync());
        Func<IRoute, Task> answer = async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync();
        };
        await promoter.Page.RouteAsync("**/answers", route => answer(route));
        await promoter.Field("government.name").FillAsync("株洲");
        await promoter.Waits(1);
        Assert.Equal("株洲", await Standing(portal, "government.name"));

        answer = route => route.AbortAsync();
        async Task TypeOn()
        {
            await promoter.Field("government.name").FillAsync(last);
            await promoter.Field("government.name").BlurAsync();
        }
        if (hearsFirst)
            await promoter.Page.RunAndWaitForResponseAsync(TypeOn, r => r.Url.Contains("/changes", StringComparison.Ordinal));
        else
            await TypeOn();
        answer = route => route.ContinueAsync();

        await promoter.IsSaved();
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(promoter.Field("government.name")).ToHaveValueAsync(last);
        Assert.Equal(last, await Standing(portal, "government.name"));
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_as_no_connection()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Page.RouteAsync("**/answers", route => route.FulfillAsync(new() { Status = 502, ContentType = "text/html", Body = "<h1>502 Bad Gateway</h1>" }));

        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await promoter.Waits(1);
        await promoter.Page.UnrouteAllAsync();

        await promoter.IsSaved();
        Assert.Equal("株洲市人民政府", await Standing(portal, "government.name"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for_for_ever()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Page.RouteAsync("**/answers", _ => { });

        await promoter.Field("government.name").FillAsync("株洲市人民政府");

        await promoter.Waits(1, 25_000);
    }

    [Fact]
    public async Task A_second_tab_changes_nothing_after_the_first_has_submitted()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        var second = promoter.Page;
        await promoter.NewPage();
        await promoter.Page.GotoAsync($"{entry}/submit");
        await promoter.Submit();

        await second.Locator("[id='f-indicators.output']").FillAsync("9999");
        await second.Locator("[id='f-indicators.output']").BlurAsync();

        var state = second.Locator("[data-state]");
        await Expect(state).ToHaveTextAsync("本申报已报送，不能再修改。");
        await second.RunAndWaitForResponseAsync(() => second.UnrouteAllAsync(), r => r.Url.Contains("/changes", StringComparison.Ordinal));
        await Expect(state).ToHaveTextAsync("本申报已报送，不能再修改。");
        await Expect(second.Locator("[id='f-indicators.output']")).ToHaveValueAsync("9999");
        Assert.Equal(Given.Answers["indicators.output"], await Standing(portal, "indicators.output"));
    }

    [Fact]
    public async Task Who_still_types_when_the_round_closes_is_told_when_that_was_and_keeps_the_text()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using (var db = portal.Database.Open())
            await db.Rounds.ExecuteUpdateAsync(r => r.SetProperty(x => x.ClosesAt, portal.Clock.Time.UtcDateTime.AddMinutes(5)));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Page.RunAndWaitForResponseAsync(
            async () =>
            {
                await promoter.Field("government.name").FillAsync("赶在截止前");
                portal.Clock.Time += TimeSpan.FromMinutes(5);
            },
            r => r.Url.Contains("/changes", StringComparison.Ordinal));

        await Expect(promoter.State).ToHaveTextAsync("本批次已于 2021-06-01 10:05:00（北京时间）截止，不能再修改。");
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("赶在截止前");
        Assert.Null(await Standing(portal, "government.name"));
    }

    /// <summary>What the database holds; null when nothing was ever saved.</summary>
    static async Task<string?> Standing(TestPortal portal, string field)
    {
        await using var db = portal.Database.Open();
        return await db.Answers.Where(a => a.Field == field && a.Code == "").Select(a => a.Written).SingleOrDefaultAsync();
    }
}
