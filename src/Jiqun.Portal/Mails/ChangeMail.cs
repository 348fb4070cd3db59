using Jiqun.Core;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Mails;

/// <summary>Whether and to which address a person is mailed, and what.</summary>
sealed class ChangeMail(PortalSettings settings, Attempts attempts, IDataProtectionProvider keys, JiqunDb db, TimeProvider clock)
{
    /// <summary>Addresses that a person can have asked to be confirmed within a day: nobody's box is filled by it.</summary>
    const int MostADay = 5;

    public async Task Choose(IReadOnlySet<MailSort> wanted, Actor actor)
    {
        var not = string.Join(' ', Enum.GetValues<MailSort>().Where(s => !wanted.Contains(s)));
        await db.Users.Where(a => a.Id == actor.AccountId).ExecuteUpdateAsync(s => s.SetProperty(a => a.NotMailed, not));
    }

    /// <summary>Mails a link to the address; until it is followed, the address of before counts.</summary>
    /// <param name="address">As written; empty to be mailed no more, which is so at once.</param>
    public async Task<Outcome<Account>> Ask(string address, string password, Actor actor)
    {
        if (settings.Mail is null)
            return Finding.Error("mail-none", null, Words.Of("mail-none"));
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        address = EmailAddress.Normalise(address).Trim();
        if (address.Length > 0 && !EmailAddress.IsOne(address))
            return Finding.Error("mail-address", "address", Words.Of("mail-address-wrong"));
        var now = clock.Now();
        var yesterday = now.AddDays(-1);
        if (address.Length > 0 && await db.Mails.CountAsync(m => m.AccountId == account.Id && m.Kind == MailKind.Address && m.At > yesterday) >= MostADay)
            return Finding.Error("mail-often", null, Words.Of("mail-often", MostADay));
        if (await attempts.Password(account, password, "password-wrong", "password") is { } wrong)
            return wrong;

        await using var together = await db.Database.BeginTransactionAsync();
        await db.PendingAddresses.Where(p => p.AccountId == account.Id).ExecuteDeleteAsync();
        if (address.Length == 0)
        {
            Set(account, null);
            db.Note(AuditAction.MailAddressRemoved, account.Id, account.Id, now);
        }
        else
        {
            var secret = AcceptInvitation.NewSecret();
            var pending = new PendingAddress { Id = Guid.CreateVersion7(now), AccountId = account.Id, Address = address, SecretDigest = AcceptInvitation.Digest(secret), ExpiresAt = now + PendingAddress.Validity };
            db.AddRange(pending, Mail.Of($"address:{pending.Id:N}", account.Id, MailKind.Address, now, subject: pending.Id, secret: WriteLetter.Protector(keys).Protect(secret)));
            db.Note(AuditAction.MailAddressAsked, account.Id, account.Id, now);
        }
        await db.SaveChangesAsync();
        await together.CommitAsync();
        return account;
    }

    /// <summary>The address that a link would confirm. Null when it is not this person's, or is over.</summary>
    public async Task<PendingAddress?> Find(string secret, Actor actor)
    {
        var (digest, now) = (AcceptInvitation.Digest(secret), clock.Now());
        return await db.PendingAddresses.SingleOrDefaultAsync(p => p.SecretDigest == digest && p.AccountId == actor.AccountId && p.ExpiresAt > now);
    }

    public async Task<Outcome<Account>> Confirm(string secret, Actor actor)
    {
        if (await Find(secret, actor) is not { } pending)
            return Finding.Error("missing", null, Words.Of("mail-link-over"));
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        await using var together = await db.Database.BeginTransactionAsync();
        if (await db.PendingAddresses.Where(p => p.Id == pending.Id).ExecuteDeleteAsync() == 0)
            return Finding.Error("missing", null, Words.Of("mail-link-over"));
        Set(account, pending.Address);
        db.Note(AuditAction.MailAddressConfirmed, account.Id, account.Id, clock.Now());
        await db.SaveChangesAsync();
        await together.CommitAsync();
        return account;
    }

    static void Set(Account account, string? address) => (account.Email, account.NormalizedEmail, account.EmailConfirmed) = (address, address?.ToUpperInvariant(), address is not null);
}
