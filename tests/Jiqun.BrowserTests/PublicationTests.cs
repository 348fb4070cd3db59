using Jiqun.Tests.Portal;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.BrowserTests;

public sealed class PublicationTests(Chromium chromium)
{
    /// <summary>An accepted entry of the portal's round.</summary>
    /// <returns>Name of its cluster.</returns>
    internal static async Task<string> Accepted(TestPortal portal)
    {
        var entry = await Given.Submission(portal);
        await using var db = portal.Database.Open();
        await db.Entries.Where(e => e.Id == entry).ExecuteUpdateAsync(s => s.SetProperty(e => e.Status, "accepted"));
        return Given.Answers["cluster.name"];
    }

    /// <summary>Switches the round on, from today on the portal's clock.</summary>
    internal static async Task SwitchOn(Person ministry, TestPortal portal)
    {
        await ministry.Page.GotoAsync($"/rounds/{portal.Round.Id}/publication");
        await ministry.Page.FillAsync("#firstDay", "2021-06-01");
        await ministry.Page.FillAsync("#introduction", "根据《通知》要求，现将已受理的集群予以公示。");
        await ministry.Page.CheckAsync("#on");
        await ministry.Page.CheckAsync("[id='f-overview.narrative']");
        await ministry.Press("保存");
        await Expect(ministry.Page.Locator("h1")).ToHaveTextAsync("确认公示");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_ministry_publishes_a_visitor_comments_and_the_ministry_deals_with_it(bool scripts)
    {
        await using var portal = await TestPortal.Of("sqlite");
        var name = await Accepted(portal);
        await using var ministry = await Person.Of(chromium, portal, "ministry", o => o.JavaScriptEnabled = scripts);
        await using var visitor = await Person.At(chromium, portal.Address, o => o.JavaScriptEnabled = scripts);
        var (office, page, address) = (ministry.Page, visitor.Page, $"/public/rounds/{portal.Round.Id}");
        Assert.Equal(404, (await page.GotoAsync(address))!.Status);

        await office.GotoAsync($"/rounds/{portal.Round.Id}");
        await ministry.Follow("公示");
        await Expect(office.Locator("main")).ToContainTextAsync("尚未设置公示");
        await Expect(office.Locator("td").First).ToContainTextAsync(name);              // the preview
        await SwitchOn(ministry, portal);
        Assert.Equal(404, (await page.GotoAsync(address))!.Status);
        await ministry.Press("返回修改");
        await Expect(office.Locator("#on")).ToBeCheckedAsync();
        await Expect(office.Locator("#introduction")).ToHaveValueAsync("根据《通知》要求，现将已受理的集群予以公示。");
        await ministry.Press("保存");
        await ministry.Press("确认公示");
        await Expect(office.GetByRole(AriaRole.Status)).ToHaveTextAsync("已保存。");

        await page.GotoAsync(address);
        await Expect(page.Locator("h1")).ToHaveTextAsync("测试批次公示");
        await Expect(page.Locator("main")).ToContainTextAsync("现将已受理的集群予以公示");
        Assert.Empty(await visitor.Context.CookiesAsync());
        await page.Locator("td summary").ClickAsync();
        await Expect(page.Locator("td details")).ToContainTextAsync(Given.Answers["overview.narrative"].Split('\n')[0]);
        await page.Locator("td a").ClickAsync();
        await Expect(page.Locator("#entry option:checked")).ToHaveTextAsync(name);
        await visitor.Press("提交意见");
        await Expect(page.Locator("#text-error")).ToHaveTextAsync("请填写意见内容。");
        await page.FillAsync("#text", "该集群的产值似有出入，请核实。");
        await page.FillAsync("#name", "欧阳测试");
        await page.FillAsync("#contact", "13912345678");
        await visitor.Press("提交意见");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("编号 1，");

        await office.GotoAsync("/notices");
        await office.GetByRole(AriaRole.Link, new() { Name = "“测试批次”公示收到公众意见，请查看" }).ClickAsync();
        var comment = office.Locator("#c-1");
        await Expect(comment).ToContainTextAsync("该集群的产值似有出入，请核实。");
        await Expect(comment).ToContainTextAsync("欧** 1**");
        await ministry.Press("显示完整信息 1");
        await Expect(comment).ToContainTextAsync("欧阳测试 13912345678");
        await office.FillAsync("#note-1", "已核实，数据无误。");
        await ministry.Press("标为已处理 1");
        await Expect(comment).ToContainTextAsync("ministry 王已处理");
        await Expect(comment).ToContainTextAsync("已核实，数据无误。");
        await Expect(comment).Not.ToContainTextAsync("13912345678");

        await ministry.Follow("测试批次 · 公示");
        await office.UncheckAsync("#on");
        await ministry.Press("保存");
        await Expect(office.Locator("main")).ToContainTextAsync("公示已关闭");
        Assert.Equal(404, (await page.GotoAsync(address))!.Status);
    }
}
