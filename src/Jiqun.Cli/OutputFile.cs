using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jiqun.Core;

namespace Jiqun.Cli;

/// <summary>A file that appears whole or not at all: written beside its target and renamed at the end.</summary>
sealed class OutputFile : IDisposable
{
    /// <summary>Of a file, in bytes of UTF-8: what usual file systems allow.</summary>
    const int LongestName = 255;

    readonly string? temporary;

    OutputFile(Stream content, string? target, string? temporary) =>
        (Content, Target, this.temporary) = (content, target, temporary);

    public Stream Content { get; }

    /// <summary>Full path of the file to be replaced, links followed; null for standard output and devices.</summary>
    public string? Target { get; }

    /// <summary>Makes sure, before any work is done, that the target can be written.</summary>
    /// <param name="path"><c>-</c> is standard output.</param>
    /// <param name="inputs">Full paths that must not be overwritten.</param>
    public static Outcome<OutputFile> Open(string path, IReadOnlySet<string> inputs)
    {
        if (path == "-")
            return new OutputFile(new BufferedStream(Console.OpenStandardOutput(), 1 << 16), null, null);

        if (path.Length == 0 || path.EndsWith('/') || Directory.Exists(path))
            return Refused("output-is-folder", path);
        var full = Path.GetFullPath(path);
        try
        {
            if (new FileInfo(full).LinkTarget is not null)            // the file is replaced, not the link to it
                full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
            if (SpecialFile.Is(full))                                 // a device or pipe must not be replaced by a file
                return new OutputFile(new FileStream(full, FileMode.Open, FileAccess.Write), null, null);
            if (Encoding.UTF8.GetByteCount(Path.GetFileName(full)) > LongestName)
                return Refused("output-name-too-long", path, LongestName);
            if (inputs.Contains(full))
                return Refused("output-is-input", path);
            if (Path.GetDirectoryName(full) is not { } folder || !Directory.Exists(folder))
                return Refused("output-folder-missing", path);
            var temporary = Path.Combine(folder, $".jiqun-{Path.GetRandomFileName()}");
            return new OutputFile(new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16), full, temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused("output-not-writable", path, e.Message);
        }
    }

    /// <summary>Writes one JSON value with a line end, and puts the file in its place.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(Content, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        Content.Write("\n"u8);
        Content.Flush();
        Commit();
    }

    /// <summary>Puts the file in its place.</summary>
    public void Commit()
    {
        Content.Dispose();
        if (temporary is not null)
            File.Move(temporary, Target!, overwrite: true);
    }

    /// <summary>Without a commit nothing stays behind.</summary>
    public void Dispose()
    {
        if (temporary is not null)
            File.Delete(temporary);
        try
        {
            Content.Dispose();
        }
        catch (IOException)                                           // the reader of a pipe has gone: it was told, or wanted no more
        {
        }
    }

    static Finding Refused(string code, params object?[] arguments) => Finding.Error(code, null, Messages.Of(code, arguments));
}
