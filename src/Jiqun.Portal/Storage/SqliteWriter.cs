using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Jiqun.Portal.Storage;

/// <summary>
/// The one writer of a SQLite file: whatever waits is written in one transaction, so that many people share one flush to the disk. Each is
/// told only after the commit; one that fails takes nothing of the others with it.
/// </summary>
sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>Works in one transaction: enough to share a flush, few enough that nobody waits long.</summary>
    const int MostTogether = 256;

    /// <summary>Works that may wait; beyond them, whoever comes waits to be let in.</summary>
    const int MostWaiting = 4096;

    readonly Channel<Work> waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    readonly string connection;
    readonly Thread thread;
    readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SqliteWriter(string connection)
    {
        this.connection = connection;
        thread = new Thread(Go) { IsBackground = true, Name = "SQLite writer" };
        thread.Start();
    }

    internal async Task<T?> Write<T>(Func<WriteTransaction, Task<T?>> work, CancellationToken cancel)
        where T : class
    {
        var one = new Work<T>(work);
        await waiting.Writer.WriteAsync(one, cancel);
        return await one.Done.Task;                        // once begun it is not given up: it may be kept already
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await stopped.Task;
    }

    void Go()
    {
        using var open = new SqliteConnection(connection);
        Dictionary<string, DbCommand> kept = [];
        List<Work> together = [];
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            together.Clear();
            try
            {
                if (open.State is not System.Data.ConnectionState.Open)
                    open.Open();
                using var transaction = open.BeginTransaction(deferred: false);
                var write = new WriteTransaction(open, transaction, kept);
                while (together.Count < MostTogether && waiting.Reader.TryRead(out var work))
                {
                    together.Add(work);
                    transaction.Save("one");
                    if (!work.Run(write))
                        Undo(transaction, work);
                    transaction.Release("one");
                }
                transaction.Commit();
            }
            catch (Exception failure)
            {
                foreach (var work in together)
                    work.Fail(failure);
                if (together.Count == 0 && waiting.Reader.TryRead(out var first))
                    first.Fail(failure);
                foreach (var command in kept.Values)
                    command.Dispose();
                kept.Clear();
                open.Close();
                continue;
            }
            foreach (var work in together)
                work.Tell();
        }
        stopped.SetResult();
    }

    /// <summary>Takes back what one work did. When that cannot be done, its failure has ended the whole transaction, as a full disk does, and is why the others fail.</summary>
    static void Undo(SqliteTransaction transaction, Work work)
    {
        try
        {
            transaction.Rollback("one");
        }
        catch (Exception) when (work.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(work.Failure);
        }
    }

    abstract class Work
    {
        /// <summary>Null when it did not fail.</summary>
        public Exception? Failure { get; protected set; }

        /// <returns>False when nothing of it is to be kept.</returns>
        public abstract bool Run(WriteTransaction write);

        public abstract void Tell();

        public abstract void Fail(Exception why);
    }

    sealed class Work<T>(Func<WriteTransaction, Task<T?>> work) : Work
        where T : class
    {
        T? result;

        public TaskCompletionSource<T?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool Run(WriteTransaction write)
        {
            try
            {
                result = work(write).GetAwaiter().GetResult();     // the driver of SQLite ends every task at once
            }
            catch (Exception thrown)
            {
                Failure = thrown;
            }
            return result is not null;
        }

        public override void Tell()
        {
            if (Failure is null)
                Done.SetResult(result);
            else
                Done.SetException(Failure);
        }

        public override void Fail(Exception why) => Done.TrySetException(Failure ?? why);
    }
}
