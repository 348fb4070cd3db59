using System.Diagnostics;
using Jiqun.Core;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Portal.Approvals;
using Jiqun.Tests.Documents.Pdf.Signatures;
using Jiqun.Tests.Files;
using Jiqun.Tests.Portal.Evidence;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>What offices bring back sealed, held against the document that they took away.</summary>
public sealed class SealTests
{
    static readonly DateTime Day = new(2021, 6, 1, 2, 0, 0, DateTimeKind.Utc);

    static string Code<T>(Outcome<T> outcome)
        where T : notnull => outcome.Refused ? outcome.Refusal[0].Code : "";

    static async Task<byte[]> ToSeal(TestPortal portal, Guid submission, string by, string text = "同意推荐。")
    {
        var written = await portal.With((give, actor) => give.Write(submission, text, "2021-06-01", 0, actor), by);
        Assert.False(written.Refused);
        return (await portal.With((give, actor) => give.ToSeal(submission, actor, default), by)).Value!.Content;
    }

    static async Task<Outcome<Opinion>> Bring(TestPortal portal, Guid submission, string by, byte[] file, Guid? request = null)
    {
        using var content = new MemoryStream(file);
        return await portal.With((give, actor) => give.Bring(submission, request ?? Guid.NewGuid(), "盖章件.pdf", content, actor, default), by);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_electronic_seal_on_the_document_that_was_given_out_is_accepted_and_nothing_else(string kind)
    {
        using var folder = new TestFolder();
        using var office = new TestOffice();
        using var stranger = new TestOffice("某公司");
        await using var portal = await TestPortal.Of(kind, p => p.Authorities = Authorities.In(office.Trusted(folder.Path)).Value);
        var (entry, other) = (await portal.Submitted(), await portal.Submitted(seed: 2));
        var submission = await portal.Current(entry.Id);
        var document = await ToSeal(portal, submission, "city");
        var foreign = await ToSeal(portal, await portal.Current(other.Id), "city");
        Assert.Equal("other-document", Code(await Bring(portal, submission, "city", office.Sign(foreign, Day))));
        Assert.Equal("untrusted", Code(await Bring(portal, submission, "city", stranger.Sign(document, Day))));
        Assert.Equal("signing-time", Code(await Bring(portal, submission, "city", office.Sign(document, Day.AddHours(-1)))));
        var signed = office.Sign(document, Day);
        var changed = (byte[])signed.Clone();
        changed[document.Length / 2] ^= 1;
        Assert.Equal("other-document", Code(await Bring(portal, submission, "city", changed)));
        Assert.Equal("submitted", await portal.Status(entry.Id));

        var request = Guid.NewGuid();
        var opinion = (await Bring(portal, submission, "city", signed, request)).Value!;
        Assert.Equal((SealMeans.Electronic, Day), (opinion.Means!.Value, opinion.SignedAt!.Value));
        Assert.StartsWith("株洲市人民政府", opinion.Signer, StringComparison.Ordinal);
        Assert.Equal("sealed", await portal.Status(entry.Id));
        Assert.Equal(opinion.Id, (await Bring(portal, submission, "city", signed, request)).Value!.Id);
        using var ministry = await portal.Browser("ministry");
        var file = await ministry.Http.GetByteArrayAsync(new Uri($"/opinions/{opinion.Id}/file", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(signed, file);
        using var elsewhere = await portal.Browser("other");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await elsewhere.Get($"/opinions/{opinion.Id}/file")).Status);
    }

    [Fact]
    public async Task Other_words_need_another_document_and_another_seal()
    {
        using var folder = new TestFolder();
        using var office = new TestOffice();
        await using var portal = await TestPortal.Of("sqlite", p => p.Authorities = Authorities.In(office.Trusted(folder.Path)).Value);
        var submission = await portal.Current((await portal.Submitted()).Id);
        var signed = office.Sign(await ToSeal(portal, submission, "city"), Day);
        Assert.False((await portal.With((give, actor) => give.Write(submission, "不同意推荐。", "2021-06-01", 1, actor), "city")).Refused);
        Assert.Equal("seal-no-document", Code(await Bring(portal, submission, "city", signed)));
        await portal.With((give, actor) => give.ToSeal(submission, actor, default), "city");
        Assert.Equal("other-document", Code(await Bring(portal, submission, "city", signed)));
    }

    [Fact]
    public async Task Without_authorities_an_electronic_seal_is_refused_with_what_to_do()
    {
        using var office = new TestOffice();
        await using var portal = await TestPortal.Of("sqlite");
        var submission = await portal.Current((await portal.Submitted()).Id);
        Assert.Equal("seal-no-authorities", Code(await Bring(portal, submission, "city", office.Sign(await ToSeal(portal, submission, "city"), Day))));
    }

    /// <summary>A page of a PDF as a scanner would have it.</summary>
    static byte[] Scanned(byte[] pdf, TestFolder folder)
    {
        File.WriteAllBytes(folder["paper.pdf"], pdf);
        Process.Start("pdftoppm", ["-png", "-gray", "-r", "200", "-f", "1", "-l", "1", folder["paper.pdf"], folder["scan"]]).WaitForExit();
        return File.ReadAllBytes(Directory.GetFiles(folder.Path, "scan*").Single());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_code_on_a_scan_tells_which_submission_was_stamped(string kind)
    {
        using TestFolder one = new(), two = new();
        await using var portal = await TestPortal.Of(kind);
        var (entry, other) = (await portal.Submitted(), await portal.Submitted(seed: 2));
        var submission = await portal.Current(entry.Id);
        var document = await ToSeal(portal, submission, "city");
        var wrong = await Bring(portal, submission, "city", Scanned(await ToSeal(portal, await portal.Current(other.Id), "city"), one));
        Assert.Equal("seal-other", Code(wrong));
        Assert.Equal(SealMeans.Paper, (await Bring(portal, submission, "city", Scanned(document, two))).Value!.Means);
        Assert.Equal("sealed", await portal.Status(entry.Id));
    }

    [Fact]
    public async Task A_file_without_a_code_waits_until_a_person_has_compared_it()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await portal.Submitted();
        var submission = await portal.Current(entry.Id);
        await ToSeal(portal, submission, "city");
        Assert.Equal("seal-none", Code(await portal.With((give, actor) => give.Confirm(submission, Guid.NewGuid(), 1, actor), "city")));
        var brought = (await Bring(portal, submission, "city", Evidence.Files.Jpeg())).Value!;
        Assert.Equal((null, "submitted"), (brought.Means, await portal.Status(entry.Id)));
        using (var province = await portal.Browser("province"))
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await province.Get($"/opinions/{brought.Id}/file")).Status);        // still the city's alone
        Assert.Equal("evidence-kind", Code(await Bring(portal, submission, "city", "Hello"u8.ToArray())));
        Assert.Equal(SealMeans.PaperByHand, (await portal.With((give, actor) => give.Confirm(submission, Guid.NewGuid(), brought.Version, actor), "city")).Value!.Means);
        Assert.Equal("step-not-now", Code(await portal.With((give, actor) => give.Write(submission, "另议", "2021-06-01", 0, actor), "city")));
    }

    [Fact]
    public async Task The_opinion_in_the_entrants_Word_form_is_a_proposal()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await portal.BeginFilled();
        using (var promoter = await portal.Browser("promoter"))
        {
            await promoter.Get($"/entries/{entry.Id}/file");
            await promoter.Upload($"/entries/{entry.Id}/file", "", ("采集表.docx", Evidence.Files.Docx(("opinion.text", "拟同意，请市政府审定。"), ("cluster.name", "株洲轨道交通装备集群"))));
        }
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
        using var city = await portal.Browser("city");
        var page = await city.Get($"/submissions/{await portal.Current(entry.Id)}/opinion");
        Assert.Equal("拟同意，请市政府审定。", page.Document.QuerySelector("textarea")!.TextContent.Trim());
        await using var db = portal.Database.Open();
        Assert.False(await db.Opinions.AnyAsync());
    }

    [Fact]
    public async Task The_document_is_made_once_and_bears_the_opinion_its_date_and_the_digest()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await portal.Submitted();
        var submission = await portal.Current(entry.Id);
        var document = await ToSeal(portal, submission, "city", "经研究，同意推荐该集群参赛。");
        Assert.Equal(document, (await portal.With((give, actor) => give.ToSeal(submission, actor, default), "city")).Value!.Content);
        using var pdf = UglyToad.PdfPig.PdfDocument.Open(document);
        var text = string.Concat(pdf.GetPages().Select(p => p.Text)).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains("经研究，同意推荐该集群参赛。", text, StringComparison.Ordinal);
        Assert.Contains("2021年6月1日", text, StringComparison.Ordinal);
        Assert.Equal((await portal.Stored(entry.Id)).Submissions[0].Digest, PdfSignature.SubmissionOf(document));
    }
}
