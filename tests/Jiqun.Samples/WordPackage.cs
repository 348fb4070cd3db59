using System.IO.Compression;
using System.Text;

namespace Jiqun.Samples;

/// <summary>Writes the zip of a .docx; the same bytes for the same parts.</summary>
public sealed class WordPackage : IDisposable
{
    static readonly DateTimeOffset Fixed = new(2021, 9, 1, 0, 0, 0, TimeSpan.Zero);
    readonly ZipArchive zip;
    readonly CompressionLevel level;

    public WordPackage(Stream to, CompressionLevel level = CompressionLevel.Optimal)
    {
        zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        this.level = level;
    }

    public const string Transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    public const string Strict = "http://purl.oclc.org/ooxml/wordprocessingml/main";
    public const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    public const string StrictRelationships = "http://purl.oclc.org/ooxml/officeDocument/relationships";

    /// <summary>Adds a part whose bytes <paramref name="write"/> streams.</summary>
    public void Part(string name, Action<Stream> write)
    {
        var entry = zip.CreateEntry(name, level);
        entry.LastWriteTime = Fixed;
        using var to = entry.Open();
        write(to);
    }

    public void Part(string name, ReadOnlySpan<byte> content)
    {
        var entry = zip.CreateEntry(name, level);
        entry.LastWriteTime = Fixed;
        using var to = entry.Open();
        to.Write(content);
    }

    public void Part(string name, string content) => Part(name, Encoding.UTF8.GetBytes(content));

    /// <summary>The two parts by which a main document is found.</summary>
    /// <param name="main">Name of the main part: <c>word/document.xml</c>.</param>
    /// <param name="others">Further parts beside it and what they are: styles, comments, footnotes.</param>
    public void Frame(string main, IEnumerable<string> others, string relationships = Relationships)
    {
        const string type = "application/vnd.openxmlformats-officedocument.wordprocessingml";
        var overrides = string.Concat(others.Select(o => $"""<Override PartName="/word/{o}.xml" ContentType="{type}.{o}+xml"/>"""));
        Part("[Content_Types].xml", $"""
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" ContentType="{type}.document.main+xml"/>{overrides}</Types>
            """);
        Part("_rels/.rels", $"""
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{relationships}/officeDocument" Target="{main}"/></Relationships>
            """);
    }

    public void Dispose() => zip.Dispose();
}
