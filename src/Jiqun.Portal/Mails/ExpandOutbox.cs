using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Mails;

/// <summary>Makes rows of the outbox into mails, one to each person who has an address, wants that sort and may see what it is about.</summary>
sealed class ExpandOutbox(Database database, TimeProvider clock)
{
    /// <summary>Rows in one go.</summary>
    const int Most = 50;

    /// <summary>After it, others take what somebody had taken and not finished. No harm is done if both finish: of what both made the second is undone.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <returns>Whether there may be more.</returns>
    public async Task<bool> Run()
    {
        await using var db = database.Open();
        var now = clock.Now();
        if (!await db.Outbox.AnyAsync(o => o.DueAt <= now))
            return false;
        var take = database.Take("outbox", "due_at <= {0}", "due_at = {1}", Most);
        var rows = await db.Outbox.FromSqlRaw(take, now, now + Lease).AsNoTracking().ToListAsync();
        if (rows.Count == 0)
            return false;
        List<Mail> mails = [];
        foreach (var person in await Concerned(rows, db))
            if (await Actor.Of(database, person.Id, person.SecurityStamp!, clock.Today()) is { } actor)
                mails.AddRange(await MailsTo(person, actor, rows, db, now));

        await using var together = await db.Database.BeginTransactionAsync();
        var ids = rows.ConvertAll(r => r.Id);
        if (await db.Outbox.Where(o => ids.Contains(o.Id)).ExecuteDeleteAsync() < rows.Count)
            return true;                                    // somebody else has done it meanwhile
        db.AddRange(mails);
        await db.SaveChangesAsync();
        await together.CommitAsync();
        return rows.Count == Most;
    }

    /// <summary>Drops what waits longer: where no mail is sent, so that nobody gets what is long past once it is. Not at once, since another process on the same database may send.</summary>
    public async Task Drop(TimeSpan older)
    {
        await using var db = database.Open();
        var before = clock.Now() - older;
        await db.Outbox.Where(o => o.At < before).ExecuteDeleteAsync();
    }

    static Task<List<Account>> Concerned(List<OutboxRow> rows, JiqunDb db)
    {
        var recipients = rows.Select(r => r.Recipient).ToHashSet();
        var everyone = recipients.Contains(Notice.Everyone);
        return db.Users.AsNoTracking()
            .Where(a => a.EmailConfirmed && !a.Closed && (everyone || recipients.Contains(a.Id) || a.OrganisationId != null && recipients.Contains(a.OrganisationId.Value)))
            .ToListAsync();
    }

    static async Task<IEnumerable<Mail>> MailsTo(Account person, Actor actor, List<OutboxRow> rows, JiqunDb db, DateTime now)
    {
        var own = rows.Where(r => (r.Recipient == Notice.Everyone || r.Recipient == person.Id || r.Recipient == person.OrganisationId) && person.Wants(r.Kind, actor)).ToList();
        if (own.Count == 0)
            return [];
        var subjects = own.Select(r => r.Subject).ToHashSet();
        var notices = await db.NoticesOf(actor).AsNoTracking().Where(n => subjects.Contains(n.Subject)).ToListAsync();
        return from notice in notices
               where own.Exists(r => (r.Recipient, r.Kind, r.Subject, r.AccountId, r.At) == (notice.Recipient, notice.Kind, notice.Subject, notice.AccountId, notice.At))
               select Mail.Of($"notice:{notice.Id}:{person.Id:N}", person.Id, MailKind.Notice, now, notice: notice.Id);
    }
}
