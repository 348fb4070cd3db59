using System.Globalization;
using System.Text;
using System.Xml;

namespace Jiqun.Documents.Excel;

/// <summary>Writes one worksheet as it comes, cell by cell; holds nothing back.</summary>
sealed class SheetWriter : IDisposable
{
    /// <summary>Excel's limit.</summary>
    public const int MostRows = 1_048_576;

    readonly XmlWriter xml;
    readonly int columns, filterRow;
    int column;

    /// <param name="to">Left open.</param>
    /// <param name="widths">In characters, a column each.</param>
    /// <param name="headerRows">Frozen; the last of them bears the filter.</param>
    /// <param name="frozenColumns">At the left.</param>
    public SheetWriter(Stream to, IReadOnlyList<int> widths, int headerRows, int frozenColumns)
    {
        columns = widths.Count;
        filterRow = headerRows;
        xml = XmlWriter.Create(to, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = false });
        xml.WriteStartDocument(true);
        xml.WriteStartElement("worksheet", WorkbookParts.Main);
        WriteView(headerRows, frozenColumns);
        xml.WriteStartElement("sheetFormatPr");
        xml.WriteAttributeString("defaultRowHeight", "15");
        xml.WriteEndElement();
        xml.WriteStartElement("cols");
        for (var i = 0; i < columns; i++)
        {
            xml.WriteStartElement("col");
            Attribute("min", i + 1);
            Attribute("max", i + 1);
            Attribute("width", widths[i]);
            Attribute("customWidth", 1);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteStartElement("sheetData");
    }

    /// <summary>The row that is being written, from 1; 0 before the first.</summary>
    public int Row { get; private set; }

    /// <param name="height">In points; null: as high as its text.</param>
    public void BeginRow(int? height = null)
    {
        if (Row > 0)
            xml.WriteEndElement();
        Row++;
        column = 0;
        xml.WriteStartElement("row");
        Attribute("r", Row);
        if (height is { } points)
        {
            Attribute("ht", points);
            Attribute("customHeight", 1);
        }
    }

    public void Blank() => column++;

    /// <summary>Text, whatever it looks like: never a formula, never a number.</summary>
    public void Text(string? text, CellStyle style = CellStyle.Text)
    {
        if (string.IsNullOrEmpty(text))
        {
            Blank();
            return;
        }
        if (CellText.LooksLikeFormula(text))
            style = style is CellStyle.WrappedText ? CellStyle.QuotedWrappedText : CellStyle.QuotedText;
        BeginCell(style);
        xml.WriteAttributeString("t", "inlineStr");
        xml.WriteRaw("<is><t xml:space=\"preserve\">");
        xml.WriteString(CellText.Of(text));
        xml.WriteRaw("</t></is>");
        xml.WriteEndElement();
    }

    public void Number(decimal number, CellStyle style)
    {
        BeginCell(style);
        xml.WriteElementString("v", Written(number));
        xml.WriteEndElement();
    }

    /// <param name="result">What the formula yields, for programs that do not compute; null: empty text.</param>
    public void Formula(string formula, decimal? result, CellStyle style)
    {
        BeginCell(style);
        if (result is null)
            xml.WriteAttributeString("t", "str");
        xml.WriteElementString("f", formula);
        xml.WriteElementString("v", result is { } number ? Written(number) : "");
        xml.WriteEndElement();
    }

    /// <param name="filterTo">Last row that the filter covers, header included; null: the last row.</param>
    public void Complete(int? filterTo = null)
    {
        if (Row > 0)
            xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("autoFilter");
        xml.WriteAttributeString("ref", $"A{filterRow}:{ColumnName(columns - 1)}{Math.Max(filterTo ?? Row, filterRow)}");
        xml.WriteEndElement();
        xml.WriteStartElement("ignoredErrors");                       // postcodes and telephones are text on purpose
        xml.WriteStartElement("ignoredError");
        xml.WriteAttributeString("sqref", $"A1:{ColumnName(columns - 1)}{Math.Max(Row, 1)}");
        Attribute("numberStoredAsText", 1);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
        xml.Dispose();
    }

    public void Dispose() => xml.Dispose();

    /// <param name="index">From 0.</param>
    public static string ColumnName(int index) =>
        index < 26 ? $"{(char)('A' + index)}" : ColumnName(index / 26 - 1) + (char)('A' + index % 26);

    static string Written(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    void WriteView(int headerRows, int frozenColumns)
    {
        xml.WriteStartElement("sheetViews");
        xml.WriteStartElement("sheetView");
        Attribute("workbookViewId", 0);
        xml.WriteStartElement("pane");
        if (frozenColumns > 0)
            Attribute("xSplit", frozenColumns);
        Attribute("ySplit", headerRows);
        xml.WriteAttributeString("topLeftCell", $"{ColumnName(frozenColumns)}{headerRows + 1}");
        xml.WriteAttributeString("activePane", frozenColumns > 0 ? "bottomRight" : "bottomLeft");
        xml.WriteAttributeString("state", "frozen");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    void BeginCell(CellStyle style)
    {
        xml.WriteStartElement("c");
        xml.WriteAttributeString("r", $"{ColumnName(column++)}{Row}");
        Attribute("s", (int)style);
    }

    void Attribute(string name, int value) => xml.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));
}
