using System.Security.Cryptography;
using CsCheck;
using Jiqun.Portal.Backups;

namespace Jiqun.Tests.Portal.Backups;

public sealed class EncryptedChunksTests
{
    const int Chunk = EncryptedChunks.ChunkLength + EncryptedChunks.TagLength;

    static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    static byte[] Encrypt(byte[] plain)
    {
        using var file = new MemoryStream();
        using var writer = new EncryptedWriter(file, Key);
        writer.Write(plain);
        writer.Complete();
        return file.ToArray();
    }

    static byte[] Decrypt(byte[] hidden, byte[]? key = null)
    {
        using var reader = new EncryptedReader(new MemoryStream(hidden), key ?? Key);
        using var plain = new MemoryStream();
        reader.CopyTo(plain);
        return plain.ToArray();
    }

    static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static void IsRefused(byte[] hidden, byte[]? key = null) => Assert.Throws<AuthenticationTagMismatchException>(() => { Decrypt(hidden, key); });

    [Theory]
    [InlineData(0), InlineData(1), InlineData(EncryptedChunks.ChunkLength - 1), InlineData(EncryptedChunks.ChunkLength), InlineData(EncryptedChunks.ChunkLength + 1), InlineData(3 * EncryptedChunks.ChunkLength + 12345)]
    public void What_was_written_is_read(int length)
    {
        var plain = Random(length);
        var hidden = Encrypt(plain);
        Assert.Equal(plain, Decrypt(hidden));
        Assert.Equal(length + EncryptedChunks.TagLength * Math.Max(1, (length + EncryptedChunks.ChunkLength - 1) / EncryptedChunks.ChunkLength), hidden.Length);
        IsRefused(hidden, RandomNumberGenerator.GetBytes(32));
    }

    [Fact]
    public void One_changed_bit_is_found()
    {
        var hidden = Encrypt(Random(2 * EncryptedChunks.ChunkLength + 1000));
        Gen.Int[0, hidden.Length - 1].Select(Gen.Int[0, 7]).Sample((at, bit) =>
        {
            hidden[at] ^= (byte)(1 << bit);
            IsRefused(hidden);
            hidden[at] ^= (byte)(1 << bit);
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void An_end_that_is_none_is_found()
    {
        var hidden = Encrypt(Random(2 * EncryptedChunks.ChunkLength + 1000));
        foreach (var length in (int[])[0, 1, EncryptedChunks.TagLength, 1000, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk - 1, 2 * Chunk, 2 * Chunk + 1, 2 * Chunk + EncryptedChunks.TagLength, hidden.Length - 1])
            IsRefused(hidden[..length]);
        foreach (var more in (int[])[1, EncryptedChunks.TagLength, 5000, Chunk, 2 * Chunk])
            IsRefused([.. hidden, .. Random(more, 2)]);
        IsRefused([.. hidden, .. hidden]);
        IsRefused([.. hidden, .. hidden[^(1000 + EncryptedChunks.TagLength)..]]);
    }

    [Fact]
    public void Chunks_elsewhere_are_found()
    {
        var hidden = Encrypt(Random(3 * EncryptedChunks.ChunkLength));
        byte[] Part(int number) => hidden[(number * Chunk)..((number + 1) * Chunk)];
        Assert.Equal(3 * Chunk, hidden.Length);
        IsRefused([.. Part(1), .. Part(0), .. Part(2)]);
        IsRefused([.. Part(0), .. Part(2), .. Part(1)]);
        IsRefused([.. Part(0), .. Part(2)]);
        IsRefused([.. Part(0), .. Part(0), .. Part(1), .. Part(2)]);
        Assert.Equal(3 * EncryptedChunks.ChunkLength, Decrypt([.. Part(0), .. Part(1), .. Part(2)]).Length);
    }

    [Fact]
    public void What_was_not_completed_is_found()
    {
        using var file = new MemoryStream();
        using (var writer = new EncryptedWriter(file, Key))
            writer.Write(Random(2 * EncryptedChunks.ChunkLength + 1));
        Assert.Equal(2 * Chunk, file.Length);
        IsRefused(file.ToArray());
    }
}
