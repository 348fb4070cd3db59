using System.Diagnostics;
using System.Globalization;
using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using PdfPage = UglyToad.PdfPig.Content.Page;

namespace Jiqun.Tests.Documents;

/// <summary>Reads a PDF back from what is drawn: borders give the cells, and letters stand in them.</summary>
static class DrawnPdf
{
    /// <summary>Tables are drawn down to here when they go on on the next page; only the page number stands below.</summary>
    const double Bottom = 22 * 72 / 25.4;

    const double Near = 0.05;

    /// <summary>A border as drawn.</summary>
    public readonly record struct Border(double X1, double Y1, double X2, double Y2)
    {
        public bool IsUpright => X1 == X2;

        /// <summary>A hundredth of a point is given for rounding.</summary>
        public bool Crosses(PdfRectangle box) => IsUpright
            ? X1 > box.Left + 0.01 && X1 < box.Right - 0.01 && Y1 < box.Top - 0.01 && Y2 > box.Bottom + 0.01
            : Y1 > box.Bottom + 0.01 && Y1 < box.Top - 0.01 && X1 < box.Right - 0.01 && X2 > box.Left + 0.01;
    }

    /// <summary>Lines that are drawn; what is filled has none.</summary>
    public static List<Border> Borders(PdfPage page) =>
    [
        .. from path in page.Paths
           where path.IsStroked
           from part in path
           from line in part.Commands.OfType<PdfSubpath.Line>()
           select new Border(Math.Min(line.From.X, line.To.X), Math.Min(line.From.Y, line.To.Y), Math.Max(line.From.X, line.To.X), Math.Max(line.From.Y, line.To.Y)),
    ];

    public static DrawnForm Read(byte[] file)
    {
        using var pdf = PdfDocument.Open(file);
        List<DrawnBlock> blocks = [];
        var (goesOn, isCut) = (false, false);                            // the last table reaches the page's end; its last row does not end there
        foreach (var page in pdf.GetPages())
        {
            var borders = Borders(page);
            var letters = page.Letters.Where(l => l.StartBaseLine.Y > Bottom).ToList();
            var tables = Stretches(borders);
            var outside = letters.Where(l => !tables.Exists(t => t.Bottom <= l.StartBaseLine.Y && l.StartBaseLine.Y <= t.Top)).ToLookup(l => Math.Round(l.StartBaseLine.Y, 1));
            var parts = outside.Select(l => (Y: l.Key, Block: (DrawnBlock)new DrawnLine(TextOf(l))))
                .Concat(tables.Select(t => (Y: t.Top, Block: (DrawnBlock)Table(borders.FindAll(b => b.Y1 >= t.Bottom - Near && b.Y2 <= t.Top + Near), letters))))
                .OrderByDescending(p => p.Y).ToList();
            foreach (var (i, (_, block)) in parts.Index())
            {
                if (i == 0 && goesOn && block is DrawnTable next)
                    blocks[^1] = Joined((DrawnTable)blocks[^1], next, isCut);
                else
                    blocks.Add(block);
            }
            goesOn = parts is [.., (_, DrawnTable)];
            isCut = goesOn && Math.Abs(tables.Min(t => t.Bottom) - Bottom) < Near;
        }
        return new DrawnForm(blocks, TellsHeaders: false, TellsParagraphs: false);
    }

    /// <summary>Where the page's tables stand.</summary>
    static List<(double Bottom, double Top)> Stretches(List<Border> borders)
    {
        List<(double Bottom, double Top)> stretches = [];
        foreach (var border in borders.Where(b => b.IsUpright).OrderBy(b => b.Y1))
        {
            if (stretches.Count > 0 && border.Y1 <= stretches[^1].Top + Near)
                stretches[^1] = (stretches[^1].Bottom, Math.Max(stretches[^1].Top, border.Y2));
            else
                stretches.Add((border.Y1, border.Y2));
        }
        return stretches;
    }

