using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Publication;

/// <summary>The publication of a round and the comments on it, for the ministry's programs. Visitors' programs read <c>/public/rounds/…/entries.json</c>.</summary>
static class PublicationApi
{
    public static void MapPublicationApi(this RouteGroupBuilder api)
    {
        var rounds = api.MapGroup("/rounds/{id:guid}").WithTags("Publication");
        rounds.MapGet("/publication", Show).WithSummary("What of a round everybody may see, and when; its version is the ETag").Produces<PublicationItem>().ProducesProblem(404);
        rounds.MapPut("/publication", Change).Needs(Scope.Manage, "Set what of a round everybody may see, against the version in If-Match (\"0\" for the first)").WithMetadata(new NeedsMatch())
            .Produces<PublicationItem>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithDescription("What makes something public is refused with the code confirm, which says what becomes public, until it is sent with \"confirm\": true.");
        rounds.MapGet("/comments", Comments).WithSummary("What visitors said to a published round, the newest first; names and contacts are masked").Produces<Part<CommentItem>>().ProducesProblem(404);
        rounds.MapGet("/comments/{comment:guid}", Comment).WithSummary("One comment with name and contact in plain, which is written down").Produces<CommentItem>().ProducesProblem(404);
        rounds.MapPost("/comments/{comment:guid}/done", Done).Needs(Scope.Manage, "A comment is dealt with").Produces(StatusCodes.Status204NoContent).ProducesProblem(404).ProducesProblem(422);
    }

    static IResult Missing(HttpContext http) => Refusals.Refused([Refusals.Missing()], http);

    static PublicationItem Item(PublicationView view, TimeProvider clock)
    {
        var set = view.Set is { } one ? PublicationInput.Of(one) : PublicationInput.Usual(view.Form, clock.Today());
        return new PublicationItem(set.IsOn, Beijing.ReadDay(set.FirstDay)!.Value, Beijing.ReadDay(set.LastDay)!.Value, set.Fields, set.Introduction, view.IsPublic, set.Version);
    }

    static async Task<IResult> Show(Guid id, ChangePublication change, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await change.Look(id, actor) is not { } view)
            return Missing(http);
        http.Response.Headers.ETag = VersionTag.Of(view.Set?.Version ?? 0);             // whether it is public changes by itself
        return TypedResults.Ok(Item(view, clock));
    }

    static async Task<IResult> Change(Guid id, PublicationRequest request, ChangePublication change, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (request.Fields.Any(f => f is null))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        var input = new PublicationInput(request.On, Beijing.Day(request.FirstDay), Beijing.Day(request.LastDay), request.Fields, request.Introduction ?? "", VersionTag.Version(seen));
        var outcome = await change.Run(id, input, request.Confirm, actor, http.RequestAborted);
        if (outcome is { Refused: true, Refusal: [{ Code: "stale" }, ..] } && await change.Look(id, actor) is { } now)
        {
            http.Response.Headers.ETag = VersionTag.Of(now.Set?.Version ?? 0);
            return Refusals.Stale(Item(now, clock));
        }
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : outcome.Value.ToConfirm.Count > 0 ? Refusals.Refused([Finding.Error("confirm", null, Words.Of("api-confirm")), .. outcome.Value.ToConfirm.Select(c => Finding.Warning("consequence", null, c))], http)
            : await Show(id, change, actor, clock, http);
    }

    static async Task<IResult> Comments(Guid id, [AsParameters] Paging paging, ReadComments read, JiqunDb db, Actor actor, HttpContext http)
    {
        var part = await paging.Of(db.CommentsOf(actor).AsNoTracking().Where(c => c.RoundId == id).OrderByDescending(c => c.Number), http);
        return await read.Items(id, part.Items, actor, http.RequestAborted) is { } items ? TypedResults.Ok(new Part<CommentItem>(items, part.Page, part.Size, part.Total)) : Missing(http);
    }

    static async Task<IResult> Comment(Guid id, Guid comment, ReadComments read, Actor actor, HttpContext http) =>
        await read.InPlain(id, comment, "api", actor, http.RequestAborted) is { } found ? TypedResults.Ok(found) : Missing(http);

    static async Task<IResult> Done(Guid id, Guid comment, DoneRequest request, DealWithComment deal, Actor actor, HttpContext http)
    {
        var outcome = await deal.Run(id, comment, request.Note ?? "", actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.NoContent();
    }
}

/// <summary>What of a round everybody may see. Where nothing was set yet, what is offered.</summary>
/// <param name="On">While it is off nothing is seen, whatever the days say.</param>
/// <param name="FirstDay">In Beijing; so the next, which is included.</param>
/// <param name="Fields">Ids of the published fields.</param>
/// <param name="Public">Everybody sees it now: at <c>/public/rounds/{id}</c>.</param>
/// <param name="Version">Also its ETag; 0 where nothing was set yet.</param>
public sealed record PublicationItem(bool On, DateOnly FirstDay, DateOnly LastDay, IReadOnlyList<string> Fields, string Introduction, bool Public, int Version);

/// <param name="FirstDay">In Beijing; so the next, which is included.</param>
/// <param name="Fields">Ids of the entrant's fields that are not personal; at least one.</param>
/// <param name="Introduction">At most 4,000 characters; null for none.</param>
/// <param name="Confirm">You know what becomes public.</param>
public sealed record PublicationRequest(bool On, DateOnly FirstDay, DateOnly LastDay, IReadOnlyList<string> Fields, string? Introduction = null, bool Confirm = false);

/// <param name="Note">What came of it, for colleagues: at most 500 characters; null for none.</param>
public sealed record DoneRequest(string? Note = null);
