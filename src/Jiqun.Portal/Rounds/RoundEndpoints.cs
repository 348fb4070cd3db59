using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Rounds;

static class RoundEndpoints
{
    public static void MapRounds(this IEndpointRouteBuilder routes)
    {
    }
}
