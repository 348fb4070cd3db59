using System.Globalization;
using System.Net;
using CsCheck;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Notices;

public sealed class NoticesTests
{
    static readonly string[] Everybody = ["promoter", "colleague", "city", "province", "ministry", "other", "system", "security", "audit"];

    static readonly Place Output = new("indicators.output"), Cluster = new("cluster.name");

    static async Task<NoticesView> Of(TestPortal portal, string userName, int page = 1) => await portal.Run<ReadNotices, NoticesView>(async r => await r.Run(page, await portal.Actor(userName)));

    static Task<bool> MarkRead(TestPortal portal, string userName, NoticesView seen) => portal.Run<MarkRead, bool>(async m =>
    {
        await m.Run(seen.Newest, seen.Edits.Select(e => (e.EntryId, e.UpTo)), await portal.Actor(userName));
        return true;
    });

    static async Task<int> Count(TestPortal portal, string userName) => await NoticeCount.Of(portal.Database, await portal.Actor(userName), portal.Clock.Time.UtcDateTime);

    static async Task<int> Stored(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return await db.Notices.CountAsync();
    }

    static Task<Outcome<Entry>> Begin(TestPortal portal, string userName) => portal.Run<BeginEntry, Outcome<Entry>>(async b => await b.Run(portal.Round.Id, await portal.Actor(userName)));

    static RoundInput Terms(TestPortal portal, params IEnumerable<Organisation> entrants) => new(
        $"批次{Guid.NewGuid():N}", portal.Round.FormId, "2021", "2021-06-01T09:00", "2021-07-01T17:30", "", !entrants.Any(), entrants.Select(e => e.Id).ToHashSet(), 0);

    static async Task<Round> MakeRound(TestPortal portal, params IEnumerable<Organisation> entrants) =>
        (await portal.Run<MakeRound, Outcome<Round>>(async m => await m.Run(Terms(portal, entrants), await portal.Actor("ministry")))).Value!;

    static Task<Outcome<RoundChange>> ChangeRound(TestPortal portal, Guid id, Func<RoundInput, RoundInput> change, string by = "ministry") => portal.Run<ChangeRound, Outcome<RoundChange>>(async c =>
    {
        await using var db = portal.Database.Open();
        var entrants = (await db.RoundEntrants.Where(e => e.RoundId == id).Select(e => e.OrganisationId).ToListAsync()).ToHashSet();
        return await c.Run(id, change(RoundInput.Of(await db.Rounds.SingleAsync(r => r.Id == id), entrants)), confirmed: true, await portal.Actor(by));
    });

    static async Task<MadeInvitation> Invite(TestPortal portal, string by, Organisation? into, Role role = Role.Member, string days = "7") =>
        (await portal.Run<InvitePerson, Outcome<MadeInvitation>>(async i => await i.Run(role, into?.Id, "赵敏", days, await portal.Actor(by)))).Value!;

    static async Task<HttpStatusCode> Accept(TestPortal portal, MadeInvitation invitation, string userName, string password = TestPortal.Password)
    {
        using var browser = portal.Browser();
        await browser.Get($"/invitations/{invitation.Secret}");
        return (await browser.Post($"/invitations/{invitation.Secret}", ("userName", userName), ("fullName", "赵敏"), ("password", password), ("repeated", password))).Status;
    }

    static async Task<EvidenceFile> Attach(TestPortal portal, Guid entry, string by) =>
        (await portal.Run<AttachEvidence, Outcome<EvidenceFile>>(async a => await a.Run(entry, "", "证书.pdf", new MemoryStream(Evidence.Files.Pdf), isOrigin: false, await portal.Actor(by), default))).Value!;

