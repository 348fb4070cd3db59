using System.Globalization;
using System.Xml;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Reads a document's cell grid and text in one pass, as the printed page shows them: insertions in, deletions and hidden text out.</summary>
/// <remarks>
/// Source: ISO/IEC 29500-1 §17, transitional and strict. Each method is called on the start tag of its element and leaves the reader on
/// the end tag, or on the element itself when it is empty. Depth is bounded, so recursion is.
/// </remarks>
sealed class WordGrid
{
    /// <summary>More than any filled form has; refused, so that memory stays bounded.</summary>
    const int MostCells = 50_000, MostText = 4_000_000, WidestSpan = 200;

    internal const string Transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    internal const string Strict = "http://purl.oclc.org/ooxml/wordprocessingml/main";
    const string Compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006";

    readonly XmlReader xml;
    readonly CheckedStream bytes;
    readonly AnswerMarks marks;
    readonly HiddenStyles hiddenStyles;
    readonly List<GridBlock> blocks = [];
    readonly Dictionary<string, IReadOnlyList<string>> tagged = [];
    readonly TextFlow body = new();

    /// <summary>Fields whose bookmark was met: a document has a name once, so that another is a mistake. It also bounds their number.</summary>
    readonly HashSet<string> bookmarked = [];

    /// <summary>Flows that are done with, to be used again.</summary>
    readonly Stack<TextFlow> spare = [];

    /// <summary>Where text goes now.</summary>
    TextFlow flow;

    /// <summary>The innermost cell that is open; null outside the tables.</summary>
    GridCell? cell;

    /// <summary>Fields that are open, innermost last: whether their result has begun. Text before that is the field's code.</summary>
    List<bool> fields = [];

    /// <summary>Open controls that show a mere placeholder.</summary>
    int placeholders;

    /// <summary>Whether the piece before is a control for plain text: LibreOffice 7 writes these several times over, one behind the other.</summary>
    bool plainControlBefore;

    readonly char[] chunk = new char[1024];
    bool hiddenParagraph;
    int tables;
    int cells;
    int characters;

    WordGrid(XmlReader xml, CheckedStream bytes, AnswerMarks marks, HiddenStyles hiddenStyles) =>
        (this.xml, this.bytes, this.marks, this.hiddenStyles, flow) = (xml, bytes, marks, hiddenStyles, body);

    /// <param name="marks">What marks an answer.</param>
    /// <exception cref="UnreadableDocumentException">The document is damaged, too large, or no Word document.</exception>
    /// <exception cref="XmlException">A part is not well-formed, or has a DTD.</exception>
    public static GridDocument Read(Stream file, AnswerMarks marks)
    {
        using var package = new WordPackage(file);
        var part = package.MainPart ?? throw new UnreadableDocumentException("word.no-document");
        var hiddenStyles = HiddenStyles.Read(package, package.StylesOf(part));
        using var xml = package.Open(part, out var bytes);
        return new WordGrid(xml, bytes, marks, hiddenStyles).Document();
    }

    GridDocument Document()
    {
        if (xml.MoveToContent() is not XmlNodeType.Element || xml.LocalName != "document" || !InWord)
            throw new UnreadableDocumentException("word.no-document");
        for (var depth = Enter(); Next(depth);)
        {
            if (InWord && xml.LocalName == "body")
                Blocks();
            else
                Skip();
        }
        EndParagraph();
        while (xml.Read())
        {
            // to the end, so that the rest is known to be well-formed and the checksum is compared
        }
        return new GridDocument(blocks, tagged);
    }

    // ---- walking -----------------------------------------------------------------------------------------------------------

    bool InWord => xml.NamespaceURI is Transitional or Strict;

    /// <summary>The depth of the element whose children are to be read; -1 when it has none.</summary>
    int Enter() =>
        xml.Depth > WordPackage.DeepestElement ? throw new UnreadableDocumentException("word.too-deep", WordPackage.DeepestElement)
        : xml.IsEmptyElement ? -1
        : xml.Depth;

