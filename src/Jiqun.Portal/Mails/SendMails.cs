using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Mails;

/// <summary>Sends the mails that are due, one after the other through one connection.</summary>
sealed partial class SendMails(Database database, WriteLetter write, MailSettings settings, TimeProvider clock, ILogger log)
{
    /// <summary>Mails in one go.</summary>
    public const int Most = 100;

    /// <summary>How long after each attempt that failed the next one is made; after the last of them the mail is given up.</summary>
    static readonly TimeSpan[] Waits = [Minutes(1), Minutes(5), Minutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12), TimeSpan.FromHours(24)];

    /// <summary>What could not even be tried for so long, since no server answered, is given up: it tells nothing new any more.</summary>
    static readonly TimeSpan Stale = TimeSpan.FromDays(7);

    /// <summary>Longer than an attempt takes: then whoever had taken the mail is no more, and others take it.</summary>
    TimeSpan Lease => settings.ConnectTimeout + settings.SendTimeout + Minutes(1);

    static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    /// <returns>Why the server is of no use at present; null when it is, or was not asked.</returns>
    public async Task<string?> Run(CancellationToken stop)
    {
        await using var db = database.Open();
        if (!await Due(db).AnyAsync(stop))
            return null;
        await GiveUpStale(db);
        await using var server = new MailServer(settings);
        if (await server.Connect(stop) is { } why)
            return why;
        for (var i = 0; i < Most && !stop.IsCancellationRequested && await Take(db) is { } mail; i++)
            if (await Send(mail, server, db) is { } broken)
                return broken;
        return null;
    }

    IQueryable<Mail> Due(JiqunDb db)
    {
        var now = clock.Now();
        return db.Mails.Where(m => m.State == MailState.Waiting && m.DueAt <= now);
    }

    /// <summary>Null when there is none that nobody else has taken.</summary>
    async Task<Mail?> Take(JiqunDb db)
    {
        var now = clock.Now();
        var take = database.Take("mail", "state = 'Waiting' AND due_at <= {0}", "due_at = {1}, attempts = attempts + 1", 1);
        return (await db.Mails.FromSqlRaw(take, now, now + Lease).AsNoTracking().ToListAsync()).SingleOrDefault();
    }

    /// <returns>Why the connection is of no use for another one; null when it is.</returns>
    async Task<string?> Send(Mail mail, MailServer server, JiqunDb db)
    {
        if (await write.Run(mail) is not { } letter)
        {
            await Done(mail, MailState.Dropped, null, db);
            return null;
        }
        var (result, reply) = await server.Send(letter);
        if (result is Sending.Taken)
        {
            await Done(mail, MailState.Sent, null, db);
            Metrics.MailsSent.Add(1);
        }
        else if (result is Sending.Refused || mail.Attempts > Waits.Length)
        {
            await Done(mail, MailState.Failed, reply, db);
            Metrics.MailsFailed.Add(1);
            GivenUp(log, mail.Id, mail.Attempts);
        }
        else
        {
            var next = clock.Now() + Waits[mail.Attempts - 1];
            await db.Mails.Where(m => m.Id == mail.Id && m.Attempts == mail.Attempts).ExecuteUpdateAsync(s => s.SetProperty(m => m.DueAt, next).SetProperty(m => m.Reply, reply));
        }
        return result is Sending.Broken ? reply : null;
    }

    async Task Done(Mail mail, MailState state, string? reply, JiqunDb db)
    {
        DateTime? now = clock.Now();
        await db.Mails.Where(m => m.Id == mail.Id).ExecuteUpdateAsync(s => s
            .SetProperty(m => m.State, state).SetProperty(m => m.DoneAt, now).SetProperty(m => m.Reply, reply).SetProperty(m => m.Secret, (string?)null));
    }

    async Task GiveUpStale(JiqunDb db)
    {
        DateTime? now = clock.Now();
        var before = clock.Now() - Stale;
        var stale = await Due(db).Where(m => m.At < before)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.State, MailState.Failed).SetProperty(m => m.DoneAt, now).SetProperty(m => m.Secret, (string?)null));
        Metrics.MailsFailed.Add(stale);
    }

    // what the server said may name the address
    [LoggerMessage(LogLevel.Warning, "Mail {Id} was given up after {Attempts} attempt(s); why, says its row.")]
    static partial void GivenUp(ILogger log, Guid id, int attempts);
}
