using System.Globalization;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Html;

/// <summary>Draws the printed form as accessible HTML: a page that prints like the official form, or the sheet alone, to stand in another page.</summary>
/// <remarks>Each answer or hint is an element with the field's id as <c>data-field</c>, one for each paragraph; hints bear the class <c>sheet-hint</c>.</remarks>
public static class HtmlWriter
{
    /// <summary>The style sheet of the fragment. Everything in it is about <c>.sheet</c>, but for the size of the paper.</summary>
    public const string Style = """
        @page { size: A4; margin: 20mm 18mm; }
        .sheet { box-sizing: border-box; max-width: 174mm; margin: 0 auto; color: #000; background: #fff;
          font: 12pt/1.5 FangSong, STFangsong, 仿宋, 仿宋_GB2312, "Noto Serif CJK SC", SimSun, 宋体, serif; }
        .sheet h1, .sheet h2, .sheet h3, .sheet p, .sheet ol { margin: 0; }
        .sheet h1 { margin: 4mm 0; text-align: center; font: normal 18pt/1.4 SimHei, 黑体, STHeiti, "Noto Sans CJK SC", sans-serif; }
        .sheet h2, .sheet h3, .sheet-annex { font: 14pt/1.6 SimHei, 黑体, STHeiti, "Noto Sans CJK SC", sans-serif; break-after: avoid; }
        .sheet h2 { margin: 4mm 0 2mm; }
        .sheet h3 { margin: 3mm 0 1mm; font-size: 12pt; }
        .sheet-notes { padding: 0; list-style: none; font-size: 10.5pt; }
        .sheet table { width: 100%; margin: 0 0 4mm; border-collapse: collapse; table-layout: fixed; font-size: 10.5pt; }
        .sheet th, .sheet td { padding: 1mm 1.5mm; border: 0.75pt solid #000; vertical-align: middle; overflow-wrap: anywhere; }
        .sheet th { font-weight: normal; font-family: SimSun, 宋体, STSong, "Noto Serif CJK SC", serif; }
        .sheet tr { break-inside: avoid; }
        .sheet .sheet-long { break-inside: auto; font-size: 12pt; }
        .sheet-long td { vertical-align: top; }
        .sheet-center { text-align: center; }
        .sheet .sheet-end { padding-right: 2em; text-align: right; break-before: avoid; }
        .sheet-indented { text-indent: 2em; }
        .sheet bdi { white-space: pre-wrap; }
        .sheet-hint { color: #666; }
        """;

    /// <summary>What a fragment with a watermark needs besides <see cref="Style"/>: in the middle of what is seen of the sheet, and of each page on paper.</summary>
    public static string WatermarkStyle { get; } = string.Create(CultureInfo.InvariantCulture, $$"""
        .sheet { position: relative; isolation: isolate; }
        .sheet-watermark { position: absolute; inset: 0; z-index: -1; overflow: clip; }
        .sheet-watermark::before { content: attr(data-text); display: block; position: sticky; top: calc(50vh - 0.5em); line-height: 1; text-align: center; white-space: nowrap;
          transform: rotate({{-Watermark.Angle}}deg); font-family: SimHei, 黑体, STHeiti, "Noto Sans CJK SC", sans-serif; color: rgb(0 0 0 / {{1 - Watermark.Grey:0.##}}); print-color-adjust: exact; }
        @media print { .sheet-watermark { position: fixed; } }
        """);

    /// <summary>A whole page, which needs nothing beside it and runs nothing.</summary>
    public static void Write(PrintedForm printed, TextWriter to)
    {
        to.Write($$"""
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="author" content="{{Encoded(printed.Author)}}">
            <title>{{Encoded(printed.Title)}}</title>
            <style>
            {{(printed.Watermark is null ? Style : $"{Style}\n{WatermarkStyle}")}}
            @media screen { body { margin: 8mm; } }
            </style>
            </head>
            <body>
            <main>

            """);
        WriteSheet(printed, to);
        to.Write("</main>\n</body>\n</html>\n");
    }

    /// <summary>The headings, tables and notes.</summary>
    /// <param name="prefix">Begins the ids; another one for each sheet that stands in the same page.</param>
    public static void WriteSheet(PrintedForm printed, TextWriter to, string prefix = "sheet")
    {
        to.Write("<div class=\"sheet\" lang=\"zh-CN\">\n");
        if (printed.Watermark is { } watermark)
            to.Write($"<div class=\"sheet-watermark\" aria-hidden=\"true\" data-text=\"{Encoded(watermark)}\" style=\"font-size: {Number((decimal)Watermark.Measure(watermark).Size)}pt\"></div>\n");
        string? title = null;                                                   // id of the heading to which the next table belongs
        var inNotes = false;
        for (var i = 0; i < printed.Blocks.Count; i++)
        {
            var id = Encoded($"{prefix}-{i + 1}");
            var isNote = printed.Blocks[i] is PrintedLine { Role: LineRole.Note };
            if (isNote != inNotes)
                to.Write(isNote ? $"<ol class=\"sheet-notes\" aria-labelledby=\"{title}\">\n" : "</ol>\n");
            inNotes = isNote;
            switch (printed.Blocks[i])
            {
                case PrintedLine { Role: var role, Text: var text }:
                    to.Write(role switch
                    {
                        LineRole.Annex => $"<p class=\"sheet-annex\">{Encoded(text)}</p>\n",
                        LineRole.Title => $"<h1 id=\"{id}\">{Encoded(text)}</h1>\n",
                        LineRole.Heading => $"<h2 id=\"{id}\">{Encoded(text)}</h2>\n",
                        LineRole.NotesHeading or LineRole.Subheading => $"<h3 id=\"{id}\">{Encoded(text)}</h3>\n",
                        LineRole.Note => $"<li>{Encoded(text)}</li>\n",
                        LineRole.Addressee or LineRole.Caption => $"<p>{Encoded(text)}</p>\n",
                        LineRole.Body or LineRole.Text => $"<p class=\"sheet-indented\">{Encoded(text)}</p>\n",
                        LineRole.Signature or LineRole.SignatureDate => $"<p class=\"sheet-end\">{Encoded(text)}</p>\n",
                    });
                    if (role is LineRole.Title or LineRole.Heading or LineRole.NotesHeading)
                        title = id;
                    break;
                case PrintedTable table:
                    WriteTable(table, id, title, to);
                    break;
            }
        }
        to.Write(inNotes ? "</ol>\n</div>\n" : "</div>\n");
    }

