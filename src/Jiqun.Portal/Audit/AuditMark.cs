using System.Buffers.Binary;
using System.Security.Cryptography;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Jiqun.Portal.Audit;

/// <summary>
/// What shows that the portal wrote an audit row, and nobody who has only got the database: a MAC (HMAC-SHA-256) under a key that is derived of the
/// master key, over all that the row says and 8 random bytes, by which a row that was copied is known.
/// </summary>
static class AuditMark
{
    public const int RandomLength = 8;

    const int Length = 32;

    public static byte[] Make(MasterKey key, AuditRow row)
    {
        Span<byte> random = stackalloc byte[RandomLength];
        RandomNumberGenerator.Fill(random);
        return Make(key, row, random);
    }

    public static bool IsRight(MasterKey key, AuditRow row) =>
        row.Mark.Length == Length && CryptographicOperations.FixedTimeEquals(row.Mark, Make(key, row, row.Mark.AsSpan(0, RandomLength)));

    static byte[] Make(MasterKey key, AuditRow row, ReadOnlySpan<byte> random)
    {
        var mac = HMACSHA256.HashData(key.For("audit rows"), (byte[])[.. random, .. Content(row)]);
        return [.. random, .. mac.AsSpan(0, Length - RandomLength)];
    }

    /// <summary>SHA-256 of the whole row as it stands in the database: what the chain binds.</summary>
    public static byte[] Hash(AuditRow row)
    {
        Span<byte> id = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(id, row.Id);
        return SHA256.HashData([.. id, .. row.Mark, .. Content(row)]);
    }

    /// <summary>All that a row says. Lengths stand before texts, so that no two rows say the same.</summary>
    static byte[] Content(AuditRow row)
    {
        using var bytes = new MemoryStream(256);
        using var writer = new BinaryWriter(bytes);
        writer.Write(row.At.Ticks / TimeSpan.TicksPerMicrosecond);
        foreach (var id in (Guid?[])[row.AccountId, row.TokenId, row.Subject])
            writer.Write((id ?? Guid.Empty).ToByteArray(bigEndian: true));
        foreach (var text in (string[])[row.Address, row.Action.ToString(), row.Outcome.ToString(), row.Detail, row.Digest])
            writer.Write(text);
        writer.Flush();
        return bytes.ToArray();
    }
}

/// <summary>Marks the audit rows that a context is about to write.</summary>
sealed class MarkAuditRows(Database database) : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Mark(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Mark(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    void Mark(DbContext db)
    {
        foreach (var added in db.ChangeTracker.Entries<AuditRow>().Where(e => e.State is EntityState.Added && e.Entity.Mark.Length == 0))
            added.Entity.Mark = AuditMark.Make(database.Key, added.Entity);
    }
}
