using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Organisations;

/// <summary>Organisations, for programs.</summary>
static class OrganisationApi
{
    public static void MapOrganisationApi(this RouteGroupBuilder api)
    {
        var organisations = api.MapGroup("/organisations").WithTags("Organisations");
        organisations.MapGet("", List).WithSummary("Your organisation and those under it");
        organisations.MapPost("", Make).Needs(Scope.Manage, "Make an organisation under another").Produces<OrganisationItem>(StatusCodes.Status201Created).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        organisations.MapGet("/{id:guid}", One).WithSummary("One organisation with its members").Produces<OrganisationDetail>().ProducesProblem(404);
        organisations.MapPut("/{id:guid}", Change).Needs(Scope.Manage, "Give an organisation another name or division, against the version in If-Match").WithMetadata(new NeedsMatch())
            .Produces<OrganisationItem>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        organisations.MapDelete("/{id:guid}", Delete).Needs(Scope.Manage, "Delete an organisation that nothing hangs on").Produces(StatusCodes.Status204NoContent).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
    }

    static async Task<Part<OrganisationItem>> List([AsParameters] Paging paging, JiqunDb db, Actor actor, HttpContext http) =>
        (await paging.Of(db.OrganisationsOf(actor).AsNoTracking().OrderBy(o => o.Path), http)).Select(Item);

    static async Task<IResult> One(Guid id, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await OrganisationView.Of(db, id, actor, clock.Now()) is not { } view)
            return Refusals.Refused([Refusals.Missing()], http);
        http.Response.Headers.ETag = Tag(view.Organisation);
        return TypedResults.Ok(new OrganisationDetail(Item(view.Organisation), view.Members, [.. view.Children.Select(Item)]));
    }

    static OrganisationItem Item(Organisation organisation) => new(organisation.Id, organisation.ParentId, organisation.Level, organisation.Name, organisation.DivisionCode);

    /// <summary>Of what a change is made against: members and children may come and go meanwhile.</summary>
    static string Tag(Organisation organisation) => VersionTag.Of(organisation.Name, organisation.DivisionCode ?? "");

    static async Task<IResult> Make(MakeOrganisationRequest request, MakeOrganisation make, Actor actor, HttpContext http) =>
        Answer(await make.Run(request.Under, request.Level, request.Name, request.Division ?? "", actor), isNew: true, http);

    static async Task<IResult> Change(Guid id, ChangeOrganisationRequest request, ChangeOrganisation change, JiqunDb db, Actor actor, HttpContext http)
    {
        if (await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == id) is not { } organisation)
            return Refusals.Refused([Refusals.Missing()], http);
        if (VersionTag.Seen(http.Request) is not { } seen)
            return Refusals.Refused([Finding.Error("no-match", null, Words.Of("api-no-match"))], http);
        if (seen != Tag(organisation))
        {
            http.Response.Headers.ETag = Tag(organisation);
            return Refusals.Stale(Item(organisation));
        }
        return Answer(await change.Run(id, (organisation.Name, organisation.DivisionCode ?? ""), request.Name, request.Division ?? "", actor), isNew: false, http);
    }

    static IResult Answer(Outcome<Organisation> outcome, bool isNew, HttpContext http)
    {
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        http.Response.Headers.ETag = Tag(outcome.Value);
        return isNew ? TypedResults.Created($"/api/organisations/{outcome.Value.Id}", Item(outcome.Value)) : TypedResults.Ok(Item(outcome.Value));
    }

    static async Task<IResult> Delete(Guid id, DeleteOrganisation delete, Actor actor, HttpContext http)
    {
        var outcome = await delete.Run(id, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.NoContent();
    }
}

/// <param name="Under">Null for the root.</param>
/// <param name="Division">Code of GB/T 2260; null for the root.</param>
public sealed record OrganisationItem(Guid Id, Guid? Under, Level Level, string Name, string? Division);

/// <param name="Members">Names of the accounts that are not closed.</param>
/// <param name="Children">Organisations right under it.</param>
public sealed record OrganisationDetail(OrganisationItem Organisation, IReadOnlyList<string> Members, IReadOnlyList<OrganisationItem> Children);

/// <param name="Under">Id of the organisation above it; null makes the root.</param>
/// <param name="Division">Code or name of a division; passed over for the root.</param>
public sealed record MakeOrganisationRequest(Level Level, string Name, Guid? Under = null, string? Division = null);

/// <inheritdoc cref="MakeOrganisationRequest"/>
public sealed record ChangeOrganisationRequest(string Name, string? Division = null);
