using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>What a cell says about its place.</summary>
/// <param name="Span">Columns it covers, at least 1.</param>
/// <param name="Continues">It is the lower part of the cell above.</param>
/// <param name="Restarts">Cells below may continue it.</param>
/// <param name="Joined">It is the right part of the cell before.</param>
/// <param name="Deleted">By a tracked change.</param>
readonly record struct CellProperties(int Span, bool Continues, bool Restarts, bool Joined, bool Deleted);

/// <summary>Lays the cells of a table out on its grid, row after row.</summary>
sealed class TableRows(GridTable table)
{
    /// <summary>Cells that may go on in the next row, by their column.</summary>
    readonly Dictionary<int, GridCell> open = [];

    GridCell? last;

    int row = -1;

    public int Column { get; set; }

    public bool Deleted { get; set; }

    public void Begin()
    {
        row++;
        (Column, Deleted, last) = (0, false, null);
    }

    /// <summary>A deleted row leaves no gap.</summary>
    public void End()
    {
        if (Deleted)
            row--;
    }

    /// <returns>The cell to be filled; null when it is part of another, so that its text is not seen, or deleted.</returns>
    public GridCell? Add(CellProperties properties)
    {
        if (properties.Deleted)
            return null;
        if (properties.Joined && last is not null)
        {
            last.ColumnSpan += Math.Max(1, properties.Span);
            Column = last.EndColumn;
            return null;
        }
        var at = Column;
        Column += Math.Max(1, properties.Span);
        if (properties.Continues && open.TryGetValue(at, out var above) && above.EndRow == row)
        {
            above.RowSpan++;
            last = null;
            return null;
        }
        var cell = new GridCell(table, row, at, Column - at);
        table.Cells.Add(cell);
        if (properties.Restarts)
            open[at] = cell;
        else
            open.Remove(at);
        return last = cell;
    }
}
