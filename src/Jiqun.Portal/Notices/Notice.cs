using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Notices;

/// <summary>What a notice tells. The names are stored; they never change.</summary>
public enum NoticeKind
{
    /// <summary>About an entry; so the next.</summary>
    EntryBegun,

    Submitted,

    DeadlineExtended,

    /// <summary>About a step of an entry's way; so the next three, which each of its own people are told instead.</summary>
    StepTaken,

    /// <summary>To whom the entry comes: it waits for them now.</summary>
    TurnCame,

    /// <summary>To the entrant: the entry came back.</summary>
    Returned,

    /// <summary>To the entrant: nobody has to do anything more.</summary>
    Decided,

    /// <summary>About a file.</summary>
    EvidencePutAway,

    /// <summary>About a round; so the next.</summary>
    RoundMade,

    RoundChanged,

    /// <summary>Somebody made an account. About the invitation that it came of.</summary>
    Joined,

    /// <summary>A visitor said something to a published round, and nothing else waited to be dealt with. About the round.</summary>
    CommentCame,

    /// <summary>About a filled form that the ministry received by mail: it was put to the entry.</summary>
    FormMailed,
}

/// <summary>提醒: a step that somebody took, told to those whom it concerns. Written by the transaction that takes the step; never changed.</summary>
public sealed class Notice
{
    /// <summary>Recipient of what concerns all who may see it.</summary>
    public static readonly Guid Everyone = Guid.Empty;

    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    /// <summary>Id of an organisation, whose members are told, or of an account; or <see cref="Everyone"/>.</summary>
    public required Guid Recipient { get; init; }

    public required NoticeKind Kind { get; init; }

    /// <summary>Id of what it is about. Who may not see that, does not see the notice.</summary>
    public required Guid Subject { get; init; }

    /// <summary>Who took the step, and is not told.</summary>
    public required Guid AccountId { get; init; }

    public required DateTime At { get; init; }
}

/// <summary>How far a person has read.</summary>
public sealed class NoticeMark
{
    public required Guid AccountId { get; init; }

    /// <summary>
    /// Id of a notice: it and those before it are read. In Postgres one can come to light after another of a greater id was marked: then it stands
    /// in the list, but not as new.
    /// </summary>
    public required long UpTo { get; init; }
}

/// <summary>What a person has seen of an entry.</summary>
public sealed class EntrySeen
{
    public required Guid AccountId { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>The entry's, when they last had it before them and there was something new in it.</summary>
    public required int Revision { get; init; }
}

/// <summary>No foreign keys: what these rows name is never deleted.</summary>
sealed class NoticeTables : IEntityTypeConfiguration<Notice>, IEntityTypeConfiguration<NoticeMark>, IEntityTypeConfiguration<EntrySeen>
{
    public void Configure(EntityTypeBuilder<Notice> notice)
    {
        notice.ToTable("notice");
        notice.HasIndex(n => new { n.Recipient, n.Id });
    }

    public void Configure(EntityTypeBuilder<NoticeMark> mark)
    {
        mark.ToTable("notice_mark");
        mark.HasKey(m => m.AccountId);
        mark.Property(m => m.AccountId).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<EntrySeen> seen)
    {
        seen.ToTable("entry_seen");
        seen.HasKey(s => new { s.EntryId, s.AccountId });
    }
}
