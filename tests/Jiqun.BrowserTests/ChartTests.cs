using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Jiqun.Tests.Portal;
using Jiqun.Tests.Portal.Desk;

namespace Jiqun.BrowserTests;

/// <summary>The charts of a round: drawn from their tables, for eyes, keyboards and screen readers, and as pictures to take along.</summary>
public sealed class ChartTests(Chromium chromium)
{
    static readonly string Axe = new StreamReader(typeof(ChartTests).Assembly.GetManifestResourceStream("axe.js")!).ReadToEnd();

    static readonly string[] Charts =
    [
        "kind=bars&figure=indicators.enterprises",
        "kind=scatter&figure=indicators.output&y=indicators.newPatents&size=indicators.enterprises",
        "kind=distribution&figure=indicators.enterprises&industry=&entry={entry}",
        "kind=map&figure=indicators.output",
    ];

    [Fact]
    public async Task Every_chart_is_drawn_as_its_table_says_and_told_point_by_point()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var clusters = await portal.SubmitSeven();
        await using var ministry = await Person.Of(chromium, portal, "ministry");
        var page = ministry.Page;
        foreach (var chart in Charts)
        {
            await page.GotoAsync($"/rounds/{portal.Round.Id}/charts?{chart.Replace("{entry}", $"{clusters[1].Entry}", StringComparison.Ordinal)}");
            await Expect(page.Locator(".chart-drawing svg")).ToBeVisibleAsync();
            var rows = await page.EvaluateAsync<string[]>("""() => [...document.querySelectorAll('tr[data-point]')].map((r) => [r.querySelector('[data-name]').textContent, ...[...r.querySelectorAll('td')].map((d) => `${d.dataset.label} ${d.textContent.trim()}`)].join('，'))""");
            Assert.Equal(chart.Contains("map", StringComparison.Ordinal) ? 34 : 7, rows.Length);

            // what is spoken is what the table holds, each row once
            var point = page.Locator("[aria-live].chart-point");
            await page.FocusAsync(".chart-area");
            await Expect(point).ToHaveTextAsync("");
            List<string> heard = [];
            for (var i = 0; i < rows.Length; i++)
            {
                await page.Keyboard.PressAsync("ArrowRight");
                await Expect(point).Not.ToHaveTextAsync(heard.Count == 0 ? "" : heard[^1]);
                heard.Add(await point.InnerTextAsync());
            }
            Assert.Equal(rows.Order(), heard.Order());
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(point).ToHaveTextAsync(heard[^1]);
            await page.Keyboard.PressAsync("Home");
            await Expect(point).ToHaveTextAsync(heard[0]);
            // what is pointed out is drawn beside it, too
            await Expect(page.Locator(".chart-drawing svg")).ToContainTextAsync(heard[0].Split('，')[0]);
            await page.Keyboard.PressAsync("ArrowDown");
            await Expect(point).Not.ToHaveTextAsync(heard[0]);
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator("[data-download=png]")).ToBeFocusedAsync();
            await Expect(point).ToHaveTextAsync("");