    static DrawnTable Table(List<Border> borders, List<Letter> letters)
    {
        var (upright, level) = (borders.FindAll(b => b.IsUpright), borders.FindAll(b => !b.IsUpright));
        var xs = Distinct(upright.Select(b => b.X1).Order());
        var ys = Distinct(level.Select(b => b.Y1).OrderDescending());
        var taken = new bool[xs.Count - 1, ys.Count - 1];
        List<List<DrawnCell>> rows = [];
        for (var row = 0; row < ys.Count - 1; row++)
        {
            rows.Add([]);
            for (var column = 0; column < xs.Count - 1; column++)
            {
                if (taken[column, row])
                    continue;
                var (right, below) = (column + 1, row + 1);
                while (!upright.Exists(b => Math.Abs(b.X1 - xs[right]) < Near && Covers(b.Y1, b.Y2, ys[row], ys[row + 1])))
                    right++;
                while (!level.Exists(b => Math.Abs(b.Y1 - ys[below]) < Near && Covers(b.X1, b.X2, xs[column], xs[column + 1])))
                    below++;
                for (var i = column; i < right; i++)
                {
                    for (var j = row; j < below; j++)
                        taken[i, j] = true;
                }
                var inside = letters.Where(l => l.StartBaseLine.X >= xs[column] && l.StartBaseLine.X < xs[right] && l.StartBaseLine.Y < ys[row] && l.StartBaseLine.Y > ys[below]);
                rows[^1].Add(new DrawnCell(Share(column), Share(right) - Share(column), below - row, false, TextOf(inside)));
            }
        }
        return new DrawnTable(rows);

        // columns by where they stand, in thousandths of the width: a part of a table need not show them all
        int Share(int edge) => (int)Math.Round((xs[edge] - xs[0]) / (xs[^1] - xs[0]) * 1000);
    }

    /// <summary>The same table on the next page. A row that was cut goes on in the first there.</summary>
    static DrawnTable Joined(DrawnTable first, DrawnTable next, bool isCut)
    {
        if (!isCut)
            return new DrawnTable([.. first.Rows, .. next.Rows]);
        var cut = first.Rows[^1].Zip(next.Rows[0], (a, b) => a with { Text = a.Text + b.Text }).ToList();
        return new DrawnTable([.. first.Rows.SkipLast(1), cut, .. next.Rows.Skip(1)]);
    }

    static bool Covers(double from, double to, double one, double other) => from <= (one + other) / 2 && (one + other) / 2 <= to;

    static List<double> Distinct(IEnumerable<double> ordered)
    {
        List<double> distinct = [];
        foreach (var value in ordered)
        {
            if (distinct.Count == 0 || Math.Abs(value - distinct[^1]) > Near)
                distinct.Add(value);
        }
        return distinct;
    }

    /// <summary>How often each character stands in a text; blanks and what is never seen left out, since readers differ on them.</summary>
    public static string Characters(string text) => string.Join('\n', text.EnumerateRunes().Where(IsVisible).GroupBy(r => r).OrderBy(g => g.Key).Select(g => $"{g.Key}×{g.Count()}"));

    /// <summary>As poppler finds it, in the order in which it is drawn.</summary>
    public static string PlainText(byte[] pdf) => Run("pdftotext", pdf, "-raw");

    /// <summary>What a program of poppler says of a PDF.</summary>
    public static string Run(string program, byte[] pdf, params string[] options)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, pdf);
            var start = new ProcessStartInfo(program, program == "pdftotext" ? [.. options, file, "-"] : [.. options, file]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static IEnumerable<Letter> Visible(PdfPage page) => page.Letters.Where(l => l.Value.EnumerateRunes().Any(IsVisible));

    static bool IsVisible(Rune r) =>
        Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && !(r.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0000 and <= 0xE0FFF);

    static string TextOf(IEnumerable<Letter> letters) =>
        string.Concat(letters.OrderByDescending(l => Math.Round(l.StartBaseLine.Y, 1)).ThenBy(l => l.StartBaseLine.X).Select(l => l.Value));
}
