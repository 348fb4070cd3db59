using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

public sealed class DemoTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task It_has_four_levels_an_account_a_role_and_a_dozen_entries_in_every_state(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        var accounts = await Demo.Fill(new PortalSettings(database.Database, FormLibrary.Builtin, TimeProvider.System, ""));
        Assert.Equal(["audit", "city", "colleague", "organiser", "promoter", "province", "security", "system"], accounts.Select(a => a.UserName).Order(StringComparer.Ordinal));
        Assert.All(accounts, a => Assert.Equal((16, true), (a.Password.Length, a.Organisation.Length > 0)));

        await using var db = database.Open();
        var organisations = await db.Organisations.ToDictionaryAsync(o => o.Id);
        Assert.Equal(4, organisations.Values.Select(o => o.Level).Distinct().Count());
        Assert.Contains(organisations.Values, o => o.Level is Level.City && organisations[o.ParentId!.Value].Level is Level.Ministry && Placing.IsSeparatelyPlanned(o.DivisionCode));
        Assert.Contains(organisations.Values, o => o.Level is Level.Promoter && organisations[o.ParentId!.Value].Level is Level.Province && Placing.IsMunicipality(o.DivisionCode));
        Assert.All(organisations.Values.Where(o => o.ParentId is not null), o => Assert.Equal(o.DivisionCode, Placing.Read(o.DivisionCode!, "", o.Level, organisations[o.ParentId!.Value]).Value));

        var entries = await db.Entries.ToListAsync();
        Assert.Equal((12, 6, 12), (entries.Count, entries.Count(e => e.Submissions > 0), entries.Select(e => e.OrganisationId).Distinct().Count()));
        Assert.Equal(["accepted", "draft", "recommended", "sealed", "submitted"], entries.Select(e => e.Status).Distinct().Order(StringComparer.Ordinal));
        Assert.True(await db.ReturnPoints.AnyAsync(), "one was returned");
        Assert.All(entries, e => Assert.True(e.IsSample));
        var form = FormLibrary.Builtin.Default;
        var lacking = new Dictionary<string, int>();
        foreach (var entry in entries)
        {
            var answers = await db.Answers.Where(a => a.EntryId == entry.Id).ToListAsync();
            Assert.Equal(entry.Revision, await db.Changes.CountAsync(c => c.EntryId == entry.Id) + await db.EntrySteps.CountAsync(s => s.EntryId == entry.Id));
            Assert.True(entry.Revision > answers.Count, "something was corrected");
            var draft = Draft.Of(entry.Revision, answers.Select(a => (new Place(a.Field, a.Code), new Standing(StoredAnswer.Read(database.Database.Key, entry.Id, a.Field, a.Written), a.Version))));
            lacking[organisations[entry.OrganisationId].DivisionCode!] = draft.Checked(form, Stage.Submission, new DateOnly(2026, 1, 1)).Findings.Count(f => f.Severity is Severity.Error);
            Assert.Equal(entry.Submissions, await db.Submissions.CountAsync(s => s.EntryId == entry.Id));
        }
        Assert.Equal(2, lacking["430200"]);                                  //株洲, for “promoter” to finish
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 5, 5], lacking.Values.Order());
        var promoter = await db.Users.SingleAsync(a => a.UserName == "promoter");
        Assert.Equal("430200", organisations[promoter.OrganisationId!.Value].DivisionCode);
        Assert.True(await db.Answers.AnyAsync(a => a.Code != ""), "a warning was explained");
    }
}
