using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Desk;
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

        var rounds = await db.Rounds.OrderBy(r => r.OpensAt).ToListAsync();
        Assert.Equal(2, rounds.Count);
        Assert.Equal("accepted", Assert.Single(await db.Entries.Where(e => e.RoundId == rounds[0].Id).ToListAsync()).Status);
        var all = await db.Entries.Where(e => e.RoundId == rounds[1].Id).ToListAsync();
        Assert.Equal((21, 15, 21), (all.Count, all.Count(e => e.Submissions > 0), all.Select(e => e.OrganisationId).Distinct().Count()));
        Assert.All(all, e => Assert.True(e.IsSample));
        var entries = all.FindAll(e => !DemoPeers.All.Any(p => p.Promoter == organisations[e.OrganisationId].Name));
        Assert.Equal((12, 6), (entries.Count, entries.Count(e => e.Submissions > 0)));
        Assert.Equal(["accepted", "draft", "recommended", "sealed", "submitted"], entries.Select(e => e.Status).Distinct().Order(StringComparer.Ordinal));
        Assert.True(await db.ReturnPoints.AnyAsync(), "one was returned");
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

    /// <summary>Whatever can be asked across entries, with what was planted; of a peer in which nothing was, only what all together give rise to.</summary>
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Its_round_raises_every_question(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        await Demo.Fill(new PortalSettings(database.Database, FormLibrary.Builtin, TimeProvider.System, ""));
        await using var db = database.Open();
        using var known = new KnownSubmissions(database.Database);
        var organiser = Given.MemberOf(await db.Organisations.SingleAsync(o => o.Level == Level.Ministry));
        var round = await db.Rounds.OrderByDescending(r => r.OpensAt).FirstAsync();
        var asked = (await new ReadQuestions(db, new ReadWholeRound(db, FormLibrary.Builtin, known, TimeProvider.System), known, ApprovalLibrary.Builtin).Run(round.Id, organiser, CancellationToken.None))!.Asked;
        Assert.Equal(
            ["areas-overlap", "copied", "far-from-peers", "moved", "same-answer", "shares-above-whole", "shares-out-of-proportion", "total-differs"],
            asked.Select(a => a.Question.Code).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(asked, a => a is { Question.Code: "moved" } && a.Entries.Any(e => e.Return is not null));
        string[] blameless = ["武汉市", "西安市"];
        Assert.Empty(asked.Where(a => a.Question.Code is not ("shares-above-whole" or "same-answer") && a.Entries.Any(e => blameless.Any(b => e.Organisation.StartsWith(b, StringComparison.Ordinal)))).Select(a => a.Question.Message));
    }
}
