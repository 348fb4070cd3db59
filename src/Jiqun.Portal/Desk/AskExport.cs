using System.Text.Json;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>What an export is to hold.</summary>
/// <param name="Entries">Ids; null for all that were submitted when it is made.</param>
public sealed record ExportParameters(IReadOnlyList<Guid>? Entries)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static ExportParameters Read(string json) => JsonSerializer.Deserialize<ExportParameters>(json)!;
}

/// <summary>Has what was submitted to a round written to a file, in the background, for the ministry.</summary>
sealed class AskExport(JiqunDb db, JobBell bell, TimeProvider clock)
{
    /// <summary>What one may ask for.</summary>
    public static readonly JobKind[] Kinds = [.. ExportRound.Exports, .. ReportRound.Reports];

    public const int MostEntries = 5_000;

    /// <summary>Jobs of one person that wait or run.</summary>
    const int MostOpen = 20;

    /// <param name="entries">None for all that were submitted.</param>
    /// <param name="language">Of headings and messages.</param>
    public async Task<Outcome<Job>> Run(Guid roundId, JobKind? kind, IReadOnlyCollection<Guid> entries, string language, Actor actor, CancellationToken cancel)
    {
        if (!actor.IsMember(Level.Ministry) || !await db.RoundsOf(actor).AnyAsync(r => r.Id == roundId, cancel))
            return Refusals.Missing();
        if (kind is not { } wanted || !Kinds.Contains(wanted))
            return Finding.Error("export-kind", "kind", Words.Of("export-kind-unknown"));
        if (language is not ("zh" or "en"))
            return Finding.Error("export-language", "language", Words.Of("export-language-unknown"));
        if (entries.Count > 0 && ReportRound.Reports.Contains(wanted))
            return Finding.Error("export-report-whole", "entry", Words.Of("export-report-whole"));
        if (entries.Count > MostEntries)
            return Finding.Error("export-many", "entry", Words.Of("export-many", entries.Count, MostEntries));
        var submitted = await db.Entries.Where(e => e.RoundId == roundId && e.Submissions > 0).Select(e => e.Id).ToHashSetAsync(cancel);
        if (submitted.Count == 0)
            return Finding.Error("export-none", null, Words.Of("export-none"));
        if (entries.FirstOrDefault(e => !submitted.Contains(e)) is var other && other != Guid.Empty)
            return Finding.Error("export-entry", "entry", Words.Of("export-entry", other));
        if (await db.JobsOf(actor).CountAsync(j => j.State == JobState.Waiting || j.State == JobState.Running, cancel) >= MostOpen)
            return Finding.Error("export-busy", null, Words.Of("export-busy", MostOpen));
        var now = clock.Now();
        List<Guid>? chosen = entries.Count == 0 ? null : [.. entries.Distinct()];
        var job = new Job
        {
            Id = Guid.CreateVersion7(now),
            Kind = wanted,
            RoundId = roundId,
            AccountId = actor.AccountId,
            Parameters = new ExportParameters(chosen).ToJson(),
            Language = language,
            CreatedAt = now,
        };
        db.Add(job);
        db.Note(AuditAction.ExportAsked, actor.AccountId, roundId, now, $"{wanted} {chosen?.Count ?? submitted.Count}");
        await db.SaveChangesAsync(cancel);
        bell.Ring();
        return job;
    }
}
