using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>Lays the cells of a sheet out as people of these habits do. Cells are not filled yet.</summary>
sealed class Layout(Form form, Habits habits, Random dice)
{
    const int Width = 9600;

    public List<Block> Make()
    {
        List<Block> blocks = [.. form.Sheet.Select(Part)];
        foreach (var grid in blocks.OfType<Grid>())
            Rearrange(grid);
        if (habits.Has(Habit.SectionTitlesAsRows) || habits.Has(Habit.OneTable))
            blocks = TitlesAsRows(blocks);
        if (habits.Has(Habit.NotesAsRow) || habits.Has(Habit.OneTable))
            blocks = NotesAsRows(blocks);
        if (habits.Has(Habit.OneTable))
            blocks = OneTable(blocks);
        foreach (var grid in blocks.OfType<Grid>())
            Unmerge(grid);
        return habits.Has(Habit.SeveralTables) ? [.. blocks.SelectMany(Split)] : blocks;
    }

    Block Part(SheetPart part) => part switch
    {
        HeadingLine h => new Line([new Piece(h.Heading.Title.Zh, Role.Words)])
        {
            Align = h.Heading.Id == "title" ? "center" : "left",
            Bold = true,
            HalfPoints = h.Heading.Id == "title" ? 36 : 28,
        },
        NoteLines notes => new NotesBlock(notes),
        SheetTable table => Table(table),
        _ => throw new InvalidOperationException(part.GetType().Name),
    };

    static Grid Table(SheetTable table)
    {
        var total = table.Columns.Sum();
        var grid = new Grid([.. table.Columns.Select(c => (int)(c * Width / total))]);
        var above = new (Cell? Cell, int Rows)[table.Columns.Count];
        foreach (var sheetRow in table.Rows)
        {
            var cells = new List<Cell>();
            var own = new Queue<SheetCell>(sheetRow.Cells);
            for (var column = 0; column < above.Length;)
            {
                if (above[column] is { Cell: { } start, Rows: > 0 } over)
                {
                    cells.Add(new Cell(start.Span, []) { Merge = Merge.Continued, Above = start });
                    above[column] = (start, over.Rows - 1);
                    column += start.Span;
                    continue;
                }
                var sheetCell = own.Dequeue();
                var cell = new Cell(sheetCell.ColumnSpan, sheetCell.Items) { Merge = sheetCell.RowSpan > 1 ? Merge.Start : Merge.None };
                above[column] = (cell, sheetCell.RowSpan - 1);
                cells.Add(cell);
                column += cell.Span;
            }
            grid.Rows.Add(new Row(cells) { Height = sheetRow.Height });
        }
        return grid;
    }

    void Rearrange(Grid grid)
    {
        if (habits.Has(Habit.BlocksReordered))
            ReorderBlocks(grid);
        if (habits.Has(Habit.RowsReordered))
            ReorderRows(grid);
        if (habits.Has(Habit.OpinionLabelInOwnCell) || habits.Has(Habit.OpinionInSeveralRows))
            PartOpinion(grid);
        for (var i = 0; i < grid.Rows.Count; i++)
            Pairs(grid, i);
        if (habits.Has(Habit.IndicatorsInTwoColumns) || habits.Has(Habit.IndicatorsNumbered))
            IndicatorsInTwoColumns(grid);
        else if (habits.Has(Habit.IndicatorHeaderRow) && FirstFigures(grid) is >= 0 and var first)
            grid.Rows.Insert(first, new Row(grid.Rows[first].Cells.Select((c, i) => Cell.Of(c.Span, i % 2 == 0 ? "指标" : "数值"))));
        if (habits.Has(Habit.LabelsAboveValues))
            LabelsAboveValues(grid);
    }

