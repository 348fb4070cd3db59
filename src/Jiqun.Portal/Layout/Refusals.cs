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
        "stale" => StatusCodes.Status409Conflict,
        "storage-full" => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    public static Finding Missing() => Finding.Error("missing", null, Words.Of("missing"));

    public static Finding NotAllowed() => Finding.Error("not-allowed", null, Words.Of("not-allowed"));

    /// <summary>A refusal as the answer of an endpoint.</summary>
    public static IResult Refused(IReadOnlyList<Finding> findings, HttpContext http)
    {
        var status = StatusOf(findings[0].Code);
        return WantsJson(http)
            ? TypedResults.Problem(Problem(status, findings))
            : Page(http, status, findings);
    }

    /// <summary>A refusal as the answer of a request that has not come to an endpoint.</summary>
    public static Task Answer(HttpContext http, int status, string code, string message)
    {
        Finding[] findings = [Finding.Error(code, null, message)];
        http.Response.Headers.Remove("blazor-enhanced-nav");   // set by a page that broke while it was drawn; a second one cannot be added
        IResult result = WantsJson(http) ? TypedResults.Problem(Problem(status, findings)) : Page(http, status, findings);
        return result.ExecuteAsync(http);
    }

    public static bool WantsJson(HttpContext http) =>
        http.Request.HasJsonContentType() || http.Request.Headers.Accept.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    static RazorComponentResult<RefusalPage> Page(HttpContext http, int status, IReadOnlyList<Finding> findings) =>
        new(new Dictionary<string, object?> { ["Actor"] = http.Features.Get<Actor>(), ["Findings"] = findings }) { StatusCode = status };

    static ProblemDetails Problem(int status, IReadOnlyList<Finding> findings) => new()
    {
        Status = status,
        Detail = findings[0].Message,
        Extensions = { ["code"] = findings[0].Code, ["findings"] = findings.Select(f => new { f.Code, f.Field, f.Message }) },
    };
}
