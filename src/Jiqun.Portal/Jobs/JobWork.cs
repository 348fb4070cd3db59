namespace Jiqun.Portal.Jobs;

/// <summary>What does jobs of some kinds: from the beginning each time, with the same result from the same data. What an earlier attempt did in the database stands, and is passed over.</summary>
abstract class JobWork
{
    public abstract IReadOnlyList<JobKind> Kinds { get; }

    /// <summary>Reads what the job is about, and changes in the database what it is to change there: in steps of which each is done as a whole, once, and counted.</summary>
    /// <returns>What writes its file: run on a thread of its own, which gives way to others, in the language of the job. It asks of the database only what never changes, and changes nothing.</returns>
    /// <exception cref="JobFailedException">It cannot be done, and another attempt would not help.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public abstract Task<JobWriter> Prepare(Job job, JobProgress progress);
}

/// <summary>Writes the file of a job.</summary>
/// <exception cref="JobFailedException">It cannot be done, and another attempt would not help.</exception>
/// <exception cref="OperationCanceledException">It was asked to stop.</exception>
delegate JobResult JobWriter(Stream to, JobProgress progress);

/// <param name="FileName">With its ending.</param>
/// <param name="Rows">Entries in the file.</param>
/// <param name="Message">What the person is to know of it: what is missing; empty for nothing.</param>
sealed record JobResult(string FileName, int Rows, string Message = "");

/// <summary>How far a job is: written by the thread that works, read by the one that tells.</summary>
sealed class JobProgress(CancellationToken stop)
{
    int done, total;

    public CancellationToken Stop => stop;

    public int Done => Volatile.Read(ref done);

    /// <summary>Steps that there are.</summary>
    public int Total { get => Volatile.Read(ref total); set => Volatile.Write(ref total, value); }

    /// <summary>One more is behind it.</summary>
    public void Step()
    {
        Interlocked.Increment(ref done);
        stop.ThrowIfCancellationRequested();
    }
}

/// <summary>Why a job cannot be done, in words for who asked.</summary>
sealed class JobFailedException(string message) : Exception(message);
