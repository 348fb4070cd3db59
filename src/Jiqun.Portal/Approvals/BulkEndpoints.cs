using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Approvals;

/// <summary>An entry that a step is to be taken with, or was.</summary>
/// <param name="Why">Why it cannot be; null when it can, or was.</param>
public sealed record BulkRow(EntryHead Entry, Guid Submission, Finding? Why);

/// <summary>A round's entries, and one step with several of them.</summary>
static class BulkEndpoints
{
    const int Most = ReadRoundEntries.PageLength;

    public static void MapBulk(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/entries", Show);
        routes.MapPost("/rounds/{id:guid}/entries", Take).DisableAntiforgery();
    }

    static async Task<IResult> Show(Guid id, string? state, string? mine, int? page, ReadRoundEntries read, Actor actor, HttpContext http)
    {
        var outcome = await read.Run(id, string.IsNullOrEmpty(state) ? null : state, mine is not null, page ?? 1, actor);
        return outcome.Refused
            ? Refusals.Refused(outcome.Refusal, http)
            : new RazorComponentResult<RoundEntriesPage>(new { Actor = actor, View = outcome.Value, Findings = Array.Empty<Finding>() });
    }

    /// <summary>Shows what was chosen, and what the step would do to each; once that is confirmed, takes it with each for itself and tells what came of it.</summary>
    static async Task<IResult> Take(Guid id, IFormCollection form, ReadRoundEntries read, TakeStep take, OpenEntry open, ReadCourse courses, Actor actor, HttpContext http)
    {
        var outcome = await read.Run(id, null, mine: false, 1, actor);
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        var view = outcome.Value;
        var chosen = (from value in form["chosen"]
                      let ids = value.Split(':')
                      where ids.Length >= 2 && Guid.TryParse(ids[0], out _) && Guid.TryParse(ids[1], out _)
                      select (Entry: Guid.Parse(ids[0]), Submission: Guid.Parse(ids[1]), Request: ids.Length > 2 && Guid.TryParse(ids[2], out var request) ? request : Guid.NewGuid())).DistinctBy(c => c.Entry).ToList();
        var (step, reason, isConfirmed) = (view.Steps.FirstOrDefault(s => s.Id == form["step"]), form["reason"].ToString(), form.ContainsKey("confirmed"));
        List<Finding> findings =
        [
            .. step is null ? [Finding.Error("step", "step", Words.Of("bulk-step"))] : (Finding[])[],
            .. chosen.Count is 0 or > Most ? [Finding.Error("chosen", null, Words.Of("bulk-none", Most))] : (Finding[])[],
        ];
        if (findings.Count > 0)
            return new RazorComponentResult<RoundEntriesPage>(new { Actor = actor, View = view, Findings = findings }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        if (isConfirmed && step!.NeedsReason && string.IsNullOrWhiteSpace(reason))
            (isConfirmed, findings) = (false, [Finding.Error("reason-needed", "reason", Words.Of("bulk-reason"))]);
        List<EntryHead> entries = [];
        foreach (var (entryId, _, _) in chosen)         // all of them before any step is taken
        {
            if (await open.Run(entryId, actor) is not { } entry || entry.RoundId != id)
                return Refusals.Refused([Refusals.Missing()], http);
            entries.Add(entry);
        }
        List<BulkRow> rows = [];
        foreach (var (entry, (_, submission, request)) in entries.Zip(chosen))
        {
            var course = await courses.Of(entry);
            var why = isConfirmed
                ? (await take.Run(entry.Id, new StepWish(request, step!.Id, submission, reason, []), actor)).Refusal?[0]
                : course.Approval.Decide(step!, course.Situation, actor.OrganisationId!.Value, " .").Refusal?[0] ?? (course.Current != submission ? TakeStep.Stale(course) : null);
            rows.Add(new BulkRow(entry, submission, why));
        }
        return new RazorComponentResult<BulkPage>(new { Actor = actor, view.Round, Step = step, Rows = rows, Reason = reason, IsDone = isConfirmed, Findings = findings })
        {
            StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };
    }
}
