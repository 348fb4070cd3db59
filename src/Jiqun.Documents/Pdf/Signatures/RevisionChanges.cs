namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>What a later revision changed in a document. Signing adds a signature field and what shows it; whatever else is changed makes another document.</summary>
/// <remarks>
/// Objects are compared, not drawings, so that nothing depends on how a program draws. What may differ follows ISO 32000-1 §12.7.2 (the form), §12.5.6.19
/// (the widget that shows a field), §12.8.2.2 (what a certified document allows), and what signing programs were seen to write.
/// </remarks>
sealed class RevisionChanges
{
    /// <summary>Entries that programs write when they sign, and that change neither what is shown nor what happens.</summary>
    static readonly string[]
        OfCatalog = ["AcroForm", "Version", "Extensions", "Perms", "DSS", "Metadata"],
        OfForm = ["Fields", "SigFlags", "DR", "DA"],
        OfField = ["V", "AP", "F", "M", "MK"],
        OfInfo = ["ModDate", "Producer"];

    /// <summary>Entries that make something happen.</summary>
    static readonly string[] Actions = ["A", "AA", "XFA"];

    /// <summary>How much of a page the widgets that a revision adds may cover: a seal, not another page.</summary>
    const double LargestShare = 0.25;

    readonly PdfRevision before, after;
    readonly Lazy<ILookup<int, PdfDictionary>> pages;

    RevisionChanges(PdfRevision before, PdfRevision after) => (this.before, this.after, pages) = (before, after, new(Pages));

    /// <summary>Whether the later revision goes on where the earlier ended, and only adds signatures.</summary>
    /// <exception cref="UnreadableDocumentException">An object that matters cannot be read.</exception>
    public static bool AreSignaturesOnly(PdfRevision before, PdfRevision after) => new RevisionChanges(before, after).Hold();

    bool Hold()
    {
        var added = after.Sections.Count - before.Sections.Count;
        if (added < 0 || !after.Sections.Skip(added).SequenceEqual(before.Sections)
            || !PdfObject.Same(before.Trailer["Root"], after.Trailer["Root"]) || (before.Trailer["Info"] is { } info && !PdfObject.Same(info, after.Trailer["Info"])))
            return false;
        foreach (var (number, entry) in before.Entries)
        {
            var now = after.Entries.GetValueOrDefault(number);
            if (now == entry && !(entry.Kind is PdfRevision.EntryKind.InStream && IsChanged((int)entry.Place)))
                continue;
            if (entry.Kind is PdfRevision.EntryKind.Free || !MayBecome(number, Value(before, number), Value(after, number)))
                return false;
        }
        // the catalog need not have been written again where the form stands in an object of its own
        return FormHolds(before.Find(before.Catalog["AcroForm"]), after.Find(after.Catalog["AcroForm"]));
    }

    bool IsChanged(int number) => before.Entries.GetValueOrDefault(number) != after.Entries.GetValueOrDefault(number);

    static PdfObject? Value(PdfRevision revision, int number) =>
        revision.Entries.GetValueOrDefault(number) is { Kind: not PdfRevision.EntryKind.Free } entry ? revision.Find(new PdfReference(number, entry.Kind is PdfRevision.EntryKind.InFile ? entry.Detail : 0)) : null;

    bool MayBecome(int number, PdfObject? old, PdfObject? now)
    {
        if (PdfObject.Same(old, now))
            return true;
        if (Is(number, before.Trailer["Root"]))
            return old is PdfDictionary a && now is PdfDictionary b && SameBut(a, b, OfCatalog);
        if (Is(number, before.Trailer["Info"]))
            return old is PdfDictionary a && now is PdfDictionary b && SameBut(a, b, OfInfo);
        if (Is(number, before.Catalog["Metadata"]))
            return now is PdfStream;
        if (Is(number, before.Catalog["AcroForm"]))
            return true;                                              // looked at in the end, wherever it stands
        if (Is(number, (before.Find(before.Catalog["AcroForm"]) as PdfDictionary)?["Fields"]))
            return true;
        if (old is PdfDictionary page && page.Name("Type") == "Page")
            return now is PdfDictionary drawn && SameBut(page, drawn, ["Annots"]) && AnnotationsHold(before.Find(page["Annots"]), after.Find(drawn["Annots"]), after.Find(Inherited(drawn, "MediaBox")));
        if (old is PdfDictionary field && now is PdfDictionary signed)
            return Kind(before, field) == "Sig" && before.Find(field["V"]) is null && SameBut(field, signed, OfField);
        return old is PdfArray && now is PdfArray && PageOf(number) is { } owner && AnnotationsHold(old, now, after.Find(Inherited(owner, "MediaBox")));
    }

