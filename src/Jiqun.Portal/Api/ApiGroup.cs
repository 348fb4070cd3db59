using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
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
            options.AllowDuplicateProperties = false;
            options.Converters.Add(new ZonedTimes());
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
        api.Map("/{**path}", Unmatched).ExcludeFromDescription();
        return api;
    }

    /// <summary>What a token needs for this, and what a program reads about it.</summary>
    /// <param name="summary">One line, in English: the reference's language.</param>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Scope scope, string summary) =>
        route.RequireAuthorization(scope.ToString()).WithMetadata(new NeededScope(scope)).WithSummary(summary);

    /// <summary>What no route takes: told apart whether there is nothing at this address, or it takes another method, or another sort of body.</summary>
    static Task Unmatched(HttpContext http, EndpointDataSource routes)
    {
        var methods = (from route in routes.Endpoints.OfType<RouteEndpoint>()
                       let pattern = route.RoutePattern.RawText!
                       where pattern.StartsWith("/api/", StringComparison.Ordinal) && !pattern.Contains("**", StringComparison.Ordinal)
                       where new TemplateMatcher(TemplateParser.Parse(pattern.TrimStart('/')), []).TryMatch(http.Request.Path, [])
                       from method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                       select method).Distinct().Order().ToList();
        if (methods.Count > 0 && !methods.Contains(http.Request.Method))
        {
            http.Response.Headers.Allow = string.Join(", ", methods);
            return Refusals.Answer(http, StatusCodes.Status405MethodNotAllowed, "method", Words.Of("api-method", string.Join(", ", methods)));
        }
        return methods.Count > 0 && http.Request.ContentType is { } type && !http.Request.HasJsonContentType()
            ? Refusals.Answer(http, StatusCodes.Status415UnsupportedMediaType, "media-type", Words.Of("api-media-type", type))
            : Refusals.Answer(http, StatusCodes.Status404NotFound, "missing", Words.Of("missing"));
    }
}
