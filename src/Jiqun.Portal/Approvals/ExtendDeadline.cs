using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>延期: gives one entry more time in the state that it is in. The ministry's alone; it sees for this that an entry is there, also before it was ever submitted.</summary>
sealed class ExtendDeadline(JiqunDb db, ReadCourse courses, TimeProvider clock)
{
    /// <summary>Null when there is no such entry, or it is not for this person; refused when there is nothing to extend.</summary>
    public async Task<Outcome<Course>> Look(Guid entryId, Actor actor)
    {
        if (await OpenEntry.Heads(db, db.EntriesToExtend(actor).Where(e => e.Id == entryId)).FirstOrDefaultAsync() is not { } entry)
            return Refusals.Missing();
        var course = await courses.Of(entry);
        return course.Deadline is null ? Finding.Error("extension-none", null, Words.Of("extension-none", course.State.Name)) : course;
    }

    /// <param name="until">Beijing time, as an input of type datetime-local has it.</param>
    /// <param name="state">The one that the person saw it in.</param>
    public async Task<Outcome<Extension>> Run(Guid entryId, string state, string until, string reason, Actor actor)
    {
        var looked = await Look(entryId, actor);
        if (looked.Refused)
            return looked.Refusal.ToList();
        var (course, now) = (looked.Value, clock.Now());
        if (course.State.Id != state)
            return TakeStep.Stale(course);
        reason = PlainText.Of(reason);
        List<Finding> wrong = [];
        var at = Beijing.Read(until);
        if (at is null)
            wrong.Add(Finding.Error("until", "until", Words.Of("round-time-wrong")));
        else if (at <= now || at <= course.Deadline)
            wrong.Add(Finding.Error("until", "until", Words.Of("extension-earlier", Beijing.Shown(course.Deadline > now ? course.Deadline.Value : now))));
        if (reason.Length == 0)
            wrong.Add(Finding.Error("reason-needed", "reason", Words.Of("extension-reason")));
        else if (reason.Length > TakeStep.LongestReason)
            wrong.Add(Finding.Error("too-large", "reason", Words.Of("reason-too-long", TakeStep.LongestReason)));
        if (wrong.Count > 0)
            return wrong;
        var extension = new Extension { Id = Guid.CreateVersion7(now), EntryId = entryId, State = state, Until = at!.Value, Reason = reason, AccountId = actor.AccountId, At = now };
        await using var transaction = await db.Database.BeginTransactionAsync();
        var isDraft = course.Approval.IsDraft(state);
        var held = isDraft
            ? await db.Database.ExecuteSqlAsync($"UPDATE entry SET extended_to = {at.Value} WHERE id = {entryId} AND status = {state} AND (extended_to IS NULL OR extended_to < {at.Value})")
            : await db.Database.ExecuteSqlAsync($"UPDATE entry SET status = status WHERE id = {entryId} AND status = {state}");
        if (held == 0)
            return Finding.Error("stale", null, Words.Of("step-stale", course.State.Name));
        db.Add(extension);
        db.Note(AuditAction.DeadlineExtended, actor.AccountId, entryId, now, $"{state}: {course.Deadline:u} → {at:u}");
        db.Tell(NoticeKind.DeadlineExtended, entryId, actor.AccountId, now, course.Holders.Select(p => p.Organisation).OfType<Guid>());
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return extension;
    }
}
