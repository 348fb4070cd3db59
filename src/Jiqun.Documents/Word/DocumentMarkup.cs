using System.Security;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Writes the part <c>word/document.xml</c>.</summary>
/// <remarks>
/// Every answer stands in content controls that bear its field's id, within a bookmark that bears it too. The controls lie inside
/// paragraphs, one in each paragraph of a long text: LibreOffice breaks those around paragraphs and cells. Lengths are in twips.
/// </remarks>
/// <param name="to">Left open.</param>
/// <param name="step">Called when a row of a table, or a block that is none, is written.</param>
sealed class DocumentMarkup(Placeholders placeholders, TextWriter to, bool isReport = false, Action? step = null)
{
    const int PageWidth = 11906, PageHeight = 16838, SideMargin = 1134, TopMargin = 1417, FooterDistance = 794, TableGap = 120;
    const int TextWidth = PageWidth - 2 * SideMargin;
    const decimal TwipsPerMillimetre = 1440 / 25.4m;
    const int EmuPerTwip = 635, EmuPerPoint = 12700;
    const string Picture = "http://schemas.openxmlformats.org/drawingml/2006/picture";

    readonly MarkupText xml = new(to);

    /// <summary>Of bookmarks, controls and drawings, so that each is the document's only one.</summary>
    int lastId;

    int charts, pictures;

    /// <param name="hasHeader">There is one, with the watermark.</param>
    public void Write(IReadOnlyList<PrintedBlock> blocks, bool hasHeader = false)
    {
        xml.Raw($"""{WordParts.Declaration}<w:document xmlns:w="{WordGrid.Transitional}" xmlns:r="{WordParts.Relationships}"><w:body>""");
        for (var i = 0; i < blocks.Count; i++)
        {
            switch (blocks[i])
            {
                case PrintedLine line:
                    Line(line, i > 0 ? blocks[i - 1] : null, i + 1 < blocks.Count ? blocks[i + 1] : null);
                    step?.Invoke();
                    break;
                case PrintedTable table:
                    Table(table);
                    if (i + 1 == blocks.Count || blocks[i + 1] is PrintedTable or PrintedTiles)     // tables that touch are one to Word
                        xml.Raw($"""<w:p><w:pPr><w:pStyle w:val="{WordStyle.BetweenTables}"/></w:pPr></w:p>""");
                    break;
                case PrintedBars bars:
                    Bars(bars);
                    Caption(bars);
                    break;
                case PrintedTiles tiles:
                    Tiles(tiles);
                    Caption(tiles);
                    break;
            }
        }
        xml.Raw($"""
            <w:sectPr>{(hasHeader ? $"""<w:headerReference w:type="default" r:id="{WordParts.HeaderId}"/>""" : "")}<w:footerReference w:type="default" r:id="{WordParts.FooterId}"/><w:pgSz w:w="{PageWidth}" w:h="{PageHeight}"/><w:pgMar w:top="{TopMargin}" w:right="{SideMargin}" w:bottom="{TopMargin}" w:left="{SideMargin}" w:header="{FooterDistance}" w:footer="{FooterDistance}" w:gutter="0"/></w:sectPr></w:body></w:document>
            """);
    }

    /// <param name="before">What stands above it; null: nothing.</param>
    /// <param name="after">What stands below it; null: nothing.</param>
    void Line(PrintedLine line, PrintedBlock? before, PrintedBlock? after)
    {
        var style = line.Role switch
        {
            LineRole.Annex => WordStyle.Annex,
            LineRole.Title => WordStyle.Title,
            LineRole.Heading => WordStyle.Heading,
            LineRole.NotesHeading => WordStyle.NotesHeading,
            LineRole.Note => WordStyle.Note,
            LineRole.Addressee => WordStyle.Addressee,
            LineRole.Body => WordStyle.Body,
            LineRole.Signature => WordStyle.Signature,
            LineRole.SignatureDate => WordStyle.SignatureDate,
            LineRole.Subheading => WordStyle.Subheading,
            LineRole.Text => WordStyle.Text,
            LineRole.Caption => WordStyle.Caption,
        };
        xml.Raw($"""<w:p><w:pPr><w:pStyle w:val="{style}"/>""");
        if (line.Role is LineRole.Caption)
            xml.Raw("<w:keepNext/>");
        if (line.Role is LineRole.Body)
        {
            if (after is PrintedTable or PrintedLine { Role: LineRole.Signature })
                xml.Raw("<w:keepNext/>");
            if (before is PrintedTable || after is PrintedTable)
                xml.Raw($"""<w:spacing{(before is PrintedTable ? $" w:before=\"{TableGap}\"" : "")}{(after is PrintedTable ? $" w:after=\"{TableGap}\"" : "")}/>""");
        }
        xml.Raw("</w:pPr>").Run(line.Text).Raw("</w:p>");
    }

