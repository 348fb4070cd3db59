namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>A value in PDF's notation. A closed set.</summary>
/// <remarks>Source: ISO 32000-1 §7.3.</remarks>
abstract record PdfObject
{
    /// <summary>The same value, wherever in the file it stands. References are the same when they name the same object, whatever it is.</summary>
    public static bool Same(PdfObject? one, PdfObject? other) => (one, other) switch
    {
        (PdfString a, PdfString b) => a.Bytes.AsSpan().SequenceEqual(b.Bytes),
        (PdfArray a, PdfArray b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => Same(pair.First, pair.Second)),
        (PdfDictionary a, PdfDictionary b) => a.Entries.Count == b.Entries.Count && a.Entries.All(e => Same(e.Value, b[e.Key])),
        (PdfStream a, PdfStream b) => Same(a.Dictionary, b.Dictionary) && a.Raw.Span.SequenceEqual(b.Raw.Span),
        _ => Equals(one, other),
    };
}

sealed record PdfNull : PdfObject
{
    public static readonly PdfNull Value = new();
}

sealed record PdfBoolean(bool Value) : PdfObject;

sealed record PdfInteger(long Value) : PdfObject;

sealed record PdfReal(double Value) : PdfObject;

/// <param name="Value">A character a byte, without the slash.</param>
sealed record PdfName(string Value) : PdfObject;

/// <param name="Start">Where in the file it begins, with its bracket; −1 for one that stands in a compressed stream.</param>
/// <param name="End">Where it has ended.</param>
/// <param name="IsHex">It is written as hexadecimal digits alone, two a byte: what the hole of a signature must be.</param>
sealed record PdfString(byte[] Bytes, int Start, int End, bool IsHex) : PdfObject;

sealed record PdfReference(int Number, int Generation) : PdfObject;

sealed record PdfArray(IReadOnlyList<PdfObject> Items) : PdfObject;

/// <param name="Entries">None is null: an entry of null is one that is not there.</param>
sealed record PdfDictionary(IReadOnlyDictionary<string, PdfObject> Entries) : PdfObject
{
    public PdfObject? this[string key] => Entries.GetValueOrDefault(key);

    /// <summary>The value of a name; null when there is none, or something else.</summary>
    public string? Name(string key) => (this[key] as PdfName)?.Value;
}

/// <param name="Raw">As it stands in the file, compressed or not.</param>
sealed record PdfStream(PdfDictionary Dictionary, ReadOnlyMemory<byte> Raw) : PdfObject;
