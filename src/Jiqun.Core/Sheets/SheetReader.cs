using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Sheets;

/// <summary>Reads a filled form out of a foreign document and checks it as a submission.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class SheetReader(Form form)
{
    readonly PrintedWords printed = new(form);

    /// <param name="today">Beijing date against which “in the future” is judged.</param>
    /// <returns>A refusal when too little of the form is recognised in the document.</returns>
    public Outcome<FilledForm> Read(GridDocument document, DateOnly today)
    {
        var matching = SheetMatcher.Match(printed, document);
        if (matching.Recognised * 4 < form.Fields.Count)
            return Finding.Error("not-this-form", null, Messages.Of("not-this-form", form.Title, matching.Recognised, form.Fields.Count));

        List<Finding> read = [];
        List<(string, Value)> values = [];
        Dictionary<string, IReadOnlyList<string>> codes = [];
        foreach (var (field, written) in matching.Written)
        {
            var reading = Reading.Of(field, written);
            read.AddRange(reading.Findings);
            if (reading.Value is not { } value)
                continue;
            values.Add((field.Id, value));
            if (CodesIn(field, value) is { Count: > 0 } found)
                codes[field.Id] = found;
        }
        var answers = Answers.Answers.Of(values);
        var checks = EntryCheck.Run(form, answers, Stage.Submission, today);
        return new FilledForm(answers, codes, [.. InOrder(read.Concat(checks)), .. matching.Unplaced.Select(Unplaced)]);
    }

    static IReadOnlyList<string> CodesIn(Field field, Value value) => field.Kind switch
    {
        FieldKind.Industry => IndustryClasses.Find(value.Written),
        FieldKind.Area => Divisions.Find(value.Written),
        FieldKind.Text or FieldKind.LongText or FieldKind.Number or FieldKind.Integer or FieldKind.Date
            or FieldKind.Phone or FieldKind.Mobile or FieldKind.Postcode or FieldKind.Email => [],
    };

    IEnumerable<Finding> InOrder(IEnumerable<Finding> findings)
    {
        var byField = findings.ToLookup(f => f.Field);
        return form.Fields.SelectMany(f => byField[f.Id]);
    }

    static Finding Unplaced((GridCell Cell, string Text) left) => Finding.Warning(
        "unplaced",
        null,
        Messages.Of("unplaced", left.Cell.Table.Number, left.Cell.Row + 1, left.Cell.Column + 1, Quote.Of(left.Text)),
        left.Text);
}
