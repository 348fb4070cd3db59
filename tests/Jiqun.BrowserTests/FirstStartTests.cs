using Jiqun.Tests.Portal;
using Jiqun.Tests.Portal.Accounts;

namespace Jiqun.BrowserTests;

public sealed class FirstStartTests(Chromium chromium)
{
    const string Password = TestPortal.Password;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task From_the_first_start_to_the_receipt(string kind)
    {
        await using var program = await ServedProgram.Start(kind);

        // the administrator makes the root of the tree; each level invites the next
        await using var system = await Accept(program, program.FirstLink, "system");
        await system.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "单位", Exact = true }).ClickAsync();
        await system.Page.GetByRole(AriaRole.Link, new() { Name = "新建部级主办单位" }).ClickAsync();
        await system.Page.GetByLabel("单位名称").FillAsync("工业和信息化部");
        await system.Page.Locator("main button").ClickAsync();
        await using var ministry = await Accept(program, await Invite(system, "邀请成员"), "ministry");
        await Round(ministry);
        await using var province = await Accept(program, await Under(ministry, "工业和信息化部", "Province", "湖南省工业和信息化厅", "湖南省"), "province");
        await using var city = await Accept(program, await Under(province, "湖南省工业和信息化厅", "City", "株洲市人民政府", "株洲市"), "city");
        await using var promoter = await Accept(program, await Under(city, "株洲市人民政府", "Promoter", "株洲市轨道交通装备产业集群发展促进中心", "株洲市"), "promoter");
        await Own(promoter, "株洲市轨道交通装备产业集群发展促进中心");
        await using var colleague = await Accept(program, await Invite(promoter, "邀请同事"), "colleague");

        // filled in, by two
        await promoter.Page.GotoAsync("/");
        await promoter.Press("开始填报");
        await promoter.FillIn(Given.Answers);
        await promoter.Field("organisation.work").BlurAsync();
        await promoter.IsSaved();
        await promoter.HearsNothing();
        await colleague.Page.GotoAsync("/");
        await colleague.Page.GetByRole(AriaRole.Link, new() { Name = "继续填报" }).ClickAsync();
        await colleague.Field("indicators.output").FillAsync("1600");
        await colleague.Field("indicators.output").BlurAsync();
        await colleague.IsSaved();
        await promoter.Field("indicators.output").FillAsync("1507");
        await promoter.Field("indicators.output").BlurAsync();
        await promoter.Around("indicators.output").GetByRole(AriaRole.Alert).GetByRole(AriaRole.Button, new() { Name = "用我的" }).ClickAsync();
        await promoter.IsSaved();

        // taken back
        await promoter.Page.GetByRole(AriaRole.Link, new() { Name = "全部修改历史" }).ClickAsync();
        await Expect(promoter.Page.Locator("tbody tr").First.Locator("td")).ToContainTextAsync(["", "promoter", "上年度集群产业产值", "1600", "1507", ""]);
        await promoter.Page.Locator("tbody tr").Nth(1).GetByRole(AriaRole.Button, new() { Name = "恢复此值" }).ClickAsync();
        await promoter.Page.GetByRole(AriaRole.Link, new() { Name = "返回填报表" }).ClickAsync();
        await Expect(promoter.Field("indicators.output")).ToHaveValueAsync("1600");

        // submitted
        await promoter.Press("检查并报送");
        await promoter.Submit();
        await promoter.ReceiptHolds();
        await city.Page.GotoAsync("/");
        await city.Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = "株洲市轨道交通装备产业集群发展促进中心" }).ClickAsync();
        await city.ReceiptHolds();
    }

    /// <summary>Opens the link and makes the account.</summary>
    async Task<Person> Accept(ServedProgram program, string link, string userName)
    {
        var person = await Person.At(chromium, program.Address);
        await person.Page.GotoAsync(link);
        await person.Page.FillAsync("[name=userName]", userName);
        await person.Page.FillAsync("[name=fullName]", userName);
        await person.Page.FillAsync("[name=password]", Password);
        await person.Page.FillAsync("[name=repeated]", Password);
        await person.Page.Locator("main button").ClickAsync();
        if (userName == "system")
            await TurnTwoFactorOn(person);
        await Expect(person.Page).ToHaveURLAsync($"{program.Address}/");
        return person;
    }

    /// <summary>Demanded of administrators before anything else.</summary>
    static async Task TurnTwoFactorOn(Person person)
    {
        await person.Press("开启两步验证");
        var key = (await person.Page.Locator("#key").TextContentAsync())!;
        await person.Page.FillAsync("[name=code]", TestTotp.Code(key, TimeProvider.System.GetUtcNow()));
        await person.Press("开启两步验证");
        await Expect(person.Page.Locator("main")).ToContainTextAsync("恢复码");
        await person.Page.GotoAsync("/");
    }

    /// <summary>On an organisation's page: the link of a new invitation.</summary>
    static async Task<string> Invite(Person person, string button)
    {
        await person.Page.GetByRole(AriaRole.Link, new() { Name = button }).ClickAsync();
        await person.Page.GetByLabel("受邀人").FillAsync("王伟");
        await person.Press("生成邀请链接");
        return await person.Page.GetByLabel("邀请链接").InputValueAsync();
    }

    static async Task Own(Person person, string organisation)
    {
        await person.Page.GotoAsync("/organisations");
        await person.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = organisation, Exact = true }).ClickAsync();
    }

    /// <summary>Makes an organisation under one's own, and gives the link of an invitation into it.</summary>
    static async Task<string> Under(Person person, string own, string level, string name, string division)
    {
        await Own(person, own);
        await person.Page.GetByRole(AriaRole.Link, new() { Name = "新建下级单位" }).ClickAsync();
        var levels = person.Page.Locator("select[name=level]");
        if (await levels.CountAsync() > 0)
            await levels.SelectOptionAsync(level);
        await person.Page.GetByLabel("单位名称").FillAsync(name);
        await person.Page.GetByLabel("行政区划").FillAsync(division);
        await person.Press("新建下级单位");
        await Expect(person.Page.Locator("h1")).ToHaveTextAsync(name);
        return await Invite(person, "邀请成员");
    }

    static async Task Round(Person ministry)
    {
        await ministry.Page.GotoAsync("/rounds/new");
        await ministry.Page.FillAsync("[name=name]", "第三批先进制造业集群竞赛");
        await ministry.Page.FillAsync("[name=opensAt]", "2021-01-01T00:00");
        await ministry.Page.FillAsync("[name=closesAt]", "2099-01-01T00:00");
        await ministry.Page.Locator("main form button").ClickAsync();
        await Expect(ministry.Page.Locator("h1")).ToHaveTextAsync("第三批先进制造业集群竞赛");
    }
}
