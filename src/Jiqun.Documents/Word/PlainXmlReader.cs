using System.Buffers;
using System.Globalization;
using System.Text;
using System.Xml;

namespace Jiqun.Documents.Word;

/// <summary>
/// Reads XML as word processors write it: UTF-8, elements, attributes and text. What has a DTD, comments, CDATA, instructions or another
/// encoding is left to the framework's reader. A third of that reader's time, by leaving out what is not asked for.
/// </summary>
/// <remarks>Source: XML 1.0 (5th ed.), Namespaces in XML 1.0. Only what <see cref="WordGrid"/> uses is there; the rest throws.</remarks>
sealed class PlainXmlReader : XmlReader
{
    /// <summary>Bytes of the largest part that is read whole.</summary>
    public const int LargestPart = 4 << 20;

    const int MostAttributes = 256;
    const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";

    static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n");
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly char[] text;
    readonly int length;
    readonly NameTable table = new();
    readonly Dictionary<string, QualifiedName> names = [];
    readonly Dictionary<string, QualifiedName>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <summary>Names seen lately, by a hash that costs nothing; others are looked up.</summary>
    readonly QualifiedName?[] recent = new QualifiedName?[128];

    /// <summary>Elements that are open, the innermost last: their name, and whether blanks count in them.</summary>
    readonly List<(QualifiedName Name, bool KeepBlanks)> open = [];

    /// <summary>Namespaces that are declared, the innermost last, with the depth of their element.</summary>
    readonly List<(string Prefix, string Uri, int Depth)> spaces = [("", "", -1), ("xml", XmlNamespace, -1), ("xmlns", "http://www.w3.org/2000/xmlns/", -1)];

    readonly List<(QualifiedName Name, int Value, int ValueLength)> attributes = [];

    /// <summary>Changes with each declaration, so that names know when to look their namespace up again.</summary>
    int scope;

    /// <summary>An attribute of this tag has a prefix whose namespace is not known yet.</summary>
    bool unresolved;

    int at;
    XmlNodeType type = XmlNodeType.None;
    QualifiedName? name;
    bool empty;
    bool ended;
    int depth;
    ReadOnlyMemory<char> value;

    /// <summary>A qualified name as it is written, and what it means now.</summary>
    sealed class QualifiedName(string written)
    {
        public string Written { get; } = written;

        public string Prefix { get; } = written.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? written[..colon] : "";

        public string Local { get; } = written[(written.IndexOf(':', StringComparison.Ordinal) + 1)..];

        public int Scope { get; set; } = -1;

        public string Uri { get; set; } = "";
    }

