using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Mails;

/// <summary>
/// Makes a mail to each person whose organisation has submitted nothing yet in a round that closes soon: one for each of the two marks, and anew when the
/// round is made to close on another day.
/// </summary>
sealed class FindDeadlines(Database database, TimeProvider clock)
{
    public async Task Run()
    {
        await using var db = database.Open();
        var now = clock.Now();
        var soon = now + Waiting.Soon;
        if (!await db.Rounds.AnyAsync(r => r.OpensAt <= now && r.ClosesAt > now && r.ClosesAt <= soon))
            return;
        var people = await (from a in db.Users
                            where a.EmailConfirmed && !a.Closed && a.Role == Role.Member && db.Organisations.Any(o => o.Id == a.OrganisationId && o.Level == Level.Promoter)
                            select a).AsNoTracking().ToListAsync();
        foreach (var person in people.Where(p => p.Wants(MailSort.Deadline)))
        {
            if (await Actor.Of(database, person.Id, person.SecurityStamp!) is not { } actor)
                continue;
            foreach (var (round, closesAt, waiting) in await Waiting.Unsubmitted(db, actor, now))
                if (waiting.Urgency is not Urgency.None)
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
