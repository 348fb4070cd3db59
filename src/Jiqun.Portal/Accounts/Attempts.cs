using Jiqun.Core;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Guesses of passwords and codes: the fifth wrong one in a row locks the account for half an hour.</summary>
sealed class Attempts(JiqunDb db, UserManager<Account> accounts, TimeProvider clock)
{
    public const int Most = 5;

    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(30);

    /// <summary>Null when the password is the account's. It is hashed for a locked account too, which so takes as long as a name that nobody bears.</summary>
    public async Task<Finding?> Password(Account account, string password, string wrong, string? field)
    {
        var isRight = await accounts.CheckPasswordAsync(account, password);
        return await Judge(account, () => Task.FromResult(isRight), wrong, field);
    }

    /// <summary>An attempt is taken before the secret is looked at and given back when it was right, so that a thousand guesses at once are no more than five.</summary>
    /// <param name="wrong">Name of the words that say that it is wrong, and code of the finding.</param>
    /// <returns>Null when it is right.</returns>
    public async Task<Finding?> Judge(Account account, Func<Task<bool>> isRight, string wrong, string? field)
    {
        if (!await Take(account))
            return Locked();
        var own = db.Users.Where(a => a.Id == account.Id);
        if (await isRight())
        {
            await own.Where(a => a.AccessFailedCount > 0).ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount - 1));
            return null;
        }
        return await Lock(account) ? Locked() : Finding.Error(wrong, field, Words.Of(wrong));
    }

    /// <summary>Forgets the failures: after a whole sign-in.</summary>
    public Task Clear(Account account) => db.Users.Where(a => a.Id == account.Id && (a.AccessFailedCount > 0 || a.LockoutEnd != null))
        .ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, (DateTimeOffset?)null));

    public static Finding Locked() => Finding.Error("sign-in-locked", null, Words.Of("sign-in-locked"));

    async Task<bool> Take(Account account)
    {
        if (account.LockoutEnd > clock.GetUtcNow())
            return false;
        if (account.LockoutEnd is { } past)
            await db.Users.Where(a => a.Id == account.Id && a.LockoutEnd == past)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, (DateTimeOffset?)null));
        if (await db.Users.Where(a => a.Id == account.Id && a.AccessFailedCount < Most).ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount + 1)) > 0)
            return true;
        await Lock(account);
        return false;
    }

    /// <summary>Locks an account that has no attempt left. False when it has one.</summary>
    async Task<bool> Lock(Account account)
    {
        DateTimeOffset? until = clock.Now() + LockedFor;
        return await db.Users.Where(a => a.Id == account.Id && a.AccessFailedCount >= Most).ExecuteUpdateAsync(s => s.SetProperty(a => a.LockoutEnd, a => a.LockoutEnd ?? until)) > 0;
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
    public bool Fail(string name)
    {
        var (now, digest) = (clock.Now(), AcceptInvitation.Digest(name));
        lock (names)
        {
            if (names.Count >= MostNames)
                names.Clear();
            var known = names.GetValueOrDefault(digest);
            if (known.Failures >= Attempts.Most && now < known.Last + Attempts.LockedFor)
                return true;
            var failures = known.Failures >= Attempts.Most ? 1 : known.Failures + 1;
            names[digest] = (failures, now);
            return failures >= Attempts.Most;
        }
    }
}
