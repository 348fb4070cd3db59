namespace Jiqun.Core.Sheets;

/// <summary>A receipt (回执) as it is printed: a title, rows of label and value, a QR code with its caption, and notes.</summary>
/// <remarks>Printed in Chinese, as issued. Any text will do: what cannot be printed is made visible, as in answers.</remarks>
/// <param name="Rows">From top to bottom. A value may have several lines.</param>
/// <param name="QrText">What the code says to who scans it: usually an address. At most 2,331 letters of ASCII; a third of that in Chinese.</param>
/// <param name="QrCaption">Stands under the code.</param>
/// <param name="Footnotes">Stand under the caption, a paragraph each, with their numbers if they have any.</param>
public sealed record PrintedReceipt(
    string Title, IReadOnlyList<(string Label, string Value)> Rows, string QrText, string QrCaption, IReadOnlyList<string> Footnotes)
{
    /// <summary>Shares of the width: labels, values.</summary>
    static readonly decimal[] Columns = [1, 4];

    public string Title { get; init; } = PrintedForm.Line(Title);

    public string QrCaption { get; init; } = PrintedForm.Line(QrCaption);

    /// <summary>What stands above the code.</summary>
    public IReadOnlyList<PrintedBlock> Above =>
        [new PrintedLine(Title, LineRole.Title), new PrintedTable(Columns, [.. Rows.Select(r => Row(r.Label, r.Value))])];

    /// <summary>What stands below the code and its caption.</summary>
    public IReadOnlyList<PrintedBlock> Below => [.. Footnotes.Select(n => new PrintedLine(PrintedForm.Line(n), LineRole.Note))];

    static PrintedRow Row(string label, string value) =>
        new([Cell(0, label, Alignment.Center), Cell(1, value, Alignment.Start)], PrintedForm.RowHeight);

    static PrintedCell Cell(int column, string text, Alignment alignment) =>
        new(column, 1, 1, IsHeader: column == 0, [.. Paragraphs.Of(text).Select(line => new PrintedParagraph(alignment, [new PrintedPiece(line, null)]))]);
}
