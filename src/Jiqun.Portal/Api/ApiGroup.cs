using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Api;

/// <summary>What all routes for programs have in common: an access token, a limit, JSON.</summary>
static class ApiGroup
{
    const string Policy = "api";

    public static void AddApi(this IServiceCollection services)
    {
        services.AddReference();
        services.ConfigureHttpJsonOptions(json =>
        {
            var options = json.SerializerOptions;
            options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;          // Chinese stays Chinese
            options.Converters.Add(new JsonStringEnumConverter(allowIntegerValues: false));
            options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;   // a name that is mistyped is told, not passed over
            options.NumberHandling = JsonNumberHandling.Strict;
            options.RespectNullableAnnotations = true;
            options.RespectRequiredConstructorParameters = true;
        });
        var policies = services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(TokenScheme.Name).RequireAuthenticatedUser());
        foreach (var scope in Enum.GetNames<Scope>())
            policies.AddPolicy(scope, policy => policy.AddAuthenticationSchemes(TokenScheme.Name).RequireClaim(TokenScheme.ScopeClaim, scope));
    }

    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapReference();
        var api = routes.MapGroup("/api").RequireAuthorization(Policy).WithProgramLimit().WithMetadata(new Kept.Never());
        api.Map("/{**path}", (HttpContext http) => Refusals.Refused([Refusals.Missing()], http)).ExcludeFromDescription();
        return api;
    }

    /// <summary>What a token needs for this, and what a program reads about it.</summary>
    /// <param name="summary">One line, in English: the reference's language.</param>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Scope scope, string summary) =>
        route.RequireAuthorization(scope.ToString()).WithMetadata(new NeededScope(scope)).WithSummary(summary);

    /// <summary>A route that only reads.</summary>
    /// <inheritdoc cref="Needs"/>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary);
}
