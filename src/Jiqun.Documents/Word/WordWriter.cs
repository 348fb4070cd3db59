using System.IO.Compression;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Draws a printed form as a Word document (.docx) that can be filled in and read back.</summary>
/// <remarks>The same form yields the same bytes. Safe for use by several threads at once.</remarks>
public static class WordWriter
{
    /// <param name="to">Written from where it stands. Left open.</param>
    public static void Write(PrintedForm printed, Stream to)
    {
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, content) in WordParts.Around(printed.Watermark))
            Part(zip, name, content);
        Part(zip, "docProps/core.xml", Bytes(WordParts.Properties(printed.Title, printed.Author)));
        var placeholders = Placeholders.Of(PrintedForm.Of(printed.Form, FormAnswers.Of()));
        Part(zip, "word/glossary/document.xml", Bytes(placeholders.Glossary()));
        Part(zip, "word/document.xml", Bytes(new DocumentMarkup(placeholders).Of(printed)));
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
