using Jiqun.Portal.Notices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Mails;

/// <summary>待发: a notice that is still to be made into mails. Written with the notice, by the transaction that takes the step; gone when the mails are there.</summary>
public sealed class OutboxRow
{
    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    /// <summary>As the notice's; so the next.</summary>
    public required Guid Recipient { get; init; }

    public required NoticeKind Kind { get; init; }

    public required Guid Subject { get; init; }

    public required Guid AccountId { get; init; }

    public required DateTime At { get; init; }

    /// <summary>From when on it may be taken; beyond the present while somebody works on it.</summary>
    public required DateTime DueAt { get; init; }
}

sealed class OutboxTable : IEntityTypeConfiguration<OutboxRow>
{
    public void Configure(EntityTypeBuilder<OutboxRow> row)
    {
        row.ToTable("outbox");
        row.HasIndex(r => r.DueAt);
    }
}
