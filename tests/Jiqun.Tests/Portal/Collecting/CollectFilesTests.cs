using System.Globalization;
using System.IO.Compression;
using System.Text;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.PersonalData;
using Jiqun.Tests.Portal.Evidence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Collecting;

/// <summary>Files that came by mail, from dropping them to where they are. What of their rules needs no database: SortingTests.</summary>
public sealed class CollectFilesTests
{
    const string Contact = "欧阳千里", Mobile = "13912345678";

    /// <summary>A form that names its organisation and cluster; in 株洲 unless said otherwise.</summary>
    internal static byte[] Form(string author, string cluster, string area = "湖南省株洲市", string output = "1507") => Evidence.Files.Docx(
        ("promoter.name", author), ("cluster.name", cluster), ("cluster.area", area), ("indicators.output", output), ("indicators.enterprises", "20"), ("promoter.contact", Contact), ("promoter.mobile", Mobile));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Each_file_of_an_archive_becomes_a_draft_or_goes_to_its_entry_or_waits_and_none_is_lost(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var round = portal.Round.Id;
        var (empty, full) = (await Begin(portal, "promoter"), await Begin(portal, "other"));
        await portal.Save(full, "other", new Wish(new("cluster.name"), "湖南省株洲市陶瓷集群", 0), new Wish(new("indicators.output"), "77", 0));
        var before = (await portal.Stored(full)).Print();
        await using var mail = await Mailroom.Of(portal);
        var fresh = Form("株洲市新材料产业联盟", "湖南省株洲市新材料集群");

        var dropped = await mail.Drop(round, ("来件.zip", Evidence.Files.Zip(
            ("甲/新.docx", fresh),
            ("甲/空.docx", Form(portal.Promoter.Name, "湖南省株洲市轨道交通装备集群")),
            ("满.docx", Form(portal.Other.Name, "湖南省株洲市陶瓷集群")),
            ("近.docx", Form("株洲市轨道交通装备产业集群发展促进中央", "湖南省株洲市电力集群")),
            ("重.docx", fresh),
            ("说明.txt", "x"u8.ToArray()),
            ("内.zip", Evidence.Files.Zip(("x.docx", fresh))),
            ("坏.docx", fresh[..3000]),
            ("别的.docx", Evidence.Files.Zip(("word/document.xml", "<a/>"u8.ToArray()))),
            ("__MACOSX/._新.docx", [1]),
            ("~$新.docx", [1]),
            ("空夹/", []))), ("照片.png", Evidence.Files.Png()));
        Assert.Equal("", dropped.Codes());
        await mail.Work();

        var files = await mail.Files(round);
        Assert.Equal(
            """
            来件.zip/内.zip Refused
            来件.zip/别的.docx Refused
            来件.zip/坏.docx Refused
            来件.zip/满.docx Matched offered
            来件.zip/甲/新.docx New taken
            来件.zip/甲/空.docx Matched taken
            来件.zip/说明.txt Refused
            来件.zip/近.docx Doubtful near
            来件.zip/重.docx Same
            照片.png Refused
            """.ReplaceLineEndings("\n"),
            string.Join('\n', files.Values.Select(f => $"{f.Name} {f.State} {f.Why}".TrimEnd()).Order(StringComparer.Ordinal)));
        Assert.All(files.Values.Where(f => f.State is MailedState.Refused), f => Assert.NotEqual("", f.Message));
        Assert.All(files.Values, f => Assert.NotNull(f.DoneAt));
        Assert.Equal(files["来件.zip/甲/新.docx"].Id, files["来件.zip/重.docx"].SameAs);
        Assert.Equal($"{portal.Promoter.Id}", files["来件.zip/近.docx"].Candidates);

        // a new one: organisation, entry, file and answers, each with where it came from
        await using var db = mail.Database.Open();
        var made = await db.Organisations.SingleAsync(o => o.Name == "株洲市新材料产业联盟");
        Assert.Equal((Level.Promoter, "430200", portal.City.Id), (made.Level, made.DivisionCode, made.ParentId!.Value));
        var entry = await db.Entries.SingleAsync(e => e.OrganisationId == made.Id);
        var stored = await portal.Stored(entry.Id);
        stored.Replays(attached: 1);
        Assert.Equal(("湖南省株洲市新材料集群", "1507", Mobile), (stored.Text("cluster.name"), stored.Text("indicators.output"), stored.Text("promoter.mobile")));
        Assert.Equal(stored.Changes.Count, await db.ChangeOrigins.CountAsync(o => o.EntryId == entry.Id && o.EvidenceId == files["来件.zip/甲/新.docx"].EvidenceId));
        Assert.DoesNotContain(Mobile, await db.Answers.Where(a => a.EntryId == entry.Id && a.Field == "promoter.mobile").Select(a => a.Written).SingleAsync(), StringComparison.Ordinal);

        // an empty one: the same
        stored = await portal.Stored(empty);
        stored.Replays(attached: 1);
        Assert.Equal("湖南省株洲市轨道交通装备集群", stored.Text("cluster.name"));

        // one with answers: nothing but the file is new
        stored = await portal.Stored(full);
        stored.Replays(attached: 1);
        Assert.Equal(before.Split('\n')[1..], stored.Print().Split('\n')[1..]);
        Assert.True((await db.Evidence.SingleAsync(e => e.EntryId == full)).IsOrigin);
        Assert.Equal(portal.Other.Id, (await db.Notices.SingleAsync(n => n.Kind == NoticeKind.FormMailed && n.Subject == files["来件.zip/满.docx"].EvidenceId)).Recipient);

        // who did it, and no contact anywhere but in the content
        Assert.Equal(6, await db.Audit.CountAsync(r => r.Action == AuditAction.FileCollected));
        Assert.Single(await db.Audit.Where(r => r.Action == AuditAction.FilesDropped).ToListAsync());
        Assert.All(files.Values, f => Assert.DoesNotContain(Contact, $"{f.Name}{f.Author}{f.Cluster}{f.Message}{f.Why}", StringComparison.Ordinal));
        var report = await Report(db, dropped.Value!.Id);
        Assert.Equal(1 + 10 + 1, report.TrimEnd().Split("\r\n").Length);
        Assert.Contains("另有2个隐藏文件", report, StringComparison.Ordinal);
        Assert.DoesNotContain(Contact, report, StringComparison.Ordinal);
        var job = await db.Jobs.SingleAsync(j => j.Id == dropped.Value.Id);
        Assert.Equal((JobState.Done, 10, 10, 10), (job.State, job.Rows, job.Done, job.Total));
        Assert.Empty(await db.Set<Jiqun.Portal.Evidence.Blob>().Where(b => !db.MailedFiles.Any(f => f.Digest == b.Digest)).ToListAsync());
    }

