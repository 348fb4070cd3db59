using System.CommandLine;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Documents.Json;
using Jiqun.Documents.Word;

namespace Jiqun.Cli;

/// <summary><c>jiqun check</c>: one form's findings, for people or as JSON.</summary>
static class CheckCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE");
        var json = new Option<string?>("--json");
        file.Validators.Add(UsageMistakes.RefuseUnknownOptions);
        var check = new Command("check") { file, json };
        check.SetAction(given =>
        {
            var form = FormLibrary.Builtin.Default;
            var reader = new WordReader(form);
            var today = TimeProvider.System.Today();
            return Run(given.GetValue(file)!, given.GetValue(json), form, docx => reader.Read(docx, today), Console.Out);
        });
        return check;
    }

    /// <param name="jsonPath">Null: findings are printed for people; <c>-</c>: standard output.</param>
    /// <param name="word">Reads a .docx.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string path, string? jsonPath, Form form, Func<Stream, Outcome<FilledForm>> word, TextWriter output)
    {
        using var stop = new Stop();
        if (Directory.Exists(path))
            return UsageMistakes.Refuse(Messages.Of("check-folder", path));
        using var files = FormFiles.Under([path]);
        if (files.All is not [var file] || file.Entry is not null)
            return UsageMistakes.Refuse(Messages.Of("check-archive", path));
        var toJson = jsonPath is null ? null : OutputFile.Open(jsonPath, new HashSet<string> { file.Path });
        using var jsonFile = toJson?.Value;
        if (toJson?.Refusal is { } refusal)
            return UsageMistakes.Refuse(refusal[0].Message);

        Outcome<FilledForm> read;
        try
        {
            using var reader = new FormFileReader(files, word, LibreOffice.Installed(), stop.Requested);
            read = InOrder.Run([file], reader.Read, 1, stop.Requested).Single().Result;
        }
        catch (Exception e) when (stop.Requested.IsCancellationRequested && e is OperationCanceledException or AggregateException)
        {
            Console.Error.WriteLine(Messages.Of("stopped"));
            return stop.Status;
        }
        if (jsonFile is not null)
            WriteJson(jsonFile, form, file, read);
        else if (!read.Refused)
        {
            read.Value.Print(form, output);
            if (read.Value.Findings.Count == 0)
                output.WriteLine(Messages.Of("nothing-found"));
        }

        var summary = new Summary();
        summary.Add(file.Name, read);
        summary.Print(Console.Error);
        return summary.Status;
    }

    static void WriteJson(OutputFile to, Form form, FormFile file, Outcome<FilledForm> read)
    {
        using (var json = new FormsJson(to.Content, form))
        {
            if (read.Refused)
                json.AddUnread(file.Name, string.Join("\n", read.Refusal.Select(f => f.Message)));
            else
                json.Add(file.Name, read.Value);
            json.Complete(to.Content);
        }
        to.Commit();
    }
}
