using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Desk;

/// <summary>Entries of a round side by side, and its figures as charts.</summary>
static class ComparisonEndpoints
{
    public static void MapComparison(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/comparison", ShowComparison);
        routes.MapGet("/rounds/{id:guid}/charts", ShowChart);
    }

    public static void MapComparisonApi(this RouteGroupBuilder rounds) => rounds.MapGet("/comparison", Compared)
        .WithSummary("Figures of up to twelve submitted entries side by side, with rank and share: for the ministry").Produces<RoundComparisonItem>().ProducesProblem(404).ProducesProblem(422);

    static async Task<IResult> ShowComparison(Guid id, string? q, ReadComparison read, Actor actor, HttpContext http) =>
        await read.Run(id, Entries(http), actor, http.RequestAborted) is { } comparison
            ? new RazorComponentResult<ComparisonPage>(new { Actor = actor, View = comparison, Search = (q ?? "")[..Math.Min(q?.Length ?? 0, LongestSearch)].Trim() })
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> ShowChart(Guid id, ReadChart read, Actor actor, HttpContext http) =>
        await read.Run(id, ChartWish.Of(http.Request.Query), actor, http.RequestAborted) is { } chart
            ? new RazorComponentResult<ChartsPage>(new { Actor = actor, View = chart })
            : Refusals.Refused([Refusals.Missing()], http);

    /// <summary>Entries that the address names; what is no id is one of no entry. One more than can be compared, so that too many are noticed.</summary>
    static List<Guid> Entries(HttpContext http) => [.. http.Request.Query["entry"].Take(ReadComparison.Most + 1).Select(e => Guid.TryParse(e, out var id) ? id : Guid.Empty)];

    const int LongestSearch = 100;

    /// <param name="entry">Ids of entries, at most twelve; none for the largest of the industry that most entries have.</param>
    static async Task<IResult> Compared(Guid id, Guid[]? entry, ReadComparison read, Actor actor, HttpContext http) => await read.Run(id, entry ?? [], actor, http.RequestAborted) switch
    {
        null => Refusals.Refused([Refusals.Missing()], http),
        { Findings.Count: > 0 } refused => Refusals.Refused(refused.Findings, http),
        var view => TypedResults.Ok(new RoundComparisonItem(
            view.Submitted.Count,
            [.. view.Chosen.Select(r => new ComparedEntryItem(r.Id, r.Submitted!.Id, r.Name, view.Whole.SubjectOf(r), r.Submitted.Industry, r.Province))],
            [.. view.Figures.Select(f => new ComparedFigureItem(
                f.Figure.Id, $"{f.Figure.Name}", f.Figure.Unit, f.Figure.Derived?.Written(view.Whole.Form), f.Known, f.Total,
                [.. f.Values.Select((v, i) => new ComparedValueItem(view.Chosen[i].Id, v.Value, v.Rank, v.PeerRank, v.Peers, v.Share))]))])),
    };
}

/// <param name="Submitted">Entries of the round that were submitted, among which ranks are.</param>
public sealed record RoundComparisonItem(int Submitted, IReadOnlyList<ComparedEntryItem> Entries, IReadOnlyList<ComparedFigureItem> Figures);

/// <param name="Industry">行业大类 of GB/T 4754, two digits; null when it was not recognised.</param>
/// <param name="Province">Division, six digits; null when it is not known.</param>
public sealed record ComparedEntryItem(Guid Id, Guid Submission, string Organisation, string Subject, string? Industry, string? Province);

/// <param name="Formula">Of a derived figure; null for a field of the form.</param>
/// <param name="Known">Submitted entries that have the figure.</param>
/// <param name="Total">Of the round; null where figures of this unit have none.</param>
public sealed record ComparedFigureItem(string Id, string Name, string Unit, string? Formula, int Known, double? Total, IReadOnlyList<ComparedValueItem> Values);

/// <param name="Value">Null when it is missing, and then rank and share are.</param>
/// <param name="Rank">Among all that have it, the largest first; equal ones share a rank.</param>
/// <param name="PeerRank">Among those of the same 大类.</param>
/// <param name="Peers">Entries of the same 大类 that have it.</param>
/// <param name="Share">Of the total, in %.</param>
public sealed record ComparedValueItem(Guid Entry, double? Value, int? Rank, int? PeerRank, int Peers, double? Share);
