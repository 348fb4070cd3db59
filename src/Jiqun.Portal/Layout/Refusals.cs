using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jiqun.Portal.Layout;

/// <summary>The one place where a refusal becomes HTTP: problem details (RFC 9457) for programs, a page for people.</summary>
static class Refusals
{
    /// <summary>Refusals that are about a whole request, by code; what is not here is 422.</summary>
    static int StatusOf(string code) => code switch
    {
        "signed-out" => StatusCodes.Status401Unauthorized,
        "missing" => StatusCodes.Status404NotFound,
        "not-allowed" => StatusCodes.Status403Forbidden,
        "request" => StatusCodes.Status400BadRequest,
        "stale" or "key-busy" or "confirm" => StatusCodes.Status409Conflict,
        "no-match" => StatusCodes.Status428PreconditionRequired,
        "upload-unscanned" => StatusCodes.Status503ServiceUnavailable,
        "storage-full" => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    public static Finding Missing() => Finding.Error("missing", null, Words.Of("missing"));

    public static Finding NotAllowed() => Finding.Error("not-allowed", null, Words.Of("not-allowed"));

    /// <summary>A refusal of a change to what was changed meanwhile, with what stands there now.</summary>
    public static IResult Stale(object current)
    {
        var problem = Problem(StatusCodes.Status412PreconditionFailed, [Finding.Error("stale", null, Words.Of("api-stale"))]);
        problem.Extensions["current"] = current;
        return TypedResults.Problem(problem);
    }

    /// <summary>A refusal as the answer of an endpoint.</summary>
    /// <param name="back">Address where the person sees how things stand; null for none.</param>
    /// <param name="typed">What the person wrote, and can write nowhere any more: given back to be copied.</param>
    public static IResult Refused(IReadOnlyList<Finding> findings, HttpContext http, string? back = null, params IEnumerable<string> typed)
    {
        var status = StatusOf(findings[0].Code);
        return WantsJson(http)
            ? TypedResults.Problem(Problem(status, findings))
            : Page(http, status, findings, back, typed);
    }

    /// <summary>A refusal as the answer of a request that has not come to an endpoint.</summary>
    public static Task Answer(HttpContext http, int status, string code, string message)
    {
        Finding[] findings = [Finding.Error(code, null, message)];
        http.Response.Headers.Remove("blazor-enhanced-nav");   // set by a page that broke while it was drawn; a second one cannot be added
        IResult result = WantsJson(http) ? TypedResults.Problem(Problem(status, findings)) : Page(http, status, findings);
        return result.ExecuteAsync(http);
    }

    /// <summary>Whether it is a program that asks, with a token, and no page.</summary>
    public static bool IsForPrograms(HttpContext http) => http.Request.Path.StartsWithSegments("/api");

    public static bool WantsJson(HttpContext http) =>
        IsForPrograms(http) || http.Request.HasJsonContentType() || http.Request.Headers.Accept.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    static RazorComponentResult<RefusalPage> Page(HttpContext http, int status, IReadOnlyList<Finding> findings, string? back = null, params IEnumerable<string> typed) =>
        new(new Dictionary<string, object?> { ["Actor"] = http.Features.Get<Actor>(), ["Findings"] = findings, ["Back"] = back, ["Typed"] = typed.Where(t => t.Length > 0).ToList() }) { StatusCode = status };

    static ProblemDetails Problem(int status, IReadOnlyList<Finding> findings) => new()
    {
        Status = status,
        Detail = findings[0].Message,
        Extensions = { ["code"] = findings[0].Code, ["findings"] = findings.Select(f => new FoundItem(f.Field, f.Code, f.Severity, f.Message)) },
    };
}

/// <summary>A finding, as programs read it.</summary>
/// <param name="Field">Id of the field of the form, or name of the input, that it is about; null when it is about no single one.</param>
/// <param name="Code">Says what was found, and never changes: docs/findings.md.</param>
/// <param name="Message">In the language of the request, Chinese or English.</param>
public sealed record FoundItem(string? Field, string Code, Severity Severity, string Message);
