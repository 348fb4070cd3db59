using System.IO.Compression;
using System.Xml;

namespace Jiqun.Documents.Files;

/// <summary>What in an Office package (ECMA-376) acts by itself.</summary>
static class ActivePackage
{
    /// <summary>Parts of a document; a report of 200 pages with as many pictures has some 500.</summary>
    const int MostParts = 5000;

    /// <summary>A document unpacks to so many times its size at most, once it is large; text in XML comes to 30.</summary>
    const int MostRatio = 200;

    const long LargeFrom = 32 << 20, LargestInner = 64 << 20;

    const string Macros = "evidence-macros", Embedded = "evidence-embedded", Remote = "evidence-remote", Bomb = "evidence-shape", Broken = "evidence-broken";

    /// <returns>Code of what was found; null for nothing.</returns>
    public static string? Find(Stream file) => Find(file, 0);

    /// <param name="depth">0 for a file, 1 for a document inside of it.</param>
    static string? Find(Stream file, int depth)
    {
        try
        {
            file.Position = 0;
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > MostParts || (zip.Entries.Sum(e => e.Length) is var unpacked && unpacked > LargeFrom && unpacked / MostRatio > file.Length))
                return Bomb;
            foreach (var part in zip.Entries)
            {
                if (ByName(part.FullName) is { } named)
                    return named;
                if (ByContent(part, depth) is { } found)
                    return found;
            }
            return null;
        }
        catch (InvalidDataException)
        {
            return Broken;
        }
    }

    static string? ByName(string path)
    {
        var name = path[(path.LastIndexOfAny(['/', '\\']) + 1)..].ToLowerInvariant();
        return name.StartsWith("vbaproject", StringComparison.Ordinal) || name.StartsWith("vbadata", StringComparison.Ordinal) || path.Contains("macrosheets/", StringComparison.OrdinalIgnoreCase) ? Macros
            : name.StartsWith("activex", StringComparison.Ordinal) || name.StartsWith("oleobject", StringComparison.Ordinal)
                || (path.Contains("embeddings/", StringComparison.OrdinalIgnoreCase) && !IsDocument(name)) ? Embedded
            : null;
    }

    /// <summary>The workbook behind a chart is such a one.</summary>
    static bool IsDocument(string name) => name.EndsWith(".xlsx", StringComparison.Ordinal) || name.EndsWith(".docx", StringComparison.Ordinal);

    static string? ByContent(ZipArchiveEntry part, int depth)
    {
        var name = part.FullName.ToLowerInvariant();
        if (name.Contains("embeddings/", StringComparison.Ordinal))
            return depth > 0 || part.Length > LargestInner ? Bomb : OfInner(part);
        if (name == "[content_types].xml")
            return Read(part, OfType, mayBeBroken: false);
        if (name.EndsWith(".rels", StringComparison.Ordinal))
            return Read(part, OfRelationship, mayBeBroken: false);
        if (!name.EndsWith(".xml", StringComparison.Ordinal))
            return null;
        if (name.StartsWith("xl/externallinks/", StringComparison.Ordinal))
            return Read(part, xml => xml.LocalName is "ddeLink" or "oleLink" ? Remote : null, mayBeBroken: true);
        return name.StartsWith("word/", StringComparison.Ordinal) ? Read(part, new Instructions().Of, mayBeBroken: true) : null;
    }

    static string? OfInner(ZipArchiveEntry part)
    {
        using var inner = new MemoryStream();
        using (var content = part.Open())
            CopyAtMost(content, inner, LargestInner);
        return Find(inner, 1);
    }

    static void CopyAtMost(Stream from, MemoryStream to, long most)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = from.Read(buffer)) > 0;)
        {
            if (to.Length + read > most)
                throw new InvalidDataException();                    // its directory lied
            to.Write(buffer, 0, read);
        }
    }

    static string? OfType(XmlReader xml) => xml.GetAttribute("ContentType") is not { } type ? null
        : type.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase) || type.Contains("vbaProject", StringComparison.OrdinalIgnoreCase) || type.Contains("macrosheet", StringComparison.OrdinalIgnoreCase) ? Macros
        : type.Contains("activeX", StringComparison.OrdinalIgnoreCase) ? Embedded
        : null;

    static string? OfRelationship(XmlReader xml)
    {
        if (xml.GetAttribute("Type") is not { } type)
            return null;
        var (kind, target, isOutside) = (type[(type.LastIndexOf('/') + 1)..], xml.GetAttribute("Target") ?? "", xml.GetAttribute("TargetMode") == "External");
        return kind switch
        {
            "vbaProject" or "wordVbaData" or "xlMacrosheet" or "xlIntlMacrosheet" => Macros,
            "oleObject" or "control" or "activeXControlBinary" => Embedded,
            "attachedTemplate" when isOutside && !IsOnThisComputer(target) => Remote,        // Word names the template on its author's disk
            "frame" or "subDocument" or "aFChunk" when isOutside => Remote,
            _ => null,
        };
    }

    static bool IsOnThisComputer(string target)
    {
        var path = target.Replace('\\', '/');
        if (path.StartsWith("file:///", StringComparison.OrdinalIgnoreCase))
            path = path["file:///".Length..];
        return path is [>= 'A' and <= 'z', ':', '/', ..] || (!path.Contains(':') && !path.StartsWith("//", StringComparison.Ordinal));
    }

    /// <param name="mayBeBroken">Word opens nothing that is no XML: what cannot be read of text harms nobody.</param>
    static string? Read(ZipArchiveEntry part, Func<XmlReader, string?> judge, bool mayBeBroken)
    {
        using var content = part.Open();
        using var xml = XmlReader.Create(content, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, MaxCharactersInDocument = 256L << 20 });
        try
        {
            while (xml.Read())
                if ((xml.NodeType is XmlNodeType.Element or XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.EndElement) && judge(xml) is { } found)
                    return found;
        }
        catch (XmlException)
        {
            return mayBeBroken ? null : Broken;
        }
        return null;
    }

    /// <summary>The instructions of fields, which Word may spread over any number of runs.</summary>
    sealed class Instructions
    {
        const int LongestKept = 200;
        string written = "";
        bool isInside;

        public string? Of(XmlReader xml)
        {
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace)
            {
                if (isInside && written.Length < LongestKept)
                    written += xml.Value;
                return null;
            }
            if (xml.LocalName == "instrText")
                isInside = xml.NodeType is XmlNodeType.Element && !xml.IsEmptyElement;
            if (xml.NodeType is not XmlNodeType.Element)
                return null;
            if (xml.LocalName == "fldSimple" && IsDde(xml.GetAttribute("instr", xml.NamespaceURI) ?? ""))
                return Remote;
            if (xml.LocalName == "fldChar")
            {
                var found = IsDde(written);
                written = "";
                return found ? Remote : null;
            }
            return null;
        }

        static bool IsDde(string instruction) => instruction.TrimStart(' ', '\t', '\r', '\n', '"', '\\').StartsWith("DDE", StringComparison.OrdinalIgnoreCase);
    }
}
