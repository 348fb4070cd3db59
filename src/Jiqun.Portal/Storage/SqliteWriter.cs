using System.Threading.Channels;

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
    readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SqliteCommands? commands;

    /// <param name="connection">Without a pool: what is closed after a failure is to be closed.</param>
    internal SqliteWriter(string connection)
    {
        this.connection = connection;
        new Thread(Go) { IsBackground = true, Name = "SQLite writer" }.Start();
    }

    /// <inheritdoc cref="Database.WriteIf"/>
    internal async Task<bool> WriteIf(Statement hold, IReadOnlyList<Insertion> insertions)
    {
        var work = new Work(hold, insertions);
        await waiting.Writer.WriteAsync(work);
        return await work.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await stopped.Task;
    }

    void Go()
    {
        List<Work> together = [];
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            together.Clear();
            while (together.Count < MostTogether && waiting.Reader.TryRead(out var work))
                together.Add(work);
            if (Try(together) is null)
                continue;
            foreach (var work in together)                 // whichever it was: nothing is written yet
            {
                if (Try([work]) is { } failure)
                    work.Done.SetException(failure);
            }
        }
        commands?.Dispose();
        stopped.SetResult();
    }

    /// <summary>Writes in one transaction and tells those who wait.</summary>
    /// <returns>Why nothing of it was written; null when all was.</returns>
    Exception? Try(IReadOnlyList<Work> works)
    {
        try
        {
            commands ??= new SqliteCommands(connection);
            commands.Run("BEGIN IMMEDIATE");
            foreach (var work in works)
                work.Run(commands);
            commands.Run("COMMIT");
        }
        catch (Exception failure)
        {
            commands?.Dispose();                           // whatever was begun is given up with the connection
            commands = null;
            return failure;
        }
        foreach (var work in works)
            work.Done.SetResult(work.Held);
        return null;
    }

    sealed class Work(Statement hold, IReadOnlyList<Insertion> insertions)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Held { get; private set; }

        public void Run(SqliteCommands commands)
        {
            Held = commands.Run(hold.Sql, hold.Values) > 0;
            if (!Held)
                return;
            foreach (var (table, columns, rows, otherwise) in insertions)
            {
                var sql = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))}) {otherwise}";
                foreach (var row in rows)
                    commands.Run(sql, row);
            }
        }
    }
}
