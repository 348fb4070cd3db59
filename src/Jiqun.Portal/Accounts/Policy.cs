using System.Net;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>安全策略: what the security administrator sets for everybody. One row; as long as there is none, the values that it has here count.</summary>
public sealed class Policy
{
    /// <summary>The one row's.</summary>
    public int Id { get; init; } = 1;

    /// <summary>Characters, 8–64.</summary>
    public int PasswordLength { get; set; } = 10;

    /// <summary>Of capital letters, small letters, digits and others: 3 or 4.</summary>
    public int PasswordKinds { get; set; } = 3;

    /// <summary>Age in days from which a sign-in asks for another password, 30–365.</summary>
    public int PasswordDays { get; set; } = 90;

    /// <summary>So many of one's last passwords, the present one among them, cannot be chosen again: 1–10.</summary>
    public int PasswordHistory { get; set; } = 5;

    /// <summary>Failures in a row that lock an account, 3–10.</summary>
    public int LockAfter { get; set; } = 5;

    /// <summary>10–1440.</summary>
    public int LockMinutes { get; set; } = 30;

    /// <summary>After so many minutes without a person at work a session ends, 5–120.</summary>
    public int IdleMinutes { get; set; } = 30;

    /// <summary>So many hours after its sign-in a session ends in any case, 1–24.</summary>
    public int SessionHours { get; set; } = 12;

    /// <summary>Sessions of one account at the same time, 1–10; one more ends the oldest.</summary>
    public int SessionsAtOnce { get; set; } = 5;

    /// <summary>Whence the three administrators may come: CIDR, one a line; empty for everywhere.</summary>
    public string AdministratorRanges { get; set; } = "";

    /// <summary>Whence everybody else may come.</summary>
    /// <inheritdoc cref="AdministratorRanges"/>
    public string OtherRanges { get; set; } = "";

    /// <summary>Whether the three administrators must have two-step sign-in.</summary>
    public bool TwoFactorAdministrators { get; set; } = true;

    /// <summary>Whether members of cities, provinces and the ministry must.</summary>
    public bool TwoFactorReviewers { get; set; }

    public TimeSpan Idle => TimeSpan.FromMinutes(IdleMinutes);

    public TimeSpan Longest => TimeSpan.FromHours(SessionHours);

    public TimeSpan LockedFor => TimeSpan.FromMinutes(LockMinutes);

    public bool DemandsTwoFactor(Role role, Level? level) =>
        role.IsAdministrator ? TwoFactorAdministrators : TwoFactorReviewers && level is Level.Ministry or Level.Province or Level.City;

    /// <param name="address">Null where the connection has none; it is in no range.</param>
    public bool Admits(Role role, IPAddress? address) => AddressRanges.Hold(role.IsAdministrator ? AdministratorRanges : OtherRanges, address);
}

static class Administrators
{
    extension(Role role)
    {
        /// <summary>Whether it is one of the three.</summary>
        public bool IsAdministrator => role is Role.SystemAdministrator or Role.SecurityAdministrator or Role.AuditAdministrator;
    }
}

sealed class PolicyTable : IEntityTypeConfiguration<Policy>
{
    public void Configure(EntityTypeBuilder<Policy> policy)
    {
        policy.ToTable("policy");
        policy.Property(p => p.Id).ValueGeneratedNever();
        policy.Property(p => p.AdministratorRanges).HasMaxLength(ChangePolicy.LongestRanges);
        policy.Property(p => p.OtherRanges).HasMaxLength(ChangePolicy.LongestRanges);
        policy.Ignore(p => p.Idle).Ignore(p => p.Longest).Ignore(p => p.LockedFor);
    }
}
