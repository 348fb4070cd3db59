using System.Globalization;
using System.Text;
using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>How labels, hints and answers are spelt by people of these habits.</summary>
sealed class Spelling(Habits habits, Random dice, int baseYear, Field? misspelt)
{
    int numbered;

    const string ChineseDigits = "〇一二三四五六七八九";

    /// <summary>A label as it stands in a cell; paragraphs parted by vertical tabs.</summary>
    /// <param name="alone">Nothing else stands in the cell.</param>
    public string Label(Field field, bool alone)
    {
        var label = field.Label.Zh;
        if (field == misspelt)
            label = Misspelt(label);
        else if (habits.Has(Habit.MisprintedLabels) && field.Also.Count > 0)
            label = field.Also[dice.Next(field.Also.Count)];
        if (habits.Has(Habit.YearForLastYear))
            label = label.Replace("上年度", dice.Next(2) == 0 ? $"{baseYear}年" : $"{baseYear}年度", StringComparison.Ordinal);
        label = Broken(label, alone);
        if (field.Unit is { } unit && !habits.Has(Habit.LabelsWithoutUnit))
            label += habits.Has(Habit.UnitsAsWords) ? $"（单位：{unit}）" : habits.Has(Habit.HalfWidthBrackets) ? $"({unit})" : $"（{unit}）";
        if (habits.Has(Habit.HalfWidthBrackets))
            label = label.Replace('（', '(').Replace('）', ')');
        if (habits.Has(Habit.NumberedLabels) && field.Unit is not null)
            label = $"{++numbered}. {label}";
        if (habits.Has(Habit.StarredLabels) && field.Need == Need.Required)
            label = "*" + label;
        if (alone && habits.Has(Habit.LabelsWithColon) && !label.EndsWith('：'))
            label += "：";
        if (alone && habits.Has(Habit.LabelsWithHalfWidthColon))
            label += ":";
        return label;
    }

    public string Heading(Heading heading)
    {
        var title = heading.Title.Zh;
        if (habits.Has(Habit.MisprintedLabels) && heading.Also.Count > 0)
            title = heading.Also[dice.Next(heading.Also.Count)];
        title = Broken(title, alone: true);
        return habits.Has(Habit.HalfWidthBrackets) ? title.Replace('（', '(').Replace('）', ')') : title;
    }

    string Broken(string label, bool alone)
    {
        if (habits.Has(Habit.SpacedLabels) && label.Length <= 6 && !char.IsAscii(label[0]))
            return string.Join(label.Length == 2 ? "　　" : " ", label.AsEnumerable());
        if (alone && label.Length > 3 && !char.IsAscii(label[0]))
        {
            if (habits.Has(Habit.LabelsOverTwoParagraphs))
                return label.Insert(label.Length * 3 / 5, "\v");
            if (habits.Has(Habit.LabelsOverTwoLines))
                return label.Insert(label.Length * 3 / 5, "\n");
        }
        return label;
    }

    static string Misspelt(string label)
    {
        var letters = label.ToCharArray();
        letters[^2] = '贡';
        letters[label.Length / 3] = '糸';
        return new string(letters);
    }

    public string Hint(Field field)
    {
        var hint = field.Hint!.Zh;
        if (habits.Has(Habit.HintPunctuationChanged))
            hint = hint.Replace('，', ',').Replace('；', '，').Replace("。", "", StringComparison.Ordinal);
        if (habits.Has(Habit.HintHalfWidth))
            hint = hint.Replace('，', ',').Replace('；', ';').Replace('（', '(').Replace('）', ')').Replace("—", "-", StringComparison.Ordinal);
        if (habits.Has(Habit.HintSpaced))
            hint = hint.Replace("字以内", " 字以内", StringComparison.Ordinal).Replace("，", "， ", StringComparison.Ordinal).Insert(1, " ");
        return hint;
    }

    /// <param name="answer">As in the answers: text, a number, a date in ISO 8601.</param>
    public string Answer(Field field, string answer) => field.Kind switch
    {
        FieldKind.Text or FieldKind.LongText or FieldKind.Industry or FieldKind.Area => answer,
        FieldKind.Number or FieldKind.Integer => Number(field, answer),
        FieldKind.Date => Digits(Date(answer)),
        FieldKind.Phone => Digits(Phone(answer)),
        FieldKind.Mobile => Digits(Mobile(answer)),
        FieldKind.Postcode => Digits(habits.Has(Habit.PhonesSpaced) ? string.Join(' ', answer.AsEnumerable()) : answer),
        FieldKind.Email => habits.Has(Habit.FullWidthDigits) ? Digits(answer).Replace('@', '＠') : answer,
    };

    string Number(Field field, string answer)
    {
        if (!decimal.TryParse(answer, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
            return answer;
        if (habits.Has(Habit.ThousandsSeparators) && number >= 1000)
            answer = number.ToString("#,##0.####", CultureInfo.InvariantCulture);
        answer = Digits(answer);
        if (habits.Has(Habit.UnitsInValues))
            answer += field.Unit;
        return habits.Has(Habit.Approximate) && number > 0 ? "约" + answer : answer;
    }

    string Date(string answer)
    {
        if (Parts(answer) is not { } parts)
            return answer;
        if (habits.Has(Habit.DatesWithDots) && parts.Length > 1)
            return string.Join('.', parts);
        if (habits.Has(Habit.DatesInChineseDigits))
        {
            var written = string.Concat(answer[..4].Select(d => ChineseDigits[d - '0'])) + "年";
            if (parts.Length > 1)
                written += Chinese(parts[1]) + "月";
            return parts.Length > 2 ? written + Chinese(parts[2]) + "日" : written;
        }
        return string.Concat(parts.Zip("年月日", (number, unit) => string.Create(CultureInfo.InvariantCulture, $"{number}{unit}")));
    }

    static int[]? Parts(string answer)
    {
        var parts = answer.Split('-');
        return parts.Length <= 3 && parts[0].Length == 4 && parts.All(p => int.TryParse(p, CultureInfo.InvariantCulture, out _))
            ? [.. parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture))]
            : null;
    }

    static string Chinese(int number) => number switch
    {
        < 10 => ChineseDigits[number].ToString(),
        10 => "十",
        < 20 => "十" + ChineseDigits[number - 10],
        _ => ChineseDigits[number / 10] + "十" + (number % 10 == 0 ? "" : ChineseDigits[number % 10].ToString()),
    };

    string Phone(string answer)
    {
        var hyphen = answer.IndexOf('-', StringComparison.Ordinal);
        if (hyphen < 0)
            return answer;
        if (habits.Has(Habit.PhonesInBrackets))
            return $"（{answer[..hyphen]}）{answer[(hyphen + 1)..]}";
        return habits.Has(Habit.PhonesSpaced) ? answer.Replace("-", " - ", StringComparison.Ordinal) : answer;
    }

    string Mobile(string answer)
    {
        if (answer.Length != 11)
            return answer;
        if (habits.Has(Habit.PhonesSpaced))
            return $"{answer[..3]} {answer[3..7]} {answer[7..]}";
        return habits.Has(Habit.PhonesInBrackets) ? "+86 " + answer : answer;
    }

    string Digits(string written)
    {
        if (!habits.Has(Habit.FullWidthDigits))
            return written;
        var wide = new StringBuilder(written.Length);
        foreach (var c in written)
            wide.Append(c is (>= '0' and <= '9') or '.' ? (char)(c + 0xFEE0) : c);
        return wide.ToString();
    }
}
