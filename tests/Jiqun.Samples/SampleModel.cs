using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

enum Role
{
    Words,
    Label,
    Hint,
    Value,
}

/// <summary>Text of one sort. A line feed is a line break, a carriage return w:cr, a tab a tab.</summary>
sealed record Piece(string Text, Role Role, Field? Field = null);

/// <param name="owner">The field of which this is an answer's paragraph or table; null where label and answer share a paragraph.</param>
abstract class Block(Field? owner)
{
    public Field? Owner { get; } = owner;
}

sealed class Line(IEnumerable<Piece> pieces, Field? owner = null) : Block(owner)
{
    public List<Piece> Pieces { get; } = [.. pieces];

    /// <summary>left, center or right.</summary>
    public string Align { get; init; } = "left";

    /// <summary>Its mark is deleted, so that the next paragraph continues it.</summary>
    public bool MarkDeleted { get; init; }

    public bool PageBreakBefore { get; set; }

    public bool Bold { get; init; }

    public int HalfPoints { get; init; } = 24;

    public static Line Of(string text, Role role = Role.Words) => new([new Piece(text, role)]);
}

sealed class Grid(List<int> columns, Field? owner = null) : Block(owner)
{
    /// <summary>Widths in twips.</summary>
    public List<int> Columns { get; set; } = columns;

    public List<Row> Rows { get; init; } = [];
}

/// <summary>Notes, until it is decided where they stand.</summary>
sealed class NotesBlock(NoteLines notes) : Block(null)
{
    public NoteLines Notes { get; } = notes;
}

enum Revision
{
    None,
    Inserted,

    /// <summary>Row and runs are marked deleted.</summary>
    Deleted,

    /// <summary>Only the row is.</summary>
    RowDeleted,
}

sealed class Row(IEnumerable<Cell> cells)
{
    public List<Cell> Cells { get; set; } = [.. cells];

    /// <summary>Grid columns left out before the first and after the last cell.</summary>
    public int Before { get; set; }

    public int After { get; set; }

    public Revision Revision { get; init; }

    public decimal? Height { get; init; }

    public IEnumerable<SheetItem> Items => Cells.SelectMany(c => c.Items);

    /// <summary>Every label here has its answer here, and there are some.</summary>
    public bool IsPairs =>
        Items.OfType<LabelItem>().Select(l => l.Field).ToHashSet() is { Count: > 0 } labels && labels.SetEquals(Items.OfType<FieldItem>().Select(f => f.Field));
}

enum Merge
{
    None,
    Start,
    Continued,
}

/// <summary>A cell of the manner before gridSpan: merged with its neighbours by w:hMerge.</summary>
enum LegacyMerge
{
    None,
    Start,
    Continued,
}

sealed class Cell(int span, IReadOnlyList<SheetItem> items)
{
    public int Span { get; set; } = span;

    public Merge Merge { get; set; }

    public LegacyMerge Legacy { get; set; }

    /// <summary>Where <see cref="Merge"/> is Continued: the cell that it continues.</summary>
    public Cell? Above { get; init; }

    public IReadOnlyList<SheetItem> Items { get; set; } = items;

    /// <summary>Label and answer as two paragraphs.</summary>
    public bool Stacked { get; init; }

    public List<Block> Blocks { get; init; } = [];

    public bool IsLabel => Items is [LabelItem];

    public bool IsFieldOf(Cell label) => Items is [FieldItem f] && label.Items is [LabelItem l] && f.Field == l.Field;

    public Cell Copy(Cell? above = null) => new(Span, Items) { Merge = Merge, Above = above ?? Above, Stacked = Stacked, Blocks = [.. Blocks] };

    public static Cell Of(int span, string text) => new(span, []) { Blocks = text.Length == 0 ? [] : [Line.Of(text)] };
}
