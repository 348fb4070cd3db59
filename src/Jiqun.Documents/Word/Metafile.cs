using System.Buffers.Binary;
using System.Text;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Bars side by side as a picture made of shapes and words (EMF): Word, WPS and LibreOffice draw it alike, however many a document has.</summary>
/// <remarks>
/// LibreOffice keeps twenty charts of a document in mind and draws further ones distorted; a picture stays what it is.
/// Source: [MS-EMF]. A unit is a twentieth of a point.
/// </remarks>
sealed class Metafile
{
    /// <summary>Kinds of records ([MS-EMF] §2.1.1), as far as they are used.</summary>
    enum Record
    {
        Header = 1,
        EndOfFile = 14,
        BackgroundMode = 18,
        TextAlign = 22,
        TextColour = 24,
        SelectObject = 37,
        CreateBrush = 39,
        Rectangle = 43,
        CreateFont = 82,
        Text = 84,
    }

    /// <summary>Objects by their number in the picture; and that which every picture has: a pen that draws nothing.</summary>
    const int Font = 1, BarBrush = 2, LineBrush = 3, NoPen = unchecked((int)0x80000008);

    const int Unit = 20, Dpi = 72 * Unit, DeviceInches = 10;

    /// <summary>Of the letters; of a line; and how high the highest bar is.</summary>
    const int Size = 170, Leading = 230, Highest = 1800;

    const float Free = 0.16f;

    readonly List<byte[]> records = [];

    /// <summary>Of the picture, in points.</summary>
    public const int Width = 482, Height = (Highest + (Leading * 5 / 2)) / Unit;

    public static byte[] Of(PrintedBars bars)
    {
        var picture = new Metafile();
        picture.Draw(bars, Width * Unit);
        return picture.Complete(Width * Unit, Height * Unit);
    }

    void Draw(PrintedBars bars, int width)
    {
        Add(Record.BackgroundMode, 1);                                 // none behind text
        Add(Record.TextAlign, 6 | 24);                                 // about its place, on its base line
        Add(Record.TextColour, 0);
        AddFont();
        Add(Record.SelectObject, Font);
        Add(Record.CreateBrush, BarBrush, 0, Reversed(ChartColour.Bar), 0);
        Add(Record.CreateBrush, LineBrush, 0, 0, 0);
        Add(Record.SelectObject, NoPen);
        Add(Record.SelectObject, BarBrush);
        var place = (float)width / bars.Bars.Count;
        var most = bars.Bars.Max(b => b.Length);
        var foot = Leading + Highest;
        foreach (var (i, bar) in bars.Bars.Index())
        {
            var top = foot - (most > 0 ? (int)(bar.Length / most * Highest) : 0);
            if (top < foot)
                Add(Record.Rectangle, (int)((i + (Free / 2)) * place), top, (int)((i + 1 - (Free / 2)) * place), foot);
            AddText(bar.Shown, (int)((i + 0.5f) * place), top - (Leading / 4));
            AddText(bar.Name, (int)((i + 0.5f) * place), foot + Leading);
        }
        Add(Record.SelectObject, LineBrush);
        Add(Record.Rectangle, 0, foot - 5, width, foot + 5);
    }

    void AddFont()
    {
        var record = new byte[4 + 320];
        BinaryPrimitives.WriteInt32LittleEndian(record, Font);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), -Size);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4 + 16), 400);
        record[4 + 23] = 134;                                          // letters of simplified Chinese
        Encoding.Unicode.GetBytes("Times New Roman", record.AsSpan(4 + 28));
        Add(Record.CreateFont, record);
    }

    void AddText(string text, int x, int y)
    {
        const int header = 68, before = 8;
        var letters = (text.Length * 2 + 3) / 4 * 4;
        var record = new byte[header + letters + (text.Length * 4)];
        int[] head = [0, 0, 0, 0, 2, BitConverter.SingleToInt32Bits(1), BitConverter.SingleToInt32Bits(1), x, y, text.Length, header + before, 0, 0, 0, 0, 0, header + before + letters];
        foreach (var (i, value) in head.Index())
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(i * 4), value);
        Encoding.Unicode.GetBytes(text, record.AsSpan(header));
        for (var i = 0; i < text.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(header + letters + (i * 4)), text[i] is '.' or ',' or ' ' ? Size / 4 : text[i] < '\u2E80' ? Size / 2 : Size);
        Add(Record.Text, record);
    }

    void Add(Record type, params ReadOnlySpan<int> values)
    {
        var record = new byte[values.Length * 4];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(i * 4), values[i]);
        Add(type, record);
    }

    void Add(Record type, byte[] content)
    {
        var record = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, (int)type);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), record.Length);
        content.CopyTo(record, 8);
        records.Add(record);
    }

    byte[] Complete(int width, int height)
    {
        const int header = 88, handles = 4;
        Add(Record.EndOfFile, 0, 16, 20);
        var length = header + records.Sum(r => r.Length);
        int[] head =
        [
            (int)Record.Header, header, 0, 0, width - 1, height - 1, 0, 0, Hundredths(width), Hundredths(height), 0x464D4520, 0x10000, length, records.Count + 1, handles, 0, 0, 0,
            Dpi * DeviceInches, Dpi * DeviceInches, 254, 254,
        ];
        using var file = new MemoryStream(length);
        Span<byte> four = stackalloc byte[4];
        foreach (var value in head)
        {
            BinaryPrimitives.WriteInt32LittleEndian(four, value);
            file.Write(four);
        }
        foreach (var record in records)
            file.Write(record);
        return file.ToArray();
    }

    /// <summary>In hundredths of a millimetre.</summary>
    static int Hundredths(int units) => (int)Math.Round(units * 2540.0 / Dpi);

    /// <summary>0xBBGGRR.</summary>
    static int Reversed(int colour) => ((colour & 255) << 16) | (colour & 0xFF00) | (colour >> 16);
}
