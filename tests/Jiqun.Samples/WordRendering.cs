using System.IO.Compression;
using System.Text;
using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>Turns the filled blocks into a Word document, with all that Word and WPS put into one.</summary>
/// <param name="runLength">Characters of an answer's run; 0: as many as there are.</param>
sealed class WordRendering(Habits habits, Random dice, int runLength)
{
    const string Author = "w:author=\"张科长\" w:date=\"2021-09-01T09:00:00Z\"";
    const string Font = "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"仿宋_GB2312\" w:cs=\"Times New Roman\"/>";
    static readonly string[] NestedRows = ["领域", "代表产品", "整机", "城轨车辆\n动车组"];

    /// <summary>About what one more run costs in bytes.</summary>
    public const int RunOverhead = 200;

    readonly WordMarkup to = new(habits.Has(Habit.DefaultNamespace) ? null : habits.Has(Habit.OtherPrefix) ? "ns0" : "w");
    readonly List<string> comments = [];
    readonly List<string> footnotes = [];
    readonly List<string> links = [];
    readonly HashSet<Field> tabled = [];
    Revision row;
    int moves;

    /// <summary>Where a table stands within the answer: long texts with a cell of their own.</summary>
    public static IEnumerable<Field> Tabled(Form form) =>
        from table in form.Sheet.OfType<SheetTable>()
        from sheetRow in table.Rows
        from cell in sheetRow.Cells
        where cell.Items is [FieldItem { Field.Kind: FieldKind.LongText }]
        select ((FieldItem)cell.Items[0]).Field;

    public static string WithTable(string text)
    {
        var first = text.IndexOf('\n', StringComparison.Ordinal);
        var table = string.Join('\n', NestedRows);
        return first < 0 ? $"{text}\n{table}" : $"{text[..first]}\n{table}{text[first..]}";
    }

    public string Document(List<Block> blocks)
    {
        var strict = habits.Has(Habit.StrictNamespaces);
        var main = strict ? WordPackage.Strict : WordPackage.Transitional;
        var relations = strict ? WordPackage.StrictRelationships : WordPackage.Relationships;
        var prefix = habits.Has(Habit.OtherPrefix) ? "ns0" : "w";
        var @default = habits.Has(Habit.DefaultNamespace) ? $" xmlns=\"{main}\"" : "";
        to.Raw("<w:document").Text(@default).Text(
            $" xmlns:{prefix}=\"{main}\" xmlns:r=\"{relations}\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
            + " xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\""
            + " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""
            + " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:v=\"urn:schemas-microsoft-com:vml\"").Raw("><w:body>");
        Blocks(blocks);
        to.Raw("<w:p/><w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" w:right=\"1100\" w:bottom=\"1440\" w:left=\"1100\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
        return to.ToString();
    }

    public void Save(Stream stream, string xml, CompressionLevel level)
    {
        var strict = habits.Has(Habit.StrictNamespaces);
        var relations = strict ? WordPackage.StrictRelationships : WordPackage.Relationships;
        var main = habits.Has(Habit.OtherMainPart) ? "document2" : "document";
        var w = $"xmlns:w=\"{(strict ? WordPackage.Strict : WordPackage.Transitional)}\"";
        const string declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
        using var package = new WordPackage(stream, level);
        List<string> others = ["styles"];
        if (comments.Count > 0)
            others.Add("comments");
        if (footnotes.Count > 0)
            others.Add("footnotes");
        package.Frame($"word/{main}.xml", others, relations);
        package.Part($"word/_rels/{main}.xml.rels",
            $"{declaration}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            + string.Concat(others.Select(o => $"<Relationship Id=\"{o}\" Type=\"{relations}/{o}\" Target=\"{o}.xml\"/>"))
            + string.Concat(links.Select((l, i) => $"<Relationship Id=\"link{i}\" Type=\"{relations}/hyperlink\" Target=\"{l}\" TargetMode=\"External\"/>"))
            + "</Relationships>");
        if (habits.Has(Habit.Utf16))
        {
            package.Part($"word/{main}.xml", part =>
            {
                part.Write(Encoding.Unicode.GetPreamble());
                part.Write(Encoding.Unicode.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?>" + xml));
            });
        }
        else
            package.Part($"word/{main}.xml", declaration + xml);
        package.Part("word/styles.xml", $"""
            {declaration}<w:styles {w}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style><w:style w:type="character" w:styleId="Hidden"><w:name w:val="隐藏文字"/><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="HiddenToo"><w:name w:val="说明"/><w:basedOn w:val="Hidden"/><w:rPr><w:color w:val="FF0000"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="HiddenParagraph"><w:name w:val="填表说明"/><w:basedOn w:val="a"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>
            """);
        if (comments.Count > 0)
        {
            package.Part("word/comments.xml", $"{declaration}<w:comments {w}>"
                + string.Concat(comments.Select((c, i) => $"<w:comment w:id=\"{i}\" {Author}><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:comment>")) + "</w:comments>");
        }
        if (footnotes.Count > 0)
        {
            package.Part("word/footnotes.xml", $"{declaration}<w:footnotes {w}>"
                + string.Concat(footnotes.Select((f, i) => $"<w:footnote w:id=\"{i + 1}\"><w:p><w:r><w:t>{f}</w:t></w:r></w:p></w:footnote>")) + "</w:footnotes>");
        }
    }

