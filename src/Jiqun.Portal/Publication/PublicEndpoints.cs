using System.Globalization;
using System.Text;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Publication;

/// <summary>A published round, for everybody: no sign-in, and whoever is signed in sees what all see. Outside of its days there is nothing.</summary>
static class PublicEndpoints
{
    const int PageLength = 100;

    public static void MapPublic(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/public/rounds/{id:guid}").AllowAnonymous();
        open.MapGet("", Show);
        open.MapGet("/entries.csv", Table);
        open.MapGet("/entries.json", Items);
        open.MapGet("/comment", ShowForm);
        open.MapPost("/comment", Send).DisableAntiforgery().WithCommentLimit();
        open.MapGet("/comment/{request:guid}", ShowSent);
    }

    static IResult Missing(HttpContext http) => Refusals.Refused([Refusals.Missing()], http);

    /// <summary>
    /// Whoever asks has it already. It may be kept, here and by proxies, but is shown only after asking whether it is still so: what was switched off, or is over, is gone at once.
    /// </summary>
    static bool IsKnown(PublishedRound published, string what, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.Vary = "Accept-Language, Cookie";              // the language
        http.Response.Headers["X-Robots-Tag"] = "noarchive";
        var terms = published.Terms;
        return VersionTag.IsKnown(http, VersionTag.Of(
        [
            what, CultureInfo.CurrentUICulture.Name, AssetFiles.Address("portal.css"), AssetFiles.Address("portal.js"), published.Round.Name, $"{terms.Period}", terms.Introduction, $"{terms.Fields.Count}",
            .. terms.Fields.Select(f => f.Id), .. published.Entries.SelectMany(e => e.Values.Select(v => v?.Text).Prepend($"{e.Id} {e.Name} {e.IsSample}")),
        ]));
    }

    static StatusCodeHttpResult Known() => TypedResults.StatusCode(StatusCodes.Status304NotModified);

    static async Task<IResult> Show(Guid id, string? page, ReadPublished read, HttpContext http)
    {
        if (await read.Run(id, http.RequestAborted) is not { } published)
            return Missing(http);
        var pages = Math.Max(1, (published.Entries.Count + PageLength - 1) / PageLength);
        var shown = Math.Clamp(int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1, 1, pages);
        return IsKnown(published, $"page {shown}", http) ? Known() : new RazorComponentResult<PublicRoundPage>(new
        {
            Published = published,
            Entries = published.Entries.Skip((shown - 1) * PageLength).Take(PageLength).ToList(),
            Page = shown,
            Pages = pages,
        });
    }

    static async Task<IResult> Table(Guid id, ReadPublished read, HttpContext http)
    {
        if (await read.Run(id, http.RequestAborted) is not { } published)
            return Missing(http);
        if (IsKnown(published, "csv", http))
            return Known();
        var samples = published.Entries.Any(e => e.IsSample);
        var table = new StringBuilder("\uFEFF").Append(Csv.Line([.. published.Terms.Fields.Select(f => f.Name.WithUnit(f.Unit)), .. samples ? [Words.Of("sample")] : Array.Empty<string>()]));
        foreach (var entry in published.Entries)
            table.Append(Csv.Line([.. entry.Values.Select(v => v?.Text ?? ""), .. samples ? [entry.IsSample ? Words.Of("sample") : ""] : Array.Empty<string>()]));
        return Results.File(Encoding.UTF8.GetBytes(table.ToString()), "text/csv; charset=utf-8", PlainName.OfFile($"{published.Round.Name}-{Words.Of("public-title")}.csv", ".csv"));
    }

    static async Task<IResult> Items(Guid id, ReadPublished read, HttpContext http)
    {
        if (await read.Run(id, http.RequestAborted) is not { } published)
            return Missing(http);
        var (round, terms) = (published.Round, published.Terms);
        return IsKnown(published, "json", http) ? Known() : TypedResults.Ok(new PublishedRoundItem(
            round.Id, round.Name, terms.Period.First, terms.Period.Last, terms.Introduction,
            [.. terms.Fields.Select(f => new PublishedFieldItem(f.Id, f.Name.ToString(), f.Unit))],
            [.. published.Entries.Select(e => new PublishedEntryItem(e.Id, e.IsSample, terms.Fields.Zip(e.Values).Where(p => p.Second is not null).ToDictionary(p => p.First.Id, p => (object?)p.Second!.Number ?? p.Second.Text)))]));
    }

    static async Task<IResult> ShowForm(Guid id, string? entry, ReadPublished read, TimeProvider clock, HttpContext http) =>
        await read.Run(id, http.RequestAborted) is { } published ? Form(published, CommentInput.New(entry), [], clock) : Missing(http);

    static RazorComponentResult<CommentPage> Form(PublishedRound published, CommentInput input, IReadOnlyList<Finding> findings, TimeProvider clock) =>
        new(new { Published = published, Input = input, Findings = findings, Takes = SendComment.Takes(published, clock.Now()) })
        {
            StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };

    static async Task<IResult> Send(Guid id, IFormCollection form, SendComment send, ReadPublished read, TimeProvider clock, HttpContext http)
    {
        if (await read.Run(id, http.RequestAborted) is not { } published)
            return Missing(http);
        if (CommentInput.Of(form) is not { } input)
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var outcome = await send.Run(id, input, http.RequestAborted);
        return outcome.Refused ? Form(published, input, outcome.Refusal, clock) : Results.LocalRedirect($"/public/rounds/{id}/comment/{input.Request}");
    }

    static async Task<IResult> ShowSent(Guid id, Guid request, SendComment send, ReadPublished read, HttpContext http) =>
        await read.Run(id, http.RequestAborted) is { } published && await send.Sent(id, request, http.RequestAborted) is { } sent
            ? new RazorComponentResult<CommentSentPage>(new { published.Round, sent.Number, sent.At })
            : Missing(http);
}

/// <summary>A published round, as programs read it.</summary>
/// <param name="FirstDay">Of the publication, in Beijing; so the next, which is included.</param>
public sealed record PublishedRoundItem(Guid Round, string Name, DateOnly FirstDay, DateOnly LastDay, string Introduction, IReadOnlyList<PublishedFieldItem> Fields, IReadOnlyList<PublishedEntryItem> Entries);

/// <param name="Unit">Of a number; null for what is none.</param>
public sealed record PublishedFieldItem(string Id, string Name, string? Unit);

/// <param name="Sample">Made up for trying out.</param>
/// <param name="Values">By field; empty ones are left out.</param>
public sealed record PublishedEntryItem(Guid Id, bool Sample, IReadOnlyDictionary<string, object> Values);
