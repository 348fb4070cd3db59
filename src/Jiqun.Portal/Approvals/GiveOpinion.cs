using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>A submission that an office is to give its opinion on.</summary>
/// <param name="Opinion">What the office has written so far; null when nothing.</param>
public sealed record OpinionDesk(Submitted Submitted, Course Course, ApprovalStep Step, Opinion? Opinion);

/// <summary>What the seals on opinions are held against.</summary>
/// <param name="Authorities">Whose certificates are believed; null where electronic seals are not taken.</param>
/// <param name="Codes">Reads the codes of scans; null where the programs for it are not installed: then people compare.</param>
public sealed record SealChecks(Authorities? Authorities, ScannedCodes? Codes);

/// <summary>政府意见与盖章: an office writes its opinion on a submission, takes the document away to be sealed, and brings it back; with that the step is taken.</summary>
sealed class GiveOpinion(JiqunDb db, OpenEntry open, ReadSubmission submissions, ReadCourse courses, EntryDocuments documents, FilledFiles files, JudgeUpload judge, SealChecks checks, TimeProvider clock)
{
    /// <summary>Characters, in UTF-16 units.</summary>
    public const int LongestText = 4000;

    /// <summary>Bytes of a scan, or of a signed document.</summary>
    public const long LargestFile = AttachEvidence.LargestFile;

    const int MostTries = 5;

    /// <summary>What the office has before it. Refused when it is not for this person, or not now.</summary>
    public async Task<Outcome<OpinionDesk>> Look(Guid submission, Actor actor)
    {
        if (await submissions.Run(submission, actor) is not { } submitted || await open.Run(submitted.Submission.EntryId, actor) is not { } entry)
            return Refusals.Missing();
        var course = await courses.Of(entry);
        if (course.Approval.Steps.FirstOrDefault(s => s.Carries is Carried.Seal) is not { } step)
            return Refusals.Missing();
        if (course.Current != submission)
            return TakeStep.Stale(course);
        if (course.Approval.Decide(step, course.Situation, actor.OrganisationId ?? Guid.Empty, " ") is { Refused: true } decided)
            return TakeStep.Meanwhile(course, step, decided.Refusal, actor).ToList();
        return new OpinionDesk(submitted, course, step, await db.Opinions.SingleOrDefaultAsync(o => o.SubmissionId == submission && o.OrganisationId == actor.OrganisationId && o.StepId == null));
    }

    /// <summary>What stands as the opinion in the Word form that the entrant uploaded last: a proposal, and no more. Empty when there is none.</summary>
    public async Task<string> Proposal(OpinionDesk desk, Actor actor, CancellationToken cancel)
    {
        var entry = desk.Course.Entry.Id;
        if (await db.EvidenceOf(actor).AsNoTracking().Where(f => f.EntryId == entry && f.IsOrigin).OrderByDescending(f => f.At).FirstOrDefaultAsync(cancel) is not { } file)
            return "";
        using var content = new MemoryStream(await db.Content(file.Digest, cancel));
        var form = desk.Submitted.Form;
        var read = await files.Read(form, file.Kind, content, clock.Today(), cancel);
        var text = read.Refused ? null : form.Fields.Where(f => f.By is AnsweredBy.Government).Select(f => read.Value.Answers.Text(f.Id)).FirstOrDefault(t => t is not null);
        return text is { Length: <= LongestText } ? text : "";
    }

