using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Desk;

/// <summary>The organisers' desk (工作台): a round as a whole.</summary>
static class DeskEndpoints
{
    public static void AddDesk(this IServiceCollection services) => services.AddSingleton<KnownSubmissions>()
        .AddScoped<ReadWholeRound>().AddScoped<ReadDesk>().AddScoped<ReadList>().AddScoped<SavedViews>().AddScoped<ReadQuestions>().AddScoped<ReadComparison>().AddScoped<ReadChart>();

    public static void MapDesk(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/desk", Show);
        routes.MapGet("/rounds/{id:guid}/list", ShowList);
        routes.MapPost("/rounds/{id:guid}/views", Save).DisableAntiforgery();
        routes.MapPost("/rounds/{id:guid}/views/{view:guid}", Remove).DisableAntiforgery();
        routes.MapGet("/rounds/{id:guid}/questions", ShowQuestions);
        routes.MapComparison();
    }

    static async Task<IResult> Show(Guid id, ReadDesk read, Actor actor, HttpContext http) =>
        await read.Run(id, actor, http.RequestAborted) is { } desk
            ? new RazorComponentResult<DeskPage>(new { Actor = actor, View = desk })
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> ShowList(Guid id, int? page, ReadList read, Actor actor, HttpContext http) =>
        await read.Run(id, http.Request.Query, page ?? 1, actor, http.RequestAborted) is { } list
            ? new RazorComponentResult<ListPage>(new { Actor = actor, View = list })
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Save(Guid id, IFormCollection form, ReadList read, SavedViews views, Actor actor, HttpContext http)
    {
        // what is kept is what was understood
        var query = new QueryCollection(QueryHelpers.ParseQuery(form["query"]));
        if (await read.Run(id, query, 1, actor, http.RequestAborted) is not { } list)
            return Refusals.Refused([Refusals.Missing()], http);
        var outcome = await views.Save(list.Round.Round.FormId, form["name"].ToString(), list.Query.Address(), actor);
        return outcome.Refused
            ? new RazorComponentResult<ListPage>(new { Actor = actor, View = list with { Mistakes = outcome.Refusal } }) { StatusCode = StatusCodes.Status422UnprocessableEntity }
            : Results.LocalRedirect($"/rounds/{id}/list?{outcome.Value.Query}");
    }

    static async Task<IResult> Remove(Guid id, Guid view, SavedViews views, Actor actor, HttpContext http) =>
        await views.Remove(view, actor) ? Results.LocalRedirect($"/rounds/{id}/list") : Refusals.Refused([Refusals.Missing()], http);

    /// <param name="code">Kind of question; null for the first of each.</param>
    static async Task<IResult> ShowQuestions(Guid id, string? code, int? page, ReadQuestions read, Actor actor, HttpContext http) =>
        await read.Run(id, actor, http.RequestAborted) is { } questions
            ? new RazorComponentResult<QuestionsPage>(new { Actor = actor, View = questions, Kind = questions.Asked.Any(a => a.Question.Code == code) ? code : null, Page = Math.Max(1, page ?? 1) })
            : Refusals.Refused([Refusals.Missing()], http);

    public static void MapDeskApi(this RouteGroupBuilder api)
    {
        var rounds = api.MapGroup("/rounds/{id:guid}").WithTags("Desk");
        rounds.MapGet("/list", List).WithSummary("The entries of a round with the columns that you name, filtered and sorted as the page does: for the ministry").Produces<ListItem>().ProducesProblem(404)
            .WithDescription("The address says what is wanted, as that of the page does: q, standing, state, province, industry, finding; field, is and value together, repeated; column, repeated; sort and down=1. Conditions that make no sense are told under mistakes and left out.");
        rounds.MapGet("/views", Views).WithSummary("Your saved views of the list, for the round's form").Produces<IReadOnlyList<ViewItem>>().ProducesProblem(404);
        rounds.MapPost("/views", SaveView).Needs(Scope.Manage, "Save a view; under a name that is there already, the newer stands").Produces<ViewItem>().ProducesProblem(404).ProducesProblem(422);
        rounds.MapDelete("/views/{view:guid}", RemoveView).Needs(Scope.Manage, "Remove a saved view").Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
        rounds.MapComparisonApi();
        rounds.MapGet("/questions", Questions).WithSummary("What cannot be true of several submissions together, or lies far from the others: for the ministry").Produces<RoundQuestionsItem>().ProducesProblem(404);
    }

