using System.IO.Compression;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;

namespace Jiqun.Tests.Portal.Evidence;

/// <summary>Files of each kind that may be attached, and ways to send them.</summary>
static class Files
{
    public static byte[] Pdf { get; } = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF");

    public static byte[] Png(int width = 2, int height = 2) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. Big(width), .. Big(height), 8, 2, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Jpeg(int width = 2, int height = 2) =>
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xFF, 0xC0, 0, 17, 8, .. Big(height)[2..], .. Big(width)[2..], 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xD9];

    public static byte[] Docx(params (string Field, string Written)[] answers)
    {
        var form = TestEntries.Form;
        using var file = new MemoryStream();
        WordWriter.Write(PrintedForm.Of(form, FormAnswers.Of(answers.Select(a => (a.Field, Reading.Of(form[a.Field], a.Written).Value!)))), file);
        return file.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return file.ToArray();
    }

    public static byte[] Xlsx => Zip(
        ("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""u8.ToArray()),
        ("xl/workbook.xml", "<workbook/>"u8.ToArray()));

    static byte[] Big(int number) => unchecked([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);

    /// <summary>Sends files as the form of the last page would.</summary>
    public static async Task<TestPage> Upload(this TestBrowser browser, string path, string field, params (string Name, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(browser.Token), "__RequestVerificationToken" }, { new StringContent(field), "field" } };
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "file", name);
        return await browser.Send(path, form);
    }
}
