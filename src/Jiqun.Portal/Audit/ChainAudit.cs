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

    /// <summary>How far back it looks for rows that were written late: every second, and every minute. Nothing holds an audit row back for longer than the second.</summary>
    public static readonly TimeSpan Back = TimeSpan.FromSeconds(15), FarBack = TimeSpan.FromMinutes(10);

    const int MostRows = 5_000;

    readonly ILogger log = logs.CreateLogger("jiqun.audit");

    /// <summary>Blocks of the last minutes, as far as it must be known which rows are in them.</summary>
    readonly Queue<(DateTime At, long LastRow, IReadOnlyList<long> Rows)> recent = [];
    readonly HashSet<long> chained = [];

    (long Number, long LastRow, byte[] Hash)? tail;

    /// <summary>Largest number of a row in the blocks that are not remembered any more.</summary>
    long forgotten;
    DateTime nextFarLook = DateTime.MinValue;
    bool isChanged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        do
        {
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                while (await Pass() >= MostRows)
                {
                }
            }
            catch (Exception failure)                       // a database that does not answer is asked again
            {
                Failed(log, failure);
                Metrics.Failures.Add(1, Metrics.Kind("audit-chain"));
                await Task.Delay(10 * Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (!stoppingToken.IsCancellationRequested);
    }

    /// <summary>Makes a block of the rows that are in none.</summary>
    /// <returns>How many rows are in it.</returns>
    internal async Task<int> Pass()
    {
        await using var db = database.Open();
        var now = clock.Now();
        if (await CatchUp(db, now))
            return 0;                                       // another process is at it
        var isFar = now >= nextFarLook;
        var since = now - (isFar ? FarBack : Back);
        var floor = recent.LastOrDefault(b => b.At < since, (default, forgotten, [])).LastRow;
        var known = await db.Audit.Where(r => r.Id > floor).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync();
        var missing = known.Where(id => !chained.Contains(id)).Take(MostRows).ToList();
        if (isFar)
            nextFarLook = now + (4 * Back);
        if (missing.Count == 0)
            return 0;
        // by number only those that came late, which are few: each number is a parameter
        var (last, most) = (tail?.LastRow ?? 0, missing[^1]);
        var late = missing.TakeWhile(id => id <= last).ToList();
        var rows = await db.Audit.AsNoTracking().Where(r => r.Id > last && r.Id <= most || late.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync();
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
        var isFirst = tail is null;
        if (isFirst)
        {
            var since = now - FarBack;
            forgotten = await db.AuditBlocks.Where(b => b.At < since).OrderByDescending(b => b.Number).Select(b => b.LastRow).FirstOrDefaultAsync();
            foreach (var block in await db.AuditBlocks.AsNoTracking().Where(b => b.At >= since).OrderBy(b => b.Number).ToListAsync())
                Remember(block, now);
            tail ??= await db.AuditBlocks.OrderByDescending(b => b.Number).Select(b => (ValueTuple<long, long, byte[]>?)new ValueTuple<long, long, byte[]>(b.Number, b.LastRow, b.Hash)).FirstOrDefaultAsync();
            return false;
        }
        var (number, _, hash) = tail!.Value;
        var news = await db.AuditBlocks.AsNoTracking().Where(b => b.Number >= number).OrderBy(b => b.Number).ToListAsync();
        if (news.FirstOrDefault() is not { } same || same.Number != number || !same.Hash.AsSpan().SequenceEqual(hash))
        {
            if (!isChanged)
                Changed(log, number);
            Metrics.Failures.Add(1, Metrics.Kind("audit-changed"));
            isChanged = true;
            return true;                                    // what follows upon a block that is gone would look like a chain
        }
        foreach (var block in news.Skip(1))
            Remember(block, now);
        return news.Count > 1;
    }

    void Remember(AuditBlock block, DateTime now)
    {
        var rows = block.Rows().Select(l => l.Row).ToList();
        recent.Enqueue((block.At, block.LastRow, rows));
        chained.UnionWith(rows);
        tail = (block.Number, block.LastRow, block.Hash);
        while (recent.Peek() is var oldest && oldest.At < now - FarBack - Back && recent.Count > 1)
        {
            chained.ExceptWith(oldest.Rows);
            forgotten = oldest.LastRow;
            recent.Dequeue();
        }
    }

    [LoggerMessage(LogLevel.Error, "Audit rows could not be chained; it is tried again.")]
    static partial void Failed(ILogger log, Exception why);

    [LoggerMessage(LogLevel.Critical, "The last block of the audit chain, {Number}, was changed or removed in the database. Nothing is chained any more; find out with “jiqun audit verify” what else was changed.")]
    static partial void Changed(ILogger log, long number);
}
