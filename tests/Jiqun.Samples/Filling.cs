using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>Fills the laid-out cells with labels, hints and answers.</summary>
sealed class Filling(Form form, IReadOnlyDictionary<string, string> answers, Habits habits, Random dice, Spelling spelling)
{
    readonly string government = answers.FirstOrDefault(a => a.Key.StartsWith("government.name", StringComparison.Ordinal)).Value ?? "某市人民政府";

    /// <summary>Adds the signature where these habits sign, so that it is expected as part of the opinion.</summary>
    public static IReadOnlyDictionary<string, string> Signed(Form form, IReadOnlyDictionary<string, string> answers, Habits habits)
    {
        if (!habits.Has(Habit.SignatureBeforeSeal) && !habits.Has(Habit.SignatureWithSeal))
            return answers;
        var filling = new Filling(form, answers, habits, new Random(0), null!);
        var signed = new Dictionary<string, string>(answers);
        foreach (var field in filling.Sealed())
            signed[field.Id] = answers.TryGetValue(field.Id, out var text) ? $"{text}\n{filling.government}" : filling.government;
        return signed;
    }

    IEnumerable<Field> Sealed() =>
        from table in form.Sheet.OfType<SheetTable>()
        from row in table.Rows
        from cell in row.Cells
        where cell.Items.OfType<WordsItem>().Any()
        from item in cell.Items.OfType<FieldItem>()
        where item.Field.Kind == FieldKind.LongText
        select item.Field;

    public List<Block> Fill(List<Block> blocks)
    {
        foreach (var grid in blocks.OfType<Grid>())
        {
            foreach (var cell in grid.Rows.SelectMany(r => r.Cells))
            {
                if (cell.Merge == Merge.Continued)
                    continue;
                if (cell.Blocks is [NotesBlock own])
                {
                    cell.Blocks.Clear();
                    cell.Blocks.AddRange(Notes(own.Notes));
                }
                else if (cell.Items.Count > 0)
                    cell.Blocks.AddRange(Cell(cell));
            }
            Afterwards(grid);
        }
        blocks = [.. blocks.SelectMany(b => b is NotesBlock n ? Notes(n.Notes) : [b])];
        if (habits.Has(Habit.OuterTable))
        {
            var outer = new Grid([9800]);
            outer.Rows.Add(new Row([new Cell(1, []) { Blocks = blocks }]));
            blocks = [outer, Line.Of("")];
        }
        if (habits.Has(Habit.TableBefore))
            blocks = [Aside(["报送单位", government], ["报送时间", "2021年9月"]), Line.Of(""), .. blocks];
        if (habits.Has(Habit.TableAfter))
            blocks = [.. blocks, Line.Of("附：重点企业名单"), Aside(["序号", "企业名称", "主要产品"], ["1", "甲机械有限公司", "转向架"], ["2", "乙电气股份有限公司", "牵引电机"]), Line.Of("")];
        if (habits.Has(Habit.FillerLine))
            blocks.Add(Line.Of("填表人：王五        联系电话：010-12345678        填表日期：2021年9月1日"));
        return habits.Has(Habit.TitlePage) ? [.. TitlePage(), .. blocks] : blocks;
    }

    static Grid Aside(params string[][] rows)
    {
        var grid = new Grid([.. rows[0].Select(_ => 9600 / rows[0].Length)]);
        grid.Rows.AddRange(rows.Select(r => new Row(r.Select(text => Jiqun.Samples.Cell.Of(1, text)))));
        return grid;
    }

    IEnumerable<Line> TitlePage() =>
    [
        new Line([new Piece(form.Title.Zh, Role.Words)]) { Align = "center", Bold = true, HalfPoints = 44 },
        Line.Of(""),
        Line.Of($"填报单位（盖章）：{government}"),
        Line.Of("填报日期：2021年9月"),
        Line.Of("中华人民共和国工业和信息化部制"),
        new Line([]) { PageBreakBefore = true },
    ];

