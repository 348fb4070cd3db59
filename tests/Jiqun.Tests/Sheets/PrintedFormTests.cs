using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Sheets;

public sealed class PrintedFormTests
{
    public static TheoryData<string> Both => Given.Both;

    static IEnumerable<PrintedCell> Cells(PrintedForm printed) => printed.Blocks.OfType<PrintedTable>().SelectMany(t => t.Rows).SelectMany(r => r.Cells);

    static IEnumerable<PrintedPiece> Pieces(PrintedBlock block) => block switch
    {
        PrintedLine line => [new PrintedPiece(line.Text, null)],
        PrintedTable table => table.Rows.SelectMany(r => r.Cells).SelectMany(c => c.Paragraphs).SelectMany(p => p.Pieces),
        _ => throw new InvalidOperationException($"{block}"),
    };

    /// <summary>The words of the definition, in the order of its sheet.</summary>
    static IEnumerable<string?> Words(Form form) => form.Sheet.SelectMany(part => part switch
    {
        HeadingLine line => [line.Heading.Title.Zh],
        NoteLines notes => form.Notes.Select(n => $"{n.Number}. {n.Text.Zh}").Prepend(notes.Heading.Title.Zh),
        SheetTable table => table.Rows.SelectMany(r => r.Cells).SelectMany(c => c.Items).Select(item => item switch
        {
            HeadingItem heading => heading.Heading.Title.Zh,
            LabelItem label => label.Field.PrintedLabel,
            WordsItem words => words.Words,
            FieldItem { Field: { Hint: null, Kind: FieldKind.Date } date } when !IsLabelled(form, date) => date.Label.Zh,
            FieldItem field => field.Field.Hint?.Zh,
            _ => throw new InvalidOperationException($"{item}"),
        }),
        _ => throw new InvalidOperationException($"{part}"),
    });

    static bool IsLabelled(Form form, Field field) =>
        form.Sheet.OfType<SheetTable>().SelectMany(t => t.Rows).SelectMany(r => r.Cells).SelectMany(c => c.Items).Any(i => i is LabelItem label && label.Field == field);

    [Theory, MemberData(nameof(Both))]
    public void Every_word_of_the_definition_is_printed_once_and_in_order(string id)
    {
        var form = Given.Forms.Find(id)!;
        var printed = PrintedForm.Of(form, FormAnswers.Of()).Blocks.SelectMany(Pieces).Select(p => p.Text.TrimEnd('：')).Where(t => t.Length > 0);
        Assert.Equal(
            Words(form).OfType<string>(),
            printed.Select(t => string.Join(' ', t.Split('　', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory, MemberData(nameof(Both))]
    public void Every_answer_is_printed_once_in_its_place(string id)
    {
        var form = Given.Forms.Find(id)!;
        var answers = FormAnswers.Of(form.Fields.Select((f, i) => (f.Id, (Value)new TextValue($"〔{i}〕"))));
        var printed = PrintedForm.Of(form, answers).Blocks.SelectMany(Pieces).Where(p => p.Field is not null).ToList();
        Assert.Equal(form.Fields.Count, printed.Count);
        Assert.All(form.Fields.Index(), f => Assert.Equal($"〔{f.Index}〕", printed.Single(p => p.Field == f.Item).Text));
        Assert.DoesNotContain(printed, p => p.IsPlaceholder);
    }

    [Theory, MemberData(nameof(Both))]
    public void Cells_tile_their_table(string id)
    {
        foreach (var table in PrintedForm.Of(Given.Forms.Find(id)!, FormAnswers.Of()).Blocks.OfType<PrintedTable>())
        {
            var places = from row in table.Rows.Index()
                         from cell in row.Item.Cells
                         from r in Enumerable.Range(row.Index, cell.RowSpan)
                         from c in Enumerable.Range(cell.Column, cell.ColumnSpan)
                         select (r, c);
            Assert.Equal(from r in Enumerable.Range(0, table.Rows.Count) from c in Enumerable.Range(0, table.Columns.Count) select (r, c), places.Order());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public void Labels_stand_in_headers_and_answers_do_not(string id)
    {
        var printed = PrintedForm.Of(Given.Forms.Find(id)!, Given.Answers(Given.Forms.Find(id)!, SampleAnswers.Of(Given.Forms.Find(id)!, 1)));
        Assert.All(Cells(printed).Where(c => c.IsHeader), c => Assert.Empty(c.Fields));
        Assert.All(Cells(printed).Where(c => c.Labels.Count > 0), c => Assert.True(c.IsHeader && c.Text == string.Join('\n', c.Labels.Select(f => f.PrintedLabel))));
    }

    [Theory]
    [InlineData(2018, null, null, "2018年")]
    [InlineData(2018, 5, null, "2018年5月")]
    [InlineData(2018, 5, 3, "2018年5月3日")]
    public void Dates_are_printed_as_precise_as_they_are(int year, int? month, int? day, string printed)
    {
        var form = PrintedForm.Of(Given.Form, FormAnswers.Of(("organisation.founded", new DateValue(new PartialDate(year, month, day)))));
        Assert.Equal($"集群发展促进组织成立时间：{printed}", Cells(form).Single(c => c.Fields.Any(f => f.Id == "organisation.founded")).Text);
    }

    [Fact]
    public void A_long_text_keeps_its_paragraphs_and_what_cannot_be_read_is_printed_as_written()
    {
        var form = PrintedForm.Of(Given.Form, FormAnswers.Of(
            ("overview.narrative", new TextValue("甲\n\n 乙 \r\n丙")), ("indicators.output", new UnreadableValue("较高")), ("cluster.name", new TextValue("一\n二"))));
        Assert.Equal("甲\n乙\n丙", Cells(form).Single(c => c.Fields.Any(f => f.Id == "overview.narrative")).Text);
        Assert.Equal(3, Cells(form).Single(c => c.Fields.Any(f => f.Id == "overview.narrative")).Paragraphs.Count);
        Assert.Equal("较高", Cells(form).Single(c => c.Fields.Any(f => f.Id == "indicators.output")).Text);
        Assert.Equal("一\n二", Assert.Single(Cells(form).Single(c => c.Fields.Any(f => f.Id == "cluster.name")).Paragraphs).Pieces[0].Text);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(" \n\t", null)]
    [InlineData("\u00AD", null)]
    [InlineData(" 草稿 ", "草稿")]
    [InlineData("草\n稿\u0001", "草 稿␁")]
    public void A_watermark_is_one_line_that_can_be_printed(string? given, string? shown) =>
        Assert.Equal(shown, (PrintedForm.Of(Given.Form, FormAnswers.Of()) with { Watermark = given }).Watermark);
}
