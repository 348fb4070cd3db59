namespace Jiqun.Documents.Excel;

/// <summary>How a cell looks; its number is its place among the <c>cellXfs</c> of <see cref="WorkbookParts"/>.</summary>
enum CellStyle
{
    Plain,
    Header,

    /// <summary>The second header row: field ids.</summary>
    Id,
    Text,

    /// <summary>Text that begins as a formula does.</summary>
    QuotedText,
    WrappedText,
    QuotedWrappedText,
    Integer,
    Decimal,
    TotalLabel,
    TotalInteger,
    TotalDecimal,
}
