using System.Globalization;
using System.Text;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Pdf;

/// <summary>Draws a printed form, receipt, letter or report as PDF: A4 pages, fonts embedded, text that can be searched. Safe for use by several threads at once.</summary>
/// <remarks>The same form, receipt, letter or report with the same fonts gives the same bytes.</remarks>
public sealed class PdfWriter(InstalledFonts fonts)
{
    const float RuleWidth = 0.6f;

    /// <returns>Characters that no installed font has; their code points are drawn instead, and they can still be searched.</returns>
    public IReadOnlyList<Rune> Write(PrintedForm printed, Stream to)
    {
        using var shaper = new TextShaper(fonts);
        return Write(FormLayout.Of(printed, fonts, shaper), printed.Title, printed.Author, printed.Mark, shaper, to);
    }

    /// <returns>As for a form.</returns>
    /// <exception cref="QRCoder.Exceptions.DataTooLongException">The text of the code is longer than a QR code holds.</exception>
    public IReadOnlyList<Rune> Write(PrintedReceipt receipt, Stream to)
    {
        using var shaper = new TextShaper(fonts);
        return Write(FormLayout.Of(receipt, fonts, shaper), receipt.Title, author: null, mark: null, shaper, to);
    }

    /// <returns>As for a form.</returns>
    public IReadOnlyList<Rune> Write(PrintedLetter letter, Stream to)
    {
        using var shaper = new TextShaper(fonts);
        return Write(FormLayout.Of(letter, fonts, shaper), letter.Name, letter.Organisation, mark: null, shaper, to);
    }

    /// <param name="step">Called after each of <see cref="PrintedReport.Steps"/>, from the thread that writes; what it throws ends the writing.</param>
    /// <returns>As for a form.</returns>
    public IReadOnlyList<Rune> Write(PrintedReport report, Stream to, Action? step = null)
    {
        using var shaper = new TextShaper(fonts);
        return Write(FormLayout.Of(report, fonts, shaper, step), report.Title, report.Author, mark: null, shaper, to, report.Language);
    }

    static IReadOnlyList<Rune> Write(List<Page> pages, string title, string? author, PrintedMark? mark, TextShaper shaper, Stream to, string language = "zh-CN")
    {
        var embedded = new Dictionary<Typeface, EmbeddedFont>(ReferenceEqualityComparer.Instance);
        List<List<Span>> drawn = [.. pages.Select(p => p.Lines.SelectMany(l => Use(l, embedded, shaper)).ToList())];
        List<List<Span>> watermarks = [.. pages.Select(p => p.Watermark is { } w ? Use(w, embedded, shaper, isText: false) : [])];
        foreach (var font in embedded.Values)
            font.Make();

        var pdf = new PdfFile(to);
        var catalog = pdf.Reserve();
        var tree = pdf.Reserve();
        var resources = pdf.Reserve();
        List<int> numbers = [];
        for (var i = 0; i < pages.Count; i++)
        {
            var content = pdf.AddStream(Encoding.Latin1.GetBytes(Content(pages[i], drawn[i], watermarks[i])));
            numbers.Add(pdf.Add(Invariant(
                $"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {FormLayout.PageWidth} {FormLayout.PageHeight}]/Resources {resources} 0 R/Contents {content} 0 R>>")));
        }
        pdf.Add(resources, $"<</Font<<{string.Concat(embedded.Values.Select(f => f.Write(pdf)))}>>>>");
        pdf.Add(tree, Invariant($"<</Type/Pages/Count {pages.Count}/Kids[{string.Join(' ', numbers.Select(n => $"{n} 0 R"))}]>>"));
        pdf.Add(catalog, Invariant($"<</Type/Catalog/Pages {tree} 0 R/Lang({language}){Outline(pages, numbers, pdf)}/ViewerPreferences<</DisplayDocTitle true>>>>"));
        var info = pdf.Add($"<</Title{PdfFile.Text(title)}{(author is null ? "" : $"/Author{PdfFile.Text(author)}")}{(mark is null ? "" : $"/JiqunSubmission({mark.Digest})")}/Creator(Jiqun)/Producer(Jiqun)>>");
        pdf.Complete(catalog, info);
        return [.. pages.SelectMany(p => p.Watermark is { } w ? p.Lines.Append(w) : p.Lines).SelectMany(l => l.Line.Glyphs).Where(g => g.Face is null).Select(g => new Rune(g.Id)).Distinct()];
    }