    /// <summary>Moves to the next child element; false at the end tag.</summary>
    bool Next(int depth)
    {
        if (depth < 0)
            return false;
        while (xml.Read())
        {
            bytes.NodeRead();
            if (xml.NodeType is XmlNodeType.Element)
                return true;
            if (xml.NodeType is XmlNodeType.EndElement && xml.Depth == depth)
                return false;
        }
        return false;
    }

    void Skip()
    {
        if (xml.IsEmptyElement)
            return;
        var depth = xml.Depth;
        while (xml.Read() && !(xml.NodeType is XmlNodeType.EndElement && xml.Depth == depth))
        {
            bytes.NodeRead();
            if (xml.Depth > WordPackage.DeepestElement)
                throw new UnreadableDocumentException("word.too-deep", WordPackage.DeepestElement);
        }
    }

    string? Attribute(string name) => xml.GetAttribute(name, xml.NamespaceURI);

    /// <summary>An on-off property that is present: on, unless its value says otherwise.</summary>
    bool IsOn => Attribute("val") is not ("0" or "false" or "off");

    /// <summary>Of alternatives, the first is what current programs show.</summary>
    void Alternative(Action children)
    {
        var taken = false;
        for (var depth = Enter(); Next(depth);)
        {
            if (!taken && xml.LocalName is "Choice" or "Fallback")
            {
                taken = true;
                children();
            }
            else
                Skip();
        }
    }

    // ---- blocks ------------------------------------------------------------------------------------------------------------

    void Blocks()
    {
        for (var depth = Enter(); Next(depth);)
            Block();
    }

    /// <summary>One block; the reader stands on it.</summary>
    void Block()
    {
        if (!InWord)
        {
            if (xml.LocalName == "AlternateContent" && xml.NamespaceURI == Compatibility)
                Alternative(Blocks);
            else
                Skip();
            return;
        }
        switch (xml.LocalName)
        {
            case "p":
                Paragraph();
                break;
            case "tbl":
                Table();
                break;
            case "sdt":
                Control(Blocks);
                break;
            case "customXml" or "ins" or "moveTo" or "sdtContent":
                Blocks();
                break;
            case "bookmarkStart" or "bookmarkEnd":
                Bookmark();
                break;
            default:
                Skip();
                break;
        }
    }

    void Paragraph()
    {
        hiddenParagraph = plainControlBefore = false;
        var markDeleted = false;
        for (var depth = Enter(); Next(depth);)
        {
            if (InWord && xml.LocalName == "pPr")
                markDeleted = ParagraphProperties();
            else
                Inline();
        }
        hiddenParagraph = false;
        if (!markDeleted)
            EndParagraph();
    }

    /// <returns>Whether the paragraph's end is deleted, so that the next one continues it.</returns>
    bool ParagraphProperties()
    {
        var deleted = false;
        for (var depth = Enter(); Next(depth);)
        {
            if (xml.LocalName == "pStyle")
                hiddenParagraph = hiddenStyles.Contains(Attribute("val"));
            else if (xml.LocalName == "rPr")
            {
                for (var inner = Enter(); Next(inner);)
                {
                    deleted |= xml.LocalName is "del" or "moveFrom";
                    Skip();
                }
                continue;
            }
            Skip();
        }
        return deleted;
    }

    void EndParagraph()
    {
        flow.EndParagraph();
        if (flow == body && body.Take() is { Length: > 0 } text)
            blocks.Add(new GridParagraph(text));
    }

    // ---- tables ------------------------------------------------------------------------------------------------------------

    void Table()
    {
        EndParagraph();
        var table = new GridTable(++tables);
        if (cell is null)
            blocks.Add(table);
        else
            cell.Add(table);
        var rows = new TableRows(table);
        Rows(rows);
    }