    // ---- tables ------------------------------------------------------------------------------------------------------------

    void Table(PrintedTable table)
    {
        var edges = Edges(table.Columns);
        xml.Raw($"""
            <w:tbl><w:tblPr><w:tblStyle w:val="{WordStyle.Table}"/><w:tblW w:w="{TextWidth}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>
            """);
        for (var i = 0; i < table.Columns.Count; i++)
            xml.Raw($"""<w:gridCol w:w="{edges[i + 1] - edges[i]}"/>""");
        xml.Raw("</w:tblGrid>");
        var above = new (PrintedCell? Cell, int Rows)[table.Columns.Count];         // cells that go on, by their column
        foreach (var (i, row) in table.Rows.Index())
        {
            Row(row, edges, above, isHead: i < table.HeadRows);
            step?.Invoke();
        }
        xml.Raw("</w:tbl>");
    }

    /// <summary>Where the columns begin, and where the last ends.</summary>
    static int[] Edges(IReadOnlyList<decimal> shares)
    {
        var edges = new int[shares.Count + 1];
        var (sum, whole) = (0m, shares.Sum());
        for (var i = 0; i < shares.Count; i++)
            edges[i + 1] = (int)Math.Round(TextWidth * (sum += shares[i]) / whole);
        return edges;
    }

    /// <param name="isHead">It is printed again on each page of the table.</param>
    void Row(PrintedRow row, int[] edges, (PrintedCell? Cell, int Rows)[] above, bool isHead)
    {
        var mayBreak = row.Cells.Any(c => c.IsLong);
        xml.Raw($"""<w:tr><w:trPr>{(mayBreak ? "" : "<w:cantSplit/>")}<w:trHeight w:val="{Twips(row.Height)}" w:hRule="atLeast"/>{(isHead ? "<w:tblHeader/>" : "")}</w:trPr>""");
        var heads = row.Cells.All(c => c.IsHeader);
        var next = 0;
        for (var column = 0; column < above.Length;)
        {
            var continues = above[column] is { Rows: > 0 };
            if (!continues)
                above[column] = (row.Cells[next], row.Cells[next++].RowSpan);
            var cell = above[column].Cell!;
            Cell(cell, edges[column + cell.ColumnSpan] - edges[column], continues, heads);
            above[column].Rows--;
            column += cell.ColumnSpan;
        }
        xml.Raw("</w:tr>");
    }

    /// <param name="continues">It is the lower part of a cell that began in a row above.</param>
    /// <param name="keepNext">Its row must not stand at the foot of a page.</param>
    void Cell(PrintedCell cell, int width, bool continues, bool keepNext)
    {
        xml.Raw($"""<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>""");
        if (cell.ColumnSpan > 1)
            xml.Raw($"""<w:gridSpan w:val="{cell.ColumnSpan}"/>""");
        if (cell.RowSpan > 1)
            xml.Raw(continues ? "<w:vMerge/>" : """<w:vMerge w:val="restart"/>""");
        xml.Raw(cell.IsLong ? "</w:tcPr>" : """<w:vAlign w:val="center"/></w:tcPr>""");
        if (continues || cell.Paragraphs.Count == 0)
            xml.Raw($"""<w:p><w:pPr><w:pStyle w:val="{(isReport ? WordStyle.ReportCell : WordStyle.Answer)}"/></w:pPr></w:p>""");
        else
            Paragraphs(cell.Paragraphs, isReport ? cell.IsHeader ? WordStyle.ReportHead : WordStyle.ReportCell : WordStyle.Label, keepNext);
        xml.Raw("</w:tc>");
    }

