namespace Jiqun.Core.Answers;

/// <summary>填报内容: field id → value. A field left empty is absent.</summary>
public sealed class FormAnswers
{
    readonly Dictionary<string, Value> values;

    FormAnswers(Dictionary<string, Value> values) => this.values = values;

    public static FormAnswers Of(params IEnumerable<(string Field, Value Value)> answers)
    {
        List<(string, Value)> given = [.. answers];
        Dictionary<string, Value> values = new(given.Count);          // no larger than it must be: of a round, thousands are kept
        foreach (var (field, value) in given)
            values[field] = value;
        return new FormAnswers(values);
    }

    /// <summary>These answers with some changed; null empties a field.</summary>
    public FormAnswers With(params IEnumerable<(string Field, Value? Value)> changed)
    {
        var now = new Dictionary<string, Value>(values);
        foreach (var (field, value) in changed)
        {
            if (value is null)
                now.Remove(field);
            else
                now[field] = value;
        }
        return new FormAnswers(now);
    }

    /// <summary>Null when the field is empty.</summary>
    public Value? this[string field] => values.GetValueOrDefault(field);

    public string? Text(string field) => (this[field] as TextValue)?.Text;

    public decimal? Number(string field) => (this[field] as NumberValue)?.Number;

    public IReadOnlyDictionary<string, Value> All => values;
}
