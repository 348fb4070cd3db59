using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>The flat table of figures, for programs that reckon.</summary>
static class FigureApi
{
    public static void MapFigureApi(this RouteGroupBuilder api) => api.MapGet("/figures", List).WithTags("Figures")
        .WithSummary("Figures of the submissions that you may see, one an item: answers that are numbers, and derived figures")
        .WithDescription("In the order of rounds, entries, submissions and figures. With last=true (so unless given) only those of each entry's last submission.");

    static async Task<Part<FigureItem>> List([AsParameters] FigureFilter filter, [AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http)
    {
        var submissions = db.SubmissionsOf(actor);
        var figures = from f in db.Figures.AsNoTracking()
                      join s in submissions on f.SubmissionId equals s.Id
                      join e in db.Entries on f.EntryId equals e.Id
                      join o in db.Organisations on e.OrganisationId equals o.Id
                      select new { Figure = f, s.Number, s.At, IsLast = s.Number == e.Submissions, o.Id, o.Name };
        if (filter.Last ?? true)
            figures = figures.Where(f => f.IsLast);
        if (filter.Round is { } round)
            figures = figures.Where(f => f.Figure.RoundId == round);
        if (filter.Entry is { } entry)
            figures = figures.Where(f => f.Figure.EntryId == entry);
        if (filter.Field is { Length: > 0 } fields)
            figures = figures.Where(f => fields.Contains(f.Figure.Field));
        if (filter.Industry is { Length: > 0 } industry)
            figures = figures.Where(f => f.Figure.Industry == industry);
        if (filter.Province is { Length: > 0 } province)
            figures = figures.Where(f => f.Figure.Province == province);
        if (filter.Least is { } least)
            figures = figures.Where(f => f.Figure.Value >= least);
        if (filter.Most is { } most)
            figures = figures.Where(f => f.Figure.Value <= most);
        var part = await paging.Of(figures.OrderBy(f => f.Figure.RoundId).ThenBy(f => f.Figure.EntryId).ThenBy(f => f.Number).ThenBy(f => f.Figure.Field), http);
        return part.Select(f => new FigureItem(
            f.Figure.RoundId, f.Figure.EntryId, f.Figure.SubmissionId, f.Number, f.At, f.Id, f.Name, f.Figure.Industry, f.Figure.Province, f.Figure.Field, f.Figure.Value));
    }
}

/// <summary>Which figures are asked for; null for all.</summary>
public sealed class FigureFilter
{
    [FromQuery(Name = "round")]
    public Guid? Round { get; init; }

    [FromQuery(Name = "entry")]
    public Guid? Entry { get; init; }

    /// <summary>Ids of fields or derived figures, repeated.</summary>
    [FromQuery(Name = "field")]
    public string[]? Field { get; init; }

    /// <summary>Division of GB/T 4754, two digits.</summary>
    [FromQuery(Name = "industry")]
    public string? Industry { get; init; }

    /// <summary>Division of GB/T 2260, six digits.</summary>
    [FromQuery(Name = "province")]
    public string? Province { get; init; }

    /// <summary>Only each entry's last submission; so unless it is false.</summary>
    [FromQuery(Name = "last")]
    public bool? Last { get; init; }

    /// <summary>Values from this on.</summary>
    [FromQuery(Name = "least")]
    public double? Least { get; init; }

    /// <summary>Values up to this.</summary>
    [FromQuery(Name = "most")]
    public double? Most { get; init; }
}

/// <param name="Number">Of the submission within its entry, from 1.</param>
/// <param name="SubmittedAt">In UTC.</param>
/// <param name="Industry">Empty when none was recognised; so <paramref name="Province"/>.</param>
/// <param name="Field">A field of the form, or a derived figure.</param>
/// <param name="Value">In the unit of the field.</param>
public sealed record FigureItem(
    Guid Round, Guid Entry, Guid Submission, int Number, DateTime SubmittedAt, Guid Organisation, string OrganisationName, string Industry, string Province, string Field, double Value);