            var svg = XDocument.Parse(Encoding.UTF8.GetString(await Download(page, "svg")));
            Assert.Equal("svg", svg.Root!.Name.LocalName);
            Assert.Contains(await page.Locator("h2").First.InnerTextAsync(), svg.Root.Value, StringComparison.Ordinal);
            Assert.Contains(portal.Round.Name, svg.Root.Value, StringComparison.Ordinal);
            var png = await Download(page, "png");
            Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(png.AsSpan(0, 8)));
            Assert.Equal(1920, png[16] << 24 | png[17] << 16 | png[18] << 8 | png[19]);
            Assert.True(png.Length > 8_000, $"{chart}: {png.Length} bytes");
        }
    }

    [Fact]
    public async Task A_bar_is_as_long_as_its_figure_and_a_square_stands_where_its_province_lies()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await portal.SubmitSeven();
        await using var ministry = await Person.Of(chromium, portal, "ministry");
        var page = ministry.Page;
        await page.GotoAsync($"/rounds/{portal.Round.Id}/charts?figure=indicators.output");
        await Expect(page.Locator(".chart-drawing svg")).ToBeVisibleAsync();
        var figures = await page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('tr[data-point] data')].map((d) => Number(d.value))");
        var bars = await page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('.chart-drawing path[fill=\"#0a4d8c\"]')].map((p) => p.getBBox()).sort((a, b) => a.y - b.y).map((b) => b.width)");
        Assert.Equal([1700d, 1000, 300, 300, 100, 50, 20], figures);
        Assert.Equal(figures.Length, bars.Length);
        Assert.All(figures.Zip(bars), f => Assert.Equal(f.First / figures[0], f.Second / bars[0], 0.01));

        await page.GotoAsync($"/rounds/{portal.Round.Id}/charts?kind=map&figure=indicators.output");
        await Expect(page.Locator(".chart-drawing svg")).ToBeVisibleAsync();
        var places = await page.EvaluateAsync<string>("""() => Object.entries(Object.fromEntries([...document.querySelectorAll('.chart-drawing text')].map((t) => [t.textContent, t.getBoundingClientRect()]))).filter(([t]) => ['北京', '湖南', '广东', '2100', '350'].includes(t)).sort(([, a], [, b]) => a.top - b.top).map(([t]) => t).join(' ')""");
        Assert.Equal("北京 湖南 2100 广东 350", places);
        await page.SetViewportSizeAsync(390, 844);
        await Expect(page.Locator(".chart-drawing svg")).ToBeVisibleAsync();
        await ministry.Comes("document.querySelector('.chart-drawing svg').getBoundingClientRect().right <= 390");
    }

    [Fact]
    public async Task Nobody_is_kept_out_of_the_comparison_and_the_charts_and_without_scripts_the_tables_stay()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var clusters = await portal.SubmitSeven();
        await using var ministry = await Person.Of(chromium, portal, "ministry", o => o.BypassCSP = true);         // for axe-core only
        await ministry.Context.AddInitScriptAsync(Axe);
        var page = ministry.Page;
        var folder = Environment.GetEnvironmentVariable("JIQUN_SCREENSHOTS") is null ? null : Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "jiqun-charts")).FullName;
        List<string> wrong = [];
        foreach (var path in Charts.Select(c => $"charts?{c}").Prepend("comparison?q=集群"))
            foreach (var (language, width) in ((string, int)[])[("zh", 1280), ("en", 1280), ("zh", 390), ("en", 320)])
            {
                await ministry.Context.AddCookiesAsync([new() { Name = "language", Value = language, Url = portal.Address }]);
                await page.SetViewportSizeAsync(width, 900);
                await page.GotoAsync($"/rounds/{portal.Round.Id}/{path.Replace("{entry}", $"{clusters[1].Entry}", StringComparison.Ordinal)}");
                if (path.StartsWith("charts", StringComparison.Ordinal))
                    await Expect(page.Locator(".chart-drawing svg")).ToBeVisibleAsync();
                wrong.AddRange((await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`))")).Select(v => $"{path} {language} {width}: {v}"));
                var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
                if (wide > width)
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{path} {language}: {wide} pixels wide on a screen of {width}"));
                if (folder is not null)
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{path.Split('&')[0].Replace('?', '-').Replace('=', '-')}-{language}-{width}.png"), FullPage = true });
            }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        await using var plain = await Person.Of(chromium, portal, "ministry", o => o.JavaScriptEnabled = false);
        foreach (var chart in Charts)
        {
            await plain.Page.GotoAsync($"/rounds/{portal.Round.Id}/charts?{chart.Replace("{entry}", $"{clusters[1].Entry}", StringComparison.Ordinal)}");
            await Expect(plain.Page.Locator(".chart")).ToBeHiddenAsync();
            await Expect(plain.Page.Locator(".chart-table tr[data-point]").First).ToBeVisibleAsync();
            await Expect(plain.Page.GetByText("未绘图")).ToBeVisibleAsync();
        }
    }

    static async Task<byte[]> Download(IPage page, string kind)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync($"[data-download={kind}]"));
        Assert.EndsWith($".{kind}", download.SuggestedFilename, StringComparison.Ordinal);
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }
}
