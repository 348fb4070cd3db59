using System.Globalization;
using System.Security.Cryptography;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Jiqun.Portal.Api;

/// <summary>The API described: OpenAPI 3.1, and a page to read it. Both are open to everybody, since the program is.</summary>
static class Reference
{
    const string Document = "v1", Address = "/api/openapi.json", BearerScheme = "token";

    public static void AddReference(this IServiceCollection services) => services.AddOpenApi(Document, openApi =>
    {
        openApi.ShouldInclude = route => route.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        openApi.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? $"{type.Type.DeclaringType?.Name}{name}" : null;
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Jiqun",
                Version = "1",
                Description = "Entry forms of advanced manufacturing clusters: filled in, checked and submitted. Refusals are problem details (RFC 9457) with findings. See docs/api.md.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An access token, made in the portal under “Account”, “Access tokens”." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
            return Task.CompletedTask;
        });
        openApi.AddSchemaTransformer(async (schema, context, cancel) =>
        {
            if (context.JsonTypeInfo.Type is { IsClass: true, Name: var name } && !name.EndsWith("Request", StringComparison.Ordinal) && context.JsonTypeInfo.Type.DeclaringType?.Name.EndsWith("Request", StringComparison.Ordinal) != true)
                schema.AdditionalPropertiesAllowed = true;          // answers may come to tell more
            if (context.JsonTypeInfo.Type == typeof(DateTimeOffset))
                schema.Type = JsonSchemaType.String;                // its own converter keeps it from being known
            if (context.JsonTypeInfo.Type != typeof(ProblemDetails))
                return;
            schema.Description = "Why a request was refused (RFC 9457).";
            schema.Properties!["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Code of the first finding." };
            schema.Properties["findings"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = await context.GetOrCreateSchemaAsync(typeof(FoundItem), null, cancel) };
            schema.Properties["current"] = new OpenApiSchema { Description = "With status 412: what stands there now." };
        });
        openApi.AddOperationTransformer((operation, route, _) =>
        {
            Describe(operation, route.Description.ActionDescriptor.EndpointMetadata, route.Description.HttpMethod, route.Document);
            return Task.CompletedTask;
        });
    });

    static void Describe(OpenApiOperation operation, IList<object> metadata, string? method, OpenApiDocument? document)
    {
        if (metadata.OfType<NeededScope>().LastOrDefault() is { } needed)
            operation.Description = $"{operation.Description} Scope: {needed.Scope}.".TrimStart();
        operation.Parameters ??= [];
        if (metadata.OfType<NeedsMatch>().Any())
            operation.Parameters.Add(InHeader("If-Match", isRequired: true, "The ETag that you saw; \"0\" for a field that was never filled in."));
        if (operation.Parameters.OfType<OpenApiParameter>().SingleOrDefault(p => p.Name == RequestKeys.Header) is { } key)
            key.Required = true;                        // whoever asks for it needs it
        else if (method is "POST")
            operation.Parameters.Add(InHeader(RequestKeys.Header, isRequired: false, "Of your choice, such as a new UUID: a repeated request with the same key is done once."));
        if (metadata.OfType<TakesFile>().Any())
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
            };
        operation.Responses ??= [];
        void Refused(int status, string what) => operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = what,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), document) } },
        });
        Refused(StatusCodes.Status400BadRequest, "The request cannot be read; the message says where");
        Refused(StatusCodes.Status401Unauthorized, "No token that works");
        if (method is not "GET")
            Refused(StatusCodes.Status403Forbidden, "Not allowed to this person, or not with this token");
        if (operation.RequestBody is not null)
            Refused(StatusCodes.Status413PayloadTooLarge, "The body is too large; the message says how large it may be");
        if (method is "POST")
            Refused(StatusCodes.Status409Conflict, "The request with this Idempotency-Key has no answer yet");
        Refused(StatusCodes.Status429TooManyRequests, "Too many requests; Retry-After says how many seconds to wait");
    }

    static OpenApiParameter InHeader(string name, bool isRequired, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Required = isRequired, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var json = new Lazy<Task<byte[]>>(async () =>
        {
            var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync();
            using var written = new MemoryStream();
            await document.SerializeAsJsonAsync(written, OpenApiSpecVersion.OpenApi3_1);
            return written.ToArray();
        });
        routes.MapGet(Address, async () => Results.Bytes(await json.Value, "application/json; charset=utf-8")).AllowAnonymous().ExcludeFromDescription().WithMetadata(new AccountEndpoints.NoActivity());
        routes.MapScalarApiReference("/api/reference", (scalar, http) =>
        {
            scalar.WithTitle("Jiqun API").WithOpenApiRoutePattern(Address).DisableDefaultFonts().DisableTelemetry().DisableAgent().HideDeveloperTools().WithNonce(Nonce(http)).AddPreferredSecuritySchemes(BearerScheme);
            AllowScalar(http);
        }).AllowAnonymous();
    }

    static string Nonce(HttpContext http) => (string)(http.Items["nonce"] ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Its page is written for looser rules than ours; it is the only one that gets them.</summary>
    static void AllowScalar(HttpContext http) => http.Response.Headers.ContentSecurityPolicy =
        $"default-src 'none'; script-src 'self' 'nonce-{Nonce(http)}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}
