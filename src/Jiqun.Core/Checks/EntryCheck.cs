using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Checks;

/// <summary>A draft may have gaps; a submission may not.</summary>
public enum Stage
{
    Draft,
    Submission,
}

/// <summary>The only checker. The page, the Word reader, the API, the command line and the approval gate all call it.</summary>
public static class EntryCheck
{
    /// <param name="today">Beijing date against which “in the future” is judged.</param>
    /// <returns>Everything found, in the order of the form: errors and warnings, never only the first.</returns>
    public static IReadOnlyList<Finding> Run(Form form, FormAnswers answers, Stage stage, DateOnly today)
    {
        var codes = RecognisedCodes.In(form, answers);
        return [.. form.Fields.SelectMany(f => Run(form, f, answers, codes, stage, today))];
    }

    /// <summary>What stands on one field. It depends on this field's answer and codes, and on those of its rules' <see cref="Rule.Operands"/>.</summary>
    /// <param name="codes">What is recognised in the answers.</param>
    internal static List<Finding> Run(Form form, Field field, FormAnswers answers, IReadOnlyDictionary<string, IReadOnlyList<string>> codes, Stage stage, DateOnly today)
    {
        List<Finding> found = [];
        switch (answers[field.Id])
        {
            case null:
                if (stage is Stage.Submission)
                    Gap(form, field, answers, found);
                break;
            case UnreadableValue unreadable:
                found.Add(Unreadable(field, unreadable.Text));
                break;
            case var value:
                if (OfKind(field, value, codes) is { } wrong)
                    found.Add(wrong);
                foreach (var rule in field.Rules)
                    Find(form, field, value, rule, answers, codes, today, found);
                break;
        }
        return found;
    }

    static void Gap(Form form, Field field, FormAnswers answers, List<Finding> found)
    {
        if (field.Need is Need.Required)
            found.Add(Finding.Error("required", field.Id, Messages.Of("required", field.Name)));
        else if (field.Need is Need.Expected)
            found.Add(Finding.Warning("missing", field.Id, Messages.Of("missing", field.Name)));
        foreach (var choice in field.Rules.OfType<OneOfRule>())
        {
            if (choice.Fields.All(f => answers[f] is null))
                found.Add(Finding.Error("required", field.Id, Messages.Of("required-one-of", Listed(choice.Fields.Select(f => form[f].Name)))));
        }
    }

    static Finding Unreadable(Field field, string written) =>
        field.Kind is FieldKind.Date
            ? Finding.Error("bad-date", field.Id, Messages.Of("bad-date", field.Name, Quote.Of(written)), written)
            : Finding.Error("not-a-number", field.Id, Messages.Of("not-a-number", field.Name, Quote.Of(written), field.Unit), written);

    /// <summary>What the field's kind itself demands.</summary>
    static Finding? OfKind(Field field, Value value, IReadOnlyDictionary<string, IReadOnlyList<string>> codes)
    {
        return field.Kind switch
        {
            FieldKind.Text or FieldKind.LongText or FieldKind.Number or FieldKind.Date => null,
            FieldKind.Integer => value is NumberValue { Number: var number } && number != decimal.Truncate(number) ? Error("not-an-integer") : null,
            FieldKind.Phone => Telephone.IsLandline(value.Written) ? null : Error("bad-phone"),
            FieldKind.Mobile => Telephone.IsMobile(value.Written) ? null : Error("bad-mobile"),
            FieldKind.Postcode => Postcode.IsValid(value.Written) ? null : Error("bad-postcode"),
            FieldKind.Email => EmailAddress.IsValid(value.Written) ? null : Error("bad-email"),
            FieldKind.Industry => codes.ContainsKey(field.Id) ? null : Warning("unknown-industry"),
            FieldKind.Area => codes.ContainsKey(field.Id) ? null : Warning("unknown-area"),
        };

        Finding Error(string code) => Finding.Error(code, field.Id, Messages.Of(code, field.Name, Quote.Of(value.Written)), value.Written);
        Finding Warning(string code) => Finding.Warning(code, field.Id, Messages.Of(code, field.Name, Quote.Of(value.Written)), value.Written);
    }

