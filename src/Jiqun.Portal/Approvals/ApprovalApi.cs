using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Approvals;

/// <summary>The way of entries through the offices, for programs.</summary>
static class ApprovalApi
{
    public static void MapApprovalApi(this RouteGroupBuilder api)
    {
        var entries = api.MapGroup("/entries/{id:guid}").WithTags("Approval");
        entries.MapGet("/course", Course).WithSummary("Where an entry stands on its way, what you may do with it now, and what was done").Produces<CourseItem>().ProducesProblem(404);
        entries.MapPost("/steps", Take).Needs(Scope.Decide, "Take a step that needs words at most: return, accept, reject, withdraw …").Produces<StepItem>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithDescription("Which steps there are, and which are open to you, the course tells. A return takes points; each names a field, or none for the entry as a whole.");
        entries.MapGet("/points", Points).WithSummary("The points of returns since your last submission").Produces<IReadOnlyList<PointItem>>().ProducesProblem(404);
        entries.MapPut("/points/{point:guid}", AnswerPoint).Needs(Scope.Fill, "Answer a point of a return; an empty text takes the answer back").Produces<PointItem>().ProducesProblem(404).ProducesProblem(422);
        entries.MapPost("/extension", Extend).Needs(Scope.Manage, "Extend the deadline of the state that an entry is in").Produces<ExtensionItem>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

        var submissions = api.MapGroup("/submissions/{id:guid}").WithTags("Approval");
        submissions.MapGet("/opinions", Opinions).WithSummary("The sealed opinions on a submission").Produces<IReadOnlyList<OpinionItem>>().ProducesProblem(404);
        submissions.MapGet("/opinion", Opinion).WithSummary("The opinion that your office is writing; its version is the ETag").Produces<OpinionItem>().ProducesProblem(404).ProducesProblem(422);
        submissions.MapPut("/opinion", WriteOpinion).Needs(Scope.Decide, "Write your office's opinion, against the version in If-Match (\"0\" for the first)").WithMetadata(new NeedsMatch())
            .Produces<OpinionItem>().ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        submissions.MapGet("/opinion.pdf", OpinionEndpoints.ToSeal).WithSummary("The document to be sealed: the form with your opinion in it").Produces<Stream>(StatusCodes.Status200OK, "application/pdf").ProducesProblem(404).ProducesProblem(422);
        submissions.MapPost("/seal", Bring).Needs(Scope.Decide, "Bring the sealed document: a scan (PDF, JPG, PNG) or the signed PDF").TakesFile().Produces<OpinionItem>().ProducesProblem(404).ProducesProblem(422)
            .WithDescription("When means is null afterwards, no code could be read: compare the scan with the submission, and confirm.");
        submissions.MapPost("/seal/confirm", Confirm).Needs(Scope.Decide, "Confirm that you compared the scan with the submission, against the version in If-Match: another scan may be there by now").WithMetadata(new NeedsMatch())
            .Produces<OpinionItem>().ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        api.MapGet("/opinions/{id:guid}/file", OpinionEndpoints.ShowFile).WithTags("Approval").WithSummary("The scan, or the signed document, of an opinion").Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(404);

        var rounds = api.MapGroup("/rounds/{id:guid}").WithTags("Approval");
        rounds.MapGet("/entries", Entries).WithSummary("The entries of a round that your office sees, 50 a page, with their states and deadlines").Produces<RoundEntriesItem>().ProducesProblem(404).ProducesProblem(422);
        rounds.MapGet("/recommendation", Candidates).WithSummary("What your office may recommend now, and its quota").Produces<CandidatesItem>().ProducesProblem(404);
        rounds.MapPost("/recommendation", Recommend).Needs(Scope.Decide, "Recommend entries, in this order: all of them or none").Produces<RecommendationItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422);
        rounds.MapGet("/terms", Terms).WithSummary("Deadlines and quotas of a round; the round's version is the ETag").Produces<TermsItem>().ProducesProblem(404);
        rounds.MapPut("/terms", ChangeTerms).Needs(Scope.Manage, "Set deadlines and quotas of a round, against the version in If-Match").WithMetadata(new NeedsMatch()).Produces<TermsItem>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(428);
        var recommendations = api.MapGroup("/recommendations/{id:guid}").WithTags("Approval");
        recommendations.MapGet("", Recommendation).WithSummary("A recommendation that was made").Produces<RecommendationItem>().ProducesProblem(404);
        recommendations.MapGet("/letter.{kind}", RecommendationEndpoints.Letter).WithSummary("The letter of a recommendation: docx or pdf").Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(404);
    }

    static IResult Missing(HttpContext http) => Refusals.Refused([Refusals.Missing()], http);

    /// <summary>The same key of the same person is the same request; without a key each is its own.</summary>
    static Guid RequestOf(Actor actor, string? key) => key is null ? Guid.NewGuid() : RequestKeys.Id(actor, key);

    static async Task<IResult> Course(Guid id, OpenEntry open, ReadCourse courses, Actor actor, HttpContext http)
    {
        if (await open.Run(id, actor) is not { } entry)
            return Missing(http);
        var course = await courses.Of(entry);
        return TypedResults.Ok(new CourseItem(
            course.State.Id, course.State.Name.ToString(), course.Current, course.WaitsFor, course.Deadline,
            [.. course.OpenTo(actor).Select(s => new OpenStepItem(s.Id, s.Name.ToString(), s.Carries, s.NeedsReason))],
            [.. course.Lines.Select(l => StepItem.Of(l.Step, l.Organisation, l.By))],
            [.. course.Extensions.Select(ExtensionItem.Of)]));
    }

    static async Task<IResult> Take(Guid id, StepRequest request, [FromHeader(Name = RequestKeys.Header)] string? key, TakeStep take, JiqunDb db, Actor actor, HttpContext http)
    {
        if (request.Points?.Any(p => p is null) ?? false)
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var wish = new StepWish(RequestOf(actor, key), request.Step, request.Submission, request.Reason ?? "", [.. (request.Points ?? []).Select(p => new WantedPoint(p.Field ?? "", p.Reason))]);
        var outcome = await take.Run(id, wish, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(StepItem.Of(outcome.Value, actor.OrganisationName!, actor.FullName));
    }

    static async Task<IResult> Points(Guid id, OpenEntry open, JiqunDb db, Actor actor, HttpContext http) =>
        await open.Own(id, actor) is { } entry ? TypedResults.Ok<IReadOnlyList<PointItem>>([.. (await AnswerPoints.Of(db, entry)).Select(PointItem.Of)]) : Missing(http);

    static async Task<IResult> AnswerPoint(Guid id, Guid point, TextRequest request, AnswerPoints answer, JiqunDb db, Actor actor, HttpContext http)
    {
        var outcome = await answer.Run(id, new Dictionary<Guid, string> { [point] = request.Text }, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok((await AnswerPoints.Of(db, outcome.Value)).Where(p => p.Point.Id == point).Select(PointItem.Of).First());
    }

    static async Task<IResult> Extend(Guid id, ExtensionRequest request, ExtendDeadline extend, Actor actor, HttpContext http)
    {
        var looked = await extend.Look(id, actor);
        if (looked.Refused)
            return Refusals.Refused(looked.Refusal, http);
        var outcome = await extend.Run(id, looked.Value.State.Id, Beijing.Input(request.Until), request.Reason, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(ExtensionItem.Of(outcome.Value));
    }

    static async Task<IResult> Opinions(Guid id, ReadReview read, Actor actor, HttpContext http) =>
        await read.Run(id, actor) is { } review ? TypedResults.Ok<IReadOnlyList<OpinionItem>>([.. review.Opinions.Select(o => OpinionItem.Of(o.Opinion, o.Organisation))]) : Missing(http);

    static async Task<IResult> Opinion(Guid id, GiveOpinion give, Actor actor, HttpContext http)
    {
        var looked = await give.Look(id, actor);
        return looked.Refused ? Refusals.Refused(looked.Refusal, http) : looked.Value.Opinion is { } opinion ? Written(opinion, actor, http) : Missing(http);
    }

    static Ok<OpinionItem> Written(Opinion opinion, Actor actor, HttpContext http)
    {
        http.Response.Headers.ETag = VersionTag.Of(opinion.Version);
        return TypedResults.Ok(OpinionItem.Of(opinion, actor.OrganisationName!));
    }

    static async Task<IResult> WriteOpinion(Guid id, OpinionRequest request, GiveOpinion give, Actor actor, HttpContext http)
    {
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        return await Changed(id, await give.Write(id, request.Text, Beijing.Day(request.Dated), VersionTag.Version(seen), actor), give, actor, http);
    }

    static async Task<IResult> Changed(Guid id, Outcome<Opinion> outcome, GiveOpinion give, Actor actor, HttpContext http)
    {
        if (outcome is { Refused: true, Refusal: [{ Code: "stale" }, ..] } && await give.Look(id, actor) is { Refused: false, Value.Opinion: { } now })
        {
            http.Response.Headers.ETag = VersionTag.Of(now.Version);
            return Refusals.Stale(OpinionItem.Of(now, actor.OrganisationName!));
        }
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Written(outcome.Value, actor, http);
    }

    static async Task<IResult> Bring(Guid id, string name, [FromHeader(Name = RequestKeys.Header)] string? key, GiveOpinion give, Actor actor, HttpContext http)
    {
        await using var content = await EvidenceApi.Body(http);
        var outcome = await give.Bring(id, RequestOf(actor, key), name, content, actor, http.RequestAborted);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Written(outcome.Value, actor, http);
    }

    static async Task<IResult> Confirm(Guid id, [FromHeader(Name = RequestKeys.Header)] string? key, GiveOpinion give, Actor actor, HttpContext http)
    {
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        return await Changed(id, await give.Confirm(id, RequestOf(actor, key), VersionTag.Version(seen), actor), give, actor, http);
    }

    static async Task<IResult> Entries(Guid id, string? state, bool? mine, int? page, ReadRoundEntries read, Actor actor, HttpContext http)
    {
        var outcome = await read.Run(id, state, mine ?? false, page ?? 1, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(new RoundEntriesItem(
            [.. outcome.Value.Counts.Select(c => new RoundEntriesItem.StateCount(c.State.Id, c.State.Name.ToString(), c.Count))],
            [.. outcome.Value.Rows.Select(r => new RoundEntriesItem.Row(r.Id, r.Organisation, r.IsSample, r.State.Id, r.Submission, r.SubmittedAt, r.IsMine, r.Deadline))],
            outcome.Value.Page, outcome.Value.Pages));
    }

    static async Task<IResult> Candidates(Guid id, Recommend recommend, Actor actor, HttpContext http)
    {
        var looked = await recommend.Look(id, actor);
        return looked.Refused ? Refusals.Refused(looked.Refusal, http) : TypedResults.Ok(new CandidatesItem(
            looked.Value.Quota, looked.Value.Used,
            [.. looked.Value.Candidates.Select(c => new CandidatesItem.Candidate(c.Course.Entry.Id, c.Submission.Id, c.Subject, c.Course.Entry.OrganisationName, c.Submission.Digest))],
            [.. looked.Value.Letters.Select(l => l.Id)]));
    }

    static async Task<IResult> Recommend(Guid id, RecommendRequest request, [FromHeader(Name = RequestKeys.Header)] string? key, Recommend recommend, ReadRecommendation read, Actor actor, HttpContext http)
    {
        if (request.Entries.Any(e => e is null))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        if (await recommend.Look(id, actor) is { Refused: true } looked)
            return Refusals.Refused(looked.Refusal, http);
        var outcome = await recommend.Run(id, RequestOf(actor, key), [.. request.Entries.Select(e => new WantedRecommendation(e.Entry, e.Submission, e.Comment ?? ""))], actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : TypedResults.Created($"/api/recommendations/{outcome.Value.Id}", RecommendationItem.Of((await read.Run(outcome.Value.Id, actor))!));
    }

    static async Task<IResult> Recommendation(Guid id, ReadRecommendation read, Actor actor, HttpContext http) =>
        await read.Run(id, actor) is { } made ? TypedResults.Ok(RecommendationItem.Of(made)) : Missing(http);

    static async Task<IResult> Terms(Guid id, ChangeTerms change, Actor actor, HttpContext http)
    {
        if (await change.Look(id, actor) is not { } terms)
            return Missing(http);
        return VersionTag.IsKnown(http, VersionTag.Of(terms.Round.Version)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(new TermsItem(terms.Deadlines, terms.Quotas));
    }

    static async Task<IResult> ChangeTerms(Guid id, TermsRequest request, ChangeTerms change, Actor actor, HttpContext http)
    {
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        var outcome = await change.Run(
            id, request.Deadlines.ToDictionary(d => d.Key, d => Beijing.Input(d.Value)), request.Quotas.ToDictionary(q => q.Key, q => q.Value.ToString(CultureInfo.InvariantCulture)), VersionTag.Version(seen), actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : await Terms(id, change, actor, http);
    }
}

/// <summary>How an entry stands on its way.</summary>
/// <param name="State">Id of a state, as the form's way has it.</param>
/// <param name="Submission">Its last one; null while it was never submitted. Steps are taken on it.</param>
/// <param name="WaitsFor">Names of those who have to do something now.</param>
/// <param name="Deadline">Of this state for this entry; null when there is none.</param>
/// <param name="Open">What you may do now.</param>
public sealed record CourseItem(
    string State, string StateName, Guid? Submission, IReadOnlyList<string> WaitsFor, DateTime? Deadline, IReadOnlyList<OpenStepItem> Open, IReadOnlyList<StepItem> Steps, IReadOnlyList<ExtensionItem> Extensions);

/// <param name="Carries">What it brings with it: a seal and a recommendation are brought to addresses of their own.</param>
public sealed record OpenStepItem(string Step, string Name, Carried Carries, bool NeedsReason);

/// <summary>A step that was taken.</summary>
/// <param name="Before">Ids of states; the same twice when others had still to take the step.</param>
public sealed record StepItem(Guid Id, string Step, string Before, string After, Guid Submission, string Organisation, string By, string Reason, DateTime At)
{
    internal static StepItem Of(EntryStep step, string organisation, string by) => new(step.Id, step.Step, step.Before, step.After, step.SubmissionId, organisation, by, step.Reason, step.At);
}

/// <param name="Submission">The one that you looked at; refused when another one counts by now.</param>
/// <param name="Reason">Null where none is needed.</param>
/// <param name="Points">For a return.</param>
public sealed record StepRequest(string Step, Guid Submission, string? Reason = null, IReadOnlyList<StepRequest.Point>? Points = null)
{
    /// <param name="Field">Null for the entry as a whole.</param>
    public sealed record Point(string Reason, string? Field = null);
}

/// <summary>A point of a return.</summary>
/// <param name="Field">Null for the entry as a whole.</param>
/// <param name="By">Organisation that returned the entry.</param>
/// <param name="Answer">Empty while it is open.</param>
public sealed record PointItem(Guid Id, string? Field, string Reason, string By, DateTime At, string Answer)
{
    internal static PointItem Of(OpenPoint point) => new(point.Point.Id, point.Point.Field.Length == 0 ? null : point.Point.Field, point.Point.Reason, point.By, point.At, point.Point.Answer);
}

/// <param name="Until">With its zone, to the second.</param>
public sealed record ExtensionRequest(DateTimeOffset Until, string Reason);

/// <summary>A later deadline for one entry.</summary>
/// <param name="State">Id of the state that it is for.</param>
public sealed record ExtensionItem(Guid Id, string State, DateTime Until, string Reason, DateTime At)
{
    internal static ExtensionItem Of(Extension extension) => new(extension.Id, extension.State, extension.Until, extension.Reason, extension.At);
}

/// <param name="Dated">Stands under the opinion; not in the future.</param>
public sealed record OpinionRequest(string Text, DateOnly Dated);

/// <summary>An office's opinion on a submission.</summary>
/// <param name="FileName">Of the scan or the signed document; null while there is none.</param>
/// <param name="Means">Null until it is sealed.</param>
/// <param name="Signer">Who signed an electronic seal; null for paper.</param>
public sealed record OpinionItem(Guid Id, Guid Submission, string Organisation, string Text, DateOnly Dated, string? FileName, SealMeans? Means, string? Signer, DateTime? SignedAt)
{
    internal static OpinionItem Of(Opinion opinion, string organisation) =>
        new(opinion.Id, opinion.SubmissionId, organisation, opinion.Text, opinion.Dated, opinion.FileName, opinion.Means, opinion.Signer, opinion.SignedAt);
}

public sealed record RoundEntriesItem(IReadOnlyList<RoundEntriesItem.StateCount> Counts, IReadOnlyList<RoundEntriesItem.Row> Items, int Page, int Pages)
{
    public sealed record StateCount(string State, string Name, int Count);

    /// <param name="Submission">Its last one; null when it was never submitted.</param>
    /// <param name="IsMine">It waits for your office.</param>
    public sealed record Row(Guid Entry, string Organisation, bool IsSample, string State, Guid? Submission, DateTime? SubmittedAt, bool IsMine, DateTime? Deadline);
}

/// <param name="Quota">Null when there is no limit.</param>
/// <param name="Used">Entries that take up a place of it.</param>
/// <param name="Recommendations">Ids of those that your office has made, the newest first.</param>
public sealed record CandidatesItem(int? Quota, int Used, IReadOnlyList<CandidatesItem.Candidate> Entries, IReadOnlyList<Guid> Recommendations)
{
    public sealed record Candidate(Guid Entry, Guid Submission, string Cluster, string Organisation, string Digest);
}

/// <param name="Entries">In the order of your recommendation; 1 to 200.</param>
public sealed record RecommendRequest(IReadOnlyList<RecommendRequest.Item> Entries)
{
    /// <param name="Submission">The one that you looked at.</param>
    public sealed record Item(Guid Entry, Guid Submission, string? Comment = null);
}

public sealed record RecommendationItem(Guid Id, Guid Round, string Organisation, string By, DateTime At, IReadOnlyList<RecommendationItem.Row> Entries)
{
    /// <param name="State">Name of the state in which the entry is by now.</param>
    public sealed record Row(int Rank, Guid Submission, string Cluster, string Organisation, string Digest, string Comment, string State);

    internal static RecommendationItem Of(MadeRecommendation made) => new(
        made.Recommendation.Id, made.Recommendation.RoundId, made.Organisation, made.By, made.Recommendation.At,
        [.. made.Rows.Select(r => new Row(r.Rank, r.Submission, r.Subject, r.Organisation, r.Digest, r.Comment, r.State))]);
}

/// <param name="Deadlines">By id of the state; one that is absent has none.</param>
/// <param name="Quotas">By id of the organisation; one that is absent has no limit.</param>
public sealed record TermsItem(IReadOnlyDictionary<string, DateTime> Deadlines, IReadOnlyDictionary<Guid, int> Quotas);

/// <inheritdoc cref="TermsItem"/>
/// <param name="Deadlines">By id of the state, with their zone, to the second; one that is absent has none.</param>
/// <param name="Quotas">By id of the organisation; one that is absent has no limit.</param>
public sealed record TermsRequest(IReadOnlyDictionary<string, DateTimeOffset> Deadlines, IReadOnlyDictionary<Guid, int> Quotas);
