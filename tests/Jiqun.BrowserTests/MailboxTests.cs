using System.IO.Compression;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Jiqun.Tests.Portal;

namespace Jiqun.BrowserTests;

public sealed class MailboxTests(Chromium chromium)
{
    static byte[] Form(string author, string cluster)
    {
        var form = TestEntries.Form;
        using var file = new MemoryStream();
        WordWriter.Write(PrintedForm.Of(form, FormAnswers.Of(new[] { ("promoter.name", author), ("cluster.name", cluster), ("cluster.area", "湖南省株洲市") }.Select(a => (a.Item1, Reading.Of(form[a.Item1], a.Item2).Value!)))), file);
        return file.ToArray();
    }

    internal static FilePayload Zip(params (string Name, byte[] Content)[] files)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return new() { Name = "来件.zip", MimeType = "application/zip", Buffer = file.ToArray() };
    }

    /// <summary>A new one, one that waits, and one that is no form.</summary>
    internal static FilePayload Mail => Zip(
        ("新.docx", Form("株洲市新材料产业联盟", "湖南省株洲市新材料集群")), ("近.docx", Form("株洲市轨道交通装备产业集群发展促进中央", "湖南省株洲市电力集群")), ("说明.txt", "x"u8.ToArray()));

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_ministry_drops_an_archive_sees_how_far_it_is_and_decides_what_is_doubtful(bool scripts)
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var ministry = await Person.Of(chromium, portal, "ministry", o => o.JavaScriptEnabled = scripts);
        var page = ministry.Page;
        await page.GotoAsync($"/rounds/{portal.Round.Id}/desk");
        await ministry.Follow("来件收集");
        await Expect(page.Locator("main")).ToContainTextAsync("还没有来件");
        await page.Locator("#file").SetInputFilesAsync(Mail);
        await ministry.Press("放入并读取");
        await Expect(page.Locator("h1")).ToHaveTextAsync("来件收集");
        if (!scripts)
        {
            while (await page.GetByText("任务正在等待或进行").CountAsync() > 0)
                await page.ReloadAsync();
        }
        await Expect(page.Locator("#jobs")).ToContainTextAsync("下载清单（3个文件，CSV）");
        await Expect(page.Locator("#jobs")).ToContainTextAsync("来件.zip/说明.txt");
        await page.Locator("#state-Doubtful").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "来件.zip/近.docx" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("来件.zip/近.docx");
        await ministry.Press("确认");
        await Expect(page.Locator("#decision-error")).ToHaveTextAsync("请选择文件归属。");
        await page.GetByLabel(portal.Promoter.Name).CheckAsync();
        await ministry.Press("确认");
        await Expect(page.Locator("#jobs")).ToContainTextAsync("没有这种状态的文件");
        await page.Locator("#state-New").ClickAsync();
        await Expect(page.Locator("td[data-label='单位'] a").First).ToContainTextAsync("株洲市");
    }
}
