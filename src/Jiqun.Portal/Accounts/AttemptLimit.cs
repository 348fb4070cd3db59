using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Accounts;

/// <summary>How often one address may try what needs no account, whatever names it tries.</summary>
static class AttemptLimit
{
    const string Policy = "attempts";

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void AddAttemptLimit(this IServiceCollection services, PortalSettings settings) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Policy, http => RateLimitPartition.GetFixedWindowLimiter(
            Network(http.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.AttemptsPerMinute, Window = Window }));
        limits.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Window;
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Refusals.Answer(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "attempts-too-many", Words.Of("attempts-too-many"));
        };
    });

    public static TBuilder WithAttemptLimit<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireRateLimiting(Policy);

    /// <summary>Of IPv6 the first half: the rest a household or an office chooses itself.</summary>
    static string Network(IPAddress? address) =>
        address is null ? ""
        : address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}"
        : address.GetAddressBytes() is { Length: 16 } six ? Convert.ToHexString(six.AsSpan(0, 8))
        : $"{address}";
}
