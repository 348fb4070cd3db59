using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Jiqun.Tests.Files;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("jiqun-test ").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Put(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Put(string name, string content = "x") => Put(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Runs LibreOffice with a profile of its own in this folder.</summary>
    /// <returns>What it said.</returns>
    public string Office(params string[] arguments)
    {
        using var office = Process.Start(new ProcessStartInfo("soffice", [$"-env:UserInstallation=file://{this["profile"].Replace(" ", "%20", StringComparison.Ordinal)}", "--headless", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = office.StandardError.ReadToEnd() + office.StandardOutput.ReadToEnd();
        office.WaitForExit();
        return said;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static byte[] Zip(params (string Name, string Content)[] entries) => Zip(null, entries);

    public static byte[] Zip(Encoding? names, params (string Name, string Content)[] entries)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, true, names))
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        return file.ToArray();
    }

    /// <summary>A package that looks like a Word document; the text in it tells whose it is.</summary>
    public static byte[] Docx(string text) => Zip(("[Content_Types].xml", "<Types/>"), ("word/document.xml", text));

    public static byte[] Compound(params string[] streams)
    {
        byte[] start = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        return [.. start, .. new byte[70_000], .. Encoding.Unicode.GetBytes(string.Join('\0', streams)), .. new byte[512]];
    }
}
