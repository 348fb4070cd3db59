using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Collecting;

/// <summary>What became of a file that was dropped. The names are stored; they never change.</summary>
public enum MailedState
{
    /// <summary>Nobody has read it yet.</summary>
    Waiting,

    /// <summary>An entry was begun with it.</summary>
    New,

    /// <summary>It belongs to an entry that was there.</summary>
    Matched,

    /// <summary>A person is to say where it belongs: <see cref="MailedFile.Why"/>.</summary>
    Doubtful,

    /// <summary>It is not this form, or cannot be read: <see cref="MailedFile.Message"/>.</summary>
    Refused,

    /// <summary>The very same content was dropped before.</summary>
    Same,

    /// <summary>A person said that it belongs nowhere.</summary>
    SetAside,
}

/// <summary>来件: a file that the ministry received by mail and dropped into a round's mailbox. What contacts it holds stands in its content alone.</summary>
public sealed class MailedFile
{
    /// <summary>Characters of <see cref="Name"/>; of <see cref="Message"/>; of names that were read.</summary>
    public const int LongestName = 400, LongestMessage = 1000, LongestRead = 200;

    /// <summary>Organisations that are offered to a person.</summary>
    public const int MostCandidates = 5;

    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    /// <summary>1, 2, 3 … within the round: of two files of the same content the first counts.</summary>
    public required int Number { get; init; }

    /// <summary>Which reads it. Another one when the first was given up.</summary>
    public required Guid JobId { get; set; }

    /// <summary>With the folders or the archive in which it came, / between them: a label, never a path.</summary>
    public required string Name { get; init; }

    /// <summary>Null where its content is not kept, as is the next.</summary>
    public required EvidenceKind? Kind { get; init; }

    /// <summary>Of the content, under which it is stored.</summary>
    public required string? Digest { get; init; }

    /// <summary>In bytes; 0 where it could not be unpacked.</summary>
    public required long Size { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Who dropped it.</summary>
    public required Guid AccountId { get; init; }

    public required MailedState State { get; set; }

    /// <summary>Code of what is to be said about it: why it is doubtful, or what was done with it (<c>mailed-why-…</c> in the words). Empty when there is nothing to say.</summary>
    public string Why { get; set; } = "";

    /// <summary>Why it was refused, in the language of whoever dropped it; empty when it was not.</summary>
    public string Message { get; set; } = "";

    /// <summary>How often a process began to read it.</summary>
    public int Tries { get; set; }

    /// <summary>Name of the cluster, as it was read; empty where there is none, or it was not read, as are the next two.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>Name of who enters, as it was read.</summary>
    public string Author { get; set; } = "";

    /// <summary>Divisions of the area, six digits each, parted by blanks.</summary>
    public string Areas { get; set; } = "";

    /// <summary>Ids of organisations that it may be of, the likeliest first, parted by blanks.</summary>
    public string Candidates { get; set; } = "";

    /// <summary>What the checks found in it: null where it was not read.</summary>
    public int? Errors { get; set; }

    public int? Warnings { get; set; }

    /// <summary>Whose entry it was put to; null where it was put to none, as are the next two.</summary>
    public Guid? OrganisationId { get; set; }

    public Guid? EntryId { get; set; }

    /// <summary>The file among those of the entry; null, too, where the entry takes none any more.</summary>
    public Guid? EvidenceId { get; set; }

    /// <summary>The file of the same content that was dropped before; null where there is none.</summary>
    public Guid? SameAs { get; set; }

    /// <summary>When it came into this state; null while it waits.</summary>
    public DateTime? DoneAt { get; set; }

    /// <summary>The person who decided; null where none had to.</summary>
    public Guid? DecidedBy { get; set; }

    /// <summary>When its content was purged, because it held personal values. Null as long as it is kept.</summary>
    public DateTime? PurgedAt { get; set; }

    public bool HasContent => Digest is not null && PurgedAt is null;

    public IReadOnlyList<string> AreaCodes => Areas.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<Guid> CandidateIds => [.. Candidates.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];

    /// <summary>Whether a person may say where it belongs.</summary>
    public bool IsUndecided => State is MailedState.Doubtful or MailedState.SetAside;
}

sealed class MailedFileTable : IEntityTypeConfiguration<MailedFile>
{
    public void Configure(EntityTypeBuilder<MailedFile> file)
    {
        file.ToTable("mailed_file");
        file.Property(f => f.Id).ValueGeneratedNever();
        file.Property(f => f.Name).HasMaxLength(MailedFile.LongestName);
        file.Property(f => f.Digest).HasMaxLength(64);
        file.Property(f => f.State).IsConcurrencyToken();                    // of two who put it somewhere one does
        file.Property(f => f.Why).HasMaxLength(40);
        file.Property(f => f.Message).HasMaxLength(MailedFile.LongestMessage);
        file.Property(f => f.Cluster).HasMaxLength(MailedFile.LongestRead);
        file.Property(f => f.Author).HasMaxLength(MailedFile.LongestRead);
        file.Property(f => f.Areas).HasMaxLength(MailedFile.LongestRead);
        file.Property(f => f.Candidates).HasMaxLength(200);
        file.Ignore(f => f.HasContent);
        file.Ignore(f => f.AreaCodes);
        file.Ignore(f => f.CandidateIds);
        file.Ignore(f => f.IsUndecided);
        file.HasIndex(f => new { f.RoundId, f.Number }).IsUnique();
        file.HasIndex(f => new { f.RoundId, f.State });
        file.HasIndex(f => f.Digest);
        file.HasIndex(f => f.JobId);
        file.HasOne<Round>().WithMany().HasForeignKey(f => f.RoundId).OnDelete(DeleteBehavior.Restrict);
        file.HasOne<Job>().WithMany().HasForeignKey(f => f.JobId).OnDelete(DeleteBehavior.Restrict);
        file.HasOne<Blob>().WithMany().HasForeignKey(f => f.Digest).OnDelete(DeleteBehavior.Restrict);
        file.HasOne<Account>().WithMany().HasForeignKey(f => f.AccountId).OnDelete(DeleteBehavior.Restrict);
        file.HasOne<Organisation>().WithMany().HasForeignKey(f => f.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        file.HasOne<Entry>().WithMany().HasForeignKey(f => f.EntryId).OnDelete(DeleteBehavior.Restrict);
    }
}
