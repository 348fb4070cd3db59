using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Gives a person's own account another password. Other sessions end; the present one goes on.</summary>
sealed class ChangePassword(UserManager<Account> accounts, Sessions sessions, FormerPasswords former, Attempts attempts, JiqunDb db, TimeProvider clock)
{
    public async Task<Outcome<Account>> Run(Actor actor, string old, string password, string repeated, HttpContext http)
    {
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        List<Finding> wrong = [];
        if (await attempts.Password(account, old, "password-wrong", "old") is { } refusal)
            wrong.Add(refusal);
        wrong.AddRange(await PasswordPolicy.Check(accounts, account, password));
        if (password == old)
            wrong.Add(Finding.Error("password-same", "password", Words.Of("password-same")));
        if (password != repeated)
            wrong.Add(Finding.Error("password-repeated", "repeated", Words.Of("password-repeated-wrong")));
        if (wrong.Count == 0 && await former.Include(account, password) is { } again)
            wrong.Add(again);
        if (wrong.Count > 0)
            return wrong;
        var now = clock.Now();
        await former.Keep(account, now);
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, password);
        (account.MustChangePassword, account.PasswordAt, account.TemporaryUntil) = (false, now, null);
        account.SignOutEverywhere();
        db.Note(AuditAction.PasswordChanged, account.Id, account.Id, now);
        await db.SaveChangesAsync();
        await sessions.GoOn(account, http);
        return account;
    }
}
