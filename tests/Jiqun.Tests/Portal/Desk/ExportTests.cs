using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Jiqun.Documents.Word;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Jobs;
using Jiqun.Tests.Files;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>Exports, from asking for them to reading them with programs that are not ours.</summary>
public sealed class ExportTests
{
    const string Formula = "=HYPERLINK(\"http://example.com\")集群", Contact = "欧阳千里", Mobile = "13912345678";

    /// <summary>Reads the first sheet of a workbook with nothing but Python's own library.</summary>
    const string Spreadsheet = """
        import json, sys, zipfile
        from xml.etree import ElementTree as E
        book, n = zipfile.ZipFile(sys.argv[1]), '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
        shared = []
        if 'xl/sharedStrings.xml' in book.namelist():
            shared = [''.join(t.text or '' for t in s.iter(n + 't')) for s in E.fromstring(book.read('xl/sharedStrings.xml')).iter(n + 'si')]
        def text(c):
            v = c.find(n + 'v')
            if c.get('t') == 's':
                return shared[int(v.text)]
            return ''.join(t.text or '' for t in c.iter(n + 't')) if v is None else v.text or ''
        sheet = E.fromstring(book.read('xl/worksheets/sheet1.xml'))
        json.dump({
            'sheets': [s.get('name') for s in E.fromstring(book.read('xl/workbook.xml')).iter(n + 'sheet')],
            'formulas': len(list(sheet.iter(n + 'f'))),
            'rows': [[text(c) for c in r.iter(n + 'c')] for r in sheet.iter(n + 'row')]}, sys.stdout)
        """;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Exports_hold_every_submission_and_no_contact_and_other_programs_read_them(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        await Submit(portal, "promoter", 1, Formula);
        await Submit(portal, "third", 2, "长沙市工程机械集群");
        using var program = await portal.Program("ministry");
        using var folder = new TestFolder();

        var csv = await Made(program, portal, folder, JobKind.ExportCsv, "x.csv");
        Assert.Equal([0xEF, 0xBB, 0xBF], (await File.ReadAllBytesAsync(csv))[..3]);
        var rows = Python("import csv,json,sys; json.dump(list(csv.reader(open(sys.argv[1],encoding='utf-8-sig',newline=''))), sys.stdout)", csv).AsArray();
        var ids = rows[1]!.AsArray().Select(c => (string)c!).ToList();
        Assert.Equal(4, rows.Count);
        Assert.Equal([$"'{Formula}", "长沙市工程机械集群"], rows.Skip(2).Select(r => (string)r![ids.IndexOf("cluster.name")]!).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("promoter.contact", ids);

        var json = await Made(program, portal, folder, JobKind.ExportJson, "x.json");
        var read = Python("import json,sys; json.dump(json.load(open(sys.argv[1],encoding='utf-8')), sys.stdout)", json);
        Assert.Equal(TestEntries.Form.Id, (string)read["form"]!);
        Assert.Equal([Formula, "长沙市工程机械集群"], read["files"]!.AsArray().Select(f => (string)f!["answers"]!["cluster.name"]!).Order(StringComparer.Ordinal));
        Assert.All(read["files"]!.AsArray(), f => Assert.True(f!["answers"]!["indicators.output"]!.GetValue<decimal>() > 0));

        var workbook = await Made(program, portal, folder, JobKind.ExportExcel, "x.xlsx");
        var book = Python(Spreadsheet, workbook);
        Assert.Equal(["汇总", "指标", "问题", "未读文件"], book["sheets"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(0, (int)book["formulas"]!);
        Assert.Equal(4, book["rows"]!.AsArray().Count);
        var cells = book["rows"]!.AsArray().Select(r => r!.AsArray().Select(c => (string)c!).ToList()).ToList();
        Assert.Contains("cluster.name", cells[1]);
        Assert.Equal([portal.Promoter.Name, "长沙市工程机械产业集群发展促进中心"], cells.Skip(2).Select(r => r[0]).OrderBy(name => name != portal.Promoter.Name));
        Assert.Contains(Formula, cells.SelectMany(r => r));
        var sheet = book.ToJsonString();
        var calc = Calc(workbook, folder);
        foreach (var row in rows.Skip(2).Select(r => r!.AsArray().Select(c => (string)c!).ToList()))
        {
            var there = calc["汇总"].Single(r => r[0] == row[0]);
            Assert.All(ids.Skip(4), id => Assert.Equal(Plain(row[ids.IndexOf(id)]), Plain(there[calc["汇总"][1].IndexOf(id)])));
        }
        var figures = calc["指标"];
        var output = figures[1].IndexOf("indicators.output");
        decimal Figure(int row) => decimal.Parse(figures[row][output], CultureInfo.InvariantCulture);
        Assert.Equal(("合计", Figure(2) + Figure(3)), (figures[4][0], Figure(4)));
        Assert.Equal(("最大值", Math.Max(Figure(2), Figure(3))), (figures[7][0], Figure(7)));

        var zip = await Made(program, portal, folder, JobKind.ExportDocuments, "x.zip");
        using (var archive = ZipFile.OpenRead(zip))
        {
            Assert.Equal(5, archive.Entries.Count);
            archive.GetEntry("index.csv")!.ExtractToFile(Path.Combine(folder.Path, "index.csv"));
            var index = Python("import csv,json,sys; json.dump(list(csv.reader(open(sys.argv[1],encoding='utf-8-sig',newline=''))), sys.stdout)", Path.Combine(folder.Path, "index.csv")).AsArray();
            foreach (var row in index.Skip(1))
            {
                foreach (var at in (int[])[3, 5])
                    Assert.Equal((string)row![at + 1]!, Convert.ToHexStringLower(SHA256.HashData(Content(archive.GetEntry((string)row[at]!)!))));
                var form = new WordReader(TestEntries.Form).Read(new MemoryStream(Content(archive.GetEntry((string)row![5]!)!)), new DateOnly(2021, 6, 1)).Value!;
                Assert.NotNull(form.Answers["indicators.output"]);
                Assert.Null(form.Answers["promoter.contact"]);
                Assert.Null(form.Answers["promoter.mobile"]);
            }
        }
        foreach (var text in (string[])[await File.ReadAllTextAsync(csv), await File.ReadAllTextAsync(json), sheet])
        {
            Assert.DoesNotContain(Contact, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Mobile, text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_export_is_asked_for_on_a_page_and_fetched_by_who_asked_alone(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        var address = $"/rounds/{portal.Round.Id}/exports";
        using var ministry = await portal.Browser("ministry");
        Assert.Contains("尚无报送", (await ministry.Get(address)).Text, StringComparison.Ordinal);
        var first = await Submit(portal, "promoter", 1, "甲集群");
        await Submit(portal, "third", 2, "乙集群");
        await ministry.Get(address);
        Assert.Contains("导出选定的1份", (await ministry.Post(address, ("entry", $"{first}"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.Post(address, ("kind", "ExportCsv"), ("language", "zh"), ("entry", $"{Guid.NewGuid()}"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await ministry.Post(address, ("kind", "ExportCsv"), ("language", "en"), ("entry", $"{first}"))).Status);
        using var program = await portal.Program("ministry");
        var job = Assert.Single((await program.Get("/api/jobs")).Json["items"]!.AsArray());
        var id = (string)job!["id"]!;
        job = await Finished(program, id);
        Assert.Equal(1, (int)job["rows"]!);
        var page = await ministry.Get(address);
        Assert.Contains((string)job["digest"]!, page.Text, StringComparison.Ordinal);
        var link = page.Document.QuerySelector($"#fetch-{id}")!.GetAttribute("href")!;
        var file = await ministry.Http.GetByteArrayAsync(new Uri(link, UriKind.Relative));
        Assert.Equal((string)job["digest"]!, Convert.ToHexStringLower(SHA256.HashData(file)));
        Assert.Contains("Organisation", System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);

        await using (var db = portal.Database.Open())
        {
            db.Add(portal.Account("colleague2", Role.Member, portal.Ministry));
            await db.SaveChangesAsync();
            Assert.Equal($"ExportCsv 1 {job["digest"]}", (await db.Audit.SingleAsync(r => r.Action == AuditAction.Downloaded && r.Subject == Guid.Parse(id))).Detail);
        }
        foreach (var who in (string[])["colleague2", "province", "promoter", "system"])
        {
            using var browser = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/jobs/{id}/file")).Status);
            await browser.Get("/");
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Post($"/jobs/{id}/cancel")).Status);
            Assert.Equal(who is "colleague2" ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await browser.Get(address)).Status);
        }
        using var other = await portal.Program("colleague2");
        Assert.Empty((await other.Get("/api/jobs")).Json["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/api/jobs/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/api/jobs/{id}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Delete($"/api/jobs/{id}")).Status);
        Assert.Equal("Done", (string)(await program.Delete($"/api/jobs/{id}")).Json["state"]!);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_job_of_a_process_that_was_killed_is_done_by_the_next_with_the_same_result(string kind)
    {
        await using var portal = await TestPortal.Of(kind, p => p.Clock.Time = TimeProvider.System.GetUtcNow());
        await portal.AddNeighbours();
        await Submit(portal, "promoter", 1, "甲集群");
        await Submit(portal, "third", 2, "乙集群");
        using var before = await portal.Program("ministry");
        var expected = (string)(await Finished(before, await Ask(before, portal, JobKind.ExportDocuments)))["digest"]!;
        var token = await portal.Token("ministry");
        await portal.Stop();

        string id;
        using (var serving = await ServeProcess.On(portal.TestDatabase))
        {
            using var program = new TestProgram(serving.Address, token);
            id = await Ask(program, portal, JobKind.ExportDocuments);
            while (await State(portal, id) is JobState.Waiting)
                await Task.Delay(1);
            serving.Kill();
        }
        Assert.Equal(JobState.Running, await State(portal, id));
        await using (var db = portal.Database.Open())
        {
            var silent = TimeProvider.System.GetUtcNow().UtcDateTime - RunJobs.Patience - TimeSpan.FromSeconds(1);
            Assert.Equal(1, await db.Jobs.Where(j => j.Id == Guid.Parse(id)).ExecuteUpdateAsync(s => s.SetProperty(j => j.HeartbeatAt, silent)));
        }
        using var again = await ServeProcess.On(portal.TestDatabase);
        using var after = new TestProgram(again.Address, token);
        var job = await Finished(after, id);
        Assert.Equal(("Done", 2), ((string)job["state"]!, (int)job["rows"]!));
        Assert.Equal(Guid.Parse(id), Guid.Parse((string)job["id"]!));
        Assert.Equal(expected, (string)job["digest"]!);
    }

    static async Task<JobState> State(TestPortal portal, string id)
    {
        await using var db = portal.Database.Open();
        return await db.Jobs.Where(j => j.Id == Guid.Parse(id)).Select(j => j.State).SingleAsync();
    }

    static async Task<string> Ask(TestProgram program, TestPortal portal, JobKind kind)
    {
        var asked = await program.Post($"/api/rounds/{portal.Round.Id}/exports", new { kind = kind.ToString(), language = "zh" });
        Assert.Equal(HttpStatusCode.Created, asked.Status);
        return (string)asked.Json["id"]!;
    }

    static async Task<JsonNode> Finished(TestProgram program, string id)
    {
        while (true)
        {
            var job = (await program.Get($"/api/jobs/{id}")).Json;
            if ((string)job["state"]! is not ("Waiting" or "Running"))
                return job;
            await Task.Delay(20);
        }
    }

    /// <returns>Where the file is, which is as the job says.</returns>
    static async Task<string> Made(TestProgram program, TestPortal portal, TestFolder folder, JobKind kind, string name)
    {
        var id = await Ask(program, portal, kind);
        var job = await Finished(program, id);
        Assert.Equal(("Done", 2, ""), ((string)job["state"]!, (int)job["rows"]!, (string)job["message"]!));
        using var browser = await portal.Browser("ministry");
        var content = await browser.Http.GetByteArrayAsync(new Uri($"/jobs/{id}/file", UriKind.Relative));
        Assert.Equal(((string)job["digest"]!, (long)job["size"]!), (Convert.ToHexStringLower(SHA256.HashData(content)), content.LongLength));
        var path = Path.Combine(folder.Path, name);
        await File.WriteAllBytesAsync(path, content);
        return path;
    }

    /// <summary>Without what keeps a formula from being one; a number without zeros that say nothing.</summary>
    static string Plain(string cell) => decimal.TryParse(cell, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number.ToString("0.############", CultureInfo.InvariantCulture) : cell.TrimStart('\'');

    /// <summary>Every sheet as LibreOffice Calc reads it: its rows by its name.</summary>
    static Dictionary<string, List<List<string>>> Calc(string workbook, TestFolder folder)
    {
        // comma, double quote, UTF-8, from row 1, numbers as they are and not as they are shown, every sheet
        var said = folder.Office("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "--outdir", folder["calc"], workbook);
        Assert.True(Directory.Exists(folder["calc"]), said);
        return Directory.GetFiles(folder["calc"]).ToDictionary(
            file => Path.GetFileNameWithoutExtension(file).Split('-')[1],
            file => Python("import csv,json,sys; json.dump(list(csv.reader(open(sys.argv[1],encoding='utf-8',newline=''))), sys.stdout)", file).AsArray()
                .Select(row => row!.AsArray().Select(cell => (string)cell!).ToList()).ToList());
    }

    static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using var from = entry.Open();
        from.CopyTo(content);
        return content.ToArray();
    }

    static JsonNode Python(string script, string file)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script, file]) { RedirectStandardOutput = true })!;
        var text = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
        return JsonNode.Parse(text)!;
    }

    static async Task<Guid> Submit(TestPortal portal, string who, int seed, string name)
    {
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor(who))).Value!;
        var answers = TestEntries.Answers(seed);
        answers["cluster.name"] = name;
        answers["promoter.contact"] = Contact;
        answers["promoter.mobile"] = Mobile;
        Assert.Empty((await portal.Save(entry.Id, who, answers.AsWishes())).Value!.Refused);
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid(), by: who)).Refused);
        return entry.Id;
    }
}
