using System.IO.Compression;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Draws a printed form as a Word document (.docx) that can be filled in and read back, or a letter as one that can be edited.</summary>
/// <remarks>The same form or letter yields the same bytes. Safe for use by several threads at once.</remarks>
public static class WordWriter
{
    /// <param name="to">Written from where it stands. Left open.</param>
    public static void Write(PrintedForm printed, Stream to) => Write(
        printed.Blocks, Placeholders.Of(PrintedForm.Of(printed.Form, FormAnswers.Of())), printed.Title, printed.Author, printed.Watermark, printed.Mark?.Foot, to);

    /// <inheritdoc cref="Write(PrintedForm, Stream)"/>
    public static void Write(PrintedLetter letter, Stream to) =>
        Write(letter.Blocks, new Placeholders(), letter.Name, letter.Organisation, watermark: null, mark: null, to);

    static void Write(IReadOnlyList<PrintedBlock> blocks, Placeholders placeholders, string title, string author, string? watermark, string? mark, Stream to)
    {
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, content) in WordParts.Around(watermark, mark))
            Part(zip, name, content);
        Part(zip, "docProps/core.xml", Bytes(WordParts.Properties(title, author)));
        Part(zip, "word/glossary/document.xml", Bytes(placeholders.Glossary()));
        Part(zip, "word/document.xml", Bytes(new DocumentMarkup(placeholders).Of(blocks, hasHeader: watermark is not null)));
    }

    static byte[] Bytes(string xml) => Encoding.UTF8.GetBytes(xml);

    static void Part(ZipArchive zip, string name, byte[] content)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var part = entry.Open();
        part.Write(content);
    }
}