    /// <summary>Blocks are rows with the same group label before them.</summary>
    static void ReorderBlocks(Grid grid)
    {
        var blocks = new List<(int First, int Count)>();
        for (var i = 0; i < grid.Rows.Count; i++)
        {
            if (grid.Rows[i].Cells[0] is { Merge: Merge.Start, Items: [HeadingItem] } start)
                blocks.Add((i, 1 + grid.Rows.Skip(i + 1).TakeWhile(r => r.Cells[0].Above == start).Count()));
        }
        for (var i = blocks.Count - 1; i > 0; i--)
        {
            if (blocks[i - 1].First + blocks[i - 1].Count != blocks[i].First)
                continue;
            var moved = grid.Rows.GetRange(blocks[i].First, blocks[i].Count);
            grid.Rows.RemoveRange(blocks[i].First, blocks[i].Count);
            grid.Rows.InsertRange(blocks[i - 1].First, moved);
            break;
        }
    }

    void ReorderRows(Grid grid)
    {
        Field? First(Row r) => r.Items.OfType<FieldItem>().FirstOrDefault()?.Field;
        object Place(Row r) => (object?)r.Cells[0].Above ?? (r.Cells[0].Merge == Merge.Start ? (object)r.Cells[0] : form.Sections.First(s => s.Fields.Contains(First(r)!)));
        bool Free(Row r) =>
            r.IsPairs && r.Items.OfType<FieldItem>().All(f => f.Field.Kind != FieldKind.LongText) && r.Cells.Skip(1).All(c => c.Merge == Merge.None);
        foreach (var group in grid.Rows.Where(Free).GroupBy(Place))
        {
            var rows = group.ToArray();
            var contents = rows.Select(r => r.Cells[0].Merge == Merge.None ? r.Cells : r.Cells[1..]).ToArray();
            dice.Shuffle(contents);
            for (var i = 0; i < rows.Length; i++)
                rows[i].Cells = rows[i].Cells[0].Merge == Merge.None ? contents[i] : [rows[i].Cells[0], .. contents[i]];
        }
    }

    void PartOpinion(Grid grid)
    {
        for (var i = 0; i < grid.Rows.Count; i++)
        {
            if (grid.Rows[i].Cells is not [{ Items: [LabelItem label, FieldItem { Field.Kind: FieldKind.LongText }, ..] } only])
                continue;
            if (habits.Has(Habit.OpinionLabelInOwnCell) && grid.Columns.Count > 1)
            {
                grid.Rows[i].Cells = [new Cell(1, [label]), new Cell(only.Span - 1, [.. only.Items.Skip(1)])];
                continue;
            }
            grid.Rows.RemoveAt(i);
            grid.Rows.InsertRange(i, only.Items.Select(item => new Row([new Cell(only.Span, [item])])));
            i += only.Items.Count - 1;
        }
    }

    /// <summary>Parts label and answer that share a cell, or joins those that do not.</summary>
    void Pairs(Grid grid, int at)
    {
        var row = grid.Rows[at];
        var join = habits.Has(Habit.LabelAndValueInOneCell) || habits.Has(Habit.LabelAndValueAsTwoParagraphs);
        var cells = new List<Cell>();
        for (var i = 0; i < row.Cells.Count; i++)
        {
            var cell = row.Cells[i];
            if (cell is { Span: > 1, Items: [LabelItem label, FieldItem { Field: var field } answer] }
                && habits.Has(field.Kind == FieldKind.Email ? Habit.EmailInTwoCells : Habit.PairsInTwoCells))
            {
                cells.Add(new Cell(cell.Span / 2, [label]));
                cells.Add(new Cell(cell.Span - (cell.Span / 2), [answer]));
            }
            else if (join && i + 1 < row.Cells.Count && cell.Merge == Merge.None && row.Cells[i + 1].IsFieldOf(cell) && dice.Next(3) > 0)
            {
                cells.Add(new Cell(cell.Span + row.Cells[i + 1].Span, [.. cell.Items, .. row.Cells[i + 1].Items])
                {
                    Stacked = habits.Has(Habit.LabelAndValueAsTwoParagraphs),
                });
                i++;
            }
            else
                cells.Add(cell);
        }
        row.Cells = cells;
    }

