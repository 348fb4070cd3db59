using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Checks;

/// <summary>Codes recognised in free text: classes of GB/T 4754-2017, divisions of GB/T 2260.</summary>
public static class RecognisedCodes
{
    /// <returns>Field id → codes, in the order of the text. Fields in which none is recognised are absent.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> In(Form form, FormAnswers answers)
    {
        Dictionary<string, IReadOnlyList<string>> codes = [];
        foreach (var field in form.Fields)
        {
            if (In(field, answers[field.Id]) is { Count: > 0 } found)
                codes[field.Id] = found;
        }
        return codes;
    }

    /// <summary>What is recognised once some fields are answered anew.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> After(IReadOnlyDictionary<string, IReadOnlyList<string>> codes, IEnumerable<(Field Field, Value? Value)> changed)
    {
        foreach (var (field, value) in changed.Where(c => c.Field.Kind is FieldKind.Industry or FieldKind.Area))
        {
            Dictionary<string, IReadOnlyList<string>> now = new(codes);
            now.Remove(field.Id);
            if (In(field, value) is { Count: > 0 } found)
                now[field.Id] = found;
            codes = now;
        }
        return codes;
    }

    /// <summary>Those of one answer; empty when there are none.</summary>
    static IReadOnlyList<string> In(Field field, Value? value) => field.Kind switch
    {
        FieldKind.Industry => value is TextValue { Text: var text } ? IndustryClasses.Find(text) : [],
        FieldKind.Area => value is TextValue { Text: var text } ? Divisions.Find(text) : [],
        FieldKind.Text or FieldKind.LongText or FieldKind.Number or FieldKind.Integer or FieldKind.Date
            or FieldKind.Phone or FieldKind.Mobile or FieldKind.Postcode or FieldKind.Email => [],
    };
}
