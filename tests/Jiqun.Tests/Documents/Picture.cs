using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Documents;

/// <summary>A page as a scanner sees it, in grey, and what happens to it.</summary>
/// <param name="Grey">Row by row; 0 is black.</param>
sealed record Picture(int Width, int Height, byte[] Grey)
{
    /// <summary>The pages of a PDF.</summary>
    public static IReadOnlyList<Picture> Of(byte[] pdf, int dpi)
    {
        using var folder = new TestFolder();
        Paint(folder, pdf, "-gray", "-r", $"{dpi}");
        return [.. Directory.GetFiles(folder.Path, "page*").Order(StringComparer.Ordinal).Select(f => Read(File.ReadAllBytes(f)))];
    }

    static void Paint(TestFolder folder, byte[] pdf, params string[] options)
    {
        using var process = Process.Start("pdftoppm", [.. options, folder.Put("file", pdf), folder["page"]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>P5 width height 255.</summary>
    static Picture Read(byte[] pgm)
    {
        var (words, at) = (new List<string>(), 0);
        while (words.Count < 4)
        {
            var end = at + pgm.AsSpan(at).IndexOfAny((byte)' ', (byte)'\n');
            words.Add(Encoding.ASCII.GetString(pgm, at, end - at));
            at = end + 1;
        }
        return new Picture(int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture), pgm[at..]);
    }

    static Picture Map(int width, int height, Func<int, int, double> grey)
    {
        var to = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                to[(y * width) + x] = (byte)Math.Clamp(grey(x, y), 0, 255);
        }
        return new Picture(width, height, to);
    }

    double At(int x, int y) => x < 0 || y < 0 || x >= Width || y >= Height ? 255 : Grey[(y * Width) + x];

    double At(double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, below) = (x - left, y - top);
        return (((At(left, top) * (1 - right)) + (At(left + 1, top) * right)) * (1 - below)) + (((At(left, top + 1) * (1 - right)) + (At(left + 1, top + 1) * right)) * below);
    }

    /// <summary>By any angle about its middle, as paper lies askew; what comes from outside is white.</summary>
    public Picture Askew(double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (mx, my) = (Width / 2.0, Height / 2.0);
        return Map(Width, Height, (x, y) => At(mx + ((x - mx) * cos) + ((y - my) * sin), my - ((x - mx) * sin) + ((y - my) * cos)));
    }

    public Picture QuarterTurn() => Map(Height, Width, (x, y) => At(y, Height - 1 - x));

    /// <summary>Ink that is not black, paper that is not white and darker to one side, and grain.</summary>
    public Picture Worn(int seed)
    {
        var dice = new Random(seed);
        return Map(Width, Height, (x, y) => 40 + (At(x, y) * (0.75 - (0.2 * x / Width))) + dice.Next(-15, 16));
    }

    /// <summary>Seen from a little aside, on a dark table.</summary>
    public Picture Photographed() => Map(Width * 5 / 4, Height * 5 / 4, (x, y) =>
    {
        var (u, v) = ((double)x / (Width * 5 / 4), (double)y / (Height * 5 / 4));
        var edge = 0.06 + (0.06 * v);                                // the lower part is further away
        var (px, py) = ((u - edge) / (1 - (2 * edge)), (v - 0.05) / 0.9);
        return px is < 0 or > 1 || py is < 0 or > 1 ? 60 : At(px * Width, py * Height);
    });

    public byte[] Png()
    {
        using var rows = new MemoryStream();
        using (var zlib = new ZLibStream(rows, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < Height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(Grey, y * Width, Width);
            }
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", [.. Big((uint)Width), .. Big((uint)Height), 8, 0, 0, 0, 0]), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", [])];
    }

    static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        return [.. Big((uint)content.Length), .. named, .. Big(Crc32.HashToUInt32(named))];
    }

    static byte[] Big(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    /// <param name="quality">Of 100.</param>
    public byte[] Jpeg(int quality)
    {
        using var folder = new TestFolder();
        Paint(folder, Pdf(72, this), "-gray", "-r", "72", "-jpeg", "-jpegopt", $"quality={quality}", "-singlefile");
        return File.ReadAllBytes(folder["page.jpg"]);
    }

    /// <summary>A PDF as scanners make it: a picture a page.</summary>
    /// <param name="dpi">Tells the size of the paper.</param>
    public static byte[] Pdf(int dpi, params IReadOnlyList<Picture> pages)
    {
        using var to = new MemoryStream();
        List<long> offsets = [];
        Object($"<</Type/Catalog/Pages 2 0 R>>");
        Object($"<</Type/Pages/Count {pages.Count}/Kids[{string.Join(' ', pages.Select((_, i) => $"{3 + (i * 3)} 0 R"))}]>>");
        foreach (var (i, page) in pages.Index())
        {
            var (width, height) = (page.Width * 72.0 / dpi, page.Height * 72.0 / dpi);
            Object(FormattableString.Invariant($"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:0.###} {height:0.###}]/Resources<</XObject<</P {5 + (i * 3)} 0 R>>>>/Contents {4 + (i * 3)} 0 R>>"));
            Object("<</Length", Encoding.ASCII.GetBytes(FormattableString.Invariant($"{width:0.###} 0 0 {height:0.###} 0 0 cm /P Do")));
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                zlib.Write(page.Grey);
            Object($"<</Type/XObject/Subtype/Image/Width {page.Width}/Height {page.Height}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length", packed.ToArray());
        }
        var table = to.Length;
        Write($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n{string.Concat(offsets.Select(o => $"{o:0000000000} 00000 n \n"))}trailer\n<</Size {offsets.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        return to.ToArray();

        void Object(string start, byte[]? content = null)
        {
            if (to.Length == 0)
                Write("%PDF-1.4\n");
            offsets.Add(to.Length);
            Write($"{offsets.Count} 0 obj\n{start}");
            if (content is not null)
            {
                Write($" {content.Length}>>\nstream\n");
                to.Write(content);
                Write("\nendstream");
            }
            Write("\nendobj\n");
        }

        void Write(string text) => to.Write(Encoding.Latin1.GetBytes(text));
    }
}
