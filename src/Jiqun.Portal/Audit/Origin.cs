using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Jiqun.Portal.Audit;

/// <summary>Where a request comes from. Goes along with whatever is done for it, so that each audit row bears it without every use case being told.</summary>
sealed class Origin(string address)
{
    static readonly AsyncLocal<Origin?> current = new();

    /// <summary>Null when the portal does something by itself.</summary>
    public static Origin? Current => current.Value;

    /// <summary>IP address; of a proxy that is believed, the one that it says.</summary>
    public string Address => address;

    /// <summary>The token that the request bears; null when a person asks.</summary>
    public Guid? Token { get; set; }

    public static void Use(WebApplication app) => app.Use((http, next) =>
    {
        current.Value = new Origin(Written(http.Connection.RemoteIpAddress));
        return next(http);
    });

    /// <summary>IPv4 as such, also where the socket speaks IPv6; empty when there is none.</summary>
    public static string Written(IPAddress? address) => address is null ? "" : address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}" : new IPAddress(address.GetAddressBytes()).ToString();
}
