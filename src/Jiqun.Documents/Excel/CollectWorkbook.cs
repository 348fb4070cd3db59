using System.IO.Compression;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Excel;

/// <summary>The workbook of <c>jiqun collect</c>: 汇总, 指标, 问题, 未读文件. Written as the forms come, in constant memory but for
/// the indicators: a row of numbers a form.</summary>
public sealed class CollectWorkbook : IDisposable
{
    static readonly string[] Sheets = ["汇总", "指标", "问题", "未读文件"];
    static readonly string[] FindingHeaders = ["文件", "填报项编号", "填报项", "级别", "代码", "说明", "填写内容"];

    readonly Form form;
    readonly Func<Field, string> heading;
    readonly List<Field> indicators;
    readonly List<(string File, decimal?[] Figures)> figures = [];
    readonly ZipArchive archive;
    readonly Stream summaryPart;
    readonly SheetWriter summary;

    // Only one part of an archive can be written at a time: these two wait beside it.
    readonly FileStream findingsSpool = Spool(), unreadSpool = Spool();
    readonly SheetWriter findings, unread;

    /// <param name="to">Written from where it stands. Left open.</param>
    /// <param name="heading">What stands over the answers to a field; null for its Chinese name with its unit.</param>
    public CollectWorkbook(Stream to, Form form, Func<Field, string>? heading = null)
    {
        this.form = form;
        this.heading = heading ?? (field => field.FullName);
        indicators = [.. form.Fields.Where(IsNumber)];
        archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        summaryPart = WorkbookParts.Create(archive, SheetPart(0));
        summary = new SheetWriter(summaryPart, [FileWidth, .. form.Fields.Select(Width)], 2, 1);
        WriteHeaders(summary, form.Fields);
        findings = new SheetWriter(findingsSpool, [FileWidth, 26, 26, 8, 16, 80, 40], 1, 1);
        WriteHeader(findings, FindingHeaders);
        unread = new SheetWriter(unreadSpool, [40, 100], 1, 1);
        WriteHeader(unread, ["文件", "原因"]);
    }

    /// <summary>A form that was read: its row, its indicators and its findings.</summary>
    public void Add(string file, FilledForm filled)
    {
        summary.BeginRow(15);                                         // or a narrative with line feeds makes its row a page high
        summary.Text(file);
        foreach (var field in form.Fields)
            WriteAnswer(summary, field, filled.Answers[field.Id]);
        figures.Add((file, [.. indicators.Select(f => filled.Answers.Number(f.Id))]));

        foreach (var found in filled.Findings)
        {
            if (findings.Row == SheetWriter.MostRows)
                break;
            findings.BeginRow();
            if (findings.Row == SheetWriter.MostRows)
            {
                findings.Text(Messages.Of("rows-cut"));
                break;
            }
            WriteFinding(file, found);
        }
    }

    /// <summary>A file that could not be read.</summary>
    public void AddUnread(string file, string reason)
    {
        if (unread.Row == SheetWriter.MostRows)
            return;
        unread.BeginRow();
        unread.Text(file, CellStyle.WrappedText);
        unread.Text(reason, CellStyle.WrappedText);
    }

    /// <summary>Writes what is left. Without it the file is no workbook.</summary>
    public void Complete()
    {
        summary.Complete();
        summaryPart.Dispose();
        using (var part = WorkbookParts.Create(archive, SheetPart(1)))
            WriteIndicators(part);
        Append(findings, findingsSpool, 2);
        Append(unread, unreadSpool, 3);
        WorkbookParts.Write(archive, Sheets);
        archive.Dispose();
    }

    public void Dispose()
    {
        summary.Dispose();
        summaryPart.Dispose();
        findings.Dispose();
        unread.Dispose();
        findingsSpool.Dispose();
        unreadSpool.Dispose();
        archive.Dispose();
    }

    void WriteFinding(string file, Finding found)
    {
        findings.Text(file);
        findings.Text(found.Field);
        findings.Text(found.Field is { } id && form.Find(id) is { } field ? heading(field) : null);
        findings.Text(Messages.Of(found.Severity switch { Severity.Error => "error", Severity.Warning => "warning" }));
        findings.Text(found.Code);
        findings.Text(found.Message, CellStyle.WrappedText);
        findings.Text(found.Value, CellStyle.WrappedText);
    }

