namespace Jiqun.Portal.Jobs;

/// <summary>Rung when this process was given a job, so that it is begun at once. Other processes look every few seconds.</summary>
sealed class JobBell : IDisposable
{
    readonly SemaphoreSlim rung = new(0);

    public void Ring() => rung.Release();

    /// <summary>Until it is rung, or this time is over, or it is to stop.</summary>
    public async Task Wait(TimeSpan longest, CancellationToken stop)
    {
        try
        {
            await rung.WaitAsync(longest, stop);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Dispose() => rung.Dispose();
}