    /// <param name="title">Id of the heading to which the table belongs; null when there is none.</param>
    static void WriteTable(PrintedTable table, string id, string? title, TextWriter to)
    {
        var whole = table.Columns.Sum();
        to.Write(title is null ? "<table>\n" : $"<table aria-labelledby=\"{title}\">\n");
        to.Write($"<colgroup>{string.Concat(table.Columns.Select(c => $"<col style=\"width: {Number(c / whole * 100)}%\">"))}</colgroup>\n<tbody>\n");
        List<Header> headers = [];
        for (var r = 0; r < table.Rows.Count; r++)
        {
            var row = table.Rows[r];
            headers.AddRange(row.Cells.Where(c => c.IsHeader).Select(c => new Header($"{id}-{r + 1}-{c.Column + 1}", r, c)));
            var isLong = row.Cells.Any(c => c.IsLong);
            to.Write($"<tr{(isLong ? " class=\"sheet-long\"" : "")} style=\"height: {Number(row.Height)}mm\">\n");
            foreach (var cell in row.Cells)
            {
                var spans = $"{Attribute("colspan", cell.ColumnSpan)}{Attribute("rowspan", cell.RowSpan)}";
                if (headers.Find(h => ReferenceEquals(h.Cell, cell)) is { } header)
                {
                    // it speaks of what is under it, else of what is beside it
                    var scope = row.Cells.All(c => c.IsHeader) ? "col" : "row";
                    to.Write($"<th id=\"{header.Id}\" scope=\"{scope}\"{spans}>{Content(cell)}</th>\n");
                }
                else
                {
                    var ids = string.Join(' ', HeadersOf(cell, r, headers, table.Columns.Count).Select(h => h.Id));
                    to.Write($"<td{(ids.Length > 0 ? $" headers=\"{ids}\"" : "")}{spans}>{Content(cell)}</td>\n");
                }
            }
            to.Write("</tr>\n");
        }
        to.Write("</tbody>\n</table>\n");
    }

    /// <param name="Row">In which its cell begins.</param>
    sealed record Header(string Id, int Row, PrintedCell Cell);

    /// <summary>What says what an answer is about, from the outermost: the heading across the table above it, the groups at its left, its label.</summary>
    /// <param name="headers">Those down to its row.</param>
    static IEnumerable<Header> HeadersOf(PrintedCell cell, int row, List<Header> headers, int columns)
    {
        if (!cell.Fields.Any())
            return [];
        var above = headers.FindLast(h => h.Cell.ColumnSpan == columns && h.Cell.Labels.Count == 0);
        return headers.Where(h => h == above || IsGroup(h) || h.Cell.Labels.Intersect(cell.Fields).Any());

        bool IsGroup(Header h) => h.Cell.RowSpan > 1 && h.Cell.Column < cell.Column && row + cell.RowSpan <= h.Row + h.Cell.RowSpan;
    }

    static string Content(PrintedCell cell) => string.Concat(cell.Paragraphs.Select(paragraph =>
    {
        var alignment = paragraph.Alignment switch { Alignment.Start => "", Alignment.Center => "sheet-center", Alignment.End or Alignment.Number => "sheet-end" };
        var classes = $"{alignment}{(paragraph.Indented ? " sheet-indented" : "")}".Trim();
        var space = paragraph.SpaceAbove > 0 ? $" style=\"margin-top: {Number(paragraph.SpaceAbove)}mm\"" : "";
        return $"<p{(classes.Length > 0 ? $" class=\"{classes}\"" : "")}{space}>{string.Concat(paragraph.Pieces.Select(Piece))}</p>";
    }));

    /// <summary>An answer stands apart, so that one written from right to left does not turn the words around it.</summary>
    static string Piece(PrintedPiece piece) =>
        piece.Field is not { Id: var id } ? Encoded(piece.Text)
        : $"<bdi{(piece.IsPlaceholder ? " class=\"sheet-hint\"" : "")} data-field=\"{Encoded(id)}\">{Encoded(piece.Text)}</bdi>";

    static string Attribute(string name, int span) => span > 1 ? $" {name}=\"{span}\"" : "";

    static string Number(decimal number) => Math.Round(number, 3).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Only what means something in HTML is replaced: the framework's encoder would hide every rare character.</summary>
    static string Encoded(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
