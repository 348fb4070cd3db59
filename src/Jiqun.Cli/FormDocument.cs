using System.CommandLine;
using System.Text;
using Jiqun.Core;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Html;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;

namespace Jiqun.Cli;

/// <summary>The printed form as a document: what <c>blank</c> and <c>fill</c> write.</summary>
static class FormDocument
{
    /// <summary>Characters that a message lists.</summary>
    const int MostNamed = 10;

    static readonly string[] Endings = [".docx", ".pdf", ".html"];

    /// <summary><c>--out FILE</c>, whose ending says what sort of document it is to be.</summary>
    public static Option<string> MakeOption()
    {
        var path = new Option<string>("--out");
        path.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is { } written && !Endings.Contains(Ending(written)))
                given.AddError(Messages.Of("out-not-document", written));
        });
        return path;
    }

    /// <summary>Refuses a command line without <c>--out</c>.</summary>
    public static void Require(this Command command, Option<string> path) => command.Validators.Add(given =>
    {
        if (given.GetResult(path) is null)
            given.AddError(Messages.Of("no-document"));
    });

    /// <summary>Writes the document, whole or not at all.</summary>
    /// <param name="inputs">Full paths that must not be overwritten.</param>
    /// <returns>The exit status.</returns>
    public static int Write(PrintedForm printed, string path, IReadOnlySet<string> inputs)
    {
        using var stop = new Stop();
        var draw = Drawing(Ending(path));
        if (draw.Refused)
        {
            Console.Error.WriteLine($"jiqun: {draw.Refusal[0].Message}");
            return ExitStatus.Found;
        }
        var opened = OutputFile.Open(path, inputs);
        if (opened.Refused)
            return UsageMistakes.Refuse(opened.Refusal[0].Message);
        using var file = opened.Value;
        draw.Value(printed, file.Content);
        if (stop.Requested.IsCancellationRequested)
        {
            Console.Error.WriteLine(Messages.Of("stopped"));
            return stop.Status;
        }
        file.Commit();
        return ExitStatus.Fine;
    }

    /// <returns>A refusal where what drawing needs is not installed.</returns>
    static Outcome<Action<PrintedForm, Stream>> Drawing(string ending)
    {
        if (ending is ".docx" or ".html")
            return ending is ".docx" ? new Action<PrintedForm, Stream>(WordWriter.Write) : DrawHtml;
        var fonts = InstalledFonts.Find();
        return fonts.Refused ? fonts.Refusal[0] : new Action<PrintedForm, Stream>((printed, to) => DrawPdf(fonts.Value, printed, to));
    }

    static void DrawHtml(PrintedForm printed, Stream to)
    {
        using var text = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true);
        HtmlWriter.Write(printed, text);
    }

    static void DrawPdf(InstalledFonts fonts, PrintedForm printed, Stream to)
    {
        if (new PdfWriter(fonts).Write(printed, to) is { Count: > 0 } missing)
            Console.Error.WriteLine(Messages.Of("no-font-for", string.Join(' ', missing.Take(MostNamed).Select(r => $"U+{r.Value:X4}")) + (missing.Count > MostNamed ? " …" : "")));
    }

    static string Ending(string path) => Path.GetExtension(path).ToLowerInvariant();
}
