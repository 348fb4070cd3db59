using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Publication;

/// <summary>公众意见: what a visitor said to a published round. For the organisers; never published.</summary>
public sealed class VisitorComment
{
    internal const string NamePlace = "name", ContactPlace = "contact";

    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    /// <summary>1, 2, 3 … within the round: what the visitor is told.</summary>
    public required int Number { get; init; }

    /// <summary>Null when it is about the round as a whole.</summary>
    public required Guid? EntryId { get; init; }

    public required string Text { get; set; }

    /// <summary>Encrypted; empty when none was given, or it was purged. So the next.</summary>
    public required string Name { get; set; }

    public required string Contact { get; set; }

    /// <summary>Chosen by the page that sends it; the same request again is the same comment.</summary>
    public required Guid RequestId { get; init; }

    public required DateTime At { get; init; }

    /// <summary>When somebody dealt with it; null while nobody did, as are the next.</summary>
    public DateTime? DoneAt { get; set; }

    public Guid? DoneBy { get; set; }

    /// <summary>What came of it, for colleagues.</summary>
    public string? Note { get; set; }

    internal static string Stored(MasterKey key, Guid comment, string place, string value) => key.Stored(value, Place(comment, place), isPersonal: true);

    /// <summary>What <see cref="Stored"/> stored.</summary>
    internal string Read(MasterKey key, string place, string stored) => key.Read(stored, Place(Id, place));

    static string Place(Guid comment, string place) => $"comment/{comment}/{place}";
}

sealed class CommentTable : IEntityTypeConfiguration<VisitorComment>
{
    public void Configure(EntityTypeBuilder<VisitorComment> comment)
    {
        comment.ToTable("visitor_comment");
        comment.Property(c => c.Id).ValueGeneratedNever();
        comment.Property(c => c.Text).HasMaxLength(SendComment.LongestText);
        comment.Property(c => c.Note).HasMaxLength(DealWithComment.LongestNote);
        comment.Property(c => c.DoneAt).IsConcurrencyToken();                    // of two colleagues one deals with it
        comment.HasIndex(c => new { c.RoundId, c.Number }).IsUnique();
        comment.HasIndex(c => c.RequestId).IsUnique();
        comment.HasOne<Round>().WithMany().HasForeignKey(c => c.RoundId).OnDelete(DeleteBehavior.Restrict);
        comment.HasOne<Entry>().WithMany().HasForeignKey(c => c.EntryId).OnDelete(DeleteBehavior.Restrict);
        comment.HasOne<Account>().WithMany().HasForeignKey(c => c.DoneBy).OnDelete(DeleteBehavior.Restrict);
    }
}
