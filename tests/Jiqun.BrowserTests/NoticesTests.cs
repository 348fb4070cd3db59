using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class NoticesTests(Chromium chromium)
{
    [Fact]
    public async Task What_a_colleague_changed_and_submitted_appears_and_is_marked_as_read()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await using var colleague = await Person.Of(chromium, portal, "colleague");
        var (page, head) = (promoter.Page, promoter.Page.Locator(".portal-header a[href='/notices']"));
        await Expect(head).ToHaveTextAsync("提醒");

        await colleague.Page.GotoAsync(entry);
        await Expect(colleague.Page.Locator(".alert-info")).ToContainTextAsync("promoter 王修改了");
        await colleague.Field("indicators.output").FillAsync("1600");
        await colleague.Field("indicators.output").BlurAsync();
        await colleague.IsSaved();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "提醒 1 项待查看" })).ToBeVisibleAsync();
        await head.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "自您上次查看以来，colleague 王修改了“测试批次”草稿的 1 项内容" }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("1600");
        await Expect(head).ToHaveTextAsync("提醒");

        await colleague.Page.GotoAsync($"{entry}/submit");
        await colleague.Submit();
        await page.GotoAsync("/notices");
        await Expect(page.Locator(".notices li").Filter(new() { HasText = "colleague 王已报送“测试批次”的申报" })).ToContainTextAsync("新");
        await Expect(page.Locator(".notices li").First).ToContainTextAsync("2021-06-01 10:00:00");
        await Expect(head.Locator(".badge")).ToHaveTextAsync("1");
        await promoter.Press("全部标为已读");
        await Expect(head).ToHaveTextAsync("提醒");
        await Expect(page.Locator(".notices .badge")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "全部标为已读" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "colleague 王已报送“测试批次”的申报" }).ClickAsync();
        await Expect(page.Locator(".receipt")).ToBeVisibleAsync();
        await colleague.Page.GotoAsync("/notices");
        await Expect(colleague.Page.Locator(".notices li")).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("^promoter 王开始填报")]);      // and not what they did themselves

        await using var city = await Person.Of(chromium, portal, "city");
        await city.Page.GotoAsync("/notices");
        await city.Page.Locator(".notices a").Filter(new() { HasText = "待政府意见，请办理" }).ClickAsync();
        await Expect(city.Page.Locator(".receipt")).ToBeVisibleAsync();
        await city.Page.GotoAsync("/notices");
        await Expect(city.Page.Locator(".notices li").Filter(new() { HasText = "待贵单位办理" })).ToContainTextAsync("新");
    }
}
