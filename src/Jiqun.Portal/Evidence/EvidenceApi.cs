using Jiqun.Core;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Evidence;

/// <summary>Evidence and filled forms, for programs. Files are sent as the body itself.</summary>
static class EvidenceApi
{
    public static void MapEvidenceApi(this RouteGroupBuilder api)
    {
        var entries = api.MapGroup("/entries").WithTags("Evidence");
        entries.MapGet("/{id:guid}/evidence", List).WithSummary("The evidence of an entry").Produces<IReadOnlyList<EvidenceItem>>().ProducesProblem(404);
        entries.MapPost("/{id:guid}/evidence", Attach).Needs(Scope.Fill, "Attach a file: PDF, JPG, PNG, DOCX or XLSX").TakesFile().Produces<EvidenceItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422);
        entries.MapPost("/{id:guid}/file", Upload).Needs(Scope.Fill, "Upload a filled form (Word), from which answers can then be taken").TakesFile().Produces<OffersItem>(StatusCodes.Status201Created).ProducesProblem(404).ProducesProblem(422);

        var evidence = api.MapGroup("/evidence").WithTags("Evidence");
        evidence.MapGet("/{id:guid}", EvidenceEndpoints.Show).WithSummary("The content of a file").Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(404);
        evidence.MapDelete("/{id:guid}", PutAway).Needs(Scope.Fill, "Put a file away: it no longer counts, and can be taken out again").Produces<EvidenceItem>().ProducesProblem(404).ProducesProblem(422);
        evidence.MapPost("/{id:guid}/restore", TakeOut).Needs(Scope.Fill, "Take a file out again that was put away").Produces<EvidenceItem>().ProducesProblem(404).ProducesProblem(422);
        evidence.MapGet("/{id:guid}/answers", Look).WithSummary("What a filled form has otherwise than the draft").Produces<OffersItem>().ProducesProblem(404).ProducesProblem(422);
        evidence.MapPost("/{id:guid}/answers", Take).Needs(Scope.Fill, "Take answers of a filled form into the draft, each against the version that you saw").Produces<TakenItem>().ProducesProblem(404).ProducesProblem(422);
    }

    internal static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder route) => route.WithMetadata(EvidenceEndpoints.Upload, new TakesFile());

    static async Task<IResult> List(Guid id, OpenEntry open, JiqunDb db, Actor actor, HttpContext http) =>
        await open.Run(id, actor) is null
            ? Refusals.Refused([Refusals.Missing()], http)
            : TypedResults.Ok<IReadOnlyList<EvidenceItem>>([.. (await EvidenceRow.Of(db, db.EvidenceOf(actor).Where(e => e.EntryId == id))).Select(EvidenceItem.Of)]);

    static async Task<IResult> Attach(Guid id, string name, string? field, AttachEvidence attach, JiqunDb db, Actor actor, HttpContext http)
    {
        await using var content = await Body(http);
        return await Answer(await attach.Run(id, field ?? "", name, content, isOrigin: false, actor, http.RequestAborted), isNew: true, db, http);
    }

    static async Task<IResult> Upload(Guid id, string name, AttachEvidence attach, FromFile from, Actor actor, HttpContext http)
    {
        await using var content = await Body(http);
        var outcome = await attach.Run(id, "", name, content, isOrigin: true, actor, http.RequestAborted);
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        var looked = await from.Look(outcome.Value.Id, actor, http.RequestAborted);
        return looked.Refused ? Refusals.Refused(looked.Refusal, http) : TypedResults.Created($"/api/evidence/{outcome.Value.Id}/answers", OffersItem.Of(looked.Value));
    }

    /// <summary>The body, which can be read more than once; large ones stand on the disk meanwhile.</summary>
    internal static async Task<Stream> Body(HttpContext http)
    {
        http.Request.EnableBuffering();
        await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        return http.Request.Body;
    }

    static async Task<IResult> PutAway(Guid id, AttachEvidence attach, JiqunDb db, Actor actor, HttpContext http) =>
        await Answer(await attach.PutAway(id, away: true, actor, http.RequestAborted), isNew: false, db, http);

    static async Task<IResult> TakeOut(Guid id, AttachEvidence attach, JiqunDb db, Actor actor, HttpContext http) =>
        await Answer(await attach.PutAway(id, away: false, actor, http.RequestAborted), isNew: false, db, http);

    static async Task<IResult> Answer(Outcome<EvidenceFile> outcome, bool isNew, JiqunDb db, HttpContext http)
    {
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        var by = await db.Users.Where(a => a.Id == outcome.Value.AccountId).Select(a => a.FullName).SingleAsync();
        var item = EvidenceItem.Of(new EvidenceRow(outcome.Value, by));
        return isNew ? TypedResults.Created($"/api/evidence/{item.Id}", item) : TypedResults.Ok(item);
    }

    static async Task<IResult> Look(Guid id, FromFile from, Actor actor, HttpContext http)
    {
        var looked = await from.Look(id, actor, http.RequestAborted);
        return looked.Refused ? Refusals.Refused(looked.Refusal, http) : TypedResults.Ok(OffersItem.Of(looked.Value));
    }

    static async Task<IResult> Take(Guid id, TakeRequest request, FromFile from, Database database, Actor actor, HttpContext http)
    {
        var outcome = await from.Take(id, request.Versions, actor, http.RequestAborted);
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        var saved = outcome.Value;
        return TypedResults.Ok(new TakenItem(
            saved.Draft.Revision,
            await FormInput.Described(database, saved.Entry.Id, saved.Conflicts),
            [.. saved.Refused.Select(r => new FoundItem(r.Why.Field, r.Why.Code, r.Why.Severity, r.Why.Message))]));
    }
}

