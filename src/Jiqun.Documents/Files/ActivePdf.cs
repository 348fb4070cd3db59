using System.Buffers;
using System.IO.Compression;

namespace Jiqun.Documents.Files;

/// <summary>What in a PDF acts by itself: scripts, programs that it would start, files inside of it.</summary>
/// <remarks>
/// Objects are found wherever they stand, in whatever the file's tables say, and in streams of objects that Flate unpacks. A name may be written with
/// <c>#</c> and two digits (ISO 32000-1, 7.3.5).
/// </remarks>
static class ActivePdf
{
    const string Script = "evidence-script", Embedded = "evidence-embedded";

    /// <summary>Bytes to which one stream of objects, and all together, are unpacked.</summary>
    const int MostOfOne = 16 << 20, MostTogether = 64 << 20;

    /// <summary>Of a dictionary between the word ObjStm and its stream.</summary>
    const int Reach = 2048;

    const int LongestName = 64;

    /// <summary>One file is in memory at a time.</summary>
    static readonly Lock Place = new();

    static readonly SearchValues<byte> EndOfName = SearchValues.Create([0, 9, 10, 12, 13, 32, .. "()<>[]{}/%"u8]);

    /// <returns>Code of what was found; null for nothing.</returns>
    public static string? Find(Stream file)
    {
        lock (Place)
        {
            var bytes = ArrayPool<byte>.Shared.Rent((int)file.Length);
            try
            {
                file.Position = 0;
                file.ReadExactly(bytes, 0, (int)file.Length);
                var whole = bytes.AsSpan(0, (int)file.Length);
                return In(whole) ?? InStreams(bytes, whole.Length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    static string? In(ReadOnlySpan<byte> bytes)
    {
        Span<byte> decoded = stackalloc byte[LongestName];
        for (var at = 0; bytes[at..].IndexOf((byte)'/') is >= 0 and var next;)
        {
            at += next + 1;
            var name = Name(bytes[at..], decoded);
            if (name.SequenceEqual("JavaScript"u8) || name.SequenceEqual("Launch"u8))
            {
                if (IsValueOf(bytes[..(at - 1)], "S"u8))
                    return Script;
            }
            else if (name.SequenceEqual("JS"u8))
            {
                if (IsAmongText(bytes[..(at - 1)]))
                    return Script;
            }
            else if (name.SequenceEqual("RichMedia"u8) || name.SequenceEqual("FileAttachment"u8))
            {
                if (IsValueOf(bytes[..(at - 1)], "Subtype"u8))
                    return Embedded;
            }
            else if (name.SequenceEqual("EmbeddedFiles"u8) || name.SequenceEqual("EmbeddedFile"u8))
            {
                return Embedded;
            }
        }
        return null;
    }

    static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> from, Span<byte> decoded)
    {
        from = from[..Math.Min(from.Length, 3 * LongestName)];
        var end = from.IndexOfAny(EndOfName);
        var name = end < 0 ? from : from[..end];
        if (!name.Contains((byte)'#'))
            return name;
        var length = 0;
        for (var i = 0; i < name.Length && length < decoded.Length; i++)
        {
            var isEscape = name[i] == '#' && i + 2 < name.Length && char.IsAsciiHexDigit((char)name[i + 1]) && char.IsAsciiHexDigit((char)name[i + 2]);
            decoded[length++] = isEscape ? (byte)((Convert.ToInt32($"{(char)name[i + 1]}{(char)name[i + 2]}", 16)) & 0xFF) : name[i];
            i += isEscape ? 2 : 0;
        }
        return decoded[..length];
    }

    /// <summary>Whether a name that begins here is the value of this key, or an object of its own, which the key may refer to: not the end of some address.</summary>
    static bool IsValueOf(ReadOnlySpan<byte> before, ReadOnlySpan<byte> key)
    {
        Span<byte> decoded = stackalloc byte[LongestName];
        before = before[Math.Max(0, before.Length - Reach)..];
        for (; ; )
        {
            before = before.TrimEnd("\0\t\n\f\r "u8);
            var line = before.LastIndexOfAny((byte)'\r', (byte)'\n') + 1;
            var comment = before[line..].IndexOf((byte)'%');
            if (comment < 0)
                break;
            before = before[..(line + comment)];
        }
        if (before.EndsWith("obj"u8))
            return true;
        var slash = before.LastIndexOf((byte)'/');
        return slash >= 0 && before[(slash + 1)..].IndexOfAny(EndOfName) < 0 && Name(before[(slash + 1)..], decoded).SequenceEqual(key);
    }

    /// <summary>Three bytes stand by chance in any picture of some megabytes; behind 24 letters and digits they do not.</summary>
    static bool IsAmongText(ReadOnlySpan<byte> before)
    {
        foreach (var b in before[Math.Max(0, before.Length - 24)..])
            if (b is not (>= 32 and < 127 or 9 or 10 or 13))
                return false;
        return before.Length > 0;
    }

    static string? InStreams(byte[] file, int length)
    {
        var left = MostTogether;
        var whole = file.AsSpan(0, length);
        for (var at = 0; left > 0 && whole[at..].IndexOf("ObjStm"u8) is >= 0 and var next;)
        {
            at += next + 6;
            var after = whole.Slice(at, Math.Min(Reach, length - at));
            if (after.IndexOf("stream"u8) is not (>= 0 and var stream))
                continue;
            var begin = at + stream + 6;
            while (begin < length && file[begin] is 10 or 13)
                begin++;
            using var packed = new MemoryStream(file, begin, length - begin);
            var unpacked = Unpacked(packed, Math.Min(left, MostOfOne));
            left -= unpacked.Length;
            if (In(unpacked) is { } found)
                return found;
        }
        return null;
    }

    static byte[] Unpacked(MemoryStream packed, int most)
    {
        using var unpacked = new MemoryStream();
        var buffer = new byte[1 << 14];
        try
        {
            using var flate = new ZLibStream(packed, CompressionMode.Decompress);
            for (int read; unpacked.Length < most && (read = flate.Read(buffer)) > 0;)
                unpacked.Write(buffer, 0, read);
        }
        catch (InvalidDataException)
        {
            // of another kind, encrypted or broken: what came out until then is looked at
        }
        return unpacked.ToArray();
    }
}
