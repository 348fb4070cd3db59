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

    /// <summary>已报送, or further: nothing of it changes.</summary>
    Submitted,
}

/// <summary>参赛申报: one cluster's form in a round.</summary>
public sealed class Entry
{
    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>Follows from <see cref="Status"/>: every save asks for it.</summary>
    public required EntryState State { get; set; }

    /// <summary>办理状态: where it stands on the way that its form prescribes. Id of a state of <see cref="Core.Approvals.Approval"/>.</summary>
    public required string Status { get; set; }

    /// <summary>Number of its last submission; 0 while there is none.</summary>
    public int Submissions { get; set; }

    /// <summary>延期: until when it may be changed although the round is closed; null when nobody allowed that.</summary>
    public DateTime? ExtendedTo { get; set; }

    /// <summary>Number of its last change, steps among them; 0 when there was none.</summary>
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
        entry.Property(e => e.Status).HasMaxLength(40);
        entry.HasIndex(e => new { e.RoundId, e.OrganisationId }).IsUnique();
        entry.HasOne<Round>().WithMany().HasForeignKey(e => e.RoundId).OnDelete(DeleteBehavior.Restrict);
        entry.HasOne<Organisation>().WithMany().HasForeignKey(e => e.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
