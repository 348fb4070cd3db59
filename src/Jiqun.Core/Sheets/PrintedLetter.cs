namespace Jiqun.Core.Sheets;

/// <summary>
/// A recommendation letter (推荐函) as it is printed: title, addressee, paragraphs, the table of those recommended, closing paragraphs, and at the
/// right who recommends and when, with room for a stamp.
/// </summary>
/// <remarks>
/// Printed in Chinese, in the manner of official letters (GB/T 9704-2012). Any text will do: what cannot be printed is made visible, as in answers.
/// </remarks>
/// <param name="Title">May have several lines, parted where the sense allows it.</param>
/// <param name="Addressee">With its colon: 工业和信息化部：</param>
/// <param name="Opening">Stands above the table. Each line of a text is a paragraph, its first line indented.</param>
/// <param name="Recommended">The table's rows, which are numbered from 1. None: there is no table.</param>
/// <param name="Closing">Stands below the table, as above it.</param>
/// <param name="Organisation">Who recommends. （盖章） is printed after it.</param>
/// <param name="Date">As printed: 2021年10月8日.</param>
public sealed record PrintedLetter(
    string Title, string Addressee, IReadOnlyList<string> Opening, IReadOnlyList<Recommendation> Recommended, IReadOnlyList<string> Closing, string Organisation, string Date)
{
    /// <summary>The table's columns, and their shares of its width.</summary>
    static readonly (string Head, decimal Share)[] Columns = [("序号", 1.2m), ("集群名称", 3.6m), ("申报单位/促进组织", 3.6m), ("报送版本摘要", 3.8m), ("推荐意见", 2.8m)];

    /// <summary>The title in one line.</summary>
    public string Name => PrintedForm.Line(Title);

    public string Organisation { get; init; } = PrintedForm.Line(Organisation);

    public IReadOnlyList<PrintedBlock> Blocks =>
    [
        new PrintedLine(string.Join('\n', Paragraphs.Of(Title)), LineRole.Title),
        new PrintedLine(PrintedForm.Line(Addressee), LineRole.Addressee),
        .. Body(Opening),
        .. Recommended.Count == 0 ? [] : (PrintedBlock[])[Table],
        .. Body(Closing),
        new PrintedLine($"{Organisation}（盖章）", LineRole.Signature),
        new PrintedLine(PrintedForm.Line(Date), LineRole.SignatureDate),
    ];

    PrintedTable Table => new(
        [.. Columns.Select(c => c.Share)],
        [
            Row(isHeader: true, [.. Columns.Select(c => c.Head)]),
            .. Recommended.Select((r, i) => Row(isHeader: false, $"{i + 1}", r.Cluster, r.Entrants, r.Submission, r.Opinion)),
        ])
    { HeadRows = 1 };

    static IEnumerable<PrintedLine> Body(IReadOnlyList<string> texts) => texts.SelectMany(Paragraphs.Of).Select(line => new PrintedLine(line, LineRole.Body));

    static PrintedRow Row(bool isHeader, params string[] cells) =>
        new([.. cells.Select((text, column) => new PrintedCell(column, 1, 1, isHeader, [.. Paragraphs.Of(text).Select(line => Paragraph(line, isHeader || column is 0 or 3))]))], PrintedForm.RowHeight);

    static PrintedParagraph Paragraph(string line, bool isCentered) => new(isCentered ? Alignment.Center : Alignment.Start, [new PrintedPiece(line, null)]);
}

/// <summary>One row of a recommendation letter's table. A text may have several lines.</summary>
/// <param name="Entrants">申报单位/促进组织: who entered it.</param>
/// <param name="Submission">报送版本摘要: which of its submissions is meant, as <see cref="PrintedMark.ShortOf"/> gives it.</param>
/// <param name="Opinion">推荐意见.</param>
public sealed record Recommendation(string Cluster, string Entrants, string Submission, string Opinion);