    // ---- charts ------------------------------------------------------------------------------------------------------------

    /// <summary>A chart of Word's own, or a picture.</summary>
    void Bars(PrintedBars bars)
    {
        var id = ++lastId;
        var (width, height) = bars.AreUpright ? (Metafile.Width * EmuPerPoint, Metafile.Height * EmuPerPoint) : (TextWidth * EmuPerTwip, ChartMarkup.Height(bars) * EmuPerPoint);
        xml.Raw($"""
            <w:p><w:pPr><w:pStyle w:val="{WordStyle.Chart}"/></w:pPr><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{id}" name="
            """).Text(bars.Caption).Raw("\" descr=\"").Text(bars.Alt).Raw($"""
            "/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="{ChartMarkup.Drawing}">
            """);
        if (bars.AreUpright)
            xml.Raw($"""<a:graphicData uri="{Picture}"><pic:pic xmlns:pic="{Picture}"><pic:nvPicPr><pic:cNvPr id="{id}" name="{WordParts.PictureId(pictures)}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{WordParts.PictureId(pictures++)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>""");
        else
            xml.Raw($"""<a:graphicData uri="{ChartMarkup.Chart}"><c:chart xmlns:c="{ChartMarkup.Chart}" r:id="{WordParts.ChartId(charts++)}"/></a:graphicData>""");
        xml.Raw("</a:graphic></wp:inline></w:drawing></w:r></w:p>");
    }

    /// <summary>A table in which the tiles are cells, parted by white borders.</summary>
    void Tiles(PrintedTiles tiles)
    {
        const int width = 1040, height = 540;
        const string none = """<w:tcBorders><w:top w:val="nil"/><w:left w:val="nil"/><w:bottom w:val="nil"/><w:right w:val="nil"/></w:tcBorders>""";
        var byPlace = tiles.Tiles.ToDictionary(t => (t.Column, t.Row));
        xml.Raw($"""<w:tbl><w:tblPr><w:tblStyle w:val="{WordStyle.Table}"/><w:tblW w:w="{width * tiles.Columns}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>""");
        foreach (var side in (string[])["top", "left", "bottom", "right", "insideH", "insideV"])
            xml.Raw($"""<w:{side} w:val="single" w:sz="12" w:space="0" w:color="FFFFFF"/>""");
        xml.Raw("""</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>""");
        for (var column = 0; column < tiles.Columns; column++)
            xml.Raw($"""<w:gridCol w:w="{width}"/>""");
        xml.Raw("</w:tblGrid>");
        for (var row = 0; row < tiles.Rows; row++)
        {
            xml.Raw($"""<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/></w:trPr>""");
            for (var column = 0; column < tiles.Columns; column++)
            {
                var tile = byPlace.GetValueOrDefault((column, row));
                xml.Raw($"""<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{(tile is null ? none : $"""<w:shd w:val="clear" w:color="auto" w:fill="{ChartColour.Hex(ChartColour.Of(tile.Depth))}"/>""")}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{WordStyle.Tile}"/></w:pPr>""");
                if (tile is not null)
                    xml.Run(tile.Shown.Length == 0 ? tile.Name : $"{tile.Name}\n{tile.Shown}");
                xml.Raw("</w:p></w:tc>");
            }
            xml.Raw("</w:tr>");
        }
        xml.Raw("</w:tbl>");
    }

    void Caption(PrintedChart chart)
    {
        xml.Raw($"""<w:p><w:pPr><w:pStyle w:val="{WordStyle.Caption}"/></w:pPr>""").Run(chart.Caption).Raw("</w:p>");
        step?.Invoke();
    }

    // ---- paragraphs --------------------------------------------------------------------------------------------------------

