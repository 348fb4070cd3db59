using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Word;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Documents;

/// <summary>Whatever the habits of those who filled it in, a form is read as it was meant.</summary>
public sealed class HabitTests
{
    static readonly DateOnly Today = new(2021, 10, 8);
    static readonly Form First = Given.Form, Second = Given.Second;

    /// <summary>Habits that put words into the tables which are no part of the form.</summary>
    static readonly Habit[] ForeignWords = [Habit.IndicatorHeaderRow, Habit.IndicatorsNumbered, Habit.TableBefore, Habit.TableAfter];

    public static TheoryData<Habit> Each => [.. Enum.GetValues<Habit>()];

    public static TheoryData<int> Tens => [.. Enumerable.Range(0, 30)];

    [Fact]
    public void A_plain_form_is_read()
    {
        Assert.Null(Difference(First, Habits.None, 1));
        Assert.Null(Difference(Second, Habits.None, 1));
    }

    [Theory, MemberData(nameof(Each))]
    public void A_form_of_one_habit_is_read(Habit habit) =>
        Same(Differences(from seed in Enumerable.Range(1, 5) select (First, Habits.With(habit), seed)));

    [Theory, MemberData(nameof(Each))]
    public void The_second_form_is_read_too(Habit habit) =>
        Same(Differences(from seed in Enumerable.Range(1, 3) select (Second, Habits.With(habit), seed)));

    [Theory, MemberData(nameof(Tens))]
    public void Habits_go_together(int ten) =>
        Same(Differences(from seed in Enumerable.Range(ten * 10, 10) select (First, Habits.Some(seed), seed)));

    [Theory, MemberData(nameof(Tens))]
    public void Habits_go_together_on_the_second_form(int ten) =>
        Same(Differences(from seed in Enumerable.Range(ten * 10, 10) select (Second, Habits.Some(seed), seed)));

    static void Same(string differences) => Assert.True(differences.Length == 0, differences);

    static string Differences(IEnumerable<(Form Form, Habits Habits, int Seed)> forms) =>
        string.Join("\n\n", forms.Select(f => Difference(f.Form, f.Habits, f.Seed)).OfType<string>());

    /// <returns>Null when the form was read as expected.</returns>
    static string? Difference(Form form, Habits habits, int seed)
    {
        var sample = new SampleWriter(form).Write(SampleAnswers.Of(form, seed, characters: 600), habits, seed);
        var outcome = new WordReader(form).Read(new MemoryStream(sample.Docx), Today);
        var told = $"{form.Id} {habits} seed {seed}: ";
        if (outcome.Refused)
            return told + "refused: " + outcome.Refusal[0].Message;
        var read = outcome.Value.Answers.All.Where(a => a.Value is not UnreadableValue).ToDictionary(a => a.Key, a => a.Value.Written);
        var expected = sample.Expected.ToDictionary(e => e.Key, e => e.Value is decimal number ? new NumberValue(number).Written : (string)e.Value);
        var wrong = expected.Keys.Union(read.Keys).Where(k => expected.GetValueOrDefault(k) != read.GetValueOrDefault(k)).ToList();
        if (!habits.Of.Overlaps(ForeignWords) && outcome.Value.Findings.FirstOrDefault(f => f.Code == "unplaced") is { } unplaced)
            told += "unplaced: " + Shown(unplaced.Value);
        else if (wrong.Count == 0)
            return null;
        return told + string.Concat(wrong.Select(k => $"\n  {k}\n    expected {Shown(expected.GetValueOrDefault(k))}\n    read     {Shown(read.GetValueOrDefault(k))}"));
    }

    static string Shown(string? text) => text is null ? "nothing" : "“" + (text.Length > 300 ? text[..300] + "…" : text).Replace("\n", "⏎", StringComparison.Ordinal) + "”";
}