    PlainXmlReader(char[] text, int length, int start)
    {
        (this.text, this.length, at) = (text, length, start);
        lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <returns>Null when the part is not plain, and the framework's reader must read it.</returns>
    /// <exception cref="XmlException">A character that XML forbids.</exception>
    public static PlainXmlReader? TryOpen(ReadOnlySpan<byte> part)
    {
        if (part.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            part = part[3..];
        if (part.IsEmpty || part[0] != '<' || part.IndexOf("<!"u8) >= 0)
            return null;
        var start = 0;
        if (part.StartsWith("<?xml "u8))
        {
            var end = part.IndexOf("?>"u8);
            if (end < 0 || !IsPlain(Encoding.Latin1.GetString(part[..end])))
                return null;
            start = end + 2;
        }
        if (part[start..].IndexOf("<?"u8) >= 0)
            return null;
        var text = ArrayPool<char>.Shared.Rent(part.Length);
        int length;
        try
        {
            length = Utf8.GetChars(part, text);
        }
        catch (DecoderFallbackException)
        {
            ArrayPool<char>.Shared.Return(text);
            return null;
        }
        var reader = new PlainXmlReader(text, length, start);
        if (Forbidden(text.AsSpan(0, length)) is >= 0 and var wrong)
        {
            reader.at = wrong;
            using (reader)
                throw reader.Wrong("a forbidden character");
        }
        return reader;
    }

    /// <summary>Where a character stands that XML forbids; -1 when none does. Surrogates are in pairs once the UTF-8 is decoded.</summary>
    static int Forbidden(ReadOnlySpan<char> text) =>
        text.IndexOfAnyInRange('\0', '\b') is >= 0 and var low ? low
        : text.IndexOfAnyInRange('\v', '\f') is >= 0 and var tab ? tab
        : text.IndexOfAnyInRange('\u000E', '\u001F') is >= 0 and var control ? control
        : text.IndexOfAnyInRange('\uFFFE', '\uFFFF');

    static bool IsPlain(string declaration)
    {
        var encoding = declaration.IndexOf("encoding", StringComparison.Ordinal);
        return declaration.Contains("1.0", StringComparison.Ordinal)
            && (encoding < 0 || declaration.AsSpan(encoding).Contains("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !ended)
        {
            ended = true;
            ArrayPool<char>.Shared.Return(text);
        }
        base.Dispose(disposing);
    }

    XmlException Wrong(string what)
    {
        var before = text.AsSpan(0, Math.Min(at, length));
        return new XmlException(what, null, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    public override bool Read()
    {
        if (type is XmlNodeType.Element && empty)
            CloseElement();
        else if (type is XmlNodeType.EndElement)
            CloseElement();
        while (at < length)
        {
            if (text[at] != '<')
            {
                if (ReadText())
                    return true;
                continue;
            }
            if (at + 1 < length && text[at + 1] == '/')
                ReadEnd();
            else
                ReadStart();
            return true;
        }
        if (open.Count > 0 || name is null)
            throw Wrong("the document ends too early");
        type = XmlNodeType.None;
        return false;
    }

    void CloseElement()
    {
        open.RemoveAt(open.Count - 1);
        while (spaces[^1].Depth >= open.Count)
        {
            spaces.RemoveAt(spaces.Count - 1);
            scope++;
        }
    }

    /// <returns>False for blanks that do not count.</returns>
    bool ReadText()
    {
        var rest = text.AsSpan(at, length - at);
        var end = rest.IndexOf('<');
        var content = end < 0 ? rest : rest[..end];
        var blank = content.IndexOfAnyExcept(Blanks) < 0;
        if (open.Count == 0 && !blank)
            throw Wrong("text outside the document");
        var start = at;
        at += content.Length;
        if (open.Count == 0 || (blank && !open[^1].KeepBlanks))
            return false;
        type = blank ? XmlNodeType.SignificantWhitespace : XmlNodeType.Text;
        depth = open.Count;
        value = content.IndexOfAny('&', '\r') < 0 ? text.AsMemory(start, content.Length) : Resolved(start, content).AsMemory();
        return true;
    }

    void ReadEnd()
    {
        at += 2;
        if (open.Count == 0 || !text.AsSpan(at, length - at).StartsWith(open[^1].Name.Written))
            throw Wrong("an end tag without its start");
        at += open[^1].Name.Written.Length;
        SkipBlanks();
        if (at >= length || text[at] != '>')
            throw Wrong("an end tag that does not end");
        at++;
        (type, name, depth, empty) = (XmlNodeType.EndElement, open[^1].Name, open.Count - 1, false);
    }

    void ReadStart()
    {
        if (open.Count == 0 && name is not null)
            throw Wrong("a second root element");
        at++;
        name = NameAt(ReadName());
        var keepBlanks = open.Count > 0 && open[^1].KeepBlanks;
        attributes.Clear();
        unresolved = false;
        while (true)
        {
            var blank = SkipBlanks();
            if (at >= length)
                throw Wrong("the document ends in a tag");
            if (text[at] == '>' || (text[at] == '/' && at + 1 < length && text[at + 1] == '>'))
                break;
            if (!blank)
                throw Wrong("a blank is missing between attributes");
            keepBlanks = ReadAttribute(keepBlanks);
        }
        empty = text[at] == '/';
        at += empty ? 2 : 1;
        (type, depth) = (XmlNodeType.Element, open.Count);
        open.Add((name, keepBlanks));
        Resolve(name);
        if (!unresolved)
            return;
        foreach (var attribute in attributes)
        {
            if (attribute.Name.Prefix.Length > 0)
                Resolve(attribute.Name);
        }
    }

    void Resolve(QualifiedName written)
    {
        if (written.Scope != scope)
            (written.Uri, written.Scope) = (UriOf(written.Prefix), scope);
    }

    bool ReadAttribute(bool keepBlanks)
    {
        var written = NameAt(ReadName());
        SkipBlanks();
        if (at >= length || text[at] != '=')
            throw Wrong("an attribute without a value");
        at++;
        SkipBlanks();
        var quote = at < length ? text[at] : '\0';
        if (quote is not ('"' or '\''))
            throw Wrong("an attribute without quotation marks");
        at++;
        var end = 0;                                           // values are short: a plain loop is faster than a vector search
        var rest = text.AsSpan(at, length - at);
        while (end < rest.Length && rest[end] != quote && rest[end] != '<')
            end++;
        if (end == rest.Length || rest[end] == '<')
            throw Wrong("an attribute that does not end");
        if (attributes.Count == MostAttributes || HasAttribute(written))
            throw Wrong("an attribute twice, or too many");
        attributes.Add((written, at, end));
        unresolved |= written.Scope != scope && written.Prefix.Length > 0;
        if (written.Written is "xmlns")
            Declare("", AttributeValue(at, end));
        else if (written.Prefix is "xmlns")
            Declare(written.Local, AttributeValue(at, end));
        else if (written.Written is "xml:space")
            keepBlanks = AttributeValue(at, end).Trim() switch { "preserve" => true, "default" => false, _ => throw Wrong("xml:space is preserve or default") };
        at += end + 1;
        return keepBlanks;
    }

    bool HasAttribute(QualifiedName written)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Name == written)
                return true;
        }
        return false;
    }

    void Declare(string prefix, string uri)
    {
        spaces.Add((prefix, table.Add(uri) is WordGrid.Transitional ? WordGrid.Transitional : uri == WordGrid.Strict ? WordGrid.Strict : uri, open.Count));
        scope++;
        unresolved = true;
    }

    string UriOf(string prefix)
    {
        for (var i = spaces.Count - 1; i >= 0; i--)
        {
            if (spaces[i].Prefix == prefix)
                return spaces[i].Uri;
        }
        throw Wrong("a prefix without namespace");
    }

    ReadOnlySpan<char> ReadName()
    {
        var rest = text.AsSpan(at, length - at);
        var end = 0;
        while (end < rest.Length && rest[end] is var c && c > ' ' && c is not ('>' or '/' or '=' or '"' or '\'' or '<'))
            end++;
        if (end == 0 || end == rest.Length)
            throw Wrong("a name is expected");
        at += end;
        return rest[..end];
    }

    QualifiedName NameAt(ReadOnlySpan<char> written)
    {
        ref var usual = ref recent[(written.Length * 31 + written[^1] * 7 + written[written.Length / 2]) & (recent.Length - 1)];
        if (usual is not null && written.SequenceEqual(usual.Written))
            return usual;
        if (!lookup.TryGetValue(written, out var known))
            lookup[written] = known = Verified(new QualifiedName(table.Add(written.ToString())));
        return usual = known;
    }

    QualifiedName Verified(QualifiedName name)
    {
        try
        {
            XmlConvert.VerifyNCName(name.Local);
            if (name.Prefix.Length + 1 + name.Local.Length == name.Written.Length)
                XmlConvert.VerifyNCName(name.Prefix);
            return name;
        }
        catch (Exception e) when (e is XmlException or ArgumentException)
        {
            throw Wrong("not a name");
        }
    }

    bool SkipBlanks()
    {
        var before = at;
        while (at < length && text[at] is ' ' or '\t' or '\r' or '\n')
            at++;
        return at > before;
    }

    /// <summary>An attribute's value: blanks of every kind are spaces, entities resolved.</summary>
    string AttributeValue(int start, int count)
    {
        var written = text.AsSpan(start, count);
        return written.IndexOfAny('\t', '\n', '\r') < 0
            ? Resolved(start, written)
            : Resolved(start, written.ToString().Replace("\r\n", " ", StringComparison.Ordinal).Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' '));
    }

    /// <summary>Text with its entities and line ends resolved.</summary>
    string Resolved(int start, ReadOnlySpan<char> written)
    {
        if (written.IndexOfAny('&', '\r') < 0)
            return written.ToString();
        var resolved = new StringBuilder(written.Length);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '\r')
            {
                if (i + 1 == written.Length || written[i + 1] != '\n')
                    resolved.Append('\n');
                continue;
            }
            if (written[i] != '&')
            {
                resolved.Append(written[i]);
                continue;
            }
            var end = written[i..].IndexOf(';');
            if (end < 0 || !AppendEntity(resolved, written.Slice(i + 1, end - 1)))
            {
                at = start + i;
                throw Wrong("an unknown entity");
            }
            i += end;
        }
        return resolved.ToString();
    }

