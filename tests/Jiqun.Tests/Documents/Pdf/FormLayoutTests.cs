using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Documents.Pdf;

/// <summary>Whatever a form's tables are like, and wherever pages break in them: nothing is lost, nothing crosses a border, and it ends.</summary>
public sealed class FormLayoutTests
{
    const float Slack = 0.5f;

    static readonly InstalledFonts Fonts = InstalledFonts.Find().Value!;

    public static TheoryData<int> Hundreds => [.. Enumerable.Range(0, 6)];

    [Theory, MemberData(nameof(Hundreds))]
    public void Any_form_is_laid_out(int hundred)
    {
        using var shaper = new TextShaper(Fonts);
        for (var seed = hundred * 100; seed < (hundred + 1) * 100; seed++)
        {
            var printed = Form(new Random(seed));
            var pages = FormLayout.Of(printed, Fonts, shaper);
            var drawn = pages.SelectMany(p => p.Lines.SkipLast(1)).SelectMany(l => l.Line.Glyphs.Select(g => l.Line.Text[g.Start]));     // the last is the page's number
            Assert.True(Sorted(Words(printed)) == Sorted(drawn), $"seed {seed}: words were lost or doubled");
            foreach (var (number, page) in pages.Index())
                Assert.True(Problem(page) is not { } problem, $"seed {seed}, page {number + 1}: {Problem(page)}");
        }
    }

    static string Sorted(IEnumerable<char> text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)).Order());

    static IEnumerable<char> Words(PrintedForm printed) => printed.Blocks.SelectMany(b => b switch
    {
        PrintedLine line => line.Text,
        PrintedTable table => table.Rows.SelectMany(r => r.Cells).SelectMany(c => c.Text),
        _ => throw new InvalidOperationException(),
    });

    static string? Problem(Page page)
    {
        List<PlacedLine> lines = [.. page.Lines.SkipLast(1)];
        if (lines.Count == 0 && page.Rules.Count == 0)
            return "nothing stands on it";
        if (page.Rules.FirstOrDefault(r => r.Y2 < r.Y1 || r.X2 < r.X1 || r.Y2 > page.Lines[^1].Top) is var wrong && wrong != default)
            return $"{wrong} leaves the page";
        foreach (var line in lines)
        {
            var (top, bottom) = (line.Top + line.Line.SpaceAbove, line.Top + line.Line.Height);
            if (line.Top < 0 || bottom > page.Lines[^1].Top)
                return $"“{line.Line.Text}” leaves the page";
            if (page.Rules.Any(r => r.Y1 == r.Y2 && r.X1 <= line.X && line.X < r.X2 && r.Y1 > top + Slack && r.Y1 < bottom - Slack))
                return $"“{line.Line.Text}” crosses a border";
        }
        foreach (var column in lines.GroupBy(l => l.X))
        {
            var ordered = column.OrderBy(l => l.Top).ToList();
            if (ordered.Zip(ordered.Skip(1)).Any(p => p.First.Top + p.First.Line.Height > p.Second.Top + Slack))
                return "lines overlap";
        }
        return null;
    }

    // ---- forms at random ---------------------------------------------------------------------------------------------------

    static PrintedForm Form(Random dice) => new(Given.Form, "", "", [.. Enumerable.Range(0, dice.Next(1, 6)).Select(_ => Block(dice))]);

    static PrintedBlock Block(Random dice) =>
        dice.Next(3) == 0 ? new PrintedLine(Text(dice, dice.Next(5) == 0 ? 2000 : 60), (LineRole)dice.Next(Enum.GetValues<LineRole>().Length)) : Table(dice);

    static PrintedTable Table(Random dice)
    {
        var (columns, rows) = (dice.Next(1, 5), dice.Next(1, 9));
        var covered = new int[columns];                                // rows that a cell above still covers
        List<PrintedRow> made = [];
        for (var row = 0; row < rows; row++)
        {
            List<PrintedCell> cells = [];
            for (var column = 0; column < columns; column++)
            {
                if (covered[column] > 0)
                    continue;
                var span = 1;
                while (column + span < columns && covered[column + span] == 0 && dice.Next(3) == 0)
                    span++;
                var rowSpan = Math.Min(rows - row, dice.Next(3) == 0 ? dice.Next(1, 5) : 1);
                cells.Add(new PrintedCell(column, span, rowSpan, dice.Next(4) == 0, Paragraphs(dice)));
                covered.AsSpan(column, span).Fill(rowSpan);
                column += span - 1;
            }
            for (var column = 0; column < columns; column++)
                covered[column]--;
            made.Add(new PrintedRow(cells, dice.Next(20) == 0 ? dice.Next(50, 400) : dice.Next(1, 30)));
        }
        return new PrintedTable([.. Enumerable.Range(0, columns).Select(_ => (decimal)dice.Next(1, 5))], made);
    }

    static List<PrintedParagraph> Paragraphs(Random dice)
    {
        var isLong = dice.Next(4) == 0;
        return
        [
            .. from _ in Enumerable.Range(0, dice.Next(0, isLong ? 8 : 3))
               let text = Text(dice, isLong ? 900 : dice.Next(5) == 0 ? 600 : 30)
               select new PrintedParagraph((Alignment)dice.Next(3), [new PrintedPiece(text, null)]) { Indented = isLong, SpaceAbove = dice.Next(6) == 0 ? dice.Next(60) : 0 },
        ];
    }

    static string Text(Random dice, int most) => string.Concat(Enumerable.Range(0, dice.Next(most)).Select(_ => dice.Next(40) == 0 ? '\n' : "产业集群协同创新，。（） abc12"[dice.Next(18)]));
}
