using System.CommandLine;
using Jiqun.Core.Definitions;

namespace Jiqun.Cli;

/// <summary><c>--form ID</c>: one of the forms that are known.</summary>
static class FormOption
{
    public static Option<string?> Make()
    {
        var form = new Option<string?>("--form");
        form.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is { } id && FormLibrary.Builtin.Find(id) is null)
                given.AddError(Unknown(id, FormLibrary.Builtin));
        });
        return form;
    }

    /// <summary>The form that is named, or the default.</summary>
    public static Form FormOf(this ParseResult given, Option<string?> option) =>
        given.GetValue(option) is { } id ? FormLibrary.Builtin.Find(id)! : FormLibrary.Builtin.Default;

    public static string Unknown(string id, FormLibrary forms) => Messages.Of("form-unknown", id, string.Join(", ", forms.Ids));
}