    bool Chance() => dice.Next(10) < 6;

    void Blocks(List<Block> blocks)
    {
        for (var i = 0; i < blocks.Count;)
        {
            var owner = blocks[i].Owner;
            var end = i + 1;
            if (owner is not null)
            {
                while (end < blocks.Count && blocks[end].Owner == owner)
                    end++;
            }
            var tagged = owner is not null && habits.Has(Habit.TaggedControls);
            var control = tagged || (habits.Has(Habit.BlockControls) && Chance());
            var placeholder = tagged && blocks[i] is Line { Pieces: [] } or Line { Pieces: [{ Role: Role.Hint }] } && end == i + 1;
            if (control)
                OpenControl(tagged ? owner : null, placeholder);
            for (; i < end; i++)
            {
                if (blocks[i] is Grid grid)
                    Table(grid);
                else if (control && placeholder && blocks[i] is Line { Pieces: [] })
                    Paragraph(Line.Of("单击或点击此处输入文字。"), [], placeholder: true);
                else
                    Paragraph((Line)blocks[i], blocks, placeholder);
                if (owner is not null && habits.Has(Habit.TableInNarrative) && blocks.Count > 0 && Narrative(blocks, i, owner))
                    Table(Nested(owner));
            }
            if (control)
                to.Raw("</w:sdtContent></w:sdt>");
        }
    }

    /// <summary>Whether this is the first paragraph of an answer that has a cell of its own.</summary>
    bool Narrative(List<Block> blocks, int i, Field owner) =>
        owner.Kind == FieldKind.LongText && ownCell == owner && blocks[i] is Line { Pieces: [.., { Role: Role.Value }], MarkDeleted: false } && tabled.Add(owner);

    Field? ownCell;

    static Grid Nested(Field owner)
    {
        var grid = new Grid([2000, 3000], owner);
        foreach (var pair in NestedRows.Chunk(2))
            grid.Rows.Add(new Row(pair.Select(text => new Cell(1, []) { Blocks = [.. text.Split('\n').Select(t => Line.Of(t))] })));
        return grid;
    }

    void OpenControl(Field? field, bool placeholder, string extra = "")
    {
        to.Raw($"<w:sdt><w:sdtPr><w:alias w:val=\"填报项\"/><w:tag w:val=\"{field?.Id ?? "控件"}\"/><w:id w:val=\"{to.NextId()}\"/>{(placeholder ? "<w:showingPlcHdr/>" : "")}{extra}</w:sdtPr><w:sdtContent>");
    }

