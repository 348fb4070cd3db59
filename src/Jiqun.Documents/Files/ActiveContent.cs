using Jiqun.Core;

namespace Jiqun.Documents.Files;

/// <summary>What in a file would do something by itself, or is another file in disguise: macros, embedded programs, scripts, links that are followed when it is opened.</summary>
public static class ActiveContent
{
    /// <param name="file">Seekable. Left at its beginning.</param>
    /// <param name="kind">What it was found to be.</param>
    /// <returns>Null when nothing was found. What stands in streams of a PDF that are encrypted, or compressed otherwise than by Flate, is not seen.</returns>
    public static Finding? Find(Stream file, EvidenceKind kind)
    {
        var code = IsTwoKinds(file, kind) ? "evidence-two-kinds" : kind switch
        {
            EvidenceKind.Word or EvidenceKind.Spreadsheet => ActivePackage.Find(file),
            EvidenceKind.Pdf => ActivePdf.Find(file),
            EvidenceKind.OldWord => Holds(file, "_VBA_PROJECT") ? "evidence-macros" : null,
            EvidenceKind.Jpeg or EvidenceKind.Png => null,
        };
        file.Position = 0;
        return code is null ? null : Finding.Error(code, null, Messages.Of(code));
    }

    /// <summary>A zip file's directory behind a PDF or a picture, or the head of a PDF where readers look for it.</summary>
    static bool IsTwoKinds(Stream file, EvidenceKind kind)
    {
        const int reach = 1024;                         // ISO 32000-1, annex H.3, note 13
        Span<byte> start = stackalloc byte[reach];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, reach, throwOnEndOfStream: false)];
        return kind switch
        {
            EvidenceKind.Pdf => ZipDirectory.IsAtEndOf(file),
            EvidenceKind.Jpeg or EvidenceKind.Png => ZipDirectory.IsAtEndOf(file) || start.IndexOf("%PDF-"u8) >= 0,
            EvidenceKind.Word or EvidenceKind.Spreadsheet or EvidenceKind.OldWord => start.IndexOf("%PDF-"u8) >= 0,
        };
    }

    /// <summary>Whether a compound file has a stream of this name, which stands in it in UTF-16.</summary>
    static bool Holds(Stream file, string name)
    {
        var wanted = System.Text.Encoding.Unicode.GetBytes(name);
        var (buffer, kept) = (new byte[1 << 16], 0);
        file.Position = 0;
        for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var seen = buffer.AsSpan(0, kept + read);
            if (seen.IndexOf(wanted) >= 0)
                return true;
            kept = Math.Min(wanted.Length, seen.Length);                     // it may lie across two reads
            seen[^kept..].CopyTo(buffer);
        }
        return false;
    }
}
