using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Mails;

/// <summary>What a mail tells. The names are stored; they never change.</summary>
public enum MailKind
{
    Notice,

    /// <summary>A round closes within seven days. About the round; so the next.</summary>
    ClosesSoon,

    /// <summary>It closes within a day.</summary>
    ClosesAtOnce,

    /// <summary>Asks whether an address is a person's own. About a <see cref="PendingAddress"/>; goes to that address.</summary>
    Address,
}

/// <summary>What became of a mail. The names are stored; they never change.</summary>
public enum MailState
{
    Waiting,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>Given up.</summary>
    Failed,

    /// <summary>When it was to be sent, the person might no longer see what it is about, or did not want it any more.</summary>
    Dropped,
}

/// <summary>邮件: one mail to one person. It holds neither address nor text: both are what they are when it is sent.</summary>
public sealed class Mail
{
    /// <summary>Also names the mail in its Message-ID, so that one that was sent twice can be known.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is about and to whom: there is never a second one.</summary>
    public required string Key { get; init; }

    public required Guid AccountId { get; init; }

    public required MailKind Kind { get; init; }

    /// <summary>Null unless it tells a notice.</summary>
    public long? NoticeId { get; init; }

    /// <summary>Null when it tells a notice.</summary>
    public Guid? Subject { get; init; }

    /// <summary>Of a link, encrypted with the portal's keys; null when there is none, and once the mail is done with.</summary>
    public string? Secret { get; init; }

    public required DateTime At { get; init; }

    public required MailState State { get; init; }

    /// <summary>How often it was taken to be sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>From when on it may be taken; beyond the present while somebody sends it, or until it is tried again.</summary>
    public required DateTime DueAt { get; init; }

    /// <summary>When it was sent, given up or dropped; null while it waits.</summary>
    public DateTime? DoneAt { get; init; }

    /// <summary>Of the mail server when it last failed; null while it did not.</summary>
    public string? Reply { get; init; }

    public static Mail Of(string key, Guid account, MailKind kind, DateTime now, long? notice = null, Guid? subject = null, string? secret = null) => new()
    {
        Id = Guid.CreateVersion7(now),
        Key = key,
        AccountId = account,
        Kind = kind,
        NoticeId = notice,
        Subject = subject,
        Secret = secret,
        At = now,
        State = MailState.Waiting,
        Attempts = 0,
        DueAt = now,
    };
}

/// <summary>An address that a person gave and has not confirmed.</summary>
public sealed class PendingAddress
{
    public static readonly TimeSpan Validity = TimeSpan.FromHours(24);

    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required string Address { get; init; }

    /// <summary>SHA-256 of the link's secret, lower-case hex.</summary>
    public required string SecretDigest { get; init; }

    public required DateTime ExpiresAt { get; init; }
}

sealed class MailTables : IEntityTypeConfiguration<Mail>, IEntityTypeConfiguration<PendingAddress>
{
    public void Configure(EntityTypeBuilder<Mail> mail)
    {
        mail.ToTable("mail");
        mail.Property(m => m.Id).ValueGeneratedNever();
        mail.Property(m => m.Key).HasMaxLength(120);
        mail.Property(m => m.Secret).HasMaxLength(1000);
        mail.Property(m => m.Reply).HasMaxLength(MailServer.LongestReply);
        mail.HasIndex(m => m.Key).IsUnique();
        mail.HasIndex(m => new { m.State, m.DueAt });
        mail.HasIndex(m => new { m.AccountId, m.At });
    }

    public void Configure(EntityTypeBuilder<PendingAddress> pending)
    {
        pending.ToTable("pending_address");
        pending.Property(p => p.Id).ValueGeneratedNever();
        pending.Property(p => p.Address).HasMaxLength(254);
        pending.Property(p => p.SecretDigest).HasMaxLength(64);
        pending.HasIndex(p => p.SecretDigest).IsUnique();
        pending.HasIndex(p => p.AccountId);
    }
}