    void Table(Grid grid)
    {
        to.Raw("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders><w:top w:val=\"single\" w:sz=\"4\" w:color=\"auto\"/><w:left w:val=\"single\" w:sz=\"4\" w:color=\"auto\"/><w:bottom w:val=\"single\" w:sz=\"4\" w:color=\"auto\"/><w:right w:val=\"single\" w:sz=\"4\" w:color=\"auto\"/><w:insideH w:val=\"single\" w:sz=\"4\" w:color=\"auto\"/><w:insideV w:val=\"single\" w:sz=\"4\" w:color=\"auto\"/></w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
        foreach (var column in grid.Columns)
            to.Raw($"<w:gridCol w:w=\"{column}\"/>");
        to.Raw("</w:tblGrid>");
        foreach (var each in grid.Rows)
        {
            var control = habits.Has(Habit.RowControls) && Chance();
            if (control)
                OpenControl(null, false);
            RowOf(each, grid);
            if (control)
                to.Raw("</w:sdtContent></w:sdt>");
        }
        to.Raw("</w:tbl>");
    }

    void RowOf(Row each, Grid grid)
    {
        var outer = row;
        row = each.Revision == Revision.None ? outer : each.Revision;
        to.Raw("<w:tr><w:trPr>");
        if (each.Before > 0)
            to.Raw($"<w:gridBefore w:val=\"{each.Before}\"/>");
        if (each.After > 0)
            to.Raw($"<w:gridAfter w:val=\"{each.After}\"/>");
        to.Raw(each.Height is { } height ? $"<w:trHeight w:val=\"{(int)(height * 56.7m)}\"/>" : "<w:trHeight w:val=\"454\"/>");
        to.Raw(each.Revision switch
        {
            Revision.Inserted => $"<w:ins w:id=\"{to.NextId()}\" {Author}/>",
            Revision.Deleted or Revision.RowDeleted => $"<w:del w:id=\"{to.NextId()}\" {Author}/>",
            _ => "",
        });
        to.Raw("</w:trPr>");
        var column = each.Before;
        foreach (var cell in each.Cells)
        {
            var control = habits.Has(Habit.CellControls) && Chance();
            if (control)
                OpenControl(null, false);
            var width = grid.Columns.Skip(column).Take(cell.Span).Sum();
            column += cell.Span;
            to.Raw($"<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
            if (cell.Span > 1)
                to.Raw($"<w:gridSpan w:val=\"{cell.Span}\"/>");
            if (cell.Legacy != LegacyMerge.None)
                to.Raw(cell.Legacy == LegacyMerge.Start ? "<w:hMerge w:val=\"restart\"/>" : "<w:hMerge/>");
            if (cell.Merge != Merge.None)
                to.Raw(cell.Merge == Merge.Start ? "<w:vMerge w:val=\"restart\"/>" : dice.Next(2) == 0 ? "<w:vMerge/>" : "<w:vMerge w:val=\"continue\"/>");
            to.Raw("<w:vAlign w:val=\"center\"/></w:tcPr>");
            ownCell = cell.Items is [FieldItem { Field: var own }] ? own : null;
            Blocks(cell.Blocks);
            if (cell.Blocks.Count == 0 || cell.Blocks[^1] is Grid)
                to.Raw("<w:p/>");
            to.Raw("</w:tc>");
            if (control)
                to.Raw("</w:sdtContent></w:sdt>");
        }
        to.Raw("</w:tr>");
        row = outer;
    }

    void Paragraph(Line line, List<Block> beside, bool placeholder)
    {
        if (habits.Has(Habit.HiddenByStyle) && line.Owner is not null && Chance())
            to.Raw("<w:p><w:pPr><w:pStyle w:val=\"HiddenParagraph\"/></w:pPr><w:r><w:t>此段打印时不显示</w:t></w:r></w:p>");
        var custom = habits.Has(Habit.CustomXml) && line.Owner is null && beside.Count == 1 && Chance();
        if (custom)
            to.Raw("<w:customXml w:uri=\"urn:wps\" w:element=\"row\">");
        to.Raw($"<w:p><w:pPr>{(line.Align == "both" ? "<w:ind w:firstLine=\"480\"/>" : "")}<w:jc w:val=\"{(habits.Has(Habit.StrictNamespaces) ? line.Align.Replace("left", "start", StringComparison.Ordinal).Replace("right", "end", StringComparison.Ordinal) : line.Align)}\"/><w:rPr>");
        if (line.MarkDeleted)
            to.Raw($"<w:del w:id=\"{to.NextId()}\" {Author}/>");
        to.Raw($"<w:sz w:val=\"{line.HalfPoints}\"/></w:rPr>");
        if (habits.Has(Habit.TrackedFormatting))
            to.Raw($"<w:pPrChange w:id=\"{to.NextId()}\" {Author}><w:pPr><w:jc w:val=\"center\"/></w:pPr></w:pPrChange>");
        to.Raw("</w:pPr>");
        if (line.PageBreakBefore)
            to.Raw("<w:r><w:br w:type=\"page\"/></w:r>");
        var properties = Properties(line);
        foreach (var piece in line.Pieces)
        {
            if (piece.Role == Role.Value)
                Value(piece, properties, inLine: line.Owner is null);
            else
                Runs(piece.Text, placeholder ? properties + "<w:color w:val=\"808080\"/>" : properties, cut: false);
        }
        if (habits.Has(Habit.Bookmarked) && line.Pieces.Count > 0)
            to.Raw("<w:bookmarkStart w:id=\"0\" w:name=\"_GoBack\"/><w:bookmarkEnd w:id=\"0\"/>");
        to.Raw("</w:p>");
        if (custom)
            to.Raw("</w:customXml>");
    }