    /// <summary>Keeps the words. Other words than before need another document, and another seal.</summary>
    /// <param name="dated">As an input of type date has it.</param>
    /// <param name="version">Of what the person saw; 0 when there was nothing.</param>
    public async Task<Outcome<Opinion>> Write(Guid submission, string text, string dated, int version, Actor actor)
    {
        var looked = await Look(submission, actor);
        if (looked.Refused)
            return looked.Refusal.ToList();
        text = PlainText.Of(text);
        List<Finding> wrong = [];
        if (text.Length == 0)
            wrong.Add(Finding.Error("opinion-empty", "text", Words.Of("opinion-empty")));
        if (text.Length > LongestText)
            wrong.Add(Finding.Error("too-large", "text", Words.Of("reason-too-long", LongestText)));
        if (!DateOnly.TryParseExact(dated.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year < 2000)
            wrong.Add(Finding.Error("bad-date", "dated", Words.Of("opinion-date-wrong")));
        else if (date > clock.Today())
            wrong.Add(Finding.Error("in-future", "dated", Words.Of("opinion-date-future")));
        if (wrong.Count > 0)
            return wrong;
        var (opinion, now) = (looked.Value.Opinion, clock.Now());
        if ((opinion?.Version ?? 0) != version)
            return Finding.Error("stale", null, Words.Of("opinion-stale"));
        if (opinion is null)
            db.Add(opinion = new Opinion { Id = Guid.CreateVersion7(now), SubmissionId = submission, OrganisationId = actor.OrganisationId!.Value, Text = text, Dated = date, WrittenAt = now, AccountId = actor.AccountId });
        else if ((opinion.Text, opinion.Dated) == (text, date))
            return opinion;
        (opinion.Text, opinion.Dated, opinion.WrittenAt, opinion.AccountId) = (text, date, now, actor.AccountId);
        (opinion.Document, opinion.File, opinion.FileName, opinion.FileKind) = (null, null, null, null);
        // also where there was none when this was read: a colleague may be fetching one of the old words
        db.Entry(opinion).Property(o => o.Document).IsModified = db.Entry(opinion).State is EntityState.Modified;
        opinion.Version++;
        db.Note(AuditAction.OpinionWritten, actor.AccountId, submission, now);
        return await Saved() ? opinion : Finding.Error("stale", null, Words.Of("opinion-stale"));
    }

    /// <summary>The document to be sealed: the form with the opinion in its place and the submission's mark on every page. Made once for the same words, and kept.</summary>
    public async Task<Outcome<Document>> ToSeal(Guid submission, Actor actor, CancellationToken cancel)
    {
        var looked = await Look(submission, actor);
        if (looked.Refused)
            return looked.Refusal.ToList();
        var (submitted, opinion) = (looked.Value.Submitted, looked.Value.Opinion);
        if (opinion is null)
            return Finding.Error("opinion-first", null, Words.Of("opinion-first"));
        var made = documents.ToSeal(submitted, opinion.Text, opinion.Dated);
        if (made.Refused)
            return made.Refusal.ToList();
        if (opinion.Document is null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await Keep(opinion, made.Value.Content, cancel);
            if (!await Saved())
                return Finding.Error("stale", null, Words.Of("opinion-stale"));
            await transaction.CommitAsync(cancel);
        }
        // what was taken away once is what is brought back, whatever fonts are installed by then
        return made.Value with { Content = await db.Content(opinion.Document!, cancel) };
    }

    async Task Keep(Opinion opinion, byte[] document, CancellationToken cancel)
    {
        using var content = new MemoryStream(document);
        var digest = await Blobs.Digest(content, cancel);
        await db.Keep(digest, content, cancel);
        opinion.Document = digest;
    }

    /// <summary>Takes a sealed document back. When the seal can be told to be on this submission, the step is taken with it; otherwise the file waits for a person to compare it.</summary>
    /// <param name="request">Chosen by the sender; the same request again finds what it did.</param>
    /// <param name="content">Seekable: a scan (PDF, JPG, PNG), or the document signed electronically (PDF).</param>
    public async Task<Outcome<Opinion>> Bring(Guid submission, Guid request, string name, Stream content, Actor actor, CancellationToken cancel)
    {
        if (await Made(submission, request, actor) is { } there)
            return there;
        var looked = await Look(submission, actor);
        if (looked.Refused)
            return looked.Refusal.ToList();
        if (looked.Value.Opinion is not { } opinion)
            return Finding.Error("opinion-first", null, Words.Of("opinion-first"));
        if (content.Length > LargestFile)
            return Finding.Error("evidence-large", "file", Words.Of("evidence-large", LargestFile >> 20));
        var kind = await judge.Run(content, submission, actor, cancel);
        if (kind.Refused)
            return kind.Refusal.Select(f => f with { Field = "file" }).ToList();
        if (kind.Value is not (EvidenceKind.Pdf or EvidenceKind.Jpeg or EvidenceKind.Png))
            return Finding.Error("seal-kind", "file", Words.Of("seal-kind"));
        var seal = await Told(looked.Value.Submitted.Submission, opinion, kind.Value, content, cancel);
        if (seal.Refused)
            return seal.Refusal.ToList();
        var digest = await Blobs.Digest(content, cancel);
        return await Seal(submission, request, opinion.Version, seal.Value, actor, async fresh =>
        {
            await db.Keep(digest, content, cancel);
            (fresh.File, fresh.FileName, fresh.FileKind) = (digest, PlainName.OfFile(name, EvidenceKinds.Endings(kind.Value)), kind.Value);
        });
    }

    /// <summary>The official has compared the scan that was brought with the submission, by hand.</summary>
    /// <param name="version">Of the opinion whose scan they compared; a colleague may have brought another one since.</param>
    public async Task<Outcome<Opinion>> Confirm(Guid submission, Guid request, int version, Actor actor) =>
        await Made(submission, request, actor) is { } there ? there : await Seal(submission, request, version, new Seen(SealMeans.PaperByHand), actor, fresh => Task.CompletedTask);

    /// <summary>How a file is sealed.</summary>
    /// <param name="Means">Null when a person has to look.</param>
    sealed record Seen(SealMeans? Means, Signer? Signer = null);

    async Task<Outcome<Seen>> Told(Submission submission, Opinion opinion, EvidenceKind kind, Stream content, CancellationToken cancel)
    {
        if (kind is EvidenceKind.Pdf)
        {
            var file = new byte[content.Length];
            content.Position = 0;
            await content.ReadExactlyAsync(file, cancel);
            if (PdfSignature.IsSigned(file))
            {
                if (checks.Authorities is not { } authorities)
                    return Finding.Error("seal-no-authorities", "file", Words.Of("seal-no-authorities"));
                if (opinion.Document is not { } document)
                    return Finding.Error("seal-no-document", "file", Words.Of("seal-no-document"));
                var signer = PdfSignature.Verify(file, await db.Content(document, cancel), authorities, opinion.WrittenAt, clock.GetUtcNow());
                return signer.Refused ? signer.Refusal.Select(f => f with { Field = "file" }).ToList() : new Seen(SealMeans.Electronic, signer.Value);
            }
        }
        var digests = checks.Codes is null ? [] : (await checks.Codes.Read(content, cancel)).Texts.Select(PrintedMark.DigestIn).OfType<string>().ToList();
        return digests.Exists(d => d != submission.Digest) ? Finding.Error("seal-other", "file", Words.Of("seal-other", PrintedMark.ShortOf(digests.Find(d => d != submission.Digest)!), PrintedMark.ShortOf(submission.Digest)))
            : new Seen(digests.Count > 0 ? SealMeans.Paper : null);
    }

    /// <param name="version">Of the opinion for which the seal was judged.</param>
    async Task<Outcome<Opinion>> Seal(Guid submission, Guid request, int version, Seen seal, Actor actor, Func<Opinion, Task> bring)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            db.ChangeTracker.Clear();
            var looked = await Look(submission, actor);
            if (looked.Refused)
                return looked.Refusal.ToList();
            var (course, step) = (looked.Value.Course, looked.Value.Step);
            if (looked.Value.Opinion is not { } opinion)
                return Finding.Error("opinion-first", null, Words.Of("opinion-first"));
            if (opinion.Version != version)
                return Finding.Error("stale", null, Words.Of("opinion-stale"));
            await using var transaction = await db.Database.BeginTransactionAsync();
            await bring(opinion);
            if (opinion.File is not { } file)
                return Finding.Error("seal-none", "file", Words.Of("seal-none"));
            var now = course.Situation.Now;
            db.Note(AuditAction.SealBrought, actor.AccountId, submission, now, $"{file} {seal.Means}");
            opinion.AccountId = actor.AccountId;
            opinion.Version++;
            if (seal.Means is { } means)
            {
                var decided = course.Approval.Decide(step, course.Situation, actor.OrganisationId!.Value, "");
                if (decided.Refused)
                    return TakeStep.Meanwhile(course, step, decided.Refusal, actor).ToList();
                if (await TakeStep.Write(db, course, step, decided.Value, "", request, actor) is not { } made)
                    continue;
                (opinion.Means, opinion.StepId) = (means, made.Id);
                if (seal.Signer is { } signer)
                    (opinion.Signer, opinion.SignedAt) = ($"{signer.Name}（{signer.Issuer}，{signer.SerialNumber}）", signer.SignedAt.UtcDateTime);
            }
            if (!await Saved())
                continue;
            await transaction.CommitAsync();
            return opinion;
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    /// <summary>What this request has done before.</summary>
    Task<Opinion?> Made(Guid submission, Guid request, Actor actor) => db.OpinionsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.SubmissionId == submission && db.EntrySteps.Any(s => s.Id == o.StepId && s.RequestId == request));

    /// <summary>False when a colleague was quicker.</summary>
    async Task<bool> Saved()
    {
        try
        {
            await db.SaveChangesAsync();
            return true;
        }
        catch (DbUpdateException why) when (!Database.IsFull(why))
        {
            db.ChangeTracker.Clear();               // what was not kept is not what stands there
            return false;
        }
    }
}
