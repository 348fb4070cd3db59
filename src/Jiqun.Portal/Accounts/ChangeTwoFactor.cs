using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Turns a person's own second step on and off.</summary>
sealed class ChangeTwoFactor(Sessions sessions, Policies policies, Attempts attempts, SecondFactor second, JiqunDb db, TimeProvider clock)
{
    /// <summary>Makes the key that the person then gives to an app. Nothing is turned on yet.</summary>
    public async Task<Outcome<Account>> Begin(Actor actor)
    {
        var account = await Own(actor);
        if (account.TwoFactorEnabled)
            return Finding.Error("two-factor-on", null, Words.Of("two-factor-is-on"));
        await second.Begin(account.Id);
        await db.SaveChangesAsync();
        return account;
    }

    /// <param name="code">Shows that the app has the key.</param>
    /// <returns>The recovery codes.</returns>
    public async Task<Outcome<string[]>> TurnOn(Actor actor, string code, HttpContext http)
    {
        var account = await Own(actor);
        if (account.TwoFactorEnabled)
            return Finding.Error("two-factor-on", null, Words.Of("two-factor-is-on"));
        if (!await second.Use(account.Id, code))
            return Finding.Error("code-wrong", "code", Words.Of("code-wrong"));
        account.TwoFactorEnabled = true;
        return await Save(account, AuditAction.TwoFactorOn, await second.MakeRecoveryCodes(account.Id), http);
    }

    /// <returns>The recovery codes; those of before no longer work.</returns>
    public async Task<Outcome<string[]>> MakeCodes(Actor actor, string password)
    {
        var account = await Own(actor);
        if (!account.TwoFactorEnabled)
            return Finding.Error("two-factor-off", null, Words.Of("two-factor-is-off"));
        if (await attempts.Password(account, password, "password-wrong", "codesPassword") is { } wrong)
            return wrong;
        var codes = await second.MakeRecoveryCodes(account.Id);
        db.Note(AuditAction.RecoveryCodesMade, account.Id, account.Id, clock.Now());
        await db.SaveChangesAsync();
        return codes;
    }

    public async Task<Outcome<string[]>> TurnOff(Actor actor, string password, HttpContext http)
    {
        var account = await Own(actor);
        if (!account.TwoFactorEnabled)
            return Finding.Error("two-factor-off", null, Words.Of("two-factor-is-off"));
        if ((await policies.Now()).DemandsTwoFactor(actor.Role, actor.Level))
            return Finding.Error("two-factor-demanded", null, Words.Of("two-factor-demanded"));
        if (await attempts.Password(account, password, "password-wrong", "offPassword") is { } wrong)
            return wrong;
        account.TwoFactorEnabled = false;
        await second.Forget(account.Id);
        return await Save(account, AuditAction.TwoFactorOff, [], http);
    }

    /// <summary>Other sessions end; the present one goes on.</summary>
    async Task<string[]> Save(Account account, AuditAction action, string[] codes, HttpContext http)
    {
        account.SignOutEverywhere();
        db.Note(action, account.Id, account.Id, clock.Now());
        await db.SaveChangesAsync();
        await sessions.GoOn(account, http);
        return codes;
    }

    Task<Account> Own(Actor actor) => db.Users.SingleAsync(a => a.Id == actor.AccountId);
}