    /// <param name="wordsStyle">Of paragraphs that hold no answer.</param>
    void Paragraphs(IReadOnlyList<PrintedParagraph> paragraphs, string wordsStyle, bool keepNext)
    {
        var fields = paragraphs.SelectMany(p => p.Pieces).Select(p => p.Field).ToList();
        var (at, bookmark) = (0, 0);
        foreach (var paragraph in paragraphs)
        {
            var words = paragraph.Pieces.All(p => p.Field is null);
            xml.Raw($"""<w:p><w:pPr><w:pStyle w:val="{(words ? wordsStyle : paragraph.Indented ? WordStyle.LongAnswer : WordStyle.Answer)}"/>""");
            if (keepNext)
                xml.Raw("<w:keepNext/>");
            if (paragraph.SpaceAbove > 0)
                xml.Raw($"""<w:spacing w:before="{Twips(paragraph.SpaceAbove)}"/>""");
            if (!paragraph.Indented)
                xml.Raw(paragraph.Alignment switch
                {
                    Alignment.Start => """<w:jc w:val="left"/>""",
                    Alignment.Center => """<w:jc w:val="center"/>""",
                    Alignment.End => """<w:ind w:rightChars="200" w:right="420"/><w:jc w:val="right"/>""",
                    Alignment.Number => """<w:jc w:val="right"/>""",
                });
            xml.Raw("</w:pPr>");
            foreach (var piece in paragraph.Pieces)
            {
                if (piece.Field is not { } field)
                    xml.Run(piece.Text, words ? null : WordStyle.LabelText);
                else
                {
                    var name = AnswerMarks.BookmarkOf(field.Id);
                    if (name is not null && (at == 0 || fields[at - 1] != field))
                        xml.Raw($"""<w:bookmarkStart w:id="{bookmark = ++lastId}" w:name="{name}"/>""");
                    Control(field, piece);
                    if (name is not null && (at + 1 == fields.Count || fields[at + 1] != field))
                        xml.Raw($"""<w:bookmarkEnd w:id="{bookmark}"/>""");
                }
                at++;
            }
            xml.Raw("</w:p>");
        }
    }

    void Control(Field field, PrintedPiece piece)
    {
        var text = piece.Text.Length > 0 ? piece.Text : Placeholders.Blank;
        xml.Raw("<w:sdt><w:sdtPr><w:alias w:val=\"").Text(field.Name.Zh).Raw("\"/><w:tag w:val=\"").Text(field.Id)
            .Raw($"""
                "/><w:id w:val="{++lastId}"/><w:lock w:val="sdtLocked"/><w:placeholder><w:docPart w:val="
                """).Text(placeholders.NameOf(field)).Raw("\"/></w:placeholder>");
        if (piece.IsPlaceholder)
            xml.Raw("<w:showingPlcHdr/>");
        xml.Raw(ControlKind(field, text, piece.IsPlaceholder)).Raw("</w:sdtPr><w:sdtContent>").Run(text, piece.IsPlaceholder ? WordStyle.Placeholder : null).Raw("</w:sdtContent></w:sdt>");
    }

    /// <summary>What the control lets a person do; a control without kind takes any text.</summary>
    static string ControlKind(Field field, string text, bool isPlaceholder) => field.Kind switch
    {
        FieldKind.Text or FieldKind.LongText or FieldKind.Industry or FieldKind.Area or FieldKind.Phone or FieldKind.Mobile or FieldKind.Postcode or FieldKind.Email =>
            field.Suggestions.Count == 0 ? "" : $"<w:comboBox>{string.Concat(field.Suggestions.Select(ListItem))}</w:comboBox>",
        FieldKind.Date => DateKind(isPlaceholder ? null : PartialDate.Read(text)),
        FieldKind.Number or FieldKind.Integer => text.All(c => c is >= ' ' and <= '~') ? "<w:text/>" : "",      // LibreOffice writes other text twice
    };

    static string ListItem(string suggestion)
    {
        var escaped = SecurityElement.Escape(suggestion);
        return $"""<w:listItem w:displayText="{escaped}" w:value="{escaped}"/>""";
    }

    /// <summary>Word's calendar is set only by a date that is known to the day.</summary>
    static string DateKind(Value? value)
    {
        var day = value is DateValue { Date: { Day: not null } date } ? $" w:fullDate=\"{date}T00:00:00Z\"" : "";
        return $"""<w:date{day}><w:dateFormat w:val="yyyy年M月d日"/><w:lid w:val="zh-CN"/><w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>""";
    }

    static int Twips(decimal millimetres) => (int)Math.Round(millimetres * TwipsPerMillimetre);
}
