using System.Xml.Linq;

namespace Jiqun.Tests.Documents;

/// <summary>Reads a written .docx back as it shows: nothing of the product's reader in it.</summary>
static class DrawnWord
{
    static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    public static DrawnForm Read(byte[] docx)
    {
        List<DrawnBlock> blocks = [];
        foreach (var element in XDocument.Parse(WordForms.Part(docx), LoadOptions.PreserveWhitespace).Root!.Element(W + "body")!.Elements())
        {
            if (element.Name == W + "tbl")
                blocks.Add(Table(element));
            else if (element.Name == W + "p" && Text(element) is { Length: > 0 } text)
                blocks.Add(new DrawnLine(text));
        }
        return new DrawnForm(blocks, TellsHeaders: false);
    }

    static DrawnTable Table(XElement table)
    {
        List<List<DrawnCell>> rows = [];
        foreach (var row in table.Elements(W + "tr"))
        {
            rows.Add([]);
            var column = 0;
            foreach (var cell in row.Elements(W + "tc"))
            {
                var properties = cell.Element(W + "tcPr");
                var span = (int?)properties?.Element(W + "gridSpan")?.Attribute(W + "val") ?? 1;
                if (properties?.Element(W + "vMerge") is { } merge && (string?)merge.Attribute(W + "val") != "restart")
                {
                    var (at, above) = (from r in rows from c in r where c.Column == column select (r, c)).Last();
                    at[at.IndexOf(above)] = above with { RowSpan = above.RowSpan + 1 };
                }
                else
                    rows[^1].Add(new DrawnCell(column, span, 1, false, string.Join('\n', cell.Elements(W + "p").Select(Text))));
                column += span;
            }
        }
        return new DrawnTable(rows);
    }

    static string Text(XElement paragraph) => string.Concat(paragraph.Descendants().Select(e =>
        e.Name == W + "t" ? e.Value : e.Name == W + "br" ? "\n" : e.Name == W + "tab" && e.Parent!.Name == W + "r" ? "\t" : ""));
}
