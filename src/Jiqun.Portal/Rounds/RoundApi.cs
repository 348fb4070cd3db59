using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>Rounds and the forms that they pin, for programs.</summary>
static class RoundApi
{
    public static void MapRoundApi(this RouteGroupBuilder api)
    {
        var rounds = api.MapGroup("/rounds").WithTags("Rounds");
        rounds.MapGet("", List).WithSummary("The rounds that concern you, the one that closes last first");
        rounds.MapPost("", Make).Needs(Scope.Manage, "Make a round").Produces<RoundItem>(StatusCodes.Status201Created).ProducesProblem(403).ProducesProblem(422);
        rounds.MapGet("/{id:guid}", One).WithSummary("One round").Produces<RoundItem>().ProducesProblem(404);
        rounds.MapPut("/{id:guid}", Change).Needs(Scope.Manage, "Change the terms of a round, against the version in If-Match").WithMetadata(new NeedsMatch())
            .Produces<RoundItem>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithDescription("What has consequences is refused with the code confirm, which lists them, until it is sent with \"confirm\": true.");
        var forms = api.MapGroup("/forms").WithTags("Forms");
        forms.MapGet("", (FormLibrary library) => TypedResults.Ok<IReadOnlyList<FormHead>>([.. library.Ids.Select(id => library.Find(id)!).Select(f => new FormHead(f.Id, f.Title.ToString(), f.BaseYear, f.Digest))])).WithSummary("The forms that rounds can pin");
        forms.MapGet("/{programme}/{version}", Form).WithSummary("A form: its sections and fields").Produces<FormItem>().ProducesProblem(404);
    }

