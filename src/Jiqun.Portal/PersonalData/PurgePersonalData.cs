using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.PersonalData;

/// <summary>
/// 清除个人信息: empties the personal values of rounds whose retention period is over. Figures, submissions with their digests, seals, steps and audit rows stay as
/// they are: they hold commitments only. Scans and signed documents stay, too: they are the record of what was sealed.
/// </summary>
sealed partial class PurgePersonalData(Database database, FormLibrary forms, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    readonly ILogger log = logs.CreateLogger("jiqun.personal");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Run();
            }
            catch (Exception failure)
            {
                Failed(log, failure);
                Metrics.Failures.Add(1, Metrics.Kind("purge"));
            }
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Purges every round whose time has come, each in a transaction of its own.</summary>
    internal async Task Run()
    {
        List<Round> kept;
        await using (var db = database.Open())
            kept = await db.Rounds.AsNoTracking().Where(r => r.PurgedAt == null).ToListAsync();
        foreach (var round in kept.Where(r => r.KeptUntil <= clock.Now()))
            await Purge(round.Id);
    }

    async Task Purge(Guid id)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = clock.Now();
        // of two processes one takes hold of it, and terms that were changed at this moment count
        if (await db.Database.ExecuteSqlAsync($"UPDATE round SET purged_at = {now} WHERE id = {id} AND purged_at IS NULL") == 0
            || await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == id) is not { } round || round.KeptUntil > now)
            return;
        var personal = forms.Find(round.FormId)!.Fields.Where(f => f.Personal).Select(f => f.Id).ToList();
        var entries = db.Entries.Where(e => e.RoundId == id).Select(e => e.Id);
        var values = await db.PersonalValues.Where(v => db.Submissions.Any(s => s.Id == v.SubmissionId && entries.Contains(s.EntryId))).ExecuteDeleteAsync();
        var answers = await db.Answers.Where(a => entries.Contains(a.EntryId) && personal.Contains(a.Field)).ExecuteUpdateAsync(s => s.SetProperty(a => a.Written, ""));
        var changes = await db.Changes.Where(c => entries.Contains(c.EntryId) && personal.Contains(c.Field)).ExecuteUpdateAsync(s => s.SetProperty(c => c.Before, "").SetProperty(c => c.After, ""));
        // filled forms that answers were taken from hold contacts, too
        var files = await db.Evidence.Where(f => entries.Contains(f.EntryId) && f.IsOrigin && f.PurgedAt == null).ExecuteUpdateAsync(s => s.SetProperty(f => f.PurgedAt, now));
        files += await db.MailedFiles.Where(f => f.RoundId == id && f.Digest != null && f.PurgedAt == null).ExecuteUpdateAsync(s => s.SetProperty(f => f.PurgedAt, now));
        await db.Set<Evidence.BlobPart>().Where(p => (db.Evidence.Any(f => f.Digest == p.Digest && f.PurgedAt == now) || db.MailedFiles.Any(f => f.Digest == p.Digest && f.PurgedAt == now))
            && !db.Evidence.Any(f => f.Digest == p.Digest && f.PurgedAt == null) && !db.MailedFiles.Any(f => f.Digest == p.Digest && f.PurgedAt == null) && !db.Opinions.Any(o => o.File == p.Digest)).ExecuteDeleteAsync();
        var comments = await db.VisitorComments.Where(c => c.RoundId == id).ToListAsync();
        foreach (var comment in comments)
            (comment.Name, comment.Contact, comment.Text) = ("", "", Masking.InText(comment.Text));
        // processes that keep a draft in memory keep it by its revision
        await db.Entries.Where(e => e.RoundId == id).ExecuteUpdateAsync(s => s.SetProperty(e => e.Revision, e => e.Revision + 1));
        db.Note(AuditAction.PersonalDataPurged, null, id, now, $"values {values}, answers {answers}, changes {changes}, files {files}, comments {comments.Count}");
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        Done(log, id);
    }

    [LoggerMessage(LogLevel.Warning, "The personal values of round {Round} were purged: its retention period is over.")]
    static partial void Done(ILogger log, Guid round);

    [LoggerMessage(LogLevel.Error, "Personal values could not be purged; it is tried again.")]
    static partial void Failed(ILogger log, Exception why);
}
