using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Mails;

/// <summary>
/// Makes a mail to each person whose organisation has submitted nothing yet in a round that closes soon, or for whose office an entry waits with little time left: one for
/// each round and each of the two marks, and anew when the deadline is put on another day.
/// </summary>
sealed class FindDeadlines(Database database, ApprovalLibrary approvals, TimeProvider clock)
{
    public async Task Run()
    {
        await using var db = database.Open();
        var now = clock.Now();
        var soon = now + Waiting.Soon;
        if (!await db.Rounds.AnyAsync(r => r.OpensAt <= now && r.ClosesAt > now && r.ClosesAt <= soon)
            && !await db.RoundDeadlines.AnyAsync(d => d.At > now && d.At <= soon)
            && !await db.Extensions.AnyAsync(x => x.Until > now && x.Until <= soon))
            return;
        var courses = new ReadCourse(db, approvals, clock);
        var people = await (from a in db.Users
                            where a.EmailConfirmed && !a.Closed && a.Role == Role.Member
                            select a).AsNoTracking().ToListAsync();
        foreach (var person in people.Where(p => p.Wants(MailSort.Deadline)))
        {
            if (await Actor.Of(database, person.Id, person.SecurityStamp!, clock.Today()) is not { } actor)
                continue;
            foreach (var (round, closesAt, waiting) in await Waiting.Near(db, courses, actor, now))
                await Add(person.Id, round, closesAt, waiting.Urgency is Urgency.Near ? MailKind.ClosesSoon : MailKind.ClosesAtOnce, db, now);
        }
    }

    /// <summary>Of several who add the same, one does.</summary>
    static async Task Add(Guid person, Guid round, DateTime closesAt, MailKind kind, JiqunDb db, DateTime now)
    {
        var key = $"{kind}:{round:N}:{Beijing.Shown(closesAt)[..10]}:{person:N}";
        if (await db.Mails.AnyAsync(m => m.Key == key))
            return;
        var mail = Mail.Of(key, person, kind, now, subject: round);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO mail (id, key, account_id, kind, subject, at, state, attempts, due_at)
            VALUES ({mail.Id}, {key}, {person}, {kind.ToString()}, {round}, {now}, 'Waiting', 0, {now}) ON CONFLICT (key) DO NOTHING
            """);
    }
}
