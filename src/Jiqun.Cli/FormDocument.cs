using System.CommandLine;
using System.Text;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Html;

namespace Jiqun.Cli;

/// <summary>The printed form as a document: what <c>blank</c> and <c>fill</c> write.</summary>
static class FormDocument
{
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
        var opened = OutputFile.Open(path, inputs);
        if (opened.Refused)
            return UsageMistakes.Refuse(opened.Refusal[0].Message);
        using var file = opened.Value;
        Draw(printed, Ending(path), file.Content);
        if (stop.Requested.IsCancellationRequested)
        {
            Console.Error.WriteLine(Messages.Of("stopped"));
            return stop.Status;
        }
        file.Commit();
        return ExitStatus.Fine;
    }

    static void Draw(PrintedForm printed, string ending, Stream to)
    {
        switch (ending)
        {
            case ".html":
                using (var text = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true))
                    HtmlWriter.Write(printed, text);
                break;
            default:
                throw new NotImplementedException(ending);                      // .docx and .pdf are drawn here
        }
    }

    static string Ending(string path) => Path.GetExtension(path).ToLowerInvariant();
}
