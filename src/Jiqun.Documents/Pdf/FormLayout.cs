using System.Collections;
using System.Globalization;
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
/// <param name="Modules">Rows of it from top to bottom, dark ones true, the quiet zone included.</param>
/// <param name="Module">Length of a module's side in points.</param>
/// <param name="X">Its left edge, in points from the page's left edge.</param>
/// <param name="Top">In points from the page's upper edge.</param>
sealed record PlacedCode(IReadOnlyList<BitArray> Modules, float Module, float X, float Top)
{
    /// <summary>Modules that are light around it (ISO/IEC 18004 §6.3.8).</summary>
    public const int QuietZone = 4;

    public float Side => Modules.Count * Module;

    /// <summary>The code of a text, not placed yet.</summary>
    /// <exception cref="QRCoder.Exceptions.DataTooLongException">More text than a QR code holds.</exception>
    public static PlacedCode Of(string text, float module)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return new PlacedCode([.. code.ModuleMatrix], module, 0, 0);
    }
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

    /// <summary>Behind everything else.</summary>
    public List<Fill> Fills { get; } = [];

    /// <summary>Titles by which a reader finds its way: those of chapters, and of parts within them.</summary>
    public List<(string Title, bool IsWithin, float Top)> Marks { get; } = [];
}

/// <summary>Lays a printed form, receipt, letter or report out on pages of A4.</summary>
/// <remarks>
/// Rows that fit on a page are not parted, unless their text is long; then it flows on inside its cell. A cell over several rows takes the
/// room of all of them. Signature and date stay with each other, and with the last lines of the letter where there is room for all.
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

    /// <summary>Sides of the modules of codes, in points: large ones to be scanned from a receipt, small ones that the upper margin has room for.</summary>
    const float ReceiptModule = 2.25f, MarkModule = 1.2f;

    /// <summary>From the paper's upper edge to the quiet zone of a mark. Its ink begins a quiet zone lower, where every printer can print.</summary>
    const float MarkTop = 4 * Millimetre;

    /// <summary>Of the text of letters: 三号 (16 pt), as GB/T 9704-2012 §5.2.2 asks.</summary>
    const float LetterSize = 16, LetterLeading = 1.75f;

    /// <summary>Left free above a signature: most of a stamp of 42 mm, which covers the signature and the date too.</summary>
    const float StampRoom = 16 * Millimetre;

    /// <summary>For sums of lengths that are equal but for rounding.</summary>
    const float Tolerance = 0.01f;

    /// <summary>A long text begins on a page only where this many of its lines have room.</summary>
    const int FewestLines = 3;

    /// <summary>The same for a paragraph of a letter.</summary>
    const int FewestBodyLines = 2;

    /// <summary>Of what stands in cells, in points: 五号, and in the tables of reports 小五.</summary>
    const float CellSize = 10.5f, ReportCellSize = 9;

    const string ChineseFoot = "第 {0} 页 共 {1} 页";

    readonly InstalledFonts fonts;
    readonly bool isReport;
    readonly Action? step;
    readonly LineSetter setter;
    readonly List<Page> pages = [];
    readonly Dictionary<PrintedCell, List<TextLine>> linesOf = new(ReferenceEqualityComparer.Instance);
    Page page = null!;
    float y;

    /// <summary>Where the page begins, under the head of the table that goes on there.</summary>
    float top;

    /// <summary>What is printed again on the next page; null outside tables.</summary>
    Action? head;

    /// <param name="step">Called when a row of a table, or a block that is none, is laid out.</param>
    FormLayout(InstalledFonts fonts, TextShaper shaper, bool isReport = false, Action? step = null)
    {
        (this.fonts, this.isReport, this.step, setter) = (fonts, isReport, step, new LineSetter(shaper));
        NewPage();
    }

    public static List<Page> Of(PrintedForm printed, InstalledFonts fonts, TextShaper shaper)
    {
        var layout = new FormLayout(fonts, shaper);
        layout.Add(printed.Blocks);
        layout.AddPageNumbers(printed.Mark?.Foot);
        if (printed.Mark is { } mark)
            layout.AddMark(mark);
        if (printed.Watermark is { } watermark)
            layout.AddWatermark(watermark);
        return layout.pages;
    }

    /// <exception cref="QRCoder.Exceptions.DataTooLongException">More text than a QR code holds.</exception>
    public static List<Page> Of(PrintedReceipt receipt, InstalledFonts fonts, TextShaper shaper)
    {
        var layout = new FormLayout(fonts, shaper);
        layout.Add(receipt.Above);
        layout.Add(PlacedCode.Of(receipt.QrText, ReceiptModule), receipt.QrCaption);
        layout.Add(receipt.Below);
        layout.AddPageNumbers();
        return layout.pages;
    }

    public static List<Page> Of(PrintedLetter letter, InstalledFonts fonts, TextShaper shaper)
    {
        var layout = new FormLayout(fonts, shaper);
        layout.Add(letter.Blocks);
        layout.AddPageNumbers();
        return layout.pages;
    }

    public static List<Page> Of(PrintedReport report, InstalledFonts fonts, TextShaper shaper, Action? step)
    {
        var layout = new FormLayout(fonts, shaper, isReport: true, step);
        layout.Add(report.Blocks);
        layout.AddPageNumbers(foot: report.Foot);
        return layout.pages;
    }

    void Add(IReadOnlyList<PrintedBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            if (i > 0 && !AtTop && (blocks[i - 1], blocks[i]) is (PrintedTable, PrintedTable or PrintedLine { Role: LineRole.Body }) or (PrintedLine { Role: LineRole.Body }, PrintedTable))
                y += TableGap;
            switch (blocks[i])
            {
                case PrintedLine line:
                    Add(line, blocks, i + 1);
                    step?.Invoke();
                    break;
                case PrintedTable table:
                    Add(table);
                    linesOf.Clear();
                    break;
                case PrintedChart chart:
                    Add(ChartLayout.Of(chart, fonts, setter, Width));
                    step?.Invoke();
                    break;
            }
        }
    }

    /// <summary>Whether what must not be parted from what stands above it begins within this room, with whatever must not be parted from it.</summary>
    bool Begins(IReadOnlyList<PrintedBlock> blocks, int at, float room) => at == blocks.Count || blocks[at] switch
    {
        PrintedLine { Role: LineRole.Heading or LineRole.Subheading or LineRole.Caption } line => Height(line) is var height && room >= height && Begins(blocks, at + 1, room - height),
        PrintedLine line => room >= Height(line, FewestBodyLines),
        PrintedTable { Rows: [var row, ..] } table => Edges(table) is var edges && Begins(row, edges, room)
            && (table.Rows.Count == 1 || !row.Cells.All(c => c.IsHeader) || Begins(table.Rows[1], edges, room - Height(row, edges))),
        PrintedChart chart => room >= ChartLayout.Of(chart, fonts, setter, Width).Height,
        _ => true,
    };

    void NewPage()
    {
        page = new Page();
        pages.Add(page);
        y = top = Margin;
        head?.Invoke();
        top = y;
    }

    bool AtTop => y <= top;

    /// <summary>Of what stands in cells.</summary>
    TextStyle Text => new(fonts.Text, isReport ? ReportCellSize : CellSize, 1.45f);

    // ---- lines outside the tables ----------------------------------------------------------------------------------------

    (TextStyle Style, Alignment Alignment, float Above, float Below) Manner(LineRole role) => role switch
    {
        LineRole.Annex => (new TextStyle(fonts.Title, 14, 1.5f), Alignment.Start, 0, 0),
        LineRole.Title => (new TextStyle(fonts.Title, 18, 1.5f), Alignment.Center, 6, 8),
        LineRole.Heading => (new TextStyle(fonts.Title, 14, 1.5f), Alignment.Start, 10, 4),
        LineRole.NotesHeading => (new TextStyle(fonts.Title, 9, 1.5f), Alignment.Start, 6, 0),
        LineRole.Note => (new TextStyle(fonts.Text, 9, 1.5f, HangingIndent: 1.2f), Alignment.Start, 0, 0),
        LineRole.Addressee => (new TextStyle(fonts.Text, LetterSize, LetterLeading), Alignment.Start, 12, 0),
        LineRole.Body => (new TextStyle(fonts.Text, LetterSize, LetterLeading, FirstIndent: 2, Justified: true), Alignment.Start, 0, 0),
        LineRole.Signature => (new TextStyle(fonts.Text, LetterSize, LetterLeading), Alignment.End, StampRoom, 0),
        LineRole.SignatureDate => (new TextStyle(fonts.Text, LetterSize, LetterLeading), Alignment.End, 0, 0),
        LineRole.Subheading => (new TextStyle(fonts.Title, 12, 1.5f), Alignment.Start, 8, 3),
        LineRole.Text => (new TextStyle(fonts.Text, 10.5f, 1.6f, FirstIndent: 2, Justified: true), Alignment.Start, 2, 2),
        LineRole.Caption => (new TextStyle(fonts.Title, 9, 1.4f), Alignment.Center, 6, 2),
    };

    /// <param name="next">Where in the blocks stands what follows it.</param>
    void Add(PrintedLine line, IReadOnlyList<PrintedBlock> blocks, int next)
    {
        PrintedBlock[] after = [.. blocks.Skip(next).Take(2)];
        var (style, alignment, above, below) = Manner(line.Role);
        var lines = setter.Set(line.Text, style, Width, alignment);
        y += AtTop ? 0 : above;
        var room = Bottom - y - lines.Sum(l => l.Height) - below;
        var stays = after switch
        {
            _ when line.Role is LineRole.Subheading or LineRole.Caption || line.Role is LineRole.Heading && after is not [PrintedTable, ..] => room >= 0 && Begins(blocks, next, room),
            [PrintedTable { Rows: [var row, ..] } table, ..] => Begins(row, Edges(table), room),          // a title stays with its table
            [PrintedLine { Role: LineRole.Note }, ..] when line.Role is LineRole.NotesHeading => room >= 3 * style.Size * style.Leading,
            [PrintedLine { Role: LineRole.Signature or LineRole.SignatureDate }, ..] => room >= after.OfType<PrintedLine>().Sum(l => Height(l)),
            _ when line.Role is LineRole.Body or LineRole.Text => Bottom - y >= lines.Take(FewestBodyLines).Sum(l => l.Height),
            _ => room >= 0,
        };
        if (!AtTop && !stays)
            NewPage();
        if (line.Role is LineRole.Heading or LineRole.Subheading)
            page.Marks.Add((line.Text, line.Role is LineRole.Subheading, y));
        Place(lines);
        y += below;
    }

    /// <param name="most">Of its lines.</param>
    float Height(PrintedLine line, int most = int.MaxValue)
    {
        var (style, alignment, above, below) = Manner(line.Role);
        return above + setter.Set(line.Text, style, Width, alignment).Take(most).Sum(l => l.Height) + below;
    }

    void Add(LaidChart chart)
    {
        if (!AtTop && y + chart.Height > Bottom)
            NewPage();
        page.Lines.AddRange(chart.Lines.Select(l => l with { X = l.X + SideMargin, Top = l.Top + y }));
        page.Fills.AddRange(chart.Fills.Select(f => f with { X = f.X + SideMargin, Top = f.Top + y }));
        page.Rules.UnionWith(chart.Rules.Select(r => new Rule(r.X1 + SideMargin, r.Y1 + y, r.X2 + SideMargin, r.Y2 + y)));
        y += chart.Height;
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
    void Add(PlacedCode code, string caption)
    {
        var lines = setter.Set(caption, Text, Width, Alignment.Center);
        if (!AtTop && y + code.Side + lines.Sum(l => l.Height) > Bottom)
            NewPage();
        page.Code = code with { X = (PageWidth - code.Side) / 2, Top = y };
        y += code.Side;
        Place(lines);
        y += CodeGap;
    }

    /// <param name="mark">Stands beside the number. Null: nothing.</param>
    /// <param name="foot">{0} is the number, {1} how many there are.</param>
    void AddPageNumbers(string? mark = null, string foot = ChineseFoot)
    {
        var style = new TextStyle(fonts.Text, 9, 1.5f);
        for (var i = 0; i < pages.Count; i++)
        {
            page = pages[i];
            y = Bottom + (6 * Millimetre);
            foreach (var line in setter.Set(string.Format(CultureInfo.InvariantCulture, foot, i + 1, pages.Count) + (mark is null ? "" : $"　　{mark}"), style, Width, Alignment.Center))
            {
                page.Lines.Add(new PlacedLine(line, SideMargin, y));
                y += line.Height;
            }
        }
    }

    /// <summary>Above the text, its ink as far to the right as the text reaches.</summary>
    void AddMark(PrintedMark mark)
    {
        var code = PlacedCode.Of(mark.Code, MarkModule);
        code = code with { X = PageWidth - SideMargin - code.Side + (PlacedCode.QuietZone * MarkModule), Top = MarkTop };
        foreach (var each in pages)
            each.Code = code;
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
            step?.Invoke();
            if (i + 1 == table.HeadRows && table.Rows.Take(table.HeadRows).Sum(r => Height(r, edges)) <= HighestRow / 2)       // a higher one would leave no room for what it heads
                head = () => AddHead(table, edges);
        }
        head = null;
    }

    void AddHead(PrintedTable table, float[] edges)
    {
        foreach (var row in table.Rows.Take(table.HeadRows))
            Place(row, [.. row.Cells.Select(c => new Box(c, Lines(c, edges), edges[c.Column], edges[c.Column + c.ColumnSpan], y))], _ => true);
    }

    float Height(PrintedRow row, float[] edges) =>
        row.Cells.Select(c => Lines(c, edges).Sum(l => l.Height) + (2 * Padding)).Append((float)row.Height * Millimetre).Max();

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
            var style = Text with { Font = isReport && cell.IsHeader ? fonts.Title : fonts.Text, FirstIndent = paragraph.Indented ? 2 : 0, Justified = paragraph.Indented };
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
