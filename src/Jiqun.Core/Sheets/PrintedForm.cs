using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>The sheet with answers in place, as it is printed: the one thing that the Word, PDF and HTML renderings draw.</summary>
/// <remarks>Printed in Chinese, as issued.</remarks>
/// <param name="Blocks">Lines and tables, from top to bottom.</param>
/// <param name="Title">What the document is called: the form's title, and of what it tells.</param>
/// <param name="Author">Who answers for it; the form's title while nobody is named.</param>
public sealed record PrintedForm(Form Form, string Title, string Author, IReadOnlyList<PrintedBlock> Blocks)
{
    /// <summary>What stands large and grey across every page, behind the text, and is no part of it: 草稿. Null: nothing.</summary>
    /// <remarks>In one line, made printable like the answers; blank is nothing.</remarks>
    public string? Watermark
    {
        get;
        init => field = value is not null && Line(value) is { Length: > 0 } line ? line : null;
    }

    /// <summary>By which each page of a submission is known again. Null: it is none.</summary>
    public PrintedMark? Mark { get; init; }

    /// <summary>Height in millimetres of a row that asks for none: room enough to write in by hand.</summary>
    internal const decimal RowHeight = 9;

    /// <summary>Millimetres left free above the words that close a cell, where the row is low.</summary>
    const decimal LeastAboveSeal = 4;

    /// <param name="answers">Fields that are absent show their hint. Values that could not be read are printed as they were written.</param>
    public static PrintedForm Of(Form form, FormAnswers answers)
    {
        var labelled = form.Sheet.OfType<SheetTable>().SelectMany(t => t.Rows).SelectMany(r => r.Cells).SelectMany(c => c.Items)
            .OfType<LabelItem>().Select(l => l.Field.Id).ToHashSet();
        List<PrintedBlock> blocks = [];
        foreach (var part in form.Sheet)
        {
            switch (part)
            {
                case HeadingLine line:
                    blocks.Add(new PrintedLine(line.Heading.Title.Zh, RoleOf(line.Heading, blocks)));
                    break;
                case NoteLines lines:
                    blocks.Add(new PrintedLine(lines.Heading.Title.Zh, LineRole.NotesHeading));
                    blocks.AddRange(form.Notes.Select(n => new PrintedLine($"{n.Number}. {n.Text.Zh}", LineRole.Note)));
                    break;
                case SheetTable table:
                    blocks.Add(new PrintedTable(table.Columns, [.. table.Rows.Select(r => Row(r, answers, labelled))]));
                    break;
            }
        }
        var title = form.Title.Zh;
        var subject = form.Subject is { } named ? answers.Text(named.Id) : null;
        var author = form.Author is { } by ? answers.Text(by.Id) : null;
        return new PrintedForm(form, subject is null ? title : $"{title}：{Line(subject)}", Line(author ?? title), blocks);
    }

    internal static string Line(string text) => string.Join(' ', Paragraphs.Of(text));

    /// <summary>What stands before the title says of what the form is an annex.</summary>
    static LineRole RoleOf(Heading heading, List<PrintedBlock> before) =>
        heading.Id == Heading.TitleId ? LineRole.Title : before.Count == 0 ? LineRole.Annex : LineRole.Heading;

    static PrintedRow Row(SheetRow row, FormAnswers answers, HashSet<string> labelled)
    {
        var height = row.Height ?? RowHeight;
        return new PrintedRow([.. row.Cells.Select(c => Cell(c, height, answers, labelled))], height);
    }

    static PrintedCell Cell(SheetCell cell, decimal height, FormAnswers answers, HashSet<string> labelled)
    {
        var isHeader = cell.Items.Count > 0 && cell.Items.All(i => i is LabelItem or HeadingItem);
        var alone = isHeader || cell.Items.Count == 1;
        List<PrintedParagraph> paragraphs = [];
        var end = false;                                                        // behind the words that close a cell: seal and date
        for (var i = 0; i < cell.Items.Count; i++)
        {
            switch (cell.Items[i])
            {
                case HeadingItem heading:
                    paragraphs.Add(Words(heading.Heading.Title.Zh, Alignment.Center));
                    break;
                case LabelItem { Field: var field } when alone:
                    paragraphs.Add(Words(field.PrintedLabel, Alignment.Center));
                    break;
                case LabelItem { Field: var field } when i + 1 < cell.Items.Count && cell.Items[i + 1] is FieldItem { Field.Kind: not FieldKind.LongText } next:
                    paragraphs.Add(new PrintedParagraph(Alignment.Start, [new PrintedPiece(field.PrintedLabel + "：", null), Piece(next.Field, answers, labelled)]));
                    i++;
                    break;
                case LabelItem { Field: var field }:
                    paragraphs.Add(Words(field.PrintedLabel, Alignment.Start));
                    break;
                case WordsItem words:
                    paragraphs.Add(Words(words.Words, Alignment.End) with { SpaceAbove = end ? 0 : Math.Max(height / 3, LeastAboveSeal) });
                    end = true;
                    break;
                case FieldItem { Field: { Kind: FieldKind.LongText } field }:
                    paragraphs.AddRange(LongText(field, answers));
                    break;
                case FieldItem { Field: var field }:
                    paragraphs.Add(new PrintedParagraph(end ? Alignment.End : alone ? Alignment.Center : Alignment.Start, [Piece(field, answers, labelled)]));
                    break;
            }
        }
        return new PrintedCell(cell.Column, cell.ColumnSpan, cell.RowSpan, isHeader, paragraphs)
        {
            Labels = isHeader ? [.. cell.Items.OfType<LabelItem>().Select(l => l.Field)] : [],
        };
    }

