using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>Where the answer stands, seen from its label.</summary>
enum AnswerPlace
{
    SameCell,
    Right,
    Below,
}

/// <summary>A label or heading of the printed form, with its surroundings.</summary>
sealed class Caption
{
    /// <summary>Its place in reading order; -1 for a label that is recognised but not printed.</summary>
    public required int Index { get; init; }

    /// <summary>Null for a heading.</summary>
    public Field? Field { get; init; }

    /// <summary>Null for a label.</summary>
    public string? Heading { get; init; }

    /// <summary>The heading that stands last before it; null when none does.</summary>
    public required string? Group { get; init; }

    /// <summary>Its row on the sheet, counted through all tables; -1 for a line outside them.</summary>
    public required int Row { get; init; }

    /// <summary>Its cell's place among the cells that begin in the row.</summary>
    public required int CellInRow { get; init; }

    /// <summary>How many cells begin in the row.</summary>
    public required int CellsInRow { get; init; }

    /// <summary>Its folded text.</summary>
    public required string Key { get; init; }

    public AnswerPlace Place { get; init; }

    /// <summary>The words before and after it in reading order; null at the ends.</summary>
    public Caption? Before { get; set; }

    public Caption? After { get; set; }
}

/// <summary>Every caption of the printed form, its hints and notes, arranged to be recognised again.</summary>
sealed class Captions
{
    static readonly string[] CountUnits = ["个", "家", "件", "项", "户"];

    readonly Dictionary<string, List<Caption>> byKey = [];
    readonly Dictionary<string, List<Caption>>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly HashSet<string> notes = [];

    public Captions(Form form)
    {
        lookup = byKey.GetAlternateLookup<ReadOnlySpan<char>>();
        Form = form;
        string? group = null;
        var row = -1;
        foreach (var part in form.Sheet)
        {
            switch (part)
            {
                case HeadingLine line:
                    group = Add(line.Heading, group, -1, 0, 0);
                    break;
                case NoteLines lines:
                    group = Add(lines.Heading, group, -1, 0, 0);
                    break;
                case SheetTable table:
                    foreach (var sheetRow in table.Rows)
                    {
                        row++;
                        for (var i = 0; i < sheetRow.Cells.Count; i++)
                            Add(sheetRow.Cells[i], ref group, row, i, sheetRow.Cells.Count);
                    }
                    break;
            }
        }
        foreach (var heading in form.Headings.Where(h => All.TrueForAll(w => w.Heading != h.Id)))
        {
            var word = new Caption { Index = -1, Heading = heading.Id, Group = null, Row = -1, CellInRow = 0, CellsInRow = 0, Key = Fold.Text(heading.Title.Zh) };
            foreach (var spelling in heading.Also.Prepend(heading.Title.Zh))
                Register(spelling, word);
        }
        foreach (var note in form.Notes)
        {
            foreach (var spelling in note.Also.Prepend(note.Text.Zh))
                notes.Add(Fold.Text(spelling));
        }
        foreach (var field in form.Fields)
        {
            if (field.Hint is { } hint)
                Hints[field] = Hint.Folded(hint.Zh);
        }
    }

    public Form Form { get; }

    /// <summary>In reading order.</summary>
    public List<Caption> All { get; } = [];

    /// <summary>Fields without a label of their own on the sheet: the field, and the words between which its cell stands.</summary>
    public List<(Field Field, Caption? Before)> Unlabelled { get; } = [];

