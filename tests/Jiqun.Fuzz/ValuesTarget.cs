using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Fuzz;

/// <summary>Everything that reads a person's words: quantities, dates, divisions, industries, telephones, 字数, and the checks on them.</summary>
static class ValuesTarget
{
    /// <summary>Places of the text at which a quantity is looked for.</summary>
    const int Scanned = 200;

    static readonly DateOnly Today = new(2021, 10, 8);
    static Form? form;

    public static void Run(byte[] input) => Invariant.InTime(() =>
    {
        form ??= FormLibrary.Builtin.Default;
        var text = Encoding.UTF8.GetString(input);
        Quantities(text);
        Dates(text);
        Codes(Divisions.Find(text), code => Divisions.Of(code) is not null);
        Codes(IndustryClasses.Find(text), code => IndustryClasses.Of(code) is not null);
        Words(text);
        Contacts(text);
        Readings(text);
    });

    static void Quantities(string text)
    {
        foreach (var unit in form!.Fields.Select(f => f.Unit).Distinct())
        {
            if (Quantity.Read(text, unit) is { } read)
            {
                var again = Quantity.Read(new NumberValue(read.Number).Written, unit);
                Invariant.Holds(again is { Approximate: false, Converted: false } && again.Number == read.Number, $"{read.Number} {unit} is read differently again: {again}");
            }
        }
        for (var at = 0; at < text.Length && at < Scanned; at++)
        {
            if (Quantity.TryScan(text.AsSpan(at), out var length, out _, out _, out _))
                Invariant.Holds(length > 0 && length <= text.Length - at, $"a quantity at {at} is {length} long");
        }
    }

    static void Dates(string text)
    {
        var read = PartialDate.Read(text);
        Invariant.Holds(read is not { Written.Length: 0 }, "an empty date");
        if (read is DateValue { Date: var date })
        {
            Invariant.Holds(date.First.Year == date.Year, "another year");
            Invariant.Holds(PartialDate.Read(date.ToString()) is DateValue again && again.Date == date, $"{date} is read differently again");
        }
    }

    static void Codes(IReadOnlyList<string> codes, Func<string, bool> exists)
    {
        Invariant.Holds(codes.Distinct().Count() == codes.Count, "a code twice");
        Invariant.Holds(codes.All(exists), "an unknown code");
    }

    static void Words(string text)
    {
        var words = WordCount.Of(text);
        Invariant.Holds(words >= 0 && words <= text.Length, $"{words} words in {text.Length} characters");
        Invariant.Holds(WordCount.Of($"{text} {text}") == words * 2, "twice the text is not twice as long");
        Invariant.Holds(WordCount.Characters($"{text} {text}") == WordCount.Characters(text) * 2, "twice the text has not twice the characters");
    }

    static void Contacts(string text)
    {
        foreach (var normalise in (Func<string, string>[])[Telephone.Normalise, Postcode.Normalise, EmailAddress.Normalise])
        {
            var normal = normalise(text);
            Invariant.Holds(normalise(normal) == normal, $"{normalise.Method.DeclaringType!.Name} {normal} becomes {normalise(normal)}");
            Invariant.Holds(normal.Length <= text.Length, $"{normalise.Method.DeclaringType!.Name} grows");
        }
    }

    static void Readings(string text)
    {
        List<(string, Value)> values = [];
        foreach (var field in form!.Fields)
        {
            var reading = Reading.Of(field, text);
            Invariant.Holds(reading.Findings.All(f => f.Field == field.Id && f.Message.Length > 0), $"findings of {field.Id}");
            if (reading.Value is { } value)
            {
                Invariant.Holds(value.Written.Length > 0 && value.Written.Trim() == value.Written, $"{field.Id} is empty or not trimmed");
                values.Add((field.Id, value));
            }
        }
        Invariant.Holds(EntryCheck.Run(form, FormAnswers.Of(values), Stage.Submission, Today).All(f => f.Message.Length > 0 && (f.Field is null || form.Find(f.Field) is not null)), "findings of the checks");
    }
}
