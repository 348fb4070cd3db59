using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Approvals;

/// <summary>The review of a submission, and the steps that need words at most.</summary>
static class ApprovalEndpoints
{
    const string PointPrefix = "point:";

    public static void AddApprovals(this IServiceCollection services, PortalSettings settings) => services
        .AddSingleton(new SealChecks(settings.Authorities, ScannedCodes.Installed()))
        .AddScoped<ReadCourse>().AddScoped<ReadReview>().AddScoped<TakeStep>().AddScoped<AnswerPoints>().AddScoped<GiveOpinion>().AddScoped<Recommend>().AddScoped<ReadRecommendation>().AddScoped<ChangeTerms>().AddScoped<ExtendDeadline>().AddScoped<ReadRoundEntries>();

    public static void MapApprovals(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/submissions/{id:guid}", ShowSubmission);
        routes.MapPost("/submissions/{id:guid}/contacts", ShowContacts).DisableAntiforgery();
        routes.MapGet("/entries/{id:guid}/steps/{step}", ShowStep);
        routes.MapPost("/entries/{id:guid}/steps/{step}", Take).DisableAntiforgery();
        routes.MapGet("/entries/{id:guid}/points", ShowPoints);
        routes.MapPost("/entries/{id:guid}/points", Answer).DisableAntiforgery();
        routes.MapOpinions();
        routes.MapRecommendations();
        routes.MapTerms();
        routes.MapBulk();
    }

    static async Task<IResult> ShowSubmission(Guid id, string? sha256, ReadReview read, Actor actor, HttpContext http) =>
        await read.Run(id, actor) is { } review
            ? new RazorComponentResult<SubmissionPage>(new { Actor = actor, Review = review with { Submitted = review.Submitted.Masked() }, Claimed = sha256, HasMasked = review.Submitted.HasPersonal })
            : Refusals.Refused([Refusals.Missing()], http);

    /// <summary>The same with the contacts in plain, which is written down.</summary>
    static async Task<IResult> ShowContacts(Guid id, ReadReview read, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await read.Run(id, actor) is not { } review)
            return Refusals.Refused([Refusals.Missing()], http);
        await db.NoteAlone(AuditAction.PersonalRead, actor.AccountId, id, clock.Now(), "submission");
        return new RazorComponentResult<SubmissionPage>(new { Actor = actor, Review = review });
    }

    /// <param name="field">Of a point that is proposed, as a question across the entries of a round does; null for none.</param>
    /// <param name="reason">Its words.</param>
    static async Task<IResult> ShowStep(Guid id, string step, string? field, string? reason, OpenEntry open, ReadCourse courses, ReadSubmission read, Actor actor, HttpContext http)
    {
        if (await open.Run(id, actor) is not { } entry || await courses.Of(entry) is not { Current: { } submission } course)
            return Refusals.Refused([Refusals.Missing()], http);
        if (course.OpenTo(actor).FirstOrDefault(s => s.Id == step) is not { Carries: Carried.Nothing or Carried.Points } wanted)
            return Refusals.Refused(
                course.Approval.Find(step) is { } known && course.Approval.Decide(known, course.Situation, actor.OrganisationId ?? Guid.Empty, " ").Refusal is { } why ? TakeStep.Meanwhile(course, known, why, actor) : [Refusals.Missing()],
                http, $"/submissions/{submission}");
        WantedPoint[] proposed = string.IsNullOrWhiteSpace(reason) || wanted.Carries is not Carried.Points
            ? []
            : [new WantedPoint(open.FormOf(entry).Find(field ?? "") is { By: AnsweredBy.Entrant } of ? of.Id : "", reason.Length <= TakeStep.LongestReason ? reason : reason[..TakeStep.LongestReason])];
        return await Page(new StepWish(Guid.NewGuid(), step, submission, "", proposed), [], course, wanted, read, actor, http);
    }

    static async Task<IResult> Page(StepWish wish, IReadOnlyList<Finding> findings, Course course, ApprovalStep step, ReadSubmission read, Actor actor, HttpContext http) =>
        await read.Run(wish.Submission, actor) is { } submitted && submitted.Submission.EntryId == course.Entry.Id
            ? new RazorComponentResult<StepPage>(new { Actor = actor, Submitted = submitted.Masked(), Course = course, Step = step, Wish = wish, Findings = findings })
            {
                StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
            }
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Take(Guid id, string step, IFormCollection form, TakeStep take, OpenEntry open, ReadCourse courses, ReadSubmission read, Actor actor, HttpContext http)
    {
        if (!Guid.TryParse(form["request"], out var request) || !Guid.TryParse(form["submission"], out var submission))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var points = from input in form
                     where input.Key.StartsWith(PointPrefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(input.Value)
                     select new WantedPoint(input.Key[PointPrefix.Length..], input.Value.ToString());
        var wish = new StepWish(request, step, submission, form["reason"].ToString(), [.. points]);
        var outcome = await take.Run(id, wish, actor);
        if (!outcome.Refused)
            return Results.LocalRedirect($"/submissions/{outcome.Value.SubmissionId}");
        // what was written is shown again as long as the step can still be taken
        return await open.Run(id, actor) is { } entry && await courses.Of(entry) is var course && course.OpenTo(actor).FirstOrDefault(s => s.Id == step) is { } wanted && course.Current == submission
            ? await Page(wish with { Request = request }, outcome.Refusal, course, wanted, read, actor, http)
            : Refusals.Refused(outcome.Refusal, http, $"/entries/{id}", [wish.Reason, .. wish.Points.Select(p => p.Reason)]);
    }

    static async Task<IResult> ShowPoints(Guid id, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) =>
        await open.Own(id, actor) is { } entry ? await Page(entry, [], new Dictionary<Guid, string>(), open, db, actor, clock) : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Page(EntryHead entry, IReadOnlyList<Finding> findings, IReadOnlyDictionary<Guid, string> typed, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock) => new RazorComponentResult<PointsPage>(new
    {
        Actor = actor,
        Entry = entry,
        Form = open.FormOf(entry),
        Points = await AnswerPoints.Of(db, entry),
        MayChange = entry.WhyFixed(actor, clock.Now()) is null,
        Typed = typed,
        Findings = findings,
    })
    { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };

    static async Task<IResult> Answer(Guid id, IFormCollection form, AnswerPoints answer, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        var written = form.Where(i => Guid.TryParse(i.Key, out _)).ToLookup(i => Guid.Parse(i.Key), i => i.Value.ToString());
        if (written.Any(w => w.Count() > 1))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var answers = written.ToDictionary(w => w.Key, w => w.First());
        var outcome = await answer.Run(id, answers, actor);
        if (!outcome.Refused)
            return Results.LocalRedirect($"/entries/{id}");
        return outcome.Refusal[0].Field is not null && await open.Own(id, actor) is { } entry ? await Page(entry, outcome.Refusal, answers, open, db, actor, clock) : Refusals.Refused(outcome.Refusal, http);
    }
}