    static bool AppendEntity(StringBuilder to, ReadOnlySpan<char> entity)
    {
        if (entity is "amp" or "lt" or "gt" or "quot" or "apos")
        {
            to.Append(entity switch { "amp" => '&', "lt" => '<', "gt" => '>', "quot" => '"', _ => '\'' });
            return true;
        }
        var hex = entity.StartsWith("#x");
        if (!entity.StartsWith("#")
            || !int.TryParse(entity[(hex ? 2 : 1)..], hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code)
            || (code < 0x10000 && Forbidden([(char)code]) == 0))
            return false;
        to.Append(new Rune(code).ToString());
        return true;
    }

    public override XmlNodeType NodeType => type;

    public override int Depth => depth;

    public override string LocalName => name?.Local ?? "";

    public override string NamespaceURI => name?.Uri ?? "";

    public override string Prefix => name?.Prefix ?? "";

    public override bool IsEmptyElement => type is XmlNodeType.Element && empty;

    public override bool CanReadValueChunk => true;

    public override int ReadValueChunk(char[] buffer, int index, int count)
    {
        var n = Math.Min(count, value.Length);
        value.Span[..n].CopyTo(buffer.AsSpan(index));
        value = value[n..];
        return n;
    }

    public override string? GetAttribute(string name, string? namespaceURI)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Name.Local == name && (attribute.Name.Prefix.Length == 0 ? "" : attribute.Name.Uri) == namespaceURI)
                return AttributeValue(attribute.Value, attribute.ValueLength);
        }
        return null;
    }

    public override string? GetAttribute(string name) => GetAttribute(name, "");

    public override XmlNameTable NameTable => table;

    public override ReadState ReadState => type is XmlNodeType.None ? (name is null ? ReadState.Initial : ReadState.EndOfFile) : ReadState.Interactive;

    public override bool EOF => ReadState is ReadState.EndOfFile;

    public override int AttributeCount => attributes.Count;

    public override string BaseURI => "";

    public override string Value => throw new NotSupportedException();

    public override string GetAttribute(int i) => throw new NotSupportedException();

    public override string? LookupNamespace(string prefix) => throw new NotSupportedException();

    public override bool MoveToAttribute(string name) => throw new NotSupportedException();

    public override bool MoveToAttribute(string name, string? ns) => throw new NotSupportedException();

    public override bool MoveToElement() => false;

    public override bool MoveToFirstAttribute() => throw new NotSupportedException();

    public override bool MoveToNextAttribute() => throw new NotSupportedException();

    public override bool ReadAttributeValue() => throw new NotSupportedException();

    public override void ResolveEntity() => throw new NotSupportedException();
}
