using System.Buffers;
using System.IO.Compression;
using System.Xml;

namespace Jiqun.Documents.Word;

/// <summary>A .docx as the zip it is: finds its parts, and hands them out with every bound in place.</summary>
sealed class WordPackage : IDisposable
{
    /// <summary>Bytes a part may unpack to.</summary>
    public const long LargestPart = 64 << 20;

    /// <summary>Bytes that a tag or a stretch of text may have.</summary>
    const long LargestNode = 1 << 20;

    /// <summary>Elements may lie this deep.</summary>
    public const int DeepestElement = 256;

    const string Relationships = "http://schemas.openxmlformats.org/package/2006/relationships";

    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreWhitespace = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
        MaxCharactersInDocument = LargestPart,
    };

    readonly ZipArchive zip;
    readonly Dictionary<string, ZipArchiveEntry> parts = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="UnreadableDocumentException">A damaged zip, an encrypted or oversized part.</exception>
    public WordPackage(Stream file)
    {
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in zip.Entries)
            {
                if (entry.IsEncrypted)
                    throw new UnreadableDocumentException("word.encrypted");
                if (entry.Length > LargestPart)
                    throw new UnreadableDocumentException("word.part-too-large", entry.FullName, LargestPart >> 20);
                if (!parts.TryAdd(entry.FullName.Replace('\\', '/').TrimStart('/'), entry) && entry.FullName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
                    throw new UnreadableDocumentException("word.damaged");
            }
        }
        catch (InvalidDataException)
        {
            zip?.Dispose();
            throw new UnreadableDocumentException("word.damaged");
        }
        catch
        {
            zip?.Dispose();
            throw;
        }
    }

    public void Dispose() => zip.Dispose();

    /// <summary>The document itself; null when the package has none.</summary>
    public string? MainPart => Target("_rels/.rels", "/officeDocument") ?? (parts.ContainsKey("word/document.xml") ? "word/document.xml" : null);

    /// <summary>The part's styles; null when it has none.</summary>
    public string? StylesOf(string part)
    {
        var (folder, name) = Split(part);
        return Target($"{folder}_rels/{name}.rels", "/styles");
    }

    /// <summary>A reader over a part: no DTD, nothing outside the file, no more than the bounds allow, checksum verified at its end.</summary>
    /// <param name="bytes">To be told of each node that was read.</param>
    public XmlReader Open(string part, out CheckedStream bytes)
    {
        bytes = Bytes(part);
        if (parts[part].Length > PlainXmlReader.LargestPart)
            return XmlReader.Create(bytes, Settings);
        var whole = ArrayPool<byte>.Shared.Rent((int)parts[part].Length + 1);
        try
        {
            var length = 0;
            for (int n; (n = bytes.Read(whole, length, whole.Length - length)) > 0; length += n)
                bytes.NodeRead();
            bytes.Dispose();
            return PlainXmlReader.TryOpen(whole.AsSpan(0, length)) ?? XmlReader.Create(new MemoryStream(whole[..length]), Settings);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    public CheckedStream Bytes(string part) =>
        parts.TryGetValue(part, out var entry)
            ? new CheckedStream(entry.Open(), entry.Crc32, Math.Min(LargestPart, entry.Length), LargestNode)
            : throw new UnreadableDocumentException("word.part-missing", part);

    /// <summary>The part that a relationship of this type leads to, if it is inside the package and there.</summary>
    /// <remarks>Types end alike in transitional and strict documents.</remarks>
    string? Target(string relationships, string type)
    {
        if (!parts.ContainsKey(relationships))
            return null;
        var folder = Split(relationships).Folder is var f && f.EndsWith("_rels/", StringComparison.Ordinal) ? f[..^"_rels/".Length] : "";
        using var reader = Open(relationships, out var bytes);
        while (reader.Read())
        {
            bytes.NodeRead();
            if (reader is not { NodeType: XmlNodeType.Element, LocalName: "Relationship", NamespaceURI: Relationships }
                || reader.GetAttribute("Type")?.EndsWith(type, StringComparison.Ordinal) is not true
                || reader.GetAttribute("TargetMode") == "External"
                || reader.GetAttribute("Target") is not { } target)
                continue;
            var path = target.StartsWith('/') ? target[1..] : Resolve(folder, target);
            if (parts.ContainsKey(path))
                return path;
        }
        return null;
    }

    static string Resolve(string folder, string target)
    {
        var steps = folder.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var step in target.Split('/'))
        {
            if (step == ".." && steps.Count > 0)
                steps.RemoveAt(steps.Count - 1);
            else if (step is not ("." or ".."))
                steps.Add(step);
        }
        return string.Join('/', steps);
    }

    static (string Folder, string Name) Split(string part) =>
        part.LastIndexOf('/') is >= 0 and var at ? (part[..(at + 1)], part[(at + 1)..]) : ("", part);
}
