using System.Net;
using Jiqun.Tests.Portal;
using Jiqun.Tests.Portal.Api;

namespace Jiqun.BrowserTests;

public sealed class ProgramTests(Chromium chromium)
{
    [Fact]
    public async Task A_person_makes_a_token_and_reads_in_the_reference_what_it_is_for()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var promoter = await Person.Of(chromium, portal, "promoter");
        List<string> elsewhere = [];
        promoter.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(portal.Address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                elsewhere.Add(request.Url);
        };
        await promoter.Page.GotoAsync("/account");
        await promoter.Page.GetByRole(AriaRole.Link, new() { Name = "管理访问令牌" }).ClickAsync();
        await promoter.Page.GetByLabel("用途").FillAsync("月报取数");
        await promoter.Page.GetByLabel("报送", new() { Exact = true }).CheckAsync();
        await promoter.Page.GetByLabel("密码").FillAsync(TestPortal.Password);
        await promoter.Page.GetByRole(AriaRole.Button, new() { Name = "生成令牌" }).ClickAsync();
        using var program = new TestProgram(portal.Address, await promoter.Page.Locator("#token").TextContentAsync());
        Assert.Equal(HttpStatusCode.OK, (await program.Get("/api/account")).Status);

        await promoter.Page.GetByRole(AriaRole.Link, new() { Name = "接口说明" }).ClickAsync();
        await Expect(promoter.Page.GetByRole(AriaRole.Heading, new() { Name = "Jiqun" })).ToBeVisibleAsync();
        await Expect(promoter.Page.GetByText("/api/account").First).ToBeVisibleAsync();
        await promoter.Page.GotoAsync("/account/tokens");
        await promoter.Page.GetByRole(AriaRole.Button, new() { Name = "撤销“月报取数”" }).ClickAsync();

        await Expect(promoter.Page.GetByText("您还没有访问令牌。")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.Get("/api/account")).Status);
        Assert.Empty(elsewhere);
    }
}
