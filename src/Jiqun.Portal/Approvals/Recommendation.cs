using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Approvals;

/// <summary>推荐: the entries that an office recommended in one step, in its order. Never changed after it was written.</summary>
public sealed class Recommendation
{
    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Chosen by whoever recommends; the same request again finds this one.</summary>
    public required Guid RequestId { get; init; }

    public required DateTime At { get; init; }
}

/// <summary>A line of a recommendation.</summary>
public sealed class RecommendedEntry
{
    public required Guid RecommendationId { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Rank { get; init; }

    /// <summary>The step by which the entry was recommended.</summary>
    public required Guid StepId { get; init; }

    /// <summary>推荐意见. May be empty.</summary>
    public required string Comment { get; init; }
}

sealed class RecommendationTable : IEntityTypeConfiguration<Recommendation>, IEntityTypeConfiguration<RecommendedEntry>
{
    public void Configure(EntityTypeBuilder<Recommendation> recommendation)
    {
        recommendation.ToTable("recommendation");
        recommendation.Property(r => r.Id).ValueGeneratedNever();
        recommendation.HasIndex(r => r.RequestId).IsUnique();
        recommendation.HasIndex(r => new { r.RoundId, r.OrganisationId });
        recommendation.HasOne<Round>().WithMany().HasForeignKey(r => r.RoundId).OnDelete(DeleteBehavior.Restrict);
        recommendation.HasOne<Organisation>().WithMany().HasForeignKey(r => r.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        recommendation.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<RecommendedEntry> entry)
    {
        entry.ToTable("recommended_entry");
        entry.HasKey(e => new { e.RecommendationId, e.Rank });
        entry.Property(e => e.Comment).HasMaxLength(TakeStep.LongestReason);
        entry.HasOne<Recommendation>().WithMany().HasForeignKey(e => e.RecommendationId).OnDelete(DeleteBehavior.Restrict);
        entry.HasOne<EntryStep>().WithMany().HasForeignKey(e => e.StepId).OnDelete(DeleteBehavior.Restrict);
    }
}
