using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Accounts;

/// <summary>How often one address may try what needs no account, whatever names it tries, how much it may say to published rounds, and how often a person's programs may ask.</summary>
static class RequestLimits
{
    const string Attempts = "attempts", Programs = "programs", Comments = "comments";

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1), CommentWindow = TimeSpan.FromHours(1);

    public static void AddRequestLimits(this IServiceCollection services, PortalSettings settings) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Attempts, http => RateLimitPartition.GetFixedWindowLimiter(
            Network(http.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.AttemptsPerMinute, Window = Window }));
        // counted by themselves: whoever shares an address with somebody who says much can sign in all the same
        limits.AddPolicy(Comments, http => RateLimitPartition.GetFixedWindowLimiter(
            Network(http.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.CommentsPerHour, Window = CommentWindow }));
        limits.AddPolicy(Programs, http => RateLimitPartition.GetFixedWindowLimiter(
            http.Features.Get<Actor>()?.AccountId ?? Guid.Empty, _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.ApiRequestsPerMinute, Window = Window }));
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => IsCounted(http)
            ? RateLimitPartition.GetFixedWindowLimiter(
                http.Features.Get<Actor>() is { } actor ? $"{actor.AccountId:N}" : Network(http.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.RequestsPerMinute, Window = Window })
            : RateLimitPartition.GetNoLimiter(""));
        limits.OnRejected = async (rejected, _) =>
        {
            var words = rejected.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName switch
            {
                Attempts => "attempts-too-many",
                Comments => "comments-too-many",
                _ => "api-too-many",
            };
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Window;
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Refusals.Answer(rejected.HttpContext, StatusCodes.Status429TooManyRequests, words, Words.Of(words));
        };
    });

    /// <summary>Pages. Programs are counted by themselves; whoever types must never be stopped.</summary>
    static bool IsCounted(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/assets") && !http.Request.HasJsonContentType() && http.GetEndpoint()?.Metadata.GetMetadata<AccountEndpoints.NoActivity>() is null;

    public static TBuilder WithAttemptLimit<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Attempts);

    public static TBuilder WithCommentLimit<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Comments);

    public static TBuilder WithProgramLimit<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Programs);

    /// <summary>Of IPv6 the first half: the rest a household or an office chooses itself.</summary>
    static string Network(IPAddress? address)
    {
        if (address is null)
            return "";
        var plain = AddressRanges.Plain(address);
        return plain.GetAddressBytes() is { Length: 16 } six ? Convert.ToHexString(six.AsSpan(0, 8)) : $"{plain}";
    }
}
