using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class AutosaveTests(Chromium chromium)
{
    [Fact]
    public async Task What_is_typed_is_saved_by_itself_and_the_page_always_says_how_far_that_is()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.Entry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var goOn = new TaskCompletionSource();
        await promoter.Page.RouteAsync("**/answers", async route => { await goOn.Task; await route.ContinueAsync(); });
        await Expect(promoter.State).ToHaveTextAsync("全部已保存");
        await Expect(promoter.State).ToBeInViewportAsync();

        await promoter.Field("government.name").PressSequentiallyAsync("株洲市人民政府");
        await Expect(promoter.State).ToHaveTextAsync("有未保存的修改");
        await Expect(promoter.State).ToHaveTextAsync("正在保存…");
        await Expect(promoter.State).ToBeInViewportAsync();
        goOn.SetResult();

        await Expect(promoter.State).ToHaveTextAsync("已保存 2021-06-01 10:00:00");
        await promoter.Page.ReloadAsync();
        await Expect(promoter.Field("government.name")).ToHaveValueAsync("株洲市人民政府");
    }
}
