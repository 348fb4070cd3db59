using System.IO.Compression;

namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>A PDF file as it was after one of its revisions: its objects, found as the tables of objects say and in no other way.</summary>
/// <remarks>Source: ISO 32000-1 §7.5. Unlike other readers it never looks for objects where the tables are damaged, since two readers would
/// then find different ones. Files with two tables for one revision (hybrid-reference files, §7.5.8.4) are refused for the same reason.</remarks>
sealed class PdfRevision
{
    const int MostObjects = 1 << 20, MostSections = 256, MostUnpacked = 64 << 20, MostUnderway = 8, TailLength = 1024;

    readonly byte[] file;
    readonly int end;
    readonly Dictionary<int, Entry> entries = [];
    readonly Dictionary<int, PdfObject> known = [];
    readonly Dictionary<int, List<(int Number, PdfObject Value)>> unpacked = [];
    readonly HashSet<int> underway = [];
    long mayParse, mayUnpack = MostUnpacked;

    /// <summary>Where an object stands.</summary>
    /// <param name="Place">Offset in the file; or the number of the stream that holds it.</param>
    /// <param name="Detail">Its generation; or its index in that stream.</param>
    public readonly record struct Entry(EntryKind Kind, long Place, int Detail);

    public enum EntryKind { Free, InFile, InStream }

    PdfRevision(byte[] file, int end)
    {
        (this.file, this.end) = (file, end);
        mayParse = (8L * end) + (1 << 16);
        List<int> sections = [];
        PdfDictionary? newest = null;
        for (int? section = LastSection(); section is { } start;)
        {
            if (sections.Contains(start) || sections.Count == MostSections)
                throw PdfParser.Broken();
            sections.Add(start);
            var (own, trailer) = Section(start);
            if (trailer["Encrypt"] is not null)
                throw new UnreadableDocumentException("seal-encrypted");
            if (trailer["XRefStm"] is not null)
                throw PdfParser.Broken();
            newest ??= trailer;
            foreach (var (number, entry) in own)
                entries.TryAdd(number, entry);
            section = trailer["Prev"] switch
            {
                null => null,
                PdfInteger { Value: >= 0 and var previous } when previous < end => (int)previous,
                _ => throw PdfParser.Broken(),
            };
        }
        (Trailer, Sections) = (newest!, sections);
    }

    /// <param name="end">Where the revision ends: as the whole file would.</param>
    /// <exception cref="UnreadableDocumentException">It is no PDF, was cut off, or is not as the standard wants it.</exception>
    public static PdfRevision Read(byte[] file, int end) => new(file, end);

    /// <summary>Where it ends in the file.</summary>
    public int End => end;

    public PdfDictionary Trailer { get; }

    /// <summary>Where the tables of objects stand, the newest first.</summary>
    public IReadOnlyList<int> Sections { get; }

    public IReadOnlyDictionary<int, Entry> Entries => entries;

    public PdfDictionary Catalog => Find(Trailer["Root"]) as PdfDictionary ?? throw PdfParser.Broken();

    /// <summary>The value, or that of the object which it refers to. Null when there is none.</summary>
    public PdfObject? Find(PdfObject? value)
    {
        if (value is not PdfReference reference)
            return value;
        if (!entries.TryGetValue(reference.Number, out var entry) || entry.Kind is EntryKind.Free
            || reference.Generation != (entry.Kind is EntryKind.InFile ? entry.Detail : 0))
            return null;
        if (!known.TryGetValue(reference.Number, out var found))
        {
            if (!underway.Add(reference.Number) || underway.Count > MostUnderway)
                throw PdfParser.Broken();
            known[reference.Number] = found = entry.Kind is EntryKind.InFile ? ObjectAt(entry.Place, reference) : ObjectIn((int)entry.Place, entry.Detail, reference.Number);
            underway.Remove(reference.Number);
        }
        return found is PdfNull ? null : found;
    }

    int LastSection()
    {
        if (!file.AsSpan(0, end).StartsWith("%PDF-"u8))
            throw new UnreadableDocumentException("seal-no-pdf");
        var from = Math.Max(0, end - TailLength);
        var last = file.AsSpan(from, end - from).LastIndexOf("startxref"u8);
        if (last < 0)
            throw new UnreadableDocumentException("seal-cut");
        var parser = new PdfParser(file, from + last, end);
        parser.Expect("startxref");
        var start = parser.Count();
        var tail = file.AsSpan(parser.At, end - parser.At).Trim(" \t\r\n"u8);
        return tail.SequenceEqual("%%EOF"u8) ? start : throw new UnreadableDocumentException("seal-cut");
    }