    static bool IsFigures(Row row) =>
        row.Cells is [{ IsLabel: true, Items: [LabelItem { Field.Unit: not null }] } label, { } value, _, _] && value.IsFieldOf(label);

    static int FirstFigures(Grid grid) => grid.Rows.FindIndex(IsFigures);

    void IndicatorsInTwoColumns(Grid grid)
    {
        var first = FirstFigures(grid);
        if (first < 0)
            return;
        var numbered = habits.Has(Habit.IndicatorsNumbered);
        if (numbered)
        {
            grid.Columns.Insert(0, 600);
            foreach (var row in grid.Rows.Where(r => !IsFigures(r)))
                row.Cells[0].Span++;
        }
        var pairs = grid.Rows.Where(IsFigures).SelectMany(r => r.Cells.Chunk(2)).Where(p => p[0].Items.Count > 0).ToList();
        grid.Rows.RemoveAll(IsFigures);
        var rows = pairs.Select((p, i) => new Row(
            [.. numbered ? [Cell.Of(1, $"{i + 1}")] : Array.Empty<Cell>(), new Cell(2, p[0].Items), new Cell(2, p[1].Items)])).ToList();
        if (habits.Has(Habit.IndicatorHeaderRow))
            rows.Insert(0, new Row([.. numbered ? [Cell.Of(1, "序号")] : Array.Empty<Cell>(), Cell.Of(2, "指标"), Cell.Of(2, "数值")]));
        grid.Rows.InsertRange(first, rows);
    }

    static void LabelsAboveValues(Grid grid)
    {
        for (var i = 0; i < grid.Rows.Count; i++)
        {
            var cells = grid.Rows[i].Cells;
            if (!IsFigures(grid.Rows[i]))
                continue;
            grid.Rows[i] = new Row(cells.Chunk(2).Select(p => new Cell(p.Sum(c => c.Span), p[0].Items)));
            grid.Rows.Insert(++i, new Row(cells.Chunk(2).Select(p => new Cell(p.Sum(c => c.Span), p[1].Items))));
        }
    }

    static List<Block> TitlesAsRows(List<Block> blocks)
    {
        for (var i = 0; i + 1 < blocks.Count; i++)
        {
            if (blocks[i] is Line { HalfPoints: 28 } line && blocks[i + 1] is Grid grid)
            {
                grid.Rows.Insert(0, new Row([new Cell(grid.Columns.Count, []) { Blocks = [line] }]));
                blocks.RemoveAt(i);
            }
        }
        return blocks;
    }

    static List<Block> NotesAsRows(List<Block> blocks)
    {
        for (var i = 1; i < blocks.Count; i++)
        {
            if (blocks[i] is NotesBlock notes && blocks[i - 1] is Grid grid)
            {
                grid.Rows.Add(new Row([new Cell(grid.Columns.Count, []) { Blocks = [notes] }]));
                blocks.RemoveAt(i--);
            }
        }
        return blocks;
    }

    static List<Block> OneTable(List<Block> blocks)
    {
        var grids = blocks.OfType<Grid>().ToList();
        var edges = grids.SelectMany(g => Edges(g)).Distinct().Order().ToList();
        var one = new Grid([.. edges.Zip(edges.Skip(1), (a, b) => b - a)]);
        foreach (var grid in grids)
        {
            var own = Edges(grid);
            foreach (var row in grid.Rows)
            {
                var column = 0;
                foreach (var cell in row.Cells)
                {
                    var span = cell.Span;
                    cell.Span = edges.IndexOf(own[column + span]) - edges.IndexOf(own[column]);
                    column += span;
                }
                one.Rows.Add(row);
            }
        }
        return [.. blocks.TakeWhile(b => b is not Grid), one, .. blocks.SkipWhile(b => b is not Grid).Where(b => b is not Grid)];

        static List<int> Edges(Grid grid)
        {
            var total = grid.Columns.Sum();
            var sum = 0;
            return [0, .. grid.Columns.Select(c => (int)Math.Round((sum += c) * 100.0 / total) * Width / 100)];
        }
    }

