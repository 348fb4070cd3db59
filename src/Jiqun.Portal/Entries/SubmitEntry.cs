using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Freezes an entry's answers as a submission. Refuses with every error; never saves half.</summary>
sealed class SubmitEntry(Database database, JiqunDb db, OpenEntry open, SaveAnswers save, Drafts drafts, ApprovalLibrary approvals, TimeProvider clock)
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
            var (earlier, hasEvidence, openPoints, place) = await Earlier.Of(database, entryId, request);
            if (earlier?.RequestId == request)
                return earlier.EntryId == entryId && opened is not null ? await db.Submissions.AsNoTracking().SingleAsync(s => s.Id == earlier.Id) : Refusals.Missing();
            if (opened is not { } entry)
                return Refusals.Missing();
            var now = clock.Now();
            if (entry.WhyFixed(actor, now) is { } fixed_)
                return fixed_;

            if (openPoints > 0)
                return Finding.Error("points-open", null, Words.Of("points-open", openPoints));

            var form = open.FormOf(entry);
            var before = await drafts.Of(entryId, entry.Revision);
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
            var places = place is null ? [] : OtherPlaces.Of(place, form.EntrantFields.Where(f => f.Kind is FieldKind.Area).SelectMany(f => filled.Codes.GetValueOrDefault(f.Id, [])));
            if (await Write(submission, frozen, entry, [.. FigureRows.Of(submission.Id, entryId, entry.RoundId, form, filled.Answers, filled.Codes).Select(FigureRows.Row)], places, actor, before.Revision, draft.Revision + 1, before, changed))
            {
                Metrics.Submissions.Add(1);
                return submission;
            }
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    /// <summary>The submission of this very request; if there is none, the entry's last one.</summary>
    sealed record Earlier(Guid Id, Guid EntryId, Guid RequestId, int Number, string Digest)
    {
        /// <summary>In one question with whether the entry has evidence, how many points of returns it has not answered, and which division its government stands for.</summary>
        public static async Task<Found> Of(Database database, Guid entry, Guid request)
        {
            var found = await database.First(
                new Statement(
                    """
                    SELECT s.id, s.entry_id, s.request_id, s.number, s.digest, (SELECT count(*) FROM evidence f WHERE f.entry_id = $1),
                        (SELECT count(*) FROM return_point p WHERE p.entry_id = $1 AND p.answer = ''),
                        (SELECT above.division_code FROM entry e JOIN organisation o ON o.id = e.organisation_id JOIN organisation above ON above.id = o.parent_id WHERE e.id = $1)
                    FROM (SELECT 1 AS one) always LEFT JOIN (
                        SELECT id, entry_id, request_id, number, digest FROM submission WHERE entry_id = $1 OR request_id = $2
                        ORDER BY CASE WHEN request_id = $2 THEN 0 ELSE 1 END, number DESC LIMIT 1) s ON 1 = 1
                    """, entry, request),
                row => new Found(row.IsNull(0) ? null : new Earlier(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetInt32(3), row.GetString(4)), row.GetInt64(5) > 0, (int)row.GetInt64(6), row.IsNull(7) ? null : row.GetString(7)));
            return found!;
        }

        public sealed record Found(Earlier? Submission, bool HasEvidence, int OpenPoints, string? Place);
    }

    static readonly Into Submissions = new("submission", ["id", "entry_id", "number", "content", "digest", "request_id", "at", "account_id"]);

    static readonly Into PersonalValues = new("personal_value", ["submission_id", "field", "salt", "value"]);

    static readonly Into EntrySteps = new("entry_step", ["id", "entry_id", "number", "step", "before", "after", "submission_id", "organisation_id", "account_id", "reason", "request_id", "at"]);

    static readonly Into SubmissionPlaces = new("submission_place", ["entry_id", "number", "code"]);

    Task<List<EvidenceFile>> Evidence(Guid entry) => db.Evidence.AsNoTracking().Where(f => f.EntryId == entry && f.PutAwayAt == null).OrderBy(f => f.Id).ToListAsync();

    async Task<bool> Write(Submission submission, FrozenContent frozen, EntryHead entry, IReadOnlyList<object[]> figures, IReadOnlyList<string> places, Actor actor, int revision, int after, Draft before, List<(Place Place, Standing Standing)> changed)
    {
        var digest = "";
        var answers = changed.Count > 0 ? save.Rows(before, changed, entry, actor, submission.At, out digest) : [];
        var (step, stepId) = (approvals.Of(entry.FormId).Submit, Guid.CreateVersion7(submission.At));
        Insertion frozenRow = new(
            Submissions,
            [[submission.Id, submission.EntryId, submission.Number, submission.Content, submission.Digest, submission.RequestId, submission.At, submission.AccountId]]);
        Insertion personal = new(PersonalValues, [.. frozen.Personal.Select(p => new object[] { submission.Id, p.Field, p.Salt, PersonalValue.Stored(database.Key, submission.Id, p.Field, p.Value) })]);
        var audit = AuditLog.Rows(database.Key, submission.AccountId, submission.At,
            [.. changed.Count > 0 ? [(AuditAction.AnswersChanged, submission.EntryId, SaveAnswers.Described(changed), digest)] : Array.Empty<(AuditAction, Guid, string, string)>(), (AuditAction.Submitted, submission.Id, submission.Digest, "")]);
        Insertion taken = new(
            EntrySteps,
            [[stepId, submission.EntryId, after, step.Id, entry.Status, step.To, submission.Id, entry.OrganisationId, submission.AccountId, "", submission.RequestId, submission.At]]);
        Insertion elsewhere = new(SubmissionPlaces, [.. places.Select(p => new object[] { submission.EntryId, submission.Number, p })]);
        var approval = approvals.Of(entry.FormId);
        var along = Organisation.Along(actor.Path!).ToList();
        var turn = approval.Holders(approval[step.To], (await Parties.Of(db, along, places)).List).Select(p => p.Organisation).OfType<Guid>().ToList();
        var notices = Telling.Rows(submission.AccountId, submission.At,
            [.. along.Except(turn).Select(o => (NoticeKind.Submitted, submission.EntryId, o)), .. turn.Select(o => (NoticeKind.TurnCame, stepId, o))]);
        return await database.WriteIf(
            new Statement(
                """
                UPDATE entry SET state = 'Submitted', status = $5, submissions = $6, revision = $3
                WHERE id = $1 AND state = 'Draft' AND revision = $2 AND (extended_to > $4 OR EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > $4))
                """, submission.EntryId, revision, after, submission.At, step.To, submission.Number),
            [.. answers, frozenRow, .. personal.Rows.Count > 0 ? [personal] : Array.Empty<Insertion>(), taken, .. figures.Count > 0 ? [new Insertion(FigureRows.Table, figures)] : Array.Empty<Insertion>(), .. elsewhere.Rows.Count > 0 ? [elsewhere] : Array.Empty<Insertion>(), audit, .. notices]);
    }
}
