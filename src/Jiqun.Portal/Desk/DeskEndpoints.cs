using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Desk;

/// <summary>The organisers' desk (工作台): a round as a whole.</summary>
static class DeskEndpoints
{
    public static void AddDesk(this IServiceCollection services) => services.AddSingleton<KnownSubmissions>().AddScoped<ReadWholeRound>().AddScoped<ReadQuestions>();

    public static void MapDesk(this IEndpointRouteBuilder routes) => routes.MapGet("/rounds/{id:guid}/questions", ShowQuestions);

    static async Task<IResult> ShowQuestions(Guid id, ReadQuestions read, Actor actor, HttpContext http) =>
        await read.Run(id, actor, http.RequestAborted) is { } questions
            ? new RazorComponentResult<QuestionsPage>(new { Actor = actor, View = questions })
            : Refusals.Refused([Refusals.Missing()], http);

    public static void MapDeskApi(this RouteGroupBuilder api) => api.MapGet("/rounds/{id:guid}/questions", Questions).WithTags("Desk")
        .WithSummary("What cannot be true of several submissions together, or lies far from the others: for the ministry").Produces<RoundQuestionsItem>().ProducesProblem(404);

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

/// <summary>The same passage in two entries, as each has it.</summary>
public sealed record PassageItem(Guid First, string FirstField, string FirstText, Guid Second, string SecondField, string SecondText);
