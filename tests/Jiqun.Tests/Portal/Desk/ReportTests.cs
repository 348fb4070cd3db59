using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Tests.Documents;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>A report on a round, from asking for it to holding each of its figures against what was typed and what the desk says.</summary>
public sealed class ReportTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Both_reports_say_the_same_and_what_the_desk_says(string kind)
    {
        CultureInfo.CurrentUICulture = Languages.Chinese;
        await using var portal = await TestPortal.Of(kind);
        var clusters = await portal.SubmitSeven();
        await using (var scope = portal.Scope())
            Assert.False((await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor("promoter"))).Refused);
        // one is sent back about a figure that is asked about, and answers
        Assert.Equal("", (await portal.Step(clusters[2].Entry, "return", "city", "", new WantedPoint("indicators.output", "请核对"), new WantedPoint("overview.narrative", "请补充"))).Codes());
        await using (var db = portal.Database.Open())
            await db.ReturnPoints.Where(p => p.Field == "indicators.output").ExecuteUpdateAsync(s => s.SetProperty(p => p.Answer, "无误").SetProperty(p => p.AnsweredAt, portal.Clock.GetUtcNow().UtcDateTime));
        using var program = await portal.Program("ministry");

        var docx = await Made(program, portal, JobKind.ExportReportWord);
        var pdf = await Made(program, portal, JobKind.ExportReportPdf);
        var (told, heads) = DrawnReport.Word(docx);
        Assert.Equal(DrawnReport.Bare(told), DrawnReport.Pdf(pdf, DrawnReport.Bare(told), heads));
        WordWriterTests.AssertValid(docx);
        foreach (var cluster in clusters)
            foreach (var (field, text) in cluster.Answers.Where(a => TestEntries.Form[a.Key].Personal))
                Assert.False(text.Length > 2 && told.Exists(t => t.Contains(text, StringComparison.Ordinal)), $"{field}: {text}");

        // how far it is
        var state = DrawnReport.Table(docx, "数据状态").ToDictionary(r => r[0], r => r[1]);
        Assert.Equal(("8", "7", "0"), (state["申报数"], state["已报送"], state["已受理"]));
        Assert.Equal([("已报送", "6"), ("退回修改中", "1"), ("已开始未报送", "1")], DrawnReport.Table(docx, "按进度").Skip(1).Select(r => (r[0], r[1])));
        Assert.Equal([("北京市", "1", "1"), ("浙江省", "1", "1"), ("湖南省", "4", "3"), ("广东省", "2", "2")], DrawnReport.Table(docx, "按省份").Skip(1).Select(r => (r[0], r[1], r[2])));
        Assert.Contains(DrawnReport.Table(docx, "未报送的单位").Skip(1), r => (r[1], r[2]) == (portal.Promoter.Name, "已开始未报送"));

        // figures, against the comparison and against what was typed
        var figures = (await program.Get($"/api/rounds/{portal.Round.Id}/comparison?{string.Join('&', clusters.Select(c => $"entry={c.Entry}"))}")).Json["figures"]!.AsArray();
        var overview = DrawnReport.Table(docx, "各项指标概况").Skip(1).ToList();
        Assert.Equal(figures.Count, overview.Count);
        foreach (var (row, figure) in overview.Zip(figures))
        {
            var values = figure!["values"]!.AsArray().Select(v => (double?)v!["value"]).OfType<double>().Order().ToList();
            Assert.Equal($"{(string)figure["name"]!}（{(string)figure["unit"]!}）", row[0]);
            Assert.Equal($"{values.Count}", row[1]);
            Same((double?)figure["total"], row[2]);
            Same(Between(values, 0.25), row[3]);
            Same(Between(values, 0.5), row[4]);
            Same(Between(values, 0.75), row[5]);
            Same(values[0], row[6].Split(' ')[0]);
            Same(values[^1], row[7].Split(' ')[0]);
            var largest = figure["values"]!.AsArray().Select((v, i) => (Cluster: clusters[i].Name, Value: (double?)v!["value"], Rank: (int?)v["rank"], Share: (double?)v["share"])).Where(v => v.Value is not null).ToDictionary(v => v.Cluster);
            var listed = DrawnReport.Table(docx, $"{row[0]}：全部{values.Count}个集群").Skip(1).ToList();
            Assert.Equal(values.Count, listed.Count);
            foreach (var line in listed)
            {
                var known = largest[line[1]];
                Assert.Equal($"{known.Rank}", line[0]);
                Same(known.Value, line[3]);
                if (figure["total"] is not null)
                    Same(known.Share, line[4].TrimEnd('%'));
            }
            var ranges = DrawnReport.Table(docx, $"{row[0]}的分布");
            Assert.Equal(values.Count, ranges[1].Skip(1).Sum(c => int.Parse(c, CultureInfo.InvariantCulture)));
        }
        var output = overview.Single(r => r[0] == "上年度集群产业产值（亿元）");
        Assert.Equal(("3470", "20 第5集群", "1700 第4集群"), (output[2], output[6], output[7]));
        var provinces = DrawnReport.Table(docx, "按省份：");
        Assert.Equal(["湖南省", "3", "2100"], provinces.Single(r => r[0] == "湖南省").Take(3));
        Assert.Equal(["全部", "7", "3470"], provinces[^1].Take(3));
        Assert.Contains("湖南\n2100", DrawnWord.Read(docx).Blocks.OfType<DrawnTable>().SelectMany(t => t.Rows).SelectMany(r => r).Select(c => c.Text));

        // every question with all entries that it is about
        var asked = (await program.Get($"/api/rounds/{portal.Round.Id}/questions")).Json["questions"]!.AsArray();
        Assert.NotEmpty(asked);
        var names = clusters.ToDictionary(c => c.Entry, c => c.Name);
        foreach (var kindOf in asked.GroupBy(q => (string)q!["code"]!))
        {
            var rows = DrawnReport.Table(docx, $"{Words.Of($"question-{kindOf.Key}")}，共{kindOf.Count()}条").Skip(1).ToList();
            Assert.Equal(
                kindOf.Select(q => ((string)q!["message"]!, string.Join('、', q["entries"]!.AsArray().Select(e => names[(Guid)e!["id"]!])))),
                rows.Select(r => (r[1], r[2])));
            Assert.Equal(kindOf.Select(q => IsAboutOutput(q!) ? ("1", "1") : (string)q!["field"]! is "overview.narrative" && Concerns(q) ? ("1", "0") : ("0", "0")), rows.Select(r => (r[3], r[4])));
        }
        Assert.Contains(asked, q => IsAboutOutput(q!));

        // what it rests on
        await using var after = portal.Database.Open();
        var digests = await after.Submissions.ToDictionaryAsync(s => s.EntryId, s => s.Digest);
        var list = DrawnReport.Table(docx, "报送清单，共7份").Skip(1).ToList();
        Assert.Equal(clusters.Select(c => (c.Name, "1", digests[c.Entry])).Order(), list.Select(r => (r[1], r[3], r[5])).Order());
        Assert.Equal($"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(list.Select(r => r[5] + "\n")))))}", state["数据摘要"]);

        bool Concerns(JsonNode question) => question["entries"]!.AsArray().Any(e => (Guid)e!["id"]! == clusters[2].Entry);

        bool IsAboutOutput(JsonNode question) => (string)question["field"]! is "nationalOutput" or "outputPerEnterprise" or "indicators.output" && Concerns(question);

        static double Between(List<double> sorted, double share)
        {
            var at = share * (sorted.Count - 1);
            var below = (int)at;
            return below + 1 < sorted.Count ? sorted[below] * (1 - at + below) + sorted[below + 1] * (at - below) : sorted[below];
        }

        static void Same(double? value, string shown)
        {
            if (value is not { } number)
                Assert.Equal("—", shown);
            else
                Assert.True(Math.Abs(number - double.Parse(shown, CultureInfo.InvariantCulture)) <= Math.Abs(number) * 0.0006, $"{number} {shown}");
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_report_is_about_the_whole_round_and_in_the_language_that_was_asked_for(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var cluster = await portal.SubmitCluster(0, "430200");
        using var program = await portal.Program("ministry");
        var address = $"/rounds/{portal.Round.Id}/exports";
        var some = await program.Post($"/api{address}", new { kind = "ExportReportPdf", entries = new[] { cluster.Entry } });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "export-report-whole"), (some.Status, some.Code));
        using var ministry = await portal.Browser("ministry");
        Assert.NotNull((await ministry.Get(address)).Document.QuerySelector("#kind-ExportReportPdf"));
        var chosen = await ministry.Post(address, ("entry", $"{cluster.Entry}"));
        Assert.NotNull(chosen.Document.QuerySelector("#kind-ExportCsv"));
        Assert.Null(chosen.Document.QuerySelector("#kind-ExportReportPdf"));

        var docx = await Made(program, portal, JobKind.ExportReportWord, "en", 1);
        var pdf = await Made(program, portal, JobKind.ExportReportPdf, "en", 1);
        var (told, heads) = DrawnReport.Word(docx);
        Assert.Equal($"Report on {portal.Round.Name}", told[0]);
        Assert.Equal(DrawnReport.Bare(told), DrawnReport.Pdf(pdf, DrawnReport.Bare(told), heads));
        Assert.Contains("Page 1 of ", DrawnPdf.PlainText(pdf), StringComparison.Ordinal);
    }

    static async Task<byte[]> Made(TestProgram program, TestPortal portal, JobKind kind, string language = "zh", int rows = 7)
    {
        var asked = await program.Post($"/api/rounds/{portal.Round.Id}/exports", new { kind = $"{kind}", language });
        Assert.Equal(HttpStatusCode.Created, asked.Status);
        JsonNode job;
        for (job = asked.Json; (string)job["state"]! is "Waiting" or "Running"; job = (await program.Get($"/api/jobs/{(string)job["id"]!}")).Json)
            await Task.Delay(20);
        Assert.Equal(("Done", "", rows), ((string)job["state"]!, (string)job["message"]!, (int?)job["rows"]));
        Assert.True((int)job["total"]! > 100 && (int)job["done"]! == (int)job["total"]!);
        Assert.EndsWith(kind is JobKind.ExportReportPdf ? ".pdf" : ".docx", (string)job["fileName"]!, StringComparison.Ordinal);
        using var browser = await portal.Browser("ministry");
        var content = await browser.Http.GetByteArrayAsync(new Uri($"/jobs/{(string)job["id"]!}/file", UriKind.Relative));
        Assert.Equal((string)job["digest"]!, Convert.ToHexStringLower(SHA256.HashData(content)));
        return content;
    }
}
