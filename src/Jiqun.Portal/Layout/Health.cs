using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Layout;

/// <summary>What a load balancer or a watcher asks. Answered before anybody's cookie is looked at, so that it hangs on nothing else.</summary>
static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => "live").AllowAnonymous().ShortCircuit();
        routes.MapGet("/health/ready", async (Readiness readiness) => await readiness.IsReady()
            ? Results.Text("ready")
            : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)).AllowAnonymous().ShortCircuit();
    }
}

/// <summary>Whether the database answers. One question at a time, however many want to know, so that one that hangs is not buried in questions.</summary>
sealed class Readiness(Database database)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly Lock turn = new();
    Task question = Task.CompletedTask;

    public async Task<bool> IsReady()
    {
        Task mine;
        lock (turn)
        {
            if (question.IsCompleted)
                question = Task.Run(() => database.First(new Statement("SELECT id FROM round LIMIT 1"), _ => ""));
            mine = question;
        }
        await mine.WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
        return mine.IsCompletedSuccessfully;
    }
}