    /// <summary>The titles that lead to their places, in two levels.</summary>
    /// <param name="numbers">Of the pages' objects.</param>
    /// <returns>Entry of the catalog; empty where there are no titles.</returns>
    /// <remarks>Source: ISO 32000-1 §12.3.3.</remarks>
    static string Outline(List<Page> pages, List<int> numbers, PdfFile pdf)
    {
        List<(int Number, string Title, string Place, List<(int Number, string Title, string Place)> Within)> chapters = [];
        foreach (var (i, page) in pages.Index())
        {
            foreach (var (title, isWithin, top) in page.Marks)
            {
                var place = Invariant($"[{numbers[i]} 0 R/XYZ 0 {FormLayout.PageHeight - top:0.##} 0]");
                if (isWithin && chapters.Count > 0)
                    chapters[^1].Within.Add((pdf.Reserve(), title, place));
                else
                    chapters.Add((pdf.Reserve(), title, place, []));
            }
        }
        if (chapters.Count == 0)
            return "";
        var root = pdf.Reserve();
        pdf.Add(root, Invariant($"<</Type/Outlines/First {chapters[0].Number} 0 R/Last {chapters[^1].Number} 0 R/Count {chapters.Count}>>"));
        foreach (var (i, (number, title, place, within)) in chapters.Index())
        {
            var inside = within.Count == 0 ? "" : Invariant($"/First {within[0].Number} 0 R/Last {within[^1].Number} 0 R/Count {-within.Count}");       // below 0: folded up
            Item(number, title, place, root, i > 0 ? chapters[i - 1].Number : null, i + 1 < chapters.Count ? chapters[i + 1].Number : null, inside);
            foreach (var (j, part) in within.Index())
                Item(part.Number, part.Title, part.Place, number, j > 0 ? within[j - 1].Number : null, j + 1 < within.Count ? within[j + 1].Number : null, "");
        }
        return Invariant($"/Outlines {root} 0 R/PageMode/UseOutlines");

        void Item(int number, string title, string place, int parent, int? before, int? after, string inside) => pdf.Add(number, Invariant(
            $"<</Title{PdfFile.Text(title)}/Parent {parent} 0 R{(before is null ? "" : $"/Prev {before} 0 R")}{(after is null ? "" : $"/Next {after} 0 R")}{inside}/Dest{place}>>"));
    }

    /// <summary>Glyphs of one font that follow each other on a line.</summary>
    /// <param name="Text">What they show together, when not each shows its own: empty when the span before says it; null otherwise.</param>
    sealed record Span(EmbeddedFont Font, int Layer, float Size, float X, float Y, bool IsHint, string? Text, List<(uint Glyph, float Advance, float Shift)> Glyphs);

    /// <param name="isText">False: it is only to be seen, and neither found nor read aloud.</param>
    static List<Span> Use(PlacedLine placed, Dictionary<Typeface, EmbeddedFont> embedded, TextShaper shaper, bool isText = true)
    {
        var line = placed.Line;
        List<Span> spans = [];
        var x = placed.X + line.Left;
        for (var i = 0; i < line.Glyphs.Length;)
        {
            var from = i;
            var glyph = line.Glyphs[i++];
            while (i < line.Glyphs.Length && line.Glyphs[i].Start == glyph.Start)
                i++;
            var cluster = line.Glyphs.AsSpan(from, i - from);
            var text = line.Text.AsSpan(glyph.Start, glyph.End - glyph.Start);
            var isHint = glyph.Start >= line.PlaceholderFrom;
            var together = !isText ? "" : glyph.Face is null || cluster.Length > 1 ? text.ToString() : null;
            var ownFrom = spans.Count;
            foreach (var each in glyph.Face is null ? shaper.Spelt(glyph.Id) : cluster)
            {
                var font = FontOf(embedded, each.Face!);
                var layer = font.Use(each.Id, together is null ? text : []);
                var size = glyph.Face is null ? line.Size * TextShaper.CodeSize : line.Size;
                var y = placed.Baseline - (each.Y * line.Size);
                var goesOn = spans.Count > 0 && spans[^1] is var last && (last.Font, last.Layer, last.Size, last.Y, last.IsHint) == (font, layer, size, y, isHint)
                    && (together is null ? last.Text is null : spans.Count > ownFrom);
                if (!goesOn)
                    spans.Add(new Span(font, layer, size, x, y, isHint, spans.Count > ownFrom ? "" : together, []));
                spans[^1].Glyphs.Add((each.Id, each.Advance, each.X));
                x += each.Advance * size;
            }
            if (line.Gap > 0 && i < line.Glyphs.Length)
            {
                var (id, advance, shift) = spans[^1].Glyphs[^1];
                spans[^1].Glyphs[^1] = (id, advance + (line.Gap / spans[^1].Size), shift);
                x += line.Gap;
            }
        }
        return spans;
    }

    static EmbeddedFont FontOf(Dictionary<Typeface, EmbeddedFont> embedded, Typeface face)
    {
        if (!embedded.TryGetValue(face, out var font))
            embedded[face] = font = new EmbeddedFont(face, embedded.Count + 1);
        return font;
    }

