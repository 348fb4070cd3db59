using Jiqun.Core.Definitions;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Entries;

/// <summary>What now stands in one place of a draft: a field's answer, or the explanation (情况说明) of one of its findings.</summary>
public sealed class Answer
{
    public required Guid EntryId { get; init; }

    public required string Field { get; init; }

    /// <summary>Code of the finding that is explained; empty for the answer itself.</summary>
    public required string Code { get; init; }

    /// <summary>As the person wrote it, as it is stored (<see cref="StoredAnswer"/>); empty when it was emptied, or purged.</summary>
    public required string Written { get; init; }

    /// <summary>Number of the change that wrote it.</summary>
    public required int Version { get; init; }
}

/// <summary>How answers stand in the database: those of personal fields encrypted with the master key, for their entry and field alone.</summary>
static class StoredAnswer
{
    public static string Of(MasterKey key, Guid entry, Field field, string text) => key.Stored(text, Place(entry, field.Id), field.Personal);

    public static string Read(MasterKey key, Guid entry, string field, string stored) => key.Read(stored, Place(entry, field));

    static string Place(Guid entry, string field) => $"{entry}/{field}";
}

/// <summary>One change of one place. Appended, never changed.</summary>
public sealed class Change
{
    public required Guid EntryId { get; init; }

    /// <summary>1, 2, 3 … within the entry.</summary>
    public required int Number { get; init; }

    public required string Field { get; init; }

    /// <inheritdoc cref="Answer.Code"/>
    public required string Code { get; init; }

    /// <summary>What stood there before, as it is stored; empty when nothing did, or when it was purged.</summary>
    public required string Before { get; init; }

    public required string After { get; init; }

    public required DateTime At { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>SHA-256 of all this, as it was written: it stays when personal values are purged, so that the audit row of the save can still be verified.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Whether it says nothing of what was written: so it is where values were purged.</summary>
    public bool IsPurged => Before.Length == 0 && After.Length == 0;
}

/// <summary>
/// No foreign keys: every row is written by one who holds its entry's row, and neither entries nor accounts are ever deleted. PostgreSQL would ask three
/// times for each answer, which is a third of what it does for a submission.
/// </summary>
sealed class AnswerTable : IEntityTypeConfiguration<Answer>, IEntityTypeConfiguration<Change>
{
    public void Configure(EntityTypeBuilder<Answer> answer)
    {
        answer.ToTable("answer");
        answer.HasKey(a => new { a.EntryId, a.Field, a.Code });
        answer.Property(a => a.Field).HasMaxLength(100);
        answer.Property(a => a.Code).HasMaxLength(100);
    }

    public void Configure(EntityTypeBuilder<Change> change)
    {
        change.ToTable("change");
        change.HasKey(c => new { c.EntryId, c.Number });
        change.Property(c => c.Field).HasMaxLength(100);
        change.Property(c => c.Code).HasMaxLength(100);
        change.Ignore(c => c.IsPurged);
    }
}
