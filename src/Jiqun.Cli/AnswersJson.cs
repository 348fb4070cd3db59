using System.Globalization;
using System.Text.Json;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Cli;

/// <summary>What <c>fill</c> was given: the form, and what was read for each field.</summary>
sealed record GivenAnswers(Form Form, IReadOnlyList<(Field Field, Reading Reading)> Read);

/// <summary>Answers as JSON: an object of field ids and values; or what <c>collect</c> and <c>check</c> write, whole or one element of its
/// <c>files</c>. A public contract.</summary>
static class AnswersJson
{
    /// <summary>Mistakes that are told; beyond them they are counted.</summary>
    const int MostTold = 20;

    /// <param name="json">UTF-8.</param>
    /// <param name="form">Id of the form; null: the one that the JSON names, else the default.</param>
    public static Outcome<GivenAnswers> Read(byte[] json, string? form, FormLibrary forms)
    {
        if (JsonMistake.In(json) is { } mistake)
            return mistake;
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JsonMistake.MostDepth });
        var root = document.RootElement;
        if (root.ValueKind is not JsonValueKind.Object)
            return Refused("answers-not-object");
        if (Twice(root).ToList() is { Count: > 0 } twice)
            return Told(twice, name => Refused("answers-twice", Quote.Of(name)));

        var answers = AnswersIn(root);
        if (answers.Refused)
            return answers.Refusal[0];
        var named = (Find(root, "files") ?? Find(root, "answers")) is null ? null : Find(root, "form")?.ToString();
        if (form is not null && named is not null && form != named)
            return Refused("answers-form-differs", form, named);
        var id = form ?? named ?? forms.Default.Id;
        return forms.Find(id) is { } known ? Of(known, answers.Value) : Finding.Error("form-unknown", null, FormOption.Unknown(id, forms));
    }

    /// <summary>The object of field ids and values.</summary>
    static Outcome<JsonElement> AnswersIn(JsonElement root)
    {
        if (Find(root, "files") is { ValueKind: JsonValueKind.Array } files)
        {
            List<JsonElement> filled = [.. files.EnumerateArray().Where(f => Find(f, "answers") is not null)];
            return filled.Count switch
            {
                0 => files.GetArrayLength() > 0 ? AnswersIn(files[0]) : Refused("answers-no-files"),
                1 => AnswersIn(filled[0]),
                _ => Refused("answers-several", filled.Count, Quote.Of(string.Join(", ", filled.Select(f => Find(f, "file"))))),
            };
        }
        if (Find(root, "error") is { ValueKind: JsonValueKind.String } reason)
            return Refused("answers-unread", Find(root, "file"), reason);
        return Find(root, "answers") is { ValueKind: JsonValueKind.Object } answers ? answers : root;
    }

    static Outcome<GivenAnswers> Of(Form form, JsonElement answers)
    {
        if (answers.ValueKind is not JsonValueKind.Object)
            return Refused("answers-not-object");
        List<(Field, Reading)> read = [];
        List<JsonProperty> wrong = [];
        foreach (var answer in answers.EnumerateObject())
        {
            if (form.Find(answer.Name) is { } field && Of(field, answer.Value) is { } reading)
                read.Add((field, reading));
            else
                wrong.Add(answer);
        }
        return wrong.Count > 0 ? Told(wrong, answer => Wrong(answer, form)) : new GivenAnswers(form, read);
    }

    /// <returns>Null when a field cannot take such a value.</returns>
    static Reading? Of(Field field, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return new Reading(null, []);
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            return null;
        var written = value.ToString().Trim();
        if (written.Length == 0)
            return new Reading(null, []);
        return field.Kind switch
        {
            FieldKind.Number or FieldKind.Integer => value.ValueKind is JsonValueKind.Number ? OfNumber(written) : Reading.Of(field, written),
            FieldKind.Date => Reading.Of(field, written),
            FieldKind.Text or FieldKind.LongText or FieldKind.Phone or FieldKind.Mobile or FieldKind.Postcode or FieldKind.Email
                or FieldKind.Industry or FieldKind.Area => new Reading(new TextValue(written), []),
        };
    }

    static Reading OfNumber(string json) => new(Exact(json) is { } number ? new NumberValue(number) : new UnreadableValue(json), []);

    static string Expected(FieldKind kind) => kind switch
    {
        FieldKind.Number or FieldKind.Integer => "expected-number",
        FieldKind.Date => "expected-date",
        FieldKind.Text or FieldKind.LongText or FieldKind.Phone or FieldKind.Mobile or FieldKind.Postcode or FieldKind.Email
            or FieldKind.Industry or FieldKind.Area => "expected-text",
    };

    /// <returns>Null when a decimal does not hold the number exactly: it is too large, or too long.</returns>
    static decimal? Exact(string json) =>
        decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && Significant(json) == Significant(number.ToString(CultureInfo.InvariantCulture)) ? number : null;

    /// <summary>The digits of a number without the zeros at their ends, and the power of ten of the last: the same for equal numbers.</summary>
    /// <returns>A power of null: too large to tell.</returns>
    static (string Digits, long? Power) Significant(string number)
    {
        var parts = number.Split('e', 'E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-').TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0)
            return ("", 0);
        long? exponent = parts.Length == 1 ? 0 : int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) ? power : null;
        return (significant, exponent - (point < 0 ? 0 : parts[0].Length - point - 1) + (digits.Length - significant.Length));
    }

    static Finding Wrong(JsonProperty answer, Form form)
    {
        if (form.Find(answer.Name) is { } field)
            return Refused("answers-wrong-value", field.Id, field.Name, Quote.Of(answer.Value.GetRawText()), Messages.Of(Expected(field.Kind)));
        var id = Quote.Of(answer.Name);
        var near = form.Fields.MinBy(f => EditDistance.Between(f.Id, id))!.Id;
        return EditDistance.Between(near, id) <= near.Length / 3
            ? Refused("answers-unknown-field", id, near)
            : Refused("answers-foreign-field", id, string.Join(", ", form.Fields.Select(f => f.Id)));
    }

    /// <summary>Names that an object bears more than once.</summary>
    static IEnumerable<string> Twice(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().GroupBy(p => p.Name).Where(g => g.Count() > 1).Select(g => g.Key)
            .Concat(element.EnumerateObject().SelectMany(p => Twice(p.Value))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Twice),
        _ => [],
    };

    static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    static List<Finding> Told<T>(List<T> wrong, Func<T, Finding> tell)
    {
        List<Finding> told = [.. wrong.Take(MostTold).Select(tell)];
        if (wrong.Count > MostTold)
            told.Add(Refused("answers-more", wrong.Count - MostTold));
        return told;
    }

    static Finding Refused(string code, params object?[] arguments) => Finding.Error(code, null, Messages.Of(code, arguments));
}
