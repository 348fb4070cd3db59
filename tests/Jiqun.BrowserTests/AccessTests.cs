using System.Text.RegularExpressions;
using Jiqun.Portal.Approvals;
using Jiqun.Tests.Documents;
using Jiqun.Tests.Portal;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.BrowserTests;

/// <summary>Every page that a person can come to by links, judged by axe-core: in both languages, wide and narrow; and 320 pixels wide, it does not scroll sideways.</summary>
public sealed partial class AccessTests(Chromium chromium)
{
    static readonly string Axe = new StreamReader(typeof(AccessTests).Assembly.GetManifestResourceStream("axe.js")!).ReadToEnd();

    [Theory]
    [InlineData("promoter", "/entries/{id}", "/entries/{id}/history", "/entries/{id}/submit", "/entries/{id}/evidence", "/entries/{id}/file", "/compare", "/account", "/account/password", "/account/tokens")]
    [InlineData("other", "/", "/submissions/{id}", "/entries/{id}/history", "/entries/{id}/steps/withdraw", "/notices")]
    [InlineData("city", "/", "/submissions/{id}", "/submissions/{id}/opinion", "/entries/{id}/steps/return", "/rounds/{id}/entries", "/notices")]
    [InlineData("ministry", "/", "/submissions/{id}", "/rounds", "/rounds/new", "/rounds/{id}", "/rounds/{id}/change", "/rounds/{id}/entries", "/rounds/{id}/terms", "/rounds/{id}/publication", "/rounds/{id}/comments", "/rounds/{id}/mailbox", "/organisations", "/organisations/{id}", "/organisations/new", "/organisations/{id}/change", "/organisations/{id}/delete")]
    [InlineData("system", "/", "/organisations", "/invitations/new")]
    [InlineData("security", "/", "/accounts")]
    [InlineData("audit", "/", "/audit")]
    [InlineData("", "/sign-in")]
    public async Task No_page_keeps_anybody_out(string userName, params string[] expected)
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.EntryWithFindings(portal);
        await Given.Submission(portal);
        await using var person = userName.Length == 0 ? await Person.At(chromium, portal.Address, Judged) : await Person.Of(chromium, portal, userName, Judged);
        await person.Context.AddInitScriptAsync(Axe);
        var paths = new Queue<string>(userName is "promoter" ? ["/", $"{entry}/submit"] : userName.Length == 0 ? ["/sign-in", "/invitations/none"] : ["/", "/no-such-page"]);
        var under = $"/organisations/{portal.Province.Id}";          // what is open to the ministry there is not open at its own page
        HashSet<string> seen = [];
        List<string> wrong = [];
        while (paths.TryDequeue(out var path))
        {
            if (!seen.Add(Pattern(path)) && !(path == under && seen.Add(path)))
                continue;
            wrong.AddRange(await Judge(person, path));
            seen.Add(Pattern(new Uri(person.Page.Url).AbsolutePath));
            foreach (var link in await person.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href')).filter((h) => /^\\/(?!language|assets|api)/.test(h) && !/\\.(docx|pdf|json|csv|xlsx)(\\?|$)/.test(h))"))
                paths.Enqueue(link);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal([], expected.Except(seen));
    }

    [Fact]
    public async Task No_page_on_the_way_of_an_entry_keeps_anybody_out()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var (path, neighbour) = (await Given.CompleteEntry(portal), await Given.Submission(portal));
        var (entry, round) = (Guid.Parse(path.Split('/')[2]), $"/rounds/{portal.Round.Id}");
        await using (var scope = portal.Scope())
        {
            var terms = new Dictionary<string, string> { ["submitted"] = "2021-06-02T18:00", ["recommended"] = "2021-06-20T18:00" };
            Assert.False((await scope.ServiceProvider.GetRequiredService<ChangeTerms>().Run(portal.Round.Id, terms, new Dictionary<Guid, string> { [portal.Province.Id] = "3" }, 0, await portal.Actor("ministry"))).Refused);
        }
        Dictionary<string, Person> people = [];
        foreach (var who in (string[])["promoter", "city", "province", "ministry"])
        {
            people[who] = await Person.Of(chromium, portal, who, Judged);
            await people[who].Context.AddInitScriptAsync(Axe);
        }
        List<string> wrong = [];

        Assert.False((await portal.Submit(entry, Guid.NewGuid())).Refused);
        var first = $"/submissions/{await portal.Current(entry)}";
        await Look("promoter", $"{path}/steps/withdraw");
        await Look("city", first, $"{path}/steps/return", $"{first}/opinion", $"{round}/entries");
        Assert.False((await portal.Step(entry, "return", "city", "", new WantedPoint("indicators.output", "请核对"), new WantedPoint("", "请补充材料"))).Refused);
        await Look("promoter", path, $"{path}/points");
        await Look("city", first);
        Assert.False((await portal.AnswerAndSubmit(entry)).Refused);
        var second = await portal.Current(entry);
        Assert.False((await portal.With((give, actor) => give.Write(second, "同意。", "2021-06-01", 0, actor), "city")).Refused);
        using var scan = new MemoryStream(new Picture(300, 400, new byte[300 * 400]).Png());
        var brought = (await portal.With((give, actor) => give.Bring(second, Guid.NewGuid(), "盖章.png", scan, actor, default), "city")).Value!;
        await Look("city", $"/submissions/{second}/opinion");
        Assert.False((await portal.With((give, actor) => give.Confirm(second, Guid.NewGuid(), brought.Version, actor), "city")).Refused);
        Assert.False((await portal.Seal(neighbour, "city")).Refused);
        await Look("province", $"/submissions/{second}", $"{round}/recommendation?entry={entry}");
        await people["province"].Page.Locator("main form button").ClickAsync();
        await LookAtOnce("province", "what is to be recommended");
        var made = (await portal.Recommend("province", null, entry, neighbour)).Value!;
        await Look("province", $"/recommendations/{made.Id}");
        await Look("ministry", $"{round}/terms", $"{path}/extension", $"{path}/steps/reject", $"{round}/entries");
        await people["ministry"].Page.Locator("[name=chosen]").First.CheckAsync();
        await people["ministry"].Page.Locator("main form button").ClickAsync();
        await LookAtOnce("ministry", "several to be accepted");
        await people["ministry"].Page.Locator("[name=confirmed]").ClickAsync();
        await LookAtOnce("ministry", "several accepted");
        await Look("promoter", $"/submissions/{second}");
        await people["city"].Page.GotoAsync($"{first}/opinion");
        await LookAtOnce("city", "too late");

        foreach (var person in people.Values)
            await person.DisposeAsync();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        async Task Look(string who, params string[] paths)
        {
            foreach (var path in paths)
                wrong.AddRange(await Judge(people[who], path));
        }

        async Task LookAtOnce(string who, string what) => wrong.AddRange(await Violations(people[who].Page, what));
    }

