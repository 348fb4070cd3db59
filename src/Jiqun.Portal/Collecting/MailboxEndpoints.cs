using Jiqun.Core;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Collecting;

/// <summary>来件: what the ministry received by mail, dropped into a round, read in the background and put to entries.</summary>
static class MailboxEndpoints
{
    /// <summary>Files with what a form has around them.</summary>
    static readonly LargestBody Sent = new(DropFiles.LargestSent + (4 << 20));

    public static void AddCollecting(this IServiceCollection services) => services.AddScoped<DropFiles>().AddScoped<TakeIn>().AddScoped<DecideMailed>().AddScoped<ReadMailbox>().AddScoped<JobWork, CollectFiles>();

    public static void MapMailbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/mailbox", (Guid id, string? state, int? page, ReadMailbox read, Actor actor, HttpContext http) => Page(id, StateOf(state), page ?? 1, [], read, actor, http));
        routes.MapPost("/rounds/{id:guid}/mailbox", Drop).DisableAntiforgery().WithMetadata(Sent, new Kept.Never());
        routes.MapPost("/rounds/{id:guid}/mailbox/resume", Resume).DisableAntiforgery();
        routes.MapGet("/mailbox/{id:guid}", (Guid id, ReadMailbox read, Actor actor, HttpContext http) => FilePage(id, null, [], read, actor, http));
        routes.MapPost("/mailbox/{id:guid}", Decide).DisableAntiforgery();
        routes.MapGet("/mailbox/{id:guid}/file", Content);
    }

    public static void MapMailboxApi(this RouteGroupBuilder api)
    {
        var rounds = api.MapGroup("/rounds/{id:guid}/mailbox").WithTags("Mailbox");
        rounds.MapGet("", List).WithSummary("What was dropped into a round's mailbox, the newest first: for the ministry").Produces<Part<MailedItem>>().ProducesProblem(404);
        rounds.MapPost("", DropForProgram).Needs(Scope.Manage, "Drop a filled form (Word), or a zip archive of such, into a round's mailbox").WithMetadata(Sent, new TakesFile()).Produces<JobItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422)
            .WithDescription("The job reads the files in the background: each becomes an entry, is put to the one that it is of, or waits for a person. Its file is the report of every one.");
        rounds.MapPost("/resume", ResumeForProgram).Needs(Scope.Manage, "Have the files read that a cancelled or failed job left").Produces<JobItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422)
            .WithDescription("With offices=true also those that wait for nothing but the offices over their organisations, which are made.");
        var files = api.MapGroup("/mailbox").WithTags("Mailbox");
        files.MapGet("/{id:guid}", One).WithSummary("One dropped file, with what was found in it").Produces<MailedDetail>().ProducesProblem(404);
        files.MapPost("/{id:guid}", DecideForProgram).Needs(Scope.Manage, "Say where a doubtful file belongs, or one that was set aside").Produces<MailedItem>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithDescription("The same decision again changes nothing.");
        files.MapGet("/{id:guid}/file", Content).WithSummary("The content of a dropped file").Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(404);
    }

    static MailedState? StateOf(string? written) => Enum.TryParse<MailedState>(written, out var state) && Enum.IsDefined(state) ? state : null;

    static string Language => Languages.IsChinese ? "zh" : "en";

    static async Task<IResult> Page(Guid id, MailedState? state, int page, IReadOnlyList<Finding> findings, ReadMailbox read, Actor actor, HttpContext http) =>
        await read.Run(id, state, page, actor, http.RequestAborted) is { } view
            ? new RazorComponentResult<MailboxPage>(new { Actor = actor, View = view, Findings = findings }) { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK }
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Drop(Guid id, IFormCollection form, DropFiles drop, ReadMailbox read, Actor actor, HttpContext http)
    {
        List<SentFile> sent = [.. form.Files.Where(f => f.FileName.Length > 0).Select(f => new SentFile(f.FileName, f.OpenReadStream))];
        return await Answer(id, await drop.Run(id, sent, Language, actor, http.RequestAborted), read, actor, http);
    }

    static async Task<IResult> Resume(Guid id, IFormCollection form, DropFiles drop, ReadMailbox read, Actor actor, HttpContext http) =>
        await Answer(id, await drop.GoOn(id, form["offices"] == "1", Language, actor, http.RequestAborted), read, actor, http);

    static async Task<IResult> Answer(Guid id, Outcome<Job> outcome, ReadMailbox read, Actor actor, HttpContext http) =>
        !outcome.Refused ? Results.LocalRedirect($"/rounds/{id}/mailbox")
        : outcome.Refusal[0].Code is "missing" ? Refusals.Refused(outcome.Refusal, http)
        : await Page(id, null, 1, outcome.Refusal, read, actor, http);

    /// <param name="typed">What the person wrote; null for what the file says.</param>
    static async Task<IResult> FilePage(Guid id, MailedTyped? typed, IReadOnlyList<Finding> findings, ReadMailbox read, Actor actor, HttpContext http) =>
        await read.One(id, actor, http.RequestAborted) is { } view
            ? new RazorComponentResult<MailedFilePage>(new { Actor = actor, View = view, Typed = typed ?? new MailedTyped(null, null, view.Row.File.Author, view.Division), Findings = findings })
            {
                StatusCode = findings.Count == 0 ? StatusCodes.Status200OK : findings[0].Code is "stale" ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity,
            }
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Decide(Guid id, IFormCollection form, DecideMailed decide, ReadMailbox read, Actor actor, HttpContext http)
    {
        // a candidate is chosen by its id, another organisation from the list below
        var (chosen, other) = (form["decision"].ToString(), form["organisation"].ToString());
        MailedDecision? decision = Guid.TryParse(chosen, out var candidate) ? MailedDecision.Organisation : Enum.TryParse<MailedDecision>(chosen, out var named) && Enum.IsDefined(named) ? named : null;
        var organisation = candidate != Guid.Empty ? candidate : Guid.TryParse(other, out var one) ? one : (Guid?)null;
        var typed = new MailedTyped(chosen, organisation, form["name"].ToString(), form["division"].ToString());
        var outcome = await decide.Run(id, decision, organisation, typed.Name, typed.Division, actor, http.RequestAborted);
        return !outcome.Refused ? Results.LocalRedirect($"/rounds/{outcome.Value.RoundId}/mailbox?state={nameof(MailedState.Doubtful)}")
            : outcome.Refusal[0].Code is "missing" ? Refusals.Refused(outcome.Refusal, http)
            : await FilePage(id, typed, outcome.Refusal, read, actor, http);
    }

    static async Task<IResult> Content(Guid id, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await db.MailedFilesOf(actor).AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, http.RequestAborted) is not { Digest: { } digest, Kind: { } kind } file)
            return Refusals.Refused([Refusals.Missing()], http);
        if (file.PurgedAt is { } purged)
            return Refusals.Refused([Finding.Error("missing", null, Words.Of("evidence-purged", Beijing.Shown(purged)))], http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now());
        return EvidenceEndpoints.Stored(db, digest, file.Size, PlainName.OfFile(file.Name, EvidenceKinds.Endings(kind)), kind, asDownload: true, http);
    }

    static async Task<IResult> List(Guid id, string? state, [AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http)
    {
        if (!actor.IsMember(Organisations.Level.Ministry) || !await db.RoundsOf(actor).AnyAsync(r => r.Id == id, http.RequestAborted))
            return Refusals.Refused([Refusals.Missing()], http);
        var files = db.MailedFilesOf(actor).AsNoTracking().Where(f => f.RoundId == id);
        if (StateOf(state) is { } one)
            files = files.Where(f => f.State == one);
        return TypedResults.Ok((await paging.Of(files.OrderByDescending(f => f.Number), http)).Select(MailedItem.Of));
    }

    static async Task<IResult> DropForProgram(Guid id, string name, DropFiles drop, Actor actor, HttpContext http)
    {
        var body = await EvidenceApi.Body(http);
        return Made(await drop.Run(id, [new SentFile(name, () => { body.Position = 0; return body; })], Language, actor, http.RequestAborted), http);
    }

    static async Task<IResult> ResumeForProgram(Guid id, bool? offices, DropFiles drop, Actor actor, HttpContext http) => Made(await drop.GoOn(id, offices is true, Language, actor, http.RequestAborted), http);

    static IResult Made(Outcome<Job> outcome, HttpContext http) =>
        outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Created($"/api/jobs/{outcome.Value.Id}", JobItem.Of(outcome.Value));

    static async Task<IResult> One(Guid id, ReadMailbox read, Actor actor, HttpContext http) => await read.One(id, actor, http.RequestAborted) is { } view
        ? TypedResults.Ok(new MailedDetail(
            MailedItem.Of(view.Row.File),
            [.. view.Candidates.Select(c => new MailedDetail.CandidateItem(c.Organisation.Id, c.Organisation.Name, c.Organisation.DivisionCode!, c.Entry is not null))],
            view.Findings?.Select(f => new FoundItem(f.Field, f.Code, f.Severity, f.Message)).ToList()))
        : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> DecideForProgram(Guid id, DecisionRequest request, DecideMailed decide, Actor actor, HttpContext http)
    {
        var outcome = await decide.Run(id, request.Decision, request.Organisation, request.Name ?? "", request.Division ?? "", actor, http.RequestAborted);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(MailedItem.Of(outcome.Value));
    }
}

