using System.Diagnostics;
using System.Threading.Channels;

namespace Jiqun.Portal.Storage;

/// <summary>
/// The one writer of a process: whatever waits is written in one transaction, so that many people share one flush to the disk. Each is
/// told only after the commit; one that fails takes nothing of the others with it.
/// </summary>
abstract class Writer : IAsyncDisposable
{
    /// <summary>Works in one transaction: enough to share a flush, few enough that nobody waits long.</summary>
    const int MostTogether = 256;

    /// <summary>Works that may wait; beyond them, whoever comes waits to be let in.</summary>
    const int MostWaiting = 4096;

    readonly Channel<Work> waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected Writer() => new Thread(Go) { IsBackground = true, Name = "writer" }.Start();

    /// <summary>Writes in one transaction of a connection that is kept from call to call, and sets <see cref="Work.Held"/>. When it throws, nothing was written.</summary>
    protected abstract void Write(IReadOnlyList<Work> works);

    /// <summary>Whether a failure may come of one of the works, so that the others may be written without it. Else nobody can write, and to try each would be to wait each time.</summary>
    protected abstract bool IsOfOneWork(Exception failure);

    /// <summary>Ends the connection, giving up whatever was begun.</summary>
    protected abstract void Close();

    internal int Waiting => waiting.Reader.Count;

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
            if (Try(together) is not { } failure)
                continue;
            var each = together.Count > 1 && IsOfOneWork(failure);         // then nothing is written yet, and whichever it was is found alone
            foreach (var work in together)
            {
                if (!each)
                    work.Done.SetException(failure);
                else if (Try([work]) is { } own)
                    work.Done.SetException(own);
            }
        }
        Close();
        stopped.SetResult();
    }

    /// <summary>Writes and tells those who wait.</summary>
    /// <returns>Why nothing of it was written; null when all was.</returns>
    Exception? Try(IReadOnlyList<Work> works)
    {
        var began = Metrics.CommitDuration.Enabled ? Stopwatch.GetTimestamp() : 0;
        try
        {
            Write(works);
        }
        catch (Exception failure)
        {
            Close();
            Metrics.Failures.Add(1, Metrics.Kind("write"));
            return failure;
        }
        foreach (var work in works)
            work.Done.SetResult(work.Held);
        if (began != 0)
        {
            Metrics.CommitDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            Metrics.BatchSize.Record(works.Count);
        }
        return null;
    }

    /// <summary>What one caller wants written.</summary>
    protected sealed class Work(Statement hold, IReadOnlyList<Insertion> insertions)
    {
        internal TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Statement Hold => hold;

        public IReadOnlyList<Insertion> Insertions => insertions;

        /// <summary>Whether a row met the conditions, so that the others were written.</summary>
        public bool Held { get; set; }
    }
}