    [Fact]
    public async Task No_page_of_a_mailbox_keeps_anybody_out()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var ministry = await Person.Of(chromium, portal, "ministry", Judged);
        await ministry.Context.AddInitScriptAsync(Axe);
        var (page, mailbox) = (ministry.Page, $"/rounds/{portal.Round.Id}/mailbox");
        List<string> wrong = [.. await Judge(ministry, mailbox)];
        await page.Locator("#file").SetInputFilesAsync(MailboxTests.Mail);
        await page.Locator("form[data-upload] button").ClickAsync();
        await Expect(page.Locator("#jobs a[id^=fetch-]")).ToHaveCountAsync(1);
        wrong.AddRange(await Judge(ministry, mailbox));
        wrong.AddRange(await Judge(ministry, $"{mailbox}?state=Doubtful"));
        var file = (await page.Locator("#jobs tbody th a").First.GetAttributeAsync("href"))!;
        wrong.AddRange(await Judge(ministry, file));
        await page.Locator("main form button").ClickAsync();
        wrong.AddRange(await Violations(page, "nothing chosen"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task No_page_of_a_publication_keeps_anybody_out()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await PublicationTests.Accepted(portal);
        await using var ministry = await Person.Of(chromium, portal, "ministry", Judged);
        await using var visitor = await Person.At(chromium, portal.Address, Judged);
        foreach (var person in (Person[])[ministry, visitor])
            await person.Context.AddInitScriptAsync(Axe);
        var (round, address) = ($"/rounds/{portal.Round.Id}", $"/public/rounds/{portal.Round.Id}");
        List<string> wrong = [];
        await PublicationTests.SwitchOn(ministry, portal);
        wrong.AddRange(await Violations(ministry.Page, "what becomes public"));
        await ministry.Press("确认公示");
        wrong.AddRange(await Judge(visitor, address));
        wrong.AddRange(await Judge(visitor, $"{address}/comment"));
        await visitor.Page.Locator("main form button").ClickAsync();
        wrong.AddRange(await Violations(visitor.Page, "a comment without words"));
        foreach (var text in (string[])["第一条意见，联系电话13912345678。", "第二条意见。"])
        {
            await visitor.Page.GotoAsync($"{address}/comment");
            await visitor.Page.FillAsync("#text", text);
            await visitor.Page.FillAsync("#name", "欧阳测试");
            await visitor.Page.Locator("main form button").ClickAsync();
        }
        wrong.AddRange(await Violations(visitor.Page, "a comment that arrived"));
        await ministry.Page.GotoAsync($"{round}/comments");
        await ministry.Page.FillAsync("#note-1", "已核实。");
        await ministry.Page.Locator("#c-1 form[action$=done] button").ClickAsync();
        wrong.AddRange(await Judge(ministry, $"{round}/comments"));
        wrong.AddRange(await Judge(ministry, $"{round}/publication"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_form_with_a_conflict_and_a_list_of_choices_keeps_nobody_out()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await Given.EntryWithFindings(portal);
        await using var promoter = await Person.Of(chromium, portal, "promoter", Judged);
        await promoter.Context.AddInitScriptAsync(Axe);
        await promoter.Page.GotoAsync(entry);
        await promoter.HearsNothing();
        await Given.Save(portal, entry, "colleague", ("indicators.listed", "77"));
        await promoter.Field("indicators.listed").FillAsync("78");
        await promoter.Field("indicators.listed").BlurAsync();
        await Expect(promoter.Around("indicators.listed").GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        var industries = promoter.Around("cluster.industry");
        await industries.GetByRole(AriaRole.Combobox).FillAsync("电池");
        await Expect(industries.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await promoter.Page.Keyboard.PressAsync("ArrowDown");
        await promoter.Context.SetOfflineAsync(true);
        await Expect(promoter.Around("indicators.listed").GetByText("尚未传到服务器")).ToBeVisibleAsync();
        await Expect(promoter.Field("indicators.listed")).ToHaveAccessibleDescriptionAsync(new Regex("尚未传到服务器"));

        var wrong = await Violations(promoter.Page, entry);
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    static void Judged(BrowserNewContextOptions options)
    {
        options.BypassCSP = true;                           // for axe-core only: elsewhere the policy holds
        options.ReducedMotion = ReducedMotion.Reduce;
    }

    static async Task<List<string>> Judge(Person person, string path)
    {
        List<string> wrong = [];
        foreach (var language in (string[])["zh", "en"])
        {
            await person.Context.AddCookiesAsync([new() { Name = "language", Value = language, Url = person.Address }]);
            await person.Page.SetViewportSizeAsync(1280, 900);
            var answer = await person.Page.GotoAsync(path);
            if (answer!.Status >= 500)
                wrong.Add($"{path} {language}: status {answer.Status}");
            wrong.AddRange(await Violations(person.Page, $"{path} {language}"));
            await person.Page.SetViewportSizeAsync(390, 844);
            wrong.AddRange(await Violations(person.Page, $"{path} {language}, narrow"));
            await person.Page.SetViewportSizeAsync(320, 640);
            var wide = await person.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (wide > 320)
                wrong.Add($"{path} {language}: {wide} pixels wide on a screen of 320: {await person.Page.EvaluateAsync<string>("() => [...document.querySelectorAll('main *')].find((e) => e.getBoundingClientRect().right > 321 && !e.closest('.table-responsive'))?.outerHTML.slice(0, 200)")}");
        }
        return wrong;
    }

    static async Task<string[]> Violations(IPage page, string where) =>
        [.. from violation in await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`))")
            select $"{where}: {violation}"];

    static string Pattern(string path) => Id().Replace(path.Split('#')[0].Split('?')[0], "{id}");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex Id();
}
