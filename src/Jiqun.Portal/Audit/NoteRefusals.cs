using System.Collections.Concurrent;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Audit;

/// <summary>Writes down that somebody who is signed in asked for what is not theirs, or for ids that are nothing to them.</summary>
static class NoteRefusals
{
    /// <summary>Rows of one account within a minute; beyond them nothing new is learned.</summary>
    const int MostAMinute = 30;

    public static void UseNotedRefusals(this WebApplication app)
    {
        var (database, clock) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<TimeProvider>());
        ConcurrentDictionary<(Guid Account, long Minute), int> noted = [];
        app.Use(async (http, next) =>
        {
            await next(http);
            if (http.Response.StatusCode is not (StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound) || http.Features.Get<Actor>() is not { } actor
                || http.GetEndpoint() is not RouteEndpoint { RoutePattern: { RawText: { } route } pattern } || http.Response.StatusCode == StatusCodes.Status404NotFound && pattern.Parameters.Count == 0 || route.Contains("{*", StringComparison.Ordinal))
                return;
            var now = clock.Now();
            var minute = now.Ticks / TimeSpan.TicksPerMinute;
            if (noted.Count > 10_000)
                noted.Clear();
            if (noted.AddOrUpdate((actor.AccountId, minute), 1, (_, n) => n + 1) > MostAMinute)
                return;
            await using var db = database.Open();
            await db.NoteAlone(AuditAction.AccessRefused, actor.AccountId, Guid.TryParse(http.GetRouteValue("id") as string, out var id) ? id : null, now, $"{http.Request.Method} {route}", AuditOutcome.Refused);
        });
    }
}
