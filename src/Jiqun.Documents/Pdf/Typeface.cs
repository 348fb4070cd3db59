using System.Buffers.Binary;
using System.Text;
using HarfBuzzSharp;

namespace Jiqun.Documents.Pdf;

/// <summary>One face of an installed font file. Safe for use by several threads at once.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Fonts are kept as long as the program runs.")]
sealed class Typeface
{
    readonly Font font;
    readonly Lazy<bool> canBeEmbedded;

    Typeface(Face face)
    {
        Face = face;
        UnitsPerEm = face.UnitsPerEm;
        font = new Font(face);
        font.SetScale(UnitsPerEm, UnitsPerEm);
        face.MakeImmutable();
        var tables = face.Tables;
        IsCff = tables.Contains(Tag.Parse("CFF "));
        HasOutlines = IsCff || tables.Contains(Tag.Parse("glyf"));
        canBeEmbedded = new Lazy<bool>(() => HasOutlines && EmbeddedFont.IsPossible(this));
        Name = ReadName(face);
        var extents = font.GetFontExtentsForDirection(Direction.LeftToRight);
        (Ascent, Descent) = ((float)extents.Ascender / UnitsPerEm, (float)-extents.Descender / UnitsPerEm);
    }

    public Face Face { get; }

    public int UnitsPerEm { get; }

    /// <summary>PostScript outlines; else TrueType ones.</summary>
    public bool IsCff { get; }

    /// <summary>False for a font of pictures.</summary>
    public bool HasOutlines { get; }

    /// <summary>False for a font of pictures and for a damaged one. Tried when first asked, which takes some milliseconds.</summary>
    public bool CanBeEmbedded => canBeEmbedded.Value;

    /// <summary>The PostScript name: NotoSerifCJKsc-Regular.</summary>
    public string Name { get; }

    /// <summary>Reach above and below the base line, as shares of the size; both positive.</summary>
    public float Ascent { get; }

    public float Descent { get; }

    /// <returns>The faces of a file; none when it is no font.</returns>
    public static IReadOnlyList<Typeface> In(string path)
    {
        var blob = Blob.FromFile(path);
        return [.. Enumerable.Range(0, blob.FaceCount).Select(i => new Typeface(new Face(blob, i)))];
    }

    public bool Covers(Rune character) => font.TryGetNominalGlyph(character.Value, out _);

    /// <summary>Whether the character alone is drawn by this glyph.</summary>
    public bool Draws(Rune character, uint glyph) => font.TryGetNominalGlyph(character.Value, out var own) && own == glyph;

    public void Shape(HarfBuzzSharp.Buffer text) => font.Shape(text);

    /// <summary>As a share of the size.</summary>
    public float Advance(uint glyph) => (float)font.GetHorizontalGlyphAdvance(glyph) / UnitsPerEm;

    /// <summary>How far the glyph's ink reaches above and below the base line, as shares of the size.</summary>
    public (float Above, float Below) Reach(uint glyph) => font.TryGetGlyphExtents(glyph, out var box)
        ? ((float)box.YBearing / UnitsPerEm, (float)-(box.YBearing + box.Height) / UnitsPerEm)
        : (0, 0);

    /// <summary>Left, bottom, right and top of all glyphs, as the font's header has them.</summary>
    public (short Left, short Bottom, short Right, short Top) Bounds
    {
        get
        {
            using var head = Face.ReferenceTable(Tag.Parse("head"));
            var box = head.AsSpan()[36..44];
            short At(int i, Span<byte> b) => BinaryPrimitives.ReadInt16BigEndian(b[i..]);
            return (At(0, box), At(2, box), At(4, box), At(6, box));
        }
    }

    /// <remarks>Source: ISO/IEC 14496-22, table name; entry 6 of platform 3, in UTF-16, else of platform 1.</remarks>
    static string ReadName(Face face)
    {
        const int postScriptName = 6;
        using var blob = face.ReferenceTable(Tag.Parse("name"));
        ReadOnlySpan<byte> table = blob.AsSpan();
        if (table.Length < 6)
            return "Font";
        var (count, strings) = (BinaryPrimitives.ReadUInt16BigEndian(table[2..]), BinaryPrimitives.ReadUInt16BigEndian(table[4..]));
        for (var i = 0; i < count && 6 + ((i + 1) * 12) <= table.Length; i++)
        {
            var entry = table.Slice(6 + (i * 12), 12);
            var (platform, id) = (BinaryPrimitives.ReadUInt16BigEndian(entry), BinaryPrimitives.ReadUInt16BigEndian(entry[6..]));
            var (length, offset) = (BinaryPrimitives.ReadUInt16BigEndian(entry[8..]), strings + BinaryPrimitives.ReadUInt16BigEndian(entry[10..]));
            if (id != postScriptName || offset + length > table.Length)
                continue;
            var name = (platform == 1 ? Encoding.Latin1 : Encoding.BigEndianUnicode).GetString(table.Slice(offset, length));
            if (string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-')) is { Length: > 0 } plain)
                return plain;
        }
        return "Font";
    }
}
