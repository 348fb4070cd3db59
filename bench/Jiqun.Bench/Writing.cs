using System.Diagnostics;
using System.Globalization;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;
using Jiqun.Samples;

namespace Jiqun.Bench;

/// <summary>Writing filled forms of about five pages as Word and PDF, in process.</summary>
static class Writing
{
    const int Characters = 4500;

    static readonly Form Form = FormLibrary.Builtin.Default;

    static PrintedForm Filled(int seed) => PrintedForm.Of(Form, FormAnswers.Of(
        SampleAnswers.Of(Form, seed, Characters, complete: true).Select(a => (a.Key, Core.Answers.Reading.Of(Form[a.Key], a.Value).Value!))));

    /// <summary>Prints wall milliseconds a form and a page, after a warm-up; one thread.</summary>
    public static void Run(int count)
    {
        var pdf = new PdfWriter(InstalledFonts.Find().Value!);
        PrintedForm[] forms = [.. Enumerable.Range(1, count).Select(Filled)];
        var to = new MemoryStream();
        var (pages, bytes) = (0, 0L);
        foreach (var form in forms)
        {
            to.SetLength(0);
            pdf.Write(form, to);
            pages += Encoding.Latin1.GetString(to.GetBuffer(), 0, (int)to.Length).Split("/Type/Page/").Length - 1;
            bytes += to.Length;
        }
        var word = Warm(forms, f => WordWriter.Write(f, Emptied(to)));
        var drawn = Warm(forms, f => pdf.Write(f, Emptied(to)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"word_ms": {{word:0.000}}, "pdf_ms": {{drawn:0.000}}, "pdf_ms_a_page": {{drawn * count / pages:0.000}}, "pages": {{(double)pages / count:0.00}}, "kilobytes": {{bytes / 1024.0 / count:0.0}}}"""));
    }

    static MemoryStream Emptied(MemoryStream stream)
    {
        stream.SetLength(0);
        return stream;
    }

    static double Warm(PrintedForm[] forms, Action<PrintedForm> write)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 4;)
            Array.ForEach(forms, write);
        var from = Stopwatch.GetTimestamp();
        Array.ForEach(forms, write);
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds / forms.Length;
    }

    /// <summary>Prints the memory in use as the documents go by: it must stay flat.</summary>
    public static void Memory(int count)
    {
        var pdf = new PdfWriter(InstalledFonts.Find().Value!);
        for (var i = 1; i <= count; i++)
        {
            pdf.Write(Filled(i), new MemoryStream());
            if (i % (count / 10) == 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i,6} PDFs: {Process.GetCurrentProcess().WorkingSet64 / 1048576.0:0} MiB, peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:0} MiB"));
        }
    }

    /// <summary>The same forms for the rivals: .docx for LibreOffice, .typ with the same words, tables, widths and sizes for Typst.</summary>
    public static void MakeRivals(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        for (var i = 1; i <= count; i++)
        {
            var form = Filled(i);
            using (var word = File.Create(Path.Combine(folder, $"{i:000}.docx")))
                WordWriter.Write(form, word);
            File.WriteAllText(Path.Combine(folder, $"{i:000}.typ"), Typst(form));
        }
    }

    static string Typst(PrintedForm form)
    {
        var to = new StringBuilder("""
            #set page(paper: "a4", margin: 25mm, footer: context align(center, text(9pt)[第 #counter(page).display() 页 共 #counter(page).final().first() 页]))
            #set text(font: ("Noto Serif CJK SC",), size: 10.5pt, lang: "zh", region: "cn")
            #set par(justify: true, leading: 0.45em)

            """);
        foreach (var block in form.Blocks)
        {
            if (block is PrintedLine line)
                to.Append(CultureInfo.InvariantCulture, $"#block(text({(line.Role is LineRole.Note ? "9pt" : "14pt, font: (\"Noto Sans CJK SC\",)")})[{Escaped(line.Text)}])\n");
            else if (block is PrintedTable table)
            {
                to.Append(CultureInfo.InvariantCulture, $"#table(columns: ({string.Join(", ", table.Columns.Select(c => $"{c}fr"))}), stroke: 0.6pt, inset: 4pt,\n");
                foreach (var cell in table.Rows.SelectMany(r => r.Cells))
                {
                    var align = cell.Paragraphs.Any(p => p.Indented) ? "left + top" : "center + horizon";
                    to.Append(CultureInfo.InvariantCulture, $"table.cell(x: {cell.Column}, colspan: {cell.ColumnSpan}, rowspan: {cell.RowSpan}, align: {align})[");
                    to.AppendJoin("\n\n", cell.Text.Split('\n').Select(Escaped)).Append("],\n");
                }
                to.Append(")\n");
            }
        }
        return to.ToString();
    }

    static string Escaped(string text) => string.Concat(text.Select(c => c is '\\' or '#' or '[' or ']' or '*' or '_' or '`' or '$' or '<' or '>' or '@' or '/' or '=' or '-' or '+' or '~' or '"' or '\'' ? $"\\{c}" : c.ToString()));
}
