using Jiqun.Portal.Accounts;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Jobs;

/// <summary>What is to be done. The names are stored; they never change.</summary>
public enum JobKind
{
    ExportExcel,
    ExportCsv,
    ExportJson,
    ExportDocuments,
    ExportReportWord,
    ExportReportPdf,

    /// <summary>Reads what was dropped into a round's mailbox; its file is the report of every file.</summary>
    Collect,
}

/// <summary>How a job stands. The names are stored; they never change.</summary>
public enum JobState
{
    /// <summary>For a process that has nothing else to do.</summary>
    Waiting,
    Running,
    Done,

    /// <summary>Not to be tried again: <see cref="Job.Message"/> says why.</summary>
    Failed,

    /// <summary>By who asked.</summary>
    Cancelled,
}

/// <summary>后台任务: work that takes longer than a person waits for a page, done beside the requests by whichever process has time. The row stays when its file is gone.</summary>
public sealed class Job
{
    /// <summary>Largest file of a job, in bytes.</summary>
    public const long LargestFile = 512 << 20;

    /// <summary>Characters of <see cref="Message"/>.</summary>
    public const int MostInMessage = 2000;

    public required Guid Id { get; init; }

    public required JobKind Kind { get; init; }

    public required Guid RoundId { get; init; }

    /// <summary>Who asked: the one person who sees it.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>What the kind of job wants to know, as JSON.</summary>
    public required string Parameters { get; init; }

    /// <summary>Of headings and messages: <c>zh</c> or <c>en</c>.</summary>
    public required string Language { get; init; }

    public JobState State { get; set; }

    /// <summary>Steps that are behind it, of <see cref="Total"/>; both 0 until that is known.</summary>
    public int Done { get; set; }

    public int Total { get; set; }

    /// <summary>How often a process took it up. Whoever works on it writes only as long as this is the number under which it was taken.</summary>
    public int Takings { get; set; }

    /// <summary>How many processes fell silent over it.</summary>
    public int Deaths { get; set; }

    public bool IsCancelWished { get; set; }

    /// <summary>Name of the file; null until it is done, as are the next three.</summary>
    public string? FileName { get; set; }

    /// <summary>In bytes.</summary>
    public long? Size { get; set; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public string? Digest { get; set; }

    /// <summary>Entries in the file.</summary>
    public int? Rows { get; set; }

    /// <summary>Why it failed, or what is missing in the file; empty when there is nothing to say.</summary>
    public string Message { get; set; } = "";

    public required DateTime CreatedAt { get; init; }

    /// <summary>When it was taken up last; null when it never was.</summary>
    public DateTime? StartedAt { get; set; }

    /// <summary>When the process that works on it was last heard of.</summary>
    public DateTime? HeartbeatAt { get; set; }

    /// <summary>When it was done, failed or cancelled.</summary>
    public DateTime? FinishedAt { get; set; }

    /// <summary>When its file was deleted; null as long as it is kept, or there is none.</summary>
    public DateTime? DeletedAt { get; set; }

    public bool IsOpen => State is JobState.Waiting or JobState.Running;

    public bool HasFile => State is JobState.Done && DeletedAt is null;
}

/// <summary>A part of a job's file: 1 MiB, the last one less. Each is written by itself, so that nobody who saves waits for a whole file.</summary>
public sealed class JobPart
{
    public required Guid JobId { get; init; }

    /// <summary>Under which the job was taken by who wrote it (<see cref="Job.Takings"/>): two that work on it mix nothing.</summary>
    public required int Taking { get; init; }

    /// <summary>0, 1, 2 …</summary>
    public required int Number { get; init; }

    public required byte[] Bytes { get; init; }
}

sealed class JobTables : IEntityTypeConfiguration<Job>, IEntityTypeConfiguration<JobPart>
{
    public void Configure(EntityTypeBuilder<Job> job)
    {
        job.ToTable("job");
        job.Property(j => j.Id).ValueGeneratedNever();
        job.Property(j => j.Language).HasMaxLength(10);
        job.Property(j => j.FileName).HasMaxLength(200);
        job.Property(j => j.Digest).HasMaxLength(64);
        job.Property(j => j.Message).HasMaxLength(Job.MostInMessage);
        job.Ignore(j => j.IsOpen);
        job.Ignore(j => j.HasFile);
        job.HasIndex(j => j.State);
        job.HasIndex(j => new { j.AccountId, j.RoundId });
        job.HasOne<Round>().WithMany().HasForeignKey(j => j.RoundId).OnDelete(DeleteBehavior.Restrict);
        job.HasOne<Account>().WithMany().HasForeignKey(j => j.AccountId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<JobPart> part)
    {
        part.ToTable("job_part");
        part.HasKey(p => new { p.JobId, p.Taking, p.Number });
        part.HasOne<Job>().WithMany().HasForeignKey(p => p.JobId).OnDelete(DeleteBehavior.Restrict);
    }
}