    PdfParser At(long place) => place >= 0 && place < end ? new PdfParser(file, (int)place, end) : throw PdfParser.Broken();

    /// <summary>Objects may overlap, so that a small file could take for ever to read.</summary>
    void Spend(PdfParser parser, long from)
    {
        if ((mayParse -= parser.At - from) < 0)
            throw PdfParser.Broken();
    }

    (Dictionary<int, Entry> Entries, PdfDictionary Trailer) Section(int start)
    {
        var parser = At(start);
        Dictionary<int, Entry> own = [];
        if (!parser.Take("xref"))
            return ObjectAt(start, null) is PdfStream { Dictionary: var trailer } stream && trailer.Name("Type") == "XRef" ? (Packed(stream, own), trailer) : throw PdfParser.Broken();
        while (!parser.Take("trailer"))
        {
            var (first, count) = (parser.Count(), parser.Count());
            if (first > MostObjects)
                throw PdfParser.Broken();
            for (var i = 0; i < count; i++)                            // Add ends it when there are too many
            {
                var (place, generation) = (LongCount(parser), parser.Count());
                Add(own, first + i, parser.Take("n") ? new Entry(EntryKind.InFile, place, generation) : parser.Take("f") ? default : throw PdfParser.Broken());
            }
        }
        var read = parser.Read() as PdfDictionary ?? throw PdfParser.Broken();
        Spend(parser, start);
        return (own, read);
    }

    static long LongCount(PdfParser parser) => parser.Read() is PdfInteger { Value: >= 0 and var place } ? place : throw PdfParser.Broken();

    static void Add(Dictionary<int, Entry> own, int number, Entry entry)
    {
        if (own.Count == MostObjects || number < 0 || !own.TryAdd(number, entry))
            throw PdfParser.Broken();
    }

    /// <summary>The table that a stream holds.</summary>
    Dictionary<int, Entry> Packed(PdfStream stream, Dictionary<int, Entry> own)
    {
        var widths = Numbers(stream.Dictionary["W"]);
        if (widths is not [>= 0 and <= 4, >= 1 and <= 8, >= 0 and <= 4] || stream.Dictionary["Size"] is not PdfInteger { Value: > 0 and <= MostObjects and var size })
            throw PdfParser.Broken();
        var ranges = stream.Dictionary["Index"] is { } index ? Numbers(index) : [0, size];
        var rows = Unpack(stream);
        var row = (int)widths.Sum();
        var at = 0;
        foreach (var range in ranges.Chunk(2))
        {
            if (range is not [>= 0 and <= int.MaxValue and var first, >= 0 and var count] || count > (rows.Length - at) / row)
                throw PdfParser.Broken();
            for (var i = 0; i < count; i++, at += row)
            {
                var kind = widths[0] == 0 ? 1 : Field(rows, at, widths[0]);
                var place = Field(rows, at + (int)widths[0], widths[1]);
                var detail = Field(rows, at + (int)(widths[0] + widths[1]), widths[2]);
                if (detail > int.MaxValue || first + i > int.MaxValue)
                    throw PdfParser.Broken();
                Add(own, (int)(first + i), kind switch
                {
                    0 => default,
                    1 => new Entry(EntryKind.InFile, place, (int)detail),
                    2 when place <= int.MaxValue => new Entry(EntryKind.InStream, place, (int)detail),
                    _ => throw PdfParser.Broken(),
                });
            }
        }
        return at == rows.Length ? own : throw PdfParser.Broken();
    }

    static long Field(byte[] rows, int at, long width)
    {
        ulong value = 0;
        for (var i = 0; i < width; i++)
            value = (value << 8) | rows[at + i];
        return value <= long.MaxValue ? (long)value : throw PdfParser.Broken();
    }

    static long[] Numbers(PdfObject? array) =>
        array is PdfArray { Items: var items } && items.All(i => i is PdfInteger) ? [.. items.Select(i => ((PdfInteger)i).Value)] : throw PdfParser.Broken();

