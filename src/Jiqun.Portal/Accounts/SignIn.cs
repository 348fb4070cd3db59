using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;

namespace Jiqun.Portal.Accounts;

/// <summary>Signs a person in. Says the same whether the name or the password is wrong.</summary>
sealed class SignIn(UserManager<Account> accounts, SignInManager<Account> signIn, JiqunDb db, TimeProvider clock)
{
    public async Task<Outcome<Account>> Run(string name, string password)
    {
        var account = await accounts.FindByNameAsync(name);
        if (account is null || account.Closed)
        {
            accounts.PasswordHasher.HashPassword(new Account { FullName = "", Role = Role.Member, OrganisationId = null, CreatedAt = default }, password);   // as slow as if it existed
            return await Refuse(null, "sign-in-wrong");
        }
        var result = await signIn.PasswordSignInAsync(account, password, isPersistent: false, lockoutOnFailure: true);
        if (result.IsLockedOut)
            return await Refuse(account, "sign-in-locked");
        if (!result.Succeeded)
            return await Refuse(account, "sign-in-wrong");
        db.Note(AuditAction.SignIn, account.Id, null, clock.Now());
        await db.SaveChangesAsync();
        return account;
    }

    async Task<Outcome<Account>> Refuse(Account? account, string why)
    {
        db.Note(AuditAction.SignInRefused, account?.Id, null, clock.Now(), why);
        await db.SaveChangesAsync();
        return Finding.Error(why, null, Words.Of(why));
    }
}
