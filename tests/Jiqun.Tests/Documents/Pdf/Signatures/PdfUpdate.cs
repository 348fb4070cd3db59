using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Jiqun.Tests.Documents.Pdf.Signatures;

/// <summary>An incremental update of a PDF, as signing programs append one. Made for documents whose objects stand as plain text: ours, and what this wrote.</summary>
sealed class PdfUpdate
{
    readonly byte[] pdf;
    readonly string text;
    readonly SortedDictionary<int, string> objects = [];
    readonly string trailer;
    int size;

    public PdfUpdate(byte[] pdf)
    {
        (this.pdf, text) = (pdf, Encoding.Latin1.GetString(pdf));
        trailer = text[Math.Max(text.LastIndexOf("trailer", StringComparison.Ordinal), text.LastIndexOf("/Type/XRef", StringComparison.Ordinal))..];
        (Root, Info, size) = (Number("Root"), Number("Info"), Number("Size"));
        Pages = [.. Regex.Matches(text, @"(?:^|\n)(\d+) 0 obj\n<</Type/Page/", RegexOptions.None).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct()];
    }

    public int Root { get; }

    public int Info { get; }

    public IReadOnlyList<int> Pages { get; }

    /// <summary>The newest content of an object.</summary>
    public string this[int number]
    {
        get
        {
            if (objects.TryGetValue(number, out var changed))
                return changed;
            var begin = $"\n{number} 0 obj\n";
            var from = text.LastIndexOf(begin, StringComparison.Ordinal) + begin.Length;
            return text[from..text.IndexOf("\nendobj", from, StringComparison.Ordinal)];
        }
        set => objects[number] = value;
    }

    public int Add(string content)
    {
        objects[size] = content;
        return size++;
    }

    /// <summary>Puts entries at the end of a dictionary.</summary>
    public void Extend(int number, string entries) => this[number] = this[number][..this[number].LastIndexOf(">>", StringComparison.Ordinal)] + entries + ">>";

    /// <param name="packed">Object streams and a cross-reference stream, as newer programs write them; what has a hole stays outside.</param>
    public byte[] Write(bool packed = false)
    {
        var to = new MemoryStream();
        to.Write(pdf);
        var rows = new SortedDictionary<int, (int Kind, long Place, int Detail)>();
        var previous = int.Parse(Regex.Matches(text, @"startxref\s+(\d+)")[^1].Groups[1].Value, CultureInfo.InvariantCulture);
        var inside = packed ? objects.Where(o => !o.Value.Contains("/ByteRange", StringComparison.Ordinal) && !o.Value.Contains("stream\n", StringComparison.Ordinal)).ToList() : [];
        foreach (var (number, content) in objects.Except(inside))
            Put(number, content);
        if (packed)
        {
            var (table, contents) = (new StringBuilder(), new StringBuilder());
            foreach (var (index, (number, content)) in inside.Index())
            {
                table.Append(CultureInfo.InvariantCulture, $"{number} {contents.Length} ");
                contents.Append(content).Append('\n');
                rows[number] = (2, size, index);
            }
            PutStream(size++, $"/Type/ObjStm/N {inside.Count}/First {table.Length}", Encoding.Latin1.GetBytes($"{table}{contents}"));
            rows[size] = (1, to.Length, 0);
            var lines = rows.Values.SelectMany(r => new[] { (byte)2, (byte)r.Kind, (byte)((r.Place >> 16) & 0xFF), (byte)((r.Place >> 8) & 0xFF), (byte)(r.Place & 0xFF), (byte)r.Detail }).ToArray();
            for (var i = lines.Length - 6; i > 0; i -= 6)              // each row as the difference from that above
                for (var j = 1; j < 6; j++)
                    lines[i + j] = unchecked((byte)(lines[i + j] - lines[i - 6 + j]));
            var start = to.Length;
            PutStream(size, string.Create(CultureInfo.InvariantCulture,
                $"/Type/XRef/W[1 3 1]/Index[{string.Join(' ', rows.Keys.Select(k => $"{k} 1"))}]/DecodeParms<</Predictor 12/Columns 5>>/Size {size + 1}/Root {Root} 0 R/Info {Info} 0 R/Prev {previous}"), lines);
            Write($"startxref\n{start}\n%%EOF\n");
        }
        else
        {
            var start = to.Length;
            Write($"xref\n{string.Concat(rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} 1\n{r.Value.Place:0000000000} 00000 n \n")))}");
            Write($"trailer\n<</Size {size}/Root {Root} 0 R/Info {Info} 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n");
        }
        return to.ToArray();

        void Put(int number, string content)
        {
            rows[number] = (1, to.Length, 0);
            Write($"{number} 0 obj\n{content}\nendobj\n");
        }

        void PutStream(int number, string entries, byte[] content)
        {
            using var compressed = new MemoryStream();
            using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
                zlib.Write(content);
            Put(number, $"<<{entries}/Filter/FlateDecode/Length {compressed.Length}>>\nstream\n{Encoding.Latin1.GetString(compressed.ToArray())}\nendstream");
        }

        void Write(string latin1) => to.Write(Encoding.Latin1.GetBytes(latin1));
    }

    int Number(string key) => int.Parse(Regex.Match(trailer, $@"/{key} (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
}
