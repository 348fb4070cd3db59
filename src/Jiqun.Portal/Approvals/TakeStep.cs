using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>What is to be changed in a field.</summary>
/// <param name="Field">Empty for the entry as a whole.</param>
public sealed record WantedPoint(string Field, string Reason);

/// <summary>A wish to take a step.</summary>
/// <param name="Request">Chosen by the sender; the same request again finds the step that it made.</param>
/// <param name="Submission">The submission that the person had before them; the step is refused when another one counts by now.</param>
/// <param name="Reason">Empty when there is none.</param>
public sealed record StepWish(Guid Request, string Step, Guid Submission, string Reason, IReadOnlyList<WantedPoint> Points);

/// <summary>Takes a step of an entry's way that needs words at most: accepts, returns, rejects, withdraws … whatever the form's way has.</summary>
sealed class TakeStep(JiqunDb db, OpenEntry open, ReadCourse courses)
{
    /// <summary>Characters.</summary>
    public const int LongestReason = 2000;

    const int MostTries = 5;

    public async Task<Outcome<EntryStep>> Run(Guid entryId, StepWish wish, Actor actor)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (await db.EntrySteps.AsNoTracking().SingleOrDefaultAsync(s => s.RequestId == wish.Request) is { } taken)
                return taken.EntryId == entryId && await open.Run(entryId, actor) is not null ? taken : Refusals.Missing();
            if (await open.Run(entryId, actor) is not { } entry)
                return Refusals.Missing();
            var course = await courses.Of(entry);
            if (course.Approval.Find(wish.Step) is not { Carries: Carried.Nothing or Carried.Points } step)
                return Finding.Error("step-unknown", null, Words.Of("step-unknown", Quote.Of(wish.Step)));
            var decided = Decide(course, step, wish, actor, open.FormOf(entry));
            if (decided.Refused)
                return decided.Refusal.ToList();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var made = await Write(db, course, step, decided.Value, wish.Reason.Trim(), wish.Request, actor);
            if (made is null)
            {
                db.ChangeTracker.Clear();
                continue;
            }
            db.AddRange(Points(wish, open.FormOf(entry), made));
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            return made;
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    /// <summary>What is said to the entry as a whole first, then in the order of the form; by their ids they are read again.</summary>
    static IEnumerable<ReturnPoint> Points(StepWish wish, Form form, EntryStep made)
    {
        var order = form.Fields.Select(f => f.Id).ToList();
        var ids = wish.Points.Select(_ => Guid.CreateVersion7(made.At)).Order().ToList();       // of the same instant, so not in order by themselves
        return wish.Points.OrderBy(p => order.IndexOf(p.Field)).Zip(ids, (p, id) => new ReturnPoint { Id = id, StepId = made.Id, EntryId = made.EntryId, Field = p.Field, Reason = p.Reason.Trim() });
    }

    static Outcome<ApprovalState> Decide(Course course, ApprovalStep step, StepWish wish, Actor actor, Form form)
    {
        if (course.Current != wish.Submission)
            return Stale(course);
        if (wish.Reason.Length > LongestReason || wish.Points.Any(p => p.Reason.Length > LongestReason))
            return Finding.Error("too-large", "reason", Words.Of("reason-too-long", LongestReason));
        var decided = course.Approval.Decide(step, course.Situation, actor.OrganisationId ?? Guid.Empty, wish.Reason);
        if (decided.Refused)
            return Meanwhile(course, step, decided.Refusal, actor).ToList();
        if (step.Carries is not Carried.Points)
            return wish.Points.Count == 0 ? decided : Finding.Error("points-unwanted", null, Words.Of("points-unwanted", step.Name));
        if (wish.Points.Count == 0)
            return Finding.Error("points-needed", null, Words.Of("points-needed"));
        if (wish.Points.FirstOrDefault(p => p.Field.Length > 0 && form.Find(p.Field) is not { By: AnsweredBy.Entrant }) is { } unknown)
            return Finding.Error("unknown-field", unknown.Field, Words.Of("unknown-field", unknown.Field));
        if (wish.Points.Where(p => string.IsNullOrWhiteSpace(p.Reason)).ToList() is { Count: > 0 } silent)
            return silent.ConvertAll(p => Finding.Error("reason-needed", p.Field, Words.Of("point-reason-needed", form.Find(p.Field)?.Name.ToString() ?? Words.Of("point-whole"))));
        return wish.Points.GroupBy(p => p.Field).FirstOrDefault(g => g.Count() > 1) is { } twice ? Finding.Error("twice", twice.Key, Words.Of("api-twice", twice.Key)) : decided;
    }

