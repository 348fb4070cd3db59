using System.Security;

namespace Jiqun.Documents.Word;

/// <summary>Markup as it is written.</summary>
/// <param name="xml">Left open.</param>
sealed class MarkupText(TextWriter xml)
{
    public MarkupText Raw(string markup)
    {
        xml.Write(markup);
        return this;
    }

    /// <summary>Characters of a text or an attribute.</summary>
    public MarkupText Text(string characters)
    {
        xml.Write(SecurityElement.Escape(characters));
        return this;
    }

    /// <summary>One run; line feeds and tabs become their elements.</summary>
    /// <param name="style">A character style; null: as its paragraph.</param>
    public MarkupText Run(string characters, string? style = null)
    {
        Raw("<w:r>");
        if (style is not null)
            Raw($"""<w:rPr><w:rStyle w:val="{style}"/></w:rPr>""");
        var from = 0;
        while (from < characters.Length)
        {
            var end = characters.AsSpan(from).IndexOfAny('\n', '\t') is >= 0 and var found ? from + found : characters.Length;
            if (end > from)
                Raw("<w:t xml:space=\"preserve\">").Text(characters[from..end]).Raw("</w:t>");
            if (end < characters.Length)
                Raw(characters[end] == '\t' ? "<w:tab/>" : "<w:br/>");
            from = end + 1;
        }
        return Raw("</w:r>");
    }
}
