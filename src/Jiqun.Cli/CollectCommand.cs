using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Excel;
using Jiqun.Documents.Files;
using Jiqun.Documents.Json;
using Jiqun.Documents.Word;

namespace Jiqun.Cli;

/// <summary><c>jiqun collect</c>: many filled forms become one workbook, one JSON, or both.</summary>
static class CollectCommand
{
    public static Command Make()
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore };
        var workbook = new Option<string?>("--out");
        var json = new Option<string?>("--json");
        var form = FormOption.Make();
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => Environment.ProcessorCount, CustomParser = ParseJobs };
        paths.Validators.Add(UsageMistakes.RefuseUnknownOptions);
        workbook.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is { } path && !path.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase))
                given.AddError(Messages.Of("out-not-xlsx", path));
        });

        var collect = new Command("collect") { paths, workbook, json, form, jobs };
        collect.Validators.Add(given =>
        {
            var (toWorkbook, toJson) = (given.GetResult(workbook), given.GetResult(json));
            if (toWorkbook is null && toJson is null)
                given.AddError(Messages.Of("no-output"));
        });
        collect.SetAction(given =>
        {
            var definition = given.FormOf(form);
            var reader = new WordReader(definition);
            var today = TimeProvider.System.Today();
            return Run(new Request(given.GetValue(paths)!, given.GetValue(workbook), given.GetValue(json), given.GetValue(jobs)),
                definition, docx => reader.Read(docx, today));
        });
        return collect;
    }

    /// <param name="Workbook">Null: none is asked for.</param>
    /// <param name="Json">Null: none is asked for; <c>-</c>: standard output.</param>
    public sealed record Request(IReadOnlyList<string> Paths, string? Workbook, string? Json, int Jobs);

    /// <param name="word">Reads a .docx.</param>
    /// <returns>The exit status.</returns>
    public static int Run(Request request, Form form, Func<Stream, Outcome<FilledForm>> word)
    {
        using var stop = new Stop();
        try
        {
            using var files = FormFiles.Under(request.Paths, stop.Requested);
            return Run(request, files, form, word, stop.Requested);
        }
        catch (Exception e) when (stop.Requested.IsCancellationRequested && e is OperationCanceledException or AggregateException)
        {
            Console.Error.WriteLine(Messages.Of("stopped"));
            return stop.Status;
        }
    }

    static int Run(Request request, FormFiles files, Form form, Func<Stream, Outcome<FilledForm>> word, CancellationToken cancel)
    {
        HashSet<string> inputs = [.. files.All.Select(f => f.Path)];
        var toWorkbook = Open(request.Workbook, inputs);
        using var workbookFile = toWorkbook?.Value;
        var toJson = Open(request.Json, inputs);
        using var jsonFile = toJson?.Value;
        if ((toWorkbook?.Refusal ?? toJson?.Refusal) is { } refusal)
            return UsageMistakes.Refuse(refusal[0].Message);
        if (workbookFile?.Target is { } target && target == jsonFile?.Target)
            return UsageMistakes.Refuse(Messages.Of("same-output", request.Workbook));

        var summary = new Summary();
        using (var workbook = workbookFile is null ? null : new CollectWorkbook(workbookFile.Content, form))
        using (var json = jsonFile is null ? null : new FormsJson(jsonFile.Content, form))
        {
            using (var reader = new FormFileReader(files, word, LibreOffice.Installed(), cancel))
            using (var progress = new Progress(Console.Error, files.All.Count, !Console.IsErrorRedirected))
                foreach (var (file, read) in InOrder.Run(files.All, reader.Read, request.Jobs, cancel))
                {
                    progress.Step(file.Name);
                    summary.Add(file.Name, read);
                    Add(file.Name, read, workbook, json);
                }
            workbook?.Complete();
            json?.Complete(jsonFile!.Content);
        }
        workbookFile?.Commit();
        jsonFile?.Commit();
        summary.Print(Console.Error);
        return summary.Status;
    }

    static void Add(string file, Outcome<FilledForm> read, CollectWorkbook? workbook, FormsJson? json)
    {
        if (read.Refused)
        {
            var reason = string.Join("\n", read.Refusal.Select(f => f.Message));
            workbook?.AddUnread(file, reason);
            json?.AddUnread(file, reason);
        }
        else
        {
            workbook?.Add(file, read.Value);
            json?.Add(file, read.Value);
        }
    }

    static int ParseJobs(ArgumentResult given)
    {
        if (!int.TryParse(given.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var jobs) || jobs is < 1 or > 256)
            given.AddError(Messages.Of("jobs-range"));
        return jobs;
    }

    static Outcome<OutputFile>? Open(string? path, IReadOnlySet<string> inputs) => path is null ? null : OutputFile.Open(path, inputs);
}
