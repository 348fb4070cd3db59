using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Approvals;

/// <summary>办理期限: until when the holder of a state is to act, in a round. Of drafts the round's own closing time counts.</summary>
public sealed class RoundDeadline
{
    public required Guid RoundId { get; init; }

    /// <summary>Id of the state.</summary>
    public required string State { get; init; }

    /// <summary>From this instant on only steps that may be late are taken.</summary>
    public required DateTime At { get; set; }
}

/// <summary>推荐名额: how many entries an office may recommend in a round. Without a row there is no limit.</summary>
public sealed class RoundQuota
{
    public required Guid RoundId { get; init; }

    public required Guid OrganisationId { get; init; }

    public required int Entries { get; set; }
}

/// <summary>延期: a later deadline for one entry in one state. The latest counts; none is ever taken away.</summary>
public sealed class Extension
{
    public required Guid Id { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>Id of the state.</summary>
    public required string State { get; init; }

    public required DateTime Until { get; init; }

    public required string Reason { get; init; }

    public required Guid AccountId { get; init; }

    public required DateTime At { get; init; }
}

sealed class TermsTables : IEntityTypeConfiguration<RoundDeadline>, IEntityTypeConfiguration<RoundQuota>, IEntityTypeConfiguration<Extension>
{
    public void Configure(EntityTypeBuilder<RoundDeadline> deadline)
    {
        deadline.ToTable("round_deadline");
        deadline.HasKey(d => new { d.RoundId, d.State });
        deadline.Property(d => d.State).HasMaxLength(40);
        deadline.HasOne<Round>().WithMany().HasForeignKey(d => d.RoundId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RoundQuota> quota)
    {
        quota.ToTable("round_quota");
        quota.HasKey(q => new { q.RoundId, q.OrganisationId });
        quota.HasOne<Round>().WithMany().HasForeignKey(q => q.RoundId).OnDelete(DeleteBehavior.Cascade);
        quota.HasOne<Organisation>().WithMany().HasForeignKey(q => q.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Extension> extension)
    {
        extension.ToTable("extension");
        extension.Property(e => e.Id).ValueGeneratedNever();
        extension.Property(e => e.State).HasMaxLength(40);
        extension.Property(e => e.Reason).HasMaxLength(TakeStep.LongestReason);
        extension.HasIndex(e => e.EntryId);
        extension.HasOne<Entry>().WithMany().HasForeignKey(e => e.EntryId).OnDelete(DeleteBehavior.Restrict);
        extension.HasOne<Account>().WithMany().HasForeignKey(e => e.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}
