using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using Jiqun.Core.Sheets;

namespace Jiqun.Tests.Documents;

/// <summary>Reads reports back, as Word and as PDF, with programs that are not ours.</summary>
static partial class DrawnReport
{
    static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main", C = "http://schemas.openxmlformats.org/drawingml/2006/chart", R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", A = "http://schemas.openxmlformats.org/drawingml/2006/main";

    /// <summary>What is to be read, piece by piece. A bar that stands has its number above it.</summary>
    public static IEnumerable<string> Told(PrintedReport report) => report.Blocks.SelectMany(block => block switch
    {
        PrintedLine line => [line.Text],
        PrintedTable table => table.Rows.SelectMany(r => r.Cells).Select(c => c.Text),
        PrintedBars bars => [.. bars.Bars.SelectMany(b => bars.AreUpright ? (string[])[b.Shown, b.Name] : [b.Name, b.Shown]), bars.Caption],
        PrintedTiles tiles => [.. tiles.Tiles.SelectMany(t => (string[])[t.Name, t.Shown]), tiles.Caption],
        _ => throw new InvalidOperationException($"{block}"),
    });

    /// <summary>The same of a Word document, what its charts hold among it.</summary>
    /// <returns>And the heads of its tables, which are printed again on each page.</returns>
    public static (List<string> Told, List<string> Heads) Word(byte[] docx)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), false);
        List<string> told = [], heads = [];
        using var part = document.MainDocumentPart!.GetStream();
        foreach (var element in XDocument.Load(part, LoadOptions.PreserveWhitespace).Root!.Element(W + "body")!.Elements())
        {
            if (element.Descendants(C + "chart").FirstOrDefault() is { } chart)
                told.AddRange(Chart((ChartPart)document.MainDocumentPart.GetPartById((string)chart.Attribute(R + "id")!)));
            else if (element.Descendants(A + "blip").FirstOrDefault() is { } picture)
                told.AddRange(Picture(document.MainDocumentPart, (string)picture.Attribute(R + "embed")!).Where(r => r.Type == 84).Select(r => Encoding.Unicode.GetString(r.Record, BinaryPrimitives.ReadInt32LittleEndian(r.Record.AsSpan(48)), 2 * BinaryPrimitives.ReadInt32LittleEndian(r.Record.AsSpan(44)))));
            else if (element.Name == W + "tbl")
            {
                told.AddRange(element.Descendants(W + "tc").Select(cell => string.Join('\n', cell.Elements(W + "p").Select(Text))));
                heads.AddRange(element.Elements(W + "tr").Where(r => r.Descendants(W + "tblHeader").Any()).Select(r => Bare(Text(r))));
            }
            else if (element.Name == W + "p")
                told.Add(Text(element));
        }
        return (told, heads);
    }

    static IEnumerable<string> Chart(ChartPart part)
    {
        using var stream = part.GetStream();
        var chart = XDocument.Load(stream).Root!;
        var (names, figures) = (Points(chart.Descendants(C + "cat")), Points(chart.Descendants(C + "val")));
        Assert.Equal(names.Count, figures.Count);
        return names.Zip(figures).SelectMany(b => (string[])[b.First, b.Second]);
    }

    /// <summary>The records of a metafile (EMF), from the first that draws something on.</summary>
    public static IEnumerable<(int Type, byte[] Record)> Picture(MainDocumentPart document, string id)
    {
        using var stream = document.GetPartById(id).GetStream();
        using var file = new MemoryStream();
        stream.CopyTo(file);
        var bytes = file.ToArray();
        Assert.Equal(" EMF", Encoding.ASCII.GetString(bytes, 40, 4));
        Assert.Equal(bytes.Length, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(48)));
        for (var at = 0; at < bytes.Length;)
        {
            var (type, length) = (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4)));
            yield return (type, bytes[at..(at + length)]);
            at += length;
        }
    }

    static List<string> Points(IEnumerable<XElement> within) => [.. within.Single().Descendants(C + "pt").OrderBy(p => (int)p.Attribute("idx")!).Select(p => p.Value)];

    static string Text(XElement element) => string.Concat(element.Descendants().Select(e => e.Name == W + "t" ? e.Value : e.Name == W + "br" ? "\n" : ""));

    /// <summary>What a PDF says, without blanks, the feet of pages, and heads that are only printed again.</summary>
    /// <param name="expected">To tell those heads from the first ones.</param>
    public static string Pdf(byte[] pdf, string expected, IReadOnlyList<string> heads)
    {
        var said = new StringBuilder();
        foreach (var page in DrawnPdf.PlainText(pdf).Split('\f', StringSplitOptions.RemoveEmptyEntries))
        {
            var text = Foot().Replace(Bare(page), "");
            if (heads.Where(h => text.StartsWith(h, StringComparison.Ordinal)).MaxBy(h => h.Length) is { } head && !expected.AsSpan(Math.Min(said.Length, expected.Length)).StartsWith(head, StringComparison.Ordinal))
                text = text[head.Length..];
            said.Append(text);
        }
        return said.ToString();
    }

    public static string Bare(IEnumerable<string> pieces) => Bare(string.Concat(pieces));

    public static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>The rows of the table whose caption holds these words, cell by cell.</summary>
    public static List<List<string>> Table(byte[] docx, string caption)
    {
        var blocks = DrawnWord.Read(docx).Blocks;
        var at = Enumerable.Range(0, blocks.Count - 1).First(i => blocks[i] is DrawnLine line && line.Text.Contains(caption, StringComparison.Ordinal) && blocks[i + 1] is DrawnTable);
        return [.. ((DrawnTable)blocks[at + 1]).Rows.Select(r => r.Select(c => c.Text).ToList())];
    }

    [GeneratedRegex("(第[0-9]+页共[0-9]+页|Page[0-9]+of[0-9]+)$")]
    private static partial Regex Foot();
}
