using System.IO.Compression;
using Jiqun.Core;

namespace Jiqun.Documents.Files;

/// <summary>The files that a person named: files, folders and zip archives, down to every filled form in them.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class FormFiles : IDisposable
{
    /// <summary>Bytes that an entry of an archive may unpack to.</summary>
    public const long LargestEntry = 64 << 20;
    const long ReadWhole = 1 << 20;

    /// <summary>An archive may unpack to this much, or to <see cref="HighestRatio"/> times its own size where that is more.</summary>
    const long LargestArchive = 1L << 30;
    const int HighestRatio = 50;

    static readonly string[] FormEndings = [".docx", ".doc", ".wps"];
    static readonly string[] ArchiveEndings = [".zip", ".rar", ".7z"];

    readonly Lock gate = new();
    (string Path, ZipArchive Archive)? open;

    FormFiles(IReadOnlyList<FormFile> all) => All = all;

    /// <summary>Code of the problem of what is passed over: lock files, what macOS puts beside files, what is hidden.</summary>
    public const string Hidden = "entry-hidden";

    /// <summary>Whether a file, named with the folders it lies in, is none that a person put there.</summary>
    /// <param name="label">With / between folders.</param>
    public static bool IsHidden(string label) => label.Split('/').Any(IsPassedOver);

    /// <summary>In ordinal order of their names. What could not be found or listed is among them, with its problem.</summary>
    public IReadOnlyList<FormFile> All { get; }

    /// <summary>Finds the forms under these paths. A file named itself is taken whatever its ending; the same file is taken once.</summary>
    public static FormFiles Under(IEnumerable<string> paths, CancellationToken cancel = default) => Under(paths, everything: false, cancel);

    /// <summary>As <see cref="Under(IEnumerable{string}, CancellationToken)"/>, and whatever else an archive holds, with its problem; what is hidden with the code <see cref="Hidden"/>.</summary>
    public static FormFiles Everything(IEnumerable<string> paths, CancellationToken cancel = default) => Under(paths, everything: true, cancel);

    static FormFiles Under(IEnumerable<string> paths, bool everything, CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new FormFiles([.. paths.SelectMany(p => Under(p, everything, cancel)).Where(f => f.Problem is not null || seen.Add($"{f.Path}\0{f.Entry}"))
            .OrderBy(f => f.Name, StringComparer.Ordinal)]);
    }

    /// <summary>The content, seekable. Of an archive's entry, unpacked into memory.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">The entry is damaged, or unpacks to more than it declares.</exception>
    public Stream Open(FormFile file)
    {
        if (file.Entry is { } entry)
            return Unpack(file.Path, entry);
        var length = new FileInfo(file.Path).Length;
        return length == 0 ? new MemoryStream([], writable: false)   // so are pipes, devices and sockets; opening them might wait for ever
            : length <= ReadWhole ? new MemoryStream(File.ReadAllBytes(file.Path), writable: false)
            : new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
    }

    public void Dispose() => open?.Archive.Dispose();

    static List<FormFile> Under(string path, bool everything, CancellationToken cancel)
    {
        if (path.Length == 0)
            return [new FormFile(path, path, Problem: Refused("file-missing", path))];
        var full = Path.GetFullPath(path);
        var name = NameOf(full);
        if (Directory.Exists(full))
            return InFolder(full, name, cancel);
        if (!File.Exists(full))
            return [new FormFile(name, full, Problem: Refused("file-missing", path))];
        try
        {
            if (new FileInfo(full).Length == 0)
                return [new FormFile(name, full)];
            using var content = File.OpenRead(full);
            return Recognised.In(content).Kind is FileKind.Archive ? InArchive(full, name, everything) : [new FormFile(name, full)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new FormFile(name, full, Problem: FormFileReader.ProblemOf(e))];
        }
    }

    static string NameOf(string full) => Path.GetFileName(Path.TrimEndingDirectorySeparator(full)) is { Length: > 0 } name ? name : full;

    static List<FormFile> InFolder(string root, string rootName, CancellationToken cancel)
    {
        List<FormFile> found = [];
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (folders.TryPop(out var folder))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                foreach (var item in folder.EnumerateFileSystemInfos())
                {
                    if (IsPassedOver(item.Name))
                        continue;
                    if (item is not DirectoryInfo inner)
                    {
                        if (IsForm(item.Name))
                            found.Add(new FormFile(Relative(root, item.FullName), item.FullName));
                    }
                    else if (inner.LinkTarget is null)                // a link may lead back here
                    {
                        folders.Push(inner);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                var name = folder.FullName == root ? rootName : Relative(root, folder.FullName);
                found.Add(new FormFile(name, folder.FullName, Problem: Refused("folder-unreadable", name)));
            }
        }
        return found.Count > 0 ? found : [new FormFile(rootName, root, Problem: Refused("folder-empty", rootName))];
    }

    static string Relative(string root, string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    static List<FormFile> InArchive(string path, string archiveName, bool everything)
    {
        List<FormFile> found = [];
        var unpacked = 0L;
        try
        {
            using var archive = OpenArchive(path);
            for (var i = 0; i < archive.Entries.Count; i++)
            {
                var entry = archive.Entries[i];
                var label = entry.FullName.Replace('\\', '/');
                var name = $"{archiveName}/{label}";
                if (IsHidden(label))
                {
                    if (everything && !label.EndsWith('/'))
                        found.Add(new FormFile(name, path, i, Refused(Hidden)));
                    continue;
                }
                if (IsForm(label))
                {
                    found.Add(new FormFile(name, path, i, entry.IsEncrypted ? Refused("entry-encrypted", archiveName)
                        : entry.Length > LargestEntry ? Refused("entry-too-large", LargestEntry >> 20) : null, entry.Length));
                    unpacked += Math.Min(entry.Length, LargestEntry);
                }
                else if (EndsWithOneOf(label, ArchiveEndings))
                    found.Add(new FormFile(name, path, i, Refused("archive-nested", archiveName)));
                else if (everything && !label.EndsWith('/'))
                    found.Add(new FormFile(name, path, i, Refused("entry-no-form")));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return [new FormFile(archiveName, path, Problem: FormFileReader.ProblemOf(e))];
        }
        if (unpacked > Math.Max(LargestArchive, new FileInfo(path).Length * HighestRatio))
            return [new FormFile(archiveName, path, Problem: Refused("archive-bomb", archiveName, unpacked >> 20))];
        return found.Count > 0 ? found : [new FormFile(archiveName, path, Problem: Refused("archive-empty", archiveName))];
    }

    static bool IsForm(string name) => EndsWithOneOf(name, FormEndings);

    static bool EndsWithOneOf(string name, string[] endings) => endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    // Lock files of Word and WPS, what macOS puts beside files, and what is hidden.
    static bool IsPassedOver(string name) =>
        name.StartsWith("~$", StringComparison.Ordinal) || name == "__MACOSX" || (name.StartsWith('.') && name is not ("." or ".."));

    static Finding Refused(string code, params object?[] arguments) => FormFileReader.Refused(code, arguments);

    static ZipArchive OpenArchive(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), ZipArchiveMode.Read,
            leaveOpen: false, new EntryNameEncoding());

    MemoryStream Unpack(string path, int number)
    {
        lock (gate)                                                   // entries share one file; the archive last read is the likeliest next
        {
            if (open?.Path != path)
            {
                open?.Archive.Dispose();
                open = null;
                open = (path, OpenArchive(path));
            }
            var entry = open.Value.Archive.Entries[number];
            using var packed = entry.Open();
            var unpacked = new MemoryStream(checked((int)Math.Min(entry.Length, LargestEntry)));
            var piece = new byte[1 << 14];
            for (int read; (read = packed.Read(piece)) > 0; unpacked.Write(piece, 0, read))
                if (unpacked.Length + read > Math.Min(entry.Length, LargestEntry))
                    throw new InvalidDataException();                 // it declared less
            return unpacked;
        }
    }
}
