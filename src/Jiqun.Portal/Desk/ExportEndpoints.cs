using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Desk;

/// <summary>The exports of a round that a person asked for, and what one may ask for.</summary>
/// <param name="Submitted">Entries that were submitted.</param>
/// <param name="Chosen">Entries to be exported, by id; none for all.</param>
/// <param name="Jobs">The newest first.</param>
public sealed record ExportsView(Round Round, int Submitted, IReadOnlyList<string> Chosen, IReadOnlyList<Job> Jobs);

/// <summary>导出: what was submitted to a round, as files.</summary>
static class ExportEndpoints
{
    const int MostShown = 50;

    public static void AddExports(this IServiceCollection services) => services.AddScoped<AskExport>().AddScoped<JobWork, ExportRound>().AddScoped<JobWork, ReportRound>();

    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/exports", (Guid id, JiqunDb db, Actor actor, HttpContext http) => Page(id, [], [], db, actor, http));
        routes.MapPost("/rounds/{id:guid}/exports", Ask).DisableAntiforgery();
    }

    public static void MapExportApi(this RouteGroupBuilder api) => api.MapPost("/rounds/{id:guid}/exports", AskForProgram).WithTags("Jobs")
        .Needs(Scope.Manage, "Have what was submitted to a round written to a file: Excel, CSV, JSON, the documents, or a report as Word or PDF; for the ministry").Produces<JobItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422)
        .WithDescription("It is done in the background; the job tells how far it is, and gives the file. Personal values are not in it. A report is about the round as a whole: it takes no entries.");

    static async Task<IResult> Page(Guid id, IReadOnlyList<string> chosen, IReadOnlyList<Finding> findings, JiqunDb db, Actor actor, HttpContext http)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, http.RequestAborted) is not { } round)
            return Refusals.Refused([Refusals.Missing()], http);
        var jobs = await db.JobsOf(actor).AsNoTracking().Where(j => j.RoundId == id && AskExport.Kinds.Contains(j.Kind)).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Take(MostShown).ToListAsync(http.RequestAborted);
        var view = new ExportsView(round, await db.Entries.CountAsync(e => e.RoundId == id && e.Submissions > 0, http.RequestAborted), chosen, jobs);
        return new RazorComponentResult<ExportsPage>(new { Actor = actor, View = view, Findings = findings }) { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    /// <summary>Without a kind the entries alone were chosen, on another page: here it is asked what is to become of them.</summary>
    static async Task<IResult> Ask(Guid id, IFormCollection form, AskExport ask, JiqunDb db, Actor actor, HttpContext http)
    {
        var entries = form["entry"].OfType<string>().Where(e => Guid.TryParse(e, out _)).Distinct().ToList();
        if (!form.ContainsKey("kind"))
            return await Page(id, entries, [], db, actor, http);
        JobKind? kind = Enum.TryParse<JobKind>(form["kind"], out var named) && Enum.IsDefined(named) ? named : null;
        var outcome = await ask.Run(id, kind, [.. entries.Select(Guid.Parse)], form["language"].ToString(), actor, http.RequestAborted);
        return !outcome.Refused ? Results.LocalRedirect($"/rounds/{id}/exports#jobs")
            : outcome.Refusal[0].Code is "missing" ? Refusals.Refused(outcome.Refusal, http)
            : await Page(id, entries, outcome.Refusal, db, actor, http);
    }

    static async Task<IResult> AskForProgram(Guid id, ExportRequest request, AskExport ask, Actor actor, HttpContext http)
    {
        var outcome = await ask.Run(id, request.Kind, request.Entries ?? [], request.Language ?? (Languages.IsChinese ? "zh" : "en"), actor, http.RequestAborted);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Created($"/api/jobs/{outcome.Value.Id}", JobItem.Of(outcome.Value));
    }
}

/// <param name="Kind">One of the exports.</param>
/// <param name="Entries">Ids of entries, at most 5,000; null, or none, for all that were submitted.</param>
/// <param name="Language">Of headings and messages, zh or en; null for that of the request.</param>
public sealed record ExportRequest(JobKind Kind, IReadOnlyList<Guid>? Entries = null, string? Language = null);
