using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>A point of a return, as the entrant has it before them.</summary>
/// <param name="By">Organisation that returned the entry.</param>
public sealed record OpenPoint(ReturnPoint Point, string By, DateTime At);

/// <summary>What an entrant says to the points of returns. An answer may be changed as long as the draft may; a submission needs them all.</summary>
sealed class AnswerPoints(JiqunDb db, OpenEntry open, TimeProvider clock)
{
    /// <summary>The points of the returns since the last submission; the earlier ones are answered.</summary>
    public static async Task<IReadOnlyList<OpenPoint>> Of(JiqunDb db, EntryHead entry) =>
        await (from p in Open(db, entry).AsNoTracking()
               join s in db.EntrySteps on p.StepId equals s.Id
               join o in db.Organisations on s.OrganisationId equals o.Id
               orderby p.Id
               select new OpenPoint(p, o.Name, s.At)).ToListAsync();

    static IQueryable<ReturnPoint> Open(JiqunDb db, EntryHead entry) =>
        db.ReturnPoints.Where(p => p.EntryId == entry.Id && db.EntrySteps.Any(s => s.Id == p.StepId && db.Submissions.Any(x => x.Id == s.SubmissionId && x.Number == entry.Submissions)));

    /// <param name="answers">By id of the point; an empty one takes an answer back.</param>
    public async Task<Outcome<EntryHead>> Run(Guid entryId, IReadOnlyDictionary<Guid, string> answers, Actor actor)
    {
        if (await open.Own(entryId, actor) is not { } entry)
            return Refusals.Missing();
        var now = clock.Now();
        if (entry.WhyFixed(actor, now) is { } fixed_)
            return fixed_;
        var texts = answers.ToDictionary(a => a.Key, a => PlainText.Of(a.Value));
        var ids = texts.Keys.ToList();
        var points = await Open(db, entry).Where(p => ids.Contains(p.Id)).ToListAsync();
        if (points.Count < ids.Count)
            return Refusals.Missing();
        if (texts.Values.Any(a => a.Length > TakeStep.LongestReason))
            return Finding.Error("too-large", "answer", Words.Of("reason-too-long", TakeStep.LongestReason));
        await using var transaction = await db.Database.BeginTransactionAsync();
        // so that none is changed while a submission is under way
        if (await db.Database.ExecuteSqlAsync($"UPDATE entry SET revision = revision + 1 WHERE id = {entryId} AND state = 'Draft' AND submissions = {entry.Submissions}") == 0)
            return Finding.Error("busy", null, Words.Of("entry-busy"));
        foreach (var point in points.Where(p => p.Answer != texts[p.Id]))
        {
            point.Answer = texts[point.Id];
            point.AnsweredAt = point.Answer.Length == 0 ? null : now;
            db.Note(AuditAction.PointAnswered, actor.AccountId, entryId, now, point.Field);
        }
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return entry;
    }
}
