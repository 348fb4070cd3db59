using Jiqun.Portal.Alarms;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Audit;

/// <summary>
/// Chains the audit rows, a block a second while there are new ones, beside the requests: nobody who writes waits for it. Any number of processes may do so on
/// one database; the number of the block says which of two came first, and the other leaves off.
/// </summary>
sealed partial class ChainAudit(Database database, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>For how long a row that is written late is waited for. Nothing holds an audit row back for longer than a second.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    const int MostRows = 5_000, MostMissed = 10_000;

    /// <summary>Failures in a row that a database may have that is being started again.</summary>
    const int MostFailures = 3;

    readonly ILogger log = logs.CreateLogger("jiqun.audit");

    /// <summary>Numbers between those of chained rows, and when they were passed over: each is of a transaction that goes on, or was given up.</summary>
    readonly Dictionary<long, DateTime> missed = [];

    (long Number, long LastRow, byte[] Hash)? tail;
    int failures;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        do
        {
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!await Passes())
                await Task.Delay(10 * Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!stoppingToken.IsCancellationRequested);
    }

    /// <summary>Chains all that waits.</summary>
    /// <returns>Whether it could be done; a database that does not answer is asked again.</returns>
    internal async Task<bool> Passes()
    {
        try
        {
            while (await Pass() >= MostRows)
            {
            }
            failures = 0;
            return true;
        }
        catch (Exception failure)
        {
            await Fail(failure);
            return false;
        }
    }

    async Task Fail(Exception failure)
    {
        Failed(log, failure);
        Metrics.Failures.Add(1, Metrics.Kind("audit-chain"));
        if (++failures < MostFailures)
            return;
        try
        {
            await using var db = database.Open();
            await db.RaiseOfChain(AlarmKind.ChainStopped, clock.Now());
        }
        catch (Exception)                                   // the same database; the log has told why
        {
        }
    }

    /// <summary>Makes a block of the rows that are in none.</summary>
    /// <returns>How many rows are in it.</returns>
    internal async Task<int> Pass()
    {
        await using var db = database.Open();
        var now = clock.Now();
        if (await CatchUp(db, now))
            return 0;                                       // another process is at it
        var last = tail?.LastRow ?? 0;
        var rows = await db.Audit.AsNoTracking().Where(r => r.Id > last).OrderBy(r => r.Id).Take(MostRows).ToListAsync();
        if (missed.Count > 0)
        {
            var late = missed.Keys.ToList();
            rows.InsertRange(0, await db.Audit.AsNoTracking().Where(r => late.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync());
        }
        if (rows.Count == 0)
            return 0;
        var block = AuditBlock.Of(database.Key, tail, rows, now);
        db.Add(block);
        await db.Look(rows);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException)
        {
            await using var after = database.Open();
            if (await after.AuditBlocks.AnyAsync(b => b.Number == block.Number))
                return 0;                                   // somebody else was quicker
            throw;
        }
        Remember(block, now);
        return rows.Count;
    }

    /// <summary>Learns the blocks that others made.</summary>
    /// <returns>Whether there were any since the last look.</returns>
    async Task<bool> CatchUp(JiqunDb db, DateTime now)
    {
        if (tail is null)
        {
            // what was passed over shortly before the last block may have come since, however long nobody was here to chain it
            var since = (await db.AuditBlocks.MaxAsync(b => (DateTime?)b.At) ?? now) - Patience;
            if (await db.AuditBlocks.Where(b => b.At < since).OrderByDescending(b => b.Number).Select(b => new { b.Number, b.LastRow, b.Hash }).FirstOrDefaultAsync() is { } old)
                tail = (old.Number, old.LastRow, old.Hash);
            foreach (var block in await db.AuditBlocks.AsNoTracking().Where(b => b.At >= since).OrderBy(b => b.Number).ToListAsync())
                Remember(block, now);
            return false;
        }
        var (number, _, hash) = tail.Value;
        var news = await db.AuditBlocks.AsNoTracking().Where(b => b.Number >= number).OrderBy(b => b.Number).ToListAsync();
        if (news.FirstOrDefault() is not { } same || same.Number != number || !same.Hash.AsSpan().SequenceEqual(hash))
        {
            Metrics.Failures.Add(1, Metrics.Kind("audit-changed"));
            if (await db.RaiseOfChain(AlarmKind.ChainChanged, now))
                Changed(log, number);
            return true;                                    // what follows upon a block that is gone would look like a chain
        }
        foreach (var block in news.Skip(1))
            Remember(block, now);
        return news.Count > 1;
    }

    void Remember(AuditBlock block, DateTime now)
    {
        var next = (tail?.LastRow ?? 0) + 1;
        foreach (var (row, _) in block.Rows())
        {
            missed.Remove(row);
            for (next = Math.Max(next, row - MostMissed); next < row; next++)
                missed[next] = now;
            next = Math.Max(next, row + 1);
        }
        tail = (block.Number, block.LastRow, block.Hash);
        foreach (var given in missed.Where(m => m.Value < now - Patience).Select(m => m.Key).Concat(missed.Keys.OrderDescending().Skip(MostMissed)).ToList())
            missed.Remove(given);
    }

    [LoggerMessage(LogLevel.Error, "Audit rows could not be chained; it is tried again.")]
    static partial void Failed(ILogger log, Exception why);

    [LoggerMessage(LogLevel.Critical, "The last block of the audit chain, {Number}, was changed or removed in the database. Nothing is chained any more; find out with “jiqun audit verify” what else was changed.")]
    static partial void Changed(ILogger log, long number);
}
