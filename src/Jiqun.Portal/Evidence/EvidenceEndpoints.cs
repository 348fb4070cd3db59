using System.Globalization;
using Jiqun.Core;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Jiqun.Portal.Evidence;

static class EvidenceEndpoints
{
    /// <summary>A file with what a form has around it.</summary>
    internal static readonly LargestBody Upload = new(AttachEvidence.LargestFile + 64 * 1024);

    public static void AddEvidence(this IServiceCollection services) => services.AddSingleton<FilledFiles>().AddScoped<JudgeUpload>().AddScoped<AttachEvidence>().AddScoped<FromFile>();

    public static void MapEvidence(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/entries/{id:guid}/evidence", List);
        routes.MapPost("/entries/{id:guid}/evidence", Attach).DisableAntiforgery().WithMetadata(Upload, new Kept.Never());
        routes.MapGet("/entries/{id:guid}/file", async (Guid id, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) => await UploadPage(id, [], open, db, actor, clock, http));
        routes.MapPost("/entries/{id:guid}/file", UploadForm).DisableAntiforgery().WithMetadata(Upload, new Kept.Never());
        routes.MapGet("/evidence/{id:guid}", Show);
        routes.MapPost("/evidence/{id:guid}", PutAway).DisableAntiforgery();
        routes.MapGet("/evidence/{id:guid}/answers", Look);
        routes.MapPost("/evidence/{id:guid}/answers", Take).DisableAntiforgery();
    }

    static Task<IResult> List(Guid id, string? field, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) => ListPage(id, field ?? "", [], open, db, actor, clock, http);

    static async Task<IResult> ListPage(Guid id, string field, List<Finding> findings, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Run(id, actor) is not { } entry)
            return Refusals.Refused([Refusals.Missing()], http);
        return new RazorComponentResult<EvidencePage>(new
        {
            Actor = actor,
            Entry = entry,
            Form = open.FormOf(entry),
            Field = field,
            Files = await EvidenceRow.Of(db, db.EvidenceOf(actor).Where(e => e.EntryId == id)),
            MayChange = entry.WhyFixed(actor, clock.Now()) is null,
            Findings = findings,
        })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    static async Task<IResult> Attach(Guid id, IFormCollection form, AttachEvidence attach, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        var field = form["field"].ToString();
        var files = form.Files.Where(f => f.Length > 0 || f.FileName.Length > 0).ToList();
        List<Finding> findings = files.Count == 0 ? [Finding.Error("evidence-none", null, Words.Of("evidence-none"))] : [];
        foreach (var file in files)
        {
            await using var content = file.OpenReadStream();
            var outcome = await attach.Run(id, field, file.FileName, content, isOrigin: false, actor, http.RequestAborted);
            if (outcome.Refused)
                findings.AddRange(outcome.Refusal.Select(f => f with { Message = $"{file.FileName}：{f.Message}" }));
        }
        return findings.Count > 0 ? await ListPage(id, field, findings, open, db, actor, clock, http)
            : Results.LocalRedirect($"/entries/{id}/evidence{(field.Length > 0 ? $"?field={Uri.EscapeDataString(field)}" : "")}");
    }

    static async Task<IResult> UploadPage(Guid id, IReadOnlyList<Finding> findings, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { } entry)
            return Refusals.Refused([Refusals.Missing()], http);
        return new RazorComponentResult<UploadPage>(new
        {
            Actor = actor,
            Entry = entry,
            Files = await EvidenceRow.Of(db, db.EvidenceOf(actor).Where(e => e.EntryId == id && e.IsOrigin)),
            Fixed = entry.WhyFixed(actor, clock.Now()),
            Findings = findings,
        })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    static async Task<IResult> UploadForm(Guid id, IFormCollection form, AttachEvidence attach, OpenEntry open, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (form.Files is not [{ Length: > 0 } file])
            return await UploadPage(id, [Finding.Error("evidence-none", null, Words.Of("evidence-none"))], open, db, actor, clock, http);
        await using var content = file.OpenReadStream();
        var outcome = await attach.Run(id, "", file.FileName, content, isOrigin: true, actor, http.RequestAborted);
        return outcome.Refused ? await UploadPage(id, outcome.Refusal, open, db, actor, clock, http) : Results.LocalRedirect($"/evidence/{outcome.Value.Id}/answers");
    }

