using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Jiqun.Portal.Jobs;

/// <summary>Jobs in the background: how they stand, their files, and their end, for who asked alone.</summary>
static class JobEndpoints
{
    public static void AddJobs(this IServiceCollection services) => services.AddSingleton<JobBell>().AddScoped<CancelJob>().AddHostedService<RunJobs>();

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/jobs/{id:guid}/file", File);
        routes.MapPost("/jobs/{id:guid}/cancel", Cancel).DisableAntiforgery();
    }

    public static void MapJobApi(this RouteGroupBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", List).WithSummary("The jobs in the background that you asked for, the newest first");
        jobs.MapGet("/{id:guid}", One).WithSummary("How a job stands").Produces<JobItem>().ProducesProblem(404);
        jobs.MapGet("/{id:guid}/file", File).WithSummary("The file of a job that is done, for seven days").Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(404);
        jobs.MapDelete("/{id:guid}", Stop).Needs(Scope.Manage, "Cancel a job: at once while it waits; one that runs stops within seconds").Produces<JobItem>().ProducesProblem(404);
    }

    static async Task<IResult> File(Guid id, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await db.JobsOf(actor).AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, http.RequestAborted) is not { State: JobState.Done } job)
            return Refusals.Refused([Refusals.Missing()], http);
        if (job.DeletedAt is { } deleted)
            return Refusals.Refused([Finding.Error("missing", null, Words.Of("job-deleted", Beijing.Shown(deleted)))], http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now(), $"{job.Kind} {job.Rows} {job.Digest}");
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(job.FileName);
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.ContentLength = job.Size;
        return Results.Stream(to => Copy(db, job, to, http.RequestAborted), job.Kind switch
        {
            JobKind.ExportExcel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            JobKind.ExportCsv or JobKind.Collect => "text/csv",
            JobKind.ExportJson => "application/json",
            JobKind.ExportDocuments => "application/zip",
            JobKind.ExportReportWord => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            JobKind.ExportReportPdf => "application/pdf",
        });
    }

    static async Task Copy(JiqunDb db, Job job, Stream to, CancellationToken cancel)
    {
        for (var number = 0; await db.JobParts.Where(p => p.JobId == job.Id && p.Taking == job.Takings && p.Number == number).Select(p => p.Bytes).SingleOrDefaultAsync(cancel) is { } bytes; number++)
            await to.WriteAsync(bytes, cancel);
    }

    static async Task<IResult> Cancel(Guid id, CancelJob cancel, Actor actor, HttpContext http)
    {
        var outcome = await cancel.Run(id, actor, http.RequestAborted);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect($"/rounds/{outcome.Value.RoundId}/{(outcome.Value.Kind is JobKind.Collect ? "mailbox" : "exports")}");
    }

    static async Task<Part<JobItem>> List([AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http) =>
        (await paging.Of(db.JobsOf(actor).AsNoTracking().OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id), http)).Select(JobItem.Of);

    static async Task<IResult> One(Guid id, JiqunDb db, Actor actor, HttpContext http) =>
        await db.JobsOf(actor).AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, http.RequestAborted) is { } job ? TypedResults.Ok(JobItem.Of(job)) : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Stop(Guid id, CancelJob cancel, Actor actor, HttpContext http)
    {
        var outcome = await cancel.Run(id, actor, http.RequestAborted);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(JobItem.Of(outcome.Value));
    }
}

/// <summary>A job in the background.</summary>
/// <param name="Done">Steps that are behind it, of <paramref name="Total"/>; both 0 until that is known.</param>
/// <param name="Rows">Entries in the file; null until it is done, as are name, size and digest.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hex.</param>
/// <param name="Message">Why it failed, or what is missing in the file; empty when there is nothing to say.</param>
/// <param name="StartedAt">When it was taken up last; null when it never was.</param>
/// <param name="HasFile">Whether there is a file to be fetched now.</param>
public sealed record JobItem(
    Guid Id, JobKind Kind, Guid Round, JobState State, int Done, int Total, int? Rows, string? FileName, long? Size, string? Digest, string Message, bool IsCancelWished,
    DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, bool HasFile)
{
    public static JobItem Of(Job job) => new(
        job.Id, job.Kind, job.RoundId, job.State, job.Done, job.Total, job.Rows, job.FileName, job.Size, job.Digest, job.Message, job.IsCancelWished, job.CreatedAt, job.StartedAt, job.FinishedAt, job.HasFile);
}