    static bool Is(int number, PdfObject? reference) => reference is PdfReference { Number: var own } && own == number;

    /// <summary>The page whose annotations stand in this object. Null when there is none, or several.</summary>
    PdfDictionary? PageOf(int annotations) => pages.Value[annotations].ToList() is [var only] ? only : null;

    ILookup<int, PdfDictionary> Pages() =>
        (from number in after.Entries.Keys
         let page = Value(after, number) as PdfDictionary
         where page?.Name("Type") == "Page" && page["Annots"] is PdfReference
         select (((PdfReference)page["Annots"]!).Number, page)).ToLookup(p => p.Number, p => p.page);

    static bool SameBut(PdfDictionary old, PdfDictionary now, string[] free) =>
        old.Entries.Keys.Union(now.Entries.Keys).Except(free).All(key => PdfObject.Same(old[key], now[key]));

    bool FormHolds(PdfObject? old, PdfObject? now)
    {
        if (now is null)
            return old is null;
        var (was, form) = (old as PdfDictionary ?? new PdfDictionary(new Dictionary<string, PdfObject>()), now as PdfDictionary);
        return form is not null && SameBut(was, form, OfForm) && after.Find(form["Fields"]) is PdfArray { Items: var fields }
            && Added((before.Find(was["Fields"]) as PdfArray)?.Items ?? [], fields) is { } added && added.All(f => IsSignature(f, null, 0));
    }

    /// <summary>What was added to a list. Null when the list lost something, or is in another order.</summary>
    static List<PdfObject>? Added(IReadOnlyList<PdfObject> old, IReadOnlyList<PdfObject> now)
    {
        List<PdfObject> added = [];
        var kept = 0;
        foreach (var item in now)
        {
            if (kept < old.Count && PdfObject.Same(old[kept], item))
                kept++;
            else
                added.Add(item);
        }
        return kept == old.Count ? added : null;
    }

    bool AnnotationsHold(PdfObject? old, PdfObject? now, PdfObject? page)
    {
        if (Added((old as PdfArray)?.Items ?? [], (now as PdfArray)?.Items ?? []) is not { } added)
            return false;
        var covered = 0.0;
        foreach (var each in added)
        {
            if (after.Find(each) is not PdfDictionary widget || widget.Name("Subtype") != "Widget" || Kind(after, widget) != "Sig" || Acts(widget))
                return false;
            covered += Area(after.Find(widget["Rect"])) ?? double.PositiveInfinity;
        }
        return added.Count == 0 || covered <= Area(page) * LargestShare;
    }

    /// <summary>A new field, and all below it, is a signature that does nothing else.</summary>
    bool IsSignature(PdfObject item, string? inherited, int depth)
    {
        if (depth > 8 || after.Find(item) is not PdfDictionary field || Acts(field))
            return false;
        var kind = field.Name("FT") ?? inherited;
        return kind == "Sig" && after.Find(field["Kids"]) is var kids && (kids is null || (kids is PdfArray { Items: { Count: <= 64 } items } && items.All(k => IsSignature(k, kind, depth + 1))));
    }

    static bool Acts(PdfDictionary dictionary) => Actions.Any(a => dictionary[a] is not null);

    static string? Kind(PdfRevision revision, PdfDictionary field) => Inherited(revision, field, "FT") is PdfName { Value: var kind } ? kind : null;

    PdfObject? Inherited(PdfDictionary child, string key) => Inherited(after, child, key);

    static PdfObject? Inherited(PdfRevision revision, PdfDictionary child, string key)
    {
        var at = child;
        for (var depth = 0; at is not null && depth < 32; depth++, at = revision.Find(at["Parent"]) as PdfDictionary)
            if (revision.Find(at[key]) is { } value)
                return value;
        return null;
    }

    /// <summary>Of a rectangle, in square points. Null when it is none.</summary>
    double? Area(PdfObject? rectangle) =>
        rectangle is PdfArray { Items: { Count: 4 } items } && items.Select(i => Length(after.Find(i))).ToList() is var sides && sides.All(s => s is not null)
            ? Math.Abs((sides[2]!.Value - sides[0]!.Value) * (sides[3]!.Value - sides[1]!.Value)) : null;

    static double? Length(PdfObject? number) => number switch
    {
        PdfInteger { Value: var whole } => whole,
        PdfReal { Value: var real } => real,
        _ => null,
    };
}
