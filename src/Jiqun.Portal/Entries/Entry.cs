using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Entries;

/// <summary>Where an entry stands.</summary>
public enum EntryState
{
    /// <summary>填报中.</summary>
    Draft,

    /// <summary>已报送: nothing of it changes.</summary>
    Submitted,
}

/// <summary>参赛申报: one cluster's form in a round.</summary>
public sealed class Entry
{
    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid OrganisationId { get; init; }

    public required EntryState State { get; set; }

    /// <summary>Number of its last change; 0 when there was none.</summary>
    public required int Revision { get; set; }

    /// <summary>Made up for trying out, and shown as such.</summary>
    public required bool IsSample { get; init; }

    public required DateTime CreatedAt { get; init; }
}

sealed class EntryTable : IEntityTypeConfiguration<Entry>
{
    public void Configure(EntityTypeBuilder<Entry> entry)
    {
        entry.ToTable("entry");
        entry.Property(e => e.Id).ValueGeneratedNever();
        entry.HasIndex(e => new { e.RoundId, e.OrganisationId }).IsUnique();
        entry.HasOne<Round>().WithMany().HasForeignKey(e => e.RoundId).OnDelete(DeleteBehavior.Restrict);
        entry.HasOne<Organisation>().WithMany().HasForeignKey(e => e.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