    internal static async Task<IResult> Show(Guid id, string? download, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await db.EvidenceOf(actor).AsNoTracking().SingleOrDefaultAsync(e => e.Id == id) is not { } file)
            return Refusals.Refused([Refusals.Missing()], http);
        if (file.PurgedAt is { } purged)
            return Refusals.Refused([Finding.Error("missing", null, Words.Of("evidence-purged", Beijing.Shown(purged)))], http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now());
        return Stored(db, file.Digest, file.Size, file.Name, file.Kind, download is not null, http);
    }

    /// <summary>A kept content, shown in the browser where that is safe.</summary>
    internal static IResult Stored(JiqunDb db, string digest, long size, string name, EvidenceKind kind, bool asDownload, HttpContext http)
    {
        var isShown = !asDownload && kind is EvidenceKind.Pdf or EvidenceKind.Jpeg or EvidenceKind.Png;
        var disposition = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        disposition.SetHttpFileName(name);
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.ContentLength = size;
        return Results.Stream(to => db.Copy(digest, to, http.RequestAborted), kind switch
        {
            EvidenceKind.Pdf => "application/pdf",
            EvidenceKind.Jpeg => "image/jpeg",
            EvidenceKind.Png => "image/png",
            EvidenceKind.Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            EvidenceKind.Spreadsheet => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            EvidenceKind.OldWord => "application/msword",
        });
    }

    static async Task<IResult> PutAway(Guid id, IFormCollection form, AttachEvidence attach, Actor actor, HttpContext http)
    {
        var outcome = await attach.PutAway(id, form["away"] == "1", actor, http.RequestAborted);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect($"/entries/{outcome.Value.EntryId}/evidence");
    }

    static async Task<IResult> Look(Guid id, FromFile from, Actor actor, TimeProvider clock, HttpContext http) => await OffersPage(id, [], from, actor, clock, http);

    static async Task<IResult> OffersPage(Guid id, IReadOnlyList<Finding> findings, FromFile from, Actor actor, TimeProvider clock, HttpContext http)
    {
        var looked = await from.Look(id, actor, http.RequestAborted);
        return looked.Refused
            ? Refusals.Refused(looked.Refusal, http)
            : new RazorComponentResult<OffersPage>(new { Actor = actor, Looked = looked.Value, Fixed = looked.Value.Entry.WhyFixed(actor, clock.Now()), Findings = findings })
            {
                StatusCode = findings.Count > 0 ? StatusCodes.Status409Conflict : StatusCodes.Status200OK,
            };
    }

    static async Task<IResult> Take(Guid id, IFormCollection form, FromFile from, Actor actor, TimeProvider clock, HttpContext http)
    {
        var versions = (from input in form
                        where input.Key.StartsWith("v:", StringComparison.Ordinal)
                        let field = input.Key[2..]
                        where form.ContainsKey("all") || form[$"take:{field}"].Count > 0
                        select (field, version: int.TryParse(input.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)).ToDictionary(v => v.field, v => v.version);
        if (versions.Count == 0)
            return await OffersPage(id, [Finding.Error("take-none", null, Words.Of("take-none"))], from, actor, clock, http);
        var outcome = await from.Take(id, versions, actor, http.RequestAborted);
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        var saved = outcome.Value;
        List<Finding> left = [.. saved.Refused.Select(r => r.Why), .. saved.Conflicts.Select(c => Finding.Error("stale", c.Place.Field, Words.Of("take-stale")))];
        return left.Count > 0 ? await OffersPage(id, [.. left.DistinctBy(f => f.Message)], from, actor, clock, http) : Results.LocalRedirect($"/entries/{saved.Entry.Id}?saved=1");
    }
}

/// <summary>A file with the name of who attached it.</summary>
public sealed record EvidenceRow(EvidenceFile File, string By)
{
    public static async Task<IReadOnlyList<EvidenceRow>> Of(JiqunDb db, IQueryable<EvidenceFile> files) =>
        await (from f in files.AsNoTracking() join a in db.Users on f.AccountId equals a.Id orderby f.At, f.Id select new EvidenceRow(f, a.FullName)).ToListAsync();
}