    static PrintedParagraph Words(string text, Alignment alignment) => new(alignment, [new PrintedPiece(text, null)]);

    static IEnumerable<PrintedParagraph> LongText(Field field, FormAnswers answers)
    {
        var lines = answers[field.Id] is { } value ? Paragraphs.Of(value.Written) : [];
        var pieces = lines.Count > 0 ? lines.Select(line => new PrintedPiece(line, field)) : [Placeholder(field, field.Hint?.Zh)];
        return pieces.Select(piece => new PrintedParagraph(Alignment.Start, [piece]) { Indented = true });
    }

    static PrintedPiece Piece(Field field, FormAnswers answers, HashSet<string> labelled)
    {
        var text = answers[field.Id] switch
        {
            null => "",
            DateValue { Date: var date } => Written(date),
            var value => string.Join('\n', Paragraphs.Of(value.Written)),
        };
        if (text.Length > 0)
            return new PrintedPiece(text, field);
        // 年 月 日: the label of a date that stands in no cell of its own, with room to write between
        var pattern = field.Kind is FieldKind.Date && !labelled.Contains(field.Id) ? "　　" + field.Label.Zh.Replace(" ", "　　") : null;
        return Placeholder(field, field.Hint?.Zh ?? pattern);
    }

    static PrintedPiece Placeholder(Field field, string? hint) => new(hint ?? "", field) { IsPlaceholder = true };

    /// <summary>2018年5月3日, as precise as the date.</summary>
    static string Written(PartialDate date) => (date.Month, date.Day) switch
    {
        (null, _) => $"{date.Year}年",
        (_, null) => $"{date.Year}年{date.Month}月",
        _ => $"{date.Year}年{date.Month}月{date.Day}日",
    };
}

/// <summary>A line or a table of the printed form; in a report a chart, too. A closed set.</summary>
public abstract record PrintedBlock;

/// <summary>What a line outside the tables is.</summary>
public enum LineRole
{
    /// <summary>附件2: above the title.</summary>
    Annex,

    Title,

    /// <summary>The title of a part; belongs to the table under it.</summary>
    Heading,

    NotesHeading,

    /// <summary>One numbered note.</summary>
    Note,

    /// <summary>To whom a letter is written.</summary>
    Addressee,

    /// <summary>One paragraph of a letter.</summary>
    Body,

    /// <summary>Who signs a letter, under room for a stamp.</summary>
    Signature,

    /// <summary>The day of a letter; belongs to the signature above it.</summary>
    SignatureDate,

    /// <summary>The title of a part within a chapter of a report; belongs to what follows it, as <see cref="Heading"/> does.</summary>
    Subheading,

    /// <summary>One paragraph of a report.</summary>
    Text,

    /// <summary>What a table is about; belongs to the table under it.</summary>
    Caption,
}

public sealed record PrintedLine(string Text, LineRole Role) : PrintedBlock;

/// <param name="Columns">Widths of the grid's columns, as shares of the table's width.</param>
public sealed record PrintedTable(IReadOnlyList<decimal> Columns, IReadOnlyList<PrintedRow> Rows) : PrintedBlock
{
    /// <summary>How many rows, from the first, are printed again on each further page of the table. No cell reaches from them into others.</summary>
    public int HeadRows { get; init; }
}

/// <param name="Cells">Those that begin in this row, from left to right.</param>
/// <param name="Height">Least height in millimetres.</param>
public sealed record PrintedRow(IReadOnlyList<PrintedCell> Cells, decimal Height);

/// <param name="Column">Where it begins in the grid, from 0.</param>
/// <param name="IsHeader">It says what other cells are about, and holds no answer.</param>
/// <param name="Paragraphs">None in an empty cell.</param>
public sealed record PrintedCell(int Column, int ColumnSpan, int RowSpan, bool IsHeader, IReadOnlyList<PrintedParagraph> Paragraphs)
{
    /// <summary>The fields that it is the label of; none for a heading, and where label and answer share a cell.</summary>
    public IReadOnlyList<Field> Labels { get; init; } = [];

    /// <summary>The fields whose answers or hints it shows.</summary>
    public IEnumerable<Field> Fields => Paragraphs.SelectMany(p => p.Pieces).Select(p => p.Field).OfType<Field>().Distinct();

    /// <summary>It holds a long text, which begins at its top and may go on on the next page.</summary>
    public bool IsLong => Paragraphs.Any(p => p.Indented);

    /// <summary>All its words, paragraphs parted by line feeds.</summary>
    public string Text => string.Join('\n', Paragraphs.Select(p => string.Concat(p.Pieces.Select(x => x.Text))));
}

public enum Alignment
{
    Start,
    Center,
    End,

    /// <summary>At the very end, so that numbers stand under each other.</summary>
    Number,
}

public sealed record PrintedParagraph(Alignment Alignment, IReadOnlyList<PrintedPiece> Pieces)
{
    /// <summary>Its first line begins two characters further in, as the paragraphs of long texts do.</summary>
    public bool Indented { get; init; }

    /// <summary>Millimetres left free above it.</summary>
    public decimal SpaceAbove { get; init; }
}

/// <param name="Text">As <see cref="Paragraphs"/> gives it; a line feed begins a new line. Empty only for a placeholder without hint.</param>
/// <param name="Field">Whose answer or hint it is; null for printed words. The paragraphs of a long text follow each other and bear the same field.</param>
public sealed record PrintedPiece(string Text, Field? Field)
{
    /// <summary>The field is empty; the text is its hint.</summary>
    public bool IsPlaceholder { get; init; }
}
