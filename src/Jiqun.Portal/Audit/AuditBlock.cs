using System.Buffers.Binary;
using System.Security.Cryptography;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Audit;

/// <summary>A row in a block.</summary>
/// <param name="Hash">Of the row when it was chained: 32 bytes.</param>
public readonly record struct Leaf(long Row, ReadOnlyMemory<byte> Hash);

/// <summary>审计链: some audit rows, bound to all that were bound before. Appended, never changed.</summary>
public sealed class AuditBlock
{
    const int LeafLength = sizeof(long) + SHA256.HashSizeInBytes;

    /// <summary>1, 2, 3 …</summary>
    public required long Number { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Largest number of a row in this block and those before.</summary>
    public required long LastRow { get; init; }

    /// <summary>Numbers of the rows, rising, each with its hash.</summary>
    public required byte[] Leaves { get; init; }

    /// <summary>Hash of the block before; zeros for the first.</summary>
    public required byte[] Previous { get; init; }

    /// <summary>SHA-256 of number, time, <see cref="Previous"/> and the SHA-256 of <see cref="Leaves"/>.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>HMAC-SHA-256 of <see cref="Hash"/> under a key that is derived of the master key: who has only got the database cannot chain anew.</summary>
    public required byte[] Mac { get; init; }

    /// <param name="before">Null for the first.</param>
    /// <param name="rows">At least one, in the order of their numbers.</param>
    public static AuditBlock Of(MasterKey key, (long Number, long LastRow, byte[] Hash)? before, IReadOnlyList<AuditRow> rows, DateTime at)
    {
        var leaves = new byte[rows.Count * LeafLength];
        for (var i = 0; i < rows.Count; i++)
        {
            var leaf = leaves.AsSpan(i * LeafLength, LeafLength);
            BinaryPrimitives.WriteInt64BigEndian(leaf, rows[i].Id);
            AuditMark.Hash(rows[i]).CopyTo(leaf[sizeof(long)..]);
        }
        var (number, previous) = ((before?.Number ?? 0) + 1, before?.Hash ?? new byte[SHA256.HashSizeInBytes]);
        var hash = HashOf(number, at, previous, leaves);
        return new AuditBlock { Number = number, At = at, LastRow = Math.Max(before?.LastRow ?? 0, rows[^1].Id), Leaves = leaves, Previous = previous, Hash = hash, Mac = MacOf(key, hash) };
    }

    public IEnumerable<Leaf> Rows()
    {
        for (var at = 0; at + LeafLength <= Leaves.Length; at += LeafLength)
            yield return new Leaf(BinaryPrimitives.ReadInt64BigEndian(Leaves.AsSpan(at)), Leaves.AsMemory(at + sizeof(long), SHA256.HashSizeInBytes));
    }

    /// <summary>Whether it is as the portal made it.</summary>
    public bool IsRight(MasterKey key) =>
        Leaves.Length % LeafLength == 0 && Hash.AsSpan().SequenceEqual(HashOf(Number, At, Previous, Leaves)) && CryptographicOperations.FixedTimeEquals(Mac, MacOf(key, Hash));

    static byte[] HashOf(long number, DateTime at, byte[] previous, byte[] leaves)
    {
        Span<byte> head = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(head, number);
        BinaryPrimitives.WriteInt64BigEndian(head[sizeof(long)..], at.Ticks / TimeSpan.TicksPerMicrosecond);
        return SHA256.HashData([.. head, .. previous, .. SHA256.HashData(leaves)]);
    }

    static byte[] MacOf(MasterKey key, byte[] hash) => HMACSHA256.HashData(key.For("audit blocks"), hash);
}

sealed class AuditBlockTable : IEntityTypeConfiguration<AuditBlock>
{
    public void Configure(EntityTypeBuilder<AuditBlock> block)
    {
        block.ToTable("audit_block");
        block.HasKey(b => b.Number);
        block.Property(b => b.Number).ValueGeneratedNever();
        block.HasIndex(b => b.At);
    }
}
