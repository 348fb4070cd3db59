using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Tests.Documents;
using Jiqun.Tests.Documents.Pdf.Signatures;
using Jiqun.Tests.Files;
using Jiqun.Tests.Portal;
using Jiqun.Tests.Portal.Approvals;

namespace Jiqun.BrowserTests;

/// <summary>Entries on their way through the offices, everybody before a browser of one's own.</summary>
public sealed partial class ApprovalTests(Chromium chromium)
{
    const string Opinion = "该集群产业基础扎实，同意申报。", SaveOpinion = "保存意见", Document = "下载待盖章文件（PDF）";

    [Fact]
    public async Task From_the_form_to_acceptance_with_a_return_a_stamped_paper_and_a_letter()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await portal.AddNeighbours();
        var (entry, round) = (await Given.CompleteEntry(portal), $"/rounds/{portal.Round.Id}");
        var neighbour = await Given.Submission(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        await using var city = await Person.Of(chromium, portal, "city");
        await using var province = await Person.Of(chromium, portal, "province");
        await using var ministry = await Person.Of(chromium, portal, "ministry");

        await ministry.Page.GotoAsync($"{round}/terms");
        await ministry.Page.FillAsync("[id='deadline:submitted']", "2021-06-20T18:00");
        await ministry.Page.FillAsync($"[id='quota:{portal.Province.Id}']", "2");
        await ministry.Press("保存");
        await Expect(ministry.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("已保存。");

        await promoter.Page.GotoAsync(entry);
        await promoter.Press("检查并报送");
        await promoter.Submit();
        await StandsAt(promoter, "待政府意见", "株洲市人民政府", "2021-06-20 18:00");

        // the city looks, and wants two things changed
        await city.Page.GotoAsync("/");
        await city.Page.Locator(".notices a", new() { HasText = "株洲市轨道交通装备产业集群发展促进中心" }).ClickAsync();
        await StandsAt(city, "待政府意见", "待办");
        await city.Follow("退回修改");
        await WriteAt(city, "indicators.output", "请与统计公报核对");
        await WriteAt(city, "overview.narrative", "企业数量与指标不符");
        await city.Press("确认退回修改");
        await StandsAt(city, "填报中");
        await Expect(city.Page.Locator(".points li")).ToContainTextAsync(["企业数量与指标不符", "请与统计公报核对"]);

        // the entrant answers both, and changes a figure
        await promoter.Page.GotoAsync(entry);
        await Expect(promoter.Page.Locator(".alert-warning")).ToContainTextAsync("2 条待答复");
        await Expect(promoter.Page.Locator(".field-point")).ToHaveCountAsync(2);
        var before = await promoter.Field("indicators.output").InputValueAsync();
        await promoter.Field("indicators.output").FillAsync("1832.5");
        await promoter.Field("indicators.output").BlurAsync();
        await promoter.IsSaved();
        await promoter.Page.Locator(".field-point a").First.ClickAsync();
        await promoter.Page.GetByLabel("答复").Nth(1).FillAsync("已按公报修改");
        await promoter.Press("保存答复");
        await promoter.Press("检查并报送");
        await promoter.Press("报送");
        await Expect(promoter.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("还有 1 条退回意见未答复");
        await promoter.Page.GotoAsync($"{entry}/points");
        await promoter.Page.GetByLabel("答复").Nth(0).FillAsync("口径不同，维持原数");
        await promoter.Press("保存答复");
        await promoter.Press("检查并报送");
        await promoter.Submit();

        // the city sees what became of its points, and seals on paper
        await city.Page.GotoAsync(entry);
        await Expect(city.Page.Locator(".review-points tbody tr")).ToContainTextAsync([new Regex("企业数量与指标不符.*维持原数.*未修改", RegexOptions.Singleline), new Regex("请与统计公报核对.*已按公报修改.*已修改", RegexOptions.Singleline)]);
        await Expect(city.Page.Locator(".review-change")).ToHaveTextAsync($"上次：{before}");
        await city.Follow("出具意见并盖章");
        await Write(city, Opinion);
        var document = await city.Download(Document);
        Assert.Contains(Opinion, await TextOf(document), StringComparison.Ordinal);
        await Bring(city, "盖章.pdf", Scan(await Wrong(portal, neighbour)));
        await Expect(city.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("扫描件上的二维码对应另一报送版本");
        await Expect(city.Page.Locator(".opinion-text")).ToHaveTextAsync(Opinion);
        await Bring(city, "盖章.pdf", Scan(document));
        await StandsAt(city, "待推荐", "湖南省工业和信息化厅");
        await Expect(city.Page.Locator(".opinion")).ToContainTextAsync("纸质盖章，扫描件二维码与本报送版本一致");

        // the province orders two, and recommends them
        Assert.False((await portal.Seal(neighbour, "city")).Refused);
        await province.Page.GotoAsync(entry);
        await province.Follow("推荐");
        await Expect(province.Page.Locator(".facts")).ToContainTextAsync("共 2 个，已用 0 个，剩余 2 个");
        await Expect(Row("轨道交通装备").GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        await Row("陶瓷").GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(Row("陶瓷").Locator(".recommend-rank")).ToHaveValueAsync("2");
        await Row("陶瓷").Locator(".recommend-rank").FillAsync("1");
        await Row("轨道交通装备").Locator(".recommend-rank").FillAsync("2");
        await Row("轨道交通装备").Locator("textarea").FillAsync("龙头企业带动强");
        await province.Press("下一步：核对推荐名单");
        await Expect(province.Page.Locator("tbody tr")).ToContainTextAsync(["株洲市陶瓷产业集群发展促进中心", "株洲市轨道交通装备产业集群发展促进中心"]);
        await province.Press("返回修改");
        await Expect(Row("轨道交通装备").Locator("textarea")).ToHaveValueAsync("龙头企业带动强");
        await province.Press("下一步：核对推荐名单");
        await province.Press("确认推荐");
        await Expect(province.Page).ToHaveURLAsync(MadeAddress());
        foreach (var letter in (string[])[await WordText(await province.Download("Word")), await TextOf(await province.Download("PDF"))])
            Assert.Matches("关于推荐参加测试批次的函(.|\\s)*工业和信息化部(.|\\s)*株洲市陶瓷产业集群发展促进中心(.|\\s)*株洲市轨道交通装备产业集群发展促进中心(.|\\s)*龙头企业带动强(.|\\s)*湖南省工业和信息化厅", letter);

        // the ministry accepts both
        await ministry.Page.GotoAsync("/");
        await ministry.Follow("批次申报");
        await ministry.Follow("待我单位办理");
        foreach (var box in await ministry.Page.Locator("[name=chosen]").AllAsync())
            await box.CheckAsync();
        await ministry.Page.SelectOptionAsync("#step", new SelectOptionValue { Label = "受理" });
        await ministry.Press("下一步");
        await Expect(ministry.Page.Locator("tbody tr")).ToContainTextAsync(["将办理：受理", "将办理：受理"]);
        await ministry.Press("确认受理（2 项）");
        await Expect(ministry.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("成功 2 项，未成功 0 项。");

        foreach (var person in (Person[])[promoter, city, province, ministry])
        {
            await person.Page.GotoAsync(entry);
            await StandsAt(person, "已受理");
            Assert.Equal(["报送", "退回修改", "报送", "出具意见并盖章", "推荐", "受理"], await person.Page.Locator(".course tbody th").AllTextContentsAsync());
            await Expect(person.Page.Locator(".opinion-text")).ToHaveTextAsync(Opinion);
        }
        foreach (var who in (string[])["changsha", "guangdong", "third", "expert", "system", "security", "audit"])
        {
            await using var stranger = await Person.Of(chromium, portal, who);
            foreach (var path in (string[])[entry, new Uri(city.Page.Url).AbsolutePath, $"{entry}/steps/return", new Uri(province.Page.Url).AbsolutePath])
                Assert.Equal((who, path, 404), (who, path, (await stranger.Page.GotoAsync(path))!.Status));
        }

        ILocator Row(string organisation) => province.Page.Locator("tbody tr", new() { HasText = organisation });
    }

    [Fact]
    public async Task An_entry_of_two_cities_goes_on_when_one_stamped_paper_and_the_other_signed()
    {
        using var office = new TestOffice("长沙市人民政府");
        using var folder = new TestFolder();
        await using var portal = await TestPortal.Of("sqlite", p => p.Authorities = Authorities.In(office.Trusted(folder["trusted"])).Value);
        await portal.AddNeighbours();
        var entry = await Submitted(portal, ("cluster.area", "湖南省株洲市、长沙市"));
        await using var city = await Person.Of(chromium, portal, "city");
        await using var changsha = await Person.Of(chromium, portal, "changsha");

        await city.Page.GotoAsync(entry);
        await StandsAt(city, "待政府意见", "株洲市人民政府、长沙市人民政府");
        await city.Follow("出具意见并盖章");
        await Write(city, Opinion);
        await Bring(city, "盖章.png", new Picture(600, 800, [.. Enumerable.Repeat((byte)255, 600 * 800)]).Png());
        var compare = city.Page.Locator("#compare");
        await Expect(compare).ToContainTextAsync("未能从该文件读出二维码");
        await Expect(compare.Locator("img")).ToBeVisibleAsync();
        await compare.GetByRole(AriaRole.Checkbox).CheckAsync();
        await city.Press("确认并出具意见");
        await StandsAt(city, "待政府意见", "长沙市人民政府", "已办理株洲市人民政府");
        await Expect(city.Page.Locator(".opinion")).ToContainTextAsync("经人工核对");

        await changsha.Page.GotoAsync(entry);
        await changsha.Follow("出具意见并盖章");
        await Write(changsha, "同意。");
        var signed = office.Sign(await changsha.Download(Document), portal.Clock.Time);
        var forged = (byte[])signed.Clone();
        forged[^1000] ^= 1;
        await Bring(changsha, "签章.pdf", forged);
        await Expect(changsha.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Bring(changsha, "签章.pdf", signed);
        await StandsAt(changsha, "待推荐", "湖南省工业和信息化厅");
        await Expect(changsha.Page.Locator(".opinion", new() { HasText = "长沙市人民政府" })).ToContainTextAsync(new Regex("电子签章，已验证.*签章人：长沙市人民政府", RegexOptions.Singleline));
        await city.Page.ReloadAsync();
        await Expect(city.Page.Locator(".opinion")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task An_entry_is_returned_by_keyboard_alone()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Submitted(portal);
        await using var city = await Person.Of(chromium, portal, "city");
        await city.Page.GotoAsync(entry);
        var keys = city.Page.Keyboard;

        await TabTo(city, "a[href$='/steps/return']");
        await keys.PressAsync("Enter");
        await Expect(city.Page.Locator("h1")).ToHaveTextAsync("退回修改");
        await TabTo(city, ":has(> [name='point:indicators.output']) > summary");
        await keys.PressAsync("Space");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("请核对");
        await TabTo(city, ".entry-bar button");
        await keys.PressAsync("Space");

        await StandsAt(city, "填报中");
        await Expect(city.Page.Locator(".points li")).ToContainTextAsync(["请核对"]);
    }

    [Fact]
    public async Task An_opinion_is_given_and_sealed_without_scripts()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Submitted(portal);
        await using var city = await Person.Of(chromium, portal, "city", o => o.JavaScriptEnabled = false);
        await city.Page.GotoAsync(entry);
        await city.Follow("出具意见并盖章");
        await Write(city, Opinion);
        var document = await city.Download(Document);
        await Bring(city, "说明.txt", "not a picture"u8.ToArray());
        await Expect(city.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("PDF");
        await Bring(city, "盖章.png", Picture.Of(document, 200)[0].Askew(0.8).Png());
        await StandsAt(city, "待推荐");
    }

    [Fact]
    public async Task Whoever_comes_too_late_is_told_who_did_what_and_gets_back_what_was_typed()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Submitted(portal);
        await using var city = await Person.Of(chromium, portal, "city");
        await city.Page.GotoAsync($"{entry}/steps/return");
        await WriteAt(city, "indicators.output", "请与统计公报核对");
        var opinion = await city.NewPage();
        await opinion.GotoAsync(entry);
        await city.Follow("出具意见并盖章");
        await opinion.FillAsync("#text", Opinion);
        Assert.False((await portal.Step(Guid.Parse(entry.Split('/')[2]), "withdraw", "promoter", "合并申报")).Refused);

        await city.Press(SaveOpinion);
        await IsTold(Opinion);
        await city.Context.Pages[0].BringToFrontAsync();
        await city.Context.Pages[0].GetByRole(AriaRole.Button, new() { Name = "确认退回修改" }).ClickAsync();
        await Expect(city.Context.Pages[0].GetByRole(AriaRole.Alert)).ToContainTextAsync("promoter 王");
        await Expect(city.Context.Pages[0].Locator("blockquote")).ToHaveTextAsync("请与统计公报核对");
        await city.Follow("看看现在的情况");
        await StandsAt(city, "已撤回");

        async Task IsTold(string typed)
        {
            await Expect(city.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("2021-06-01 10:00:00，株洲市轨道交通装备产业集群发展促进中心（promoter 王）已办理“撤回申报”。");
            await Expect(city.Page.Locator("blockquote")).ToHaveTextAsync(typed);
        }
    }

    /// <summary>Address of an entry that was submitted as it is, and some answers in it.</summary>
    static async Task<string> Submitted(TestPortal portal, params IEnumerable<(string Field, string Text)> answers)
    {
        var entry = await Given.CompleteEntry(portal);
        await Given.Save(portal, entry, "promoter", answers);
        Assert.False((await portal.Submit(Guid.Parse(entry.Split('/')[2]), Guid.NewGuid())).Refused);
        return entry;
    }

    /// <summary>The course says so.</summary>
    static async Task StandsAt(Person person, string state, params IEnumerable<string> also)
    {
        await Expect(person.Page.Locator(".course [aria-current]")).ToHaveTextAsync(state);
        foreach (var text in also)
            await Expect(person.Page.Locator(".course .facts")).ToContainTextAsync(text);
    }

    /// <summary>On the page that returns: what is to be changed in a field.</summary>
    static async Task WriteAt(Person person, string field, string reason)
    {
        var point = person.Page.Locator(".point", new() { Has = person.Page.Locator($"[name='point:{field}']") });
        await point.Locator("summary").ClickAsync();
        await point.Locator("textarea").FillAsync(reason);
    }

    static async Task Write(Person office, string opinion)
    {
        await office.Page.FillAsync("#text", opinion);
        await office.Press(SaveOpinion);
        await Expect(office.Page.Locator(".opinion-text")).ToHaveTextAsync(opinion);
    }

    static async Task Bring(Person office, string name, byte[] file)
    {
        using var folder = new TestFolder();
        await office.Page.SetInputFilesAsync("#file", folder.Put(name, file));
        await office.Press("上传盖章件");
        await office.Page.Locator("progress").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>All pages as they come out of a scanner, after they were printed and stamped: not quite straight.</summary>
    static byte[] Scan(byte[] document) => Picture.Pdf(200, [.. Picture.Of(document, 200).Select(p => p.Askew(0.8))]);

    /// <summary>The document that is to be sealed for another submission.</summary>
    static async Task<byte[]> Wrong(TestPortal portal, Guid entry)
    {
        var submission = await portal.Current(entry);
        Assert.False((await portal.With((give, actor) => give.Write(submission, Opinion, "2021-06-01", 0, actor), "city")).Refused);
        var made = (await portal.With((give, actor) => give.ToSeal(submission, actor, default), "city")).Value!.Content;
        return made;
    }

    static async Task TabTo(Person person, string selector)
    {
        for (var i = 0; i < 400; i++)
        {
            await person.Page.Keyboard.PressAsync("Tab");
            if (await person.Page.EvaluateAsync<bool>("(selector) => document.activeElement.matches(selector)", selector))
                return;
        }
        Assert.Fail($"Tab does not come to {selector}.");
    }

    static async Task<string> TextOf(byte[] pdf)
    {
        using var folder = new TestFolder();
        using var process = Process.Start(new ProcessStartInfo("pdftotext", ["-raw", folder.Put("file", pdf), "-"]) { RedirectStandardOutput = true })!;
        return Blanks().Replace(await process.StandardOutput.ReadToEndAsync(), "");
    }

    static async Task<string> WordText(byte[] docx)
    {
        using var zip = new ZipArchive(new MemoryStream(docx));
        using var reader = new StreamReader(await zip.GetEntry("word/document.xml")!.OpenAsync());
        return Tags().Replace(await reader.ReadToEndAsync(), "");
    }

    [GeneratedRegex("\\s")]
    private static partial Regex Blanks();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("/recommendations/[0-9a-f-]{36}$")]
    private static partial Regex MadeAddress();
}