    string Properties(Line line)
    {
        var properties = $"{Font}{(line.Bold ? "<w:b/>" : "")}<w:sz w:val=\"{line.HalfPoints}\"/>";
        return habits.Has(Habit.TrackedFormatting)
            ? $"{properties}<w:rPrChange w:id=\"{to.NextId()}\" {Author}><w:rPr><w:vanish/></w:rPr></w:rPrChange>"
            : properties;
    }

    void Value(Piece piece, string properties, bool inLine)
    {
        var field = piece.Field!;
        var close = new Stack<string>();
        var empty = piece.Text.Length == 0;
        if (!empty && habits.Has(Habit.TrackedDeletions) && Chance())
            to.Raw($"<w:del w:id=\"{to.NextId()}\" {Author}>").Run("旧的内容123", properties, "delText").Raw("</w:del>");
        if (!empty && habits.Has(Habit.TrackedMoves) && Chance())
        {
            var name = $"move{++moves}";
            to.Raw($"<w:moveFromRangeStart w:id=\"{to.NextId()}\" w:name=\"{name}\" {Author}/><w:moveFrom w:id=\"{to.NextId()}\" {Author}>")
                .Run("移走的内容", properties)
                .Raw($"</w:moveFrom><w:moveFromRangeEnd w:id=\"{to.NextId()}\"/><w:moveToRangeStart w:id=\"{to.NextId()}\" w:name=\"{name}\" {Author}/><w:moveTo w:id=\"{to.NextId()}\" {Author}>");
            close.Push($"</w:moveTo><w:moveToRangeEnd w:id=\"{to.NextId()}\"/>");
        }
        if (habits.Has(Habit.HiddenText) && Chance())
            to.Run("不打印的内容", properties + "<w:vanish/>");
        if (habits.Has(Habit.HiddenByStyle) && Chance())
            to.Run("样式隐藏", "<w:rStyle w:val=\"HiddenToo\"/>" + properties);
        if (habits.Has(Habit.TextBoxes) && Chance())
            TextBox();
        if (inLine && habits.Has(Habit.TaggedControls))
        {
            OpenControl(field, empty);
            close.Push("</w:sdtContent></w:sdt>");
            if (empty)
                to.Run("单击此处输入文字。", properties + "<w:color w:val=\"808080\"/>");
        }
        else if (!empty && habits.Has(Habit.RunControls) && Chance())
        {
            OpenControl(null, false, "<w:text/>");
            close.Push("</w:sdtContent></w:sdt>");
        }
        if (!empty && habits.Has(Habit.Comments) && Chance())
        {
            to.Raw($"<w:commentRangeStart w:id=\"{comments.Count}\"/>");
            close.Push($"<w:commentRangeEnd w:id=\"{comments.Count}\"/><w:r><w:commentReference w:id=\"{comments.Count}\"/></w:r>");
            comments.Add("此处请再核实");
        }
        if (!empty && habits.Has(Habit.Footnotes) && Chance())
        {
            footnotes.Add("数据来源：市统计局");
            close.Push($"<w:r><w:footnoteReference w:id=\"{footnotes.Count}\"/></w:r>");
        }
        if (!empty && field.Kind == FieldKind.Email && habits.Has(Habit.Hyperlinks))
        {
            to.Raw($"<w:hyperlink r:id=\"link{links.Count}\">");
            links.Add("mailto:" + piece.Text.Replace('＠', '@'));
            close.Push("</w:hyperlink>");
        }
        if (!empty && habits.Has(Habit.SmartTags) && Chance())
        {
            to.Raw("<w:smartTag w:uri=\"urn:schemas-microsoft-com:office:smarttags\" w:element=\"chsdate\"><w:smartTagPr><w:attr w:name=\"Year\" w:val=\"2021\"/></w:smartTagPr>");
            close.Push("</w:smartTag>");
        }
        if (!empty && habits.Has(Habit.CustomXml) && Chance())
        {
            to.Raw("<w:customXml w:element=\"value\"><w:customXmlPr><w:attr w:name=\"n\" w:val=\"1\"/></w:customXmlPr>");
            close.Push("</w:customXml>");
        }
        if (!empty && habits.Has(Habit.TrackedInsertions) && Chance())
        {
            to.Raw($"<w:ins w:id=\"{to.NextId()}\" {Author}>");
            close.Push("</w:ins>");
        }
        if (!empty)
            Fields(close);
        if (habits.Has(Habit.HiddenByStyle) && Chance())
            properties = "<w:rStyle w:val=\"Hidden\"/>" + properties + "<w:vanish w:val=\"0\"/>";
        if (!empty && habits.Has(Habit.Ruby) && field.Personal && field.Kind == FieldKind.Text)
            to.Raw($"<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val=\"center\"/></w:rubyPr><w:rt><w:r><w:t>pin yin</w:t></w:r></w:rt><w:rubyBase>").Run(piece.Text, properties).Raw("</w:rubyBase></w:ruby></w:r>");
        else if (!empty)
            Runs(piece.Text, properties, cut: true);
        while (close.TryPop(out var end))
            to.Raw(end);
    }

