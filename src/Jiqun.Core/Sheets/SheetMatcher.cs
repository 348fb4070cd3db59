using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>What a foreign document says in the places of the form.</summary>
/// <param name="Written">Field → what was written, hint taken away; fields left empty are absent.</param>
/// <param name="Unplaced">Text in the form's tables that belongs to no label, hint, note or answer, with its cell.</param>
/// <param name="Recognised">How many fields have a label or a tag in the document.</param>
sealed record Matching(IReadOnlyDictionary<Field, string> Written, IReadOnlyList<(GridCell Cell, string Text)> Unplaced, int Recognised);

/// <summary>Holds a foreign document against the printed form and finds the answers: by tags, else by labels and where they stand.</summary>
/// <remarks>
/// Labels are recognised by their words, wherever they stand; the same words in several places are told apart by the heading above
/// them and by their neighbours; what is misspelt is recognised by likeness, then by its place between others.
/// </remarks>
sealed class SheetMatcher
{
    readonly Captions printed;
    readonly GridDocument document;
    readonly List<GridBlock> blocks = [];
    readonly List<Mark> marks = [];
    readonly Dictionary<GridCell, Mark> markOf = [];
    readonly Dictionary<Caption, Mark> found = [];
    readonly Dictionary<GridTable, GridCell[][]> rowsOf = [];
    readonly HashSet<GridCell> claimed = [];
    readonly Dictionary<Field, string> written = new(ReferenceEqualityComparer.Instance);
    readonly List<(GridCell, string)> unplaced = [];

    SheetMatcher(Captions printed, GridDocument document) => (this.printed, this.document) = (printed, document);

    public static Matching Match(Captions printed, GridDocument document) => new SheetMatcher(printed, document).Run();

    Matching Run()
    {
        Unwrap();
        FindMarks();
        AssignByWords();
        var missing = printed.All.Where(w => w.Row >= 0 && !found.ContainsKey(w)).ToList();
        if (missing.Count > 0)
        {
            AssignByLikeness(missing);
            AssignByPlace(missing);
        }
        HashSet<string> recognised = [.. document.Tagged.Keys];
        foreach (var word in found.Keys)
        {
            if (word.Field is { } field)
                recognised.Add(field.Id);
        }
        foreach (var word in printed.All)
        {
            if (word.Field is { } field && found.TryGetValue(word, out var mark))
                TakeAnswer(word, field, mark);
        }
        foreach (var (field, before) in printed.Unlabelled)
            TakeUnlabelled(field, before);
        TakeTagged();
        ReportUnplaced();
        return new Matching(written, unplaced, recognised.Count);
    }

    // ---- where the form's tables are -------------------------------------------------------------------------------------

    /// <summary>A form that stands inside a cell of an outer table is taken out of it.</summary>
    void Unwrap()
    {
        foreach (var block in document.Blocks)
        {
            if (block is GridTable table && table.Cells.Exists(c => c.Nested.Count > 0))
                Unwrap(table);
            else
                blocks.Add(block);
        }
    }

    void Unwrap(GridTable table)
    {
        var inside = table.Cells.SelectMany(c => c.Nested).ToList();
        var own = table.Cells.Count(c => c.Nested.Count == 0 && IsLabel(c));
        if (inside.Count == 0 || LabelsIn(inside) <= Math.Max(own, printed.Form.Fields.Count / 6))
        {
            blocks.Add(table);
            return;
        }
        if (own > 0)
        {
            table.Cells.RemoveAll(c => c.Nested.Count > 0);
            blocks.Add(table);
        }
        foreach (var nested in inside)
            Unwrap(nested);
    }

    int LabelsIn(List<GridTable> tables) => tables.Sum(t => t.Cells.Count(IsLabel) + LabelsIn([.. t.Cells.SelectMany(c => c.Nested)]));

    bool IsLabel(GridCell cell) => cell.Text.Length > 0 && Mark.Find(printed, cell.Text) is { Words: [{ Field: not null }, ..] };

    // ---- labels by their words -------------------------------------------------------------------------------------------

