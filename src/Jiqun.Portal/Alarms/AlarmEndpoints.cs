using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Alarms;

/// <summary>An alarm with whom it is about.</summary>
/// <param name="Account">Name and user name; empty when it is about an address.</param>
/// <param name="DoneAt">Null while it is open.</param>
public sealed record AlarmItem(Guid Id, AlarmKind Kind, Guid? AccountId, string Account, string Address, DateTime Since, DateTime Last, int Count, DateTime? DoneAt);

/// <summary>Alarms: for the security administrator, who deals with them; that they did is an audit row.</summary>
static class AlarmEndpoints
{
    const int Most = 200;

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        var alarms = routes.MapGroup("/alarms").Only(Role.SecurityAdministrator);
        alarms.MapGet("", Show);
        alarms.MapPost("/{id:guid}/done", async (Guid id, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) =>
            await Done(id, db, actor, clock) ? Results.LocalRedirect("/alarms") : Refusals.Refused([Refusals.Missing()], http)).DisableAntiforgery();
    }

    public static void MapAlarmApi(this IEndpointRouteBuilder api)
    {
        var alarms = api.MapGroup("/alarms").WithTags("Accounts").Only(Role.SecurityAdministrator);
        alarms.MapGet("", Read).WithSummary("What looks wrong, the open ones first").Produces<IReadOnlyList<AlarmItem>>().ProducesProblem(403);
        alarms.MapPost("/{id:guid}/done", async (Guid id, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) =>
            await Done(id, db, actor, clock) ? TypedResults.NoContent() : Refusals.Refused([Refusals.Missing()], http))
            .Needs(Scope.Accounts, "An alarm is dealt with").Produces(StatusCodes.Status204NoContent).ProducesProblem(403).ProducesProblem(404);
    }

    static async Task<IResult> Show(JiqunDb db, Actor actor) => new RazorComponentResult<AlarmsPage>(new { Actor = actor, Alarms = await Read(db) });

    static async Task<IReadOnlyList<AlarmItem>> Read(JiqunDb db) =>
        await (from a in db.Alarms.AsNoTracking()
               join u in db.Users on a.AccountId equals u.Id into whose
               from u in whose.DefaultIfEmpty()
               orderby a.DoneAt != null, a.Last descending, a.Id
               select new AlarmItem(a.Id, a.Kind, a.AccountId, u == null ? "" : u.FullName + " (" + u.UserName + ")", a.Address, a.Since, a.Last, a.Count, a.DoneAt)).Take(Most).ToListAsync();

    static async Task<bool> Done(Guid id, JiqunDb db, Actor actor, TimeProvider clock)
    {
        if (await db.Alarms.SingleOrDefaultAsync(a => a.Id == id) is not { } alarm)
            return false;
        if (alarm.DoneAt is not null)
            return true;
        (alarm.DoneAt, alarm.DoneBy) = (clock.Now(), actor.AccountId);
        db.Note(AuditAction.AlarmDone, actor.AccountId, id, clock.Now(), $"{alarm.Kind}");
        await db.SaveChangesAsync();
        return true;
    }
}
