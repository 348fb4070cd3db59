using System.Buffers;

namespace Jiqun.Documents.Files;

/// <summary>What a file is by its content, whatever its name says.</summary>
enum FileKind
{
    Empty,

    /// <summary>.docx: the one kind that is read directly.</summary>
    Word,

    /// <summary>.doc and .wps: OLE compound files with text in them.</summary>
    OldWord,
    Rtf,

    /// <summary>A document encrypted with a password.</summary>
    Encrypted,
    Spreadsheet,
    Presentation,
    OpenDocument,

    /// <summary>An Office package of another kind, such as a drawing.</summary>
    OtherPackage,

    /// <summary>A zip file that is no document.</summary>
    Archive,

    /// <summary>Begins as a zip file does and lacks its end.</summary>
    BrokenZip,

    /// <summary>.rar, .7z, .gz.</summary>
    OtherArchive,
    Pdf,

    /// <summary>版式文档, GB/T 33190.</summary>
    Ofd,

    /// <summary>HTML or XML, as some systems export under the name .doc.</summary>
    WebPage,
    Image,
    Unknown,
}

/// <summary>Tells the kinds of files apart.</summary>
/// <param name="Unpacked">Bytes of a zip file's entries, as declared; else the file's own length.</param>
readonly record struct Recognised(FileKind Kind, long Unpacked)
{
    /// <summary>Old documents are converted up to this size, in bytes; larger ones are not even looked into.</summary>
    public const long LargestOld = 256 << 20;

    static readonly byte[] Bom = [0xEF, 0xBB, 0xBF];

    /// <param name="file">Seekable. Left somewhere.</param>
    public static Recognised In(Stream file)
    {
        if (file.Length == 0)
            return new(FileKind.Empty, 0);

        Span<byte> start = stackalloc byte[512];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
            return ZipDirectory.Of(file) is { } directory
                ? new(directory.Encrypted && directory.Kind is not FileKind.Archive ? FileKind.Encrypted : directory.Kind, directory.Unpacked)
                : new(FileKind.BrokenZip, file.Length);
        return new(KindOf(start) ?? (file.Length > LargestOld ? FileKind.OldWord : InCompound(file)), file.Length);
    }

    /// <summary>Null for an OLE compound file: its streams tell.</summary>
    static FileKind? KindOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            return null;
        if (start.StartsWith(Bom))
            start = start[Bom.Length..];
        start = start.TrimStart(" \t\r\n\0"u8);
        return start.StartsWith(@"{\rtf"u8) ? FileKind.Rtf
            : start.StartsWith("%PDF"u8) ? FileKind.Pdf
            : start.StartsWith("Rar!"u8) || start.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]) || start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? FileKind.OtherArchive
            : start.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
                || start.StartsWith("GIF8"u8) || start.StartsWith("BM"u8) || start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) ? FileKind.Image
            : start.StartsWith("<"u8) || start.StartsWith("MIME-Version"u8) ? FileKind.WebPage
            : FileKind.Unknown;
    }

    /// <summary>By the names of the streams, which stand in the file in UTF-16.</summary>
    static FileKind InCompound(Stream file)
    {
        var (encrypted, word, other, slides) = (Name("EncryptedPackage"), Name("WordDocument"), Name("Workbook"), Name("PowerPoint Document"));
        var (hasWord, hasOther, hasSlides) = (false, false, false);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            file.Position = 0;
            var kept = 0;
            for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
            {
                var seen = buffer.AsSpan(0, kept + read);
                if (seen.IndexOf(encrypted) >= 0)
                    return FileKind.Encrypted;
                hasWord |= seen.IndexOf(word) >= 0;
                hasOther |= seen.IndexOf(other) >= 0;
                hasSlides |= seen.IndexOf(slides) >= 0;
                kept = Math.Min(64, seen.Length);                     // a name may lie across two reads
                seen[^kept..].CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return hasWord ? FileKind.OldWord : hasOther ? FileKind.Spreadsheet : hasSlides ? FileKind.Presentation : FileKind.OldWord;
    }

    static byte[] Name(string stream) => System.Text.Encoding.Unicode.GetBytes(stream);
}
