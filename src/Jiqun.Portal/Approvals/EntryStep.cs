using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Approvals;

/// <summary>办理记录: a step of an entry's way that was taken. Never changed after it was written.</summary>
public sealed class EntryStep
{
    public required Guid Id { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>The entry's revision after it: rising within the entry.</summary>
    public required int Number { get; init; }

    /// <summary>Id of the step in the form's way: <c>seal</c>.</summary>
    public required string Step { get; init; }

    /// <summary>Ids of states. The same twice when others had still to take the step.</summary>
    public required string Before { get; init; }

    public required string After { get; init; }

    /// <summary>On which submission it was taken.</summary>
    public required Guid SubmissionId { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Empty when none was needed.</summary>
    public required string Reason { get; init; }

    /// <summary>Chosen by whoever takes it; the same request again finds this step.</summary>
    public required Guid RequestId { get; init; }

    public required DateTime At { get; init; }
}

/// <summary>退回意见: what an office wants changed in one field, and what the entrant says to it.</summary>
public sealed class ReturnPoint
{
    public required Guid Id { get; init; }

    public required Guid StepId { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>Empty for the entry as a whole.</summary>
    public required string Field { get; init; }

    public required string Reason { get; init; }

    /// <summary>Empty while it is open.</summary>
    public string Answer { get; set; } = "";

    /// <summary>Null while it is open.</summary>
    public DateTime? AnsweredAt { get; set; }
}

/// <summary>A place that a submission's cluster lies in, other than the one of its entrant: that place's office has a part in it.</summary>
public sealed class SubmissionPlace
{
    public required Guid EntryId { get; init; }

    /// <summary>Of the submission.</summary>
    public required int Number { get; init; }

    /// <summary>Division of GB/T 2260: a city, or a province where there is no city.</summary>
    public required string Code { get; init; }
}

sealed class EntryStepTable : IEntityTypeConfiguration<EntryStep>, IEntityTypeConfiguration<ReturnPoint>, IEntityTypeConfiguration<SubmissionPlace>
{
    public void Configure(EntityTypeBuilder<EntryStep> step)
    {
        step.ToTable("entry_step");
        step.Property(s => s.Id).ValueGeneratedNever();
        step.Property(s => s.Step).HasMaxLength(40);
        step.Property(s => s.Before).HasMaxLength(40);
        step.Property(s => s.After).HasMaxLength(40);
        step.Property(s => s.Reason).HasMaxLength(TakeStep.LongestReason);
        step.HasIndex(s => new { s.EntryId, s.Number }).IsUnique();
        step.HasIndex(s => s.RequestId).IsUnique();
        step.HasOne<Entry>().WithMany().HasForeignKey(s => s.EntryId).OnDelete(DeleteBehavior.Restrict);
        step.HasOne<Submission>().WithMany().HasForeignKey(s => s.SubmissionId).OnDelete(DeleteBehavior.Restrict);
        step.HasOne<Organisation>().WithMany().HasForeignKey(s => s.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        step.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<ReturnPoint> point)
    {
        point.ToTable("return_point");
        point.Property(p => p.Id).ValueGeneratedNever();
        point.Property(p => p.Field).HasMaxLength(100);
        point.Property(p => p.Reason).HasMaxLength(TakeStep.LongestReason);
        point.Property(p => p.Answer).HasMaxLength(TakeStep.LongestReason);
        point.HasIndex(p => p.EntryId);
        point.HasOne<EntryStep>().WithMany().HasForeignKey(p => p.StepId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<SubmissionPlace> place)
    {
        place.ToTable("submission_place");
        place.HasKey(p => new { p.EntryId, p.Number, p.Code });
        place.Property(p => p.Code).HasMaxLength(6);
        place.HasOne<Entry>().WithMany().HasForeignKey(p => p.EntryId).OnDelete(DeleteBehavior.Restrict);
    }
}
