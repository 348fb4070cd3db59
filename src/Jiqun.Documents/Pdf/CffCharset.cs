using System.Buffers.Binary;

namespace Jiqun.Documents.Pdf;

/// <summary>The names by which a Compact Font Format program calls its glyphs.</summary>
/// <remarks>Source: Adobe Technical Note 5176, The Compact Font Format Specification.</remarks>
static class CffCharset
{
    const int Charset = 15, CharStrings = 17, Escape = 12, Ros = 30;

    /// <returns>By glyph: its character identifier (CID); null when the font is not keyed by those, and glyphs are called by number.</returns>
    public static int[]? Read(ReadOnlySpan<byte> cff)
    {
        var at = Skip(cff, cff[2]);                                        // names
        var top = First(cff, at);
        var (charset, charStrings, keyed) = (0, 0, false);
        var operand = 0;
        for (var i = 0; i < top.Length;)
        {
            var b = top[i++];
            switch (b)
            {
                case Escape:
                    keyed |= top[i++] == Ros;
                    break;
                case Charset:
                    charset = operand;
                    break;
                case CharStrings:
                    charStrings = operand;
                    break;
                case 28:
                    operand = BinaryPrimitives.ReadInt16BigEndian(top[i..]);
                    i += 2;
                    break;
                case 29:
                    operand = BinaryPrimitives.ReadInt32BigEndian(top[i..]);
                    i += 4;
                    break;
                case 30:                                                   // a real number, to its end
                    while ((top[i] & 0xF) != 0xF && (top[i] >> 4) != 0xF)
                        i++;
                    i++;
                    break;
                case >= 32 and <= 246:
                    operand = b - 139;
                    break;
                case >= 247 and <= 250:
                    operand = ((b - 247) * 256) + top[i++] + 108;
                    break;
                case >= 251 and <= 254:
                    operand = (-(b - 251) * 256) - top[i++] - 108;
                    break;
            }
        }
        return keyed ? Names(cff[charset..], BinaryPrimitives.ReadUInt16BigEndian(cff[charStrings..])) : null;
    }

    static int[] Names(ReadOnlySpan<byte> charset, int glyphs)
    {
        var names = new int[glyphs];
        var format = charset[0];
        var at = 1;
        for (var glyph = 1; glyph < glyphs;)
        {
            int first = BinaryPrimitives.ReadUInt16BigEndian(charset[at..]);
            at += 2;
            var more = format switch { 0 => 0, 1 => charset[at], _ => BinaryPrimitives.ReadUInt16BigEndian(charset[at..]) };
            at += format;
            for (var i = 0; i <= more && glyph < glyphs; i++)
                names[glyph++] = first + i;
        }
        return names;
    }

    /// <summary>Where the index that begins here ends.</summary>
    static int Skip(ReadOnlySpan<byte> cff, int at)
    {
        int count = BinaryPrimitives.ReadUInt16BigEndian(cff[at..]);
        return count == 0 ? at + 2 : at + 2 + 1 + ((count + 1) * cff[at + 2]) + Offset(cff, at, count) - 1;
    }

    static ReadOnlySpan<byte> First(ReadOnlySpan<byte> cff, int at)
    {
        int count = BinaryPrimitives.ReadUInt16BigEndian(cff[at..]);
        var data = at + 2 + 1 + ((count + 1) * cff[at + 2]) - 1;
        return cff[(data + Offset(cff, at, 0))..(data + Offset(cff, at, 1))];
    }

    static int Offset(ReadOnlySpan<byte> cff, int index, int item)
    {
        var (size, offset) = (cff[index + 2], 0);
        foreach (var b in cff.Slice(index + 3 + (item * size), size))
            offset = (offset << 8) | b;
        return offset;
    }
}
