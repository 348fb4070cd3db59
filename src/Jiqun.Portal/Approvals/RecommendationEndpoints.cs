using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Approvals;

/// <summary>The pages on which an office recommends, and its letters.</summary>
static class RecommendationEndpoints
{
    public static void MapRecommendations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/recommendation", Show);
        routes.MapPost("/rounds/{id:guid}/recommendation", Take).DisableAntiforgery();
        routes.MapGet("/recommendations/{id:guid}", ShowMade);
        routes.MapGet("/recommendations/{id:guid}/letter.{kind}", Letter);
    }

    /// <param name="entry">To be ticked at once.</param>
    static async Task<IResult> Show(Guid id, Guid? entry, Recommend recommend, Actor actor, HttpContext http)
    {
        var looked = await recommend.Look(id, actor);
        if (looked.Refused)
            return Refusals.Refused(looked.Refusal, http);
        return Page(looked.Value, [.. looked.Value.Candidates.Where(c => c.Course.Entry.Id == entry).Select(c => new WantedRecommendation(c.Course.Entry.Id, c.Submission.Id, ""))], [], actor);
    }

    static RazorComponentResult<RecommendPage> Page(RecommendationDesk desk, IReadOnlyList<WantedRecommendation> chosen, IReadOnlyList<Finding> findings, Actor actor) => new(new { Actor = actor, Desk = desk, Chosen = chosen, Findings = findings })
    {
        StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
    };

    /// <summary>Shows what was chosen, in its order; takes the step once that is confirmed.</summary>
    static async Task<IResult> Take(Guid id, IFormCollection form, Recommend recommend, Actor actor, HttpContext http)
    {
        var looked = await recommend.Look(id, actor);
        if (looked.Refused)
            return Refusals.Refused(looked.Refusal, http);
        var (desk, chosen) = (looked.Value, Chosen(form));
        if (form.ContainsKey("again"))
            return Page(desk, chosen, [], actor);
        if (form.ContainsKey("confirmed") && Guid.TryParse(form["request"], out var request))
        {
            var outcome = await recommend.Run(id, request, chosen, actor);
            return outcome.Refused ? Page(desk, chosen, outcome.Refusal, actor) : Results.LocalRedirect($"/recommendations/{outcome.Value.Id}");
        }
        var rows = chosen.Select(c => (Wanted: c, Row: desk.Candidates.FirstOrDefault(x => x.Course.Entry.Id == c.Entry && x.Submission.Id == c.Submission))).ToList();
        List<Finding> findings =
        [
            .. chosen.Count == 0 ? [Finding.Error("recommend-none", null, Words.Of("recommend-none", Recommend.Most))] : (Finding[])[],
            .. chosen.DistinctBy(c => c.Entry).Count() < chosen.Count ? [Finding.Error("twice", null, Words.Of("recommend-twice"))] : (Finding[])[],
            .. rows.Exists(r => r.Row is null) ? [Finding.Error("stale", null, Words.Of("recommend-stale"))] : (Finding[])[],
            .. desk.Left < chosen.Count ? [Finding.Error("quota", null, Words.Of("quota-exceeded", desk.Quota, desk.Used, chosen.Count))] : (Finding[])[],
        ];
        return findings.Count > 0
            ? Page(desk, chosen, findings, actor)
            : new RazorComponentResult<ConfirmRecommendationPage>(new { Actor = actor, Desk = desk, Rows = rows.ConvertAll(r => (r.Wanted, r.Row!)), Request = Guid.NewGuid() });
    }

    /// <summary>Those that were ticked, by their numbers; of the same number, and without one, in the order of the page.</summary>
    static List<WantedRecommendation> Chosen(IFormCollection form) =>
    [
        .. from ticked in form["chosen"].Select((value, place) => (Ids: value!.Split(':'), place))
           where ticked.Ids.Length == 2 && Guid.TryParse(ticked.Ids[0], out _) && Guid.TryParse(ticked.Ids[1], out _)
           let entry = Guid.Parse(ticked.Ids[0])
           orderby int.TryParse(form[$"rank:{entry}"], NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : int.MaxValue, ticked.place
           select new WantedRecommendation(entry, Guid.Parse(ticked.Ids[1]), form[$"comment:{entry}"].ToString()),
    ];

    static async Task<IResult> ShowMade(Guid id, ReadRecommendation read, Actor actor, HttpContext http) =>
        await read.Run(id, actor) is { } made ? new RazorComponentResult<RecommendationPage>(new { Actor = actor, Made = made }) : Refusals.Refused([Refusals.Missing()], http);

    /// <param name="kind">docx or pdf.</param>
    internal static async Task<IResult> Letter(Guid id, string kind, ReadRecommendation read, EntryDocuments documents, Actor actor, HttpContext http) =>
        await read.Run(id, actor) is { } made && documents.Letter(kind, made.Letter) is { } letter ? EntryEndpoints.Send(letter, http) : Refusals.Refused([Refusals.Missing()], http);
}
