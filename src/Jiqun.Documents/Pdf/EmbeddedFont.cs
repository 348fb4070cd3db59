using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Jiqun.Documents.Pdf;

/// <summary>The glyphs of one font that a document uses, and the font as it is embedded.</summary>
/// <remarks>
/// Each glyph says which characters it shows, so that text can be searched and copied. A font may draw two characters with one glyph
/// (行 and the radical ⾏); the second then gets a font dictionary of its own over the same font file: a layer.
/// Source: ISO 32000-1 §9.7 (composite fonts), §9.10.3 (ToUnicode).
/// </remarks>
sealed class EmbeddedFont(Typeface face, int number)
{
    /// <summary>By layer: glyph → the characters that it shows.</summary>
    readonly List<Dictionary<uint, string>> layers = [];

    /// <summary>Glyphs that show characters together with others, and so have none of their own.</summary>
    readonly HashSet<uint> parts = [];

    Dictionary<uint, uint> codes = [];

    public Typeface Face => face;

    /// <summary>Whether a font can be embedded; a damaged one cannot. Tried out on a thousand glyphs from all over it, which takes some milliseconds.</summary>
    public static bool IsPossible(Typeface face)
    {
        try
        {
            var trial = new EmbeddedFont(face, 1);
            for (var glyph = 0; glyph < face.Face.GlyphCount; glyph += 1 + (face.Face.GlyphCount / 1000))
                trial.Use((uint)glyph, "x");
            trial.Make();
            trial.Write(new PdfFile(Stream.Null));
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or KeyNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Notes that a glyph is used.</summary>
    /// <param name="characters">Empty when it shows them together with other glyphs.</param>
    /// <returns>The layer in which it shows these characters.</returns>
    public int Use(uint glyph, ReadOnlySpan<char> characters)
    {
        if (characters.IsEmpty)
        {
            parts.Add(glyph);
            if (layers.Count == 0)
                layers.Add([]);
            return 0;
        }
        for (var i = 0; i < layers.Count; i++)
        {
            ref var shown = ref CollectionsMarshal.GetValueRefOrAddDefault(layers[i], glyph, out _);
            if (shown is null)
                shown = characters.ToString();
            else if (!characters.SequenceEqual(shown))
                continue;
            return i;
        }
        layers.Add(new() { [glyph] = characters.ToString() });
        return layers.Count - 1;
    }

    /// <summary>The name of a layer in content streams.</summary>
    public string Resource(int layer) => layer == 0 ? $"F{number}" : $"F{number}x{layer}";

    /// <summary>The code of a glyph in content streams. Known once <see cref="Make"/> was called.</summary>
    public uint Code(uint glyph) => codes[glyph];

    /// <summary>Width by which the pen moves on, in thousandths of the size.</summary>
    public int Width(uint glyph) => (int)MathF.Round(face.Advance(glyph) * 1000);

    byte[] program = [];

    /// <summary>Makes the subset.</summary>
    public void Make()
    {
        HashSet<uint> asked = [0, .. parts, .. layers.SelectMany(l => l.Keys)];
        List<Rune> characters = [];
        HashSet<uint> others = [.. asked];
        foreach (var (glyph, shown) in layers.SelectMany(l => l))
        {
            Rune.DecodeFromUtf16(shown, out var character, out var length);
            if (length == shown.Length && face.Draws(character, glyph))
            {
                characters.Add(character);
                others.Remove(glyph);
            }
        }
        others.Remove(0);                                                  // is in every font
        var (file, newIds) = HarfBuzzSubset.Of(face.Face, characters, others, asked);
        program = face.IsCff ? TableOf(file, "CFF ") : file;
        codes = newIds;
        if (face.IsCff && CffCharset.Read(program) is { } names)           // glyphs are called by the names that the font gives them
            codes = newIds.ToDictionary(p => p.Key, p => (uint)names[(int)p.Value]);
    }

    /// <returns>Entries of a page's font resources.</returns>
    public string Write(PdfFile pdf)
    {
        var name = $"{Tag()}+{face.Name}";
        var program = pdf.AddStream(this.program, face.IsCff ? "/Subtype/CIDFontType0C" : string.Create(CultureInfo.InvariantCulture, $"/Length1 {this.program.Length}"));
        int Thousandths(float share) => (int)MathF.Round(share * 1000);
        int Scaled(short units) => units * 1000 / face.UnitsPerEm;
        var box = face.Bounds;
        var descriptor = pdf.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{Scaled(box.Left)} {Scaled(box.Bottom)} {Scaled(box.Right)} {Scaled(box.Top)}]"
            + $"/ItalicAngle 0/Ascent {Thousandths(face.Ascent)}/Descent {-Thousandths(face.Descent)}/CapHeight 730/StemV 80/{(face.IsCff ? "FontFile3" : "FontFile2")} {program} 0 R>>"));
        var descendant = pdf.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"<</Type/Font/Subtype/{(face.IsCff ? "CIDFontType0" : "CIDFontType2/CIDToGIDMap/Identity")}/BaseFont/{name}"
            + $"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 1000/W[{Widths()}]>>"));
        var entries = new StringBuilder();
        for (var i = 0; i < layers.Count; i++)
        {
            var toUnicode = pdf.AddStream(Encoding.Latin1.GetBytes(ToUnicode(layers[i])));
            var font = pdf.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"<</Type/Font/Subtype/Type0/BaseFont/{name}{(face.IsCff ? "-Identity-H" : "")}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]/ToUnicode {toUnicode} 0 R>>"));
            entries.Append(CultureInfo.InvariantCulture, $"/{Resource(i)} {font} 0 R");
        }
        return entries.ToString();
    }

    /// <summary>Six letters that tell one subset from another.</summary>
    string Tag()
    {
        var hash = XxHash64.HashToUInt64(program);
        return string.Create(6, hash, static (letters, h) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = (char)('A' + (h >> (i * 8)) % 26);
        });
    }

    string Widths()
    {
        var widths = new StringBuilder();
        foreach (var (glyph, code) in codes.OrderBy(c => c.Value))
        {
            if (Width(glyph) is var width and not 1000)
                widths.Append(CultureInfo.InvariantCulture, $"{code}[{width}]");
        }
        return widths.ToString();
    }

    string ToUnicode(Dictionary<uint, string> shown)
    {
        var map = new StringBuilder(
            """
            /CIDInit/ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
            /CMapName/Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000><FFFF>
            endcodespacerange

            """.ReplaceLineEndings("\n"));
        foreach (var block in shown.OrderBy(s => Code(s.Key)).Chunk(100))                    // the most that a block may hold
        {
            map.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfchar\n");
            foreach (var (glyph, characters) in block)
                map.Append(CultureInfo.InvariantCulture, $"<{Code(glyph):X4}><{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(characters))}>\n");
            map.Append("endbfchar\n");
        }
        return map.Append("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n").ToString();
    }

    /// <remarks>Source: ISO/IEC 14496-22, table directory.</remarks>
    static byte[] TableOf(ReadOnlySpan<byte> file, string tag)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(file[4..]);
        for (var i = 0; i < count; i++)
        {
            var entry = file.Slice(12 + (i * 16), 16);
            if (Encoding.Latin1.GetString(entry[..4]) == tag)
                return file.Slice((int)BinaryPrimitives.ReadUInt32BigEndian(entry[8..]), (int)BinaryPrimitives.ReadUInt32BigEndian(entry[12..])).ToArray();
        }
        throw new InvalidOperationException($"The font has no table {tag}.");
    }
}
