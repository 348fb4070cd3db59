using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Jiqun.Portal.Backups;

/// <summary>
/// A stream of bytes in chunks of 1 MiB, each encrypted and authenticated by itself (AES-256-GCM). The nonce is the number of the chunk and whether it is the
/// last: one that was changed, left out, put elsewhere or added is found, and so is an end that is none.
/// </summary>
static class EncryptedChunks
{
    public const int ChunkLength = 1 << 20, TagLength = 16;

    const int NonceLength = 12;

    /// <param name="key">32 bytes, for this stream alone.</param>
    public static AesGcm Cipher(byte[] key) => new(key, TagLength);

    public static void Nonce(Span<byte> nonce, long number, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[NonceLength - 1] = isLast ? (byte)1 : (byte)0;
    }

    public static byte[] NewNonce() => new byte[NonceLength];
}

/// <summary>Writes such a stream. Whoever reads it takes it for cut off unless <see cref="Complete"/> was called.</summary>
sealed class EncryptedWriter(Stream to, byte[] key) : Stream
{
    readonly AesGcm cipher = EncryptedChunks.Cipher(key);
    readonly byte[] plain = new byte[EncryptedChunks.ChunkLength], hidden = new byte[EncryptedChunks.ChunkLength + EncryptedChunks.TagLength], nonce = EncryptedChunks.NewNonce();
    int length;
    long number;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (length == plain.Length)
                Put(isLast: false);
            var part = buffer[..Math.Min(buffer.Length, plain.Length - length)];
            part.CopyTo(plain.AsSpan(length));
            length += part.Length;
            buffer = buffer[part.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public void Complete() => Put(isLast: true);

    void Put(bool isLast)
    {
        EncryptedChunks.Nonce(nonce, number++, isLast);
        cipher.Encrypt(nonce, plain.AsSpan(0, length), hidden.AsSpan(0, length), hidden.AsSpan(length, EncryptedChunks.TagLength));
        to.Write(hidden, 0, length + EncryptedChunks.TagLength);
        length = 0;
    }

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Reads such a stream to the end of the file.</summary>
/// <remarks>Throws <see cref="AuthenticationTagMismatchException"/> where it is not as it was written, before giving out anything of that chunk.</remarks>
sealed class EncryptedReader : Stream
{
    readonly Stream from;
    readonly AesGcm cipher;
    readonly byte[] plain = new byte[EncryptedChunks.ChunkLength], nonce = EncryptedChunks.NewNonce();
    byte[] hidden = new byte[EncryptedChunks.ChunkLength + EncryptedChunks.TagLength], following = new byte[EncryptedChunks.ChunkLength + EncryptedChunks.TagLength];
    int hiddenLength, length, at;
    long number;
    bool ended;

    public EncryptedReader(Stream from, byte[] key)
    {
        (this.from, cipher) = (from, EncryptedChunks.Cipher(key));
        hiddenLength = Next(hidden);
    }

    /// <summary>Makes sure that there is something to be read, which this key opens. To be called before anything else, or not at all.</summary>
    public void Begin() => Open();

    public override int Read(Span<byte> buffer)
    {
        if (at == length && !ended)
            Open();
        var part = plain.AsSpan(at, Math.Min(buffer.Length, length - at));
        part.CopyTo(buffer);
        at += part.Length;
        return part.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    void Open()
    {
        var followingLength = Next(following);
        ended = followingLength == 0;
        if (hiddenLength < EncryptedChunks.TagLength)
            throw new AuthenticationTagMismatchException();
        EncryptedChunks.Nonce(nonce, number++, ended);
        (at, length) = (0, hiddenLength - EncryptedChunks.TagLength);
        cipher.Decrypt(nonce, hidden.AsSpan(0, length), hidden.AsSpan(length, EncryptedChunks.TagLength), plain.AsSpan(0, length));
        (hidden, following, hiddenLength) = (following, hidden, followingLength);
    }

    int Next(byte[] chunk) => from.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
