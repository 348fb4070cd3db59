using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Answers;

/// <summary>What a person wrote into a field, as the value of the field's kind, and what was noticed on the way.</summary>
/// <param name="Value">Null when nothing was written, or only a word for nothing.</param>
public sealed record Reading(Value? Value, IReadOnlyList<Finding> Findings)
{
    static readonly Reading Nothing = new(null, []);

    /// <summary>Reads an answer as people write it.</summary>
    /// <param name="written">Without label and hint; paragraphs parted by line feeds.</param>
    public static Reading Of(Field field, string written)
    {
        var text = written.Trim();
        if (text.Length == 0 || field.Kind is not (FieldKind.Number or FieldKind.Integer) && Quantity.IsNothing(text))
            return Nothing;
        return field.Kind switch
        {
            FieldKind.Number or FieldKind.Integer => OfNumber(field, text),
            FieldKind.Text or FieldKind.LongText or FieldKind.Industry or FieldKind.Area => OfText(text),
            FieldKind.Date => new Reading(PartialDate.Read(text), []),
            FieldKind.Phone or FieldKind.Mobile => OfText(Telephone.Normalise(text)),
            FieldKind.Postcode => OfText(Postcode.Normalise(text)),
            FieldKind.Email => OfText(EmailAddress.Normalise(text)),
        };
    }

    static Reading OfText(string text) => text.Length == 0 ? Nothing : new Reading(new TextValue(text), []);

    static Reading OfNumber(Field field, string text)
    {
        if (Quantity.Read(text, field.Unit) is not { } quantity)
            return new Reading(new UnreadableValue(text), []);
        var value = new NumberValue(quantity.Number);
        var taken = field.Unit is "%" ? value.Written + "%" : $"{value.Written} {field.Unit}".TrimEnd();
        List<Finding> findings = [];
        if (quantity.Approximate)
            findings.Add(Finding.Warning("approximate", field.Id, Messages.Of("approximate", field.Name, Quote.Of(text), taken), text));
        if (quantity.Converted)
            findings.Add(Finding.Warning("unit-converted", field.Id, Messages.Of("unit-converted", field.Name, Quote.Of(text), taken, field.Unit), text));
        return new Reading(value, findings);
    }
}
