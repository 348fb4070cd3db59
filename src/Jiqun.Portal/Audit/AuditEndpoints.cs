using System.Globalization;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Audit;

static class AuditEndpoints
{
    public static void AddAudit(this IServiceCollection services) => services.AddScoped<ReadAudit>().AddHostedService<ChainAudit>();

    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGroup("/audit").Only(Role.AuditAdministrator).MapGet("", Show);

    static async Task<IResult> Show(string? action, string? account, string? day, string? before, ReadAudit read, Actor actor)
    {
        var filter = AuditFilter.Of(
            Enum.TryParse<AuditAction>(action, out var asked) && Enum.IsDefined(asked) ? asked : null,
            account,
            DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null);
        long? older = long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        return new RazorComponentResult<AuditPage>(new { Actor = actor, Filter = filter, Part = await read.Run(filter, older), IsNewest = older is null });
    }
}
