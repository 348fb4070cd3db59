using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Jiqun.Core;
using Jiqun.Portal.Evidence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Evidence;

public sealed class EvidenceTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static async Task<List<EvidenceFile>> Of(TestPortal portal, Guid entry)
    {
        await using var db = portal.Database.Open();
        return await db.Evidence.AsNoTracking().Where(e => e.EntryId == entry).OrderBy(e => e.Id).ToListAsync();
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Files_of_each_kind_come_back_as_they_were_sent(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/evidence");
        byte[] large = [.. Files.Pdf, .. RandomNumberGenerator.GetBytes(3_500_000)];
        (string Name, byte[] Content)[] files = [("证书.pdf", Files.Pdf), ("照片.png", Files.Png()), ("scan.jpeg", Files.Jpeg()), ("说明.docx", Files.Docx()), ("名单.xlsx", Files.Xlsx), ("大.pdf", large)];

        var page = await browser.Upload($"/entries/{entry.Id}/evidence", "indicators.output", files);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.All(files, f => Assert.Contains(f.Name, page.Text, StringComparison.Ordinal));
        var kept = await Of(portal, entry.Id);
        Assert.Equal(files.Length, kept.Count);
        foreach (var sent in files)
        {
            var stored = Assert.Single(kept, k => k.Name == sent.Name);
            Assert.Equal("indicators.output", stored.Field);
            using var answer = await browser.Http.GetAsync(new Uri($"/evidence/{stored.Id}", UriKind.Relative));
            Assert.Equal(sent.Content, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(sent.Name.EndsWith('x') ? "attachment" : "inline", answer.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal(sent.Name, answer.Content.Headers.ContentDisposition.FileNameStar);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_same_content_is_stored_once(string kind)
    {
        var portal = await portals.Of(kind);
        var (one, two) = (await portal.Begin(), await portal.Begin());
        byte[] content = [.. Files.Pdf, .. RandomNumberGenerator.GetBytes(2_000_000)];
        var actor = await portal.Actor("promoter");

        var attached = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            await using var scope = portal.Scope();
            return await scope.ServiceProvider.GetRequiredService<AttachEvidence>().Run(i % 2 == 0 ? one.Id : two.Id, "", $"{i}.pdf", new MemoryStream(content), isOrigin: false, actor, default);
        }));

        Assert.All(attached, a => Assert.False(a.Refused));
        await using var db = portal.Database.Open();
        var digest = attached[0].Value!.Digest;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), digest);
        Assert.Equal([0, 1], await db.Set<BlobPart>().Where(p => p.Digest == digest).OrderBy(p => p.Number).Select(p => p.Number).ToListAsync());
        Assert.Equal(8, await db.Evidence.CountAsync(e => e.Digest == digest));
    }

    public static TheoryData<string, string, byte[]> Wrong => new()
    {
        { "program.pdf", "evidence-kind", [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0] },
        { "page.pdf", "evidence-kind", "<html><script>alert(1)</script></html>"u8.ToArray() },
        { "picture.png", "evidence-kind", "GIF89a"u8.ToArray() },
        { "vector.png", "evidence-kind", """<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"""u8.ToArray() },
        { "archive.docx", "evidence-kind", Files.Zip(("a.txt", [1])) },
        { "half.docx", "evidence-broken", Files.Docx()[..2000] },
        { "half.png", "evidence-broken", Files.Png()[..20] },
        { "half.jpg", "evidence-broken", Files.Jpeg()[..12] },
        { "empty.pdf", "evidence-empty", [] },
        { "bomb.png", "evidence-pixels", Files.Png(50_000, 50_000) },
        { "bomb.jpg", "evidence-pixels", Files.Jpeg(60_000, 60_000) },
        { "bomb.docx", "evidence-bomb", Files.Zip(("[Content_Types].xml", """<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""u8.ToArray()), ("word/document.xml", new byte[300 << 20])) },
        { "old.doc", "evidence-kind", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600], .. Encoding.Unicode.GetBytes("WordDocument")] },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_is_no_evidence_is_refused_by_its_content_whatever_its_name(string name, string code, byte[] content)
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        await using var scope = portal.Scope();
        var outcome = await scope.ServiceProvider.GetRequiredService<AttachEvidence>().Run(entry.Id, "", name, new MemoryStream(content), isOrigin: false, await portal.Actor("promoter"), default);
        Assert.Equal(code, outcome.Refused ? outcome.Refusal[0].Code : "taken");
        Assert.Empty(await Of(portal, entry.Id));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_wrong_file_is_told_and_the_others_are_kept(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/evidence");

        var page = await browser.Upload($"/entries/{entry.Id}/evidence", "", ("../../etc/a\u202E.pdf", Files.Pdf), ("b.exe", "MZ"u8.ToArray()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("b.exe", page.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("a.pdf", Assert.Single(await Of(portal, entry.Id)).Name);

        page = await browser.Upload($"/entries/{entry.Id}/evidence", "opinion.text", ("c.pdf", Files.Pdf));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        page = await browser.Upload($"/entries/{entry.Id}/evidence", "");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Single(await Of(portal, entry.Id));
        using var huge = new MultipartFormDataContent { { new ByteArrayContent(new byte[AttachEvidence.LargestFile + 100_000]), "file", "huge.pdf" } };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await browser.Send($"/entries/{entry.Id}/evidence", huge)).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Evidence_is_seen_by_whoever_sees_the_entry_and_stays_as_it_was_submitted(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}/evidence");
        await browser.Upload($"/entries/{entry.Id}/evidence", "indicators.output", ("证书.pdf", Files.Pdf), ("多余.png", Files.Png()));
        var attached = await Of(portal, entry.Id);
        var (pdf, png) = (attached.Single(f => f.Name == "证书.pdf"), attached.Single(f => f.Name == "多余.png"));
        Assert.DoesNotContain("多余", Shown(await browser.Post($"/evidence/{png.Id}", ("away", "1"))), StringComparison.Ordinal);
        Assert.Contains("多余", Shown(await browser.Post($"/evidence/{png.Id}", ("away", "0"))), StringComparison.Ordinal);
        await browser.Post($"/evidence/{png.Id}", ("away", "1"));

        foreach (var who in (string[])["other", "city", "province", "ministry", "system", "security", "audit"])
        {
            using var stranger = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get($"/evidence/{pdf.Id}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get($"/entries/{entry.Id}/evidence")).Status);
            await stranger.Get("/");
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Post($"/evidence/{pdf.Id}", ("away", "1"))).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await stranger.Upload($"/entries/{entry.Id}/evidence", "", ("x.pdf", Files.Pdf))).Status);
        }
        var submitted = (await portal.Submit(entry.Id, Guid.NewGuid())).Value!;

        var frozen = Assert.Single(JsonNode.Parse(submitted.Content)!["evidence"]!.AsArray())!;
        Assert.Equal((pdf.Digest, "indicators.output", "证书.pdf", pdf.Size), ((string)frozen["digest"]!, (string)frozen["field"]!, (string)frozen["name"]!, (long)frozen["size"]!));
        foreach (var (who, sees) in new[] { ("other", false), ("city", true), ("province", true), ("ministry", true), ("system", false), ("security", false), ("audit", false) })
        {
            using var official = await portal.Browser(who);
            Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await official.Get($"/evidence/{pdf.Id}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await official.Get($"/evidence/{png.Id}")).Status);
        }
        var before = await Of(portal, entry.Id);
        await browser.Get("/");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post($"/evidence/{pdf.Id}", ("away", "1"))).Status);
        await browser.Get("/");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Upload($"/entries/{entry.Id}/evidence", "", ("x.pdf", Files.Pdf))).Status);
        Assert.Equal(before.Select(f => (f.Id, f.PutAwayAt)), (await Of(portal, entry.Id)).Select(f => (f.Id, f.PutAwayAt)));

        static string Shown(TestPage page) => page.Document.QuerySelector(".evidence")?.TextContent ?? "";
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_submission_holds_every_file_that_was_attached_before_it_and_none_after(string kind)
    {
        var portal = await portals.Of(kind);
        for (var round = 0; round < 10; round++)
        {
            var entry = await portal.BeginFilled();
            var actor = await portal.Actor("promoter");
            var attaching = Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
            {
                await using var scope = portal.Scope();
                return await scope.ServiceProvider.GetRequiredService<AttachEvidence>().Run(entry.Id, "", $"{i}.pdf", new MemoryStream([.. Files.Pdf, (byte)i]), isOrigin: false, actor, default);
            })).ToList();
            Outcome<Jiqun.Portal.Entries.Submission> submitted;
            do
            {
                submitted = await portal.Submit(entry.Id, Guid.NewGuid());
            }
            while (submitted.Refused && submitted.Refusal[0].Code == "busy");
            var attached = await Task.WhenAll(attaching);

            Assert.False(submitted.Refused);
            Assert.Equal(
                attached.Where(a => !a.Refused).Select(a => a.Value!.Name).Order(),
                JsonNode.Parse(submitted.Value!.Content)!["evidence"]!.AsArray().Select(f => (string)f!["name"]!).Order());
        }
    }
}
