using Jiqun.Core;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Files;

/// <summary>Reads filled forms from files as people really send them: looks at what each file is, converts what is old, and says
/// what to do about the rest.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class FormFileReader : IDisposable
{
    readonly FormFiles files;
    readonly Func<Stream, Outcome<FilledForm>> word;
    readonly Conversions? conversions;

    /// <summary>What archives' entries take in memory; the largest alone fits.</summary>
    readonly Budget unpacked = new(FormFiles.LargestEntry);

    /// <summary>What documents under way unpack to. Taken after the other, never before it.</summary>
    readonly Budget underWay = new(32 << 20);

    /// <param name="word">Reads a .docx; may be called by several threads at once.</param>
    /// <param name="office">Null when LibreOffice is not installed.</param>
    public FormFileReader(FormFiles files, Func<Stream, Outcome<FilledForm>> word, LibreOffice? office, CancellationToken cancel = default)
    {
        this.files = files;
        this.word = word;
        if (office is null)
            return;
        conversions = new Conversions(files, office, cancel);
        conversions.Plan(files.All.Where(f => f.Problem is null && !f.Name.EndsWith(".docx", StringComparison.OrdinalIgnoreCase) && IsOld(f)));
    }

    /// <summary>Reads one file. Whatever is in it, the answer is a form or a refusal with a reason and a way out.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Outcome<FilledForm> Read(FormFile file)
    {
        if (file.Problem is not null)
            return file.Problem;
        try
        {
            using var held = unpacked.Take(file.Unpacked);
            using var content = files.Open(file);
            var recognised = Recognised.In(content);
            return recognised.Kind switch
            {
                FileKind.Word => ReadWord(content, recognised.Unpacked),
                FileKind.OldWord or FileKind.Rtf when recognised.Unpacked > Recognised.LargestOld => Refused("entry-too-large", Recognised.LargestOld >> 20),
                FileKind.OldWord or FileKind.Rtf => ReadOld(file),
                var kind => Refused($"is-{CodeOf(kind)}"),
            };
        }
        catch (Exception e) when (e is not OperationCanceledException)   // one file's trouble, a mistake of ours included, must not end the batch
        {
            return e is FileNotFoundException && file.Name.Contains('\uFFFD', StringComparison.Ordinal) ? Refused("file-name") : ProblemOf(e);
        }
    }

    /// <summary>Removes what was converted.</summary>
    public void Dispose() => conversions?.Dispose();

    internal static Finding ProblemOf(Exception e) => e switch
    {
        UnauthorizedAccessException => Refused("file-denied"),
        FileNotFoundException or DirectoryNotFoundException => Refused("file-gone"),
        InvalidDataException or EndOfStreamException => Refused($"is-{CodeOf(FileKind.BrokenZip)}"),
        IOException => Refused("file-unreadable", e.Message),
        _ => Refused("reader-failed", e.GetType().Name, e.Message),
    };

    internal static Finding Refused(string code, params object?[] arguments) => Finding.Error(code, null, Messages.Of(code, arguments));

    Outcome<FilledForm> ReadWord(Stream docx, long size)
    {
        docx.Position = 0;
        using var held = underWay.Take(Math.Max(size, docx.Length));
        return word(docx);
    }

    Outcome<FilledForm> ReadOld(FormFile file)
    {
        if (conversions is null)
            return Refused("old-without-office");
        using var docx = conversions.Docx(file);
        if (docx is null)
            return Refused("old-not-converted");
        var recognised = Recognised.In(docx);
        return recognised.Kind is FileKind.Word ? ReadWord(docx, recognised.Unpacked) : Refused("old-not-converted");
    }

    bool IsOld(FormFile file)
    {
        try
        {
            using var content = files.Open(file);
            return Recognised.In(content) is { Kind: FileKind.OldWord or FileKind.Rtf, Unpacked: <= Recognised.LargestOld };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;                                             // reading it will say why
        }
    }

    static string CodeOf(FileKind kind) => kind switch
    {
        FileKind.Empty => "empty",
        FileKind.Word => "word",
        FileKind.OldWord => "old-word",
        FileKind.Rtf => "rtf",
        FileKind.Encrypted => "encrypted",
        FileKind.Spreadsheet => "spreadsheet",
        FileKind.Presentation => "presentation",
        FileKind.OpenDocument => "open-document",
        FileKind.OtherPackage => "other-package",
        FileKind.Archive => "archive",
        FileKind.BrokenZip => "broken",
        FileKind.OtherArchive => "other-archive",
        FileKind.Pdf => "pdf",
        FileKind.Ofd => "ofd",
        FileKind.WebPage => "web-page",
        FileKind.Image => "image",
        FileKind.Unknown => "unknown",
    };
}
