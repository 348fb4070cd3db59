namespace Jiqun.Documents.Files;

/// <summary>Bytes that several threads may hold at once. Who would go beyond waits until others are done, so that hostile files cannot
/// add up.</summary>
sealed class Budget(long bytes)
{
    readonly object gate = new();
    long taken;

    /// <summary>Takes a share, and gives it back when disposed. More than there is counts as all of it.</summary>
    public Share Take(long wanted)
    {
        wanted = Math.Clamp(wanted, 0, bytes);
        lock (gate)
        {
            while (taken + wanted > bytes)
                Monitor.Wait(gate);
            taken += wanted;
        }
        return new Share(this, wanted);
    }

    void GiveBack(long share)
    {
        lock (gate)
        {
            taken -= share;
            Monitor.PulseAll(gate);
        }
    }

    public readonly struct Share(Budget of, long share) : IDisposable
    {
        public void Dispose() => of.GiveBack(share);
    }
}
