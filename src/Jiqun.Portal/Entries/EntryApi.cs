using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Entries and submissions, for programs.</summary>
static class EntryApi
{
    public static void MapEntryApi(this RouteGroupBuilder api)
    {
        var entries = api.MapGroup("/entries").WithTags("Entries");
        entries.MapGet("", List).WithSummary("The entries that you may see: your organisation's, and those that organisations under yours submitted");
        entries.MapPost("", Begin).Needs(Scope.Fill, "Begin your organisation's entry in a round, or find the one that was begun").Produces<EntryItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422);
        entries.MapGet("/{id:guid}", One).WithSummary("One entry").Produces<EntryItem>().ProducesProblem(404);
        entries.MapGet("/{id:guid}/answers", Answers).WithSummary("All that stands in your draft, each with its version").Produces<DraftItem>().ProducesProblem(404);
        entries.MapPost("/{id:guid}/answers", SaveMany).Needs(Scope.Fill, "Write several answers and explanations at once, each against the version that you saw")
            .Produces<DraftState>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422)
            .WithDescription("What others changed since is left as it is and comes back among the conflicts, what cannot be kept among the refused; the rest is saved.");
        entries.MapGet("/{id:guid}/answers/{field}", Answer).WithSummary("The answer of one field; its version is the ETag").Produces<PlaceItem>().ProducesProblem(404);
        entries.MapPut("/{id:guid}/answers/{field}", SaveAnswer).Needs(Scope.Fill, "Write the answer of one field, against the version in If-Match").Saves();
        entries.MapGet("/{id:guid}/answers/{field}/explanations/{code}", Explanation).WithSummary("The explanation of one finding about a field; its version is the ETag").Produces<PlaceItem>().ProducesProblem(404);
        entries.MapPut("/{id:guid}/answers/{field}/explanations/{code}", SaveExplanation).Needs(Scope.Fill, "Explain a warning, against the version in If-Match").Saves();
        entries.MapGet("/{id:guid}/findings", Findings).WithSummary("What the checks find in your draft").Produces<FindingList>().ProducesProblem(404)
            .WithDescription("With stage=Submission also what would keep it from being submitted.");
        entries.MapGet("/{id:guid}/changes", EntryEndpoints.Changes).WithSummary("What changed in your draft after a revision").Produces<DraftState>().ProducesProblem(404);
        entries.MapGet("/{id:guid}/history", History).WithSummary("Every change of your entry, the newest first").Produces<Part<ChangeItem>>().ProducesProblem(404);
        entries.MapPost("/{id:guid}/history/{number:int}/restore", TakeBack).Needs(Scope.Fill, "Write again what one change had written").Produces<PlaceItem>().ProducesProblem(404).ProducesProblem(412).ProducesProblem(422);
        entries.MapGet("/{id:guid}/draft.{kind}", EntryEndpoints.DownloadDraft).WithSummary("Your draft as a document: docx, pdf or json").ProducesDocument();
        entries.MapPost("/{id:guid}/submissions", Submit).Needs(Scope.Submit, "Submit your entry; Idempotency-Key is required").Produces<SubmissionItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

        var submissions = api.MapGroup("/submissions").WithTags("Submissions");
        submissions.MapGet("", ListSubmissions).WithSummary("The submissions that you may see, the newest first");
        submissions.MapGet("/{id:guid}", OneSubmission).WithSummary("One submission with its answers").Produces<SubmissionContent>().ProducesProblem(404);
        submissions.MapGet("/{id:guid}/form.{kind}", EntryEndpoints.DownloadSubmission).WithSummary("A submission as a document: docx, pdf, or json, which is the frozen content itself").ProducesDocument();
        submissions.MapGet("/{id:guid}/receipt.pdf", EntryEndpoints.DownloadReceipt).WithSummary("The receipt of a submission").ProducesDocument();
        api.MapGet("/compare", CompareVersions).WithTags("Submissions").WithSummary("Two submissions of an organisation, or a draft and a submission, field by field").Produces<ComparisonItem>().ProducesProblem(404);
        api.MapGet("/reference/industries", (string? q) => EntryEndpoints.Industries(q)).WithTags("Reference").WithSummary("Industry classes (GB/T 4754-2017) that a text may mean").Produces<IReadOnlyList<Choice>>();
        api.MapGet("/reference/divisions", (string? q) => EntryEndpoints.FindDivisions(q)).WithTags("Reference").WithSummary("Administrative divisions (GB/T 2260) that a text may mean").Produces<IReadOnlyList<Choice>>();
    }

    static RouteHandlerBuilder Saves(this RouteHandlerBuilder route) =>
        route.Produces<PlaceItem>().ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithMetadata(new NeedsMatch());

    static RouteHandlerBuilder ProducesDocument(this RouteHandlerBuilder route) => route.Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(404);

    static async Task<Part<EntryItem>> List(Guid? round, EntryState? state, [AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http) =>
        await paging.Of(Items(db, db.EntriesOf(actor).Where(e => (round == null || e.RoundId == round) && (state == null || e.State == state))), http);

    static IQueryable<EntryItem> Items(JiqunDb db, IQueryable<Entry> entries) =>
        from e in entries
        join r in db.Rounds on e.RoundId equals r.Id
        join o in db.Organisations on e.OrganisationId equals o.Id
        orderby e.CreatedAt descending, e.Id
        select new EntryItem(
            e.Id, r.Id, r.Name, o.Id, o.Name, r.FormId, r.BaseYear, r.OpensAt, e.ExtendedTo != null && e.ExtendedTo > r.ClosesAt ? e.ExtendedTo.Value : r.ClosesAt, e.State, e.Status, e.Revision, e.IsSample,
            db.Submissions.Where(s => s.EntryId == e.Id).OrderByDescending(s => s.Number).Select(s => (Guid?)s.Id).FirstOrDefault());

    static async Task<IResult> Begin(BeginRequest request, BeginEntry begin, JiqunDb db, Actor actor, HttpContext http)
    {
        var outcome = await begin.Run(request.Round, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : TypedResults.Created($"/api/entries/{outcome.Value.Id}", await Items(db, db.EntriesOf(actor).Where(e => e.Id == outcome.Value.Id)).SingleAsync());
    }

    static async Task<IResult> One(Guid id, JiqunDb db, Actor actor, HttpContext http)
    {
        if (await Items(db, db.EntriesOf(actor).Where(e => e.Id == id)).SingleOrDefaultAsync() is not { } entry)
            return Missing(http);
        var tag = VersionTag.Of(entry.RoundName, entry.OrganisationName, $"{entry.OpensAt:O} {entry.ClosesAt:O} {entry.BaseYear} {entry.State} {entry.Revision} {entry.LastSubmission}");
        return VersionTag.IsKnown(http, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(entry);
    }

    static async Task<IResult> Answers(Guid id, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { } entry)
            return Missing(http);
        var draft = await drafts.Of(id, entry.Revision);
        if (VersionTag.IsKnown(http, VersionTag.Of(draft.Revision)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        if (EntryView.Of(open.FormOf(entry), entry, draft, clock.Today()).HasPersonal)
            await db.NoteAlone(AuditAction.PersonalRead, actor.AccountId, id, clock.Now(), "api");
        return TypedResults.Ok(new DraftItem(
            draft.Revision,
            [.. open.FormOf(entry).EntrantFields.Select(f => Item(new Place(f.Id), draft)).Where(p => p.Version > 0)],
            [.. draft.Explanations.Select(e => Item(e.Place, draft))]));
    }

    static async Task<IResult> SaveMany(Guid id, ChangesRequest request, SaveAnswers save, OpenEntry open, Database database, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (request.Changes.Any(c => c is null))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        if (request.Changes.GroupBy(c => (c.Field, c.Code ?? "")).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Refusals.Refused([Finding.Error("twice", twice.Key.Field, Words.Of("api-twice", twice.Key.Field))], http);
        var outcome = await EntryEndpoints.SavePlaces(id, request.Changes, save, open, database, actor, clock);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Json(outcome.Value, EntryJson.Plain.DraftState);
    }

    static Task<IResult> Answer(Guid id, string field, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) => Standing(id, new Place(field), open, drafts, db, actor, clock, http);

    static Task<IResult> Explanation(Guid id, string field, string code, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) =>
        Standing(id, new Place(field, code), open, drafts, db, actor, clock, http);

    static async Task<IResult> Standing(Guid id, Place place, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { } entry || open.FormOf(entry).Find(place.Field) is not { By: Core.Definitions.AnsweredBy.Entrant })
            return Missing(http);
        var item = Item(place, await drafts.Of(id, entry.Revision));
        if (VersionTag.IsKnown(http, VersionTag.Of(item.Version)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        if (item.Text.Length > 0 && open.FormOf(entry)[place.Field].Personal)
            await db.NoteAlone(AuditAction.PersonalRead, actor.AccountId, id, clock.Now(), "api");
        return TypedResults.Ok(item);
    }

    static Task<IResult> SaveAnswer(Guid id, string field, TextRequest request, SaveAnswers save, Database database, Actor actor, HttpContext http) =>
        SaveOne(id, new Place(field), request.Text, save, database, actor, http);

    static Task<IResult> SaveExplanation(Guid id, string field, string code, TextRequest request, SaveAnswers save, Database database, Actor actor, HttpContext http) =>
        SaveOne(id, new Place(field, code), request.Text, save, database, actor, http);

    static async Task<IResult> SaveOne(Guid id, Place place, string text, SaveAnswers save, Database database, Actor actor, HttpContext http)
    {
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        var outcome = await save.Run(id, [new Wish(place, text, VersionTag.Version(seen))], actor, isWhole: false);
        return Saved(place, outcome, await Conflicts(database, id, outcome), http);
    }

    static async Task<IReadOnlyList<DraftState.ConflictState>> Conflicts(Database database, Guid id, Outcome<Saved> outcome) =>
        outcome.Refused ? [] : await FormInput.Described(database, id, outcome.Value.Conflicts);

    static IResult Saved(Place place, Outcome<Saved> outcome, IReadOnlyList<DraftState.ConflictState> conflicts, HttpContext http)
    {
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        if (outcome.Value.Refused.Count > 0)
            return Refusals.Refused([.. outcome.Value.Refused.Select(r => r.Why)], http);
        if (conflicts.Count > 0)
        {
            http.Response.Headers.ETag = VersionTag.Of(conflicts[0].Version);
            return Refusals.Stale(conflicts[0]);
        }
        var item = Item(place, outcome.Value.Draft);
        http.Response.Headers.ETag = VersionTag.Of(item.Version);
        return TypedResults.Ok(item);
    }

    static PlaceItem Item(Place place, Draft draft) => new(place.Field, place.Code.Length == 0 ? null : place.Code, draft[place].Text, draft[place].Version);

    static async Task<IResult> Findings(Guid id, Stage? stage, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { } entry)
            return Missing(http);
        var draft = await drafts.Of(id, entry.Revision);
        var found = draft.Checked(open.FormOf(entry), stage is Stage.Submission ? Stage.Submission : Stage.Draft, clock.Today()).Findings;
        return TypedResults.Ok(new FindingList(draft.Revision, [.. found.Select(f => new FoundItem(f.Field, f.Code, f.Severity, f.Message))]));
    }

    static async Task<IResult> History(Guid id, string? field, [AsParameters] Paging paging, ReadHistory history, OpenEntry open, Actor actor, HttpContext http) =>
        await open.Own(id, actor) is not { } entry ? Missing(http)
            : field is not null && open.FormOf(entry).Find(field) is null ? Refusals.Refused([Finding.Error("unknown-field", Quote.Of(field), Words.Of("unknown-field", Quote.Of(field)))], http)
            : TypedResults.Ok((await paging.Of(history.Rows(id, field), http)).Select(r => history.Read(entry, r)).Select(r => new ChangeItem(r.Number, r.Field, r.Code.Length == 0 ? null : r.Code, r.Before, r.After, r.At, r.By, r.IsCurrent, r.OriginId)));

    static async Task<IResult> TakeBack(Guid id, int number, ReadHistory history, SaveAnswers save, Database database, JiqunDb db, Actor actor, HttpContext http)
    {
        var outcome = await history.TakeBack(id, number, save, actor);
        var place = await db.Changes.Where(c => c.EntryId == id && c.Number == number).Select(c => new Place(c.Field, c.Code)).SingleOrDefaultAsync();
        return Saved(place, outcome, await Conflicts(database, id, outcome), http);
    }

    static async Task<IResult> Submit(Guid id, SubmitRequest request, [FromHeader(Name = RequestKeys.Header)] string? key, SubmitEntry submit, JiqunDb db, Actor actor, HttpContext http)
    {
        if (key is null)
            return Refusals.Refused([Finding.Error("key-needed", null, Words.Of("api-key-needed"))], http);
        var outcome = await submit.Run(id, RequestKeys.Id(actor, key), request.KeepUnexplained, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : TypedResults.Created($"/api/submissions/{outcome.Value.Id}", await Items(db, db.SubmissionsOf(actor).Where(s => s.Id == outcome.Value.Id)).SingleAsync());
    }

    static async Task<Part<SubmissionItem>> ListSubmissions(Guid? entry, Guid? round, [AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http) =>
        await paging.Of(Items(db, db.SubmissionsOf(actor).Where(s => (entry == null || s.EntryId == entry) && (round == null || db.Entries.Any(e => e.Id == s.EntryId && e.RoundId == round)))), http);

    static IQueryable<SubmissionItem> Items(JiqunDb db, IQueryable<Submission> submissions) =>
        from s in submissions
        join e in db.Entries on s.EntryId equals e.Id
        join a in db.Users on s.AccountId equals a.Id
        orderby s.At descending, s.Id
        select new SubmissionItem(s.Id, s.EntryId, e.RoundId, e.OrganisationId, s.Number, s.Digest, s.At, a.FullName);

    static async Task<IResult> OneSubmission(Guid id, ReadSubmission read, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await read.Run(id, actor) is not { } found)
            return Missing(http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now(), "api");
        var (submission, entry) = (found.Submission, found.Entry);
        return TypedResults.Ok(new SubmissionContent(
            new SubmissionItem(submission.Id, submission.EntryId, entry.RoundId, entry.OrganisationId, submission.Number, submission.Digest, submission.At, found.By),
            entry.FormId,
            entry.BaseYear,
            entry.OrganisationName,
            found.Form.EntrantFields.Where(f => found.Answers[f.Id] is not null).ToDictionary(f => f.Id, f => found.Answers[f.Id]!.Written)));
    }

    static async Task<IResult> CompareVersions(Guid? from, Guid to, Compare compare, Actor actor, HttpContext http)
    {
        if (await compare.Run(from, to, actor) is not { } compared)
            return Missing(http);
        return TypedResults.Ok(new ComparisonItem(
                compared.From?.Id,
                compared.To.Id,
                [.. compared.Fields.Select(f => new ComparisonItem.FieldItem(f.Field.Id, f.From, f.To, f.IsSame))],
                [.. compared.Choices.Select(c => new ComparisonItem.Choice(c.Id, c.Label))]));
    }

    static IResult Missing(HttpContext http) => Refusals.Refused([Refusals.Missing()], http);
}

/// <summary>A cluster's form in a round.</summary>
/// <param name="Status">Id of the state in which it is on its way through the offices; its course tells more.</param>
/// <param name="Revision">Number of its last change; 0 when there was none.</param>
/// <param name="ClosesAt">From this instant on nothing is taken.</param>
/// <param name="IsSample">Made up for trying out.</param>
/// <param name="LastSubmission">Null while it was never submitted.</param>
public sealed record EntryItem(
    Guid Id, Guid Round, string RoundName, Guid Organisation, string OrganisationName, string Form, int BaseYear, DateTime OpensAt, DateTime ClosesAt,
    EntryState State, string Status, int Revision, bool IsSample, Guid? LastSubmission);

/// <param name="Round">Id of a round that your organisation may enter.</param>
public sealed record BeginRequest(Guid Round);

/// <summary>What stands in one place of a form: a field's answer, or the explanation of a finding about it.</summary>
/// <param name="Code">Code of the finding that is explained; null for the answer itself.</param>
/// <param name="Text">As it was written; empty when it was emptied or never filled in.</param>
/// <param name="Version">Number of the change that wrote it; 0 when none did.</param>
public sealed record PlaceItem(string Field, string? Code, string Text, int Version);

/// <param name="Answers">Those that were ever filled in.</param>
public sealed record DraftItem(int Revision, IReadOnlyList<PlaceItem> Answers, IReadOnlyList<PlaceItem> Explanations);

/// <param name="Changes">Each place at most once; 1,000 at most.</param>
sealed record ChangesRequest(IReadOnlyList<SaveRequest.Item> Changes);

/// <param name="Text">Empty to empty it.</param>
public sealed record TextRequest(string Text);

public sealed record FindingList(int Revision, IReadOnlyList<FoundItem> Findings);

/// <summary>One change of one place.</summary>
/// <param name="By">Name of who made it.</param>
/// <param name="IsCurrent">What it wrote still stands.</param>
/// <param name="Origin">Evidence that it was taken from; null when a person wrote it.</param>
public sealed record ChangeItem(int Number, string Field, string? Code, string Before, string After, DateTime At, string By, bool IsCurrent, Guid? Origin);

/// <param name="KeepUnexplained">You know that warnings stay without explanation.</param>
public sealed record SubmitRequest(bool KeepUnexplained = false);

/// <summary>An entry's answers, frozen.</summary>
/// <param name="Number">1, 2, 3 … within the entry.</param>
/// <param name="Digest">SHA-256 of the frozen content, lower-case hex.</param>
/// <param name="By">Name of who submitted it.</param>
public sealed record SubmissionItem(Guid Id, Guid Entry, Guid Round, Guid Organisation, int Number, string Digest, DateTime At, string By);

/// <param name="Answers">By field, as they were written.</param>
public sealed record SubmissionContent(SubmissionItem Submission, string Form, int BaseYear, string OrganisationName, IReadOnlyDictionary<string, string> Answers);

/// <param name="From">Null when there is nothing to compare with.</param>
/// <param name="Choices">What else could be compared.</param>
public sealed record ComparisonItem(Guid? From, Guid To, IReadOnlyList<ComparisonItem.FieldItem> Fields, IReadOnlyList<ComparisonItem.Choice> Choices)
{
    public sealed record FieldItem(string Field, string From, string To, bool IsSame);

    public sealed record Choice(Guid Id, string Label);
}