    /// <summary>Another submission counts than the one that the person looked at, or another state.</summary>
    internal static Finding Stale(Course course) =>
        Finding.Error("stale", null, string.Join(' ', [Words.Of("step-stale", course.State.Name), .. course.Lines.TakeLast(1).Select(Happened)]));

    /// <summary>A refusal of a step, with what a colleague, or somebody else, did meanwhile, where that is why.</summary>
    internal static IReadOnlyList<Finding> Meanwhile(Course course, ApprovalStep step, IReadOnlyList<Finding> refusal, Actor actor)
    {
        var last = refusal[0].Code == "step-done" ? course.Lines.LastOrDefault(l => l.Step.OrganisationId == actor.OrganisationId)
            : !step.From.Contains(course.State.Id) && course.Lines.Count > 0 ? course.Lines[^1] : null;
        return last is null ? refusal : [.. refusal, Finding.Error("step-happened", null, Happened(last))];
    }

    static string Happened(StepLine last) => Words.Of("step-happened", Beijing.Shown(last.Step.At), last.Organisation, last.By, last.Name);

    /// <summary>Adds a step to what a transaction that was begun writes, with its notices and its audit row.</summary>
    /// <param name="to">As it was decided for this very course.</param>
    /// <returns>Null when the entry is not as the course says any more; nothing is to be saved then.</returns>
    internal static async Task<EntryStep?> Write(JiqunDb db, Course course, ApprovalStep step, ApprovalState to, string reason, Guid request, Actor actor)
    {
        var (entry, now) = (course.Entry, course.Situation.Now);
        var state = course.Approval.IsDraft(to.Id) ? nameof(EntryState.Draft) : nameof(EntryState.Submitted);
        if (await db.Database.ExecuteSqlAsync(
            $"UPDATE entry SET status = {to.Id}, state = {state}, revision = revision + 1 WHERE id = {entry.Id} AND revision = {entry.Revision} AND status = {entry.Status}") == 0)
            return null;
        var made = new EntryStep
        {
            Id = Guid.CreateVersion7(now),
            EntryId = entry.Id,
            Number = entry.Revision + 1,
            Step = step.Id,
            Before = course.State.Id,
            After = to.Id,
            SubmissionId = course.Current ?? throw new InvalidOperationException("A step was taken with an entry that was never submitted."),
            OrganisationId = actor.OrganisationId!.Value,
            AccountId = actor.AccountId,
            Reason = reason,
            RequestId = request,
            At = now,
        };
        db.Add(made);
        db.Note(AuditAction.StepTaken, actor.AccountId, entry.Id, now, $"{step.Id}: {course.State.Id} → {to.Id}");
        foreach (var told in Concerned(course, to, actor.OrganisationId.Value).GroupBy(t => t.Kind, t => t.Organisation))
            db.Tell(told.Key, made.Id, actor.AccountId, now, told);
        return made;
    }

    /// <summary>The entrant, whoever had a part in the entry so far, and whose turn it is now.</summary>
    static IEnumerable<(NoticeKind Kind, Guid Organisation)> Concerned(Course course, ApprovalState to, Guid taker)
    {
        var entrant = course.Entry.OrganisationId;
        var turn = to == course.State ? [] : course.Approval.Holders(to, course.Situation.Parties).Select(p => p.Organisation).OfType<Guid>().ToHashSet();
        return from organisation in course.Lines.Select(l => l.Step.OrganisationId).Concat(turn).Append(entrant).Distinct()
               select (organisation == entrant && taker != entrant && course.Approval.IsDraft(to.Id) ? NoticeKind.Returned
                   : organisation == entrant && to.Holder.Count == 0 ? NoticeKind.Decided
                   : organisation != taker && turn.Contains(organisation) ? NoticeKind.TurnCame
                   : NoticeKind.StepTaken, organisation);
    }
}
