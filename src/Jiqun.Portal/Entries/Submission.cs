using Jiqun.Portal.Accounts;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Entries;

/// <summary>报送版本: an entry's answers, frozen. Never changed after it was written.</summary>
public sealed class Submission
{
    public required Guid Id { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>1, 2, 3 … within the entry.</summary>
    public required int Number { get; init; }

    /// <summary>The frozen content: canonical JSON (RFC 8785) in UTF-8, personal values as commitments.</summary>
    public required byte[] Content { get; init; }

    /// <summary>SHA-256 of <see cref="Content"/>, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Chosen by whoever sends it; the same request again gets the same submission.</summary>
    public required Guid RequestId { get; init; }

    public required DateTime At { get; init; }

    public required Guid AccountId { get; init; }
}

/// <summary>A personal value of a submission, and the salt under which the frozen content bears its commitment.</summary>
public sealed class PersonalValue
{
    public required Guid SubmissionId { get; init; }

    public required string Field { get; init; }

    /// <summary>16 random bytes.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>Encrypted (<see cref="Stored"/>).</summary>
    public required string Value { get; init; }

    public static string Stored(MasterKey key, Guid submission, string field, string value) => key.Stored(value, Place(submission, field), isPersonal: true);

    /// <summary>What <see cref="Stored"/> stored.</summary>
    public static string Read(MasterKey key, Guid submission, string field, string stored) => key.Read(stored, Place(submission, field));

    static string Place(Guid submission, string field) => $"submission/{submission}/{field}";
}

sealed class SubmissionTable : IEntityTypeConfiguration<Submission>, IEntityTypeConfiguration<PersonalValue>
{
    public void Configure(EntityTypeBuilder<Submission> submission)
    {
        submission.ToTable("submission");
        submission.Property(s => s.Id).ValueGeneratedNever();
        // the content last: whoever wants none of it reads none of it
        foreach (var (column, place) in new[] { nameof(Submission.Id), nameof(Submission.EntryId), nameof(Submission.Number), nameof(Submission.Digest), nameof(Submission.RequestId), nameof(Submission.At), nameof(Submission.AccountId), nameof(Submission.Content) }.Select((c, i) => (c, i)))
            submission.Property(column).HasColumnOrder(place);
        submission.Property(s => s.Digest).HasMaxLength(64);
        submission.HasIndex(s => new { s.EntryId, s.Number }).IsUnique();
        submission.HasIndex(s => s.RequestId).IsUnique();
        submission.HasOne<Entry>().WithMany().HasForeignKey(s => s.EntryId).OnDelete(DeleteBehavior.Restrict);
        submission.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<PersonalValue> personal)
    {
        personal.ToTable("personal_value");
        personal.HasKey(p => new { p.SubmissionId, p.Field });
        personal.Property(p => p.Field).HasMaxLength(100);
        personal.HasOne<Submission>().WithMany().HasForeignKey(p => p.SubmissionId).OnDelete(DeleteBehavior.Restrict);
    }
}
