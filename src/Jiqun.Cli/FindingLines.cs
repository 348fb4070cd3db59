using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Cli;

static class FindingLines
{
    /// <summary>Prints the findings for people, a line each.</summary>
    public static void Print(this FilledForm filled, Form form, TextWriter to)
    {
        foreach (var found in filled.Findings)
        {
            var severity = Messages.Of(found.Severity switch { Severity.Error => "error", Severity.Warning => "warning" });
            var place = found.Field is { } id ? form.Find(id) is { } field ? $"{field.Name} ({id})" : id : null;
            to.WriteLine(Printable.Of(place is null ? $"{severity}  {found.Message}" : $"{severity}  {place}  {found.Message}"));
        }
    }
}
