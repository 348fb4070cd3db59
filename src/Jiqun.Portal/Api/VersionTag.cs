using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Jiqun.Portal.Api;

/// <summary>Versions of things in the headers ETag, If-Match and If-None-Match. A tag that a proxy made weak on its way counts as the one that was given.</summary>
static class VersionTag
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Of something that bears no version: of all that is told of it.</summary>
    public static string Of(params IEnumerable<string?> parts) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16]}\"";

    /// <summary>The tag that a change is made against; null when the request says none, empty when it says none that can be known.</summary>
    public static string? Seen(HttpRequest request) =>
        request.Headers.IfNoneMatch == "*" ? Of(0)
        : request.Headers.IfMatch.Count == 0 ? null
        : Tags(request.Headers.IfMatch) is [var one] ? one
        : "";

    /// <summary>The version that it names; -1 when it names none, which then is an old one.</summary>
    public static int Version(string tag) => int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;

    /// <summary>Sets the header. True when the program has this version already.</summary>
    public static bool IsKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        return Tags(http.Request.Headers.IfNoneMatch).Contains(tag);
    }

    static List<string> Tags(IList<string?> header) => EntityTagHeaderValue.TryParseList([.. header.OfType<string>()], out var tags) ? [.. tags.Select(t => t.Tag.ToString())] : [];
}