    static async Task<Part<RoundItem>> List([AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http)
    {
        var part = await paging.Of(db.RoundsOf(actor).AsNoTracking().OrderByDescending(r => r.ClosesAt).ThenBy(r => r.Id), http);
        var ids = part.Items.Select(r => r.Id).ToList();
        var entrants = await Entrants(db, actor, ids);
        return part.Select(r => Item(r, entrants));
    }

    /// <summary>Who may enter: the ministry's affair; others are told of rounds that they may enter.</summary>
    static async Task<ILookup<Guid, Guid>> Entrants(JiqunDb db, Actor actor, List<Guid> rounds) =>
        actor.IsMember(Organisations.Level.Ministry)
            ? (await db.RoundEntrants.Where(e => rounds.Contains(e.RoundId)).ToListAsync()).ToLookup(e => e.RoundId, e => e.OrganisationId)
            : Array.Empty<RoundEntrant>().ToLookup(e => e.RoundId, e => e.OrganisationId);

    static RoundItem Item(Round round, ILookup<Guid, Guid> entrants) => new(round.Id, round.Name, round.FormId, round.BaseYear, round.OpensAt, round.ClosesAt, round.KeepMonths, round.PurgedAt, [.. entrants[round.Id].Order()], round.Version);

    static async Task<IResult> One(Guid id, JiqunDb db, Actor actor, HttpContext http)
    {
        if (await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return Refusals.Refused([Refusals.Missing()], http);
        return VersionTag.IsKnown(http, VersionTag.Of(round.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(Item(round, await Entrants(db, actor, [id])));
    }

    static async Task<IResult> Make(RoundRequest request, MakeRound make, JiqunDb db, Actor actor, HttpContext http)
    {
        var outcome = await make.Run(Input(request, 0), actor);
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        http.Response.Headers.ETag = VersionTag.Of(outcome.Value.Version);
        return TypedResults.Created($"/api/rounds/{outcome.Value.Id}", Item(outcome.Value, await Entrants(db, actor, [outcome.Value.Id])));
    }

    static async Task<IResult> Change(Guid id, RoundRequest request, ChangeRound change, JiqunDb db, Actor actor, HttpContext http)
    {
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        var outcome = await change.Run(id, Input(request, VersionTag.Version(seen)), request.Confirm, actor);
        if (outcome is { Refused: true, Refusal: [{ Code: "stale" }, ..] } && await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is { } now)
        {
            http.Response.Headers.ETag = VersionTag.Of(now.Version);
            return Refusals.Stale(Item(now, await Entrants(db, actor, [id])));
        }
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        if (outcome.Value.ToConfirm.Count > 0)
            return Refusals.Refused([Finding.Error("confirm", null, Words.Of("api-confirm")), .. outcome.Value.ToConfirm.Select(c => Finding.Warning("consequence", null, c))], http);
        http.Response.Headers.ETag = VersionTag.Of(outcome.Value.Round.Version);
        return TypedResults.Ok(Item(outcome.Value.Round, await Entrants(db, actor, [id])));
    }

    static RoundInput Input(RoundRequest request, int version) => new(
        request.Name, request.Form, request.BaseYear?.ToString(CultureInfo.InvariantCulture) ?? "", Beijing.Input(request.OpensAt), Beijing.Input(request.ClosesAt), request.KeepMonths?.ToString(CultureInfo.InvariantCulture) ?? "",
        request.Entrants is null or { Count: 0 }, request.Entrants?.ToHashSet() ?? [], version);

    static IResult Form(string programme, string version, FormLibrary library, HttpContext http) =>
        library.Find($"{programme}/{version}") is { } form
            ? TypedResults.Ok(new FormItem(form.Id, form.Title.ToString(), form.BaseYear, form.Digest, [.. form.Sections.Select(Section)]))
            : Refusals.Refused([Refusals.Missing()], http);

    static FormItem.SectionItem Section(Section section) => new(
        section.Id,
        section.Title.ToString(),
        [.. section.Fields.Where(f => f.By is AnsweredBy.Entrant).Select(f => new FormItem.FieldItem(f.Id, f.Name.ToString(), f.Kind, f.Unit, f.Need, f.Personal, f.Repeats))]);
}

/// <summary>A call for entries.</summary>
/// <param name="Form">Id of the form that it pins.</param>
/// <param name="BaseYear">The year that 上年度 means.</param>
/// <param name="KeepMonths">Months after closing for which personal values are kept.</param>
/// <param name="PurgedAt">When they were purged; null as long as they are kept.</param>
/// <param name="ClosesAt">From this instant on nothing is taken.</param>
/// <param name="Entrants">Organisations under which one may enter, for members of the ministry; none for all.</param>
/// <param name="Version">Also its ETag.</param>
public sealed record RoundItem(Guid Id, string Name, string Form, int BaseYear, DateTime OpensAt, DateTime ClosesAt, int KeepMonths, DateTime? PurgedAt, IReadOnlyList<Guid> Entrants, int Version);

/// <param name="OpensAt">With its zone, to the second.</param>
/// <param name="ClosesAt">With its zone, to the second; from this instant on nothing is taken.</param>
/// <param name="BaseYear">Null for that of the form.</param>
/// <param name="KeepMonths">Months after closing for which personal values are kept: 6 to 120; null for 36.</param>
/// <param name="Entrants">Organisations under which one may enter; null or none for all.</param>
/// <param name="Confirm">You know the consequences of a change.</param>
public sealed record RoundRequest(string Name, string Form, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, int? BaseYear = null, int? KeepMonths = null, IReadOnlyList<Guid>? Entrants = null, bool Confirm = false);

/// <param name="Digest">SHA-256 of its definition, lower-case hex.</param>
public sealed record FormHead(string Id, string Title, int BaseYear, string Digest);

/// <inheritdoc cref="FormHead"/>
public sealed record FormItem(string Id, string Title, int BaseYear, string Digest, IReadOnlyList<FormItem.SectionItem> Sections)
{
    public sealed record SectionItem(string Id, string Title, IReadOnlyList<FieldItem> Fields);

    /// <param name="Name">Unique within the form.</param>
    /// <param name="Unit">Of a number; null for what is none.</param>
    /// <param name="Need">What an empty answer means at submission: an error, a warning, nothing.</param>
    /// <param name="Personal">A person's contact: frozen as a commitment only.</param>
    /// <param name="Repeats">The field whose answer it takes; null when it has its own.</param>
    public sealed record FieldItem(string Id, string Name, FieldKind Kind, string? Unit, Need Need, bool Personal, string? Repeats);
}
