using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Jiqun.Documents.Pdf;

/// <summary>Writes the objects of a PDF file. The same objects give the same bytes.</summary>
/// <remarks>Source: ISO 32000-1 (PDF 1.7) §7.</remarks>
sealed class PdfFile
{
    readonly Stream to;
    readonly List<long> offsets = [0];
    long position;

    public PdfFile(Stream to)
    {
        this.to = to;
        Write("%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n");
    }

    /// <summary>The number of an object that is written later.</summary>
    public int Reserve()
    {
        offsets.Add(0);
        return offsets.Count - 1;
    }

    /// <param name="content">In PDF's notation.</param>
    public int Add(string content)
    {
        var number = Reserve();
        Add(number, content);
        return number;
    }

    public void Add(int number, string content)
    {
        offsets[number] = position;
        Write(string.Create(CultureInfo.InvariantCulture, $"{number} 0 obj\n{content}\nendobj\n"));
    }

    /// <summary>Adds a stream, compressed.</summary>
    /// <param name="entries">Of its dictionary, besides length and filter.</param>
    public int AddStream(ReadOnlySpan<byte> content, string entries = "")
    {
        using var compressed = new MemoryStream(content.Length / 2);
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(content);
        var number = Reserve();
        offsets[number] = position;
        Write(string.Create(CultureInfo.InvariantCulture, $"{number} 0 obj\n<</Length {compressed.Length}/Filter/FlateDecode{entries}>>\nstream\n"));
        compressed.Position = 0;
        compressed.CopyTo(to);
        position += compressed.Length;
        Write("\nendstream\nendobj\n");
        return number;
    }

    /// <summary>Writes the table of objects. Nothing can be added afterwards.</summary>
    public void Complete(int catalog, int info)
    {
        var start = position;
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"xref\n0 {offsets.Count}\n0000000000 65535 f \n");
        foreach (var offset in offsets.Skip(1))
            table.Append(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n");
        table.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {offsets.Count}/Root {catalog} 0 R/Info {info} 0 R>>\nstartxref\n{start}\n%%EOF\n");
        Write(table.ToString());
    }

    /// <summary>A text in PDF's notation: &lt;FEFF…&gt;, in UTF-16.</summary>
    public static string Text(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    void Write(string latin1)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(latin1.Length);
        var length = Encoding.Latin1.GetBytes(latin1, bytes);
        to.Write(bytes, 0, length);
        position += length;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