/// <summary>What a person chose and wrote on the page of a file.</summary>
/// <param name="Chosen">Id of a candidate, or name of a decision; null for nothing yet.</param>
public sealed record MailedTyped(string? Chosen, Guid? Organisation, string Name, string Division);

/// <summary>A file that was dropped into a round's mailbox.</summary>
/// <param name="Name">With the folders or the archive in which it came.</param>
/// <param name="Digest">SHA-256 of the content, lower-case hex; null where it is not kept.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Why">Code of what is to be said about it; empty for nothing.</param>
/// <param name="Message">The same in words, in the language of the request; a refusal in that of whoever dropped it.</param>
/// <param name="Cluster">Name, as it was read; empty where there is none, as is the next.</param>
/// <param name="Author">Name of who enters.</param>
/// <param name="Errors">Found in it; null where it was not read, as are the warnings.</param>
/// <param name="Organisation">Whose entry it was put to; null where it was put to none, as are entry and evidence.</param>
/// <param name="SameAs">The file of the same content that was dropped before.</param>
public sealed record MailedItem(
    Guid Id, Guid Round, Guid Job, string Name, string? Digest, long Size, DateTime At, MailedState State, string Why, string Message, string Cluster, string Author, IReadOnlyList<string> Areas,
    int? Errors, int? Warnings, Guid? Organisation, Guid? Entry, Guid? Evidence, Guid? SameAs, DateTime? DoneAt)
{
    public static MailedItem Of(MailedFile file) => new(
        file.Id, file.RoundId, file.JobId, file.Name, file.Digest, file.Size, file.At, file.State, file.Why, file.Said(), file.Cluster, file.Author, file.AreaCodes,
        file.Errors, file.Warnings, file.OrganisationId, file.EntryId, file.EvidenceId, file.SameAs, file.DoneAt);
}

/// <param name="Candidates">Organisations that it may be of, the likeliest first.</param>
/// <param name="Findings">What the checks found in it, without what would quote a contact; null where it cannot be read, or is kept no more.</param>
public sealed record MailedDetail(MailedItem File, IReadOnlyList<MailedDetail.CandidateItem> Candidates, IReadOnlyList<FoundItem>? Findings)
{
    /// <param name="Division">Six digits.</param>
    /// <param name="HasEntry">In the round.</param>
    public sealed record CandidateItem(Guid Id, string Name, string Division, bool HasEntry);
}

/// <param name="Organisation">Id of the one that it is of; null for another decision.</param>
/// <param name="Name">Of a new organisation, as is the division: code, name, or both. Offices over it that are not there are made.</param>
public sealed record DecisionRequest(MailedDecision Decision, Guid? Organisation = null, string? Name = null, string? Division = null);