    static Task<Outcome<EvidenceFile>> PutAway(TestPortal portal, Guid file, string by, bool away = true) =>
        portal.Run<AttachEvidence, Outcome<EvidenceFile>>(async a => await a.PutAway(file, away, await portal.Actor(by), default));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_step_is_told_to_those_whom_it_concerns_and_to_nobody_else(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var told = (await Task.WhenAll(Everybody.Select(async who => (who, (await Of(portal, who)).Lines.Count)))).ToDictionary();
        Assert.All(told, t => Assert.Equal(0, t.Value));

        var entry = (await Begin(portal, "promoter")).Value!.Id;
        await Tells(NoticeKind.EntryBegun, "colleague", $"/entries/{entry}");
        var file = await Attach(portal, entry, "promoter");
        await PutAway(portal, file.Id, "colleague");
        await Tells(NoticeKind.EvidencePutAway, "promoter", $"/entries/{entry}/evidence");
        await portal.Save(entry, "promoter", TestEntries.Answers().AsWishes());
        Assert.False((await portal.Submit(entry, Guid.NewGuid())).Refused);
        await Tells(NoticeKind.Submitted, "colleague city province ministry", $"/entries/{entry}");
        await MakeRound(portal);
        await Tells(NoticeKind.RoundMade, "promoter colleague city province other", "/");
        var narrow = await MakeRound(portal, portal.Promoter);
        await Tells(NoticeKind.RoundMade, "promoter colleague city province", "/");
        await ChangeRound(portal, narrow.Id, r => r with { ClosesAt = "2021-08-01T17:30" });
        await Tells(NoticeKind.RoundChanged, "promoter colleague city province", "/");
        portal.Clock.Time += TimeSpan.FromSeconds(1);
        await Accept(portal, await Invite(portal, "city", portal.Promoter), "zhaomin");
        await Tells(NoticeKind.Joined, "promoter colleague city", $"/organisations/{portal.Promoter.Id}");
        await Accept(portal, await Invite(portal, "other", portal.Other), "zhaomin2");
        await Tells(NoticeKind.Joined, "other", $"/organisations/{portal.Other.Id}");
        await Accept(portal, await Invite(portal, "system", null, Role.AuditAdministrator), "zhaomin3");
        await Tells(NoticeKind.Joined, "system", "/organisations");
        Assert.Empty((await Of(portal, "zhaomin")).Lines);                  // all this was before

        async Task Tells(NoticeKind said, string expected, string address)
        {
            List<string> new_ = [];
            foreach (var who in Everybody)
            {
                var lines = (await Of(portal, who)).Lines;
                Assert.Equal((said, who, lines.Count), (said, who, await Count(portal, who)));
                if (lines.Count == told[who])
                    continue;
                var kindTold = who is "city" && said is NoticeKind.Submitted ? NoticeKind.TurnCame : said;        // it waits for them
                Assert.Equal((told[who] + 1, kindTold, true, who is "ministry" && said is NoticeKind.RoundMade ? "" : address), (lines.Count, lines[0].Kind, lines[0].IsNew, lines[0].Address));
                Assert.Matches("王|批次|赵敏|株洲", lines[0].Text);
                told[who]++;
                new_.Add(who);
            }
            Assert.Equal((said, expected), (said, string.Join(' ', new_)));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_step_that_is_not_taken_leaves_no_notice_and_one_that_is_taken_once_leaves_one(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var begun = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Begin(portal, i % 2 == 0 ? "promoter" : "colleague")));
        var entry = Assert.Single(begun.Select(b => b.Value!.Id).Distinct());
        Assert.Equal(1, await Stored(portal));

        Assert.True((await portal.Submit(entry, Guid.NewGuid())).Refused);               // incomplete
        await portal.Save(entry, "promoter", TestEntries.Answers().AsWishes());
        Assert.Equal(1, await Stored(portal));
        var file = await Attach(portal, entry, "promoter");
        Assert.Equal("missing", (await PutAway(portal, file.Id, "other")).Codes());
        await PutAway(portal, file.Id, "promoter");
        await PutAway(portal, file.Id, "promoter");                          // it is away already
        Assert.Equal(2, await Stored(portal));
        var request = Guid.NewGuid();
        var submitted = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => portal.Submit(entry, i < 3 ? request : Guid.NewGuid(), by: i % 2 == 0 ? "promoter" : "colleague")));
        Assert.Single(submitted.Where(s => !s.Refused).Select(s => s.Value!.Id).Distinct());
        Assert.Equal(2 + 4, await Stored(portal));
        Assert.True((await PutAway(portal, file.Id, "promoter", away: false)).Refused);

        Assert.True((await ChangeRound(portal, portal.Round.Id, r => r with { Name = "" })).Refused);
        Assert.True((await ChangeRound(portal, portal.Round.Id, r => r with { Version = 9 })).Refused);
        Assert.True((await ChangeRound(portal, portal.Round.Id, r => r with { Name = "改名" }, by: "province")).Refused);
        Assert.False((await ChangeRound(portal, portal.Round.Id, r => r)).Refused);         // changes nothing
        Assert.True((await portal.Run<MakeRound, Outcome<Round>>(async m => await m.Run(Terms(portal), await portal.Actor("city")))).Refused);
        var invitation = await Invite(portal, "city", portal.Promoter);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Accept(portal, invitation, "zhaomin", "short"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Accept(portal, invitation, "promoter"));
        Assert.Equal(2 + 4, await Stored(portal));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_fails_while_it_is_written_leaves_no_notice(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.BeginFilled();
        await using (var db = portal.Database.Open())                        // so that the number of the submission is taken when it is written
            await db.Database.ExecuteSqlAsync($"CREATE UNIQUE INDEX taken ON notice (kind) WHERE kind = 'Submitted'");
        await Assert.ThrowsAnyAsync<Exception>(() => portal.Submit(entry.Id, Guid.NewGuid()));
        Assert.Equal((1, EntryState.Draft), (await Stored(portal), (await portal.Stored(entry.Id)).Entry.State));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_read_is_read_for_oneself_and_not_what_came_meanwhile(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await MakeRound(portal);
        var seen = await Of(portal, "city");
        await MakeRound(portal);
        await MarkRead(portal, "city", seen);

        Assert.Equal([true, false], (await Of(portal, "city")).Lines.Select(l => l.IsNew));
        Assert.Equal([true, true], (await Of(portal, "province")).Lines.Select(l => l.IsNew));
        Assert.Equal((1, 2), (await Count(portal, "city"), await Count(portal, "province")));
        await MarkRead(portal, "city", seen with { Newest = long.MaxValue });             // as far as there is something
        await MarkRead(portal, "city", seen);                                // no way back
        await MakeRound(portal);
        Assert.Equal([true, false, false], (await Of(portal, "city")).Lines.Select(l => l.IsNew));

        portal.Clock.Time += TimeSpan.FromDays(366);
        Assert.Equal((0, 0), ((await Of(portal, "city")).Lines.Count, await Count(portal, "city")));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_one_may_no_longer_see_is_not_told(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var round = await MakeRound(portal);
        var entry = await portal.BeginFilled();
        var file = await Attach(portal, entry.Id, "promoter");
        await PutAway(portal, file.Id, "promoter");
        Assert.Equal([NoticeKind.EvidencePutAway, NoticeKind.EntryBegun, NoticeKind.RoundMade], (await Of(portal, "colleague")).Lines.Select(l => l.Kind));
        Assert.Equal(3 + 1, await Count(portal, "colleague"));               // and the draft, which a colleague changed
        await PutAway(portal, file.Id, "promoter", away: false);
        Assert.Equal([NoticeKind.EntryBegun, NoticeKind.RoundMade], (await Of(portal, "colleague")).Lines.Select(l => l.Kind));
        Assert.Equal(2 + 1, await Count(portal, "colleague"));

        Assert.Equal((1, 1), ((await Of(portal, "other")).Lines.Count, await Count(portal, "other")));
        await ChangeRound(portal, round.Id, r => r with { Everyone = false, Entrants = new HashSet<Guid> { portal.Promoter.Id } });
        Assert.Equal((0, 0), ((await Of(portal, "other")).Lines.Count, await Count(portal, "other")));

        await portal.Submit(entry.Id, Guid.NewGuid());
        Assert.Equal(NoticeKind.TurnCame, (await Of(portal, "city")).Lines[0].Kind);
        var count = await Count(portal, "city");
        await using (var db = portal.Database.Open())
            await db.Entries.Where(e => e.Id == entry.Id).ExecuteUpdateAsync(s => s.SetProperty(e => e.Submissions, 0));                // as if it were never submitted
        Assert.DoesNotContain((await Of(portal, "city")).Lines, l => l.Kind is NoticeKind.TurnCame);
        Assert.Equal(count - 1, await Count(portal, "city"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_head_of_each_page_counts_what_the_page_shows_as_new(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Begin();
        await Begin(portal, "other");
        await portal.Save(entry.Id, "colleague", new Wish(Output, "1", 0));
        for (var i = 0; i < 53; i++)
            await MakeRound(portal, portal.Promoter);
        await using (var db = portal.Database.Open())
            await db.Rounds.Where(r => r.Id != entry.RoundId).ExecuteUpdateAsync(s => s.SetProperty(r => r.ClosesAt, portal.Clock.Time.UtcDateTime.AddDays(-1)));
        foreach (var who in Everybody)
            Assert.Equal((who, await Head("/account")), (who, await Head("/notices")));
        Assert.Equal(2, (await Of(portal, "promoter")).Pages);
        portal.Clock.Time += TimeSpan.FromDays(26);                          // the round of the draft closes in four days
        await portal.Save(entry.Id, "promoter", new Wish(Output, "2", 1));
        foreach (var (who, expected) in (IEnumerable<(string, int)>)[("promoter", 53 + 1), ("colleague", 53 + 1 + 1 + 1), ("city", 53), ("ministry", 0), ("other", 1), ("system", 0)])
        {
            using var browser = await portal.Browser(who);
            Assert.Equal((who, expected, expected), (who, await OfHead(browser, "/account"), await OfPages(browser)));
            await browser.Get("/notices");
            if (browser.Page.Document.QuerySelector("main form") is { } form)
                await browser.Post("/notices", [.. form.QuerySelectorAll("input[type=hidden]").Where(i => i.GetAttribute("name") is "upTo" or "edit").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))]);
            Assert.Equal("/notices", browser.Page.Path);
            Assert.Null(browser.Page.Document.QuerySelector("main form"));
            var left = who is "promoter" or "colleague" ? 1 : who is "other" ? 1 : 0;          // what closes soon, is not read away
            Assert.Equal((who, left, left), (who, await OfHead(browser, "/account"), await OfPages(browser)));
        }

        async Task<int> Head(string path)
        {
            using var browser = await portal.Browser("promoter");
            return await OfHead(browser, path);
        }
    }

    static async Task<int> OfHead(TestBrowser browser, string path)
    {
        var link = (await browser.Get(path)).Document.QuerySelector(".portal-header a[href='/notices']")!;
        return int.Parse(link.QuerySelector(".badge")?.TextContent ?? "0", CultureInfo.InvariantCulture);
    }

    static async Task<int> OfPages(TestBrowser browser)
    {
        var badges = 0;
        for (var address = "/notices"; address is not null; address = browser.Page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href"))
            badges += (await browser.Get(address)).Document.QuerySelectorAll(".notices .badge").Length;
        return badges;
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task No_more_than_ninety_nine_are_counted(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            var ministry = await portal.Actor("ministry");
            for (var i = 0; i < 120; i++)
                db.Tell(NoticeKind.RoundChanged, portal.Round.Id, ministry.AccountId, portal.Clock.Time.UtcDateTime, Notice.Everyone);
            await db.SaveChangesAsync();
        }
        using var browser = await portal.Browser("city");
        Assert.Equal("99+", (await browser.Get("/")).Document.QuerySelector(".portal-header .badge")!.TextContent);
        Assert.Equal(3, (await Of(portal, "city")).Pages);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_colleagues_changed_is_told_until_one_looks_and_saving_writes_no_notice(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Begin();
        var before = await Stored(portal);
        await portal.Save(entry.Id, "promoter", new Wish(Output, "1", 0), new Wish(Cluster, "x", 0));
        await portal.Save(entry.Id, "colleague", new Wish(Output, "2", 1), new Wish(new("government.head"), "李", 0));
        await portal.Save(entry.Id, "colleague", new Wish(Output, "3", 3));
        Assert.Equal(before, await Stored(portal));
        var edits = Assert.Single((await Of(portal, "promoter")).Edits);
        Assert.Equal((entry.Id, 2, "colleague 王", 5), (edits.EntryId, edits.Fields, Assert.Single(edits.By), edits.UpTo));
        Assert.Equal((1, 0), (await Count(portal, "promoter"), (await Of(portal, "colleague")).Edits.Count));
        foreach (var who in Everybody.Except(["promoter", "colleague"]))
            Assert.Equal((who, 0, 0), (who, (await Of(portal, who)).Edits.Count, await Count(portal, who)));

        using var promoter = await portal.Browser("promoter");
        var page = await promoter.Get($"/entries/{entry.Id}");
        Assert.Contains("colleague 王修改了 2 项", page.Document.QuerySelector("main [role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector(".portal-header .badge"));
        Assert.Empty((await Of(portal, "promoter")).Edits);
        Assert.DoesNotContain("colleague 王修改了", (await promoter.Get($"/entries/{entry.Id}")).Text, StringComparison.Ordinal);

        await portal.Save(entry.Id, "colleague", new Wish(Output, "4", 5));
        Assert.Equal(1, Assert.Single((await Of(portal, "promoter")).Edits).Fields);
        await promoter.Get($"/entries/{entry.Id}/history");
        Assert.Empty((await Of(portal, "promoter")).Edits);
        await portal.Save(entry.Id, "colleague", new Wish(Output, "5", 6));
        await portal.Save(entry.Id, "promoter", new Wish(Output, "6", 7));      // who changes it has it before them
        Assert.Empty((await Of(portal, "promoter")).Edits);
        await portal.Save(entry.Id, "colleague", new Wish(Output, "7", 8));
        await MarkRead(portal, "promoter", await Of(portal, "promoter"));
        Assert.Empty((await Of(portal, "promoter")).Edits);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task To_look_again_writes_nothing_and_nobody_looks_for_others(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Output, "1", 0));
        using var promoter = await portal.Browser("promoter");
        await promoter.Get($"/entries/{entry.Id}");
        Assert.Equal([], await Seen());
        await portal.Save(entry.Id, "colleague", new Wish(Output, "2", 1));
        await promoter.Get($"/entries/{entry.Id}");
        await portal.Save(entry.Id, "promoter", new Wish(Output, "3", 2));
        await promoter.Get($"/entries/{entry.Id}");
        Assert.Equal([2], await Seen());

        await MarkRead(portal, "promoter", new NoticesView([], [new(entry.Id, "", 1, [], default, int.MaxValue)], [], 0, false, 1, 1));
        Assert.Equal([3], await Seen());                                     // not beyond what there is
        foreach (var who in Everybody.Except(["promoter", "colleague"]))
            await MarkRead(portal, who, new NoticesView([], [new(entry.Id, "", 1, [], default, int.MaxValue)], [], 0, false, 1, 1));
        Assert.Equal([3], await Seen());

        async Task<List<int>> Seen()
        {
            await using var db = portal.Database.Open();
            return await db.EntriesSeen.Select(s => s.Revision).ToListAsync();
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Edits_are_those_of_others_since_one_looked_or_changed_something(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var people = new[] { "promoter", "colleague" };
        string[] fields = ["indicators.output", "cluster.name", "government.head"];
        await Gen.Select(Gen.Int[0, 1], Gen.Int[-1, 2]).Array[1, 14].SampleAsync(async steps =>
        {
            var entry = await portal.Begin();
            List<(int Person, string Field)> log = [];
            int[] since = [0, 0];
            foreach (var (person, field) in steps)
            {
                if (field < 0)
                {
                    await portal.Run<SeeEntry, bool>(async s => await s.Draft(entry.Id, await portal.Actor(people[person])) is null);
                }
                else
                {
                    await portal.Save(entry.Id, people[person], new Wish(new(fields[field]), $"{log.Count}", log.FindLastIndex(l => l.Field == fields[field]) + 1));
                    log.Add((person, fields[field]));
                }
                since[person] = log.Count;
                for (var i = 0; i < 2; i++)
                {
                    var told = (await Of(portal, people[i])).Edits.Where(e => e.EntryId == entry.Id).Select(e => (e.Fields, e.UpTo)).SingleOrDefault();
                    var others = log.Skip(since[i]).Where(l => l.Person != i).Select(l => l.Field).Distinct().Count();
                    Assert.Equal(others == 0 ? default : (others, log.Count), told);
                    Assert.Equal((await Of(portal, people[i])).Edits.Count + (await Of(portal, people[i])).Lines.Count(l => l.IsNew), await Count(portal, people[i]));
                }
            }
        }, iter: 12, threads: 1);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_waits_for_an_entrant_is_what_is_open_and_not_submitted_and_marked_when_it_closes_soon(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        Assert.Equal([("/", Urgency.None)], await Waits("promoter"));
        var entry = (await Begin(portal, "promoter")).Value!;
        foreach (var who in (string[])["promoter", "colleague"])
            Assert.Equal([($"/entries/{entry.Id}", Urgency.None)], await Waits(who));
        Assert.Equal([("/", Urgency.None)], await Waits("other"));
        portal.Clock.Time = portal.Round.ClosesAt.AddDays(-7).AddSeconds(-1);
        Assert.Equal((Urgency.None, 0), (Assert.Single(await Waits("promoter")).Urgency, await Count(portal, "promoter")));
        portal.Clock.Time = portal.Round.ClosesAt.AddDays(-7);
        Assert.Equal((Urgency.Near, 1), (Assert.Single(await Waits("promoter")).Urgency, await Count(portal, "promoter")));
        portal.Clock.Time = portal.Round.ClosesAt.AddDays(-1);
        Assert.Equal((Urgency.Urgent, 1), (Assert.Single(await Waits("promoter")).Urgency, await Count(portal, "promoter")));
        Assert.Contains("还剩 1 天", (await Of(portal, "promoter")).Waiting[0].Text, StringComparison.Ordinal);
        await portal.Save(entry.Id, "promoter", TestEntries.Answers().AsWishes());
        await portal.Submit(entry.Id, Guid.NewGuid());
        Assert.Empty(await Waits("promoter"));
        Assert.Equal(Urgency.Urgent, Assert.Single(await Waits("other")).Urgency);
        portal.Clock.Time = portal.Round.ClosesAt;
        Assert.Empty(await Waits("other"));

        async Task<IEnumerable<(string Address, Urgency Urgency)>> Waits(string who) => (await Of(portal, who)).Waiting.Select(w => (w.Address, w.Urgency));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_waits_for_an_office_is_its_step_and_for_an_entrant_the_points_of_a_return(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Submitted();
        Assert.Equal("city", await Waiting("待政府意见"));
        await portal.Seal(entry.Id, "city");
        Assert.Equal("province", await Waiting("待推荐"));
        await portal.Step(entry.Id, "return", "province", "", new WantedPoint("", "请修改"), new WantedPoint("indicators.output", "请核对"));
        Assert.Equal("", await Waiting("待推荐"));
        Assert.Equal("promoter colleague", await Waiting("2 条退回意见"));
        await portal.AnswerAndSubmit(entry.Id);
        Assert.Equal("", await Waiting("退回意见"));
        await portal.Seal(entry.Id, "city");
        await portal.Recommend("province", null, entry.Id);
        Assert.Equal("ministry", await Waiting("待受理"));
        await portal.Step(entry.Id, "accept", "ministry");
        Assert.Equal("", await Waiting("待"));
        Assert.Contains((await Of(portal, "promoter")).Lines, l => l.Kind is NoticeKind.Decided && l.Text.Contains("“受理”", StringComparison.Ordinal));
        Assert.DoesNotContain((await Of(portal, "other")).Lines, l => l.Kind is NoticeKind.StepTaken or NoticeKind.Decided or NoticeKind.TurnCame);

        async Task<string> Waiting(string words)
        {
            List<string> waits = [];
            foreach (var who in Everybody)
                if ((await Of(portal, who)).Waiting.Any(w => w.Address.Length > 20 && w.Text.Contains(words, StringComparison.Ordinal)))
                    waits.Add(who);
            return string.Join(' ', waits);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_waits_for_who_may_invite_are_invitations_that_run_out_and_organisations_without_anybody(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var empty = (await portal.Run<MakeOrganisation, Outcome<Organisation>>(async m => await m.Run(portal.City.Id, Level.Promoter, "株洲市空集群", "430200", await portal.Actor("city")))).Value!;
        Assert.Equal("city", await Waiting(empty));
        await Invite(portal, "city", empty);
        Assert.Equal("", await Waiting(empty));
        portal.Clock.Time += TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1);
        Assert.Equal("", await Waiting(empty));
        portal.Clock.Time += TimeSpan.FromSeconds(1);
        Assert.Equal("city", await Waiting(empty));                          // it runs out in two days
        portal.Clock.Time += TimeSpan.FromDays(2);
        Assert.Equal("city", await Waiting(empty));                          // it has run out: nobody is invited
        var invited = await Invite(portal, "city", portal.Promoter, days: "1");
        Assert.Equal("promoter colleague city", await Waiting(portal.Promoter));
        await Accept(portal, invited, "zhaomin");
        Assert.Equal("", await Waiting(portal.Promoter));
        await Invite(portal, "system", null, Role.AuditAdministrator, days: "1");
        Assert.Contains((await Of(portal, "system")).Waiting, w => w.Address == "/organisations");

        async Task<string> Waiting(Organisation organisation)
        {
            List<string> waits = [];
            foreach (var who in Everybody)
                if ((await Of(portal, who)).Waiting.Any(w => w.Address == $"/organisations/{organisation.Id}"))
                    waits.Add(who);
            return string.Join(' ', waits);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Administrators_are_asked_to_turn_on_the_second_factor_until_it_is_on(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        List<string> asked = [];
        foreach (var who in Everybody)
            if ((await Of(portal, who)).Waiting.Any(w => w.Address == "/account/two-factor"))
                asked.Add(who);
        Assert.Equal(["system", "security", "audit"], asked);
        await using (var db = portal.Database.Open())
            await db.Users.Where(a => a.UserName == "audit").ExecuteUpdateAsync(s => s.SetProperty(a => a.TwoFactorEnabled, true));
        Assert.Empty((await Of(portal, "audit")).Waiting);
    }

    [Fact]
    public async Task Of_many_things_that_wait_the_first_five_are_named_and_the_rest_counted()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using (var db = portal.Database.Open())
        {
            for (var i = 0; i < 12; i++)
            {
                var one = Organisation.Under(portal.City, Level.Promoter, $"集群{i}", "430200", portal.Clock.Time.UtcDateTime);
                db.AddRange(one, new Entry { Id = Guid.NewGuid(), RoundId = portal.Round.Id, OrganisationId = one.Id, State = EntryState.Submitted, Status = "submitted", Submissions = 1, Revision = 1, IsSample = false, CreatedAt = portal.Clock.Time.UtcDateTime });
            }
            await db.SaveChangesAsync();
        }
        var waiting = (await Of(portal, "city")).Waiting;
        Assert.Equal([5, 1, 5, 1], waiting.GroupBy(w => w.Address.Split('/')[1] + (w.Text.Contains("另有 7", StringComparison.Ordinal) ? "+" : "")).Select(g => g.Count()));
    }
}