    void FindMarks()
    {
        string? group = null;
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i] is GridParagraph paragraph)
            {
                if (Mark.Find(printed, paragraph.Text) is ({ } words, "") && (words[0].Heading is not null || words[0].Field!.Kind is FieldKind.LongText))
                    Add(new Mark(null, i, words, ""), ref group);
                continue;
            }
            foreach (var cell in ((GridTable)blocks[i]).Cells)
            {
                if (cell.Text.Length > 0 && Mark.Find(printed, cell.Text) is ({ } words, var rest))
                    Add(new Mark(cell, i, words, rest), ref group);
            }
        }
    }

    void Add(Mark mark, ref string? group)
    {
        mark.Group = group;
        if (marks.Count > 0)
            (mark.Before, marks[^1].After) = (marks[^1], mark);
        marks.Add(mark);
        if (mark.Cell is { } cell)
            markOf[cell] = mark;
        if (mark.Words.FirstOrDefault(w => w.Heading is not null && w.Index >= 0) is { } heading)
            group = heading.Heading;
    }

    void Assign(Caption word, Mark mark)
    {
        mark.Word = word;
        found[word] = mark;
    }

    /// <summary>The same words in several places are given out by how well their surroundings agree.</summary>
    void AssignByWords()
    {
        Dictionary<IReadOnlyList<Caption>, List<Mark>> byWords = new(ReferenceEqualityComparer.Instance);
        foreach (var mark in marks)
        {
            if (!byWords.TryGetValue(mark.Words, out var same))
                byWords[mark.Words] = same = [];
            same.Add(mark);
        }
        foreach (var (words, places) in byWords)
        {
            if (words.Count == 1 && places.Count == 1)
            {
                Assign(words[0], places[0]);
                continue;
            }
            var pairs =
                from w in Enumerable.Range(0, words.Count)
                from m in Enumerable.Range(0, places.Count)
                orderby Agreement(words[w], places[m]) descending, Math.Abs(w - m), w, m
                select (Word: words[w], Mark: places[m]);
            foreach (var (word, mark) in pairs)
            {
                if (mark.Word is null && !found.ContainsKey(word) && Agreement(word, mark) >= LeastAgreement)
                    Assign(word, mark);
            }
        }
    }

    /// <summary>Below it the words are an answer that happens to be a label, such as 负责人 for 职务.</summary>
    const int LeastAgreement = -2;

    static int Agreement(Caption word, Mark mark) =>
        (word.Group == mark.Group ? 4 : mark.Group is null ? 0 : -4)
        + (mark.Before?.CouldBe(word.Before) is true ? 2 : 0)
        + (mark.After?.CouldBe(word.After) is true ? 2 : 0)
        + (mark.Rest.Length == 0 == word.Place is not AnswerPlace.SameCell ? 1 : 0);

    // ---- misspelt labels -------------------------------------------------------------------------------------------------

    /// <summary>A cell whose words are nearly a missing label's: up to a third of the characters differ.</summary>
    void AssignByLikeness(List<Caption> missing)
    {
        var candidates = (
            from cell in Cells()
            where !markOf.ContainsKey(cell) && cell.Text.Length is >= 3 and <= Fold.Longest
            let end = ColonOutsideBrackets(cell.Text)
            let key = Fold.Text(end > 2 ? cell.Text.AsSpan(0, end) : cell.Text)
            where key.Length >= 3 && !key.All(char.IsAsciiDigit)
            select (cell, key, rest: end > 2 ? Mark.Behind(cell.Text, end) : "")).ToList();
        var pairs =
            from word in missing
            where word.Key.Length >= 4
            from c in candidates
            where Math.Abs(c.key.Length - UnitLess(c.key, word).Length) <= 4
            let distance = EditDistance.Between(UnitLess(c.key, word), word.Key)
            where distance <= word.Key.Length / 3
            orderby distance, Math.Abs(c.key.Length - word.Key.Length)
            select (word, c.cell, c.rest);
        foreach (var (word, cell, rest) in pairs.ToList())
        {
            if (!found.ContainsKey(word) && !markOf.ContainsKey(cell))
                AddFound(word, cell, rest);
        }
        missing.RemoveAll(found.ContainsKey);
    }

    static int ColonOutsideBrackets(string text)
    {
        var colon = text.AsSpan().IndexOfAny('：', ':');
        var open = text.AsSpan().IndexOfAny('（', '(');
        return open >= 0 && open < colon && text.AsSpan().IndexOfAny('）', ')') > colon ? -1 : colon;
    }

    static string UnitLess(string key, Caption word)
    {
        foreach (var unit in Captions.Units(word.Field?.Unit))
        {
            if (unit != "%" && key.EndsWith(unit, StringComparison.Ordinal))
                return key[..^unit.Length];
        }
        return key;
    }

    void AddFound(Caption word, GridCell cell, string rest)
    {
        var mark = new Mark(cell, blocks.IndexOf(cell.Table), [word], rest);
        markOf[cell] = mark;
        Assign(word, mark);
    }

    /// <summary>A label that nothing but its place identifies: the cell that stands to a known label of its row as it should.</summary>
    void AssignByPlace(List<Caption> missing)
    {
        foreach (var word in missing)
        {
            if (word.Field is null || CellAt(word) is not { } cell || markOf.ContainsKey(cell) || !MayBeLabel(cell.Text, word.Key))
                continue;
            AddFound(word, cell, "");
        }
        missing.RemoveAll(found.ContainsKey);
    }

    static bool MayBeLabel(string text, string key) =>
        text.Length is > 0 and <= 40 && Fold.Text(text).Length <= key.Length * 2 + 4 && !text.Any(char.IsAsciiDigit);

    GridCell? CellAt(Caption word)
    {
        // a known label of the same row on the sheet says which row this is
        foreach (var neighbour in printed.All.Where(w => w.Row == word.Row && w != word))
        {
            if (!found.TryGetValue(neighbour, out var mark) || mark.Cell is not { } known)
                continue;
            var row = Starting(known.Table, known.Row);
            var at = Array.IndexOf(row, known);
            if (row.Length == word.CellsInRow && at == neighbour.CellInRow)
                return row[word.CellInRow];
            var wanted = at + word.CellInRow - neighbour.CellInRow;
            if (wanted >= 0 && wanted < row.Length && (row.Length - at == neighbour.CellsInRow - neighbour.CellInRow || at == neighbour.CellInRow))
                return row[wanted];
        }

        // or the known labels of the rows before and after it, when as many rows lie between them as should and a character is left
        var before = printed.All.LastOrDefault(w => w.Row >= 0 && w.Row < word.Row && found.GetValueOrDefault(w)?.Cell is not null);
        var after = printed.All.FirstOrDefault(w => w.Row > word.Row && found.GetValueOrDefault(w)?.Cell is not null);
        var above = before is null ? null : found[before].Cell;
        var below = after is null ? null : found[after].Cell;
        GridTable? table;
        int line;
        if (above is not null && below is not null && above.Table == below.Table)
        {
            if (below.Row - above.Row != after!.Row - before!.Row)
                return null;
            (table, line) = (above.Table, above.Row + word.Row - before.Row);
        }
        else if (above is not null && word.Row - before!.Row <= 2)
            (table, line) = (above.Table, above.Row + word.Row - before.Row);
        else if (below is not null && after!.Row - word.Row <= 2)
            (table, line) = (below.Table, below.Row - (after.Row - word.Row));
        else
            return null;
        var cells = Starting(table, line);
        return cells.Length == word.CellsInRow && cells[word.CellInRow] is var cell && Fold.Text(cell.Text).AsSpan().IndexOfAny(word.Key) >= 0 ? cell : null;
    }

    // ---- answers ---------------------------------------------------------------------------------------------------------

    void TakeAnswer(Caption word, Field field, Mark mark)
    {
        if (printed.Shared.TryGetValue(field, out var items))
        {
            TakeShared(items, mark);
            return;
        }
        Put(field, field.Kind is FieldKind.LongText && word.Place is AnswerPlace.Below ? Long(field, mark) : Short(field, mark));
    }

    string Short(Field field, Mark mark)
    {
        var rest = printed.WithoutHint(field, mark.Rest);
        var remark = IsRemark(rest);
        if (rest.Length > 0 && !remark)
            return rest;
        if (mark.Cell is not { } label)
            return "";
        var right = Right(label);
        if (right.TrueForAll(c => c.Text.Length == 0) && Under(label) is { Count: > 0 } under)
            right = under;
        var text = Take(field, right);
        return text.Length == 0 && remark && field.Kind is FieldKind.Text ? rest : text;
    }

    /// <summary>“（截至2021年6月）” behind a label: one pair of brackets around it all.</summary>
    static bool IsRemark(string rest)
    {
        var depth = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            depth += rest[i] is '（' or '(' ? 1 : rest[i] is '）' or ')' ? -1 : 0;
            if (depth == 0)
                return i > 0 && i == rest.Length - 1;
        }
        return false;
    }

    /// <summary>The first cell that says something; the form's own unit in a cell of its own says nothing.</summary>
    string Take(Field field, List<GridCell> cells)
    {
        var filled = cells.FindAll(static c => c.Text.Length > 0);
        if (filled.Count > 1 && field.Unit is not null && Captions.Units(field.Unit).Contains(filled[0].Text.Trim('（', '）', '(', ')')))
        {
            claimed.Add(filled[0]);
            filled.RemoveAt(0);
        }
        if (filled.Count == 0)
            return "";
        var first = filled[0];
        claimed.Add(first);
        var text = first.Text;
        foreach (var below in filled)
        {
            if (below.Column != first.Column || below.Row == first.Row)
                continue;
            claimed.Add(below);                                // a column that is not merged beside a merged label
            text += "\n" + below.Text;
        }
        return text;
    }

    /// <summary>The cells to the right of a label, up to the next label.</summary>
    List<GridCell> Right(GridCell label)
    {
        List<GridCell> right = [];
        foreach (var cell in Covering(label.Table, label.Row))
        {
            if (cell.Column < label.EndColumn)
                continue;
            if (IsStop(cell) || (markOf.ContainsKey(cell) && right.Count > 0))
                break;
            if (!claimed.Contains(cell))
                right.Add(cell);
        }
        if (right.Count > 0)
        {
            for (var row = label.Row + 1; row < label.EndRow; row++)
                right.AddRange(Starting(label.Table, row).Where(c => c.Column == right[0].Column && !markOf.ContainsKey(c) && !claimed.Contains(c)));
        }
        return right;
    }

    /// <summary>The cells right under a label, where a row of labels stands above a row of answers.</summary>
    List<GridCell> Under(GridCell label)
    {
        var row = Starting(label.Table, label.EndRow);
        return row.Any(c => markOf.ContainsKey(c) || printed.IsNote(FirstLine(c.Text)))
            ? []
            : [.. row.Where(c => c.Column < label.EndColumn && c.EndColumn > label.Column && !claimed.Contains(c))];
    }

    bool IsStop(GridCell cell) => markOf.GetValueOrDefault(cell)?.Word is not null;

    /// <summary>A long text: behind the label, or everything up to the next label.</summary>
    string Long(Field field, Mark mark)
    {
        if (printed.WithoutHint(field, mark.Rest) is { Length: > 0 } rest)
            return rest;
        var text = TakeUpToNext(mark.Block, mark.Cell);
        return text.Length > 0 || mark.Cell is not null ? text : ParagraphsAfter(mark.Block);
    }

    /// <summary>The cells that follow, until the next label: the first that say something, and then single cells under them.</summary>
    /// <param name="across">Whether the answer may stand in a later table than the words before it.</param>
    string TakeUpToNext(int block, GridCell? after, bool across = false)
    {
        List<GridCell> taken = [];
        var place = false;
        for (var i = block; i < blocks.Count; i++)
        {
            if (blocks[i] is not GridTable table)
            {
                if (i > block && marks.Exists(m => m.Block == i && m.Word is not null))
                    break;
                continue;
            }
            var cells = table.Cells;
            for (var at = i == block && after is not null ? cells.IndexOf(after) + 1 : 0; at < cells.Count; at++)
            {
                var cell = cells[at];
                if (IsStop(cell))
                    return Join(taken);
                place = true;
                if (cell.Text.Length == 0 || claimed.Contains(cell) || markOf.ContainsKey(cell) || printed.IsNote(FirstLine(cell.Text)))
                    continue;
                if (taken.Count > 0 && cell.Row != taken[0].Row && Starting(table, cell.Row).Count(c => c.Text.Length > 0) > 1)
                    return Join(taken);
                taken.Add(cell);
            }
            if (!(across && taken.Count == 0) && ((place && taken.Count == 0) || !NextTableContinues(i)))
                break;
        }
        return Join(taken);
    }

    /// <summary>A table that Word broke in two: the next follows with nothing but unmarked paragraphs between, and begins with a single cell.</summary>
    bool NextTableContinues(int block)
    {
        var next = blocks.FindIndex(block + 1, b => b is GridTable);
        return next > 0 && next == block + 1 && Starting((GridTable)blocks[next], 0) is [{ } only] && !IsStop(only);
    }

    string Join(List<GridCell> cells)
    {
        claimed.UnionWith(cells);
        return string.Join('\n', cells.Select(c => c.Text));
    }

    /// <summary>Text typed under a title instead of into its cell.</summary>
    string ParagraphsAfter(int block)
    {
        List<string> lines = [];
        for (var i = block + 1; i < blocks.Count && blocks[i] is GridParagraph paragraph; i++)
        {
            if (marks.Exists(m => m.Block == i) || printed.IsNote(FirstLine(paragraph.Text)))
                break;
            lines.Add(paragraph.Text);
        }
        return string.Join('\n', lines);
    }

    void TakeUnlabelled(Field field, Caption? before)
    {
        if (found.FirstOrDefault(f => ReferenceEquals(f.Key.Field, field)).Value is { } own)
        {
            Put(field, Long(field, own));
            return;
        }
        if (Cells().FirstOrDefault(c => !claimed.Contains(c) && !IsStop(c) && printed.WithoutHint(field, c.Text) != c.Text) is { } hinted)
        {
            Put(field, TakeUpToNext(blocks.IndexOf(hinted.Table), CellBefore(hinted)));
            return;
        }
        while (before is not null && !found.ContainsKey(before))
            before = before.Before;
        if (before is null)
            return;
        var mark = found[before];
        if (printed.WithoutHint(field, mark.Rest) is { Length: > 0 } rest && mark.Cell is { } cell && mark.Word?.Heading is not null)
        {
            claimed.Add(cell);
            Put(field, rest);
            return;
        }
        var text = TakeUpToNext(mark.Block, mark.Cell, across: true);
        Put(field, text.Length > 0 || mark.Cell is not null ? text : ParagraphsAfter(mark.Block));
    }

    static GridCell? CellBefore(GridCell cell) => cell.Table.Cells.IndexOf(cell) is > 0 and var at ? cell.Table.Cells[at - 1] : null;

    /// <summary>A cell that holds several answers between printed words, such as opinion, 盖章 and date.</summary>
    void TakeShared(IReadOnlyList<SheetItem> items, Mark mark)
    {
        var text = mark.Rest;
        var shared = new SharedCell(items);
        if (mark.Cell is { } label)
        {
            var right = Right(label).Where(c => c.Text.Length > 0).ToList();
            if (right.Count > 0)
                text = Joined(text, Join(right));
            var below = RowsUnder(label);
            var last = below.FindLastIndex(c => shared.Bears(c.Text));
            if (last < 0 && text.Length == 0 && below is [{ } only, ..] && Starting(only.Table, only.Row).Length == 1)
                last = 0;
            if (last >= 0)
                text = Joined(text, Join(below[..(last + 1)]));
        }
        foreach (var (field, answer) in shared.Read(text))
            Put(field, answer);
    }

    static string Joined(string text, string more) => text.Length == 0 ? more : $"{text}\n{more}";

    /// <summary>The filled cells under a label, in the same table, up to the next label.</summary>
    List<GridCell> RowsUnder(GridCell label)
    {
        List<GridCell> under = [];
        foreach (var cell in label.Table.Cells.Where(c => c.Row >= label.EndRow))
        {
            if (IsStop(cell))
                break;
            if (cell.Text.Length > 0 && !claimed.Contains(cell))
                under.Add(cell);
        }
        return under;
    }

    void Put(Field field, string text)
    {
        text = printed.WithoutHint(field, text);
        if (text.Length > 0)
            written[field] = text;
    }

    /// <summary>Tags are certain. What else was found for such a field stands beside its control and is reported.</summary>
    void TakeTagged()
    {
        foreach (var (tag, texts) in document.Tagged)
        {
            if (printed.Form.Find(tag) is not { } field)
                continue;
            var answer = printed.WithoutHint(field, texts[0]);
            if (answer.Length > 0)
            {
                if (written.TryGetValue(field, out var beside) && HolderOf(tag) is { } holder && beside != answer)
                    unplaced.Add((holder, beside));
                written[field] = answer;
            }
            foreach (var other in texts.Skip(1).Where(t => t != texts[0]))
            {
                if (HolderOf(tag) is { } cell)
                    unplaced.Add((cell, other));
            }
        }
    }

    GridCell? HolderOf(string tag) => Cells().LastOrDefault(c => c.Tags.Contains(tag));

    // ---- what is left ----------------------------------------------------------------------------------------------------

    void ReportUnplaced()
    {
        foreach (var table in blocks.OfType<GridTable>())
        {
            if (!table.Cells.Exists(c => IsStop(c) || claimed.Contains(c)))
                continue;
            foreach (var cell in table.Cells)
            {
                if (cell.Text.Length > 0 && !claimed.Contains(cell) && !IsPrinted(cell))
                    unplaced.Add((cell, cell.Text));
            }
        }
    }

    bool IsPrinted(GridCell cell)
    {
        if (markOf.TryGetValue(cell, out var mark)
            && (mark.Rest.Length == 0 || mark.Word?.Field is not null || printed.Hints.Values.Any(hint => Hint.Strip(mark.Rest, hint).Length == 0)))
            return true;
        return cell.Text.Split('\n').All(line => printed.IsNote(line) || Mark.Find(printed, line) is (_, ""))
            || printed.IsNotes(cell.Text)
            || printed.Hints.Values.Any(hint => Hint.Strip(cell.Text, hint).Length == 0)
            || IsNumbering(cell);
    }

    /// <summary>序号: a column of running numbers.</summary>
    bool IsNumbering(GridCell cell)
    {
        if (cell.Text is "序号")
            return true;
        if (!int.TryParse(cell.Text, out var number))
            return false;
        return cell.Table.Cells.Exists(c => c.Column == cell.Column && c.Row < cell.Row && c.Text is "序号")
            || (number > 0 && cell.Table.Cells.Exists(c => c.Column == cell.Column && !claimed.Contains(c) && int.TryParse(c.Text, out var n) && Math.Abs(n - number) == 1)
                && !claimed.Contains(cell) && IsStop(RightNeighbour(cell)));
    }

    bool IsStop(IEnumerable<GridCell> cells) => cells.Any(IsStop);

    IEnumerable<GridCell> RightNeighbour(GridCell cell) => Covering(cell.Table, cell.Row).Where(c => c.Column >= cell.EndColumn).Take(1);

    // ---- the grid --------------------------------------------------------------------------------------------------------

    IEnumerable<GridCell> Cells() => blocks.OfType<GridTable>().SelectMany(t => t.Cells);

    static string FirstLine(string text) => text.IndexOf('\n') is >= 0 and var end ? text[..end] : text;

    /// <summary>The cells that begin in a row, from left to right.</summary>
    GridCell[] Starting(GridTable table, int row) => [.. Covering(table, row).Where(c => c.Row == row)];

    /// <summary>The cells that cover a row, from left to right; none outside the table.</summary>
    GridCell[] Covering(GridTable table, int row)
    {
        if (!rowsOf.TryGetValue(table, out var rows))
        {
            var height = table.Cells.Count == 0 ? 0 : table.Cells.Max(c => c.EndRow);
            var lists = new List<GridCell>[height];
            for (var i = 0; i < height; i++)
                lists[i] = [];
            foreach (var cell in table.Cells)
            {
                for (var i = cell.Row; i < cell.EndRow; i++)
                    lists[i].Add(cell);
            }
            rows = new GridCell[height][];
            for (var i = 0; i < height; i++)
            {
                lists[i].Sort(static (a, b) => a.Column.CompareTo(b.Column));
                rows[i] = [.. lists[i]];
            }
            rowsOf[table] = rows;
        }
        return row >= 0 && row < rows.Length ? rows[row] : [];
    }
}
