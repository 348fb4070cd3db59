using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Organisations;

static class OrganisationEndpoints
{
    public static void MapOrganisations(this IEndpointRouteBuilder routes)
    {
    }
}