    /// <param name="asked">Null: whatever number it has.</param>
    PdfObject ObjectAt(long place, PdfReference? asked)
    {
        var parser = At(place);
        var (number, generation) = (parser.Count(), parser.Count());
        parser.Expect("obj");
        if (asked is not null && asked != new PdfReference(number, generation))
            throw PdfParser.Broken();
        var value = parser.Read();
        if (value is PdfDictionary dictionary && parser.Take("stream"))
        {
            var length = Find(dictionary["Length"]) is PdfInteger whole ? whole.Value : throw PdfParser.Broken();
            value = new PdfStream(dictionary, parser.Stream(length));
            parser.Expect("endstream");
        }
        parser.Expect("endobj");
        Spend(parser, place);
        return value;
    }

    PdfObject ObjectIn(int stream, int index, int number)
    {
        if (!unpacked.TryGetValue(stream, out var objects))
        {
            if (!entries.TryGetValue(stream, out var entry) || entry is not { Kind: EntryKind.InFile, Detail: 0 }
                || Find(new PdfReference(stream, 0)) is not PdfStream { Dictionary: var dictionary } packed || dictionary.Name("Type") != "ObjStm"
                || dictionary["N"] is not PdfInteger { Value: >= 0 and <= MostObjects and var count } || dictionary["First"] is not PdfInteger { Value: >= 0 and var first })
                throw PdfParser.Broken();
            var content = Unpack(packed);
            var table = new PdfParser(content, 0, content.Length, isFile: false);
            unpacked[stream] = objects = [];
            for (var i = 0; i < count; i++)
            {
                var (own, place) = (table.Count(), first + table.Count());
                if (place >= content.Length)
                    throw PdfParser.Broken();
                var value = new PdfParser(content, (int)place, content.Length, isFile: false);
                objects.Add((own, value.Read()));
                Spend(value, place);
            }
        }
        return index < objects.Count && objects[index].Number == number ? objects[index].Value : throw PdfParser.Broken();
    }

    byte[] Unpack(PdfStream stream)
    {
        var filter = stream.Dictionary["Filter"] is PdfArray { Items: [var only] } ? only : stream.Dictionary["Filter"];
        if (filter is null)
            return stream.Raw.ToArray();
        if (filter is not PdfName { Value: "FlateDecode" })
            throw PdfParser.Broken();
        var content = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(stream.Raw.ToArray(), writable: false), CompressionMode.Decompress);
            var part = new byte[1 << 14];
            for (int read; (read = zlib.Read(part)) > 0;)
            {
                if ((mayUnpack -= read) < 0)
                    throw PdfParser.Broken();
                content.Write(part, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw PdfParser.Broken();
        }
        var parameters = stream.Dictionary["DecodeParms"] is PdfArray { Items: [var one] } ? one : stream.Dictionary["DecodeParms"];
        return parameters switch
        {
            null => content.ToArray(),
            PdfDictionary given when given["Predictor"] is null or PdfInteger { Value: 1 } => content.ToArray(),
            PdfDictionary given when given["Predictor"] is PdfInteger { Value: >= 10 and <= 15 } && given["Columns"] is PdfInteger { Value: >= 1 and <= 64 and var columns }
                && given["Colors"] is null or PdfInteger { Value: 1 } && given["BitsPerComponent"] is null or PdfInteger { Value: 8 } => Predicted(content.ToArray(), (int)columns),
            _ => throw PdfParser.Broken(),
        };
    }

    /// <summary>Undoes PNG's prediction of bytes.</summary>
    /// <remarks>Source: ISO/IEC 15948 §9.2.</remarks>
    static byte[] Predicted(byte[] content, int columns)
    {
        if (content.Length % (columns + 1) != 0)
            throw PdfParser.Broken();
        var rows = new byte[content.Length / (columns + 1) * columns];
        for (var (from, to) = (0, 0); from < content.Length; from += columns + 1, to += columns)
            for (var i = 0; i < columns; i++)
            {
                var (left, above, corner) = (i > 0 ? rows[to + i - 1] : 0, to > 0 ? rows[to + i - columns] : 0, i > 0 && to > 0 ? rows[to + i - columns - 1] : 0);
                var predicted = content[from] switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    4 => Paeth(left, above, corner),
                    _ => throw PdfParser.Broken(),
                };
                rows[to + i] = (byte)((content[from + 1 + i] + predicted) & 0xFF);
            }
        return rows;
    }

    static int Paeth(int left, int above, int corner)
    {
        var (a, b, c) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
}