    /// <summary>Cells that hold more than one answer: the label's field → what else is in its cell.</summary>
    public Dictionary<Field, IReadOnlyList<SheetItem>> Shared { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Fields whose empty cell bears a hint, and the hint, folded.</summary>
    public Dictionary<Field, string> Hints { get; } = new(ReferenceEqualityComparer.Instance);

    public bool BeginsWithHint(string text) => text.Length > 0 && Hints.Values.Any(hint => Hint.Strip(text, hint).Length < text.Length);

    /// <summary>The answer without the field's hint.</summary>
    public string WithoutHint(Field field, string text) => Hints.TryGetValue(field, out var hint) ? Hint.Strip(text, hint) : text;

    /// <summary>The words with this folded text; null when there are none.</summary>
    public List<Caption>? With(ReadOnlySpan<char> key) => lookup.TryGetValue(key, out var words) ? words : null;

    /// <summary>Whether the text is a note, with or without its number, or a good part of one.</summary>
    public bool IsNote(string text)
    {
        Span<char> folded = stackalloc char[LongestNote + 8];
        var length = 0;
        foreach (var c in text)
        {
            if (length == folded.Length)
                return false;
            if (Fold.Char(c) is not '\0' and var kept && (length > 0 || !char.IsAsciiDigit(kept)))
                folded[length++] = kept;
        }
        var key = folded[..length];
        foreach (var note in length < 6 ? [] : notes)
        {
            if (note.AsSpan().Contains(key, StringComparison.Ordinal))
                return true;
            if (Math.Abs(length - note.Length) <= length / 8 && Alike(key, note) && EditDistance.Between(key, note) <= length / 8)
                return true;
        }
        return false;
    }

    /// <summary>Whether the text is nothing but notes, one behind the other.</summary>
    public bool IsNotes(string text)
    {
        var key = Fold.Text(text);
        var left = key.Length;
        foreach (var note in notes)
            left -= key.Contains(note, StringComparison.Ordinal) ? note.Length : 0;
        return left < key.Length && left <= 2 * notes.Count;
    }

    const int LongestNote = 400;

    /// <summary>A cheap look before the costly comparison: most of the first characters occur in both beginnings.</summary>
    public static bool Alike(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        const int Beginning = 12;
        var (same, of) = (0, Math.Min(Beginning, a.Length));
        for (var i = 0; i < of; i++)
            same += b[..Math.Min(Beginning + 4, b.Length)].Contains(a[i]) ? 1 : 0;
        return same * 3 >= of * 2;
    }

    string Add(Heading heading, string? group, int row, int cell, int cells)
    {
        var word = new Caption
        {
            Index = All.Count,
            Heading = heading.Id,
            Group = group,
            Row = row,
            CellInRow = cell,
            CellsInRow = cells,
            Key = Fold.Text(heading.Title.Zh),
        };
        Add(word, heading.Also.Prepend(heading.Title.Zh));
        return heading.Id;
    }

    void Add(SheetCell cell, ref string? group, int row, int at, int cells)
    {
        var fields = cell.Items.OfType<FieldItem>().Select(f => f.Field).ToList();
        foreach (var item in cell.Items)
        {
            switch (item)
            {
                case HeadingItem heading:
                    group = Add(heading.Heading, group, row, at, cells);
                    break;
                case LabelItem { Field: var field }:
                    var place = fields.Contains(field) ? AnswerPlace.SameCell : cells == 1 ? AnswerPlace.Below : AnswerPlace.Right;
                    Add(Label(field, All.Count, group, row, at, cells, place), Spellings(field, Form.BaseYear));
                    if (fields.Count > 1)
                        Shared[field] = [.. cell.Items.Where(i => i is not LabelItem)];
                    break;
                case FieldItem { Field: var field } when !Labelled(field) && fields.Count == 1:
                    Unlabelled.Add((field, All.LastOrDefault()));
                    var word = Label(field, -1, group, row, at, cells, AnswerPlace.Below);
                    foreach (var spelling in Spellings(field, Form.BaseYear))
                        Register(spelling, word);
                    break;
            }
        }
    }

    static Caption Label(Field field, int index, string? group, int row, int cell, int cells, AnswerPlace place) => new()
    {
        Index = index,
        Field = field,
        Group = group,
        Row = row,
        CellInRow = cell,
        CellsInRow = cells,
        Key = Fold.Text(field.Label.Zh),
        Place = place,
    };

    bool Labelled(Field field) => All.Exists(w => w.Field == field);

    void Add(Caption word, IEnumerable<string> spellings)
    {
        if (All.Count > 0)
            (word.Before, All[^1].After) = (All[^1], word);
        All.Add(word);
        foreach (var spelling in spellings)
            Register(spelling, word);
    }

    void Register(string spelling, Caption word)
    {
        var key = Fold.Text(spelling);
        if (!byKey.TryGetValue(key, out var words))
            byKey[key] = words = [];
        if (!words.Contains(word))
            words.Add(word);
    }

    /// <summary>The label's spellings, bare and with its unit, last year also by its number.</summary>
    static IEnumerable<string> Spellings(Field field, int baseYear)
    {
        var labels = field.Also.Prepend(field.Label.Zh).ToList();
        if (field.Period is Period.LastYear)
            labels.AddRange([.. labels.Select(l => l.Replace("上年度", $"{baseYear}年")), .. labels.Select(l => l.Replace("上年度", $"{baseYear}年度"))]);
        foreach (var label in labels)
        {
            yield return label;
            foreach (var unit in Units(field.Unit))
            {
                yield return label + unit;
                yield return label + "单位" + unit;
            }
        }
    }

    public static IEnumerable<string> Units(string? unit) => unit is null ? [] : CountUnits.Contains(unit) ? CountUnits : [unit];
}
