using System.Diagnostics;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>The policy that counts now. A change counts at once in the process that made it, and within a second in others: for so long it is kept in memory.</summary>
sealed class Policies(Database database, PortalSettings settings)
{
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    readonly Lock turn = new();
    (long At, Task<Policy> Policy)? held;

    public Task<Policy> Now()
    {
        lock (turn)
        {
            if (held is not { } known || Stopwatch.GetElapsedTime(known.At) >= Kept || known.Policy.IsFaulted)
                held = known = (Stopwatch.GetTimestamp(), Read());
            return known.Policy;
        }
    }

    /// <summary>The next who asks reads it anew.</summary>
    public void Forget()
    {
        lock (turn)
            held = null;
    }

    async Task<Policy> Read()
    {
        await using var db = database.Open();
        return await db.Policies.AsNoTracking().SingleOrDefaultAsync() ?? settings.InitialPolicy;
    }
}
