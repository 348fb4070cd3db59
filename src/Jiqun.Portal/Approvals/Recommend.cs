using System.Security.Cryptography;
using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>An entry that is to be recommended.</summary>
/// <param name="Submission">The one that the person had before them.</param>
public sealed record WantedRecommendation(Guid Entry, Guid Submission, string Comment);

/// <summary>What an office may recommend in a round.</summary>
/// <param name="Quota">Null when there is no limit.</param>
/// <param name="Used">Entries that take up a place.</param>
/// <param name="Candidates">Those that it may recommend now.</param>
/// <param name="Letters">Recommendations that were made, the newest first.</param>
public sealed record RecommendationDesk(Round Round, int? Quota, int Used, IReadOnlyList<CandidateRow> Candidates, IReadOnlyList<Recommendation> Letters)
{
    /// <summary>Places left; null when there is no limit.</summary>
    public int? Left => Quota is { } quota ? Math.Max(0, quota - Used) : null;
}

/// <param name="Subject">Of which cluster it tells.</param>
public sealed record CandidateRow(Course Course, string Subject, Submission Submission);

/// <summary>推荐: puts entries in order and recommends them in one step, as many as the quota has places for. All of them or none.</summary>
sealed class Recommend(JiqunDb db, OpenEntry open, ReadCourse courses, ReadSubmission submissions)
{
    /// <summary>Entries in one letter.</summary>
    public const int Most = 200;

    const int MostTries = 5;

