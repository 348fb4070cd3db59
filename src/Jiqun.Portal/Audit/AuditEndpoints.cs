using System.Globalization;
using System.Net.Mime;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Audit;

static class AuditEndpoints
{
    public static void AddAudit(this IServiceCollection services) => services.AddScoped<ReadAudit>().AddScoped<ExportAudit>().AddHostedService<ChainAudit>();

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/audit").Only(Role.AuditAdministrator);
        audit.MapGet("", Show);
        audit.MapGet("/rows.csv", Export);
        audit.MapGet("/checkpoint", ShowCheckpoint);
        audit.MapGet("/checkpoint.json", TakeCheckpoint);
    }

    /// <summary>The filter as the page's address says it.</summary>
    static AuditFilter Filter(IQueryCollection query)
    {
        return AuditFilter.Of(Named<AuditAction>("action"), query["account"], Day("from"), Day("to"), Named<AuditOutcome>("outcome"), Guid.TryParse(query["subject"], out var subject) ? subject : null, query["address"]);

        T? Named<T>(string name)
            where T : struct, Enum => Enum.TryParse<T>(query[name], out var asked) && Enum.IsDefined(asked) ? asked : null;

        DateOnly? Day(string name) => DateOnly.TryParseExact(query[name], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
    }

    static async Task<IResult> Show(string? before, ReadAudit read, Actor actor, HttpContext http)
    {
        var filter = Filter(http.Request.Query);
        long? older = long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        return new RazorComponentResult<AuditPage>(new { Actor = actor, Filter = filter, Part = await read.Run(filter, older), IsNewest = older is null });
    }

    static async Task<IResult> Export(ExportAudit export, Actor actor, TimeProvider clock, HttpContext http)
    {
        var table = await export.Run(Filter(http.Request.Query), actor);
        return table.Refused ? Refusals.Refused(table.Refusal, http) : Results.File(table.Value, "text/csv", $"审计记录-{clock.Now():yyyyMMdd-HHmmss}.csv");
    }

    static async Task<IResult> ShowCheckpoint(ReadAudit read, Actor actor) => new RazorComponentResult<CheckpointPage>(new { Actor = actor, Checkpoint = await read.Checkpoint() });

    static async Task<IResult> TakeCheckpoint(ReadAudit read, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await read.Checkpoint() is not { } checkpoint)
            return Refusals.Refused([Refusals.Missing()], http);
        await db.NoteAlone(AuditAction.CheckpointTaken, actor.AccountId, null, clock.Now(), $"{checkpoint.Block} {checkpoint.Hash}");
        return Results.File(checkpoint.Written(), MediaTypeNames.Application.Json, $"审计检查点-{checkpoint.Block}.json");
    }
}
