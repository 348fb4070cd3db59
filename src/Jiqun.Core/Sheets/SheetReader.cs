using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>Reads a filled form out of a foreign document and checks it as a submission.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class SheetReader(Form form)
{
    readonly Captions printed = new(form);

    /// <param name="today">Beijing date against which “in the future” is judged.</param>
    /// <returns>A refusal when too little of the form is recognised in the document.</returns>
    public Outcome<FilledForm> Read(GridDocument document, DateOnly today)
    {
        var matching = SheetMatcher.Match(printed, document);
        if (matching.Recognised * 5 < form.Fields.Count * 2)          // forms of other programmes share labels such as 联系人
            return Finding.Error("not-this-form", null, Messages.Of("not-this-form", form.Title, matching.Recognised, form.Fields.Count));

        var filled = FilledForm.Of(form, matching.Written.Select(w => (w.Key, Reading.Of(w.Key, w.Value))), Stage.Submission, today);
        return filled with { Findings = [.. filled.Findings, .. matching.Unplaced.Select(Unplaced)] };
    }

    static Finding Unplaced((GridCell Cell, string Text) left) => Finding.Warning(
        "unplaced",
        null,
        Messages.Of("unplaced", left.Cell.Table.Number, left.Cell.Row + 1, left.Cell.Column + 1, Quote.Of(left.Text)),
        left.Text);
}
