namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>A signature that a document shows: the value of one of its signature fields.</summary>
/// <param name="Value">The signature dictionary.</param>
/// <param name="Contents">The signature itself, in the hole that it leaves in the file.</param>
/// <param name="Hole">The hole as its ByteRange says: where it begins and ends.</param>
/// <param name="End">Up to where the signature covers the file.</param>
/// <remarks>Source: ISO 32000-1 §12.7.4.5, §12.8.1.</remarks>
sealed record SignatureField(PdfDictionary Value, PdfString Contents, (int Start, int End) Hole, int End)
{
    const int MostFields = 10_000, MostDepth = 32;

    /// <summary>The ByteRange leaves out the signature alone, and nothing else.</summary>
    public bool CoversAllElse => Hole == (Contents.Start, Contents.End);

    /// <summary>Every signature, in the order in which they were made.</summary>
    /// <exception cref="UnreadableDocumentException">One has no hole or no range that could be one.</exception>
    public static List<SignatureField> In(PdfRevision revision)
    {
        List<SignatureField> found = [];
        var visited = new HashSet<int>();
        var left = MostFields;
        Walk((revision.Find(revision.Catalog["AcroForm"]) as PdfDictionary)?["Fields"], null, 0);
        return [.. found.OrderBy(f => f.End)];

        void Walk(PdfObject? fields, string? inherited, int depth)
        {
            if (revision.Find(fields) is not PdfArray { Items: var items })
                return;
            if (depth > MostDepth)
                throw PdfParser.Broken();
            foreach (var item in items)
            {
                if (--left < 0 || (item is PdfReference reference && !visited.Add(reference.Number)))
                    throw PdfParser.Broken();
                if (revision.Find(item) is not PdfDictionary field)
                    continue;
                var kind = revision.Find(field["FT"]) is PdfName { Value: var own } ? own : inherited;
                if (kind == "Sig" && revision.Find(field["V"]) is { } value)
                    found.Add(Of(value, revision));
                Walk(field["Kids"], kind, depth + 1);
            }
        }
    }

    /// <remarks>Both stand in the signature dictionary itself, not in objects of their own: what tells what is signed is signed.</remarks>
    static SignatureField Of(PdfObject value, PdfRevision revision) =>
        value is PdfDictionary dictionary
        && dictionary["Contents"] is PdfString { IsHex: true, Start: >= 0, Bytes.Length: > 0 } contents
        && dictionary["ByteRange"] is PdfArray { Items: [PdfInteger { Value: >= 0 and var start }, PdfInteger { Value: >= 0 and var before }, PdfInteger { Value: >= 0 and var after }, PdfInteger { Value: >= 0 and var length }] }
        && start <= revision.End && before <= revision.End - start && after >= start + before && after <= revision.End && length <= revision.End - after
            ? new SignatureField(dictionary, contents, start == 0 ? ((int)before, (int)after) : (-1, -1), (int)(after + length))
            : throw new UnreadableDocumentException("seal-hole");
}
