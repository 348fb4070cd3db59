using System.Security.Cryptography;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Evidence;

/// <summary>Contents of files in the database, by their digest: one backup holds everything, and the same content stands there once.</summary>
static class Blobs
{
    const int PartLength = 1 << 20;

    public static async Task<string> Digest(Stream content, CancellationToken cancel)
    {
        content.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel));
    }

    /// <summary>Stores a content unless it is there. Within the transaction of whoever refers to it, so that neither is there without the other.</summary>
    public static async Task Keep(this JiqunDb db, string digest, Stream content, CancellationToken cancel)
    {
        // of two who bring the same at once the second waits here for the first
        if (await db.Database.ExecuteSqlAsync($"INSERT INTO blob (digest, size) VALUES ({digest}, {content.Length}) ON CONFLICT (digest) DO NOTHING", cancel) == 0)
            return;
        content.Position = 0;
        var buffer = new byte[PartLength];
        for (var number = 0; await content.ReadAtLeastAsync(buffer, PartLength, throwOnEndOfStream: false, cancel) is > 0 and var read; number++)
        {
            var bytes = read == PartLength ? buffer : buffer[..read];
            await db.Database.ExecuteSqlAsync($"INSERT INTO blob_part (digest, number, bytes) VALUES ({digest}, {number}, {bytes})", cancel);
        }
    }

    /// <summary>A whole content, for those that are no larger than memory.</summary>
    public static async Task<byte[]> Content(this JiqunDb db, string digest, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        await db.Copy(digest, content, cancel);
        return content.ToArray();
    }

    /// <summary>Writes a content part by part.</summary>
    public static async Task Copy(this JiqunDb db, string digest, Stream to, CancellationToken cancel)
    {
        for (var number = 0; await db.Set<BlobPart>().Where(p => p.Digest == digest && p.Number == number).Select(p => p.Bytes).SingleOrDefaultAsync(cancel) is { } bytes; number++)
            await to.WriteAsync(bytes, cancel);
    }
}
