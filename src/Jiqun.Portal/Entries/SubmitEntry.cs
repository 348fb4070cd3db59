using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Freezes an entry's answers as a submission. Refuses with every error; never saves half.</summary>
sealed class SubmitEntry(Database database, JiqunDb db, OpenEntry open, SaveAnswers save, Drafts drafts, TimeProvider clock)
{
    /// <summary>Times that it begins anew because a colleague changed something meanwhile.</summary>
    const int MostTries = 5;

    /// <param name="request">Chosen by the sender; the same request again gets the same submission.</param>
    /// <param name="keepUnexplained">The person knows that warnings stay without explanation.</param>
    /// <param name="wishes">Saved with it, as <see cref="SaveAnswers"/> does; when it is refused, or any of them cannot be taken, none is.</param>
    public async Task<Outcome<Submission>> Run(Guid entryId, Guid request, bool keepUnexplained, Actor actor, params IReadOnlyList<Wish> wishes)
    {
        using var turn = await drafts.Turn(entryId);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            // the entry first: when it is submitted already, the submission is there, too
            var opened = await open.Run(entryId, actor);
            var (earlier, hasEvidence) = await Earlier.Of(database, entryId, request);
            if (earlier?.RequestId == request)
                return earlier.EntryId == entryId && opened is not null ? await db.Submissions.AsNoTracking().SingleAsync(s => s.Id == earlier.Id) : Refusals.Missing();
            if (opened is not { } entry)
                return Refusals.Missing();
            var now = clock.Now();
            if (entry.WhyFixed(actor, now) is { } fixed_)
                return fixed_;

            var form = open.FormOf(entry);
            var before = await drafts.Of(db, entryId, entry.Revision);
            var (changed, conflicts, refused) = await save.Judge(entry, before, wishes);
            if (refused.Count > 0)
                return refused.ConvertAll(r => r.Why);
            if (conflicts.Count > 0)
                return Finding.Error("stale", null, Words.Of("entry-busy"));
            var draft = changed.Count > 0 ? before.With(before.Revision + changed.Count, changed) : before;
            var filled = draft.Checked(form, Stage.Submission, clock.Today());
            if (filled.Findings.Where(f => f.Severity is Severity.Error).ToList() is { Count: > 0 } errors)
                return errors;
            if (!keepUnexplained && filled.Findings.Any(f => draft.IsUnexplained(f)))
                return Finding.Error("unexplained", null, Words.Of("warnings-unexplained"));

            var number = (earlier?.Number ?? 0) + 1;
            var frozen = FrozenContent.Of(form, entry, draft, filled, hasEvidence ? await Evidence(entryId) : [], number, earlier?.Digest, now);
            var submission = new Submission
            {
                Id = Guid.CreateVersion7(now),
                EntryId = entryId,
                Number = number,
                Content = frozen.Json,
                Digest = frozen.Digest,
                RequestId = request,
                At = now,
                AccountId = actor.AccountId,
            };
            if (await Write(submission, frozen, actor, before.Revision, draft.Revision, changed.Count > 0 ? SaveAnswers.Rows(before, changed, entry, actor, now) : []))
            {
                drafts.Keep(entryId, draft);
                Metrics.Submissions.Add(1);
                return submission;
            }
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    /// <summary>The submission of this very request; if there is none, the entry's last one.</summary>
    sealed record Earlier(Guid Id, Guid EntryId, Guid RequestId, int Number, string Digest)
    {
        /// <summary>In one question with whether the entry has evidence.</summary>
        public static async Task<(Earlier? Submission, bool HasEvidence)> Of(Database database, Guid entry, Guid request)
        {
            var found = await database.First(
                new Statement(
                    """
                    SELECT s.id, s.entry_id, s.request_id, s.number, s.digest, (SELECT count(*) FROM evidence f WHERE f.entry_id = $1)
                    FROM (SELECT 1 AS one) always LEFT JOIN (
                        SELECT id, entry_id, request_id, number, digest FROM submission WHERE entry_id = $1 OR request_id = $2
                        ORDER BY CASE WHEN request_id = $2 THEN 0 ELSE 1 END, number DESC LIMIT 1) s ON 1 = 1
                    """, entry, request),
                row => new Found(row.IsDBNull(0) ? null : new Earlier(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetInt32(3), row.GetString(4)), row.GetInt64(5) > 0));
            return (found!.Submission, found.HasEvidence);
        }

        sealed record Found(Earlier? Submission, bool HasEvidence);
    }

    Task<List<EvidenceFile>> Evidence(Guid entry) => db.Evidence.AsNoTracking().Where(f => f.EntryId == entry && f.PutAwayAt == null).OrderBy(f => f.Id).ToListAsync();

    Task<bool> Write(Submission submission, FrozenContent frozen, Actor actor, int revision, int after, Insertion[] answers)
    {
        Insertion frozenRow = new(
            "submission",
            ["id", "entry_id", "number", "content", "digest", "request_id", "at", "account_id"],
            [[submission.Id, submission.EntryId, submission.Number, submission.Content, submission.Digest, submission.RequestId, submission.At, submission.AccountId]]);
        Insertion personal = new("personal_value", ["submission_id", "field", "salt", "value"], [.. frozen.Personal.Select(p => new object[] { submission.Id, p.Field, p.Salt, p.Value })]);
        var audit = AuditLog.Row(AuditAction.Submitted, submission.AccountId, submission.Id, submission.At, submission.Digest);
        var notices = Telling.Rows(NoticeKind.Submitted, submission.EntryId, submission.AccountId, submission.At, Organisation.Along(actor.Path!));
        return database.WriteIf(
            new Statement(
                """
                UPDATE entry SET state = 'Submitted', revision = $3
                WHERE id = $1 AND state = 'Draft' AND revision = $2 AND EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > $4)
                """, submission.EntryId, revision, after, submission.At),
            [.. answers, frozenRow, .. personal.Rows.Count > 0 ? [personal] : Array.Empty<Insertion>(), audit, .. notices]);
    }
}
