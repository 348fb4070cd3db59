using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class EvidenceTests(Chromium chromium)
{
    /// <summary>A picture of one point.</summary>
    static readonly byte[] Picture = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    static FilePayload File(string name, byte[] content) => new() { Name = name, MimeType = "application/octet-stream", Buffer = content };

    [Fact]
    public async Task A_picture_is_attached_and_shown_and_what_is_none_is_told_without_leaving()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        var page = promoter.Page;
        await page.GotoAsync(entry);
        await page.GetByRole(AriaRole.Link, new() { Name = "佐证材料", Exact = true }).ClickAsync();
        await Expect(page.GetByText("还没有佐证材料")).ToBeVisibleAsync();

        await page.GetByLabel("文件").SetInputFilesAsync(File("a.png", "MZ"u8.ToArray()));
        await page.GetByRole(AriaRole.Button, new() { Name = "上传" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("a.png：文件不是 PDF");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();

        await page.GetByLabel("文件").SetInputFilesAsync([File("证书.png", Picture), File("表.pdf", "%PDF-1.4"u8.ToArray())]);
        await page.GetByLabel("对应填报项").SelectOptionAsync("indicators.output");
        await page.GetByRole(AriaRole.Button, new() { Name = "上传" }).ClickAsync();
        await Expect(page.Locator(".evidence li")).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        var preview = page.GetByRole(AriaRole.Img, new() { Name = "证书.png 预览" });
        await Expect(preview).ToBeVisibleAsync();
        Assert.Equal(1, await preview.EvaluateAsync<int>("(image) => image.decode().then(() => image.naturalWidth)"));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("移除.*证书.png") }).ClickAsync();
        await Expect(page.Locator(".evidence li")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("恢复.*证书.png") }).ClickAsync();
        await Expect(page.Locator(".evidence li")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task An_upload_tells_how_far_it_is_and_can_be_stopped()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        var page = promoter.Page;
        await page.GotoAsync($"{entry}/evidence");
        var line = await promoter.Context.NewCDPSessionAsync(page);
        await line.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = 400_000 });
        await page.GetByLabel("文件").SetInputFilesAsync(File("大.pdf", [.. "%PDF-1.4"u8, .. new byte[4_000_000]]));
        await page.GetByRole(AriaRole.Button, new() { Name = "上传" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await Expect(page.GetByText(new System.Text.RegularExpressions.Regex("正在上传…… [1-9]"))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "取消" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "上传" })).ToBeEnabledAsync();
        await page.ReloadAsync();
        await Expect(page.GetByText("还没有佐证材料")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_form_in_a_Word_file_is_compared_and_taken_field_by_field()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.CompleteEntry(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        var page = promoter.Page;
        using var docx = new MemoryStream();
        WordWriter.Write(PrintedForm.Of(Given.Form, FormAnswers.Of(("cluster.name", Reading.Of(Given.Form["cluster.name"], "湖南省株洲市轨道交通装备新集群").Value!), ("indicators.output", Reading.Of(Given.Form["indicators.output"], "约2000").Value!))), docx);
        await page.GotoAsync(entry);
        await page.GetByRole(AriaRole.Link, new() { Name = "从 Word 文件填入" }).ClickAsync();
        await page.GetByLabel("已填写的采集表").SetInputFilesAsync(File("集群.docx", docx.ToArray()));
        await page.GetByRole(AriaRole.Button, new() { Name = "上传并对照" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "集群.docx" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "采用文件中的：上年度集群产业产值" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "采用所选" }).ClickAsync();

        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("2000");
        await Expect(promoter.Field("cluster.name")).Not.ToHaveValueAsync("湖南省株洲市轨道交通装备新集群");
        await page.GotoAsync($"{entry}/history?field=indicators.output");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "来自文件：集群.docx" })).ToBeVisibleAsync();
    }
}
