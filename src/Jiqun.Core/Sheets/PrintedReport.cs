using System.Globalization;

namespace Jiqun.Core.Sheets;

/// <summary>报告: a report as it is printed: a title, and chapters of text, tables and charts. Any text will do: what cannot be printed is made visible, as in answers.</summary>
/// <param name="Title">In one line.</param>
/// <param name="Author">Who answers for it.</param>
/// <param name="Language">That of its words: zh-CN or en.</param>
/// <param name="Foot">Of each page: {0} is its number, {1} how many there are.</param>
public sealed record PrintedReport(string Title, string Author, string Language, string Foot, IReadOnlyList<PrintedBlock> Blocks)
{
    const decimal RowHeight = 5.5m;

    /// <summary>Rows of tables, and blocks that are none: what a writer is done with one after another.</summary>
    public int Steps => Blocks.Sum(b => b is PrintedTable table ? table.Rows.Count : 1);

    public static PrintedLine Line(LineRole role, string text) => new(PrintedForm.Line(text), role);

    /// <summary>A table under a row of heads, which is printed again on each of its pages.</summary>
    /// <param name="rows">A text for each column.</param>
    public static PrintedTable Table(IReadOnlyList<ReportColumn> columns, IEnumerable<IReadOnlyList<string>> rows) => new(
        [.. columns.Select(c => c.Share)],
        [
            new PrintedRow([.. columns.Select((c, i) => Cell(i, c.Head, Alignment.Center, isHeader: true))], RowHeight),
            .. rows.Select(row => new PrintedRow([.. row.Select((text, i) => Cell(i, text, columns[i].Alignment, isHeader: false))], RowHeight)),
        ])
    { HeadRows = 1 };

    /// <summary>A table of what something is called, and what it is.</summary>
    public static PrintedTable Facts(IEnumerable<(string Name, string Text)> facts) =>
        new([1, 3], [.. facts.Select(f => new PrintedRow([Cell(0, f.Name, Alignment.Start, isHeader: true), Cell(1, f.Text, Alignment.Start, isHeader: false)], RowHeight))]);

    static PrintedCell Cell(int column, string text, Alignment alignment, bool isHeader) =>
        new(column, 1, 1, isHeader, [.. Paragraphs.Of(text).Select(line => new PrintedParagraph(alignment, [new PrintedPiece(line, null)]))]);
}

/// <param name="Share">Of the table's width.</param>
/// <param name="Alignment">Of its cells; the head stands in the middle.</param>
public sealed record ReportColumn(string Head, decimal Share, Alignment Alignment = Alignment.Start);

/// <summary>图: what is drawn. A closed set.</summary>
/// <param name="Caption">Stands under it.</param>
public abstract record PrintedChart(string Caption) : PrintedBlock
{
    public string Caption { get; } = PrintedForm.Line(Caption);
}

/// <summary>A bar for each of several.</summary>
/// <param name="Alt">What it shows, for those who do not see it.</param>
/// <param name="Measure">What is measured, with its unit.</param>
/// <param name="AreUpright">Side by side, as ranges are; else one under the other, as what has a name.</param>
public sealed record PrintedBars(string Caption, string Alt, string Measure, bool AreUpright, IReadOnlyList<PrintedBar> Bars) : PrintedChart(Caption)
{
    public string Alt { get; } = PrintedForm.Line(Alt);

    public string Measure { get; } = PrintedForm.Line(Measure);
}

/// <param name="Shown">A number in digits, as it is printed. The bar is as long.</param>
public sealed record PrintedBar(string Name, string Shown)
{
    public string Name { get; } = PrintedForm.Line(Name);

    /// <summary>Nothing below 0 is drawn.</summary>
    public double Length => Math.Max(0, double.Parse(Shown, NumberStyles.Float, CultureInfo.InvariantCulture));
}

/// <summary>Squares on a grid, the darker the more.</summary>
/// <param name="Tiles">Row by row, from the top; at most one in each place.</param>
public sealed record PrintedTiles(string Caption, IReadOnlyList<PrintedTile> Tiles) : PrintedChart(Caption)
{
    public int Columns => Tiles.Max(t => t.Column) + 1;

    public int Rows => Tiles.Max(t => t.Row) + 1;
}

/// <param name="Column">From 0; so <paramref name="Row"/>.</param>
/// <param name="Shown">Under the name; empty for nothing.</param>
/// <param name="Depth">From 0 to 1; null: there is nothing to show.</param>
public sealed record PrintedTile(int Column, int Row, string Name, string Shown, double? Depth);
