using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>The pages on which an office gives its opinion and seals it.</summary>
static class OpinionEndpoints
{
    public static void MapOpinions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/submissions/{id:guid}/opinion", Show);
        routes.MapPost("/submissions/{id:guid}/opinion", Write).DisableAntiforgery();
        routes.MapGet("/submissions/{id:guid}/opinion.pdf", ToSeal);
        routes.MapPost("/submissions/{id:guid}/seal", Bring).DisableAntiforgery().WithMetadata(EvidenceEndpoints.Upload, new Kept.Never());
        routes.MapPost("/submissions/{id:guid}/seal/confirm", Confirm).DisableAntiforgery();
        routes.MapGet("/opinions/{id:guid}/file", ShowFile);
    }

    static async Task<IResult> Show(Guid id, GiveOpinion give, Actor actor, SealChecks checks, TimeProvider clock, HttpContext http) => await Page(id, null, [], give, actor, checks, clock, http);

    /// <param name="typed">What could not be kept; null to show what is.</param>
    static async Task<IResult> Page(Guid id, (string Text, string Dated)? typed, IReadOnlyList<Finding> findings, GiveOpinion give, Actor actor, SealChecks checks, TimeProvider clock, HttpContext http)
    {
        var looked = await give.Look(id, actor);
        if (looked.Refused)
            return Refusals.Refused(looked.Refusal, http, looked.Refusal[0].Code == "missing" ? null : $"/submissions/{id}", typed?.Text ?? "");
        var opinion = looked.Value.Opinion;
        var proposal = opinion is null && typed is null ? await give.Proposal(looked.Value, actor, http.RequestAborted) : "";
        return new RazorComponentResult<OpinionPage>(new
        {
            Actor = actor,
            Desk = looked.Value,
            Text = typed?.Text ?? opinion?.Text ?? proposal,
            IsProposed = proposal.Length > 0,
            Dated = typed?.Dated ?? Beijing.Day(opinion?.Dated ?? clock.Today()),
            Findings = findings,
            Request = Guid.NewGuid(),
            TakesElectronic = checks.Authorities is not null,
        })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    static async Task<IResult> Write(Guid id, IFormCollection form, GiveOpinion give, Actor actor, SealChecks checks, TimeProvider clock, HttpContext http)
    {
        var (text, dated) = (form["text"].ToString(), form["dated"].ToString());
        var outcome = await give.Write(id, text, dated, Version(form), actor);
        return outcome.Refused ? await Page(id, (text, dated), outcome.Refusal, give, actor, checks, clock, http) : Results.LocalRedirect($"/submissions/{id}/opinion#seal");
    }

    /// <summary>Of the opinion on the page that was sent; 0 when there was none.</summary>
    static int Version(IFormCollection form) => int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    internal static async Task<IResult> ToSeal(Guid id, GiveOpinion give, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        var made = await give.ToSeal(id, actor, http.RequestAborted);
        if (!made.Refused)
            await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now(), "opinion.pdf");
        return EntryEndpoints.Send(made, http);
    }

    static async Task<IResult> Bring(Guid id, IFormCollection form, GiveOpinion give, Actor actor, SealChecks checks, TimeProvider clock, HttpContext http)
    {
        if (!Guid.TryParse(form["request"], out var request))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        if (form.Files is not [{ Length: > 0 } file])
            return await Page(id, null, [Finding.Error("evidence-none", "file", Words.Of("evidence-none"))], give, actor, checks, clock, http);
        await using var content = file.OpenReadStream();
        return await After(id, await give.Bring(id, request, file.FileName, content, actor, http.RequestAborted), give, actor, checks, clock, http);
    }

    static async Task<IResult> Confirm(Guid id, IFormCollection form, GiveOpinion give, Actor actor, SealChecks checks, TimeProvider clock, HttpContext http) =>
        !Guid.TryParse(form["request"], out var request) ? Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http)
        : !form.ContainsKey("compared") ? await Page(id, null, [Finding.Error("seal-compared", "compared", Words.Of("seal-compared-needed"))], give, actor, checks, clock, http)
        : await After(id, await give.Confirm(id, request, Version(form), actor), give, actor, checks, clock, http);

    static async Task<IResult> After(Guid id, Outcome<Opinion> outcome, GiveOpinion give, Actor actor, SealChecks checks, TimeProvider clock, HttpContext http) =>
        outcome.Refused ? await Page(id, null, outcome.Refusal, give, actor, checks, clock, http)
        : outcome.Value.StepId is null ? Results.LocalRedirect($"/submissions/{id}/opinion#compare")
        : Results.LocalRedirect($"/submissions/{id}");

    /// <summary>The scan, or the signed document.</summary>
    internal static async Task<IResult> ShowFile(Guid id, string? download, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        var found = await (from o in db.OpinionsOf(actor)
                           where o.Id == id && o.File != null
                           join b in db.Set<Blob>() on o.File equals b.Digest
                           select new { b.Digest, b.Size, o.FileName, o.FileKind }).AsNoTracking().SingleOrDefaultAsync();
        if (found is null)
            return Refusals.Refused([Refusals.Missing()], http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now());
        return EvidenceEndpoints.Stored(db, found.Digest, found.Size, found.FileName!, found.FileKind!.Value, download is not null, http);
    }
}
