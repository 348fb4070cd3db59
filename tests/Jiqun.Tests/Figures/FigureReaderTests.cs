using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;

namespace Jiqun.Tests.Figures;

public sealed class FigureReaderTests
{
    static readonly Form Form = FormLibrary.Builtin.Default;

    static FigureSet Read(string yaml) => FigureReader.Read("figures.yaml", yaml, Form);

    [Fact]
    public void Figures_are_reckoned_as_their_formula_says()
    {
        var answers = FormAnswers.Of(("indicators.aboveScale", new NumberValue(273)), ("indicators.enterprises", new NumberValue(425)), ("indicators.newPatents", new NumberValue(0)));
        var figures = FigureSet.Builtin(Form).Derived.ToDictionary(f => f.Id);
        Assert.Equal(64.235, figures["aboveScaleShare"].Value(answers)!.Value, 3);
        Assert.Equal("Enterprises above designated size ÷ Enterprises × 100", figures["aboveScaleShare"].Written(Form));
        Assert.Null(figures["patentsPerOutput"].Value(answers));
        Assert.Null(figures["aboveScaleShare"].Value(answers.With(("indicators.enterprises", new NumberValue(0)))));
    }

    [Fact]
    public void A_form_without_the_file_has_none()
    {
        Assert.Same(FigureSet.None, FigureSet.Builtin(Form with { Id = "other/1" }));
        Assert.Empty(Questions.Ask(Form, FigureSet.None, TestRound.Clean(1), new Dictionary<string, FormAnswers>()));
    }

    [Theory]
    [InlineData("derived: [ { id: a, name: { zh: 甲 }, unit: 个, of: indicators.output, by: nothing } ]", 1, 74, "the form has no field “nothing”")]
    [InlineData("derived: [ { id: a, name: { zh: 甲 }, unit: 个, of: cluster.name, by: indicators.output } ]", 1, 51, "expected a field with a number")]
    [InlineData("derived:\n  - { id: a, name: { zh: 甲 }, unit: 个, of: indicators.output, by: indicators.output }\n  - { id: a, name: { zh: 甲 }, unit: 个, of: indicators.output, by: indicators.output }", 3, 5, "“a” is there already")]
    [InlineData("derived: [ { id: indicators.output, name: { zh: 甲 }, unit: 个, of: indicators.output, by: indicators.output } ]", 1, 12, "“indicators.output” is there already")]
    [InlineData("questions: { industry: cluster.name }", 1, 24, "expected a field of kind Industry")]
    [InlineData("questions: { industry: cluster.industry, totals: { figure: a, factor: 2 } }", 1, 60, "unknown word “a”; expected one of: ")]
    [InlineData("questions: { industry: cluster.industry, moved: { section: indicators, factor: 1 } }", 1, 80, "“factor” must be above 1")]
    [InlineData("questions: { industry: cluster.industry, copied: { fields: [overview.narrative], least: 5 } }", 1, 89, "“least” must be at least 20")]
    [InlineData("questions: { industry: cluster.industry, guess: 1 }", 1, 42, "unknown key “guess”")]
    public void What_is_wrong_is_told_with_its_place(string yaml, int line, int column, string what)
    {
        var wrong = Assert.Throws<FormDefinitionException>(() => Read(yaml));
        Assert.StartsWith($"figures.yaml:{line}:{column}: {what}", wrong.Message, StringComparison.Ordinal);
    }
}