    IEnumerable<Block> Notes(NoteLines notes)
    {
        yield return Line.Of(notes.Heading.Title.Zh + "：");
        foreach (var note in form.Notes)
        {
            if (habits.Has(Habit.NotesAbridged) && note.Number != 1 && note.Number != form.Notes.Count)
                continue;
            var text = habits.Has(Habit.MisprintedLabels) && note.Also.Count > 0 ? note.Also[0] : note.Text.Zh;
            yield return Line.Of($"{note.Number}.{text}");
        }
    }

    List<Line> Cell(Cell cell)
    {
        var lines = new List<Line>();
        Line? open = null;                              // a label that its answer continues
        for (var i = 0; i < cell.Items.Count; i++)
        {
            switch (cell.Items[i])
            {
                case HeadingItem { Heading: var heading }:
                    lines.AddRange(Apart(spelling.Heading(heading), Role.Label, null));
                    break;
                case LabelItem { Field: var field }:
                    var alone = cell.Stacked || cell.Items.Count == 1 || field.Kind == FieldKind.LongText;
                    var label = spelling.Label(field, alone);
                    if (alone)
                        lines.AddRange(Apart(label, Role.Label, field));
                    else
                        lines.Add(open = new Line([new Piece(label + (habits.Has(Habit.LabelsWithHalfWidthColon) ? ":" : "："), Role.Label, field)]));
                    continue;
                case FieldItem { Field: var field }:
                    lines.AddRange(Answer(field, open, hasLabel: i > 0 && cell.Items[i - 1] is LabelItem || field.Label.Zh != "年 月 日"));
                    break;
                case WordsItem { Words: var words }:
                    var next = i + 1 < cell.Items.Count ? (cell.Items[i + 1] as FieldItem)?.Field : null;
                    if (Seal(words, next, lines))
                        i++;
                    break;
            }
            open = null;
        }
        return lines;
    }

    static IEnumerable<Line> Apart(string text, Role role, Field? field) =>
        text.Split('\v').Select(t => new Line([new Piece(t, role, field)]) { Align = role == Role.Label ? "center" : "left" });

    /// <returns>Whether the date after the seal was written with it.</returns>
    bool Seal(string words, Field? date, List<Line> lines)
    {
        var seal = words != "盖章" ? words
            : habits.Has(Habit.SealInBrackets) ? "（盖章）"
            : habits.Has(Habit.SealSpacedWithColon) ? "盖 章："
            : habits.Has(Habit.SealAsOfficialSeal) ? "（公章）"
            : words;
        if (habits.Has(Habit.SignatureWithSeal))
            seal = $"{government}{(seal.StartsWith('（') ? seal : $"（{seal.TrimEnd('：')}）")}";
        if (habits.Has(Habit.SealAndDateOnOneLine) && date is not null)
        {
            var pieces = Answer(date, null, hasLabel: false)[^1].Pieces;
            lines.Add(new Line([new Piece(seal + "          ", Role.Words), .. pieces]) { Align = "right" });
            return true;
        }
        lines.Add(new Line([new Piece(seal, Role.Words)]) { Align = "right" });
        return false;
    }

    List<Line> Answer(Field field, Line? open, bool hasLabel)
    {
        if (!answers.TryGetValue(field.Id, out var answer))
        {
            var empty = field.Hint is not null ? new Piece(spelling.Hint(field), Role.Hint, field)
                : field.Kind == FieldKind.Date && !hasLabel ? new Piece("        年    月    日", Role.Hint, field)
                : null;
            if (open is not null)
            {
                open.Pieces.Add(empty ?? new Piece("", Role.Value, field));
                return [];
            }
            return [new Line(empty is null ? [] : [empty], field) { Align = empty is null || field.Hint is not null ? "left" : "right" }];
        }
        var written = spelling.Answer(field, answer);
        if (habits.Has(Habit.LineBreaks))
            return Lines(field, [written], open, hasLabel);
        if (habits.Has(Habit.CarriageReturns))
            return Lines(field, [written.Replace('\n', '\r')], open, hasLabel);
        return Lines(field, written.Split('\n'), open, hasLabel);
    }

