using System.Net;
using System.Security.Cryptography;
using AngleSharp;
using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.PersonalData;
using Jiqun.Tests.Portal.Approvals;
using Jiqun.Tests.Portal.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.PersonalData;

/// <summary>Contacts: encrypted where they stand, masked where nobody needs them, each reading written down, purged when their time is over.</summary>
public sealed class PersonalDataTests
{
    const string Mobile = "13912345678", Masked = "139****5678", Person = "欧阳测试";

    static async Task<Guid> Filled(TestPortal portal)
    {
        var entry = await portal.BeginFilled();
        var stored = await portal.Stored(entry.Id);
        foreach (var (field, text) in new[] { ("promoter.mobile", Mobile), ("promoter.contact", Person) })
            Assert.Empty((await portal.Save(entry.Id, "promoter", new Wish(new Place(field), text, stored.Answers.Single(a => a.Field == field).Version))).Value!.Refused);
        return entry.Id;
    }

    static async Task<Guid> Submitted(TestPortal portal, Guid entry) => (await portal.Submit(entry, Guid.NewGuid())).Value!.Id;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task No_table_holds_a_contact_in_plain(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await Submitted(portal, await Filled(portal));
        await using var db = portal.Database.Open();
        foreach (var table in db.Model.GetEntityTypes())
        {
            await db.Database.OpenConnectionAsync();
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM {(table.GetTableName() is "change" ? "\"change\"" : table.GetTableName())}";
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                for (var i = 0; i < rows.FieldCount; i++)
                    Assert.False(rows.GetValue(i) switch { string text => Holds(text), byte[] bytes => Holds(System.Text.Encoding.UTF8.GetString(bytes)), _ => false }, $"{table.GetTableName()}.{rows.GetName(i)}");
        }

        static bool Holds(string text) => text.Contains(Mobile, StringComparison.Ordinal) || text.Contains(Person, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Contacts_are_masked_until_somebody_asks_and_that_is_written_down(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await Filled(portal);
        var submission = await Submitted(portal, entry);
        using var city = await portal.Browser("city");
        var page = (await city.Get($"/submissions/{submission}")).Document.ToHtml();
        Assert.DoesNotContain(Mobile, page, StringComparison.Ordinal);
        Assert.DoesNotContain(Person, page, StringComparison.Ordinal);
        Assert.Contains(Masked, page, StringComparison.Ordinal);
        Assert.Equal(0, await Readings(portal, submission));

        page = (await city.Post($"/submissions/{submission}/contacts")).Document.ToHtml();
        Assert.Contains(Mobile, page, StringComparison.Ordinal);
        Assert.Contains(Person, page, StringComparison.Ordinal);
        Assert.Equal(1, await Readings(portal, submission));

        using var own = await portal.Browser("promoter");
        Assert.DoesNotContain(Mobile, (await own.Get($"/entries/{entry}/history?field=promoter.mobile")).Document.ToHtml(), StringComparison.Ordinal);
        Assert.Contains(Masked, (await own.Get($"/entries/{entry}/history?field=promoter.mobile")).Document.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain(Mobile, (await own.Get($"/compare?to={submission}")).Document.ToHtml(), StringComparison.Ordinal);

        var draft = await Filled(portal);
        Assert.Contains(Mobile, (await own.Get($"/entries/{draft}")).Document.ToHtml(), StringComparison.Ordinal);
        Assert.Equal(1, await Readings(portal, draft));
        await using var db = portal.Database.Open();
        var row = await db.Audit.SingleAsync(r => r.Action == AuditAction.PersonalRead && r.Subject == submission);
        Assert.Equal(("127.0.0.1", AuditOutcome.Done), (row.Address, row.Outcome));
    }

    [Fact]
    public async Task The_notice_stands_where_contacts_are_asked_for()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        var page = (await browser.Get($"/entries/{entry.Id}")).Document;
        var notice = page.GetElementById("personal-notice")!;
        Assert.Contains("36个月", notice.TextContent, StringComparison.Ordinal);
        Assert.True(notice.CompareDocumentPosition(page.GetElementById("f-government.mobile")!).HasFlag(AngleSharp.Dom.DocumentPositions.Following));
    }

    static async Task<int> Readings(TestPortal portal, Guid subject)
    {
        await using var db = portal.Database.Open();
        return await db.Audit.CountAsync(r => r.Action == AuditAction.PersonalRead && r.Subject == subject);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_ministry_finds_what_is_held_of_a_person_and_who_read_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await Filled(portal);
        var submission = await Submitted(portal, entry);
        using (var city = await portal.Browser("city"))
        {
            await city.Get($"/submissions/{submission}");
            await city.Post($"/submissions/{submission}/contacts");
        }
        var report = (await portal.Run<FindPerson, Outcome<PersonReport>>(async f => await f.Run(" 139-1234 5678", await portal.Actor("ministry")))).Value!;
        Assert.Equal([(1, Masked), (null, Masked)], report.Values.Select(v => (v.Submission, v.Masked)));
        Assert.Equal([("city 王", AuditAction.PersonalRead)], report.Readings.Select(r => (r.By, r.Action)));
        Assert.Equal(2, (await portal.Run<FindPerson, Outcome<PersonReport>>(async f => await f.Run(Person, await portal.Actor("ministry")))).Value!.Values.Count);
        Assert.Empty((await portal.Run<FindPerson, Outcome<PersonReport>>(async f => await f.Run("1391234567", await portal.Actor("ministry")))).Value!.Values);
        Assert.Equal("not-allowed", (await portal.Run<FindPerson, Outcome<PersonReport>>(async f => await f.Run(Person, await portal.Actor("province")))).Codes());
        await using var db = portal.Database.Open();
        var asked = await db.Audit.Where(r => r.Action == AuditAction.PersonSearched).ToListAsync();
        Assert.Equal(3, asked.Count);
        Assert.DoesNotContain(asked, r => r.Detail.Contains(Person, StringComparison.Ordinal) || r.Detail.Contains("139", StringComparison.Ordinal));
        foreach (var who in new[] { "province", "city", "promoter", "system", "security", "audit" })
        {
            using var browser = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get("/people")).Status);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_purge_empties_contacts_alone_and_every_digest_and_the_chain_stay_right(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await Filled(portal);
        var submission = await Submitted(portal, entry);
        Assert.Equal("", (await portal.Step(entry, "return", "city", "再核对", new Jiqun.Portal.Approvals.WantedPoint("", "再核对"))).Codes());
        await portal.Chained();
        var before = await portal.Stored(entry);
        var purge = new PurgePersonalData(portal.Database, TestEntries.Forms, portal.Clock, NullLoggerFactory.Instance);
        await purge.Run();
        Assert.Equal(Mobile, (await portal.Stored(entry)).Text("promoter.mobile"));            // not yet

        portal.Clock.Time = portal.Clock.Time.AddMonths(38);
        await purge.Run();
        await purge.Run();
        var after = await portal.Stored(entry);
        Assert.Equal(("", ""), (after.Text("promoter.mobile"), after.Text("promoter.contact")));
        Assert.Equal(before.Text("indicators.output"), after.Text("indicators.output"));
        Assert.Equal(before.Submissions[0].Content, after.Submissions[0].Content);
        await using (var db = portal.Database.Open())
        {
            Assert.Empty(await db.PersonalValues.ToListAsync());
            Assert.Single(await db.Audit.Where(r => r.Action == AuditAction.PersonalDataPurged && r.Subject == after.Entry.RoundId).ToListAsync());
        }
        portal.Clock.Time = portal.Clock.Time.AddMinutes(1);
        await portal.Chained();
        var verdict = await new VerifyAudit(portal.Database, portal.Clock).Run([]);
        Assert.Empty(verdict.Flaws);

        var city = await portal.Actor("city");
        Assert.False((await portal.Run<ReadSubmission, Submitted?>(r => r.Run(submission, city)))!.HasPersonal);
        await using (var db = portal.Database.Open())
            Assert.Equal("", (await portal.Run<Drafts, Draft>(d => d.Of(entry, after.Entry.Revision))).Text("promoter.mobile"));     // nor from memory
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(after.Submissions[0].Content)), after.Submissions[0].Digest);
    }
}
