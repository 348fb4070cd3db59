using System.Globalization;
using System.IO.Compression;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Excel;

/// <summary>The workbook in which a chart of Word keeps its figures: names in the first column, figures in the second.</summary>
static class ChartWorkbook
{
    public const string Sheet = "Data";

    const int NameWidth = 40, FigureWidth = 20;

    public static void Write(Stream to, PrintedBars bars)
    {
        using var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        WorkbookParts.Write(archive, [Sheet]);
        using var part = WorkbookParts.Create(archive, "xl/worksheets/sheet1.xml");
        using var sheet = new SheetWriter(part, [NameWidth, FigureWidth], headerRows: 1, frozenColumns: 0);
        sheet.BeginRow();
        sheet.Blank();
        sheet.Text(bars.Measure, CellStyle.Header);
        foreach (var bar in bars.Bars)
        {
            sheet.BeginRow();
            sheet.Text(bar.Name);
            if (decimal.TryParse(bar.Shown, NumberStyles.Float, CultureInfo.InvariantCulture, out var figure))
                sheet.Number(figure, CellStyle.Plain);
            else
                sheet.Text(bar.Shown);                          // larger than Excel's writer takes
        }
        sheet.Complete();
    }
}
