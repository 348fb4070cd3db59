using System.Text;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class SubmitTests(Chromium chromium)
{
    [Fact]
    public async Task A_warning_is_explained_beside_its_field_and_the_explanation_travels_with_the_entry()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        await promoter.Field("promoter.postcode").FillAsync("999077");
        await promoter.Field("promoter.postcode").BlurAsync();

        var warning = promoter.Around("promoter.postcode").Locator(".finding-warning");
        await warning.Locator("summary").ClickAsync();
        var explanation = warning.GetByRole(AriaRole.Textbox);
        await explanation.PressSequentiallyAsync("租用临时办公场所");
        await promoter.IsSaved();
        await Expect(explanation).ToBeFocusedAsync();
        await promoter.Page.ReloadAsync();
        await Expect(explanation).ToHaveValueAsync("租用临时办公场所");
        await Expect(explanation).ToBeVisibleAsync();
        await explanation.PressAsync("End");
        await promoter.Page.Keyboard.TypeAsync("，年底迁回");
        await promoter.IsSaved();
        await Expect(explanation).ToBeFocusedAsync();

        await promoter.Page.GetByRole(AriaRole.Button, new() { Name = "检查并报送" }).ClickAsync();
        await Expect(promoter.Page.Locator(".finding-warning textarea")).ToHaveValueAsync("租用临时办公场所，年底迁回");
        await promoter.Submit();
        Assert.Contains("租用临时办公场所，年底迁回", Encoding.UTF8.GetString(await promoter.Download("JSON")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_warnings_of_one_kind_on_a_field_share_one_explanation()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        var narrative = promoter.Around("overview.narrative");
        await promoter.Field("overview.narrative").FillAsync("集群产值达99999亿元，企业数量99999家。");
        await promoter.Field("overview.narrative").BlurAsync();
        await Expect(narrative.Locator("[data-code=narrative-differs]")).ToHaveCountAsync(2);
        await narrative.Locator("summary").ClickAsync();
        var explanation = narrative.GetByLabel("情况说明");
        await explanation.FillAsync("统计口径不同");
        await promoter.IsSaved();

        await promoter.Field("overview.narrative").FillAsync("企业数量99999家。");
        await promoter.Field("overview.narrative").BlurAsync();
        await Expect(narrative.Locator("[data-code=narrative-differs]")).ToHaveCountAsync(1);
        await Expect(explanation).ToHaveValueAsync("统计口径不同");
        await explanation.FillAsync("企业统计口径不同");
        await explanation.BlurAsync();
        await promoter.IsSaved();

        await promoter.Page.ReloadAsync();
        await Expect(explanation).ToHaveValueAsync("企业统计口径不同");
        await promoter.Press("检查并报送");
        await Expect(promoter.Page.Locator(".finding-warning textarea")).ToHaveValueAsync("企业统计口径不同");
    }

    [Fact]
    public async Task Errors_are_listed_with_links_that_lead_to_their_fields()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await Given.Save(portal, entry, "promoter", ("organisation.work", ""), ("indicators.output", "很多"));
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync($"{entry}/submit");

        await Expect(promoter.Page.Locator("h2").First).ToHaveTextAsync("错误：2 处");
        await Expect(promoter.Page.GetByRole(AriaRole.Button, new() { Name = "报送", Exact = true })).ToHaveCountAsync(0);
        await promoter.Page.Locator(".finding-error a").Last.ClickAsync();

        await Expect(promoter.Page).ToHaveURLAsync($"{portal.Address}{entry}#f-organisation.work");
        await Expect(promoter.Field("organisation.work")).ToBeFocusedAsync();
        await Expect(promoter.Field("organisation.work")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task The_receipt_bears_the_digest_of_what_can_be_downloaded()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await promoter.Page.GotoAsync(entry);
        Assert.StartsWith("PK", Encoding.ASCII.GetString(await promoter.Download("Word")), StringComparison.Ordinal);
        await promoter.Page.GetByRole(AriaRole.Button, new() { Name = "检查并报送" }).ClickAsync();
        await promoter.Submit();

        await promoter.ReceiptHolds();
        var receipt = promoter.Page.Url;
        await promoter.Page.GotoAsync(entry);
        await Expect(promoter.Page).ToHaveURLAsync(receipt);
        await promoter.Page.GotoAsync("/");
        await Expect(promoter.Page.Locator("tbody tr")).ToContainTextAsync("待政府意见");
    }

    [Fact]
    public async Task The_form_is_filled_in_and_submitted_without_scripts_a_conflict_included()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var promoter = await Person.Of(chromium, portal, "promoter", o => o.JavaScriptEnabled = false);
        await promoter.Page.GetByRole(AriaRole.Button, new() { Name = "开始填报" }).ClickAsync();
        await Expect(promoter.State).ToHaveTextAsync("请按“保存”按钮保存。");
        var entry = new Uri(promoter.Page.Url).AbsolutePath;
        await promoter.Field("government.name").FillAsync("株洲市人民政府");
        await promoter.Press("保存");
        await Expect(promoter.State).ToHaveTextAsync("已保存 2021-06-01 10:00:00");

        await Given.Save(portal, entry, "colleague", ("indicators.output", "1600"));
        await promoter.Field("indicators.output").FillAsync("1507");
        await promoter.Field("indicators.listed").FillAsync("8");
        await promoter.Press("保存");
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("部分内容未保存");
        await Expect(promoter.Around("indicators.output").Locator("[data-conflict]")).ToContainTextAsync("colleague 王 已于 2021-06-01 10:00:00 修改此项。 现在的内容： 1600");
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1507");
        await promoter.Press("保存");
        await Expect(promoter.State).ToHaveTextAsync("已保存 2021-06-01 10:00:00");
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1507");
        await Expect(promoter.Field("indicators.listed")).ToHaveValueAsync("8");

        await promoter.FillIn(Given.Answers);
        await promoter.Press("检查并报送");
        await promoter.Submit();
        await promoter.ReceiptHolds();
    }
}
