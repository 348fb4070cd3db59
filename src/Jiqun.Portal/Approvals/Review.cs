using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>What the checks found when a submission was made, and what the entrant said to it.</summary>
/// <param name="Explanation">Empty when there is none.</param>
public sealed record ReviewedFinding(Field Field, string Message, string Explanation);

/// <summary>A point of a return, with what the submission after it has in its field.</summary>
/// <param name="By">Organisation that returned it.</param>
/// <param name="Field">Null for the entry as a whole.</param>
/// <param name="Change">Null where nothing of the field changed since.</param>
public sealed record ReviewedPoint(ReturnPoint Point, string By, Field? Field, ComparedField? Change);

/// <summary>A point with which this very submission was returned; what is answered is seen with the next one.</summary>
/// <param name="By">Organisation that returned it.</param>
/// <param name="Field">Null for the entry as a whole.</param>
public sealed record ReturnedPoint(string Reason, string By, Field? Field);

/// <summary>An opinion with whose it is.</summary>
public sealed record ReviewedOpinion(Opinion Opinion, string Organisation);

/// <summary>审核: a submission with all that is to be known to decide about it.</summary>
/// <param name="IsCurrent">No later submission counts.</param>
/// <param name="Previous">The submission that it is compared with; null when there is none.</param>
/// <param name="Changes">What differs from that.</param>
/// <param name="Points">Of the returns of the submission before.</param>
/// <param name="Returned">Of the returns of this one.</param>
/// <param name="Opinions">Sealed ones that stand, the oldest first.</param>
/// <param name="Evidence">By field; the empty one is the entry as a whole.</param>
public sealed record Review(
    Submitted Submitted, Course Course, bool IsCurrent, IReadOnlyList<ReviewedFinding> Findings, Entries.Version? Previous, IReadOnlyList<ComparedField> Changes,
    IReadOnlyList<ReviewedPoint> Points, IReadOnlyList<ReturnedPoint> Returned, IReadOnlyList<ReviewedOpinion> Opinions, ILookup<string, EvidenceFile> Evidence);

/// <summary>Puts together what is to be known of a submission.</summary>
sealed class ReadReview(JiqunDb db, ReadSubmission submissions, ReadCourse courses, OpenEntry open, Compare compare)
{
    /// <summary>Null when there is no such submission, or it is not for this person.</summary>
    public async Task<Review?> Run(Guid id, Actor actor)
    {
        if (await submissions.Run(id, actor) is not { } submitted || await open.Run(submitted.Submission.EntryId, actor) is not { } entry)
            return null;
        var course = await courses.Of(entry);
        var previous = await db.Submissions.Where(s => s.EntryId == entry.Id && s.Number == submitted.Submission.Number - 1).Select(s => (Guid?)s.Id).SingleOrDefaultAsync();
        var compared = previous is null ? null : await compare.Run(previous, id, actor);
        List<ComparedField> changes = [.. compared?.Fields.Where(f => !f.IsSame) ?? []];
        var evidence = await db.EvidenceOf(actor).AsNoTracking().Where(f => f.EntryId == entry.Id && f.At <= submitted.Submission.At && (f.PutAwayAt == null || f.PutAwayAt > submitted.Submission.At)).OrderBy(f => f.At).ToListAsync();
        return new Review(
            submitted, course, course.Current == id, Findings(submitted), compared?.From, changes,
            [.. (await Points(previous)).Select(p => new ReviewedPoint(p.Point, p.By, submitted.Form.Find(p.Point.Field), changes.Find(c => c.Field.Id == p.Point.Field)))],
            [.. (await Points(id)).Select(p => new ReturnedPoint(p.Point.Reason, p.By, submitted.Form.Find(p.Point.Field)))],
            await OpinionsOn(id, course, actor), evidence.ToLookup(f => f.Field));
    }

    static List<ReviewedFinding> Findings(Submitted submitted) =>
        [.. from found in FoundAgain.Of(submitted.Form, submitted.Answers, submitted.Findings, submitted.Submission.At)
            let field = submitted.Form.Find(found.Frozen.Field)
            where field is not null
            select new ReviewedFinding(field, string.Join(' ', found.Messages), found.Frozen.Explanation)];

    /// <summary>Those with which a submission was returned.</summary>
    async Task<List<OpenPoint>> Points(Guid? submission) =>
        await (from p in db.ReturnPoints.AsNoTracking()
               join s in db.EntrySteps on p.StepId equals s.Id
               where s.SubmissionId == submission
               join o in db.Organisations on s.OrganisationId equals o.Id
               orderby p.Id
               select new OpenPoint(p, o.Name, s.At)).ToListAsync();

    /// <summary>What was sent back to be sealed anew counts no more.</summary>
    async Task<List<ReviewedOpinion>> OpinionsOn(Guid submission, Course course, Actor actor)
    {
        var standing = course.SealsOf(submission).Select(s => (Guid?)s.Id).ToList();
        return await (from o in db.OpinionsOf(actor).AsNoTracking()
                      where o.SubmissionId == submission && standing.Contains(o.StepId)
                      join step in db.EntrySteps on o.StepId equals step.Id
                      join office in db.Organisations on o.OrganisationId equals office.Id
                      orderby step.Number
                      select new ReviewedOpinion(o, office.Name)).ToListAsync();
    }
}
