using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.PersonalData;

static class PersonalDataEndpoints
{
    public static void AddPersonalData(this IServiceCollection services) => services.AddScoped<FindPerson>().AddHostedService<PurgePersonalData>();

    public static void MapPersonalData(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/people", (Actor actor, HttpContext http) => actor.IsMember(Level.Ministry) ? Page(actor, null, []) : Refusals.Refused([Refusals.NotAllowed()], http));
        routes.MapPost("/people", Find).DisableAntiforgery();      // sent, not asked for by address: that would stand in logs
    }

    static async Task<IResult> Find(IFormCollection form, FindPerson find, Actor actor, HttpContext http)
    {
        var outcome = await find.Run(form["person"].ToString(), actor);
        return !outcome.Refused ? Page(actor, outcome.Value, [])
            : outcome.Refusal[0].Field is null ? Refusals.Refused(outcome.Refusal, http)
            : Page(actor, null, outcome.Refusal);
    }

    static RazorComponentResult<PeoplePage> Page(Actor actor, PersonReport? report, IReadOnlyList<Finding> findings) =>
        new(new { Actor = actor, Report = report, Findings = findings }) { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
}