    void Rows(TableRows rows)
    {
        for (var depth = Enter(); Next(depth);)
        {
            switch (xml.LocalName)
            {
                case "tr":
                    Row(rows);
                    break;
                case "sdt" or "sdtContent" or "customXml" or "ins" or "moveTo":
                    Rows(rows);
                    break;
                default:
                    Skip();
                    break;
            }
        }
    }

    void Row(TableRows rows)
    {
        rows.Begin();
        if (++cells > MostCells)                               // an empty row costs as much as a cell
            throw new UnreadableDocumentException("word.too-many-cells", MostCells);
        Cells(rows, tag: null);
        rows.End();
    }

    /// <param name="tag">Of the control around the cells; null when there is none that marks an answer.</param>
    void Cells(TableRows rows, string? tag)
    {
        for (var depth = Enter(); Next(depth);)
        {
            switch (xml.LocalName)
            {
                case "trPr":
                    RowProperties(rows);
                    break;
                case "tc" when !rows.Deleted:
                    Cell(rows, tag);
                    break;
                case "sdt":
                    Control(() => Cells(rows, tag), inner => Cells(rows, inner));
                    break;
                case "sdtContent" or "customXml" or "ins" or "moveTo":
                    Cells(rows, tag);
                    break;
                default:
                    Skip();
                    break;
            }
        }
    }

    void RowProperties(TableRows rows)
    {
        for (var depth = Enter(); Next(depth);)
        {
            if (xml.LocalName is "del" or "moveFrom")
                rows.Deleted = true;
            else if (xml.LocalName is "gridBefore")
                rows.Column += Span(Attribute("val"), 0);
            Skip();
        }
    }

    static int Span(string? value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var span) && span >= least ? Math.Min(span, WidestSpan) : least;

    void Cell(TableRows rows, string? tag)
    {
        if (++cells > MostCells)
            throw new UnreadableDocumentException("word.too-many-cells", MostCells);
        var (outerCell, outerFlow, outerFields) = (cell, flow, fields);
        var properties = default(CellProperties);
        List<bool> ownFields = [];                             // a field that is not closed hides no more than its cell
        var content = spare.TryPop(out var used) ? used : new TextFlow();
        if (tag is not null)
            content.BeginControl(tag);
        GridCell? own = null;
        var begun = false;
        for (var depth = Enter(); Next(depth);)
        {
            if (!begun && xml.LocalName == "tcPr")
            {
                properties = ReadCellProperties();
                continue;
            }
            if (!begun)
                (begun, own) = (true, rows.Add(properties));
            if (own is null)
            {
                Skip();
                continue;
            }
            (cell, flow, fields) = (own, content, ownFields);
            Block();
            (cell, flow, fields) = (outerCell, outerFlow, outerFields);
        }
        if (!begun)
            own = rows.Add(properties);
        content.EndParagraph();
        var text = content.IsMarked ? TakeAnswers(content, own) : content.Take();
        spare.Push(content);
        if (own is null)
            return;
        own.Text = text;
        if (outerCell is not null && text.Length > 0)
        {
            Count(text.Length);
            outerFlow.AppendParagraphs(text);
        }
    }

    CellProperties ReadCellProperties()
    {
        var (span, continues, restarts, joined, deleted) = (1, false, false, false, false);
        for (var depth = Enter(); Next(depth);)
        {
            switch (xml.LocalName)
            {
                case "gridSpan":
                    span = Span(Attribute("val"), 1);
                    break;
                case "vMerge":
                    restarts = Attribute("val") == "restart";
                    continues = !restarts;
                    break;
                case "hMerge":
                    joined = Attribute("val") != "restart";
                    break;
                case "cellDel":
                    deleted = true;
                    break;
            }
            Skip();
        }
        return new CellProperties(span, continues, restarts, joined, deleted);
    }

    // ---- content controls --------------------------------------------------------------------------------------------------

    void Control(Action content) => Control(content, null);

