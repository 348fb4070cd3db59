using Jiqun.Core;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>A password that an account had: its hash, so that it is not chosen again.</summary>
public sealed class FormerPassword
{
    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    public required Guid AccountId { get; init; }

    public required string Hash { get; init; }

    /// <summary>When another took its place.</summary>
    public required DateTime Until { get; init; }
}

sealed class FormerPasswordTable : IEntityTypeConfiguration<FormerPassword>
{
    public void Configure(EntityTypeBuilder<FormerPassword> former)
    {
        former.ToTable("former_password");
        former.Property(f => f.Hash).HasMaxLength(200);
        former.HasOne<Account>().WithMany().HasForeignKey(f => f.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Keeps the last passwords of accounts, as many as a policy may ask for.</summary>
sealed class FormerPasswords(JiqunDb db, UserManager<Account> accounts, Policies policies)
{
    /// <summary>The present one is not among them.</summary>
    static readonly int Most = ChangePolicy.Numbers.Single(n => n.Name == "passwordHistory").Most - 1;

    /// <summary>What is wrong with a password that is the present one, or one of the last; null when it is none of them.</summary>
    public async Task<Finding?> Include(Account account, string password)
    {
        var last = (await policies.Now()).PasswordHistory;
        var hashes = await db.FormerPasswords.Where(f => f.AccountId == account.Id).OrderByDescending(f => f.Id).Take(last - 1).Select(f => f.Hash).ToListAsync();
        return hashes.Prepend(account.PasswordHash!).Any(h => accounts.PasswordHasher.VerifyHashedPassword(account, h, password) is not PasswordVerificationResult.Failed)
            ? Finding.Error("password-former", "password", Words.Of("password-former", last))
            : null;
    }

    /// <summary>Keeps the present password, before another takes its place. Saved by the caller.</summary>
    public async Task Keep(Account account, DateTime now)
    {
        if (account.PasswordHash is not { } hash)
            return;
        db.RemoveRange(await db.FormerPasswords.Where(f => f.AccountId == account.Id).OrderByDescending(f => f.Id).Skip(Most - 1).ToListAsync());
        db.Add(new FormerPassword { AccountId = account.Id, Hash = hash, Until = now });
    }
}
