using System.Collections;
using Jiqun.Core.Sheets;
using QRCoder;

namespace Jiqun.Documents.Pdf;

/// <summary>A line of text on its page.</summary>
/// <param name="X">Left edge of its measure, in points from the page's left edge.</param>
/// <param name="Top">In points from the page's upper edge, the space above the line included.</param>
readonly record struct PlacedLine(TextLine Line, float X, float Top)
{
    public float Baseline => Top + Line.SpaceAbove + Line.Above;
}

/// <summary>A border, in points from the page's upper left corner. Left to right or top to bottom.</summary>
readonly record struct Rule(float X1, float Y1, float X2, float Y2);

/// <summary>A QR code on its page.</summary>
/// <param name="Modules">Rows of it from top to bottom, dark ones true, the quiet zone included. A module is a unit.</param>
/// <param name="X">Its left edge, in points from the page's left edge.</param>
/// <param name="Top">In points from the page's upper edge.</param>
sealed record PlacedCode(IReadOnlyList<BitArray> Modules, float X, float Top)
{
    /// <summary>Length of a module's side in points.</summary>
    public const float Module = 2.25f;

    public float Side => Modules.Count * Module;
}

/// <summary>One page: what is drawn on it, and where.</summary>
sealed class Page
{
    /// <summary>Level, in the middle of the page; drawn turned about the page's middle.</summary>
    public PlacedLine? Watermark { get; set; }

    public PlacedCode? Code { get; set; }

    public List<PlacedLine> Lines { get; } = [];

    /// <summary>Borders of cells; those that cells share are there once.</summary>
    public HashSet<Rule> Rules { get; } = [];
}

/// <summary>Lays a printed form or receipt out on pages of A4.</summary>
/// <remarks>
/// Rows that fit on a page are not parted, unless their text is long; then it flows on inside its cell. A cell over several rows takes the
/// room of all of them.
/// </remarks>
sealed class FormLayout
{
    public const float PageWidth = 595.28f, PageHeight = 841.89f;
    const float Millimetre = 72 / 25.4f;
    const float Margin = 22 * Millimetre, SideMargin = 20 * Millimetre, Bottom = PageHeight - (22 * Millimetre);
    const float Width = PageWidth - (2 * SideMargin);
    const float HighestRow = Bottom - Margin;
    const float TableGap = 6, CodeGap = 12;
    const float SidePadding = 4, Padding = 3;

    /// <summary>For sums of lengths that are equal but for rounding.</summary>
    const float Tolerance = 0.01f;

    /// <summary>A long text begins on a page only where this many of its lines have room.</summary>
    const int FewestLines = 3;

    readonly InstalledFonts fonts;
    readonly LineSetter setter;
    readonly List<Page> pages = [];
    readonly Dictionary<PrintedCell, List<TextLine>> linesOf = new(ReferenceEqualityComparer.Instance);
    Page page = null!;
    float y;

    FormLayout(InstalledFonts fonts, TextShaper shaper)
    {
        (this.fonts, setter) = (fonts, new LineSetter(shaper));
        NewPage();
    }

    public static List<Page> Of(PrintedForm printed, InstalledFonts fonts, TextShaper shaper)
    {
        var layout = new FormLayout(fonts, shaper);
        layout.Add(printed.Blocks);
        layout.AddPageNumbers();
        if (printed.Watermark is { } watermark)
            layout.AddWatermark(watermark);
        return layout.pages;
    }

    /// <exception cref="QRCoder.Exceptions.DataTooLongException">More text than a QR code holds.</exception>
    public static List<Page> Of(PrintedReceipt receipt, InstalledFonts fonts, TextShaper shaper)
    {
        var layout = new FormLayout(fonts, shaper);
        layout.Add(receipt.Above);
        layout.Add(QRCodeGenerator.GenerateQrCode(receipt.QrText, QRCodeGenerator.ECCLevel.M), receipt.QrCaption);
        layout.Add(receipt.Below);
        layout.AddPageNumbers();
        return layout.pages;
    }

