using System.Net;
using Jiqun.Portal.Alarms;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Audit;
using Microsoft.EntityFrameworkCore;

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
}
