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
    AccountEndSet,
    SessionEnded,
    PolicyChanged,
    Invited,
    InvitationWithdrawn,
    InvitationAccepted,
    OrganisationMade,
    OrganisationChanged,
    OrganisationDeleted,
    RoundMade,
    RoundChanged,
    EntryMade,
    AnswersChanged,
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
    AuditExported,
    CheckpointTaken,
    AccessRefused,
    AlarmDone,
    PersonalRead,
    PersonSearched,
    PersonalDataPurged,
    MailAddressAsked,
    MailAddressConfirmed,
    MailAddressRemoved,
    BackupMade,
    UploadRefused,
    PublicationChanged,
    CommentReceived,
    CommentDone,
    ExportAsked,
    JobCancelled,
    FilesDropped,
    FileCollected,
    FileDecided,
}

/// <summary>What came of it. The names are stored; they never change.</summary>
public enum AuditOutcome
{
    Done,
    Refused,
}

/// <summary>审计记录: who did what to what, when, and from where. Appended by the transaction that does it, so that neither is there without the other; never changed.</summary>
public sealed class AuditRow
{
    /// <summary>Given by the database, rising; numbers may be left out, and a row may be seen later than one of a larger number.</summary>
    public long Id { get; init; }

    /// <summary>In whole microseconds.</summary>
    public required DateTime At { get; init; }

    /// <summary>Null when nobody was signed in.</summary>
    public required Guid? AccountId { get; init; }

    /// <summary>The token with which a program acted for the account; null when a person did.</summary>
    public required Guid? TokenId { get; init; }

    /// <summary>IP address from which it was asked; empty when the portal did it by itself.</summary>
    public required string Address { get; init; }

    public required AuditAction Action { get; init; }

    public required AuditOutcome Outcome { get; init; }

    /// <summary>Id of what it was done to; null when there is none.</summary>
    public required Guid? Subject { get; init; }

    /// <summary>What else is worth knowing; never a secret, never a personal value.</summary>
    public required string Detail { get; init; }

    /// <summary>SHA-256, in lower-case hex, of what was written elsewhere by it: of the changes of a save. Empty when there is none.</summary>
    public required string Digest { get; init; }

    /// <summary>That the portal wrote this row: 8 random bytes, and 24 of a MAC (<see cref="AuditMark"/>).</summary>
    public byte[] Mark { get; internal set; } = [];
}

static class AuditRows
{
    /// <summary>
    /// All but those of saves. Only these are found by an index, and only where this is asked for: rows of saves are many times as many, whoever looks for one of
    /// them walks through the table, and each save would write to the index for it.
    /// </summary>
    public static IQueryable<AuditRow> ButSaves(this IQueryable<AuditRow> rows) => rows.Where(r => r.Action != AuditAction.AnswersChanged);
}

sealed class AuditTable : IEntityTypeConfiguration<AuditRow>
{
    /// <summary>What <see cref="AuditRows.ButSaves"/> says.</summary>
    const string ButSaves = $"action <> '{nameof(AuditAction.AnswersChanged)}'";

    public void Configure(EntityTypeBuilder<AuditRow> row)
    {
        row.ToTable("audit");
        row.Property(r => r.Address).HasMaxLength(45);
        row.Property(r => r.Detail).HasMaxLength(AuditLog.MostInDetail);
        row.Property(r => r.Digest).HasMaxLength(64);
        row.HasIndex(r => r.At).HasFilter(ButSaves);
        row.HasIndex(r => r.Subject).HasFilter(ButSaves);
    }
}
