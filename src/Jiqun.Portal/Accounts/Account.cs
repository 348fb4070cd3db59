using System.Security.Cryptography;
using Jiqun.Portal.Mails;
using Jiqun.Portal.Organisations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>What an account is for. The three administrators' powers exclude each other, and none of them sees what clusters fill in.</summary>
public enum Role
{
    /// <summary>Acts for an organisation; what it may do follows from the organisation's level.</summary>
    Member,

    /// <summary>专家: reviews.</summary>
    Expert,

    /// <summary>系统管理员: organisations, and their first members.</summary>
    SystemAdministrator,

    /// <summary>安全管理员: accounts: locks, unlocks, resets, signs out.</summary>
    SecurityAdministrator,

    /// <summary>审计管理员: reads the audit rows.</summary>
    AuditAdministrator,
}

/// <summary>A person who may sign in. <see cref="IdentityUser{TKey}.UserName"/> is chosen by the person; <see cref="IdentityUser{TKey}.Email"/> is null as long as none was confirmed.</summary>
public sealed class Account : IdentityUser<Guid>
{
    public required string FullName { get; set; }

    public required Role Role { get; init; }

    /// <summary>Null for administrators and experts.</summary>
    public required Guid? OrganisationId { get; init; }

    /// <summary>The password was given by somebody else, or grew too old; nothing else works until it is changed.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>Closed by the security administrator; cannot sign in.</summary>
    public bool Closed { get; set; }

    /// <summary>When the present password was set; null for the one that the account was made with.</summary>
    public DateTime? PasswordAt { get; set; }

    /// <summary>Until when the password that somebody else gave lets in; null for one's own.</summary>
    public DateTime? TemporaryUntil { get; set; }

    /// <summary>有效期: the last day, in Beijing, on which one can sign in; null for no end. After it the account is as closed.</summary>
    public DateOnly? EndsOn { get; set; }

    /// <summary>Sorts of notices that are not mailed (<see cref="MailSort"/>): their names, parted by blanks.</summary>
    public string NotMailed { get; set; } = MailSorts.UsuallyNot;

    public required DateTime CreatedAt { get; init; }

    /// <summary>Ends every session: each cookie bears the stamp of its time.</summary>
    public void SignOutEverywhere() => SecurityStamp = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    /// <param name="today">In Beijing.</param>
    public bool HasEnded(DateOnly today) => EndsOn < today;
}

sealed class AccountTable : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("account");
        account.Property(a => a.Id).ValueGeneratedNever();
        account.Property(a => a.FullName).HasMaxLength(100);
        account.Property(a => a.NotMailed).HasMaxLength(200);
        account.HasOne<Organisation>().WithMany().HasForeignKey(a => a.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