    List<Line> Lines(Field field, string[] paragraphs, Line? open, bool hasLabel)
    {
        var lines = new List<Line>();
        Piece? hint = null;
        if (field.Hint is not null && habits.Has(Habit.HintsKeptAsParagraph))
            lines.Add(new Line([new Piece(spelling.Hint(field), Role.Hint, field)], field));
        else if (field.Hint is not null && Keeps)
            hint = new Piece(spelling.Hint(field), Role.Hint, field);
        var signs = habits.Has(Habit.SignatureWithSeal) && paragraphs[^1] == government && Sealed().Contains(field);
        if (signs)
            paragraphs = paragraphs[..^1];              // the seal's own line says it
        foreach (var (i, paragraph) in paragraphs.Index())
        {
            var text = paragraph;
            if (field.Kind == FieldKind.LongText && habits.Has(Habit.Tabs))
                text = "\t" + text;
            if (field.Kind == FieldKind.LongText && habits.Has(Habit.IdeographicIndents))
                text = "　　" + text;
            if (habits.Has(Habit.TrailingSpaces))
                text += dice.Next(2) == 0 ? "\u00A0 " : "　";
            if (open is null && habits.Has(Habit.EmptyParagraphs) && dice.Next(2) == 0)
                lines.Add(new Line([], field));
            Piece[] pieces = [.. i == 0 && hint is not null ? [hint] : Array.Empty<Piece>(), new Piece(text, Role.Value, field)];
            if (i == 0 && open is not null && lines.Count == 0)
                open.Pieces.AddRange(pieces);
            else if (field.Kind == FieldKind.LongText && habits.Has(Habit.DeletedParagraphMark) && paragraph.Length > 8)
            {
                lines.Add(new Line([.. pieces[..^1], new Piece(text[..6], Role.Value, field)], field) { MarkDeleted = true });
                lines.Add(new Line([new Piece(text[6..], Role.Value, field)], field));
            }
            else
            {
                lines.Add(new Line(pieces, field)
                {
                    Align = field.Kind == FieldKind.Date && !hasLabel ? "right" : field.Kind is FieldKind.LongText ? "both" : "left",
                    PageBreakBefore = i == 1 && habits.Has(Habit.PageBreaks),
                });
            }
        }
        return lines;
    }

    /// <summary>A changed hint is seen only where one is kept.</summary>
    bool Keeps => habits.Has(Habit.HintsKept) || habits.Has(Habit.HintPunctuationChanged) || habits.Has(Habit.HintHalfWidth) || habits.Has(Habit.HintSpaced);

    void Afterwards(Grid grid)
    {
        for (var i = 0; i < grid.Rows.Count; i++)
        {
            var row = grid.Rows[i];
            var narrative = row.Cells.Find(c => c.Items is [FieldItem { Field.Kind: FieldKind.LongText }]);
            if (narrative is { Blocks: { Count: > 1 } blocks } && habits.Has(Habit.NarrativeInSeveralRows) && row.Cells.All(c => c == narrative || c.Items.Count == 0))
            {
                var rows = blocks.Chunk(Math.Max(1, blocks.Count / 3)).Select(part => new Row(row.Cells.Select(c =>
                    c == narrative ? new Cell(c.Span, c.Items) { Blocks = [.. part] } : c.Copy()))).ToList();
                grid.Rows.RemoveAt(i);
                grid.Rows.InsertRange(i, rows);
                i += rows.Count - 1;
            }
            else if (habits.Has(Habit.DeletedRow) && row.Items.OfType<FieldItem>().Any() && row.Cells.All(c => c.Merge == Merge.None) && row.Before == 0 && dice.Next(3) == 0)
            {
                grid.Rows.Insert(i, new Row(row.Cells.Select(c => c.Items is [FieldItem]
                    ? new Cell(c.Span, []) { Blocks = [Line.Of("作废" + dice.Next(1000))] }
                    : c.Copy()))
                { Revision = dice.Next(2) == 0 ? Revision.Deleted : Revision.RowDeleted });
                i++;
            }
            else if (habits.Has(Habit.InsertedRow) && dice.Next(3) == 0)
                grid.Rows[i] = new Row(row.Cells) { Revision = Revision.Inserted, Before = row.Before, After = row.After, Height = row.Height };
        }
    }
}
