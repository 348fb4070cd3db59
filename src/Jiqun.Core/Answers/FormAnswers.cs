namespace Jiqun.Core.Answers;

/// <summary>填报内容: field id → value. A field left empty is absent.</summary>
public sealed class FormAnswers
{
    readonly Dictionary<string, Value> values = [];

    public static FormAnswers Of(params IEnumerable<(string Field, Value Value)> answers)
    {
        var made = new FormAnswers();
        foreach (var (field, value) in answers)
            made.values[field] = value;
        return made;
    }

    /// <summary>Null when the field is empty.</summary>
    public Value? this[string field] => values.GetValueOrDefault(field);

    public string? Text(string field) => (this[field] as TextValue)?.Text;

    public decimal? Number(string field) => (this[field] as NumberValue)?.Number;

    public IReadOnlyDictionary<string, Value> All => values;
}
