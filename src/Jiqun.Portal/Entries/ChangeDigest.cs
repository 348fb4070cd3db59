using System.Security.Cryptography;

namespace Jiqun.Portal.Entries;

/// <summary>Binds a save's audit row to the changes that it wrote.</summary>
static class ChangeDigest
{
    /// <summary>SHA-256 of one change, its values as they are stored: personal ones encrypted, so that nothing can be guessed from it.</summary>
    public static byte[] Of(Guid entry, int number, string field, string code, string before, string after, DateTime at, Guid account)
    {
        using var bytes = new MemoryStream(256);
        using var writer = new BinaryWriter(bytes);
        writer.Write(entry.ToByteArray(bigEndian: true));
        writer.Write(number);
        foreach (var text in (string[])[field, code, before, after])
            writer.Write(text);
        writer.Write(at.Ticks / TimeSpan.TicksPerMicrosecond);
        writer.Write(account.ToByteArray(bigEndian: true));
        writer.Flush();
        return SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    public static byte[] Of(Change change) => Of(change.EntryId, change.Number, change.Field, change.Code, change.Before, change.After, change.At, change.AccountId);

    /// <summary>SHA-256 of the digests of several changes, in the order of their numbers; lower-case hex.</summary>
    public static string OfAll(IEnumerable<byte[]> digests) => Convert.ToHexStringLower(SHA256.HashData([.. digests.SelectMany(d => d)]));
}