    /// <summary>What one rule finds. No default: a new rule must be judged here.</summary>
    static void Find(
        Form form, Field field, Value value, Rule rule, FormAnswers answers, IReadOnlyDictionary<string, IReadOnlyList<string>> codes, DateOnly today, List<Finding> found)
    {
        switch (rule)
        {
            case RangeRule range when value is NumberValue { Number: var number } && (number < range.Min || number > range.Max):
                found.Add(Finding.Error("out-of-range", field.Id, Messages.Of(
                    range.Max is null ? "out-of-range-min" : range.Min is null ? "out-of-range-max" : "out-of-range", field.Name, value.Written, range.Min, range.Max), value.Written));
                break;
            case AtMostRule most when value is NumberValue { Number: var number } && answers.Number(most.Other) is { } limit && number > limit:
                found.Add(new Finding(most.Severity, "above", field.Id, Messages.Of("above", field.Name, value.Written, form[most.Other].Name, answers[most.Other]), value.Written));
                break;
            case UnusualRule unusual when value is NumberValue { Number: var number } && number > unusual.Above:
                found.Add(Finding.Warning("unusual", field.Id, Messages.Of("unusual", field.Name, value.Written, unusual.Above), value.Written));
                break;
            case SameAsRule same when answers.Text(same.Other) is { } other && !SameText(value.Written, other):
                found.Add(Finding.Error("not-same", field.Id, Messages.Of("not-same", field.Name, Quote.Of(value.Written), form[same.Other].Name, Quote.Of(other)), value.Written));
                break;
            case MaxWordsRule most when value.Written.Length > most.Words && WordCount.Of(value.Written) is var words && words > most.Words:      // no 字 takes less than a character
                found.Add(Finding.Error("too-long", field.Id, Messages.Of("too-long", field.Name, words, most.Words, words - most.Words)));
                break;
            case PatternRule pattern when !pattern.Matches(value.Written):
                found.Add(Finding.Warning("name-pattern", field.Id, Messages.Of("name-pattern", field.Name, Quote.Of(value.Written), pattern.Example), value.Written));
                break;
            case NotInFutureRule when value is DateValue { Date: var date } && date.First > today:
                found.Add(Finding.Error("in-future", field.Id, Messages.Of("in-future", field.Name, value.Written, $"{today:yyyy-MM-dd}"), value.Written));
                break;
            case PlaceRule place when codes.TryGetValue(place.Area, out var area):
                if (PlaceMismatch(field, value.Written, form[place.Area], area) is { } mismatch)
                    found.Add(mismatch);
                break;
            case QuotedFiguresRule quoted:
                foreach (var finding in QuotedFigures.Find(form, field, value.Written, quoted, answers))
                    found.Add(finding);
                break;
            case RangeRule or AtMostRule or UnusualRule or SameAsRule or MaxWordsRule or PatternRule or NotInFutureRule or PlaceRule or OneOfRule:
                break;
            default:
                throw new InvalidOperationException($"No check for {rule.GetType().Name}.");
        }
    }

    /// <summary>Two writings of one name: blanks and the width of characters do not count.</summary>
    static bool SameText(string a, string b) => Comparable(a).SequenceEqual(Comparable(b));

    static IEnumerable<char> Comparable(string text) => from c in text where !char.IsWhiteSpace(c) select c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c;

    static Finding? PlaceMismatch(Field field, string written, Field areaField, IReadOnlyList<string> area)
    {
        var provinces = area.Select(c => Divisions.Province(c)!).ToHashSet();
        var own = field.Kind is FieldKind.Postcode ? Postcode.Provinces(written) : Telephone.Provinces(written);
        if (own.Count == 0 || own.Any(provinces.Contains))
            return null;
        var message = Messages.Of("place-mismatch", field.Name, written, Names(own), areaField.Name, Names(provinces));
        return Finding.Warning("place-mismatch", field.Id, message, written);

        static string Names(IEnumerable<string> codes) => string.Join('、', codes.Select(c => Divisions.Name(c)));
    }

    static string Listed(IEnumerable<Text> names) => string.Join('、', names.Select(n => $"“{n}”"));
}
