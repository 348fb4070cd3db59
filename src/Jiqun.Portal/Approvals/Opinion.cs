using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Approvals;

/// <summary>How a seal came onto an opinion.</summary>
public enum SealMeans
{
    /// <summary>Stamped on paper and scanned; the scan's code names the submission.</summary>
    Paper,

    /// <summary>Stamped on paper and scanned; the code could not be read, and the official compared the scan by hand.</summary>
    PaperByHand,

    /// <summary>电子签章: the document is signed with the office's certificate.</summary>
    Electronic,
}

/// <summary>政府意见: an office's words on one submission, and their seal. Changes until it is sealed, never after.</summary>
public sealed class Opinion
{
    public required Guid Id { get; init; }

    public required Guid SubmissionId { get; init; }

    public required Guid OrganisationId { get; init; }

    public required string Text { get; set; }

    /// <summary>The date that stands under the opinion.</summary>
    public required DateOnly Dated { get; set; }

    /// <summary>When the words were last changed: the document to be sealed is as old.</summary>
    public required DateTime WrittenAt { get; set; }

    /// <summary>The document that was made to be sealed: SHA-256 of a content that is kept. Null while there is none of these words.</summary>
    public string? Document { get; set; }

    /// <summary>The scan, or the signed document: SHA-256 of a content that is kept. Null while nothing was brought.</summary>
    public string? File { get; set; }

    public string? FileName { get; set; }

    public EvidenceKind? FileKind { get; set; }

    /// <summary>Null until it is sealed.</summary>
    public SealMeans? Means { get; set; }

    /// <summary>Who signed an electronic seal, as the certificate names it, with issuer and serial number; null for paper.</summary>
    public string? Signer { get; set; }

    /// <summary>When an electronic seal says that it was made; null for paper.</summary>
    public DateTime? SignedAt { get; set; }

    /// <summary>The step that it was given with; null until it is sealed.</summary>
    public Guid? StepId { get; set; }

    /// <summary>Who last changed it.</summary>
    public required Guid AccountId { get; set; }

    /// <summary>Counts its changes, so that two officials do not overwrite each other.</summary>
    public int Version { get; set; }
}

sealed class OpinionTable : IEntityTypeConfiguration<Opinion>
{
    public void Configure(EntityTypeBuilder<Opinion> opinion)
    {
        opinion.ToTable("opinion");
        opinion.Property(o => o.Id).ValueGeneratedNever();
        opinion.Property(o => o.Text).HasMaxLength(GiveOpinion.LongestText);
        opinion.Property(o => o.Document).HasMaxLength(64);
        opinion.Property(o => o.File).HasMaxLength(64);
        opinion.Property(o => o.FileName).HasMaxLength(200);
        opinion.Property(o => o.Signer).HasMaxLength(1000);
        opinion.Property(o => o.Version).IsConcurrencyToken();
        opinion.HasIndex(o => new { o.SubmissionId, o.OrganisationId }).IsUnique().HasFilter("step_id IS NULL");        // one that is being written
        opinion.HasOne<Submission>().WithMany().HasForeignKey(o => o.SubmissionId).OnDelete(DeleteBehavior.Restrict);
        opinion.HasOne<Organisation>().WithMany().HasForeignKey(o => o.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        opinion.HasOne<Account>().WithMany().HasForeignKey(o => o.AccountId).OnDelete(DeleteBehavior.Restrict);
        opinion.HasOne<EntryStep>().WithMany().HasForeignKey(o => o.StepId).OnDelete(DeleteBehavior.Restrict);
        opinion.HasOne<Blob>().WithMany().HasForeignKey(o => o.Document).OnDelete(DeleteBehavior.Restrict);
        opinion.HasOne<Blob>().WithMany().HasForeignKey(o => o.File).OnDelete(DeleteBehavior.Restrict);
    }
}
