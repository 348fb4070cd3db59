using System.Xml;

namespace Jiqun.Documents.Word;

/// <summary>Styles whose text is hidden (w:vanish), by their id; mostly none.</summary>
sealed class HiddenStyles
{
    static readonly HiddenStyles None = new();

    readonly HashSet<string> ids = [];

    public bool Contains(string? id) => ids.Count > 0 && id is not null && ids.Contains(id);

    /// <param name="part">Null when the document has no styles.</param>
    public static HiddenStyles Read(WordPackage package, string? part)
    {
        if (part is null || !Mentions(package, part))
            return None;
        var styles = new HiddenStyles();
        Dictionary<string, (string? BasedOn, bool? Hidden)> all = [];
        using var xml = package.Open(part, out var bytes);
        string? id = null;
        while (xml.Read())
        {
            bytes.NodeRead();
            if (xml.NodeType is not XmlNodeType.Element)
                continue;
            switch (xml.LocalName)
            {
                case "style":
                    id = xml.GetAttribute("styleId", xml.NamespaceURI);
                    if (id is not null)
                        all[id] = (null, null);
                    break;
                case "basedOn" when id is not null:
                    all[id] = all[id] with { BasedOn = xml.GetAttribute("val", xml.NamespaceURI) };
                    break;
                case "vanish" when id is not null:
                    all[id] = all[id] with { Hidden = xml.GetAttribute("val", xml.NamespaceURI) is not ("0" or "false" or "off") };
                    break;
            }
        }
        foreach (var style in all.Keys)
        {
            var at = style;
            for (var steps = 0; steps < 20 && at is not null && all.TryGetValue(at, out var found); steps++, at = found.BasedOn)
            {
                if (found.Hidden is not { } hidden)
                    continue;
                if (hidden)
                    styles.ids.Add(style);
                break;
            }
        }
        return styles;
    }

    /// <summary>A look at the bytes spares most documents the parsing.</summary>
    static bool Mentions(WordPackage package, string part)
    {
        using var bytes = package.Bytes(part);
        Span<byte> buffer = stackalloc byte[4096];
        var kept = 0;
        for (int n; (n = bytes.Read(buffer[kept..])) > 0;)
        {
            bytes.NodeRead();
            var length = kept + n;
            if (buffer[..length].IndexOf("vanish"u8) >= 0)
                return true;
            kept = Math.Min(8, length);
            buffer.Slice(length - kept, kept).CopyTo(buffer);
        }
        return false;
    }
}
