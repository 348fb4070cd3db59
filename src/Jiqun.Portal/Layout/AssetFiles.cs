using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Jiqun.Portal.Layout;

/// <summary>The scripts and the style sheet: inside the program, compressed once, and but for the worker under an address that changes with their content.</summary>
static class AssetFiles
{
    static readonly ConcurrentDictionary<string, Asset> Known = new();

    sealed record Asset(string Type, byte[] Plain, byte[] Brotli, string Digest);

    /// <summary>Address of an asset on the server: <c>/assets/portal.js?v=…</c>.</summary>
    public static string Address(string name) => $"/assets/{name}?v={Of(name)!.Digest}";

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{name}", (string name, HttpContext http) => Answer(name, "public, max-age=31536000, immutable", http)).AllowAnonymous().WithMetadata(new AccountEndpoints.NoActivity());
        // at the root, or it could not give the form page; a browser asks for it anew
        routes.MapGet("/offline.js", (HttpContext http) => Answer("offline.js", "no-cache", http)).AllowAnonymous().WithMetadata(new AccountEndpoints.NoActivity());
    }

    static IResult Answer(string name, string keeping, HttpContext http)
    {
        if (Of(name) is not { } asset)
            return Results.NotFound();
        http.Response.Headers.CacheControl = keeping;
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
            return Results.Bytes(asset.Plain, asset.Type);
        http.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(asset.Brotli, asset.Type);
    }

    static Asset? Of(string name)
    {
        if (Known.TryGetValue(name, out var known))
            return known;
        using var stream = typeof(AssetFiles).Assembly.GetManifestResourceStream($"assets/{name}");
        if (stream is null)
            return null;
        var plain = new byte[stream.Length];
        stream.ReadExactly(plain);
        using var small = new MemoryStream();
        using (var brotli = new BrotliStream(small, CompressionLevel.SmallestSize))
            brotli.Write(plain);
        var type = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8"
            : name.EndsWith(".svg", StringComparison.Ordinal) ? "image/svg+xml"
            : "text/javascript; charset=utf-8";
        return Known[name] = new Asset(type, plain, small.ToArray(), Convert.ToHexStringLower(SHA256.HashData(plain))[..16]);
    }
}
