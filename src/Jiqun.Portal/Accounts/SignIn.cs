using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Signs a person in, in one step or in two. Says the same whether the name or the password is wrong.</summary>
sealed class SignIn(UserManager<Account> accounts, SignInManager<Account> signIn, Attempts attempts, UnknownNames unknown, SecondFactor second, JiqunDb db, TimeProvider clock)
{
    /// <returns>The account: signed in, or, when it has two-factor on, about to give a code.</returns>
    public async Task<Outcome<Account>> Run(string name, string password, HttpContext http)
    {
        name = name.Trim();
        var account = name.Length > 50 || name.Any(char.IsControl) ? null : await accounts.FindByNameAsync(name);
        if (account is null || account.Closed)
        {
            accounts.PasswordHasher.HashPassword(null!, password);   // as slow as if it existed
            return await Refuse(account, unknown.Fail(accounts.NormalizeName(name) ?? "") ? Attempts.Locked() : Finding.Error("sign-in-wrong", null, Words.Of("sign-in-wrong")));
        }
        if (await attempts.Password(account, password, "sign-in-wrong", null) is { } wrong)
            return await Refuse(account, wrong);
        if (!account.TwoFactorEnabled)
            return await Enter(account, "");
        await http.BeginSecondStep(account);
        return account;
    }

    /// <summary>The second step.</summary>
    /// <param name="code">Of the app, or a recovery code.</param>
    public async Task<Outcome<Account>> Code(string code, HttpContext http)
    {
        if (await http.SecondStepOf() is not { } actor)
            return Finding.Error("sign-in-again", null, Words.Of("sign-in-again"));
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        if (await attempts.Judge(account, () => second.Use(account.Id, code), "code-wrong", "code") is { } wrong)
            return await Refuse(account, wrong);
        await http.EndSecondStep();
        return await Enter(account, "two-factor");
    }

    async Task<Outcome<Account>> Enter(Account account, string how)
    {
        await attempts.Clear(account);
        db.Note(AuditAction.SignIn, account.Id, account.Id, clock.Now(), how);
        await db.SaveChangesAsync();
        await signIn.SignInAsync(account, isPersistent: false);
        return account;
    }

    async Task<Outcome<Account>> Refuse(Account? account, Finding why)
    {
        db.Note(AuditAction.SignInRefused, null, account?.Id, clock.Now(), why.Code, AuditOutcome.Refused);
        await db.SaveChangesAsync();
        return why;
    }
}