    void WriteIndicators(Stream part)
    {
        using var sheet = new SheetWriter(part, [FileWidth, .. indicators.Select(Width)], 2, 1);
        WriteHeaders(sheet, indicators);
        foreach (var (file, row) in figures)
        {
            sheet.BeginRow();
            sheet.Text(file);
            for (var i = 0; i < indicators.Count; i++)
                if (row[i] is { } number)
                    sheet.Number(number, StyleOf(indicators[i], number));
                else
                    sheet.Blank();
        }
        var last = sheet.Row;
        if (figures.Count > 0)
        {
            WriteTotals(sheet, "合计", "SUM", last, sorted => sorted.Sum());
            WriteTotals(sheet, "中位数", "MEDIAN", last, Median);
            WriteTotals(sheet, "最小值", "MIN", last, sorted => sorted[0]);
            WriteTotals(sheet, "最大值", "MAX", last, sorted => sorted[^1]);
        }
        sheet.Complete(last);
    }

    /// <param name="compute">From the column's numbers, ascending, at least one.</param>
    void WriteTotals(SheetWriter sheet, string label, string function, int last, Func<List<decimal>, decimal> compute)
    {
        sheet.BeginRow();
        sheet.Text(label, CellStyle.TotalLabel);
        for (var i = 0; i < indicators.Count; i++)
        {
            List<decimal> sorted = [.. figures.Select(f => f.Figures[i]).OfType<decimal>().Order()];
            var column = SheetWriter.ColumnName(i + 1);
            var range = $"{column}3:{column}{last}";
            var result = Computed(compute, sorted);
            var style = StyleOf(indicators[i], result ?? 0) is CellStyle.Integer ? CellStyle.TotalInteger : CellStyle.TotalDecimal;
            sheet.Formula($"IF(COUNT({range})=0,\"\",{function}({range}))", result, style);
        }
    }

    static decimal? Computed(Func<List<decimal>, decimal> compute, List<decimal> sorted)
    {
        try
        {
            return sorted.Count == 0 ? null : compute(sorted);
        }
        catch (OverflowException)                                     // absurd figures, kept as they were written; the formula still holds
        {
            return null;
        }
    }

    static decimal Median(List<decimal> sorted)
    {
        decimal low = sorted[(sorted.Count - 1) / 2], high = sorted[sorted.Count / 2];
        return low + (high - low) / 2;
    }

    void WriteHeaders(SheetWriter sheet, IReadOnlyList<Field> fields)
    {
        sheet.BeginRow(48);
        sheet.Text("文件", CellStyle.Header);
        foreach (var field in fields)
            sheet.Text(heading(field), CellStyle.Header);
        sheet.BeginRow();
        sheet.Text("file", CellStyle.Id);
        foreach (var field in fields)
            sheet.Text(field.Id, CellStyle.Id);
    }

    static void WriteHeader(SheetWriter sheet, IReadOnlyList<string> titles)
    {
        sheet.BeginRow(24);
        foreach (var title in titles)
            sheet.Text(title, CellStyle.Header);
    }

    static void WriteAnswer(SheetWriter sheet, Field field, Value? answer)
    {
        switch (answer)
        {
            case NumberValue { Number: var number }: sheet.Number(number, StyleOf(field, number)); break;
            case TextValue or DateValue: sheet.Text(answer.Written); break;
            default: sheet.Blank(); break;                            // what cannot be read as its kind is quoted by its finding
        }
    }

    void Append(SheetWriter sheet, FileStream spool, int index)
    {
        sheet.Complete();
        spool.Position = 0;
        using var part = WorkbookParts.Create(archive, SheetPart(index));
        spool.CopyTo(part);
    }

    static bool IsNumber(Field field) => field.Kind is FieldKind.Number or FieldKind.Integer;

    // A count of 3.5 is an error that must stay in sight, not be rounded to 4.
    static CellStyle StyleOf(Field field, decimal number) =>
        field.Kind is FieldKind.Integer && decimal.IsInteger(number) ? CellStyle.Integer : CellStyle.Decimal;

    const int FileWidth = 30;

    /// <summary>In characters.</summary>
    static int Width(Field field) => field.Kind switch
    {
        FieldKind.Text or FieldKind.Industry or FieldKind.Area => 24,
        FieldKind.LongText => 48,
        FieldKind.Number or FieldKind.Integer => 18,
        FieldKind.Date or FieldKind.Postcode => 12,
        FieldKind.Phone or FieldKind.Mobile => 18,
        FieldKind.Email => 26,
    };

    static string SheetPart(int index) => $"xl/worksheets/sheet{index + 1}.xml";

    static FileStream Spool() => new(Path.Combine(Path.GetTempPath(), $"jiqun-{Path.GetRandomFileName()}"), FileMode.CreateNew,
        FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
}
