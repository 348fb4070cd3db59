using System.Text.Json;
using System.Text.RegularExpressions;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Layout;

/// <summary>What a person is told when something broke that is not theirs to mend. What broke goes to the log, under a number that the message bears.</summary>
static partial class Failures
{
    public static void UseFailures(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("jiqun");
        app.Use(async (http, next) =>
        {
            try
            {
                await next(http);
                // a form that ends in the middle is answered by the framework without a word
                if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest, ContentType: null })
                    await Unreadable(http, StatusCodes.Status400BadRequest);
            }
            catch (BadHttpRequestException wrong) when (!http.Response.HasStarted && wrong.InnerException is JsonException)
            {
                await Refusals.Answer(http, StatusCodes.Status400BadRequest, "request", Words.Of("api-json", PlaceOf((JsonException)wrong.InnerException!)));
            }
            catch (BadHttpRequestException wrong) when (!http.Response.HasStarted && Refusals.IsForPrograms(http) && Parameter().Match(wrong.Message) is { Success: true } parameter)
            {
                await Refusals.Answer(http, StatusCodes.Status400BadRequest, "request", Words.Of("api-parameter", parameter.Groups[1].Value));
            }
            catch (Exception wrong) when (!http.Response.HasStarted && Unreadable(wrong) is not null)
            {
                await Unreadable(http, Unreadable(wrong)!.Value);
            }
            catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
            {
            }
            catch (Exception failure) when (!http.Response.HasStarted && Database.IsFull(failure))
            {
                Full(log, failure);
                Metrics.Failures.Add(1, Metrics.Kind("disk-full"));
                await Refusals.Answer(http, StatusCodes.Status507InsufficientStorage, "storage-full", Words.Of("storage-full"));
            }
            catch (Exception failure) when (!http.Response.HasStarted)
            {
                var number = Guid.NewGuid().ToString("N")[..8];
                Failed(log, failure, number, http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "");      // an address may bear a secret
                Metrics.Failures.Add(1, Metrics.Kind("request"));
                await Refusals.Answer(http, StatusCodes.Status500InternalServerError, "failed", Words.Of("failed", number));
            }
        });
    }

    /// <summary>As the framework says it: Failed to bind parameter "Nullable&lt;EntryState&gt; state" from "foo".</summary>
    [GeneratedRegex("""parameter "[^"]* (\w+)" """)]
    private static partial Regex Parameter();

    /// <summary>Where JSON is not as it ought to be: a path; for what is missing, its name.</summary>
    static string PlaceOf(JsonException wrong)
    {
        const string missing = "required properties including: ";
        var path = wrong.Path is { Length: > 0 } known ? known : "$";
        return wrong.Message.IndexOf(missing, StringComparison.Ordinal) is >= 0 and var at ? $"{path}: {wrong.Message[(at + missing.Length)..].TrimEnd('.')}" : path;
    }

    public static Task Unreadable(HttpContext http, int status) =>
        Refusals.Answer(http, status, "request", status == StatusCodes.Status413PayloadTooLarge
            ? Words.Of("request-too-large", ((http.GetEndpoint()?.Metadata.GetMetadata<LargestBody>()?.Bytes ?? Portal.LargestRequest) >> 20))
            : Words.Of("request-unreadable"));

    /// <summary>Status of a request that cannot be read, also when the check of its token found it so; null for every other failure.</summary>
    static int? Unreadable(Exception failure) => failure switch
    {
        BadHttpRequestException wrong => wrong.StatusCode,
        InvalidDataException => StatusCodes.Status400BadRequest,
        AntiforgeryValidationException { InnerException: { } inner } => Unreadable(inner),
        _ => null,
    };

    [LoggerMessage(LogLevel.Error, "The disk of the database is full, or cannot be written.")]
    static partial void Full(ILogger log, Exception why);

    [LoggerMessage(LogLevel.Error, "{Number}: {Method} {Route} failed.")]
    static partial void Failed(ILogger log, Exception why, string number, string method, string route);
}
