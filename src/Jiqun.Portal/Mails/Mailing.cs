using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Mails;

/// <summary>What makes notices into mails and sends them, beside the requests: whatever happens here, no step waits for it. Any number of processes may do so on one database.</summary>
sealed partial class Mailing(PortalSettings settings, Database database, IDataProtectionProvider keys, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    /// <summary>Between two looks for what is not urgent: rounds that close soon, and rows that are old.</summary>
    static readonly TimeSpan Seldom = TimeSpan.FromHours(1);

    /// <summary>How long mails are kept that are done with.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>How long what is to be mailed waits for a process that sends mail, where this one does not.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    readonly ILogger log = logs.CreateLogger("jiqun.mail");
    DateTime nextLook = DateTime.MinValue;
    bool wasFine = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = settings.Mail?.Pause ?? Seldom;
        while (true)
        {
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            var fine = false;
            try
            {
                fine = await Pass(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception failure)                       // a database that does not answer is asked again
            {
                Failed(log, failure);
                Metrics.Failures.Add(1, Metrics.Kind("mail"));
            }
            if (settings.Mail is { } mail)
                pause = fine ? mail.Pause : mail.LongPause;
        }
    }

    /// <summary>Does once whatever is to be done now.</summary>
    /// <returns>Whether the mail server answered, as far as it was asked.</returns>
    internal async Task<bool> Pass(CancellationToken stop)
    {
        var expand = new ExpandOutbox(database, clock);
        if (settings.Mail is not { } mail)
        {
            await expand.Drop(Patience);
            return true;
        }
        while (!stop.IsCancellationRequested && await expand.Run())
        {
        }
        if (clock.Now() >= nextLook)
        {
            await new FindDeadlines(database, settings.Approvals, clock).Run();
            await Clean();
            nextLook = clock.Now() + Seldom;
        }
        var why = await new SendMails(database, new WriteLetter(database, keys, mail, settings.Approvals, clock), mail, clock, log).Run(stop);
        await using var db = database.Open();
        Metrics.MailsWaiting.Record(await db.Mails.CountAsync(m => m.State == MailState.Waiting, CancellationToken.None));
        if (why is not null && wasFine && !stop.IsCancellationRequested)
            Unusable(log, mail.ToString(), why);
        return wasFine = why is null;
    }

    async Task Clean()
    {
        await using var db = database.Open();
        var now = clock.Now();
        var old = now - Kept;
        await db.Mails.Where(m => m.State != MailState.Waiting && m.DoneAt < old).ExecuteDeleteAsync();
        await db.PendingAddresses.Where(p => p.ExpiresAt < now).ExecuteDeleteAsync();
    }

    /// <summary>Once, until it is of use again.</summary>
    [LoggerMessage(LogLevel.Warning, "The mail server {Server} cannot be used at present, and mails wait: {Why}")]
    static partial void Unusable(ILogger log, string server, string why);

    [LoggerMessage(LogLevel.Error, "Mails could not be made or sent; it is tried again.")]
    static partial void Failed(ILogger log, Exception why);
}
