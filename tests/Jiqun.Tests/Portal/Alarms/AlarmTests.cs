using System.Net;
using Jiqun.Portal.Alarms;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Alarms;

public sealed class AlarmTests
{
    static async Task<List<(AlarmKind Kind, int Count)>> Alarms(TestPortal portal)
    {
        await portal.Chained();
        await using var db = portal.Database.Open();
        return [.. (await db.Alarms.OrderBy(a => a.Kind).ToListAsync()).Select(a => (a.Kind, a.Count))];
    }

    static async Task Note(TestPortal portal, AuditAction action, string by, int times, string address = "")
    {
        await using var db = portal.Database.Open();
        var id = db.Users.Single(a => a.UserName == by).Id;
        for (var i = 0; i < times; i++)
            db.Audit.Add(new AuditRow { At = portal.Clock.Time.UtcDateTime, AccountId = id, TokenId = null, Address = address, Action = action, Outcome = AuditOutcome.Done, Subject = id, Detail = "", Digest = "" });
        await db.SaveChangesAsync();
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Many_refused_sign_ins_are_one_alarm_that_grows_until_somebody_has_looked(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var guesser = portal.Browser();
        for (var i = 0; i < FindAlarms.MostRefusedOfAccount; i++)
        {
            await guesser.Get("/sign-in");
            await guesser.Post("/sign-in", ("name", "city"), ("password", "wrong"), ("return", "/"));
            if (i == FindAlarms.MostRefusedOfAccount - 2)
                Assert.Empty(await Alarms(portal));
        }
        Assert.Equal([(AlarmKind.SignInsRefused, FindAlarms.MostRefusedOfAccount)], await Alarms(portal));
        await guesser.Get("/sign-in");
        await guesser.Post("/sign-in", ("name", "city"), ("password", "wrong"), ("return", "/"));
        Assert.Equal([(AlarmKind.SignInsRefused, FindAlarms.MostRefusedOfAccount + 1)], await Alarms(portal));

        using var security = await portal.Browser("security");
        var page = await security.Get("/alarms");
        Assert.Contains("账户多次登录失败", page.Text, StringComparison.Ordinal);
        var done = page.Document.QuerySelector("form[action$='/done']")!.GetAttribute("action")!;
        Assert.Null((await security.Post(done)).Document.QuerySelector("form[action$='/done']"));
        foreach (var who in new[] { "system", "audit", "ministry", "promoter" })
        {
            using var other = await portal.Browser(who);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Get("/alarms")).Status);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Ids_of_others_are_written_down_and_become_an_alarm(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.BeginFilled();
        using var other = await portal.Browser("other");
        for (var i = 0; i < FindAlarms.MostAccessRefused; i++)
            Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/entries/{entry.Id}")).Status);
        await using (var db = portal.Database.Open())
            Assert.Equal(("GET /entries/{id:guid}", AuditOutcome.Refused, entry.Id), await db.Audit.Where(r => r.Action == AuditAction.AccessRefused).Select(r => new ValueTuple<string, AuditOutcome, Guid>(r.Detail, r.Outcome, r.Subject!.Value)).FirstAsync());
        Assert.Equal([(AlarmKind.AccessRefused, FindAlarms.MostAccessRefused)], await Alarms(portal));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Bulk_downloads_new_addresses_and_administrators_at_night_are_told(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await Note(portal, AuditAction.Downloaded, "city", FindAlarms.MostDownloads - 1);
        await Note(portal, AuditAction.SignIn, "promoter", 3, "192.0.2.1");
        await Note(portal, AuditAction.SignIn, "promoter", 1, "192.0.2.1");
        Assert.Empty(await Alarms(portal));
        await Note(portal, AuditAction.PersonalRead, "city", 1);
        await Note(portal, AuditAction.SignIn, "promoter", 1, "198.51.100.7");
        await Note(portal, AuditAction.SignIn, "province", 1, "198.51.100.7");             // the first time is no surprise
        Assert.Equal([(AlarmKind.ManyDownloads, FindAlarms.MostDownloads), (AlarmKind.NewAddress, 1)], (await Alarms(portal)).OrderBy(a => a.Kind.ToString()));
        portal.Clock.Time = new DateTimeOffset(2021, 6, 2, 3, 0, 0, TimeSpan.FromHours(8));
        await Note(portal, AuditAction.SignIn, "promoter", 1, "192.0.2.1");
        await Note(portal, AuditAction.SignIn, "system", 1, "192.0.2.1");
        Assert.Contains((AlarmKind.AtNight, 1), await Alarms(portal));
        Assert.Equal(3, (await Alarms(portal)).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_chain_that_was_changed_is_told_until_somebody_has_looked_and_again_while_it_goes_on(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        var clock = new TestClock();
        using var chain = new ChainAudit(database.Database, clock, NullLoggerFactory.Instance);
        async Task Add()
        {
            await using var db = database.Open();
            await db.NoteAlone(AuditAction.SignIn, null, null, clock.Time.UtcDateTime);
        }

        async Task<List<(AlarmKind, int, bool)>> Told(TimeSpan later)
        {
            clock.Time += later;
            Assert.Equal(0, await chain.Pass());
            await using var db = database.Open();
            return [.. (await db.Alarms.OrderBy(a => a.Id).ToListAsync()).Select(a => (a.Kind, a.Count, a.DoneAt is null))];
        }

        await Add();
        Assert.Equal(1, await chain.Pass());
        await Add();
        await using (var db = database.Open())
            await db.AuditBlocks.ExecuteUpdateAsync(b => b.SetProperty(c => c.Hash, new byte[32]));
        Assert.Equal([(AlarmKind.ChainChanged, 1, true)], await Told(TimeSpan.Zero));
        Assert.Equal([(AlarmKind.ChainChanged, 1, true)], await Told(TimeSpan.FromMinutes(9)));
        Assert.Equal([(AlarmKind.ChainChanged, 2, true)], await Told(TimeSpan.FromMinutes(1)));
        await using (var db = database.Open())
            await db.Alarms.ExecuteUpdateAsync(a => a.SetProperty(b => b.DoneAt, clock.Time.UtcDateTime));
        Assert.Equal([(AlarmKind.ChainChanged, 2, false)], await Told(TimeSpan.FromMinutes(9)));
        Assert.Equal([(AlarmKind.ChainChanged, 2, false), (AlarmKind.ChainChanged, 1, true)], await Told(TimeSpan.FromMinutes(1)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_chain_that_cannot_go_on_is_told_once_it_failed_several_times(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var chain = new ChainAudit(portal.Database, portal.Clock, NullLoggerFactory.Instance);
        await using var db = portal.Database.Open();
        async Task Fails(int times)
        {
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE audit_block RENAME TO hidden");
            for (var i = 0; i < times; i++)
                Assert.False(await chain.Passes());
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE hidden RENAME TO audit_block");
        }

        await Fails(2);
        Assert.True(await chain.Passes());                 // what was before counts no more
        await Fails(2);
        Assert.Empty(db.Alarms);
        await Fails(1);
        Assert.Equal((AlarmKind.ChainStopped, 1), db.Alarms.Select(a => new ValueTuple<AlarmKind, int>(a.Kind, a.Count)).Single());
        using var security = await portal.Browser("security");
        Assert.Contains("审计记录无法续入审计链", (await security.Get("/alarms")).Text, StringComparison.Ordinal);
    }
}