    /// <param name="tagged">Reads content whose tag is to be kept by the cells inside; null: the text is taken here.</param>
    void Control(Action content, Action<string>? tagged)
    {
        string? tag = null;
        var (placeholder, plain, again) = (false, false, false);
        for (var depth = Enter(); Next(depth);)
        {
            if (xml.LocalName == "sdtPr")
            {
                (tag, placeholder, plain) = ControlProperties();
                again = plain && plainControlBefore && flow.IsInBookmark;
            }
            else if (xml.LocalName == "sdtContent" && !again)
            {
                placeholders += placeholder ? 1 : 0;
                if (tag is null)
                    content();
                else if (tagged is not null)
                    tagged(tag);
                else
                    TakeTagged(tag, content);
                placeholders -= placeholder ? 1 : 0;
            }
            else
                Skip();
        }
        plainControlBefore = plain;
    }

    /// <returns>The field whose answer it holds, whether it holds a mere placeholder, and whether it is for plain text.</returns>
    (string? Tag, bool Placeholder, bool Plain) ControlProperties()
    {
        string? tag = null;
        var (showing, ours, plain) = (false, false, false);
        for (var depth = Enter(); Next(depth);)
        {
            switch (xml.LocalName)
            {
                case "tag" when Attribute("val") is { } name && marks.IsTag(name):
                    tag = name;
                    break;
                case "showingPlcHdr":
                    showing = IsOn;
                    break;
                case "placeholder":
                    for (var inner = Enter(); Next(inner); Skip())
                        ours |= xml.LocalName == "docPart" && Attribute("val") is { } block && marks.IsPlaceholder(block);
                    continue;
                case "text":
                    plain = true;
                    break;
            }
            Skip();
        }
        return (tag, showing && !ours, plain);             // LibreOffice says “placeholder” also when words were typed beside ours, which is known as the hint
    }

    void TakeTagged(string tag, Action content)
    {
        if (cell is not null)
        {
            flow.BeginControl(tag);
            content();
            flow.EndControl();
            return;
        }
        var outer = flow;
        flow = new TextFlow();
        content();
        flow.EndParagraph();
        var text = flow.Take();
        flow = outer;
        AddTagged(tag, text);
    }

    /// <returns>The text that belongs to no answer.</returns>
    string TakeAnswers(TextFlow content, GridCell? holder)
    {
        var (own, answers) = content.TakeAnswers();
        foreach (var (tag, text) in answers)
        {
            if (holder is null)
                continue;
            holder.AddTag(tag);
            AddTagged(tag, text);
        }
        return own;
    }

    void AddTagged(string tag, string text)
    {
        if (text.Length == 0)
            return;
        if (tagged.TryGetValue(tag, out var before))
            ((List<string>)before).Add(text);
        else
            tagged[tag] = new List<string> { text };
    }

    /// <summary>A bookmark marks the answer in a cell; any other is passed over, as are those that begin and end in different cells.</summary>
    void Bookmark()
    {
        if (cell is not null && Attribute("id") is { } id)
        {
            if (xml.LocalName == "bookmarkEnd")
                flow.EndBookmark(id);
            else if (Attribute("name") is { } name && marks.FieldOf(name) is { } field && bookmarked.Add(field))
            {
                flow.BeginBookmark(field, id);
                plainControlBefore = false;                    // copies stand in the bookmark of what they repeat
            }
        }
        Skip();
    }

    // ---- text --------------------------------------------------------------------------------------------------------------

    void Inlines()
    {
        for (var depth = Enter(); Next(depth);)
            Inline();
    }

