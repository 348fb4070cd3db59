using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Word;

namespace Jiqun.Bench;

/// <summary>Reading in process: the reader against the physical limit (unzip and walk) and against a DOM walk that only collects the text.</summary>
static class Reading
{
    /// <summary>CPU time, one thread, warm, the three in turn.</summary>
    /// <param name="folder">Of .docx forms.</param>
    public static void Run(string folder, int rounds)
    {
        var forms = Directory.GetFiles(folder, "*.docx").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var reader = new WordReader(FormLibrary.Builtin.Default);
        var today = new DateOnly(2021, 9, 30);

        (string Name, Action<byte[]> Run)[] contestants =
        [
            ("unzip and walk with XmlReader", Walk),
            ("Jiqun: read, match and check", Read),
            ("OpenXml SDK: DOM, text only", Dom),
        ];
        foreach (var (_, run) in contestants)                          // warm: long enough for the optimising compiler
        {
            for (var start = Used(); Used() - start < 3000;)
                Array.ForEach(forms, f => run(f));
        }
        var times = contestants.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var repeat = Math.Max(1, 300 / forms.Length);
                var before = Used();
                for (var n = 0; n < repeat; n++)
                    Array.ForEach(forms, f => contestants[i].Run(f));
                times[i].Add((Used() - before) / (repeat * forms.Length));
            }
        }
        Console.WriteLine($"{forms.Length} forms, {rounds} rounds, CPU ms a form (median), ratio to the limit (median of the rounds)");
        for (var i = 0; i < contestants.Length; i++)
            Console.WriteLine($"{contestants[i].Name,-32} {Median(times[i]),7:0.000}  {Median([.. times[i].Zip(times[0], (a, b) => a / b)]),6:0.00}");

        void Read(byte[] form)
        {
            if (reader.Read(new MemoryStream(form), today).Refused)
                throw new InvalidOperationException("a form of the bench was refused");
        }
    }

    // CPU milliseconds of this process
    static double Used() => Environment.CpuUsage.TotalTime.TotalMilliseconds;

    static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    static void Walk(byte[] form)
    {
        using var zip = new ZipArchive(new MemoryStream(form));
        using var xml = XmlReader.Create(zip.GetEntry("word/document.xml")!.Open());
        while (xml.Read())
        {
        }
    }

    static void Dom(byte[] form)
    {
        using var word = WordprocessingDocument.Open(new MemoryStream(form), isEditable: false);
        if (word.MainDocumentPart!.Document!.Descendants<DocumentFormat.OpenXml.Wordprocessing.Text>().Sum(t => t.Text.Length) == 0)
            throw new InvalidOperationException("no text");
    }
}
