using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Pdf;

/// <summary>Sets paragraphs in lines of a given width.</summary>
sealed class LineSetter(TextShaper shaper)
{
    /// <summary>The most that a gap may be widened, as a share of the size; more would look like a blank.</summary>
    const float WidestGap = 0.07f;

    /// <summary>What stands at the end of its measure keeps this distance from the border, as a multiple of the size.</summary>
    const float EndIndent = 2;

    /// <summary>Ink that reaches further than this from the base line, as a multiple of the size, is not made room for.</summary>
    const float FurthestReach = 4;

    /// <param name="width">In points.</param>
    /// <param name="placeholderFrom">Where in the text a hint begins; null: nowhere.</param>
    public List<TextLine> Set(string text, TextStyle style, float width, Alignment alignment, float spaceAbove = 0, int? placeholderFrom = null)
    {
        List<TextLine> lines = [];
        text = text.Replace('\t', ' ');
        for (var start = 0; start <= text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var feed ? feed : text.Length;
            var part = start == 0 && end == text.Length ? text : text[start..end];
            SetPart(lines, part, style, width, alignment, lines.Count == 0 ? spaceAbove : 0, (placeholderFrom ?? text.Length) - start);
            start = end + 1;
        }
        return lines;
    }

    void SetPart(List<TextLine> lines, string text, TextStyle style, float width, Alignment alignment, float spaceAbove, int placeholderFrom)
    {
        var glyphs = shaper.Shape(text, style.Font);
        var first = 0;
        do
        {
            var isFirst = first == 0;
            var indent = (isFirst ? style.FirstIndent : style.HangingIndent) * style.Size;
            var next = End(text, glyphs, first, (width - indent) / style.Size);
            var last = next;
            while (last > first && char.IsWhiteSpace(text[glyphs[last - 1].Start]))
                last--;                                              // blanks at a line's end take no room
            lines.Add(Line(text, glyphs.AsSpan(first, last - first), style, width, indent, alignment, next < glyphs.Length, isFirst ? spaceAbove : 0, placeholderFrom));
            first = next;
        }
        while (first < glyphs.Length);
    }

    /// <summary>Where the line that begins here ends: the last place to break that leaves it within its measure, else within the word.</summary>
    /// <param name="measure">As a share of the font size.</param>
    static int End(string text, Glyph[] glyphs, int first, float measure)
    {
        var (width, good, poor) = (0f, -1, -1);
        for (var i = first; i < glyphs.Length; i++)
        {
            var opensCluster = i > first && glyphs[i].Start != glyphs[i - 1].Start;
            if (opensCluster && LineBreaks.Before(text, glyphs[i].Start))
                good = i;
            else if (opensCluster && LineBreaks.InWordBefore(text, glyphs[i].Start))
                poor = i;
            width += glyphs[i].Advance;
            if (width <= measure + 0.001f || char.IsWhiteSpace(text[glyphs[i].Start]))
                continue;
            if (good > first || poor > first)
                return good > first ? good : poor;
            while (i > first && glyphs[i].Start == glyphs[i - 1].Start)
                i--;                                                 // a cluster stays together
            if (i > first)
                return i;
            while (i + 1 < glyphs.Length && glyphs[i + 1].Start == glyphs[i].Start)
                i++;
            return i + 1;                                            // one that is wider than the measure stands alone
        }
        return glyphs.Length;
    }

    static TextLine Line(string text, ReadOnlySpan<Glyph> glyphs, TextStyle style, float width, float indent, Alignment alignment, bool broken, float spaceAbove, int placeholderFrom)
    {
        var (own, gaps) = (0f, 0);
        var half = (style.Leading - 1) / 2;
        var (above, below) = (0.88f + half, 0.12f + half);           // the em box of Chinese fonts
        for (var i = 0; i < glyphs.Length; i++)
        {
            var glyph = glyphs[i];
            own += glyph.Advance;
            gaps += i > 0 && glyph.Start != glyphs[i - 1].Start ? 1 : 0;
            if (glyph.Face is { } face && face != style.Font)
            {
                var (high, low) = face.Reach(glyph.Id);
                above = Math.Max(above, Math.Min(high + glyph.Y, FurthestReach));
                below = Math.Max(below, Math.Min(low - glyph.Y, FurthestReach));
            }
        }
        var free = width - indent - (own * style.Size);
        var gap = style.Justified && broken && gaps > 0 && free > 0 && free / gaps <= WidestGap * style.Size ? free / gaps : 0;
        var left = indent + alignment switch
        {
            Alignment.Start => 0,
            Alignment.Center => Math.Max(0, free / 2),
            Alignment.End => Math.Max(0, free - (EndIndent * style.Size)),
            Alignment.Number => Math.Max(0, free),
        };
        return new TextLine(text, Visual(glyphs), style.Size, left, gap, spaceAbove, above * style.Size, below * style.Size, placeholderFrom);
    }

    /// <summary>From reading order to what stands from left to right (UAX #9, rule L2).</summary>
    static Glyph[] Visual(ReadOnlySpan<Glyph> glyphs)
    {
        var line = glyphs.ToArray();
        for (byte level = 2; level >= 1; level--)
        {
            for (var i = 0; i < line.Length; i++)
            {
                var from = i;
                while (i < line.Length && line[i].Level >= level)
                    i++;
                if (i > from)
                    Array.Reverse(line, from, i - from);
            }
        }
        return line;
    }
}
