using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using Jiqun.Tests.Portal.Api;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>What the comparison and the charts of a round say, held against what was typed.</summary>
public sealed class ComparisonTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Each_figure_stands_with_the_rank_and_share_that_follow_from_what_was_submitted(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var ministry = await portal.Browser("ministry");
        var address = $"/rounds/{portal.Round.Id}/comparison";
        Assert.Contains("尚无报送", (await ministry.Get(address)).Text, StringComparison.Ordinal);
        var clusters = await portal.SubmitSeven();
        using var program = new TestProgram(portal.Address, await portal.Token("ministry"));
        TestCluster[] chosen = [clusters[5], clusters[1], clusters[2]];
        var query = $"?{string.Join('&', chosen.Select(c => $"entry={c.Entry}"))}";

        var figures = (await program.Get($"/api{address}{query}")).Json["figures"]!.AsArray();
        Assert.Equal(15, figures.Count(f => f!["formula"] is null));
        foreach (var figure in figures.Where(f => f!["formula"] is null))
        {
            var (field, unit) = ((string)figure!["id"]!, (string)figure["unit"]!);
            var all = clusters.Select(c => c.Number(field)).ToList();
            Assert.Equal((field, unit is "%" ? "" : Six(all.Sum())), (field, Six((double?)figure["total"])));
            foreach (var (cluster, value) in chosen.Zip(figure["values"]!.AsArray()))
            {
                var peers = clusters.Where(c => c.Answers["cluster.industry"] == cluster.Answers["cluster.industry"]).Select(c => c.Number(field)).ToList();
                var own = cluster.Number(field);
                Assert.Equal((field, cluster.Entry, own, 1 + all.Count(v => v > own), 1 + peers.Count(v => v > own), peers.Count), (field, (Guid)value!["entry"]!, (double)value["value"]!, (int)value["rank"]!, (int)value["peerRank"]!, (int)value["peers"]!));
                Assert.Equal(unit is "%" ? "" : Six(own / all.Sum() * 100), Six((double?)value["share"]));
            }
        }
        var perEnterprise = figures.Single(f => (string)f!["id"]! == "outputPerEnterprise")!;
        Assert.Equal(chosen.Select(c => c.Number("indicators.output") / c.Number("indicators.enterprises")), perEnterprise["values"]!.AsArray().Select(v => (double)v!["value"]!));
        Assert.Contains(" ÷ ", (string)perEnterprise["formula"]!, StringComparison.Ordinal);
        // its share of the nation is 0, so nothing follows from it; the others keep their ranks
        var national = figures.Single(f => (string)f!["id"]! == "nationalOutput")!;
        Assert.Equal((6, null), ((int)national["known"]!, (double?)national["total"]));
        Assert.Null(national["values"]![0]!["value"]);
        Assert.Null(national["values"]![0]!["rank"]);

        var page = await ministry.Get($"{address}{query}");
        Assert.Equal(chosen.Select(c => c.Name), page.Document.QuerySelectorAll("thead th a").Select(a => a.TextContent));
        var rows = page.Document.QuerySelectorAll("tbody tr").Where(r => r.QuerySelector("td") is not null).ToDictionary(r => r.QuerySelector("th")!.FirstChild!.TextContent.Trim());
        Assert.Equal(figures.Count, rows.Count);
        var output = rows["上年度集群产业产值（亿元）"].QuerySelectorAll("td").ToList();
        Assert.Equal(["20", "300", "300"], output.Select(c => c.QuerySelector("a")!.TextContent));
        Assert.Contains("全批第3位（共7）", output[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("同行业第1位（共4）", output[2].TextContent, StringComparison.Ordinal);
        Assert.Equal("—", rows["推算的全国该产业总产值（亿元）"].QuerySelector("td")!.TextContent.Trim());
        await LinksLead(ministry, page.Document.QuerySelectorAll("table a"));

        static string Six(double? value) => value?.ToString("F6", CultureInfo.InvariantCulture) ?? "";
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Where_nobody_chooses_the_largest_of_the_commonest_industry_are_proposed_and_what_cannot_be_followed_is_said(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var clusters = await portal.SubmitSeven();
        var address = $"/rounds/{portal.Round.Id}/comparison";
        using var ministry = await portal.Browser("ministry");
        var page = await ministry.Get(address);
        Assert.Contains("尚未选择", page.Text, StringComparison.Ordinal);
        Assert.Equal([clusters[1].Name, clusters[2].Name, clusters[0].Name, clusters[3].Name], page.Document.QuerySelectorAll("thead th a").Select(a => a.TextContent));
        Assert.Equal(7, page.Document.QuerySelectorAll("input[name=entry]").Length);
        page = await ministry.Get($"{address}?q=%E6%B1%BD%E8%BD%A6");                   // 汽车: by industry
        Assert.Equal(7, page.Document.QuerySelectorAll("input[name=entry]").Length);
        page = await ministry.Get($"{address}?q={Uri.EscapeDataString("第5集群")}&entry={clusters[0].Entry}");
        Assert.Equal([clusters[0].Entry, clusters[5].Entry], page.Document.QuerySelectorAll("input[name=entry]").Select(i => Guid.Parse(i.GetAttribute("value")!)));

        var tooMany = $"{address}?{string.Join('&', clusters.Concat(clusters).Select(c => $"entry={c.Entry}"))}";
        Assert.Contains("最多对比12个", (await ministry.Get(tooMany)).Text, StringComparison.Ordinal);
        var strange = $"{address}?entry={clusters[0].Entry}&entry={Guid.NewGuid()}";
        Assert.Contains("不在本批次", (await ministry.Get(strange)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ministry.Get($"{address}?entry=%3Cscript%3E&q={new string('x', 2000)}")).Status);
        using var program = new TestProgram(portal.Address, await portal.Token("ministry"));
        var (many, unknown) = (await program.Get($"/api{tooMany}"), await program.Get($"/api{strange}"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-many-compared"), (many.Status, many.Code));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unknown-entry"), (unknown.Status, unknown.Code));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_table_of_each_chart_holds_what_was_submitted(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var ministry = await portal.Browser("ministry");
        var address = $"/rounds/{portal.Round.Id}/charts";
        Assert.Contains("尚无报送", (await ministry.Get(address)).Text, StringComparison.Ordinal);
        var clusters = await portal.SubmitSeven();

        var rows = await Rows($"{address}?figure=indicators.enterprises");
        Assert.Equal(clusters.OrderByDescending(c => c.Number("indicators.enterprises")).Select(c => (c.Name, c.Number("indicators.enterprises"))), rows.Select(r => (r.Name, r.Values[0]!.Value)));
        Assert.All(rows, r => Assert.True(r.IsDrawn));

        // what follows from nothing is last, and not drawn
        rows = await Rows($"{address}?figure=nationalOutput");
        Assert.Equal((clusters[5].Name, false), (rows[^1].Name, rows[^1].IsDrawn));
        Assert.Contains("另有1个集群缺少数据", ministry.Page.Text, StringComparison.Ordinal);

        rows = await Rows($"{address}?kind=scatter&figure=indicators.output&y=outputPerEnterprise&size=indicators.standards&province=430000");
        Assert.Equal(
            clusters.Where(c => c.Division.StartsWith("43", StringComparison.Ordinal)).OrderByDescending(c => c.Number("indicators.output")).Select(c => (c.Name, (double?)c.Number("indicators.output"), (double?)(c.Number("indicators.output") / c.Number("indicators.enterprises")), (double?)c.Number("indicators.standards"))),
            rows.Select(r => (r.Name, r.Values[0], r.Values[1], r.Values[2])));

        // among its peers, as it is asked about; 0 has no logarithm
        rows = await Rows($"{address}?kind=distribution&figure=indicators.standards&entry={clusters[0].Entry}");
        var logs = clusters.Take(4).Select(c => c.Number("indicators.standards")).Where(v => v > 0).Select(v => Math.Log(v)).Order().ToList();
        var median = logs[1];
        var spread = Math.Max(logs.Select(l => Math.Abs(l - median)).Order().ElementAt(1), 0.25);
        Assert.Equal(clusters.Take(4).Select(c => c.Name).Order(), rows.Select(r => r.Name).Order());
        foreach (var row in rows)
        {
            var value = clusters.Single(c => c.Name == row.Name).Number("indicators.standards");
            Assert.Equal((row.Name, value > 0 ? (0.6745 * (Math.Log(value) - median) / spread).ToString("0.00", CultureInfo.InvariantCulture) : "—", value > 0), (row.Name, row.Last, row.IsDrawn));
        }
        Assert.Contains("标出的“第0集群”", ministry.Page.Text, StringComparison.Ordinal);
        Assert.Equal(7, (await Rows($"{address}?kind=distribution&figure=indicators.standards&industry=&entry={clusters[0].Entry}")).Count);

        Assert.Equal([("北京", 1), ("浙江", 1), ("湖南", 3), ("广东", 2)], (await Rows($"{address}?kind=map")).Where(r => r.Values[0] > 0).Select(r => (r.Name, (int)r.Values[0]!)));
        rows = await Rows($"{address}?kind=map&figure=indicators.output");
        Assert.Equal((34, 2100), (rows.Count, rows.Single(r => r.Name == "湖南").Values[0]));
        Assert.Null(rows.Single(r => r.Name == "西藏").Values[0]);
        Assert.Equal(300, (await Rows($"{address}?kind=map&figure=indicators.output&of=median")).Single(r => r.Name == "湖南").Values[0]);
        Assert.Equal(10, (await Rows($"{address}?kind=map&figure=indicators.outputShare")).Single(r => r.Name == "湖南").Values[0]);         // shares have no sum
        Assert.Contains("不能相加", ministry.Page.Text, StringComparison.Ordinal);
        await LinksLead(ministry, ministry.Page.Document.QuerySelectorAll("table a, form a, nav a"));

        foreach (var strange in (string[])["?kind=7", "?kind=pie&figure=%3Cscript%3E&y=x&size=cluster.name", "?kind=map&of=x&province=zz", "?figure=cluster.name&entry=x", "?kind=bars&kind=map", "?kind=scatter&figure=indicators.output&y=indicators.output"])
            Assert.Equal((strange, HttpStatusCode.OK), (strange, (await ministry.Get($"{address}{strange}")).Status));
        Assert.Contains("没有符合条件", (await ministry.Get($"{address}?industry=99")).Text, StringComparison.Ordinal);
        using var province = await portal.Browser("province");
        Assert.Equal(HttpStatusCode.NotFound, (await province.Get(address)).Status);

        async Task<List<(string Name, double?[] Values, string Last, bool IsDrawn)>> Rows(string path) =>
            [.. from row in (await ministry.Get(path)).Document.QuerySelectorAll(".chart-table tbody tr")
                select (row.QuerySelector("[data-name]")!.TextContent, row.QuerySelectorAll("td").Select(td => td.QuerySelector("data") is { } data ? double.Parse(data.GetAttribute("value")!, CultureInfo.InvariantCulture) : (double?)null).ToArray(), row.QuerySelectorAll("td")[^1].TextContent.Trim(), row.HasAttribute("data-point"))];
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_far_from_its_peers_leads_to_the_distribution_in_which_it_is_marked(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        for (var i = 0; i < 9; i++)
            await portal.SubmitCluster(i, "430200", ("cluster.industry", "汽车整车制造（361）"), ("indicators.enterprises", "300"), ("indicators.servicePlatforms", i == 4 ? "9000" : $"{10 + i}"));
        await portal.SubmitCluster(9, "430200", ("cluster.industry", "铁路运输设备制造（371）"), ("indicators.enterprises", "300"));
        using var ministry = await portal.Browser("ministry");
        var asked = (await ministry.Get($"/rounds/{portal.Round.Id}/questions")).Document.QuerySelectorAll("#far-from-peers + div a[href*='kind=distribution'][href*='indicators.servicePlatforms']");
        var page = await ministry.Get(Assert.Single(asked).GetAttribute("href")!);
        Assert.Equal("第4集群", page.Document.QuerySelector("tr[aria-current] [data-name]")!.TextContent);
        Assert.True(double.Parse(page.Document.QuerySelector("tr[aria-current] td:last-child")!.TextContent, CultureInfo.InvariantCulture) > 5);
        Assert.Equal(9, page.Document.QuerySelectorAll(".chart-table tbody tr").Length);
    }

    static async Task LinksLead(TestBrowser browser, IEnumerable<IElement> links)
    {
        var addresses = links.Select(a => a.GetAttribute("href")!).Distinct().ToList();
        Assert.NotEmpty(addresses);
        foreach (var address in addresses.DistinctBy(a => a.Split('#')[0]))
            Assert.Equal((address, HttpStatusCode.OK), (address, (await browser.Get(address)).Status));
        foreach (var address in addresses.Where(a => a.Contains('#', StringComparison.Ordinal)).Take(20))
            Assert.NotNull((await browser.Get(address)).Document.GetElementById(address.Split('#')[1]));
    }
}
