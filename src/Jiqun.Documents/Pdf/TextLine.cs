namespace Jiqun.Documents.Pdf;

/// <summary>One line of a paragraph, set to its measure. Lengths in points.</summary>
/// <param name="Text">The paragraph, to which the glyphs' places refer.</param>
/// <param name="Glyphs">From left to right.</param>
/// <param name="Left">Where it begins, from the left edge of its measure.</param>
/// <param name="Gap">Added between characters, to fill the measure.</param>
/// <param name="SpaceAbove">Left free above it; part of its height.</param>
/// <param name="Above">Height over the base line, without the space above it.</param>
/// <param name="Below">Depth under the base line.</param>
/// <param name="PlaceholderFrom">Where in the text the hint begins; the text's length when there is none.</param>
sealed record TextLine(string Text, Glyph[] Glyphs, float Size, float Left, float Gap, float SpaceAbove, float Above, float Below, int PlaceholderFrom)
{
    public float Height => SpaceAbove + Above + Below;
}

/// <summary>How a paragraph is set.</summary>
/// <param name="Size">Of the letters, in points.</param>
/// <param name="Leading">Height of a line, as a multiple of the size.</param>
/// <param name="FirstIndent">Of the first line, as a multiple of the size.</param>
/// <param name="HangingIndent">Of the other lines, as a multiple of the size.</param>
/// <param name="Justified">Whether lines that are broken are stretched a little, to end together.</param>
readonly record struct TextStyle(Typeface Font, float Size, float Leading, float FirstIndent = 0, float HangingIndent = 0, bool Justified = false);
