using System.Security.Cryptography;
using System.Text;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>What the empty controls of a form show, as building blocks: Word puts a control's block back when its answer is cleared.</summary>
sealed class Placeholders
{
    /// <summary>What a field without hint shows: room to click, and nothing in print.</summary>
    public const string Blank = "      ";

    /// <summary>The building block that fields without hint share; that of a field with hint bears its id.</summary>
    public const string BlankName = "jiqun.blank";

    readonly Dictionary<Field, string> hints = new(ReferenceEqualityComparer.Instance);

    /// <param name="blank">The form without answers.</param>
    public static Placeholders Of(PrintedForm blank)
    {
        var placeholders = new Placeholders();
        var pieces = blank.Blocks.OfType<PrintedTable>().SelectMany(t => t.Rows).SelectMany(r => r.Cells).SelectMany(c => c.Paragraphs).SelectMany(p => p.Pieces);
        foreach (var piece in pieces)
        {
            if (piece is { Field: { } field, Text.Length: > 0 })
                placeholders.hints[field] = piece.Text;
        }
        return placeholders;
    }

    /// <summary>The name of the building block that a field's control shows while it is empty.</summary>
    public string NameOf(Field field) => hints.ContainsKey(field) ? field.Id : BlankName;

    /// <summary>Writes the part <c>word/glossary/document.xml</c>.</summary>
    public void WriteGlossary(TextWriter to)
    {
        var xml = new MarkupText(to);
        xml.Raw($"""{WordParts.Declaration}<w:glossaryDocument xmlns:w="{WordGrid.Transitional}"><w:docParts>""");
        BuildingBlock(xml, BlankName, Blank);
        foreach (var (field, hint) in hints)
            BuildingBlock(xml, field.Id, hint);
        xml.Raw("</w:docParts></w:glossaryDocument>");
    }

    static void BuildingBlock(MarkupText xml, string name, string text)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString("B").ToUpperInvariant();
        xml.Raw("<w:docPart><w:docPartPr><w:name w:val=\"").Text(name).Raw($"""
            "/><w:category><w:name w:val="General"/><w:gallery w:val="placeholder"/></w:category><w:types><w:type w:val="bbPlcHdr"/></w:types><w:behaviors><w:behavior w:val="content"/></w:behaviors><w:guid w:val="{id}"/></w:docPartPr><w:docPartBody><w:p>
            """).Run(text, WordStyle.Placeholder).Raw("</w:p></w:docPartBody></w:docPart>");
    }
}
