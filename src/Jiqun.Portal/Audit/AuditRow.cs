using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Audit;

/// <summary>What was done. The names are stored; they never change.</summary>
public enum AuditAction
{
    SignIn,
    SignInRefused,
    SignOut,
    SignOutEverywhere,
    PasswordChanged,
    PasswordReset,
    TwoFactorOn,
    TwoFactorOff,
    RecoveryCodesMade,
    TokenMade,
    TokenWithdrawn,
    AccountClosed,
    AccountOpened,
    AccountUnlocked,
    Invited,
    InvitationWithdrawn,
    InvitationAccepted,
    OrganisationMade,
    OrganisationChanged,
    OrganisationDeleted,
    RoundMade,
    RoundChanged,
    EntryMade,
    Submitted,
    StepTaken,
    PointAnswered,
    OpinionWritten,
    SealBrought,
    DeadlineExtended,
    TermsChanged,
    EvidenceAttached,
    EvidencePutAway,
    EvidenceTakenOut,
    Downloaded,
    MailAddressAsked,
    MailAddressConfirmed,
    MailAddressRemoved,
    BackupMade,
}

/// <summary>审计记录: who did what to what, and when. Appended by the transaction that does it; never changed.</summary>
public sealed class AuditRow
{
    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Null when nobody was signed in.</summary>
    public required Guid? AccountId { get; init; }

    public required AuditAction Action { get; init; }

    /// <summary>Id of what it was done to; null when there is none.</summary>
    public required Guid? Subject { get; init; }

    /// <summary>What else is worth knowing; never a secret, never a personal value.</summary>
    public required string Detail { get; init; }
}

sealed class AuditTable : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> row)
    {
        row.ToTable("audit");
        row.Property(r => r.Detail).HasMaxLength(2000);
        row.HasIndex(r => r.Subject);
    }
}