    void Unmerge(Grid grid)
    {
        foreach (var row in grid.Rows)
        {
            if (habits.Has(Habit.GridBeforeAndAfter))
            {
                var leading = row.Cells.TakeWhile(c => c.Merge == Merge.Continued).ToList();
                row.Before = leading.Sum(c => c.Span);
                var trailing = row.Cells.AsEnumerable().Reverse().TakeWhile(c => c.Merge == Merge.None && c.Items.Count == 0 && c.Blocks.Count == 0).ToList();
                row.After = trailing.Sum(c => c.Span);
                row.Cells = [.. row.Cells.Skip(leading.Count).SkipLast(trailing.Count)];
            }
            if (habits.Has(Habit.NoRowSpans) || habits.Has(Habit.GroupLabelRepeated))
            {
                row.Cells = [.. row.Cells.Select(c => c.Merge != Merge.Continued
                    ? c
                    : new Cell(c.Span, habits.Has(Habit.GroupLabelRepeated) && c.Above!.Items is [HeadingItem h] ? [h] : []))];
            }
        }
        foreach (var cell in grid.Rows.SelectMany(r => r.Cells))
        {
            if (habits.Has(Habit.NoRowSpans) || habits.Has(Habit.GroupLabelRepeated) || (habits.Has(Habit.GridBeforeAndAfter) && grid.Rows.All(r => r.Cells.All(c => c.Above != cell))))
                cell.Merge = Merge.None;
        }
        if (habits.Has(Habit.NoColumnSpans) || habits.Has(Habit.LegacyColumnSpans))
        {
            foreach (var row in grid.Rows)
            {
                row.Cells = [.. row.Cells.SelectMany(c =>
                {
                    var span = c.Span;
                    var legacy = span > 1 && habits.Has(Habit.LegacyColumnSpans);
                    c.Span = 1;
                    c.Legacy = legacy ? LegacyMerge.Start : LegacyMerge.None;
                    return Enumerable.Range(0, span).Select(i => i == 0 ? c : new Cell(1, [])
                    {
                        Merge = c.Merge,
                        Above = c.Merge == Merge.Continued ? c.Above : null,
                        Legacy = legacy ? LegacyMerge.Continued : LegacyMerge.None,
                    });
                })];
            }
        }
        if (habits.Has(Habit.ExtraEmptyColumns))
        {
            var left = dice.Next(2) == 0;
            grid.Columns.Insert(left ? 0 : grid.Columns.Count, 300);
            foreach (var row in grid.Rows)
                row.Cells.Insert(left ? 0 : row.Cells.Count, new Cell(1, []));
        }
        if (habits.Has(Habit.ExtraEmptyRows))
        {
            for (var i = grid.Rows.Count; i >= 0; i--)
            {
                var parts = i == grid.Rows.Count || grid.Rows[i].Cells.All(c => c.Merge != Merge.Continued) && grid.Rows[i].Before == 0;
                if (parts && dice.Next(3) == 0)
                    grid.Rows.Insert(i, new Row(grid.Columns.Select(_ => new Cell(1, []))));
            }
        }
    }

    IEnumerable<Block> Split(Block block)
    {
        if (block is not Grid grid)
            return [block];
        var parts = new List<Block>();
        var part = new Grid(grid.Columns);
        foreach (var row in grid.Rows)
        {
            var whole = row.Before == 0 && row.Cells.All(c => c.Merge != Merge.Continued) && row.IsPairs;
            if (part.Rows.Count > 0 && whole && dice.Next(3) == 0 && part.Rows[^1].Items.OfType<FieldItem>().Any())
            {
                parts.Add(part);
                parts.Add(Line.Of(""));
                part = new Grid(grid.Columns);
            }
            part.Rows.Add(row);
        }
        parts.Add(part);
        return parts;
    }
}
