using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Evidence;

/// <summary>佐证材料: a file that belongs to an entry or to one of its fields. It is put away, never deleted: who submitted it must find it again.</summary>
public sealed class EvidenceFile
{
    public required Guid Id { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>Empty for the entry as a whole.</summary>
    public required string Field { get; init; }

    /// <summary>As the person's file was called, without what names may not hold.</summary>
    public required string Name { get; init; }

    public required EvidenceKind Kind { get; init; }

    /// <summary>Of the content, under which it is stored.</summary>
    public required string Digest { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Answers were taken from it.</summary>
    public required bool IsOrigin { get; init; }

    public required DateTime At { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Null while it counts.</summary>
    public DateTime? PutAwayAt { get; set; }

    /// <summary>When its content was purged, because it held personal values: its digest stays. Null as long as it is kept.</summary>
    public DateTime? PurgedAt { get; set; }
}

/// <summary>A content, stored once however many files have it.</summary>
public sealed class Blob
{
    /// <summary>SHA-256, lower-case hex.</summary>
    public required string Digest { get; init; }

    public required long Size { get; init; }
}

/// <summary>A part of a content: 1 MiB, the last one less.</summary>
public sealed class BlobPart
{
    public required string Digest { get; init; }

    /// <summary>0, 1, 2 …</summary>
    public required int Number { get; init; }

    public required byte[] Bytes { get; init; }
}

/// <summary>That a change was taken from a file.</summary>
public sealed class ChangeOrigin
{
    public required Guid EntryId { get; init; }

    /// <summary>Of the change.</summary>
    public required int Number { get; init; }

    public required Guid EvidenceId { get; init; }
}

sealed class EvidenceTables : IEntityTypeConfiguration<EvidenceFile>, IEntityTypeConfiguration<Blob>, IEntityTypeConfiguration<BlobPart>, IEntityTypeConfiguration<ChangeOrigin>
{
    public void Configure(EntityTypeBuilder<EvidenceFile> evidence)
    {
        evidence.ToTable("evidence");
        evidence.Property(e => e.Id).ValueGeneratedNever();
        evidence.Property(e => e.Field).HasMaxLength(100);
        evidence.Property(e => e.Name).HasMaxLength(200);
        evidence.Property(e => e.Digest).HasMaxLength(64);
        evidence.HasOne<Entry>().WithMany().HasForeignKey(e => e.EntryId).OnDelete(DeleteBehavior.Restrict);
        evidence.HasOne<Blob>().WithMany().HasForeignKey(e => e.Digest).OnDelete(DeleteBehavior.Restrict);
        evidence.HasOne<Account>().WithMany().HasForeignKey(e => e.AccountId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Blob> blob)
    {
        blob.ToTable("blob");
        blob.HasKey(b => b.Digest);
        blob.Property(b => b.Digest).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<BlobPart> part)
    {
        part.ToTable("blob_part");
        part.HasKey(p => new { p.Digest, p.Number });
        part.Property(p => p.Digest).HasMaxLength(64);
        part.HasOne<Blob>().WithMany().HasForeignKey(p => p.Digest).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<ChangeOrigin> origin)
    {
        origin.ToTable("change_origin");
        origin.HasKey(o => new { o.EntryId, o.Number });
        origin.HasOne<EvidenceFile>().WithMany().HasForeignKey(o => o.EvidenceId).OnDelete(DeleteBehavior.Restrict);
    }
}
