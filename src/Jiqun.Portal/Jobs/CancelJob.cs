using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Jobs;

/// <summary>Cancels a job: at once while it waits; one that runs is asked to stop, and does so within seconds. One that is finished stays as it is.</summary>
sealed class CancelJob(JiqunDb db, TimeProvider clock)
{
    public async Task<Outcome<Job>> Run(Guid id, Actor actor, CancellationToken cancel)
    {
        var now = clock.Now();
        if (!await db.JobsOf(actor).AnyAsync(j => j.Id == id, cancel))
            return Refusals.Missing();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var ended = await db.Jobs.Where(j => j.Id == id && j.State == JobState.Waiting).ExecuteUpdateAsync(s => s.SetProperty(j => j.State, JobState.Cancelled).SetProperty(j => j.FinishedAt, now), cancel);
        var asked = await db.Jobs.Where(j => j.Id == id && j.State == JobState.Running && !j.IsCancelWished).ExecuteUpdateAsync(s => s.SetProperty(j => j.IsCancelWished, true), cancel);
        if (ended + asked > 0)
            db.Note(AuditAction.JobCancelled, actor.AccountId, id, now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return await db.JobsOf(actor).AsNoTracking().SingleAsync(j => j.Id == id, cancel);
    }
}
