using System.Buffers.Binary;
using Jiqun.Core;

namespace Jiqun.Documents.Files;

/// <summary>What an attached file may be. The names are stored; they never change.</summary>
public enum EvidenceKind
{
    Pdf,
    Jpeg,
    Png,

    /// <summary>.docx</summary>
    Word,

    /// <summary>.xlsx</summary>
    Spreadsheet,

    /// <summary>.doc and .wps: only what a form is read from.</summary>
    OldWord,
}

/// <summary>Tells what an attached file is, by its content and not by its name.</summary>
public static class EvidenceKinds
{
    /// <summary>Bytes to which a document may unpack.</summary>
    const long MostUnpacked = 256 << 20;

    /// <summary>A page of A3 scanned at 600 dpi has 70 million.</summary>
    const long MostPixels = 100_000_000;

    /// <param name="file">Seekable. Left at its beginning.</param>
    /// <returns>A refusal when it is of no kind that may be attached, or would grow beyond measure when it is opened.</returns>
    public static Outcome<EvidenceKind> Of(Stream file)
    {
        var (kind, unpacked) = Recognised.In(file);
        file.Position = 0;
        return kind switch
        {
            FileKind.Empty => Refused("evidence-empty"),
            FileKind.Word or FileKind.Spreadsheet when unpacked > MostUnpacked => Refused("evidence-bomb", MostUnpacked >> 20),
            FileKind.Pdf => EvidenceKind.Pdf,
            FileKind.Word => EvidenceKind.Word,
            FileKind.Spreadsheet when IsZip(file) => EvidenceKind.Spreadsheet,
            FileKind.OldWord => EvidenceKind.OldWord,
            FileKind.Image => OfImage(file),
            FileKind.Encrypted => Refused("evidence-encrypted"),
            FileKind.BrokenZip => Refused("evidence-broken"),
            _ => Refused("evidence-kind"),
        };
    }

    /// <summary>How names of such files end, the usual ending first.</summary>
    public static string[] Endings(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Pdf => [".pdf"],
        EvidenceKind.Jpeg => [".jpg", ".jpeg", ".jpe", ".jfif"],
        EvidenceKind.Png => [".png"],
        EvidenceKind.Word => [".docx"],
        EvidenceKind.Spreadsheet => [".xlsx"],
        EvidenceKind.OldWord => [".doc", ".wps"],
    };

    /// <summary>By its header: a picture is never unpacked here.</summary>
    static Outcome<EvidenceKind> OfImage(Stream file)
    {
        Span<byte> start = stackalloc byte[24];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        var isPng = start.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]);
        if (!isPng && !start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Refused("evidence-kind");
        var pixels = isPng ? OfPng(start) : OfJpeg(file);
        file.Position = 0;
        return pixels is null or 0 ? Refused("evidence-broken")
            : pixels > MostPixels ? Refused("evidence-pixels", MostPixels / 1_000_000)
            : isPng ? EvidenceKind.Png : EvidenceKind.Jpeg;
    }

    static long? OfPng(ReadOnlySpan<byte> start) =>
        start.Length == 24 && start[12..].StartsWith("IHDR"u8) ? (long)BinaryPrimitives.ReadUInt32BigEndian(start[16..]) * BinaryPrimitives.ReadUInt32BigEndian(start[20..]) : null;

    /// <summary>From segment to segment until the one that begins a frame (ITU-T T.81, B.2.2).</summary>
    static long? OfJpeg(Stream file)
    {
        Span<byte> segment = stackalloc byte[9];
        for (file.Position = 2; file.ReadAtLeast(segment, segment.Length, throwOnEndOfStream: false) == segment.Length;)
        {
            var (marker, length) = (segment[1], BinaryPrimitives.ReadUInt16BigEndian(segment[2..]));
            if (segment is [0xFF, 0xFF, ..])                // fill bytes
            {
                file.Position += 1 - segment.Length;
                continue;
            }
            if (segment[0] != 0xFF || length < 2)
                return null;
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return (long)BinaryPrimitives.ReadUInt16BigEndian(segment[5..]) * BinaryPrimitives.ReadUInt16BigEndian(segment[7..]);
            file.Position += length + 2 - segment.Length;
        }
        return null;
    }

    static bool IsZip(Stream file)
    {
        var first = file.ReadByte();
        file.Position = 0;
        return first == 'P';
    }

    static Finding Refused(string code, params object?[] arguments) => Finding.Error(code, null, Messages.Of(code, arguments));
}
