using System.Globalization;
using System.IO.Compression;
using System.Text;
using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>A filled form as a Word file, and what reading it must give.</summary>
/// <param name="Docx">The file.</param>
/// <param name="Expected">Field id → string or decimal; empty fields are absent.</param>
public sealed record Sample(byte[] Docx, IReadOnlyDictionary<string, object> Expected);

/// <summary>Writes filled forms as people do. Knows the form only from its definition, and nothing of the reader.</summary>
public sealed class SampleWriter(Form form)
{
    public CompressionLevel Level { get; init; } = CompressionLevel.Optimal;

    /// <param name="answers">Field id → answer: text with paragraphs parted by line feeds; numbers as 1234.5 in the field's unit;
    /// dates as 2018-05; telephones as 0755-12345678. What is no such number or date is written as it is.</param>
    /// <param name="seed">Where a habit leaves a choice; the same seed gives the same bytes.</param>
    /// <param name="kilobytes">Least size of the main part; null: as it comes.</param>
    public Sample Write(IReadOnlyDictionary<string, string> answers, Habits habits, int seed = 1, int? kilobytes = null)
    {
        var written = Filling.Signed(form, answers, habits);
        var expected = Expected(written, habits);
        var runLength = 0;
        if (kilobytes is { } wanted)
        {
            var plain = Encoding.UTF8.GetByteCount(Markup(written, habits, seed, 0, out _));
            var characters = written.Sum(a => a.Value.Length);
            var runs = (wanted * 1024 - plain) / WordRendering.RunOverhead;
            runLength = runs > 0 ? Math.Max(1, characters / runs) : 0;
        }
        var xml = Markup(written, habits, seed, runLength, out var rendering);
        using var to = new MemoryStream();
        rendering.Save(to, xml, Level);
        return new Sample(to.ToArray(), expected);
    }

    string Markup(IReadOnlyDictionary<string, string> answers, Habits habits, int seed, int runLength, out WordRendering rendering)
    {
        var dice = new Random(seed);
        var blocks = new Layout(form, habits, dice).Make();
        blocks = new Filling(form, answers, habits, dice, new Spelling(habits, dice, form.BaseYear, Misspelt(habits, dice))).Fill(blocks);
        rendering = new WordRendering(habits, dice, runLength);
        return rendering.Document(blocks);
    }

    /// <summary>A label between others, so that its place tells which it is.</summary>
    Field? Misspelt(Habits habits, Random dice)
    {
        if (!habits.Has(Habit.MisspeltLabel))
            return null;
        Field[] long4 = [.. form.Fields.Where(f => f.Unit is not null && f.Label.Zh.Length >= 4)];
        return long4[dice.Next(long4.Length)];
    }

    Dictionary<string, object> Expected(IReadOnlyDictionary<string, string> answers, Habits habits)
    {
        var expected = new Dictionary<string, object>();
        foreach (var field in form.Fields)
        {
            if (!answers.TryGetValue(field.Id, out var answer) || answer.Length == 0)
                continue;
            if (field.Kind is not (FieldKind.Number or FieldKind.Integer))
                expected[field.Id] = answer;
            else if (decimal.TryParse(answer, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
                expected[field.Id] = number;
        }
        if (habits.Has(Habit.TableInNarrative))
        {
            foreach (var field in WordRendering.Tabled(form).Where(f => expected.ContainsKey(f.Id)))
                expected[field.Id] = WordRendering.WithTable((string)expected[field.Id]);
        }
        return expected;
    }
}
