namespace Jiqun.Core.Sheets;

/// <summary>A document that someone sent, as far as it matters here: its paragraphs and tables in order, and its tagged answers.</summary>
/// <param name="Tagged">Answers found in content controls: tag → texts of the controls that bear it, in order. Empty texts are absent.</param>
public sealed record GridDocument(IReadOnlyList<GridBlock> Blocks, IReadOnlyDictionary<string, IReadOnlyList<string>> Tagged);

/// <summary>A paragraph outside the tables, or a table.</summary>
public abstract class GridBlock;

public sealed class GridParagraph(string text) : GridBlock
{
    /// <summary>Trimmed, never empty.</summary>
    public string Text { get; } = text;
}

/// <summary>A table's cells where they really stand, merges resolved.</summary>
/// <param name="number">Its place among the document's tables, from 1; those inside other tables count too.</param>
public sealed class GridTable(int number) : GridBlock
{
    public int Number { get; } = number;

    /// <summary>In reading order: by row, then by column.</summary>
    public List<GridCell> Cells { get; } = [];
}

/// <summary>A cell and its text. Tagged answers are not part of it.</summary>
/// <param name="row">From 0, in its table's grid.</param>
/// <param name="column">From 0, in its table's grid.</param>
public sealed class GridCell(GridTable table, int row, int column, int columnSpan)
{
    public GridTable Table { get; } = table;

    public int Row { get; } = row;

    public int Column { get; } = column;

    public int ColumnSpan { get; set; } = columnSpan;

    /// <summary>Rows it covers; grows while the rows below are read.</summary>
    public int RowSpan { get; set; } = 1;

    /// <summary>Trimmed paragraphs that are not empty, parted by line feeds; those of nested tables among them. Empty when there are none.</summary>
    public string Text { get; set; } = "";

    /// <summary>Tables inside the cell, whose text is part of <see cref="Text"/>.</summary>
    public IReadOnlyList<GridTable> Nested => nested ?? [];

    /// <summary>Tags of the content controls in the cell, the empty ones too.</summary>
    public IReadOnlyList<string> Tags => tags ?? [];

    // most cells have neither
    List<GridTable>? nested;
    List<string>? tags;

    public void Add(GridTable table) => (nested ??= []).Add(table);

    public void AddTag(string tag) => (tags ??= []).Add(tag);

    public int EndColumn => Column + ColumnSpan;

    public int EndRow => Row + RowSpan;
}
