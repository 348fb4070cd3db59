using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Freezes an entry's answers as a submission. Refuses with every error; never saves half.</summary>
sealed class SubmitEntry(Database database, JiqunDb db, OpenEntry open, Drafts drafts, TimeProvider clock)
{
    /// <summary>Times that it begins anew because a colleague changed something meanwhile.</summary>
    const int MostTries = 5;

    /// <param name="request">Chosen by the sender; the same request again gets the same submission.</param>
    /// <param name="keepUnexplained">The person knows that warnings stay without explanation.</param>
    /// <returns>Id of the submission.</returns>
    public async Task<Outcome<Submission>> Run(Guid entryId, Guid request, bool keepUnexplained, Actor actor)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            // the entry first: when it is submitted already, the submission is there, too
            var opened = await open.Run(entryId, actor);
            if (await db.Submissions.AsNoTracking().SingleOrDefaultAsync(s => s.RequestId == request) is { } done)
                return done.EntryId == entryId && opened is not null ? done : Refusals.Missing();
            if (opened is not { } entry)
                return Refusals.Missing();
            var now = clock.Now();
            if (entry.WhyFixed(actor, now) is { } fixed_)
                return fixed_;

            var form = open.FormOf(entry);
            var draft = await drafts.Of(db, entryId, entry.Revision);
            var filled = draft.Checked(form, Stage.Submission, clock.Today());
            if (filled.Findings.Where(f => f.Severity is Severity.Error).ToList() is { Count: > 0 } errors)
                return errors;
            if (!keepUnexplained && filled.Findings.Any(f => draft.IsUnexplained(f)))
                return Finding.Error("unexplained", null, Words.Of("warnings-unexplained"));

            var earlier = await db.Submissions.Where(s => s.EntryId == entryId).OrderByDescending(s => s.Number).Select(s => new { s.Number, s.Digest }).FirstOrDefaultAsync();
            var number = (earlier?.Number ?? 0) + 1;
            var frozen = FrozenContent.Of(form, entry, draft, filled, number, earlier?.Digest, now);
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
            if (await Write(submission, frozen, draft.Revision))
                return submission;
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    Task<bool> Write(Submission submission, FrozenContent frozen, int revision)
    {
        Insertion frozenRow = new(
            "submission",
            ["id", "entry_id", "number", "content", "digest", "request_id", "at", "account_id"],
            [[submission.Id, submission.EntryId, submission.Number, submission.Content, submission.Digest, submission.RequestId, submission.At, submission.AccountId]]);
        Insertion personal = new("personal_value", ["submission_id", "field", "salt", "value"], [.. frozen.Personal.Select(p => new object[] { submission.Id, p.Field, p.Salt, p.Value })]);
        var audit = AuditLog.Row(AuditAction.Submitted, submission.AccountId, submission.Id, submission.At, submission.Digest);
        return database.WriteIf(
            new Statement(
                """
                UPDATE entry SET state = 'Submitted'
                WHERE id = $1 AND state = 'Draft' AND revision = $2 AND EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > $3)
                """, submission.EntryId, revision, submission.At),
            personal.Rows.Count > 0 ? [frozenRow, personal, audit] : [frozenRow, audit]);
    }
}