    /// <summary>Refused when there is no such round, or the office recommends nothing in it.</summary>
    public async Task<Outcome<RecommendationDesk>> Look(Guid roundId, Actor actor)
    {
        if (await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == roundId) is not { } round || actor.OrganisationId is not { } own || actor.Level is not { } level)
            return Refusals.Missing();
        List<CandidateRow> candidates = [];
        var ids = await db.EntriesOf(actor).Where(e => e.RoundId == roundId).OrderBy(e => e.CreatedAt).ThenBy(e => e.Id).Select(e => new { e.Id, e.Status }).ToListAsync();
        var isRecommender = false;
        foreach (var id in ids)
        {
            var course = await courses.Of((await open.Run(id.Id, actor))!);
            if (StepOf(course.Approval) is not { } step)
                continue;
            isRecommender |= course.Approval.Holders(course.Approval[step.From[0]], course.Situation.Parties).Any(p => p.Organisation == own);
            if (course.OpenTo(actor).Contains(step) && await submissions.Run(course.Current!.Value, actor) is { } submitted)
                candidates.Add(new CandidateRow(course, submitted.Subject, submitted.Submission));
        }
        var letters = await db.RecommendationsOf(actor).AsNoTracking().Where(r => r.RoundId == roundId && r.OrganisationId == own).OrderByDescending(r => r.At).ToListAsync();
        var quota = await db.RoundQuotas.Where(q => q.RoundId == roundId && q.OrganisationId == own).Select(q => (int?)q.Entries).SingleOrDefaultAsync();
        // without any entry it depends on the level alone
        return isRecommender || letters.Count > 0 || quota is not null || ids.Count == 0 && level is Organisations.Level.Province
            ? new RecommendationDesk(round, quota, await Used(roundId, actor), candidates, letters)
            : Refusals.Missing();
    }

    static ApprovalStep? StepOf(Approval approval) => approval.Steps.FirstOrDefault(s => s.Carries is Carried.Recommendation);

    /// <summary>Entries of one's own that take up a place of the quota.</summary>
    async Task<int> Used(Guid round, Actor actor)
    {
        var path = actor.Path!;
        var standing = await (from e in db.Entries
                              where e.RoundId == round && db.Organisations.Any(o => o.Id == e.OrganisationId && o.Path.StartsWith(path))
                              join r in db.Rounds on e.RoundId equals r.Id
                              select new { e.Id, e.Status, r.FormId }).ToListAsync();
        return standing.Count(e => courses.ApprovalOf(e.FormId)[e.Status].InQuota);
    }

    /// <param name="request">Chosen by the sender; the same request again finds what it made.</param>
    /// <param name="wanted">In their order.</param>
    public async Task<Outcome<Recommendation>> Run(Guid roundId, Guid request, IReadOnlyList<WantedRecommendation> wanted, Actor actor)
    {
        wanted = [.. wanted.Select(w => w with { Comment = PlainText.Of(w.Comment) })];
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            db.ChangeTracker.Clear();
            if (await db.RecommendationsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.RequestId == request && r.RoundId == roundId) is { } made)
                return made;
            if (!await db.RoundsOf(actor).AnyAsync(r => r.Id == roundId) || actor.OrganisationId is not { } own)
                return Refusals.Missing();
            var judged = await Judge(roundId, wanted, actor);
            if (judged.Refused)
                return judged.Refusal.ToList();
            var now = judged.Value[0].Course.Situation.Now;
            await using var transaction = await db.Database.BeginTransactionAsync();
            // whoever recommends at the same time waits here, and counts anew
            await db.Database.ExecuteSqlAsync($"UPDATE round_quota SET entries = entries WHERE round_id = {roundId} AND organisation_id = {own}");
            var quota = await db.RoundQuotas.AsNoTracking().SingleOrDefaultAsync(q => q.RoundId == roundId && q.OrganisationId == own);
            if (quota is not null && await Used(roundId, actor) is var used && used + wanted.Count > quota.Entries)
                return Finding.Error("quota", null, Words.Of("quota-exceeded", quota.Entries, used, wanted.Count));
            var recommendation = new Recommendation { Id = Guid.CreateVersion7(now), RoundId = roundId, OrganisationId = own, AccountId = actor.AccountId, RequestId = request, At = now };
            db.Add(recommendation);
            var isNew = true;
            // in an order of their own, so that no two wait for each other
            foreach (var ((course, step, to), item, rank) in judged.Value.Zip(wanted, Enumerable.Range(1, wanted.Count)).OrderBy(j => j.Second.Entry))
            {
                var taken = await TakeStep.Write(db, course, step, to, item.Comment, Of(request, item.Entry), actor);
                if (!(isNew = taken is not null))
                    break;
                db.Add(new RecommendedEntry { RecommendationId = recommendation.Id, Rank = rank, StepId = taken!.Id, Comment = item.Comment });
            }
            if (!isNew)
                continue;
            try
            {
                await db.SaveChangesAsync();
                await transaction.CommitAsync();
                return recommendation;
            }
            catch (DbUpdateException why) when (!Database.IsFull(why))
            {
                // the same request at the same time
            }
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    /// <summary>Every entry that cannot be recommended is told, by name.</summary>
    async Task<Outcome<List<(Course Course, ApprovalStep Step, ApprovalState To)>>> Judge(Guid round, IReadOnlyList<WantedRecommendation> wanted, Actor actor)
    {
        if (wanted.Count is 0 or > Most)
            return Finding.Error("recommend-none", null, Words.Of("recommend-none", Most));
        if (wanted.DistinctBy(w => w.Entry).Count() < wanted.Count)
            return Finding.Error("twice", null, Words.Of("recommend-twice"));
        List<Finding> wrong = [];
        List<(Course, ApprovalStep, ApprovalState)> decided = [];
        foreach (var item in wanted)
        {
            if (await open.Run(item.Entry, actor) is not { } entry || entry.RoundId != round || await courses.Of(entry) is not { } course || StepOf(course.Approval) is not { } step)
                return Refusals.Missing();
            var outcome = course.Approval.Decide(step, course.Situation, actor.OrganisationId!.Value, item.Comment);
            IEnumerable<Finding> why = item.Comment.Length > TakeStep.LongestReason ? [Finding.Error("too-large", null, Words.Of("reason-too-long", TakeStep.LongestReason))]
                : outcome.Refused ? outcome.Refusal
                : course.Current != item.Submission ? [TakeStep.Stale(course)] : [];
            wrong.AddRange(why.Select(f => f with { Message = $"{entry.OrganisationName}：{f.Message}" }));
            if (!outcome.Refused)
                decided.Add((course, step, outcome.Value));
        }
        return wrong.Count > 0 ? wrong : decided;
    }

    /// <summary>The request of one entry's step within that of all.</summary>
    static Guid Of(Guid request, Guid entry) => new(SHA256.HashData([.. request.ToByteArray(), .. entry.ToByteArray()]).AsSpan(0, 16));
}
