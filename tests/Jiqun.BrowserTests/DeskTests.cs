using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Tests.Portal;
using Jiqun.Tests.Portal.Desk;

namespace Jiqun.BrowserTests;

/// <summary>The pages of a round as a whole: from a figure to its entries, from chosen entries to a file, and nobody is kept out.</summary>
public sealed class DeskTests(Chromium chromium)
{
    static readonly string Axe = new StreamReader(typeof(DeskTests).Assembly.GetManifestResourceStream("axe.js")!).ReadToEnd();

    static readonly string[] Pages =
    [
        "desk",
        "list",
        "list?q=集群&field=indicators.output&is=Least&value=100&column=indicators.output&column=outputPerEnterprise&column=cluster.area&sort=indicators.output&down=1",
        "list?province=710000",
        "questions",
        "exports",
    ];

    [Fact]
    public async Task From_a_figure_to_its_entries_and_from_chosen_entries_to_a_file()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await portal.SubmitSeven();
        await using var ministry = await Person.Of(chromium, portal, "ministry");
        var page = ministry.Page;
        await page.GotoAsync($"/rounds/{portal.Round.Id}/desk");
        await ministry.Follow("湖南省");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        foreach (var row in (int[])[0, 2])
            await page.Locator("tbody [name=entry]").Nth(row).CheckAsync();
        var chosen = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('tbody tr:has(:checked) th')].map((h) => h.textContent.trim())");

        await ministry.Press("导出所选申报");
        await Expect(page.GetByText("导出选定的2份")).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("#kind-ExportReportPdf").CountAsync());                // it is about the whole round
        await page.CheckAsync("#kind-ExportCsv");
        await ministry.Press("导出选定的2份");
        var file = await Fetched(ministry, "CSV");
        Assert.Equal(chosen.Order(StringComparer.Ordinal), Encoding.UTF8.GetString(file).Split("\r\n").Skip(2).Where(l => l.Length > 0).Select(l => chosen.Single(c => l.Contains($",{c},", StringComparison.Ordinal))).Order(StringComparer.Ordinal));

        // compared instead, the address bears what was chosen, and nothing else
        await page.GotoAsync($"/rounds/{portal.Round.Id}/list?province=430000");
        await page.Locator("tbody [name=entry]").First.CheckAsync();
        await ministry.Press("比较所选申报");
        Assert.Matches("/comparison\\?entry=[0-9a-f-]{36}$", page.Url);

        await page.GotoAsync($"/rounds/{portal.Round.Id}/exports");
        await page.CheckAsync("#kind-ExportReportPdf");
        await ministry.Press("导出全部7份");
        Assert.Equal("%PDF", Encoding.ASCII.GetString(await Fetched(ministry, "PDF"), 0, 4));
    }

    [Fact]
    public async Task Nobody_is_kept_out_of_the_desk()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var ministry = await Person.Of(chromium, portal, "ministry", o => o.BypassCSP = true);         // for axe-core only
        await ministry.Context.AddInitScriptAsync(Axe);
        var page = ministry.Page;
        var folder = Environment.GetEnvironmentVariable("JIQUN_SCREENSHOTS") is null ? null : Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "jiqun-desk")).FullName;
        List<string> wrong = [];
        await Look("empty");
        await portal.SubmitSeven();
        await page.GotoAsync($"/rounds/{portal.Round.Id}/exports");
        await page.CheckAsync("#kind-ExportReportWord");
        await page.Locator("main form button").First.ClickAsync();
        await Fetched(ministry, "Word");
        await Look("full");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        // without scripts everything is there but the progress that follows by itself
        await using var plain = await Person.Of(chromium, portal, "ministry", o => o.JavaScriptEnabled = false);
        await plain.Page.GotoAsync($"/rounds/{portal.Round.Id}/list");
        await plain.Page.Locator("tbody [name=entry]").First.CheckAsync();
        await plain.Press("导出所选申报");
        await plain.Press("导出选定的1份");
        await Expect(plain.Page.Locator("#jobs tbody tr")).ToHaveCountAsync(2);

        async Task Look(string state)
        {
            foreach (var path in Pages)
                foreach (var (language, width) in ((string, int)[])[("zh", 1280), ("en", 1280), ("zh", 390), ("en", 320)])
                {
                    await ministry.Context.AddCookiesAsync([new() { Name = "language", Value = language, Url = portal.Address }]);
                    await page.SetViewportSizeAsync(width, 900);
                    await page.GotoAsync($"/rounds/{portal.Round.Id}/{path}");
                    wrong.AddRange((await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`))")).Select(v => $"{path} {state} {language} {width}: {v}"));
                    var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
                    if (wide > width)
                        wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{path} {state} {language}: {wide} pixels wide on a screen of {width}"));
                    if (folder is not null)
                        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{path.Split('&')[0].Replace('?', '-').Replace('=', '-')}-{state}-{language}-{width}.png"), FullPage = true });
                }
        }
    }

    /// <summary>The file of the job of this kind, which is as the page says.</summary>
    static async Task<byte[]> Fetched(Person person, string kind)
    {
        var row = person.Page.Locator("#jobs tbody tr", new() { HasText = kind });
        await Expect(row.Locator("a[download]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var download = await person.Page.RunAndWaitForDownloadAsync(() => row.Locator("a[download]").ClickAsync());
        var file = await File.ReadAllBytesAsync(await download.PathAsync());
        await Expect(row).ToContainTextAsync(Convert.ToHexStringLower(SHA256.HashData(file)));
        return file;
    }
}