    /// <summary>A clock that fails after so many looks: whoever looks at it is as good as dead.</summary>
    sealed class BreakingClock(TimeProvider clock, int looks) : TimeProvider
    {
        int left = looks;

        public override DateTimeOffset GetUtcNow() => left-- > 0 ? clock.GetUtcNow() : throw new BrokenException();
    }

    sealed class BrokenException : Exception;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Broken_off_at_any_moment_it_goes_on_and_does_nothing_twice_and_nothing_by_half(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var mail = await Mailroom.Of(portal);
        var broken = true;
        for (var looks = 0; broken; looks++)
        {
            // in a round of its own; the organisation that is there already has an empty entry in each
            var (round, entry) = await BeginByHand(portal);
            var name = new string((char)('一' + 97 * looks), 6);             // near to no other
            var dropped = (await mail.Drop(round,
                ("新.docx", Form($"株洲市{name}联盟", $"湖南省株洲市{name}集群")),
                ("有.docx", Form(portal.Promoter.Name, "湖南省株洲市轨道交通装备集群", output: $"{100 + looks}")),
                ("疑.docx", Form("", $"湖南省株洲市第{looks}集群")),
                ("废.docx", Evidence.Files.Zip(("word/document.xml", Encoding.UTF8.GetBytes($"<a{looks}/>")))))).Value!;
            try
            {
                await mail.Read(dropped, new BreakingClock(portal.Clock, looks));
                broken = false;
            }
            catch (BrokenException)
            {
            }
            await mail.Work();

            var files = await mail.Files(round);
            Assert.Equal((looks, "废 Refused, 新 New, 有 Matched, 疑 Doubtful"), (looks, string.Join(", ", files.Values.Select(f => $"{f.Name[..1]} {f.State}").Order(StringComparer.Ordinal))));
            await using var db = mail.Database.Open();
            Assert.Single(await db.Organisations.Where(o => o.Name == $"株洲市{name}联盟").ToListAsync());
            Assert.Equal(2, await db.Entries.CountAsync(e => e.RoundId == round));
            foreach (var id in new[] { entry, files["新.docx"].EntryId!.Value })
            {
                (await portal.Stored(id)).Replays(attached: 1);
                Assert.Single(await db.Evidence.Where(e => e.EntryId == id).ToListAsync());
                Assert.Single(await db.Audit.Where(r => r.Action == AuditAction.AnswersChanged && r.Subject == id).ToListAsync());
            }
            foreach (var file in files.Values)
                Assert.Single(await db.Audit.Where(r => r.Action == AuditAction.FileCollected && r.Subject == file.Id).ToListAsync());
            Assert.True(looks < 100);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_file_over_which_processes_died_twice_is_not_read_again_and_the_others_are(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var mail = await Mailroom.Of(portal);
        await mail.Drop(portal.Round.Id, ("a.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")), ("b.docx", Form("株洲市乙丙丁产业协会", "湖南省株洲市乙丙丁集群")));
        await using (var db = mail.Database.Open())
            await db.MailedFiles.Where(f => f.Name == "a.docx").ExecuteUpdateAsync(s => s.SetProperty(f => f.Tries, CollectFiles.MostTries));
        await mail.Work();
        var files = await mail.Files(portal.Round.Id);
        Assert.Equal((MailedState.Refused, "deadly", MailedState.New), (files["a.docx"].State, files["a.docx"].Why, files["b.docx"].State));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Two_processes_that_read_the_same_job_put_each_file_somewhere_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var mail = await Mailroom.Of(portal);
        var job = (await mail.Drop(portal.Round.Id, [.. Enumerable.Range(0, 6).Select(i => ($"{i}.docx", Form($"株洲市第{i}{i}{i}{i}产业联盟", $"湖南省株洲市第{i}{i}{i}{i}集群")))])).Value!;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => mail.Read(job))));
        var files = await mail.Files(portal.Round.Id);
        await using var db = mail.Database.Open();
        Assert.All(files.Values, f => Assert.Equal(MailedState.New, f.State));
        Assert.Equal(6, await db.Entries.CountAsync());
        foreach (var entry in await db.Entries.ToListAsync())
            (await portal.Stored(entry.Id)).Replays(attached: 1);
        Assert.Equal(6, await db.Audit.CountAsync(r => r.Action == AuditAction.FileCollected));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_a_cancelled_job_left_is_read_by_another_when_somebody_says_so(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var mail = await Mailroom.Of(portal);
        var round = portal.Round.Id;
        var job = (await mail.Drop(round, ("a.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")))).Value!;
        Assert.Equal("mailbox-none-left", (await mail.GoOn(round)).Codes());
        await using (var db = mail.Database.Open())
            Assert.False((await new CancelJob(db, portal.Clock).Run(job.Id, await portal.Actor("ministry"), CancellationToken.None)).Refused);
        await mail.Work();
        Assert.Equal(MailedState.Waiting, (await mail.Files(round))["a.docx"].State);
        Assert.Equal("", (await mail.GoOn(round)).Codes());
        await mail.Work();
        Assert.Equal(MailedState.New, (await mail.Files(round))["a.docx"].State);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task When_who_dropped_the_files_is_closed_nothing_more_is_read(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var mail = await Mailroom.Of(portal);
        var job = (await mail.Drop(portal.Round.Id, ("a.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")))).Value!;
        await using (var db = mail.Database.Open())
            await db.Users.Where(a => a.UserName == "ministry").ExecuteUpdateAsync(s => s.SetProperty(a => a.Closed, true));
        await mail.Work();
        await using var after = mail.Database.Open();
        Assert.Equal((JobState.Failed, 0), ((await after.Jobs.SingleAsync(j => j.Id == job.Id)).State, await after.Entries.CountAsync()));
        Assert.Equal(MailedState.Waiting, (await mail.Files(portal.Round.Id))["a.docx"].State);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_person_decides_once_and_can_take_back_what_was_set_aside(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (round, entry) = (portal.Round.Id, await Begin(portal, "promoter"));
        await using var mail = await Mailroom.Of(portal);
        await mail.Drop(round,
            ("近.docx", Form("株洲市轨道交通装备产业集群发展促进中央", "湖南省株洲市电力集群")),
            ("海.docx", Form("福建省厦门市平板显示促进会", "福建省厦门市平板显示集群", "福建省厦门市")),
            ("泉.docx", Form("泉州市纺织鞋服促进会", "福建省泉州市纺织鞋服集群", "福建省泉州市")),
            ("京.docx", Form("海淀区软件促进会", "北京市软件集群", "北京市海淀区")),
            ("弃.docx", Form("", "无主集群")));
        await mail.Work();
        var files = await mail.Files(round);
        Assert.Equal("京 no-office, 弃 nameless, 泉 no-office, 海 no-office, 近 near", string.Join(", ", files.Values.Select(f => $"{f.Name[..1]} {f.Why}").Order(StringComparer.Ordinal)));

        // a candidate
        Assert.Equal("missing", (await mail.Decide(files["近.docx"].Id, MailedDecision.Organisation, portal.Promoter.Id, by: "province")).Codes());
        Assert.Equal("mailed-decision@decision", (await mail.Decide(files["近.docx"].Id, MailedDecision.Organisation)).Codes());
        Assert.Equal("missing", (await mail.Decide(files["近.docx"].Id, MailedDecision.Organisation, portal.City.Id)).Codes());
        foreach (var _ in (int[])[1, 2])
            Assert.Equal(MailedState.Matched, (await mail.Decide(files["近.docx"].Id, MailedDecision.Organisation, portal.Promoter.Id)).Value!.State);
        Assert.Equal("stale", (await mail.Decide(files["近.docx"].Id, MailedDecision.Organisation, portal.Other.Id)).Codes());
        Assert.Equal("stale", (await mail.Decide(files["近.docx"].Id, MailedDecision.Aside)).Codes());
        (await portal.Stored(entry)).Replays(attached: 1);
        Assert.Equal("湖南省株洲市电力集群", (await portal.Stored(entry)).Text("cluster.name"));

        // a new one, with the offices over it: a city that answers to the ministry, a city of a province, a district of a municipality
        foreach (var (name, division, above) in new[] { ("海.docx", "350200", "厦门市人民政府"), ("泉.docx", "泉州市", "泉州市人民政府"), ("京.docx", "110108 海淀区", "北京市工业和信息化主管部门") })
        {
            Assert.Equal("division-empty@division name-empty@name", string.Join(' ', (await mail.Decide(files[name].Id, MailedDecision.New)).Codes().Split(' ').Order()));
            Assert.Equal("division-unknown@division", (await mail.Decide(files[name].Id, MailedDecision.New, null, "甲", "没有市")).Codes());
            foreach (var _ in (int[])[1, 2])
                Assert.Equal(MailedState.New, (await mail.Decide(files[name].Id, MailedDecision.New, null, files[name].Author, division)).Value!.State);
            await using var db = mail.Database.Open();
            var made = await db.Organisations.SingleAsync(o => o.Name == files[name].Author);
            Assert.Equal(above, (await db.Organisations.SingleAsync(o => o.Id == made.ParentId)).Name);
            Assert.Equal(made.Id, (await mail.Files(round))[name].OrganisationId);
        }
        await using (var db = mail.Database.Open())
            Assert.Equal(["北京市工业和信息化主管部门", "厦门市人民政府", "泉州市人民政府", "福建省工业和信息化主管部门"],
                (await db.Organisations.Where(o => o.Name.EndsWith("主管部门") || o.Name.EndsWith("市人民政府") && o.Id != portal.City.Id).Select(o => o.Name).ToListAsync()).Order(StringComparer.Ordinal));

        // none
        Assert.Equal(MailedState.SetAside, (await mail.Decide(files["弃.docx"].Id, MailedDecision.Aside)).Value!.State);
        Assert.Equal("no-office@division", (await mail.Decide(files["弃.docx"].Id, MailedDecision.New, null, "某联盟", "430000")).Codes());
        Assert.Equal(MailedState.New, (await mail.Decide(files["弃.docx"].Id, MailedDecision.New, null, "某联盟", "430200")).Value!.State);
        await using var audit = mail.Database.Open();
        Assert.Equal(6, await audit.Audit.CountAsync(r => r.Action == AuditAction.FileDecided));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Offices_that_are_missing_are_made_for_all_at_once_when_somebody_says_so(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var round = portal.Round.Id;
        await using var mail = await Mailroom.Of(portal);
        await mail.Drop(round,
            ("泉.docx", Form("泉州市纺织鞋服促进会", "福建省泉州市纺织鞋服集群", "福建省泉州市")),
            ("宁.docx", Form("宁德市锂电新能源研究院", "福建省宁德市锂电新能源集群", "福建省宁德市")),
            ("无.docx", Form("", "无主集群")));
        await mail.Work();
        Assert.Equal(3, (await mail.Files(round)).Values.Count(f => f.State is MailedState.Doubtful));
        Assert.Equal("mailbox-none-left", (await mail.GoOn(round)).Codes());
        Assert.Equal("", (await mail.GoOn(round, makeOffices: true)).Codes());
        await mail.Work();
        var files = await mail.Files(round);
        Assert.Equal("宁 New, 无 Doubtful, 泉 New", string.Join(", ", files.Values.Select(f => $"{f.Name[..1]} {f.State}").Order(StringComparer.Ordinal)));
        await using var db = mail.Database.Open();
        Assert.Equal(2, await db.Organisations.CountAsync(o => o.Level == Level.Province));                    // one for both cities
        Assert.Equal(3, await db.Organisations.CountAsync(o => o.Level == Level.City));
        Assert.Equal("mailbox-none-left", (await mail.GoOn(round, makeOffices: true)).Codes());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_round_that_is_closed_or_not_for_everybody_and_an_entry_that_is_submitted_are_left_alone(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (round, open) = (portal.Round.Id, await Begin(portal, "promoter"));
        var submitted = await Begin(portal, "other");
        await portal.Save(submitted, "other", [.. TestEntries.Answers().AsWishes().Select(w => w.Place.Field == "promoter.name" ? w with { Text = portal.Other.Name } : w)]);
        Assert.Equal("", (await portal.Submit(submitted, Guid.NewGuid(), by: "other")).Codes());
        var before = (await portal.Stored(submitted)).Print();
        await using var mail = await Mailroom.Of(portal);
        await using (var db = mail.Database.Open())
        {
            db.Add(new Jiqun.Portal.Rounds.RoundEntrant { RoundId = round, OrganisationId = portal.Promoter.Id });
            await db.SaveChangesAsync();
        }
        await mail.Drop(round, ("外.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")), ("报.docx", Form(portal.Other.Name, TestEntries.Answers()["cluster.name"])));
        await mail.Work();
        portal.Clock.Time += TimeSpan.FromDays(60);
        await mail.Drop(round, ("晚.docx", Form(portal.Promoter.Name, "湖南省株洲市轨道交通装备集群")));
        await mail.Work();

        var files = await mail.Files(round);
        Assert.Equal("外 Doubtful not-entrant, 报 Matched submitted, 晚 Doubtful closed", string.Join(", ", files.Values.Select(f => $"{f.Name[..1]} {f.State} {f.Why}").Order(StringComparer.Ordinal)));
        Assert.Equal(before, (await portal.Stored(submitted)).Print());
        Assert.Equal(0, (await portal.Stored(open)).Entry.Revision);
        Assert.Equal("closed", (await mail.Decide(files["晚.docx"].Id, MailedDecision.Organisation, portal.Promoter.Id)).Codes());
        await using (var db = mail.Database.Open())
        {
            Assert.Empty(await db.Organisations.Where(o => o.Name == "株洲市甲联盟").ToListAsync());
            var later = portal.Clock.Now().AddDays(1);
            await db.Entries.Where(e => e.Id == open).ExecuteUpdateAsync(s => s.SetProperty(e => e.ExtendedTo, later));
        }
        Assert.Equal("", (await mail.Decide(files["晚.docx"].Id, MailedDecision.Organisation, portal.Promoter.Id)).Codes());
        (await portal.Stored(open)).Replays(attached: 1);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_same_content_counts_once_however_often_it_is_dropped(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var round = portal.Round.Id;
        await using var mail = await Mailroom.Of(portal);
        var file = Form("株洲市甲联盟", "湖南省株洲市甲集群");
        await mail.Drop(round, ("a.docx", file), ("b.docx", file));
        await mail.Drop(round, ("c.docx", file));
        await mail.Work();
        await mail.Drop(round, ("d.docx", file));
        await mail.Work();
        var files = await mail.Files(round);
        Assert.Equal("a New, b Same, c Same, d Same", string.Join(", ", files.Values.OrderBy(f => f.Name).Select(f => $"{f.Name[..1]} {f.State}")));
        Assert.All(files.Values.Where(f => f.State is MailedState.Same), f => Assert.Equal(files["a.docx"].Id, f.SameAs));
        // another file of the same organisation is another matter: its entry has answers now
        await mail.Drop(round, ("e.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群", output: "1508")));
        await mail.Work();
        Assert.Equal((MailedState.Matched, "offered"), ((await mail.Files(round))["e.docx"] is var e ? (e.State, e.Why) : default));
        await using var db = mail.Database.Open();
        Assert.Equal("1507", (await portal.Stored(await db.Entries.Select(x => x.Id).SingleAsync())).Text("indicators.output"));
        Assert.Equal(2, await db.Evidence.CountAsync());
    }

    [Fact]
    public async Task Names_are_plain_and_what_grows_beyond_measure_stays_out()
    {
        await using var portal = await TestPortal.Of("sqlite");
        var round = portal.Round.Id;
        await using var mail = await Mailroom.Of(portal);
        var file = Form("株洲市甲联盟", "湖南省株洲市甲集群");
        var bomb = Evidence.Files.Zip(("b.docx", new byte[65 << 20]));
        Assert.Equal("", (await mail.Drop(round,
            ("../../逃\u202Ecod.docx", file),
            (@"C:\来件\乙.docx", Form("株洲市乙丙丁产业协会", "湖南省株洲市乙丙丁集群")),
            ("弹.zip", bomb),
            ("编码.zip", Gbk("测试/采集表.docx", Form("株洲市戊己产业研究院", "湖南省株洲市戊己庚集群"))),
            ("夹/深.zip", Evidence.Files.Zip(("../../x.docx", Form("株洲市辛壬癸商会", "湖南省株洲市辛壬癸集群")))),
            ("空.docx", []),
            ("宏.docx", Evidence.Files.Zip(("[Content_Types].xml", "<Types/>"u8.ToArray()), ("word/document.xml", "<a/>"u8.ToArray()), ("word/vbaProject.bin", [1]))))).Codes());
        await mail.Work();
        var files = await mail.Files(round);
        Assert.Equal(
            ["C:/来件/乙.docx New", "夹/深.zip/x.docx New", "宏.docx Refused", "弹.zip/b.docx Refused", "空.docx Refused", "编码.zip/测试/采集表.docx New", "逃cod.docx New"],
            files.Values.Select(f => $"{f.Name} {f.State}").Order(StringComparer.Ordinal));
        await using var db = mail.Database.Open();
        Assert.Single(await db.Audit.Where(r => r.Action == AuditAction.UploadRefused).ToListAsync());           // macros
        Assert.Equal("mailbox-many@file", (await mail.Drop(round, ("多.zip", Evidence.Files.Zip([.. Enumerable.Range(0, DropFiles.MostFiles + 1).Select(i => ($"{i}.docx", Array.Empty<byte>()))])))).Codes());
        Assert.Equal("mailbox-nothing@file", (await mail.Drop(round)).Codes());
        Assert.Equal("mailbox-nothing@file", (await mail.Drop(round, ("夹/~$a.docx", file), ("夹/.DS_Store", file))).Codes());
    }

    [Fact]
    public async Task What_no_scanner_vouches_for_is_not_kept_and_told()
    {
        using var clamd = new TestClamd { Manner = ClamdManner.Garbage };
        await using var portal = await TestPortal.Of("sqlite", p => p.Scanner = Jiqun.Portal.Evidence.VirusScanner.Read($"clamd://127.0.0.1:{clamd.Port}"));
        await using var mail = await Mailroom.Of(portal);
        await mail.Drop(portal.Round.Id, ("a.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")), ("b.docx", Form("株洲市乙丙丁产业协会", "湖南省株洲市乙丙丁集群")));
        Assert.Single(clamd.Seen);                          // the second would have waited as long
        await using (var db = mail.Database.Open())
            Assert.Empty(await db.Set<Jiqun.Portal.Evidence.Blob>().ToListAsync());
        Assert.All((await mail.Files(portal.Round.Id)).Values, f => Assert.Equal((MailedState.Refused, (string?)null), (f.State, f.Digest)));
        clamd.Manner = ClamdManner.Scans;
        await mail.Drop(portal.Round.Id, ("c.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")));
        await mail.Work();
        Assert.Equal(MailedState.New, (await mail.Files(portal.Round.Id))["c.docx"].State);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task When_the_retention_period_is_over_the_contents_go(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var mail = await Mailroom.Of(portal);
        await mail.Drop(portal.Round.Id, ("a.docx", Form("株洲市甲联盟", "湖南省株洲市甲集群")), ("b.docx", Form("", "无主集群")));
        await mail.Work();
        await using (var db = mail.Database.Open())
            Assert.NotEmpty(await db.Set<Jiqun.Portal.Evidence.BlobPart>().ToListAsync());
        portal.Clock.Time = portal.Round.KeptUntil.AddDays(1);
        await new PurgePersonalData(portal.Database, TestEntries.Forms, portal.Clock, NullLoggerFactory.Instance).Run();
        await using (var db = mail.Database.Open())
            Assert.Empty(await db.Set<Jiqun.Portal.Evidence.BlobPart>().ToListAsync());
        Assert.DoesNotContain(Jiqun.Portal.Audit.AuditFlawKind.FileChanged, (await new Jiqun.Portal.Audit.VerifyAudit(portal.Database, portal.Clock).Run([])).Flaws.Select(f => f.Kind));
        Assert.All((await mail.Files(portal.Round.Id)).Values, f => Assert.NotNull(f.PurgedAt));
        Assert.Equal("mailbox-purged", (await mail.Drop(portal.Round.Id, ("c.docx", Form("甲", "乙")))).Codes());
    }

    /// <summary>An archive as Chinese Windows makes it: the names are in GBK, and nothing says so.</summary>
    static byte[] Gbk(string name, byte[] content)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: false, CodePagesEncodingProvider.Instance.GetEncoding(936)))
        using (var entry = zip.CreateEntry(name).Open())
            entry.Write(content);
        var bytes = file.ToArray();
        Assert.True(bytes.AsSpan().IndexOf(CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes(name)) > 0);
        return bytes;
    }

    static async Task<string> Report(Jiqun.Portal.Storage.JiqunDb db, Guid job) =>
        Encoding.UTF8.GetString([.. (await db.JobParts.Where(p => p.JobId == job).OrderBy(p => p.Number).ToListAsync()).SelectMany(p => p.Bytes)]);

    /// <summary>An entry in the round of the portal.</summary>
    internal static async Task<Guid> Begin(TestPortal portal, string by)
    {
        CultureInfo.CurrentUICulture = Languages.Chinese;
        await using var scope = portal.Scope();
        return (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor(by))).Value!.Id;
    }

    /// <summary>A round, and an entry with nothing in it.</summary>
    static async Task<(Guid Round, Guid Entry)> BeginByHand(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        var now = portal.Clock.Now();
        var round = new Jiqun.Portal.Rounds.Round
        {
            Id = Guid.NewGuid(),
            Name = "测试批次",
            FormId = TestEntries.Form.Id,
            FormDigest = TestEntries.Form.Digest,
            BaseYear = TestEntries.Form.BaseYear,
            OpensAt = portal.Round.OpensAt,
            ClosesAt = portal.Round.ClosesAt,
            CreatedAt = now,
        };
        db.Add(round);
        var entry = BeginEntry.Add(db, Jiqun.Core.Approvals.ApprovalLibrary.Builtin, round, portal.Promoter.Id, (await portal.Actor("promoter")).AccountId, now);
        await db.SaveChangesAsync();
        return (round.Id, entry.Id);
    }
}
