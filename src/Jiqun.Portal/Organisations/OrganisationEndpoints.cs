using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Organisations;

static class OrganisationEndpoints
{
    public static void AddOrganisations(this IServiceCollection services) => services.AddScoped<MakeOrganisation>().AddScoped<ChangeOrganisation>().AddScoped<DeleteOrganisation>();

    public static void MapOrganisations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/organisations", List);
        routes.MapGet("/organisations/new", New);
        routes.MapPost("/organisations/new", Make).DisableAntiforgery();
        routes.MapGet("/organisations/{id:guid}", Show);
        routes.MapGet("/organisations/{id:guid}/change", ChangePage);
        routes.MapPost("/organisations/{id:guid}/change", Change).DisableAntiforgery();
        routes.MapGet("/organisations/{id:guid}/delete", DeletePage);
        routes.MapPost("/organisations/{id:guid}/delete", Delete).DisableAntiforgery();
    }

    static async Task<IResult> List(JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (actor.Role is not (Role.Member or Role.SystemAdministrator))
            return Refusals.Refused([Refusals.NotAllowed()], http);
        var now = clock.Now();
        return new RazorComponentResult<OrganisationsPage>(new
        {
            Actor = actor,
            Rows = await OrganisationTree.Of(db, actor, now),
            Invitations = actor.Role is Role.SystemAdministrator ? await InvitationRow.Of(db, db.InvitationsOf(actor).Where(i => i.OrganisationId == null), null, actor, now) : [],
        });
    }

    static async Task<IResult> Show(Guid id, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) =>
        await OrganisationView.Of(db, id, actor, clock.Now()) is { } view
            ? new RazorComponentResult<OrganisationPage>(new { Actor = actor, View = view })
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> New(Guid? under, JiqunDb db, Actor actor, HttpContext http)
    {
        var parent = await Visible(db, under, actor);
        return under is not null && parent is null ? Refusals.Refused([Refusals.Missing()], http)
            : !Authority.MayMakeUnder(actor, parent) ? Refusals.Refused([Refusals.NotAllowed()], http)
            : Page(actor, null, parent, Authority.LevelsUnder(parent)[0], "", "", []);
    }

    static async Task<IResult> Make(IFormCollection form, MakeOrganisation make, JiqunDb db, Actor actor, HttpContext http)
    {
        Guid? under = form["under"].ToString() is { Length: > 0 } id ? Guid.TryParse(id, out var one) ? one : Guid.Empty : null;
        var (name, division) = (form["name"].ToString(), form["division"].ToString());
        if (!Enum.TryParse<Level>(form["level"], out var level) || !Enum.IsDefined(level))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var outcome = await make.Run(under, level, name, division, actor);
        if (!outcome.Refused)
            return Results.LocalRedirect($"/organisations/{outcome.Value.Id}");
        var parent = await Visible(db, under, actor);
        return (under is null) == (parent is null) && Authority.MayMakeUnder(actor, parent)
            ? Page(actor, null, parent, level, name, division, outcome.Refusal)
            : Refusals.Refused(outcome.Refusal, http);
    }

    static async Task<IResult> ChangePage(Guid id, JiqunDb db, Actor actor, HttpContext http) =>
        await Visible(db, id, actor) is not { } organisation ? Refusals.Refused([Refusals.Missing()], http)
        : !Authority.MayChange(actor, organisation) ? Refusals.Refused([Refusals.NotAllowed()], http)
        : Page(actor, organisation, await Visible(db, organisation.ParentId, actor), organisation.Level, organisation.Name, Placing.Shown(organisation.DivisionCode), []);

    static async Task<IResult> Change(Guid id, IFormCollection form, ChangeOrganisation change, JiqunDb db, Actor actor, HttpContext http)
    {
        var (name, division, seen) = (form["name"].ToString(), form["division"].ToString(), (form["seenName"].ToString(), form["seenDivision"].ToString()));
        var outcome = await change.Run(id, seen, name, division, actor);
        if (!outcome.Refused)
            return Results.LocalRedirect($"/organisations/{id}");
        return await Visible(db, id, actor) is { } organisation && Authority.MayChange(actor, organisation)
            ? Page(actor, organisation, await Visible(db, organisation.ParentId, actor), organisation.Level, name, division, outcome.Refusal, seen)
            : Refusals.Refused(outcome.Refusal, http);
    }

    /// <param name="seen">Null for what is there now.</param>
    static RazorComponentResult<OrganisationFormPage> Page(
        Actor actor, Organisation? changed, Organisation? parent, Level level, string name, string division, IReadOnlyList<Finding> findings, (string, string)? seen = null)
    {
        var isStale = findings.Any(f => f.Code == "stale");
        return new(new
        {
            Actor = actor,
            Changed = changed,
            Seen = seen is { } before && !isStale ? before : (changed?.Name ?? "", changed?.DivisionCode ?? ""),          // what is now there is told with the findings
            Parent = parent,
            Level = level,
            Name = name,
            Division = division,
            Findings = findings,
        })
        {
            StatusCode = isStale ? StatusCodes.Status409Conflict : findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };
    }

    static async Task<IResult> DeletePage(Guid id, DeleteOrganisation delete, Actor actor, HttpContext http)
    {
        var found = await delete.Find(id, actor);
        return found.Refused ? Refusals.Refused(found.Refusal, http) : new RazorComponentResult<DeleteOrganisationPage>(new { Actor = actor, Organisation = found.Value });
    }

    static async Task<IResult> Delete(Guid id, DeleteOrganisation delete, Actor actor, HttpContext http)
    {
        var outcome = await delete.Run(id, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : Results.LocalRedirect(outcome.Value.ParentId is { } parent ? $"/organisations/{parent}" : "/organisations");
    }

    /// <summary>Null when there is none, or it is not for this person.</summary>
    static async Task<Organisation?> Visible(JiqunDb db, Guid? id, Actor actor) => await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == id);
}
