using System.Globalization;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Notices;

static class NoticeEndpoints
{
    /// <summary>Drafts in one request.</summary>
    internal const int MostEdits = 100;

    public static void AddNotices(this IServiceCollection services) => services.AddScoped<SeeEntry>().AddScoped<ReadNotices>().AddScoped<MarkRead>();

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/notices", Show);
        routes.MapPost("/notices", Mark).DisableAntiforgery();
    }

    static async Task<RazorComponentResult> Show(int? page, ReadNotices read, Actor actor) => new RazorComponentResult<NoticesPage>(new { Actor = actor, View = await read.Run(page ?? 1, actor) });

    static async Task<IResult> Mark(IFormCollection form, MarkRead mark, Actor actor)
    {
        var edits = from edit in form["edit"].Take(MostEdits)
                    let parts = edit.Split(':')
                    where parts.Length == 2 && Guid.TryParse(parts[0], out _) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _)
                    select (Guid.Parse(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture));
        await mark.Run(long.TryParse(form["upTo"], NumberStyles.None, CultureInfo.InvariantCulture, out var upTo) ? upTo : 0, edits, actor);
        return Results.LocalRedirect("/notices");
    }
}
