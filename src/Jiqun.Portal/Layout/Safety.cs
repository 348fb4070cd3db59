using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Layout;

/// <summary>What an endpoint takes that is sent files.</summary>
sealed record LargestBody(long Bytes);

/// <summary>What every answer and every request must meet, whichever page it is about.</summary>
static class Safety
{
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Headers that forbid a browser what the pages do not need.</summary>
    public static void UseSafeHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(http);
    });

    /// <summary>What is larger than this is read to its end, up to a point, so that the browser is there to hear why it was not taken.</summary>
    public static void UseLargestRequest(this WebApplication app, long largest, long largestRead) => app.Use(async (http, next) =>
    {
        var most = http.GetEndpoint()?.Metadata.GetMetadata<LargestBody>()?.Bytes ?? largest;
        if (http.Request.ContentLength is not { } length || length <= most)
        {
            if (most > largest)
                http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = most;
            await next(http);
            return;
        }
        if (length <= largestRead)
        {
            http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = largestRead;
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        }
        await Failures.Unreadable(http, StatusCodes.Status413PayloadTooLarge);
    });

    /// <summary>HEAD is answered as GET is; the server leaves out the body.</summary>
    public static void UseHeads(this WebApplication app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsHead(http.Request.Method))
            http.Request.Method = HttpMethods.Get;
        return next(http);
    });

    /// <summary>
    /// JSON that the browser vouches for: no page of another site can have it sent with this header, and no form sends JSON. A token would tell
    /// no more, and is checked where the browser says nothing.
    /// </summary>
    static bool IsSentByOwnScript(HttpRequest request) => request.HasJsonContentType() && request.Headers["Sec-Fetch-Site"] == "same-origin";

    /// <summary>Sent with an access token, which no browser sends by itself.</summary>
    static bool IsSentByProgram(HttpContext http) => http.User.Identity?.AuthenticationType is TokenScheme.Name;

    /// <summary>Refuses whatever changes something and does not bear the token of a page of ours.</summary>
    public static void UseTokens(this WebApplication app)
    {
        var antiforgery = app.Services.GetRequiredService<IAntiforgery>();
        app.Use(async (http, next) =>
        {
            if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || IsSentByOwnScript(http.Request) || IsSentByProgram(http) || await antiforgery.IsRequestValidAsync(http))
                await next(http);
            else if (await SignInEndpoints.SendAgain(http) is { } page)
                await page.ExecuteAsync(http);
            else
                await Refusals.Answer(http, StatusCodes.Status400BadRequest, "token", Words.Of("token-invalid"));
        });
    }

    /// <summary>Whether a request comes from a page of this very site, as far as the browser says.</summary>
    public static bool IsFromOwnPage(this HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is var site && site.Length > 0
            ? site is "same-origin"
            : request.Headers.Origin.ToString() == $"{request.Scheme}://{request.Host}";
}
