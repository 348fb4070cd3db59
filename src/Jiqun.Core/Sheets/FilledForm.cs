using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>What was read from one filled form, and what the checks found.</summary>
/// <param name="Codes">Field id → classes of GB/T 4754 or divisions of GB/T 2260 recognised in its text, in the text's order. Fields with none are absent.</param>
/// <param name="Findings">In the order of the form; those that belong to no field stand last.</param>
public sealed record FilledForm(
    FormAnswers Answers,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Codes,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>What was read for each field, with its codes, and checked.</summary>
    /// <param name="today">Beijing date against which “in the future” is judged.</param>
    public static FilledForm Of(Form form, IEnumerable<(Field Field, Reading Reading)> read, Stage stage, DateOnly today) => RunningCheck.Of(form, read, stage, today).Filled;
}