    void Fields(Stack<string> close)
    {
        const string end = "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
        if (habits.Has(Habit.SimpleFields) && Chance())
        {
            to.Raw("<w:fldSimple w:instr=\" DOCPROPERTY 内容 \">");
            close.Push("</w:fldSimple>");
        }
        else if (habits.Has(Habit.ComplexFields) && Chance())
        {
            to.Raw("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> HYPERLINK \"http://www.example.gov.cn/\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>");
            close.Push(end);
        }
        else if (habits.Has(Habit.NestedFields) && Chance())
        {
            to.Raw("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> IF </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>12</w:t></w:r>"
                + end + "<w:r><w:instrText xml:space=\"preserve\"> > 1 \"甲\" \"乙\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>");
            close.Push(end);
        }
        else if (habits.Has(Habit.FormFields) && Chance())
        {
            to.Raw("<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"文字1\"/><w:enabled/><w:textInput><w:default w:val=\"默认\"/></w:textInput></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>");
            close.Push(end);
        }
    }

    void TextBox()
    {
        const string content = "<w:txbxContent><w:p><w:r><w:t>此处加盖公章 9999</w:t></w:r></w:p></w:txbxContent>";
        to.Raw($"<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" relativeHeight=\"1\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"column\"><wp:posOffset>3000000</wp:posOffset></wp:positionH><wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx=\"900000\" cy=\"300000\"/><wp:wrapNone/><wp:docPr id=\"{to.NextId()}\" name=\"文本框\"/><a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"900000\" cy=\"300000\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape style=\"position:absolute\"><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>");
    }

    /// <summary>A text as one run or several.</summary>
    void Runs(string text, string properties, bool cut)
    {
        var revised = row switch
        {
            Revision.Deleted => ("<w:del w:id=\"7\" " + Author + ">", "</w:del>"),
            Revision.Inserted when !cut => ("<w:ins w:id=\"8\" " + Author + ">", "</w:ins>"),
            _ => ("", ""),
        };
        if (habits.Has(Habit.SoftHyphens) && cut && text.Length > 3 && !char.IsHighSurrogate(text[1]))
            text = text.Insert(2, "\u00AD");
        to.Raw(revised.Item1);
        var element = row == Revision.Deleted ? "delText" : "t";
        for (var at = 0; at < text.Length;)
        {
            var length = habits.Has(Habit.SplitRuns) ? dice.Next(1, 5) : runLength > 0 && cut ? runLength : text.Length;
            length = Math.Min(length, text.Length - at);
            if (at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]))
                length++;
            if (habits.Has(Habit.SplitRuns) && row == Revision.None && dice.Next(3) == 0)
                to.Raw("<w:proofErr w:type=\"spellStart\"/>");
            to.Run(text.AsSpan(at, length), habits.Has(Habit.SplitRuns) && dice.Next(2) == 0 ? properties + "<w:lang w:val=\"zh-CN\"/>" : properties, element, habits.Has(Habit.NoBreakHyphens) && cut);
            at += length;
            if (habits.Has(Habit.SplitRuns) && dice.Next(8) == 0)
                to.Raw($"<w:bookmarkStart w:id=\"{to.NextId()}\" w:name=\"b{at}\"/><w:r><w:lastRenderedPageBreak/></w:r><w:bookmarkEnd w:id=\"{to.NextId()}\"/>");
        }
        to.Raw(revised.Item2);
    }
}
