using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Jiqun.Tests.Portal.Accounts;

/// <summary>An authenticator app: RFC 6238 written down once more, from the text of the key.</summary>
static class TestTotp
{
    public static string Code(string key, DateTimeOffset at)
    {
        var bits = string.Concat(key.Where(char.IsLetterOrDigit).Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var counter = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(at.ToUnixTimeSeconds() / 30));
#pragma warning disable CA5350
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var offset = hash[19] & 15;
        var number = ((hash[offset] & 127) << 24) | (hash[offset + 1] << 16) | (hash[offset + 2] << 8) | hash[offset + 3];
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>Turns two-factor on for whoever is signed in.</summary>
    public static async Task<(string Key, IReadOnlyList<string> Recovery)> TurnOn(TestPortal portal, TestBrowser browser)
    {
        await browser.Get("/account/two-factor");
        var page = await browser.Post("/account/two-factor/begin");
        var key = page.Document.QuerySelector("#key")!.TextContent;
        page = await browser.Post("/account/two-factor", ("code", Code(key, portal.Clock.Time)));
        portal.Clock.Time += TimeSpan.FromSeconds(30);              // a code works once
        return (key, [.. page.Document.QuerySelectorAll(".recovery-codes .secret").Select(c => c.TextContent)]);
    }
}
