using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Api;

/// <summary>Versions of things in the headers ETag, If-Match and If-None-Match.</summary>
static class VersionTag
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Of something that bears no version: of all that can be changed of it.</summary>
    public static string Of(params IEnumerable<string> parts) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16]}\"";

    /// <summary>The version that a change is made against; null when the request says none.</summary>
    public static int? Seen(HttpRequest request) =>
        request.Headers.IfMatch.ToString() is ['"', .. var inner, '"'] && int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : request.Headers.IfNoneMatch == "*" ? 0
        : null;

    /// <summary>Sets the header. True when the program has this version already.</summary>
    public static bool IsKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag);
    }
}
