using System.Text;
using Jiqun.Core.Sheets;

namespace Jiqun.Tests.Documents;

/// <summary>A printed form as a document shows it: its lines and tables, as read back from it.</summary>
/// <param name="TellsHeaders">The format tells cells that are labels from those that hold answers.</param>
/// <param name="TellsParagraphs">The format tells where a paragraph ends from where a line does.</param>
sealed record DrawnForm(IReadOnlyList<DrawnBlock> Blocks, bool TellsHeaders, bool TellsParagraphs = true)
{
    /// <summary>The document shows what was to be printed, cell by cell.</summary>
    public static void Same(PrintedForm printed, DrawnForm read) =>
        Assert.Equal((read with { Blocks = [.. printed.Blocks.Select(Of)] }).ToString(), read.ToString());

    static DrawnBlock Of(PrintedBlock block) => block switch
    {
        PrintedLine line => new DrawnLine(line.Text),
        PrintedTable table => new DrawnTable([.. table.Rows.Select(Of)]),
        _ => throw new InvalidOperationException($"{block}"),
    };

    static IReadOnlyList<DrawnCell> Of(PrintedRow row) => [.. row.Cells.Select(c => new DrawnCell(c.Column, c.ColumnSpan, c.RowSpan, c.IsHeader, c.Text))];

    /// <summary>A line for each line, row and cell; lines without words inside a cell do not count, nor columns at which no cell begins or ends.</summary>
    public override string ToString()
    {
        var told = new StringBuilder();
        foreach (var block in Blocks)
        {
            if (block is DrawnLine line)
                told.Append(TellsParagraphs ? line.Text + "\n" : Bare(line.Text));
            if (block is not DrawnTable table)
                continue;
            List<int> edges = [.. table.Rows.SelectMany(r => r).SelectMany(c => new[] { c.Column, c.Column + c.ColumnSpan }).Distinct().Order()];
            foreach (var row in table.Rows)
            {
                told.Append("\nrow\n");
                foreach (var cell in row)
                {
                    var (from, to) = (edges.IndexOf(cell.Column), edges.IndexOf(cell.Column + cell.ColumnSpan));
                    told.Append($"  {from} →{to - from} ↓{cell.RowSpan}{(TellsHeaders && cell.IsHeader ? " header" : "")} ")
                        .Append(TellsParagraphs ? string.Join('⏎', Paragraphs.Of(cell.Text)) : Bare(cell.Text)).Append('\n');
                }
            }
            told.Append('\n');
        }
        return told.ToString();
    }

    static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
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
