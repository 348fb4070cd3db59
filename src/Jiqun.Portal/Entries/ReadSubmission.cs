using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>A submission with what its pages and documents tell.</summary>
/// <param name="Entry">With names and base year as they were frozen.</param>
/// <param name="By">Name of who submitted it.</param>
/// <param name="Answers">As they were frozen, personal values among them as long as they are kept.</param>
/// <param name="Findings">Those with which it was submitted.</param>
public sealed record Submitted(Submission Submission, EntryHead Entry, Form Form, string By, FormAnswers Answers, IReadOnlyList<FrozenFinding> Findings)
{
    /// <summary>Of which cluster it tells.</summary>
    public string Subject => Form.Subject is { } subject ? Answers.Text(subject.Id) ?? "" : "";

    /// <summary>With personal values as they may be shown to whoever does not need them.</summary>
    public Submitted Masked() => this with { Answers = Answers.With(from f in Form.EntrantFields where f.Personal && Answers[f.Id] is not null select (f.Id, (Value?)new TextValue(Masking.Of(f, Answers[f.Id]!.Written)))) };

    public bool HasPersonal => Form.EntrantFields.Any(f => f.Personal && Answers[f.Id] is not null);

    /// <summary>What the QR code of the receipt says: where the submission stands, and with which digest the receipt was given.</summary>
    public string AddressOn(HttpRequest request) => $"{request.Scheme}://{request.Host}/submissions/{Submission.Id}?sha256={Submission.Digest}";
}

/// <summary>Finds a submission for a person.</summary>
sealed class ReadSubmission(Database database, JiqunDb db, OpenEntry open)
{
    /// <summary>Null when there is none, or it is not for this person.</summary>
    public async Task<Submitted?> Run(Guid id, Actor actor)
    {
        var submission = await db.SubmissionsOf(actor).AsNoTracking().SingleOrDefaultAsync(s => s.Id == id);
        if (submission is null || await open.Run(submission.EntryId, actor) is not { } entry)
            return null;
        var by = await db.Users.Where(a => a.Id == submission.AccountId).Select(a => a.FullName).SingleAsync();
        var personal = await db.PersonalValues.AsNoTracking().Where(p => p.SubmissionId == id).Select(p => new { p.Field, p.Value }).ToListAsync();
        var form = open.FormOf(entry);
        var frozen = FrozenContent.Read(form, submission.Content, personal.Select(p => (p.Field, PersonalValue.Read(database.Key, id, p.Field, p.Value))));
        return new Submitted(submission, FrozenContent.Head(entry, submission.Content), form, by, frozen.Answers, frozen.Findings);
    }
}
