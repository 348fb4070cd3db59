using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Signs a person in, in one step or in two. Says the same whether the name or the password is wrong.</summary>
sealed class SignIn(UserManager<Account> accounts, Sessions sessions, Policies policies, Attempts attempts, UnknownNames unknown, SecondFactor second, JiqunDb db, TimeProvider clock)
{
    /// <returns>The account: signed in, or, when it has two-factor on, about to give a code.</returns>
    public async Task<Outcome<Account>> Run(string name, string password, HttpContext http)
    {
        name = name.Trim();
        var account = name.Length > 50 || name.Any(char.IsControl) ? null : await accounts.FindByNameAsync(name);
        var policy = await policies.Now();
        if (account is null || account.Closed || account.HasEnded(clock.Today()))
        {
            accounts.PasswordHasher.HashPassword(null!, password);   // as slow as if it existed
            return await Refuse(account, unknown.Fail(accounts.NormalizeName(name) ?? "", policy) ? Attempts.Locked(policy) : Finding.Error("sign-in-wrong", null, Words.Of("sign-in-wrong")));
        }
        if (await attempts.Password(account, password, "sign-in-wrong", null) is { } wrong)
            return await Refuse(account, wrong);
        // only to those who know the password more is told
        if (!Admits(account, http, policy))
            return await Refuse(account, Finding.Error("address", null, Words.Of(NotLetIn.Address)));
        if (account.TemporaryUntil <= clock.Now())
            return await Refuse(account, Finding.Error("sign-in-temporary", null, Words.Of("sign-in-temporary")));
        if (!account.TwoFactorEnabled)
            return await Enter(account, "", http);
        await sessions.BeginSecondStep(account, http);
        return account;
    }

    /// <summary>The second step.</summary>
    /// <param name="code">Of the app, or a recovery code.</param>
    public async Task<Outcome<Account>> Code(string code, HttpContext http)
    {
        if (await http.SecondStepOf() is not var (actor, step) || !await sessions.IsPending(step))
            return Finding.Error("sign-in-again", null, Words.Of("sign-in-again"));
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        if (await attempts.Judge(account, () => second.Use(account.Id, code), "code-wrong", "code") is { } wrong)
            return await Refuse(account, wrong);
        await http.EndSecondStep();
        if (!await sessions.EndSecondStep(step))
            return Finding.Error("sign-in-again", null, Words.Of("sign-in-again"));
        return Admits(account, http, await policies.Now())
            ? await Enter(account, "two-factor", http)
            : await Refuse(account, Finding.Error("address", null, Words.Of(NotLetIn.Address)));
    }

    static bool Admits(Account account, HttpContext http, Policy policy) => policy.Admits(account.Role, http.Connection.RemoteIpAddress);

    async Task<Outcome<Account>> Enter(Account account, string how, HttpContext http)
    {
        await attempts.Clear(account);
        if ((account.PasswordAt ?? account.CreatedAt).AddDays((await policies.Now()).PasswordDays) <= clock.Now())
            account.MustChangePassword = true;
        db.Note(AuditAction.SignIn, account.Id, account.Id, clock.Now(), how);
        await db.SaveChangesAsync();
        await sessions.Begin(account, http);
        return account;
    }

    async Task<Outcome<Account>> Refuse(Account? account, Finding why)
    {
        db.Note(AuditAction.SignInRefused, null, account?.Id, clock.Now(), why.Code, AuditOutcome.Refused);
        await db.SaveChangesAsync();
        return why;
    }
}
