using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Jiqun.Documents.Files;

/// <summary>What the directory at the end of a zip file says, read without building objects for its entries: a hostile file may list
/// millions.</summary>
/// <param name="Unpacked">Bytes that it takes to read it: of all entries together, as declared, and some for each entry's record.</param>
/// <param name="Kind">What the names of the entries show it to be.</param>
/// <param name="Encrypted">At least one entry is.</param>
readonly record struct ZipDirectory(long Unpacked, FileKind Kind, bool Encrypted)
{
    /// <summary>No directory of a real document or archive is longer, in bytes.</summary>
    const int Longest = 16 << 20;
    const int EndLength = 22, LongestComment = 65_535, LocatorLength = 20, EntryLength = 46, EntryInMemory = 512;

    /// <summary>Reads the directory; null when there is none, it is damaged or absurdly long.</summary>
    public static ZipDirectory? Of(Stream file)
    {
        var tail = ArrayPool<byte>.Shared.Rent((int)Math.Min(file.Length, EndLength + LongestComment + LocatorLength));
        var directory = Array.Empty<byte>();
        try
        {
            var length = (int)Math.Min(file.Length, EndLength + LongestComment + LocatorLength);
            file.Position = file.Length - length;
            file.ReadExactly(tail, 0, length);
            var end = tail.AsSpan(0, length).LastIndexOf("PK\x05\x06"u8);
            if (end < 0 || end + EndLength > length)
                return null;

            var endAt = file.Length - length + end;
            long start = Number(tail.AsSpan(end + 16), 4);
            if (start == uint.MaxValue && end >= LocatorLength && tail.AsSpan(end - LocatorLength).StartsWith("PK\x06\x07"u8))
                start = StartInZip64(file, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorLength + 8)));
            if (start < 0 || start > endAt || endAt - start > Longest)
                return null;

            directory = ArrayPool<byte>.Shared.Rent((int)(endAt - start));
            file.Position = start;
            file.ReadExactly(directory, 0, (int)(endAt - start));
            return Parse(directory.AsSpan(0, (int)(endAt - start)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(tail);
            if (directory.Length > 0)
                ArrayPool<byte>.Shared.Return(directory);
        }
    }

    /// <summary>Whether a zip file's directory, with at least one entry, stands at the end of a file, however the file begins: what reads zip files finds it there.</summary>
    public static bool IsAtEndOf(Stream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndLength + LongestComment)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        Span<byte> first = stackalloc byte[4];
        for (var end = tail.Length; (end = tail.AsSpan(0, end).LastIndexOf("PK\x05\x06"u8)) >= 0;)
        {
            if (end + EndLength > tail.Length || file.Length - tail.Length + end - Number(tail.AsSpan(end + 12), 4) is not (>= 0 and var start))
                continue;
            file.Position = start;
            if (file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual("PK\x01\x02"u8))
                return true;
        }
        return false;
    }

    static long StartInZip64(Stream file, long at)
    {
        Span<byte> record = stackalloc byte[56];
        if (at < 0 || at > file.Length - record.Length)
            return -1;
        file.Position = at;
        file.ReadExactly(record);
        return record.StartsWith("PK\x06\x06"u8) ? BinaryPrimitives.ReadInt64LittleEndian(record[48..]) : -1;
    }

    static ZipDirectory Parse(ReadOnlySpan<byte> left)
    {
        var found = new ZipDirectory(0, FileKind.Archive, false);
        var package = false;
        while (left.Length >= EntryLength && left.StartsWith("PK\x01\x02"u8))
        {
            int name = (int)Number(left[28..], 2), more = (int)(Number(left[30..], 2) + Number(left[32..], 2));
            if (left.Length < EntryLength + name)
                break;
            package |= left.Slice(EntryLength, name).SequenceEqual("[Content_Types].xml"u8);
            found = new ZipDirectory(found.Unpacked + Number(left[24..], 4) + EntryInMemory,
                KindShownBy(left.Slice(EntryLength, name)) ?? found.Kind, found.Encrypted || (left[8] & 1) == 1);
            left = left[Math.Min(EntryLength + name + more, left.Length)..];
        }
        return found.Kind is FileKind.Archive && package ? found with { Kind = FileKind.OtherPackage } : found;
    }

    static FileKind? KindShownBy(ReadOnlySpan<byte> name) =>
        name.StartsWith("word/"u8) ? FileKind.Word
        : name.StartsWith("xl/"u8) ? FileKind.Spreadsheet
        : name.StartsWith("ppt/"u8) ? FileKind.Presentation
        : name.SequenceEqual("META-INF/manifest.xml"u8) ? FileKind.OpenDocument
        : name.SequenceEqual("OFD.xml"u8) ? FileKind.Ofd
        : null;

    static uint Number(ReadOnlySpan<byte> from, int bytes) =>
        bytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt32LittleEndian(from);
}

/// <summary>Names of zip entries: in UTF-8 where they are that, else in GBK, as Chinese Windows writes them without saying so.</summary>
sealed class EntryNameEncoding : Encoding
{
    static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
    static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    public override string GetString(byte[] bytes, int index, int count)
    {
        try
        {
            return Strict.GetString(bytes, index, count);
        }
        catch (DecoderFallbackException)
        {
            return Gbk.GetString(bytes, index, count);
        }
    }

    public override int GetByteCount(char[] chars, int index, int count) => Strict.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Strict.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => GetString(bytes, index, count).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var text = GetString(bytes, byteIndex, byteCount);
        text.CopyTo(0, chars, charIndex, text.Length);
        return text.Length;
    }

    public override int GetMaxByteCount(int charCount) => Strict.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