    /// <summary>One piece of a paragraph; the reader stands on it.</summary>
    void Inline()
    {
        if (!InWord)
        {
            if (xml.LocalName == "AlternateContent" && xml.NamespaceURI == Compatibility)
                Alternative(Inlines);
            else if (xml.LocalName is "oMath" or "oMathPara")
                Formula();
            else
                Skip();
            return;
        }
        switch (xml.LocalName)
        {
            case "r":
                Run();
                break;
            case "hyperlink" or "ins" or "moveTo" or "smartTag" or "customXml" or "fldSimple" or "dir" or "bdo" or "sdtContent" or "rubyBase":
                Inlines();
                break;
            case "sdt":
                Control(Inlines);
                break;
            case "bookmarkStart" or "bookmarkEnd":
                Bookmark();
                break;
            default:
                Skip();
                break;
        }
    }

    void Run()
    {
        plainControlBefore = false;
        var hidden = hiddenParagraph;
        RunContent(ref hidden);
    }

    void RunContent(ref bool hidden)
    {
        for (var depth = Enter(); Next(depth);)
        {
            switch (xml.LocalName)
            {
                case "rPr":
                    hidden = IsHidden(hidden);
                    break;
                case "fldChar":
                    FieldCharacter();
                    break;
                case "t":
                    Text(hidden);
                    break;
                case "tab" or "ptab":
                    Append("\t", hidden);
                    Skip();
                    break;
                case "br" or "cr":
                    Append("\n", hidden);
                    Skip();
                    break;
                case "noBreakHyphen":
                    Append("-", hidden);
                    break;
                case "sym":
                    Append(Symbol(Attribute("char")), hidden);
                    Skip();
                    break;
                case "ruby":
                    Inlines();
                    break;
                case "AlternateContent":
                    var inner = hidden;
                    Alternative(() => RunContent(ref inner));
                    break;
                default:
                    Skip();
                    break;
            }
        }
    }

    bool IsHidden(bool hidden)
    {
        bool? direct = null;
        for (var depth = Enter(); Next(depth);)
        {
            if (xml.LocalName == "vanish")
                direct = IsOn;
            else if (xml.LocalName == "rStyle")
                hidden |= hiddenStyles.Contains(Attribute("val"));
            Skip();
        }
        return direct ?? hidden;
    }

    void FieldCharacter()
    {
        switch (Attribute("fldCharType"))
        {
            case "begin":
                fields.Add(false);
                break;
            case "separate" when fields.Count > 0:
                fields[^1] = true;
                break;
            case "end" when fields.Count > 0:
                fields.RemoveAt(fields.Count - 1);
                break;
        }
        Skip();
    }

    void Text(bool hidden)
    {
        if (xml.IsEmptyElement)
            return;
        while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
        {
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.CDATA)
            {
                for (int n; (n = xml.ReadValueChunk(chunk, 0, chunk.Length)) > 0;)
                    Append(chunk.AsSpan(0, n), hidden);
            }
            else if (xml.NodeType is XmlNodeType.Element)
                Skip();
        }
    }

    /// <summary>A formula, as the characters it shows.</summary>
    void Formula()
    {
        for (var depth = Enter(); Next(depth);)
        {
            if (xml.LocalName == "t")
                Text(hidden: false);
            else
                Formula();
        }
    }

    /// <summary>A character of a symbol font; those of Wingdings that forms use are boxes and ticks.</summary>
    static string Symbol(string? code) => code?.ToUpperInvariant() switch
    {
        "F0A8" or "F06F" or "F0A3" => "□",
        "F0FE" or "F052" => "☑",
        "F0FC" or "F050" => "✓",
        "F0FD" or "F054" => "☒",
        { Length: 4 } other when ushort.TryParse(other, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var character)
            && character is >= 0x20 and < 0xD800 => ((char)character).ToString(),
        _ => "",
    };

    void Append(ReadOnlySpan<char> text, bool hidden)
    {
        if (hidden || placeholders > 0 || (fields.Count > 0 && fields.Contains(false)))
            return;
        Count(text.Length);
        flow.Append(text);
    }

    void Count(int more)
    {
        characters += more;
        if (characters > MostText)
            throw new UnreadableDocumentException("word.too-much-text", MostText);
    }
}