    static async Task<IResult> List(Guid id, int? page, ReadList read, Actor actor, HttpContext http) => await read.Run(id, http.Request.Query, page ?? 1, actor, http.RequestAborted) is { } list
        ? TypedResults.Ok(new ListItem(list.Found, list.Page, list.Pages, [.. list.Mistakes.Select(m => m.Message)], [.. list.Rows.Select(r => new ListRow(
            r.Id, r.Submitted?.Id, r.Name, list.Query.Columns.Prepend("subject").Distinct().Select(c => list.Columns.First(k => k.Id == c)).ToDictionary(c => c.Id, c => c.Text(r))))]))
        : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Views(Guid id, ReadWholeRound read, SavedViews views, Actor actor, HttpContext http) => await read.Run(id, actor, http.RequestAborted) is { } round
        ? TypedResults.Ok<IReadOnlyList<ViewItem>>([.. (await views.Of(round.Round.FormId, actor)).Select(v => new ViewItem(v.Id, v.Name, v.Query))])
        : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> SaveView(Guid id, ViewRequest request, ReadList read, SavedViews views, Actor actor, HttpContext http)
    {
        if (await read.Run(id, new QueryCollection(QueryHelpers.ParseQuery(request.Query)), 1, actor, http.RequestAborted) is not { } list)
            return Refusals.Refused([Refusals.Missing()], http);
        var outcome = await views.Save(list.Round.Round.FormId, request.Name, list.Query.Address(), actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(new ViewItem(outcome.Value.Id, outcome.Value.Name, outcome.Value.Query));
    }

    static async Task<IResult> RemoveView(Guid id, Guid view, SavedViews views, Actor actor, HttpContext http) =>
        await views.Remove(view, actor) ? TypedResults.NoContent() : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Questions(Guid id, ReadQuestions read, Actor actor, HttpContext http) => await read.Run(id, actor, http.RequestAborted) is { } questions
        ? TypedResults.Ok(new RoundQuestionsItem(questions.Submitted, questions.Before?.Id, [.. questions.Asked.Select(a => new QuestionItem(
            a.Question.Code, a.Question.Field, a.Question.Message, [.. a.Entries.Select(e => new AskedEntryItem(e.Id, e.Submission, e.Organisation, e.Subject))],
            [.. a.Question.Passages.Select(p => new PassageItem(Guid.Parse(p.First.Entry), p.First.Field, p.InFirst, Guid.Parse(p.Second.Entry), p.Second.Field, p.InSecond))]))]))
        : Refusals.Refused([Refusals.Missing()], http);
}

/// <param name="Submitted">Entries that were looked at.</param>
/// <param name="Before">The round whose figures they were held against; null when there is none.</param>
public sealed record RoundQuestionsItem(int Submitted, Guid? Before, IReadOnlyList<QuestionItem> Questions);

/// <param name="Field">A field of the form, or a derived figure.</param>
/// <param name="Message">In the language of the request.</param>
public sealed record QuestionItem(string Code, string Field, string Message, IReadOnlyList<AskedEntryItem> Entries, IReadOnlyList<PassageItem> Passages);

public sealed record AskedEntryItem(Guid Id, Guid Submission, string Organisation, string Subject);

/// <summary>The same passage in two submissions, as each has it.</summary>
public sealed record PassageItem(Guid First, string FirstField, string FirstText, Guid Second, string SecondField, string SecondText);

/// <param name="Found">Entries that match, on all pages.</param>
/// <param name="Page">From 1.</param>
/// <param name="Mistakes">Conditions that made no sense, and were left out.</param>
public sealed record ListItem(int Found, int Page, int Pages, IReadOnlyList<string> Mistakes, IReadOnlyList<ListRow> Rows);

/// <param name="Submission">Its last one; null when it was never submitted.</param>
/// <param name="Cells">By the ids of the columns; empty where there is no answer.</param>
public sealed record ListRow(Guid Entry, Guid? Submission, string Organisation, IReadOnlyDictionary<string, string> Cells);

/// <param name="Query">What the address of the list says behind its question mark.</param>
public sealed record ViewItem(Guid Id, string Name, string Query);

/// <param name="Name">1 to 60 characters.</param>
/// <param name="Query">As that of the list; what makes no sense is left out.</param>
public sealed record ViewRequest(string Name, string Query);
