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
            if (await database.Write(write => Write(write, submission, frozen, draft.Revision), CancellationToken.None) is { } written)
                return written;
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    static async Task<Submission?> Write(WriteTransaction write, Submission submission, FrozenContent frozen, int revision)
    {
        var held = await write.Rows(new Statement(
            """
            UPDATE entry SET state = 'Submitted'
            WHERE id = @entry AND state = 'Draft' AND revision = @revision AND EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > @now)
            RETURNING revision
            """, ("@entry", submission.EntryId), ("@revision", revision), ("@now", submission.At)), r => r.GetInt32(0));
        if (held.Count == 0)
            return null;
        await write.Run([
            new Statement(
                """
                INSERT INTO submission (id, entry_id, number, content, digest, request_id, at, account_id)
                VALUES (@id, @entry, @number, @content, @digest, @request, @at, @account)
                """,
                ("@id", submission.Id), ("@entry", submission.EntryId), ("@number", submission.Number), ("@content", submission.Content), ("@digest", submission.Digest),
                ("@request", submission.RequestId), ("@at", submission.At), ("@account", submission.AccountId)),
            .. frozen.Personal.Select(p => new Statement(
                "INSERT INTO personal_value (submission_id, field, salt, value) VALUES (@submission, @field, @salt, @value)",
                ("@submission", submission.Id), ("@field", p.Field), ("@salt", p.Salt), ("@value", p.Value))),
            AuditLog.Row(AuditAction.Submitted, submission.AccountId, submission.Id, submission.At, submission.Digest),
        ]);
        return submission;
    }
}
