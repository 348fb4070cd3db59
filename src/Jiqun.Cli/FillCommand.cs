using System.CommandLine;
using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Cli;

/// <summary><c>jiqun fill</c>: the form with answers in place, as a document, and what is to be found in them.</summary>
static class FillCommand
{
    public static Command Make()
    {
        var answers = new Argument<string>("ANSWERS.json");
        var to = FormDocument.MakeOption();
        var form = FormOption.Make();
        answers.Validators.Add(given =>
        {
            if (given.Tokens is not [{ Value: AnswersFile.StandardInput }])
                UsageMistakes.RefuseUnknownOptions(given);
        });
        var fill = new Command("fill") { answers, to, form };
        fill.Require(to);
        fill.SetAction(given => Run(given.GetValue(answers)!, given.GetValue(to)!, given.GetValue(form), FormLibrary.Builtin, TimeProvider.System.Today()));
        return fill;
    }

    /// <param name="answers">Path of the JSON; <c>-</c>: standard input.</param>
    /// <param name="to">Path of the document.</param>
    /// <param name="form">Null: the one that the JSON names, else the default.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string answers, string to, string? form, FormLibrary forms, DateOnly today)
    {
        var json = AnswersFile.Read(answers);
        if (json.Refused)
            return Refuse(answers, json.Refusal);
        var given = AnswersJson.Read(json.Value, form, forms);
        if (given.Refused)
            return Refuse(answers, given.Refusal);

        var filled = FilledForm.Of(given.Value.Form, given.Value.Read, Stage.Draft, today);
        var status = FormDocument.Write(PrintedForm.Of(given.Value.Form, filled.Answers), to, AnswersFile.Target(answers));
        if (status is ExitStatus.Fine)
        {
            filled.Print(given.Value.Form, Console.Error);
            var errors = filled.Findings.Count(f => f.Severity is Severity.Error);
            Console.Error.WriteLine(Messages.Of("fill-written", Printable.Of(to), errors, filled.Findings.Count - errors));
        }
        return status;
    }

    static int Refuse(string answers, IReadOnlyList<Finding> reasons)
    {
        var name = answers == AnswersFile.StandardInput ? Messages.Of("standard-input") : answers;
        foreach (var reason in reasons)
            Console.Error.WriteLine($"jiqun: {Printable.Of($"{name}: {reason.Message}")}");
        return ExitStatus.Found;
    }
}