    static string Content(Page page, List<Span> spans, List<Span> watermark)
    {
        var to = new StringBuilder(spans.Count * 64);
        if (watermark.Count > 0)
            AddWatermark(to, watermark);
        if (page.Code is { } code)
            AddCode(to, code);
        AddFills(to, page.Fills);
        to.Append(CultureInfo.InvariantCulture, $"{RuleWidth} w\n");
        foreach (var rule in page.Rules)
            to.Append(CultureInfo.InvariantCulture, $"{rule.X1:0.##} {FormLayout.PageHeight - rule.Y1:0.##} m {rule.X2:0.##} {FormLayout.PageHeight - rule.Y2:0.##} l\n");
        if (page.Rules.Count > 0)
            to.Append("S\n");
        AddText(to, spans);
        return to.ToString();
    }

    /// <summary>First of all, so that it lies behind the rest.</summary>
    static void AddWatermark(StringBuilder to, List<Span> spans)
    {
        const float x = FormLayout.PageWidth / 2, y = FormLayout.PageHeight / 2;
        var (sin, cos) = MathF.SinCos(Watermark.Angle * MathF.PI / 180);
        to.Append(CultureInfo.InvariantCulture, $"/Artifact<</Type/Pagination/Subtype/Watermark>>BDC\nq\n{Watermark.Grey} g\n")
            .Append(CultureInfo.InvariantCulture, $"{cos:0.####} {sin:0.####} {-sin:0.####} {cos:0.####} {x - (x * cos) + (y * sin):0.##} {y - (x * sin) - (y * cos):0.##} cm\n");
        AddText(to, spans);
        to.Append("Q\nEMC\n");
    }

    /// <summary>Modules that touch in a row make one rectangle; all are filled at once, so that no seams are seen between them.</summary>
    static void AddCode(StringBuilder to, PlacedCode code)
    {
        to.Append(CultureInfo.InvariantCulture, $"q\n{code.Module} 0 0 -{code.Module} {code.X:0.##} {FormLayout.PageHeight - code.Top:0.##} cm\n");
        for (var row = 0; row < code.Modules.Count; row++)
        {
            var modules = code.Modules[row];
            for (var i = 0; i < modules.Count; i++)
            {
                var from = i;
                while (i < modules.Count && modules[i])
                    i++;
                if (i > from)
                    to.Append(CultureInfo.InvariantCulture, $"{from} {row} {i - from} 1 re\n");
            }
        }
        to.Append("f\nQ\n");
    }

    static void AddFills(StringBuilder to, List<Fill> fills)
    {
        foreach (var colour in fills.GroupBy(f => f.Colour))
        {
            to.Append(CultureInfo.InvariantCulture, $"{((colour.Key >> 16) & 255) / 255f:0.###} {((colour.Key >> 8) & 255) / 255f:0.###} {(colour.Key & 255) / 255f:0.###} rg\n");
            foreach (var fill in colour)
                to.Append(CultureInfo.InvariantCulture, $"{fill.X:0.##} {FormLayout.PageHeight - fill.Top - fill.Height:0.##} {fill.Width:0.##} {fill.Height:0.##} re\n");
            to.Append("f\n");
        }
        if (fills.Count > 0)
            to.Append("0 g\n");
    }

    static void AddText(StringBuilder to, List<Span> spans)
    {
        to.Append("BT\n");
        var (font, hint) = ("", false);
        foreach (var span in spans)
        {
            if (span.IsHint != hint)
                to.Append((hint = span.IsHint) ? "0.45 g\n" : "0 g\n");
            if (string.Create(CultureInfo.InvariantCulture, $"/{span.Font.Resource(span.Layer)} {span.Size:0.##} Tf\n") is var own && own != font)
                to.Append(font = own);
            if (span.Text is not null)
                to.Append(CultureInfo.InvariantCulture, $"/Span<</ActualText{PdfFile.Text(span.Text)}>>BDC\n");
            to.Append(CultureInfo.InvariantCulture, $"1 0 0 1 {span.X:0.##} {FormLayout.PageHeight - span.Y:0.##} Tm[<");
            var (pen, wanted) = (0f, 0f);                              // where the next glyph would stand, and where it should: thousandths of the size
            foreach (var (glyph, advance, shift) in span.Glyphs)
            {
                var back = pen - wanted - (shift * 1000);
                if (MathF.Abs(back) >= 0.5f)
                {
                    to.Append(CultureInfo.InvariantCulture, $">{back:0.#}<");
                    pen -= back;
                }
                to.Append(CultureInfo.InvariantCulture, $"{span.Font.Code(glyph):X4}");
                pen += span.Font.Width(glyph);
                wanted += advance * 1000;
            }
            to.Append(">]TJ\n");
            if (span.Text is not null)
                to.Append("EMC\n");
        }
        to.Append("ET\n");
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
