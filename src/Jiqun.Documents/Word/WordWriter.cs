using System.IO.Compression;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Excel;

namespace Jiqun.Documents.Word;

/// <summary>Draws a printed form as a Word document (.docx) that can be filled in and read back, or a letter or report as one that can be edited.</summary>
/// <remarks>The same form, letter or report yields the same bytes. Safe for use by several threads at once.</remarks>
public static class WordWriter
{
    /// <param name="to">Written from where it stands. Left open.</param>
    public static void Write(PrintedForm printed, Stream to)
    {
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        var placeholders = Placeholders.Of(PrintedForm.Of(printed.Form, FormAnswers.Of()));
        WriteAround(zip, new WordSurroundings(printed.Title, printed.Author) { Watermark = printed.Watermark, Mark = printed.Mark?.Foot }, placeholders);
        Text(zip, "word/document.xml", part => new DocumentMarkup(placeholders, part).Write(printed.Blocks, hasHeader: printed.Watermark is not null));
    }

    /// <inheritdoc cref="Write(PrintedForm, Stream)"/>
    public static void Write(PrintedLetter letter, Stream to)
    {
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        var placeholders = new Placeholders();
        WriteAround(zip, new WordSurroundings(letter.Name, letter.Organisation), placeholders);
        Text(zip, "word/document.xml", part => new DocumentMarkup(placeholders, part).Write(letter.Blocks));
    }

    /// <summary>Bars under each other are charts of Word's own, each with its figures in a workbook, so that both can be changed; bars side by side are pictures.</summary>
    /// <inheritdoc cref="Write(PrintedForm, Stream)"/>
    /// <param name="step">Called after each of <see cref="PrintedReport.Steps"/>, from the thread that writes; what it throws ends the writing.</param>
    public static void Write(PrintedReport report, Stream to, Action? step = null)
    {
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        var placeholders = new Placeholders();
        var bars = report.Blocks.OfType<PrintedBars>().ToLookup(b => b.AreUpright);
        List<PrintedBars> charts = [.. bars[false]], pictures = [.. bars[true]];
        WriteAround(zip, new WordSurroundings(report.Title, report.Author) { Language = report.Language, Foot = report.Foot, Charts = charts.Count, Pictures = pictures.Count }, placeholders);
        foreach (var (i, chart) in charts.Index())
        {
            Part(zip, WordParts.ChartName(i), part => Write(part, ChartMarkup.Of(chart)));
            Part(zip, WordParts.ChartRelationsName(i), part => Write(part, WordParts.ChartRelations(i)));
            Part(zip, WordParts.ChartWorkbookName(i), part => ChartWorkbook.Write(part, chart));
        }
        foreach (var (i, picture) in pictures.Index())
            Part(zip, WordParts.PictureName(i), part => part.Write(Metafile.Of(picture)));
        Text(zip, "word/document.xml", part => new DocumentMarkup(placeholders, part, isReport: true, step).Write(report.Blocks));
    }

    /// <summary>All but the text.</summary>
    static void WriteAround(ZipArchive zip, WordSurroundings around, Placeholders placeholders)
    {
        foreach (var (name, content) in WordParts.Around(around))
            Part(zip, name, part => part.Write(content));
        Text(zip, "word/glossary/document.xml", placeholders.WriteGlossary);
    }

    static void Text(ZipArchive zip, string name, Action<TextWriter> write) => Part(zip, name, part =>
    {
        using var text = new StreamWriter(part, new UTF8Encoding(false), 1 << 16);
        write(text);
    });

    static void Write(Stream to, string xml) => to.Write(Encoding.UTF8.GetBytes(xml));

    static void Part(ZipArchive zip, string name, Action<Stream> write)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var part = entry.Open();
        write(part);
    }
}
