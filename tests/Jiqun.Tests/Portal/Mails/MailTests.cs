using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Jiqun.Core;
using Jiqun.Portal;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Mails;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Mails;

public sealed class MailTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A mailing that does nothing of itself, unless it is given a pause.</summary>
    internal static MailSettings Settings(TestSmtp server, TimeSpan? pause = null, MailSecurity security = MailSecurity.None) => new("127.0.0.1", server.Port, security, "portal@example.cn", new Uri("https://portal.example.cn"))
    {
        Pause = pause ?? Timeout.InfiniteTimeSpan,
        LongPause = pause ?? Timeout.InfiniteTimeSpan,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        SendTimeout = TimeSpan.FromSeconds(3),
    };

    static Task<TestPortal> Portal(string kind, TestSmtp server, TimeSpan? pause = null) => TestPortal.Of(kind, p => p.Mail = Settings(server, pause));

    /// <summary>What one of several processes on the portal's database would do.</summary>
    internal static Mailing Process(TestPortal portal, MailSettings settings, ILoggerFactory? log = null) => new(
        new PortalSettings(portal.Database, TestEntries.Forms, portal.Clock, "") { Mail = settings }, portal.Database,
        portal.Running.Services.GetRequiredService<IDataProtectionProvider>(), portal.Clock, log ?? NullLoggerFactory.Instance);

    static Task<bool> Pass(TestPortal portal) => Process(portal, portal.Mail!).Pass(Cancel);

    /// <summary>Gives each of them an address that is confirmed. Province and ministry, for which a submission is only a change, want to hear of changes, too.</summary>
    static async Task Address(TestPortal portal, params string[] people)
    {
        await using var db = portal.Database.Open();
        foreach (var person in people)
            await db.Users.Where(a => a.UserName == person).ExecuteUpdateAsync(s => s.SetProperty(a => a.Email, $"{person}@example.cn").SetProperty(a => a.EmailConfirmed, true), Cancel);
        await db.Users.Where(a => a.UserName == "province" || a.UserName == "ministry").ExecuteUpdateAsync(s => s.SetProperty(a => a.NotMailed, ""), Cancel);
    }

    static async Task Choose(TestPortal portal, string who, params MailSort[] sorts) => await portal.Run<ChangeMail, bool>(async c =>
    {
        await c.Choose(sorts.ToHashSet(), await portal.Actor(who));
        return true;
    });

    static async Task<Submission> Submit(TestPortal portal, int seed = 1) => (await portal.Submit((await portal.BeginFilled(seed)).Id, Guid.NewGuid())).Value!;

    static async Task<List<Mail>> Stored(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return await db.Mails.AsNoTracking().OrderBy(m => m.At).ThenBy(m => m.Id).ToListAsync();
    }

    static string To(IEnumerable<string> people) => string.Join(' ', people.Select(p => p.Split('@')[0]));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_submission_is_mailed_to_the_offices_above_in_the_words_of_their_page(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "promoter", "colleague", "city", "province", "ministry", "other", "system");
        var submission = await Submit(portal);
        Assert.True(await Pass(portal));
        Assert.Equal("city ministry province", To(server.Recipients));
        await Pass(portal);
        Assert.Equal(3, server.Taken.Count);

        var (_, message, raw) = server.Taken.Single(t => t.To == "province@example.cn");
        Assert.Equal(("【集群】株洲市轨道交通装备产业集群发展促进中心已报送“测试批次”的申报", "portal@example.cn", "province@example.cn"), (message.Subject!, message.From.ToString(), message.To.ToString()));
        Assert.Matches($@"^株洲市轨道交通装备产业集群发展促进中心已报送“测试批次”的申报\n查看：https://portal.example.cn/entries/{submission.EntryId}\n\n.*https://portal.example.cn/account/mail\n\n-+\n\n株洲市轨道交通装备产业集群发展促进中心 submitted the entry", message.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal($"{(await Stored(portal)).Single(m => m.Id.ToString("N") == message.MessageId!.Split('@')[0]).Id:N}@portal.example.cn", message.MessageId!);
        Assert.Contains("charset=utf-8", raw, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.DoesNotContain("promoter 王", message.TextBody!, StringComparison.Ordinal);
        await using var db = portal.Database.Open();
        Assert.Empty(await db.Outbox.ToListAsync(Cancel));
        Assert.All(await Stored(portal), m => Assert.Equal((MailState.Sent, 1), (m.State, m.Attempts)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task On_an_entrys_way_each_is_mailed_what_waits_for_them_what_came_back_and_what_was_decided(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "promoter", "city", "province", "ministry", "other");
        await using (var db = portal.Database.Open())
            await db.Users.ExecuteUpdateAsync(s => s.SetProperty(a => a.NotMailed, nameof(MailSort.Changed)), Cancel);
        var entry = await portal.Submitted();
        await Mailed("city", "待贵单位办理");
        await portal.Step(entry.Id, "return", "city", "", new WantedPoint("", "请修改"));
        await Mailed("promoter", "须修改后再报送");
        await portal.AnswerAndSubmit(entry.Id);
        await Mailed("city", "待贵单位办理");
        Assert.False((await portal.Seal(entry.Id, "city")).Refused);
        await Mailed("province", "“出具意见并盖章”");
        Assert.False((await portal.Recommend("province", null, entry.Id)).Refused);
        await Mailed("ministry", "“推荐”");
        await portal.Step(entry.Id, "accept", "ministry");
        await Mailed("promoter", "“受理”");

        async Task Mailed(string who, string words)
        {
            await Pass(portal);
            var (to, message, _) = Assert.Single(server.Taken);
            Assert.Equal($"{who}@example.cn", to);
            Assert.Contains(words, message.Subject!, StringComparison.Ordinal);
            server.Taken.Clear();
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Choices_are_obeyed_also_those_made_while_a_mail_waits(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "promoter", "colleague", "city", "province", "ministry");
        await Choose(portal, "city");
        await Choose(portal, "colleague", MailSort.Changed);                 // of what is submitted, an entrant is told as of a change
        await Choose(portal, "promoter", MailSort.Changed);                  // and who does it, not at all
        await Submit(portal);
        await Pass(portal);
        Assert.Equal("colleague ministry province", To(server.Recipients));

        server.Manner = Manner.Postpones;
        await Submit(portal, seed: 2);
        await Pass(portal);
        await Choose(portal, "ministry", MailSort.Deadline);
        (server.Manner, portal.Clock.Time) = (Manner.Accepts, portal.Clock.Time.AddMinutes(1));
        await Pass(portal);
        Assert.Equal("colleague colleague ministry province province", To(server.Recipients));
        Assert.Equal(MailState.Dropped, Assert.Single(await Stored(portal), m => m.State != MailState.Sent).State);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_may_not_see_it_any_more_gets_nothing(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "promoter", "city", "province", "ministry", "other");
        foreach (var who in (string[])["promoter", "city", "province", "other"])
            await Choose(portal, who, Enum.GetValues<MailSort>());
        var round = await MakeRound(portal);
        await Only(round, portal.Promoter);                                  // before anything is made of it
        await Pass(portal);
        Assert.Equal("city promoter province", To(server.Recipients));

        server.Manner = Manner.Postpones;
        var second = await MakeRound(portal);
        await Pass(portal);                                                  // the mails are there and wait
        Assert.Equal(4, (await Stored(portal)).Count(m => m.State is MailState.Waiting));
        await Only(second, portal.Other);
        await using (var db = portal.Database.Open())
            await db.Users.Where(a => a.UserName == "province").ExecuteUpdateAsync(s => s.SetProperty(a => a.Closed, true), Cancel);
        (server.Manner, portal.Clock.Time) = (Manner.Accepts, portal.Clock.Time.AddMinutes(1));
        await Pass(portal);
        Assert.Equal("city city other promoter province", To(server.Recipients));

        async Task Only(Guid of, Organisation entrant)
        {
            await using var db = portal.Database.Open();
            db.Add(new RoundEntrant { RoundId = of, OrganisationId = entrant.Id });
            await db.SaveChangesAsync(Cancel);
        }
    }

    static async Task<Guid> MakeRound(TestPortal portal) => (await portal.Run<MakeRound, Outcome<Round>>(async m => await m.Run(
        new RoundInput($"批次{Guid.NewGuid():N}", portal.Round.FormId, "2021", "2021-06-01T09:00", "2021-07-01T17:30", "", true, new HashSet<Guid>(), 0), await portal.Actor("ministry")))).Value!.Id;

    public static TheoryData<string, string> Troubles => new(
        from kind in (string[])["sqlite", "postgres"]
        from trouble in (string[])["dead", nameof(Manner.Hangs), nameof(Manner.HangsAfterTheMail), nameof(Manner.Closes), nameof(Manner.Postpones), nameof(Manner.Slow)]
        select (kind, trouble));

    [Theory, MemberData(nameof(Troubles))]
    public async Task No_step_waits_for_a_mail_server_in_trouble_and_its_mail_comes_once_it_is_well_again(string kind, string trouble)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server, TimeSpan.FromMilliseconds(50));
        await Address(portal, "city");
        if (trouble is "dead")
            server.Stop();
        else
            server.Manner = Enum.Parse<Manner>(trouble);
        var entries = new[] { await portal.BeginFilled(1), await portal.BeginFilled(2), await portal.BeginFilled(3) };
        await portal.Submit(entries[0].Id, Guid.NewGuid());
        await Until(() => trouble is "dead" || server.Connections > 0);
        var took = Stopwatch.StartNew();
        foreach (var entry in entries[1..])
            Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(5), $"{took.Elapsed}");
        if (trouble is not nameof(Manner.Slow))
        {
            await Task.Delay(300, Cancel);
            Assert.Empty(server.Taken);
        }
        if (trouble is "dead")
            server.Start();
        server.Manner = Manner.Accepts;
        await Until(() =>
        {
            portal.Clock.Time = portal.Clock.Time.AddSeconds(20);
            return server.Taken.Count >= 3;
        });
        await Task.Delay(300, Cancel);
        Assert.Equal(3, server.Taken.Count);
        Assert.Equal(3, server.Taken.Select(t => t.Message.MessageId).Distinct().Count());
    }

    static async Task Until(Func<bool> isSo)
    {
        var patience = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60));
            await Task.Delay(50, Cancel);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_mail_is_tried_again_less_and_less_often_and_then_given_up_with_what_the_server_said(string kind)
    {
        await using var server = new TestSmtp { Manner = Manner.Postpones };
        await using var portal = await Portal(kind, server);
        await Address(portal, "city");
        await Submit(portal);
        await Pass(portal);
        foreach (var (minutes, attempts) in ((int, int)[])[(1, 2), (5, 3), (15, 4), (60, 5), (240, 6), (720, 7), (1440, 8)])
        {
            portal.Clock.Time = portal.Clock.Time.AddMinutes(minutes).AddSeconds(-1);
            await Pass(portal);
            Assert.Equal(attempts - 1, (await Stored(portal)).Single().Attempts);
            portal.Clock.Time = portal.Clock.Time.AddSeconds(1);
            await Pass(portal);
            Assert.Equal(attempts, (await Stored(portal)).Single().Attempts);
        }
        var mail = (await Stored(portal)).Single();
        Assert.Equal((MailState.Failed, "451 come again"), (mail.State, mail.Reply));
        (server.Manner, portal.Clock.Time) = (Manner.Accepts, portal.Clock.Time.AddDays(2));
        await Pass(portal);
        Assert.Empty(server.Taken);
        portal.Clock.Time = portal.Clock.Time.AddDays(28).AddSeconds(1);
        await Pass(portal);
        Assert.Empty(await Stored(portal));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_recipient_that_the_server_refuses_is_given_up_at_once_and_keeps_nobody_else_from_his(string kind)
    {
        await using var server = new TestSmtp { Manner = Manner.Refuses };
        await using var portal = await Portal(kind, server);
        await Address(portal, "city");
        await Submit(portal);
        Assert.True(await Pass(portal));
        var mail = (await Stored(portal)).Single();
        Assert.Equal((MailState.Failed, 1, "550 no <city@example.cn> here"), (mail.State, mail.Attempts, mail.Reply));
        server.Manner = Manner.Accepts;
        await Submit(portal, seed: 2);
        await Pass(portal);
        Assert.Single(server.Taken);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_server_that_cannot_be_reached_costs_no_attempts_but_what_is_a_week_old_is_given_up(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "city");
        server.Stop();
        await Submit(portal);
        for (var i = 0; i < 12; i++)
            Assert.False(await Pass(portal));
        Assert.Equal((MailState.Waiting, 0), (await Stored(portal)).Select(m => (m.State, m.Attempts)).Single());
        portal.Clock.Time = portal.Clock.Time.AddDays(7).AddSeconds(1);
        await Pass(portal);
        Assert.Equal(MailState.Failed, (await Stored(portal)).Single().State);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_a_process_that_died_had_taken_is_done_by_another_and_nothing_is_doubled(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "city", "province");
        await Submit(portal);
        await using (var db = portal.Database.Open())                        // it died between the outbox and the mails
        {
            var now = portal.Clock.Time.UtcDateTime;
            Assert.NotEmpty(await db.Outbox.FromSqlRaw(portal.Database.Take("outbox", "due_at <= {0}", "due_at = {1}", 50), now, now.AddMinutes(10)).AsNoTracking().ToListAsync(Cancel));
        }
        await Pass(portal);
        Assert.Empty(await Stored(portal));
        portal.Clock.Time = portal.Clock.Time.AddMinutes(10);
        Assert.False(await new ExpandOutbox(portal.Database, portal.Clock).Run());
        Assert.Equal(2, (await Stored(portal)).Count);
        await using (var db = portal.Database.Open())                        // it died between the mails and the server, with one of them
        {
            var now = portal.Clock.Time.UtcDateTime;
            Assert.Single(await db.Mails.FromSqlRaw(portal.Database.Take("mail", "state = 'Waiting' AND due_at <= {0}", "due_at = {1}, attempts = attempts + 1", 1), now, now.AddMinutes(2)).AsNoTracking().ToListAsync(Cancel));
        }
        await Pass(portal);
        Assert.Single(server.Taken);
        portal.Clock.Time = portal.Clock.Time.AddMinutes(2);
        await Pass(portal);
        await Pass(portal);
        Assert.Equal("city province", To(server.Recipients));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_mail_that_may_have_come_twice_bears_the_same_message_id(string kind)
    {
        await using var server = new TestSmtp { Manner = Manner.ClosesAfterTheMail };
        await using var portal = await Portal(kind, server);
        await Address(portal, "city");
        await Submit(portal);
        Assert.False(await Pass(portal));
        (server.Manner, portal.Clock.Time) = (Manner.Accepts, portal.Clock.Time.AddMinutes(1));
        await Pass(portal);
        Assert.Equal(2, server.Taken.Count);
        Assert.Single(server.Taken.Select(t => t.Message.MessageId).Distinct());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Several_processes_send_each_mail_once(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "city", "province", "ministry");
        for (var seed = 1; seed <= 8; seed++)
            await Submit(portal, seed);
        portal.Clock.Time = new DateTimeOffset(portal.Round.ClosesAt.AddDays(-2));
        await Address(portal, "other", "promoter");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Pass(portal), Cancel)));
        await Pass(portal);
        Assert.Equal(8 * 3 + await Deadlines(portal), server.Taken.Count);
        Assert.Equal(server.Taken.Count, server.Taken.Select(t => t.Message.MessageId).Distinct().Count());
        Assert.All(await Stored(portal), m => Assert.Equal((MailState.Sent, 1), (m.State, m.Attempts)));
    }

    static async Task<int> Deadlines(TestPortal portal) => (await Stored(portal)).Count(m => m.Kind is MailKind.ClosesSoon or MailKind.ClosesAtOnce);

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_deadline_that_is_near_is_mailed_once_for_each_mark_to_whose_organisation_has_submitted_nothing(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        await Address(portal, "promoter", "colleague", "other", "city", "province", "ministry", "system");
        await Choose(portal, "colleague", MailSort.Waiting);
        portal.Clock.Time = portal.Round.ClosesAt.AddDays(-7).AddSeconds(-1);
        await Look();
        Assert.Empty(server.Taken);
        portal.Clock.Time = portal.Round.ClosesAt.AddDays(-7);
        await Look();
        await Look();
        Assert.Equal("other promoter", To(server.Recipients));
        Assert.Contains("已开放，尚未开始填报", server.Taken.First().Message.Subject!, StringComparison.Ordinal);

        var entry = (await portal.Run<BeginEntry, Outcome<Entry>>(async b => await b.Run(portal.Round.Id, await portal.Actor("promoter")))).Value!;
        await portal.Save(entry.Id, "promoter", TestEntries.Answers().AsWishes());
        await portal.Submit(entry.Id, Guid.NewGuid());
        server.Taken.Clear();
        portal.Clock.Time = portal.Round.ClosesAt.AddDays(-1);
        await Look();
        await Task.WhenAll(Look(), Look());
        Assert.Equal("city ministry other province", To(server.Recipients));
        Assert.Contains(server.Taken, t => t.To == "other@example.cn" && t.Message.Subject!.Contains("还剩 1 天", StringComparison.Ordinal));

        // it is made to close later: another day, so told anew
        server.Taken.Clear();
        var later = portal.Round.ClosesAt.AddDays(3);
        await using (var db = portal.Database.Open())
            await db.Rounds.Where(r => r.Id == portal.Round.Id).ExecuteUpdateAsync(s => s.SetProperty(r => r.ClosesAt, later), Cancel);
        await Look();
        await Look();
        Assert.Equal("other", To(server.Recipients));
        server.Taken.Clear();
        portal.Clock.Time = later;
        await Look();
        Assert.Empty(server.Taken);

        Task Look() => Task.Run(() => Pass(portal), Cancel);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_address_counts_once_the_link_that_was_mailed_to_it_was_confirmed_by_its_person(string kind)
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal(kind, server);
        using var browser = await portal.Browser("city");
        await browser.Get("/account/mail");
        Assert.Equal("mail-address-wrong", await Refused("nonsense", TestPortal.Password));
        Assert.Equal("mail-address-wrong", await Refused("a@example.cn,b@example.cn", TestPortal.Password));
        Assert.Equal("mail-address-wrong", await Refused("a@example.cn\r\nBcc: b@example.cn", TestPortal.Password));
        Assert.Equal("password-wrong", await Refused("liu@example.cn", "x"));
        Assert.Empty(await Stored(portal));
        var asked = await browser.Post("/account/mail/address", ("address", "liu@example.cn"), ("password", TestPortal.Password));
        Assert.Equal("/account/mail", asked.Path);
        Assert.Contains("liu@example.cn", asked.Document.QuerySelector("main .alert-info")!.TextContent, StringComparison.Ordinal);

        await Submit(portal);                                                // nothing but the link goes there yet
        await Pass(portal);
        var (to, message, _) = Assert.Single(server.Taken);
        Assert.Equal(("liu@example.cn", "【集群】确认邮箱"), (to, message.Subject!));
        var link = Regex.Match(message.TextBody!, @"https://portal\.example\.cn(/account/mail/confirm/[0-9a-f]{64})\s").Groups[1].Value;
        await using (var db = portal.Database.Open())
        {
            var secret = link.Split('/')[^1];
            Assert.Equal(AcceptInvitation.Digest(secret), (await db.PendingAddresses.SingleAsync(Cancel)).SecretDigest);
            Assert.Null((await db.Mails.SingleAsync(m => m.Kind == MailKind.Address, Cancel)).Secret);
            Assert.Null((await db.Users.SingleAsync(a => a.UserName == "city", Cancel)).Email);
            Assert.DoesNotContain(await db.Audit.ToListAsync(Cancel), a => a.Detail.Contains("liu", StringComparison.Ordinal));
        }
        using (var stranger = await portal.Browser("province"))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(link)).Status);
            await stranger.Get("/");
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Post(link)).Status);
        }
        using (var nobody = portal.Browser())
            Assert.StartsWith("/sign-in", (await nobody.Get(link)).Path, StringComparison.Ordinal);
        await browser.Get(link);
        await Submit(portal, seed: 2);
        await Pass(portal);
        Assert.Single(server.Taken);                                         // to open it confirms nothing
        await browser.Get(link);
        Assert.Equal("/account/mail?done=confirmed", (await browser.Post(link)).Path);
        await Submit(portal, seed: 3);
        await Pass(portal);
        Assert.Equal("liu liu", To(server.Recipients));
        await browser.Get("/");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post(link)).Status);        // once

        await browser.Get("/account/mail");
        await browser.Post("/account/mail/address", ("address", "other@example.cn"), ("password", TestPortal.Password));
        await Submit(portal, seed: 4);
        await Pass(portal);
        Assert.Equal("liu liu liu other", To(server.Recipients));            // until the new one is confirmed, the old one counts
        var second = Regex.Match(server.Taken.Single(t => t.To == "other@example.cn").Message.TextBody!, @"/account/mail/confirm/[0-9a-f]+").Value;
        portal.Clock.Time = portal.Clock.Time.AddHours(24);
        Assert.Equal(HttpStatusCode.NotFound, (await (await portal.Browser("city")).Get(second)).Status);

        using var again = await portal.Browser("city");
        await again.Get("/account/mail");
        Assert.Equal("/account/mail?done=removed", (await again.Post("/account/mail/address", ("address", ""), ("password", TestPortal.Password))).Path);
        await Submit(portal, seed: 5);
        await Pass(portal);
        Assert.Equal(4, server.Taken.Count);

        async Task<string> Refused(string address, string password)
        {
            var outcome = await portal.Run<ChangeMail, Outcome<Account>>(async c => await c.Ask(address, password, await portal.Actor("city")));
            return outcome.Refusal![0].Code is "mail-address" ? "mail-address-wrong" : outcome.Refusal[0].Code;
        }
    }

    [Fact]
    public async Task Nobodys_box_is_filled_with_links()
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal("sqlite", server);
        for (var i = 0; i < 6; i++)
        {
            var outcome = await portal.Run<ChangeMail, Outcome<Account>>(async c => await c.Ask($"a{i}@example.cn", TestPortal.Password, await portal.Actor("city")));
            Assert.Equal(i == 5 ? "mail-often" : null, outcome.Refusal?[0].Code);
        }
        await Pass(portal);
        Assert.Equal("a4@example.cn", Assert.Single(server.Taken).To);       // the newest link alone works
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_portal_without_mail_says_so_and_lets_no_outbox_grow(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await Address(portal, "city");
        using var browser = await portal.Browser("city");
        Assert.Contains("未启用邮件发送", (await browser.Get("/account")).Text, StringComparison.Ordinal);
        Assert.Contains("未启用邮件发送", (await browser.Get("/account/mail")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post("/account/mail/address", ("address", "a@example.cn"), ("password", TestPortal.Password))).Status);
        await Submit(portal);
        var mailing = new Mailing(new PortalSettings(portal.Database, TestEntries.Forms, portal.Clock, ""), portal.Database, portal.Running.Services.GetRequiredService<IDataProtectionProvider>(), portal.Clock, NullLoggerFactory.Instance);
        await mailing.Pass(Cancel);
        Assert.NotEqual(0, await Outbox());                                  // for a process that sends
        portal.Clock.Time = portal.Clock.Time.AddDays(1).AddSeconds(1);
        await mailing.Pass(Cancel);
        Assert.Equal(0, await Outbox());
        Assert.Empty(await Stored(portal));

        async Task<int> Outbox()
        {
            await using var db = portal.Database.Open();
            return await db.Outbox.CountAsync(Cancel);
        }
    }

    [Fact]
    public async Task What_is_mailed_is_chosen_on_the_page_and_by_programs()
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal("sqlite", server);
        using var browser = await portal.Browser("city");
        var page = await browser.Get("/account/mail");
        Assert.Equal(["Waiting", "Returned", "Deadline", "Decided"], page.Document.QuerySelectorAll("input[name=sort][checked]").Select(i => i.GetAttribute("value")));
        page = await browser.Post("/account/mail", ("sort", "Changed"), ("sort", "Deadline"), ("sort", "nonsense"));
        Assert.Equal(["Deadline", "Changed"], page.Document.QuerySelectorAll("input[name=sort][checked]").Select(i => i.GetAttribute("value")));
        using var program = await portal.Program("city");
        Assert.Equal("""{"isSent":true,"hasAddress":false,"sorts":["Deadline","Changed"]}""", (await program.Get("/api/account/mail")).Text);
        Assert.Equal(HttpStatusCode.NoContent, (await program.Put("/api/account/mail", new { sorts = new[] { "Waiting" } }, null)).Status);
        Assert.Equal("""{"isSent":true,"hasAddress":false,"sorts":["Waiting"]}""", (await program.Get("/api/account/mail")).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_certificate_that_is_trusted_nothing_is_sent_and_no_password_told(bool hasTls)
    {
        using var certificate = Certificate();
        await using var server = new TestSmtp(hasTls ? certificate : null, startTls: true) { Login = ("jiqun", "geheim") };
        await using var portal = await TestPortal.Of("sqlite", p => p.Mail = Settings(server, security: MailSecurity.StartTls) with { User = "jiqun", Password = "geheim" });
        await Address(portal, "city");
        await Submit(portal);
        Assert.False(await Pass(portal));
        Assert.Empty(server.Taken);
        Assert.DoesNotContain(server.Said, s => s.StartsWith("AUTH", StringComparison.Ordinal) || s.StartsWith("MAIL", StringComparison.Ordinal));
    }

    /// <summary>Of this machine, by itself, for some minutes.</summary>
    static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    [Fact]
    public async Task The_command_sends_over_tls_with_the_password_of_the_environment()
    {
        using var folder = await ServeFolder.With(entries: 0);
        using var certificate = Certificate();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "ca.pem"), certificate.ExportCertificatePem(), Cancel);
        await using var server = new TestSmtp(certificate) { Login = ("jiqun@example.cn", "geheim") };
        using var process = await ServeProcess.Start(
            folder.Path, ["--mail", $"smtps://jiqun%40example.cn@localhost:{server.Port}", "--mail-from", "portal@example.cn", "--address", "https://portal.example.cn/"],
            ("JIQUN_MAIL_PASSWORD", "geheim"), ("SSL_CERT_FILE", Path.Combine(folder.Path, "ca.pem")));
        using var browser = new TestBrowser(process.Address);
        await browser.Get("/sign-in");
        await browser.Post("/sign-in", ("name", "promoter"), ("password", TestPortal.Password), ("return", "/"));
        await browser.Get("/account/mail");
        await browser.Post("/account/mail/address", ("address", "wang@example.cn"), ("password", TestPortal.Password));
        await Until(() => !server.Taken.IsEmpty);
        Assert.Equal("wang@example.cn", server.Taken.Single().To);
    }

    [Theory]
    [InlineData("smtp://mail.example.cn", "mail.example.cn", 587, MailSecurity.StartTls, null)]
    [InlineData("smtp://a%40b.cn@mail.example.cn:25", "mail.example.cn", 25, MailSecurity.StartTls, "a@b.cn")]
    [InlineData("smtps://u@mail.example.cn", "mail.example.cn", 465, MailSecurity.Tls, "u")]
    [InlineData("smtp+plain://10.0.0.1", "10.0.0.1", 25, MailSecurity.None, null)]
    [InlineData("smtp://localhost", "localhost", 587, MailSecurity.None, null)]
    [InlineData("smtp://127.0.0.1:2525", "127.0.0.1", 2525, MailSecurity.None, null)]
    [InlineData("smtp://[::1]:2525", "::1", 2525, MailSecurity.None, null)]
    public void A_server_is_read_with_what_it_takes_to_speak_to_it_in_secret(string server, string host, int port, MailSecurity security, string? user)
    {
        var read = MailSettings.Read(server, "a@b.cn", "https://portal.example.cn", "geheim")!;
        Assert.Equal((host, port, security, user, user is null ? null : "geheim"), (read.Host, read.Port, read.Security, read.User, read.Password));
        Assert.DoesNotContain("geheim", $"{read}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail.example.cn", "a@b.cn", "https://p.cn", "x")]
    [InlineData("http://mail.example.cn", "a@b.cn", "https://p.cn", "x")]
    [InlineData("smtp://u:geheim@mail.example.cn", "a@b.cn", "https://p.cn", "x")]
    [InlineData("http://u:geheim@mail.example.cn", "a@b.cn", "https://p.cn", "x")]
    [InlineData("smtp://u@mail.example.cn", "a@b.cn", "https://p.cn", null)]
    [InlineData("smtp://mail.example.cn/path", "a@b.cn", "https://p.cn", "x")]
    [InlineData("smtp://mail.example.cn", "nobody", "https://p.cn", "x")]
    [InlineData("smtp://mail.example.cn", "a@b.cn\nBcc: c@d.cn", "https://p.cn", "x")]
    [InlineData("smtp://mail.example.cn", "a@b.cn", "p.cn", "x")]
    [InlineData("smtp://mail.example.cn", "a@b.cn", "https://p.cn/portal", "x")]
    [InlineData("smtp://mail.example.cn", null, "https://p.cn", "x")]
    [InlineData("smtp://mail.example.cn", "a@b.cn", null, "x")]
    [InlineData(null, "a@b.cn", null, "x")]
    public void What_cannot_be_used_is_refused_without_telling_the_password(string? server, string? from, string? address, string? password) =>
        Assert.DoesNotContain("geheim", Assert.Throws<StartException>(() => MailSettings.Read(server, from, address, password)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_name_with_line_breaks_or_of_great_length_stays_in_the_subject()
    {
        await using var server = new TestSmtp();
        await using var portal = await Portal("sqlite", server);
        await Address(portal, "city");
        await using (var db = portal.Database.Open())
            await db.Organisations.Where(o => o.Id == portal.Promoter.Id).ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, $"x\r\nBcc: evil@example.cn\r\n\r\n{new string('集', 150)}"), Cancel);
        await Submit(portal);
        await Pass(portal);
        var (to, message, _) = Assert.Single(server.Taken);
        Assert.Equal(("city@example.cn", 0, 1), (to, message.Bcc.Count, message.To.Count));
        Assert.StartsWith("【集群】x  Bcc: evil@example.cn", message.Subject!, StringComparison.Ordinal);
        Assert.True(message.Subject!.Length < 110);
    }
}
