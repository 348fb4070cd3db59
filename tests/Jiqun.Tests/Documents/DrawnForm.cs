using System.Text;
using Jiqun.Core.Sheets;

namespace Jiqun.Tests.Documents;

/// <summary>A printed form as a document shows it: its lines and tables, as read back from it.</summary>
/// <param name="TellsHeaders">The format tells cells that are labels from those that hold answers.</param>
sealed record DrawnForm(IReadOnlyList<DrawnBlock> Blocks, bool TellsHeaders)
{
    /// <summary>The document shows what was to be printed, cell by cell.</summary>
    public static void Same(PrintedForm printed, DrawnForm read) => Assert.Equal(Of(printed, read.TellsHeaders).ToString(), read.ToString());

    static DrawnForm Of(PrintedForm printed, bool tellsHeaders) => new([.. printed.Blocks.Select(Of)], tellsHeaders);

    static DrawnBlock Of(PrintedBlock block) => block switch
    {
        PrintedLine line => new DrawnLine(line.Text),
        PrintedTable table => new DrawnTable([.. table.Rows.Select(Of)]),
        _ => throw new InvalidOperationException($"{block}"),
    };

    static IReadOnlyList<DrawnCell> Of(PrintedRow row) => [.. row.Cells.Select(c => new DrawnCell(c.Column, c.ColumnSpan, c.RowSpan, c.IsHeader, c.Text))];

    /// <summary>A line for each line, row and cell; lines without words inside a cell do not count.</summary>
    public override string ToString()
    {
        var told = new StringBuilder();
        foreach (var block in Blocks)
        {
            if (block is DrawnLine line)
                told.Append(line.Text).Append('\n');
            foreach (var row in block is DrawnTable table ? table.Rows : [])
            {
                told.Append("row\n");
                foreach (var cell in row)
                    told.Append($"  {cell.Column} →{cell.ColumnSpan} ↓{cell.RowSpan}{(TellsHeaders && cell.IsHeader ? " header" : "")} {string.Join('⏎', Paragraphs.Of(cell.Text))}\n");
            }
            told.Append('\n');
        }
        return told.ToString();
    }
}

/// <summary>A line outside the tables, or a table. A closed set.</summary>
abstract record DrawnBlock;

sealed record DrawnLine(string Text) : DrawnBlock;

/// <param name="Rows">The cells that begin in each, from left to right.</param>
sealed record DrawnTable(IReadOnlyList<IReadOnlyList<DrawnCell>> Rows) : DrawnBlock;

/// <param name="Column">In the grid, from 0.</param>
/// <param name="IsHeader">False where the format does not tell.</param>
/// <param name="Text">Paragraphs and line breaks parted by line feeds.</param>
sealed record DrawnCell(int Column, int ColumnSpan, int RowSpan, bool IsHeader, string Text);
