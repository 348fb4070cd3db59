using System.Net;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Builder;

namespace Jiqun.Portal.Audit;

/// <summary>Where a request comes from. Goes along with whatever is done for it, so that each audit row bears it without every use case being told.</summary>
sealed class Origin(IPAddress? address)
{
    static readonly AsyncLocal<Origin?> current = new();

    string? written;

    /// <summary>Null when the portal does something by itself.</summary>
    public static Origin? Current => current.Value;

    /// <summary>IP address; of a proxy that is believed, the one that it says.</summary>
    public string Address => written ??= address is null ? "" : new IPAddress(AddressRanges.Plain(address).GetAddressBytes()).ToString();      // without the number of a network card

    /// <summary>The token that the request bears; null when a person asks.</summary>
    public Guid? Token { get; set; }

    public static void Begin(IPAddress? address) => current.Value = new Origin(address);
}

static class Origins
{
    /// <summary>Remembers for whatever is done for a request where it comes from.</summary>
    public static void UseOrigins(this WebApplication app) => app.Use((http, next) =>
    {
        Origin.Begin(http.Connection.RemoteIpAddress);
        return next(http);
    });
}