    void Add(IReadOnlyList<PrintedBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            switch (blocks[i])
            {
                case PrintedLine line:
                    Add(line, i + 1 < blocks.Count ? blocks[i + 1] : null);
                    break;
                case PrintedTable table:
                    y += i > 0 && blocks[i - 1] is PrintedTable && !AtTop ? TableGap : 0;
                    Add(table);
                    break;
            }
        }
    }

    void NewPage()
    {
        page = new Page();
        pages.Add(page);
        y = Margin;
    }

    bool AtTop => y <= Margin;

    /// <summary>Of what stands in cells.</summary>
    TextStyle Text => new(fonts.Text, 10.5f, 1.45f);

    // ---- lines outside the tables ----------------------------------------------------------------------------------------

    (TextStyle Style, Alignment Alignment, float Above, float Below) Manner(LineRole role) => role switch
    {
        LineRole.Annex => (new TextStyle(fonts.Title, 14, 1.5f), Alignment.Start, 0, 0),
        LineRole.Title => (new TextStyle(fonts.Title, 18, 1.5f), Alignment.Center, 6, 8),
        LineRole.Heading => (new TextStyle(fonts.Title, 14, 1.5f), Alignment.Start, 10, 4),
        LineRole.NotesHeading => (new TextStyle(fonts.Title, 9, 1.5f), Alignment.Start, 6, 0),
        LineRole.Note => (new TextStyle(fonts.Text, 9, 1.5f, HangingIndent: 1.2f), Alignment.Start, 0, 0),
    };

    void Add(PrintedLine line, PrintedBlock? next)
    {
        var (style, alignment, above, below) = Manner(line.Role);
        var lines = setter.Set(line.Text, style, Width, alignment);
        y += AtTop ? 0 : above;
        var room = Bottom - y - lines.Sum(l => l.Height) - below;
        var stays = next switch
        {
            PrintedTable { Rows: [var row, ..] } table => Begins(row, Edges(table), room),                // a title stays with its table
            PrintedLine { Role: LineRole.Note } when line.Role is LineRole.NotesHeading => room >= 3 * style.Size * style.Leading,
            _ => room >= 0,
        };
        if (!AtTop && !stays)
            NewPage();
        Place(lines);
        y += below;
    }

    void Place(List<TextLine> lines)
    {
        foreach (var line in lines)
        {
            if (!AtTop && y + line.Height > Bottom)
                NewPage();
            page.Lines.Add(new PlacedLine(line, SideMargin, y));
            y += line.Height;
        }
    }

    /// <summary>A QR code in the middle, and its caption under it.</summary>
    void Add(QRCodeData qr, string caption)
    {
        var lines = setter.Set(caption, Text, Width, Alignment.Center);
        var code = new PlacedCode(qr.ModuleMatrix, 0, 0);
        if (!AtTop && y + code.Side + lines.Sum(l => l.Height) > Bottom)
            NewPage();
        page.Code = code with { X = (PageWidth - code.Side) / 2, Top = y };
        y += code.Side;
        Place(lines);
        y += CodeGap;
    }

    void AddPageNumbers()
    {
        var style = new TextStyle(fonts.Text, 9, 1.5f);
        for (var i = 0; i < pages.Count; i++)
        {
            foreach (var line in setter.Set($"第 {i + 1} 页 共 {pages.Count} 页", style, Width, Alignment.Center))
                pages[i].Lines.Add(new PlacedLine(line, SideMargin, Bottom + (6 * Millimetre)));
        }
    }

    void AddWatermark(string text)
    {
        var (size, _) = Watermark.Measure(text);
        var line = setter.Set(text, new TextStyle(fonts.Title, size, 1), float.PositiveInfinity, Alignment.Start)[0];
        var length = line.Glyphs.Sum(g => g.Advance) * size;
        foreach (var each in pages)
            each.Watermark = new PlacedLine(line, (PageWidth - length) / 2, (PageHeight - line.Height) / 2);
    }

    // ---- tables ----------------------------------------------------------------------------------------------------------

    void Add(PrintedTable table)
    {
        var edges = Edges(table);
        List<Box> open = [];
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var row = table.Rows[i];
            foreach (var cell in row.Cells)
                open.Add(new Box(cell, Lines(cell, edges), edges[cell.Column], edges[cell.Column + cell.ColumnSpan], y));
            var next = row.Cells.All(c => c.IsHeader) && i + 1 < table.Rows.Count ? table.Rows[i + 1] : null;
            Place(row, open, room => next is null || Begins(next, edges, room));
            open.RemoveAll(b => b.RowsLeft == 0);
        }
    }

    static float[] Edges(PrintedTable table)
    {
        var total = (float)table.Columns.Sum();
        var edges = new float[table.Columns.Count + 1];
        edges[0] = SideMargin;
        for (var i = 0; i < table.Columns.Count; i++)
            edges[i + 1] = edges[i] + ((float)table.Columns[i] / total * Width);
        return edges;
    }

    List<TextLine> Lines(PrintedCell cell, float[] edges)
    {
        if (!linesOf.TryGetValue(cell, out var lines))
            linesOf[cell] = lines = Set(cell, edges);
        return lines;
    }

    List<TextLine> Set(PrintedCell cell, float[] edges)
    {
        var width = edges[cell.Column + cell.ColumnSpan] - edges[cell.Column] - (2 * SidePadding);
        List<TextLine> lines = [];
        foreach (var paragraph in cell.Paragraphs)
        {
            var text = paragraph.Pieces is [var only] ? only.Text : string.Concat(paragraph.Pieces.Select(p => p.Text));
            int? placeholder = paragraph.Pieces is [.., { IsPlaceholder: true } hint] ? text.Length - hint.Text.Length : null;
            var style = Text with { FirstIndent = paragraph.Indented ? 2 : 0, Justified = paragraph.Indented };
            lines.AddRange(setter.Set(text, style, width, paragraph.Alignment, (float)paragraph.SpaceAbove * Millimetre, placeholder));
        }
        return lines;
    }

    /// <summary>Whether a row that is given this room begins there, whole or as far as there is room.</summary>
    bool Begins(PrintedRow row, float[] edges, float room)
    {
        var height = (float)row.Height * Millimetre;
        foreach (var cell in row.Cells.Where(c => c.RowSpan == 1))
        {
            var lines = Lines(cell, edges);
            var own = lines.Sum(l => l.Height) + (2 * Padding);
            if (lines.Count > FewestLines * 2 && own > room)
                return room >= lines.Take(FewestLines).Sum(l => l.Height) + (2 * Padding);
            height = Math.Max(height, own);
        }
        return height <= room || height > HighestRow;
    }

    /// <summary>Places one row, over as many pages as it takes.</summary>
    /// <param name="open">The cells that cover it.</param>
    /// <param name="stays">Whether it may stand here if this room is left under it.</param>
    void Place(PrintedRow row, List<Box> open, Predicate<float> stays)
    {
        var least = (float)row.Height * Millimetre;
        while (true)
        {
            var ending = open.Where(b => b.RowsLeft == 1);
            var need = ending.Select(b => b.HeightLeft + (2 * Padding) - (y - b.Top)).Append(least).Max();
            var room = Bottom - y;
            if (need <= room && (AtTop || stays(room - need)))
            {
                y += need;
                break;
            }
            if (AtTop || IsLong(open, need, room))
            {
                foreach (var box in open)
                    Close(box, Bottom, last: false);
                least = Math.Max(0, least - room);
                NewPage();
            }
            else
            {
                foreach (var box in open)
                {
                    if (box.Top < y)
                        Close(box, y, last: false);
                }
                NewPage();
            }
            foreach (var box in open)
                box.Top = y;
        }
        foreach (var box in open)
        {
            box.RowsLeft--;
            if (box.RowsLeft == 0)
                Close(box, y, last: true);
        }
    }

    /// <summary>Whether the row is parted here rather than moved to the next page whole.</summary>
    static bool IsLong(List<Box> open, float need, float room) =>
        room >= open.Where(b => b.RowsLeft == 1).Select(b => b.HeightOfNext(FewestLines)).Append(0).Max() + (2 * Padding)
        && (need > HighestRow || open.Exists(b => b.RowsLeft == 1 && b.LinesLeft > FewestLines * 2 && b.HeightLeft + (2 * Padding) > room));

    /// <summary>Draws a cell down to here: its borders, and the lines that have room.</summary>
    void Close(Box box, float bottom, bool last)
    {
        page.Rules.Add(new Rule(box.Left, box.Top, box.Right, box.Top));
        page.Rules.Add(new Rule(box.Left, bottom, box.Right, bottom));
        page.Rules.Add(new Rule(box.Left, box.Top, box.Left, bottom));
        page.Rules.Add(new Rule(box.Right, box.Top, box.Right, bottom));

        var room = bottom - box.Top - (2 * Padding);
        var isWhole = box.IsUntouched && (last || box.HeightLeft <= room + Tolerance);
        if (!isWhole && box is { IsUntouched: true, IsShort: true } && box.HeightLeft <= HighestRow - (2 * Padding))
            return;                                                  // a label that does not fit here stands whole on the next page
        var at = box.Top + Padding + (isWhole && box.IsCentered ? Math.Max(0, room - box.HeightLeft) / 2 : 0);
        var count = last ? box.LinesLeft : box.LinesWithin(bottom - Padding - at + Tolerance);
        for (; count > 0 && box.Next is { } line; count--)
        {
            page.Lines.Add(new PlacedLine(line, box.Left + SidePadding, at));
            at += line.Height;
            box.Take();
        }
    }

    /// <summary>A cell while its rows are placed.</summary>
    /// <param name="top">Of its part on the current page.</param>
    sealed class Box(PrintedCell cell, List<TextLine> lines, float left, float right, float top)
    {
        int next;

        public float Left => left;

        public float Right => right;

        public float Top { get; set; } = top;

        /// <summary>Rows of it that are still to be placed.</summary>
        public int RowsLeft { get; set; } = cell.RowSpan;

        /// <summary>Of the lines that are still to be placed.</summary>
        public float HeightLeft => (float)heightLeft;

        double heightLeft = lines.Sum(l => (double)l.Height);

        public int LinesLeft => lines.Count - next;

        public TextLine? Next => next < lines.Count ? lines[next] : null;

        public bool IsUntouched => next == 0;

        public bool IsShort => lines.Count <= FewestLines * 2;

        /// <summary>Labels and short answers stand in the middle of their cell; long texts begin at its top.</summary>
        public bool IsCentered { get; } = !cell.IsLong;

        /// <summary>How many lines have this room; not all but one, which would stand alone on the next page.</summary>
        public int LinesWithin(float room)
        {
            var count = 0;
            while (next + count < lines.Count && (room -= lines[next + count].Height) >= 0)
                count++;
            return count == LinesLeft - 1 && count > FewestLines ? count - 1 : count;
        }

        public float HeightOfNext(int count)
        {
            var height = 0f;
            for (var i = next; i < lines.Count && i < next + count; i++)
                height += lines[i].Height;
            return height;
        }

        public void Take() => heightLeft -= lines[next++].Height;
    }
}
