using System.Net;
using Jiqun.Documents.Files;
using Jiqun.Tests.Files;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Evidence;

/// <summary>Not beside those who look for folders that a conversion left behind.</summary>
[Collection("Conversions")]
public sealed class FromFileTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Answers_of_a_file_are_taken_one_by_one_or_all_at_once(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Jiqun.Portal.Entries.Wish(new("cluster.name"), "甲集群", 0), new Jiqun.Portal.Entries.Wish(new("indicators.enterprises"), "20", 0));
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/file");

        var page = await browser.Upload($"/entries/{entry.Id}/file", "", ("集群.docx", Files.Docx(("cluster.name", "乙集群"), ("indicators.output", "约1507"), ("indicators.enterprises", "20"), ("organisation.legalType", "社会团体"))));

        Assert.StartsWith("/evidence/", page.Path, StringComparison.Ordinal);
        Assert.Equal(["cluster.name", "indicators.output", "organisation.legalType"], page.Document.QuerySelectorAll("input[type=checkbox]").Select(c => c.GetAttribute("name")![5..]).Order());
        Assert.Contains("甲", page.Document.QuerySelector("del")!.TextContent, StringComparison.Ordinal);
        var address = page.Path;
        (string, string)[] Inputs(TestPage of) => [.. of.Document.QuerySelectorAll("input[type=hidden][name^='v:']").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))];

        Assert.Equal(HttpStatusCode.Conflict, (await browser.Post(address, Inputs(page))).Status);                    // nothing chosen
        page = await browser.Get(address);
        await browser.Post(address, [.. Inputs(page), ("take:cluster.name", "1")]);
        var stored = await portal.Stored(entry.Id);
        stored.Replays(attached: 1);
        Assert.Equal(("乙集群", "", ""), (stored.Text("cluster.name"), stored.Text("indicators.output"), stored.Text("organisation.legalType")));

        page = await browser.Get(address);
        await browser.Post(address, [.. Inputs(page), ("all", "1")]);
        stored = await portal.Stored(entry.Id);
        Assert.Equal(("乙集群", "1507", "社会团体"), (stored.Text("cluster.name"), stored.Text("indicators.output"), stored.Text("organisation.legalType")));
        var history = await browser.Get($"/entries/{entry.Id}/history?field=cluster.name");
        Assert.Equal(["集群.docx", ""], history.Document.QuerySelectorAll("tbody tr").Select(r => r.QuerySelector("td:nth-child(2) a")?.TextContent.Split('：')[1] ?? ""));
        Assert.Empty((await browser.Get(address)).Document.QuerySelectorAll("input[type=checkbox]"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_a_colleague_changed_meanwhile_stays(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/file");
        var page = await browser.Upload($"/entries/{entry.Id}/file", "", ("集群.docx", Files.Docx(("cluster.name", "乙集群"), ("indicators.output", "1507"))));
        await portal.Save(entry.Id, "colleague", new Jiqun.Portal.Entries.Wish(new("cluster.name"), "丙集群", 0));

        var after = await browser.Post(page.Path, ("v:cluster.name", "0"), ("v:indicators.output", "0"), ("all", "1"));

        Assert.Equal(HttpStatusCode.Conflict, after.Status);
        var stored = await portal.Stored(entry.Id);
        stored.Replays(attached: 1);
        Assert.Equal(("丙集群", "1507"), (stored.Text("cluster.name"), stored.Text("indicators.output")));
        Assert.Equal(["cluster.name"], after.Document.QuerySelectorAll("input[type=checkbox]").Select(c => c.GetAttribute("name")![5..]));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_not_this_form_is_told_and_not_kept(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/file");
        foreach (var (name, content) in new[] { ("a.docx", Files.Docx()[..3000]), ("b.docx", Files.Pdf), ("c.docx", Files.Zip(("word/document.xml", "<a/>"u8.ToArray()))), ("d.docx", []) })
        {
            var page = await browser.Upload($"/entries/{entry.Id}/file", "", (name, content));
            Assert.Equal((name, HttpStatusCode.UnprocessableEntity), (name, page.Status));
            Assert.NotNull(page.Document.QuerySelector("[role=alert]"));
        }
        await using var db = portal.Database.Open();
        Assert.Empty(await db.Evidence.Where(e => e.EntryId == entry.Id).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_old_Word_file_is_read_through_LibreOffice()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var folder = new TestFolder();
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "form.docx"), Files.Docx([.. TestEntries.Answers().Select(a => (a.Key, a.Value))]), TestContext.Current.CancellationToken);
        folder.Office("--convert-to", "doc:MS Word 97", "--outdir", folder.Path, folder["form.docx"]);
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/file");

        var page = await browser.Upload($"/entries/{entry.Id}/file", "", ("集群.wps", await File.ReadAllBytesAsync(Path.Combine(folder.Path, "form.doc"), TestContext.Current.CancellationToken)));

        Assert.StartsWith("/evidence/", page.Path, StringComparison.Ordinal);
        Assert.True(page.Document.QuerySelectorAll("input[type=checkbox]").Length > 35);
        await using var db = portal.Database.Open();
        Assert.Equal(EvidenceKind.OldWord, (await db.Evidence.SingleAsync(e => e.EntryId == entry.Id, TestContext.Current.CancellationToken)).Kind);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Nobody_else_takes_answers_of_it(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/file");
        var page = await browser.Upload($"/entries/{entry.Id}/file", "", ("集群.docx", Files.Docx(("cluster.name", "乙集群"))));
        await portal.Submit(entry.Id, Guid.NewGuid());
        foreach (var who in (string[])["other", "city", "ministry", "system"])
        {
            using var stranger = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(page.Path)).Status);
            await stranger.Get("/");
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Post(page.Path, ("v:cluster.name", "1"), ("all", "1"))).Status);
        }
        await browser.Get("/");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post(page.Path, ("v:cluster.name", "1"), ("all", "1"))).Status);
    }
}
