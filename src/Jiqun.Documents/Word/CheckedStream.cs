using System.IO.Hashing;

namespace Jiqun.Documents.Word;

/// <summary>A part while it is unpacked: stops at the bound whatever the zip's directory said, and compares the checksum at the end.</summary>
/// <remarks>A flipped bit may otherwise turn one figure into another unnoticed.</remarks>
sealed class CheckedStream(Stream inner, uint crc, long bound, long nodeBound) : Stream
{
    readonly Crc32 hash = new();
    long read;
    long node;

    /// <summary>A node of the XML was read; the next may again be as long as the bound on nodes.</summary>
    /// <remarks>A single tag of many megabytes costs the XML reader minutes.</remarks>
    public void NodeRead() => node = read;

    public override int Read(Span<byte> buffer)
    {
        var n = inner.Read(buffer);
        read += n;
        if (read > bound || read - node > nodeBound)
            throw new UnreadableDocumentException("word.damaged");
        hash.Append(buffer[..n]);
        return n > 0 || buffer.Length == 0 || hash.GetCurrentHashAsUInt32() == crc ? n : throw new UnreadableDocumentException("word.damaged");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
