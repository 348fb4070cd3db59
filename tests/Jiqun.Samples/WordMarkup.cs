using System.Text;

namespace Jiqun.Samples;

/// <summary>WordprocessingML as text. Markup is written with the prefix <c>w:</c> and comes out with the one asked for.</summary>
/// <param name="prefix">Null: elements stand in the default namespace.</param>
sealed class WordMarkup(string? prefix)
{
    readonly StringBuilder text = new(64 * 1024);

    public int Length => text.Length;

    int lastId = 100;

    /// <summary>A fresh number for what must be numbered: changes, bookmarks, controls.</summary>
    public int NextId() => ++lastId;

    public WordMarkup Raw(string markup)
    {
        text.Append(prefix switch
        {
            "w" => markup,
            null => markup.Replace("<w:", "<", StringComparison.Ordinal).Replace("</w:", "</", StringComparison.Ordinal),
            _ => markup.Replace("<w:", $"<{prefix}:", StringComparison.Ordinal)
                .Replace("</w:", $"</{prefix}:", StringComparison.Ordinal)
                .Replace(" w:", $" {prefix}:", StringComparison.Ordinal),
        });
        return this;
    }

    /// <summary>Characters, escaped.</summary>
    public WordMarkup Text(ReadOnlySpan<char> characters)
    {
        foreach (var c in characters)
        {
            if (c is '&')
                text.Append("&amp;");
            else if (c is '<')
                text.Append("&lt;");
            else if (c is '>')
                text.Append("&gt;");
            else
                text.Append(c);
        }
        return this;
    }

    /// <summary>One run. Line feeds, carriage returns and tabs become their elements.</summary>
    /// <param name="properties">What stands within w:rPr.</param>
    /// <param name="element">t, or delText within a deletion.</param>
    public WordMarkup Run(ReadOnlySpan<char> characters, string properties, string element = "t", bool noBreakHyphens = false)
    {
        Raw("<w:r>");
        if (properties.Length > 0)
            Raw($"<w:rPr>{properties}</w:rPr>");
        while (characters.Length > 0)
        {
            var end = noBreakHyphens ? characters.IndexOfAny("\n\r\t\u00AD-") : characters.IndexOfAny("\n\r\t\u00AD");
            if (end < 0)
                end = characters.Length;
            if (end > 0)
            {
                var part = characters[..end];
                var preserve = part[0] == ' ' || part[^1] == ' ';
                Raw(preserve ? $"<w:{element} xml:space=\"preserve\">" : $"<w:{element}>").Text(part).Raw($"</w:{element}>");
                characters = characters[end..];
                continue;
            }
            Raw(characters[0] switch
            {
                '\n' => "<w:br/>",
                '\r' => "<w:cr/>",
                '\t' => "<w:tab/>",
                '-' => "<w:noBreakHyphen/>",
                _ => "<w:softHyphen/>",
            });
            characters = characters[1..];
        }
        return Raw("</w:r>");
    }

    public override string ToString() => text.ToString();
}
