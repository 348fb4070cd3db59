using System.CommandLine;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Cli;

/// <summary><c>jiqun blank</c>: the empty form as a document.</summary>
static class BlankCommand
{
    public static Command Make()
    {
        var to = FormDocument.MakeOption();
        var form = FormOption.Make();
        var blank = new Command("blank") { to, form };
        blank.Require(to);
        blank.SetAction(given => Run(given.GetValue(to)!, given.FormOf(form)));
        return blank;
    }

    /// <returns>The exit status.</returns>
    public static int Run(string path, Form form) => FormDocument.Write(PrintedForm.Of(form, FormAnswers.Of()), path, new HashSet<string>());
}
