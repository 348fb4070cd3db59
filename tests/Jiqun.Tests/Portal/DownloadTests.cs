using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Jiqun.Cli;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;
using Jiqun.Portal.Entries;
using Microsoft.EntityFrameworkCore;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace Jiqun.Tests.Portal;

public sealed class DownloadTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly DateOnly Today = new(2021, 6, 1);

    static async Task<(byte[] Content, string? Type, string? Name)> Download(TestBrowser browser, string path)
    {
        using var answer = await browser.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileNameStar ?? answer.Content.Headers.ContentDisposition?.FileName);
    }

    /// <summary>The answers as the form's fields, without those that were not given.</summary>
    static Dictionary<string, string?> Expected(Dictionary<string, string> answers) =>
        TestEntries.Form.EntrantFields.ToDictionary(f => f.Id, f => Reading.Of(f, answers[f.Repeats ?? f.Id]).Value?.Written);

    static Dictionary<string, string?> Of(FormAnswers answers) => TestEntries.Form.EntrantFields.ToDictionary(f => f.Id, f => answers[f.Id]?.Written);

    static string WordParts(byte[] docx)
    {
        using var package = new ZipArchive(new MemoryStream(docx));
        return string.Concat(package.Entries.Where(e => e.Name.EndsWith(".xml", StringComparison.Ordinal)).Select(e => new StreamReader(e.Open()).ReadToEnd()));
    }

    static string PdfText(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return string.Concat(string.Concat(document.GetPages().Select(p => p.Text)).Where(c => !char.IsWhiteSpace(c)));
    }

    /// <summary>Whether a watermark lies under every page; that it is no text of the document is tested where it is drawn.</summary>
    static bool IsMarked(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return document.GetPages().All(p => p.Letters.Any(l => l.TextOrientation is TextOrientation.Other));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_draft_comes_as_files_that_give_the_same_answers_and_say_that_it_is_one(string kind)
    {
        var portal = await portals.Of(kind);
        var (entry, answers) = (await portal.BeginFilled(seed: 7), TestEntries.Answers(7));
        using var browser = await portal.Browser("colleague");

        var word = await Download(browser, $"/entries/{entry.Id}/draft.docx");
        var read = new WordReader(TestEntries.Form).Read(new MemoryStream(word.Content), Today);
        Assert.Equal(Expected(answers), Of(read.Value!.Answers));
        Assert.Contains("草稿", WordParts(word.Content), StringComparison.Ordinal);
        Assert.EndsWith("草稿.docx", word.Name, StringComparison.Ordinal);

        var json = await Download(browser, $"/entries/{entry.Id}/draft.json");
        var given = AnswersJson.Read(json.Content, null, FormLibrary.Builtin);
        Assert.Null(given.Refusal);
        Assert.Equal(Expected(answers).Where(a => a.Value is not null), Of(FormAnswers.Of(given.Value!.Read.Where(r => r.Reading.Value is not null).Select(r => (r.Field.Id, r.Reading.Value!)))).Where(a => a.Value is not null));
        Assert.Equal("application/json", json.Type);

        var pdf = await Download(browser, $"/entries/{entry.Id}/draft.pdf");
        Assert.True(IsMarked(pdf.Content));
        Assert.Contains(answers["cluster.name"], PdfText(pdf.Content), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/entries/{entry.Id}/draft.exe")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_half_filled_draft_with_what_cannot_be_read_comes_as_files_too(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(new Place("indicators.output"), "很多", 0), new Wish(new Place("organisation.founded"), "去年春天", 0), new Wish(new Place("cluster.name"), "\"/\\:*?<>|\u202E..", 0));
        using var browser = await portal.Browser("promoter");

        var word = await Download(browser, $"/entries/{entry.Id}/draft.docx");
        var read = new WordReader(TestEntries.Form).Read(new MemoryStream(word.Content), Today).Value!.Answers;
        Assert.Equal(("很多", "去年春天"), (read["indicators.output"]?.Written, read["organisation.founded"]?.Written));
        var given = AnswersJson.Read((await Download(browser, $"/entries/{entry.Id}/draft.json")).Content, null, FormLibrary.Builtin);
        Assert.Equal("很多", given.Value!.Read.Single(r => r.Field.Id == "indicators.output").Reading.Value?.Written);
        Assert.DoesNotContain(word.Name!, c => "\\/:*?\"<>|\u202E".Contains(c));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_submission_comes_as_what_was_frozen_and_its_receipt_bears_the_digest(string kind)
    {
        var portal = await portals.Of(kind);
        var (entry, answers) = (await portal.BeginFilled(seed: 11), TestEntries.Answers(11));
        var submission = (await portal.Submit(entry.Id, Guid.NewGuid())).Value!;
        foreach (var who in (string[])["promoter", "ministry"])
        {
            using var browser = await portal.Browser(who);
            var json = await Download(browser, $"/submissions/{submission.Id}/form.json");
            Assert.Equal(submission.Digest, Convert.ToHexStringLower(SHA256.HashData(json.Content)));
            var word = await Download(browser, $"/submissions/{submission.Id}/form.docx");
            Assert.Equal(Expected(answers), Of(new WordReader(TestEntries.Form).Read(new MemoryStream(word.Content), Today).Value!.Answers));
            Assert.DoesNotContain("草稿", WordParts(word.Content), StringComparison.Ordinal);
            Assert.False(IsMarked((await Download(browser, $"/submissions/{submission.Id}/form.pdf")).Content));
            var receipt = PdfText((await Download(browser, $"/submissions/{submission.Id}/receipt.pdf")).Content);
            foreach (var text in new[] { submission.Digest, answers["cluster.name"], portal.Promoter.Name, $"{submission.Id}", "promoter王" })
                Assert.Contains(text, receipt, StringComparison.Ordinal);
            var page = await browser.Get($"/entries/{entry.Id}");
            Assert.Equal($"/submissions/{submission.Id}", page.Path);
            Assert.Contains(submission.Digest, page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_fonts_a_pdf_is_refused_with_what_to_install_and_the_rest_works()
    {
        var none = InstalledFonts.In(["/nowhere"]);
        Assert.True(none.Refused);
        var documents = new Jiqun.Portal.Entries.EntryDocuments(none);
        var draft = Draft.Of(0, []);
        var filled = draft.Checked(TestEntries.Form, Core.Checks.Stage.Draft, Today);

        Assert.Equal("no-chinese-font", documents.Draft("pdf", TestEntries.Form, filled)!.Refusal![0].Code);
        Assert.False(documents.Draft("docx", TestEntries.Form, filled)!.Refused);
        Assert.False(documents.Draft("json", TestEntries.Form, filled)!.Refused);
        Assert.Null(documents.Draft("exe", TestEntries.Form, filled));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_receipt_tells_the_names_that_were_frozen(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.BeginFilled(seed: 5);
        var submission = (await portal.Submit(entry.Id, Guid.NewGuid())).Value!;
        await using (var db = portal.Database.Open())
        {
            await db.Organisations.Where(o => o.Id == entry.OrganisationId).ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, "后来的单位"));
            await db.Rounds.Where(r => r.Id == entry.RoundId).ExecuteUpdateAsync(s => s.SetProperty(r => r.Name, "后来的批次"));
        }
        foreach (var who in (string[])["promoter", "ministry"])
        {
            using var browser = await portal.Browser(who);
            var page = (await browser.Get($"/submissions/{submission.Id}")).Document.QuerySelector(".receipt")!.TextContent;
            var receipt = PdfText((await Download(browser, $"/submissions/{submission.Id}/receipt.pdf")).Content);
            foreach (var text in (string[])[page, receipt])
            {
                Assert.Contains(portal.Promoter.Name, text, StringComparison.Ordinal);
                Assert.Contains("测试批次", text, StringComparison.Ordinal);
                Assert.DoesNotContain("后来的", text, StringComparison.Ordinal);
            }
        }
    }
}
