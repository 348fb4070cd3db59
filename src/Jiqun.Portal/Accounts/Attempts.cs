using Jiqun.Core;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Guesses of passwords and codes: so many wrong ones in a row as the policy says lock the account for a time.</summary>
sealed class Attempts(JiqunDb db, UserManager<Account> accounts, Policies policies, TimeProvider clock)
{
    /// <summary>Null when the password is the account's. It is hashed for a locked account too, which so takes as long as a name that nobody bears.</summary>
    public async Task<Finding?> Password(Account account, string password, string wrong, string? field)
    {
        var isRight = await accounts.CheckPasswordAsync(account, password);
        return await Judge(account, () => Task.FromResult(isRight), wrong, field);
    }

    /// <summary>An attempt is taken before the secret is looked at and given back when it was right, so that a thousand guesses at once are no more than the policy allows.</summary>
    /// <param name="wrong">Name of the words that say that it is wrong, and code of the finding.</param>
    /// <returns>Null when it is right.</returns>
    public async Task<Finding?> Judge(Account account, Func<Task<bool>> isRight, string wrong, string? field)
    {
        var policy = await policies.Now();
        if (!await Take(account, policy))
            return Locked(policy);
        var own = db.Users.Where(a => a.Id == account.Id);
        if (await isRight())
        {
            await own.Where(a => a.AccessFailedCount > 0).ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount - 1));
            return null;
        }
        return await Lock(account, policy) ? Locked(policy) : Finding.Error(wrong, field, Words.Of(wrong));
    }

    /// <summary>Forgets the failures: after a whole sign-in.</summary>
    public Task Clear(Account account) => db.Users.Where(a => a.Id == account.Id && (a.AccessFailedCount > 0 || a.LockoutEnd != null))
        .ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, (DateTimeOffset?)null));

    public static Finding Locked(Policy policy) => Finding.Error("sign-in-locked", null, Words.Of("sign-in-locked", policy.LockAfter, policy.LockMinutes));

    async Task<bool> Take(Account account, Policy policy)
    {
        if (account.LockoutEnd > clock.GetUtcNow())
            return false;
        if (account.LockoutEnd is { } past)
            await db.Users.Where(a => a.Id == account.Id && a.LockoutEnd == past)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, (DateTimeOffset?)null));
        if (await db.Users.Where(a => a.Id == account.Id && a.AccessFailedCount < policy.LockAfter).ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount + 1)) > 0)
            return true;
        await Lock(account, policy);
        return false;
    }

    /// <summary>Locks an account that has no attempt left. False when it has one.</summary>
    async Task<bool> Lock(Account account, Policy policy)
    {
        DateTimeOffset? until = clock.Now() + policy.LockedFor;
        return await db.Users.Where(a => a.Id == account.Id && a.AccessFailedCount >= policy.LockAfter).ExecuteUpdateAsync(s => s.SetProperty(a => a.LockoutEnd, a => a.LockoutEnd ?? until)) > 0;
    }
}

/// <summary>
/// Failures under names that nobody bears: these lock like others, so that nobody learns which names exist. Kept in memory, since nothing else
/// hangs on it.
/// </summary>
sealed class UnknownNames(TimeProvider clock)
{
    const int MostNames = 10_000;

    /// <summary>By digest, which is short however long the name is.</summary>
    readonly Dictionary<string, (int Failures, DateTime Last)> names = [];

    /// <summary>Counts one failure. True when an account would be locked now.</summary>
    public bool Fail(string name, Policy policy)
    {
        var (now, digest) = (clock.Now(), AcceptInvitation.Digest(name));
        lock (names)
        {
            if (names.Count >= MostNames)
                names.Clear();
            var known = names.GetValueOrDefault(digest);
            if (known.Failures >= policy.LockAfter && now < known.Last + policy.LockedFor)
                return true;
            var failures = known.Failures >= policy.LockAfter ? 1 : known.Failures + 1;
            names[digest] = (failures, now);
            return failures >= policy.LockAfter;
        }
    }
}
