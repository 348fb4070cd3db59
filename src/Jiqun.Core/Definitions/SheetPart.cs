namespace Jiqun.Core.Definitions;

/// <summary>One part of the printed form, as the definition lays it out. A closed set.</summary>
public abstract record SheetPart;

/// <summary>A line outside the tables.</summary>
public sealed record HeadingLine(Heading Heading) : SheetPart;

/// <summary>指标说明: the notes, numbered, outside the tables.</summary>
public sealed record NoteLines(Heading Heading) : SheetPart;

/// <summary>A table.</summary>
/// <param name="Columns">Widths of the grid's columns, as shares of the table's width.</param>
public sealed record SheetTable(IReadOnlyList<decimal> Columns, IReadOnlyList<SheetRow> Rows) : SheetPart;

/// <param name="Height">Least height in millimetres; null: as high as its text.</param>
public sealed record SheetRow(IReadOnlyList<SheetCell> Cells, decimal? Height);

/// <summary>A cell and what is printed in it, in order.</summary>
/// <param name="Column">Where it begins in the grid, from 0.</param>
/// <param name="ColumnSpan">Columns it covers.</param>
/// <param name="RowSpan">Rows it covers.</param>
public sealed record SheetCell(int Column, int ColumnSpan, int RowSpan, IReadOnlyList<SheetItem> Items);

/// <summary>What stands in a cell. A closed set.</summary>
public abstract record SheetItem;

/// <summary>The label of a field.</summary>
public sealed record LabelItem(Field Field) : SheetItem;

/// <summary>The answer of a field; its hint while it is empty.</summary>
public sealed record FieldItem(Field Field) : SheetItem;

/// <summary>Printed words that group cells.</summary>
public sealed record HeadingItem(Heading Heading) : SheetItem;

/// <summary>Printed words around an answer that are no label, such as 盖章.</summary>
/// <param name="Also">Other words that filled forms bear in their place.</param>
public sealed record WordsItem(string Words, IReadOnlyList<string> Also) : SheetItem;