/// <summary>A file that belongs to an entry or to one of its fields.</summary>
/// <param name="Field">Empty for the entry as a whole.</param>
/// <param name="Digest">SHA-256 of the content, lower-case hex.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsOrigin">A filled form, from which answers were taken.</param>
/// <param name="By">Name of who attached it.</param>
/// <param name="PutAwayAt">Null while it counts.</param>
public sealed record EvidenceItem(Guid Id, Guid Entry, string Field, string Name, EvidenceKind Kind, string Digest, long Size, bool IsOrigin, DateTime At, string By, DateTime? PutAwayAt)
{
    public static EvidenceItem Of(EvidenceRow row)
    {
        var file = row.File;
        return new(file.Id, file.EntryId, file.Field, file.Name, file.Kind, file.Digest, file.Size, file.IsOrigin, file.At, row.By, file.PutAwayAt);
    }
}

/// <summary>What a filled form has otherwise than the draft.</summary>
/// <param name="Evidence">Id of the file.</param>
/// <param name="Same">How many fields agree.</param>
/// <param name="Findings">About what the file says, and what in it belongs to no field.</param>
public sealed record OffersItem(Guid Evidence, IReadOnlyList<OffersItem.OfferItem> Offers, int Same, IReadOnlyList<FoundItem> Findings)
{
    /// <param name="Standing">What the draft has.</param>
    /// <param name="Version">Its version: to be sent when the offer is taken.</param>
    public sealed record OfferItem(string Field, string Standing, string Offered, int Version);

    public static OffersItem Of(FileOffers offers) => new(
        offers.File.Id,
        [.. offers.Offers.Select(o => new OfferItem(o.Field.Id, o.Standing, o.Wish.Text, o.Wish.Version))],
        offers.Same,
        [.. offers.Filled.Findings.Select(f => new FoundItem(f.Field, f.Code, f.Severity, f.Message))]);
}

/// <param name="Versions">Fields to take, each with the version that you saw.</param>
public sealed record TakeRequest(IReadOnlyDictionary<string, int> Versions);

/// <param name="Conflicts">Fields that others changed since; they were left as they are.</param>
/// <param name="Refused">Why fields could not be kept.</param>
public sealed record TakenItem(int Revision, IReadOnlyList<DraftState.ConflictState> Conflicts, IReadOnlyList<FoundItem> Refused);
