using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>What the security administrator can do with an account of somebody else. The names are parts of addresses.</summary>
public enum AccountMove
{
    Unlock,
    ResetPassword,
    TurnTwoFactorOff,
    SignOutEverywhere,
    Close,
    Open,
}

/// <summary>Does one of these moves.</summary>
sealed class ChangeAccount(UserManager<Account> accounts, SecondFactor second, ReadAccounts read, FormerPasswords former, JiqunDb db, TimeProvider clock)
{
    /// <summary>How long a password that somebody else gave lets in.</summary>
    public static readonly TimeSpan TemporaryFor = TimeSpan.FromHours(72);

    /// <summary>What can be done with this account now. Nothing with one's own: nobody locks everybody out by mistake.</summary>
    public static IEnumerable<AccountMove> Open(AccountRow account, Actor actor, DateTime now)
    {
        if (account.Id == actor.AccountId || actor.Role is not Role.SecurityAdministrator)
            yield break;
        if (account.Closed)
        {
            yield return AccountMove.Open;
            yield break;
        }
        if (account.IsLocked(now))
            yield return AccountMove.Unlock;
        yield return AccountMove.ResetPassword;
        if (account.TwoFactor)
            yield return AccountMove.TurnTwoFactorOff;
        yield return AccountMove.SignOutEverywhere;
        yield return AccountMove.Close;
    }

    /// <returns>The temporary password that was made; empty for other moves.</returns>
    public async Task<Outcome<string>> Run(Guid id, AccountMove move, Actor actor)
    {
        if (await read.One(id) is not { } row)
            return Refusals.Missing();
        if (!Open(row, actor, clock.Now()).Contains(move))
            return Finding.Error("account-move", null, Words.Of(id == actor.AccountId ? "account-own" : "account-move-closed"));
        var account = await db.Users.SingleAsync(a => a.Id == id);
        var password = "";
        switch (move)
        {
            case AccountMove.Unlock:
                Unlock(account);
                break;
            case AccountMove.ResetPassword:
                password = PasswordPolicy.Temporary();
                var now = clock.Now();
                await former.Keep(account, now);
                account.PasswordHash = accounts.PasswordHasher.HashPassword(account, password);
                (account.MustChangePassword, account.PasswordAt, account.TemporaryUntil) = (true, now, now + TemporaryFor);
                Unlock(account);
                account.SignOutEverywhere();
                break;
            case AccountMove.TurnTwoFactorOff:
                account.TwoFactorEnabled = false;
                await second.Forget(id);
                account.SignOutEverywhere();
                break;
            case AccountMove.SignOutEverywhere:
                account.SignOutEverywhere();
                break;
            case AccountMove.Close or AccountMove.Open:
                account.Closed = move is AccountMove.Close;
                account.SignOutEverywhere();
                break;
        }
        db.Note(ActionOf(move), actor.AccountId, id, clock.Now());
        await db.SaveChangesAsync();
        return password;
    }

    /// <summary>Sets until when somebody else's account can be used.</summary>
    /// <param name="endsOn">Today or later; null for no end.</param>
    public async Task<Outcome<Account>> SetEnd(Guid id, DateOnly? endsOn, Actor actor)
    {
        if (await db.Users.SingleOrDefaultAsync(a => a.Id == id) is not { } account)
            return Refusals.Missing();
        if (actor.Role is not Role.SecurityAdministrator || id == actor.AccountId)
            return Finding.Error("account-move", null, Words.Of("account-own"));
        if (endsOn == account.EndsOn)
            return account;
        if (endsOn < clock.Today() || endsOn?.Year > 2100)
            return Finding.Error("ends-on", "endsOn", Words.Of("account-end-past"));
        db.Note(AuditAction.AccountEndSet, actor.AccountId, id, clock.Now(), ChangePolicy.Change("endsOn", Day(account.EndsOn), Day(endsOn)));
        account.EndsOn = endsOn;
        await db.SaveChangesAsync();
        return account;

        static string Day(DateOnly? day) => day is { } there ? Beijing.Day(there) : "";
    }

    static void Unlock(Account account) => (account.AccessFailedCount, account.LockoutEnd) = (0, null);

    static AuditAction ActionOf(AccountMove move) => move switch
    {
        AccountMove.Unlock => AuditAction.AccountUnlocked,
        AccountMove.ResetPassword => AuditAction.PasswordReset,
        AccountMove.TurnTwoFactorOff => AuditAction.TwoFactorOff,
        AccountMove.SignOutEverywhere => AuditAction.SignOutEverywhere,
        AccountMove.Close => AuditAction.AccountClosed,
        AccountMove.Open => AuditAction.AccountOpened,
    };
}
