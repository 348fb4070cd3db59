using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Figures;

/// <summary>Every figure of an entry: its answers that are numbers, and what is derived of them.</summary>
public static class EntryFigures
{
    /// <returns>In the order of the form, then of <c>figures.yaml</c>; the field, or the derived figure, and its value in its unit. Figures without a value are absent.</returns>
    public static IEnumerable<(string Figure, double Value)> Of(Form form, FigureSet figures, FormAnswers answers) =>
        form.EntrantFields.Select(f => (f.Id, Value: (double?)answers.Number(f.Id)))
            .Concat(figures.Derived.Select(d => (d.Id, Value: d.Value(answers))))
            .Where(f => f.Value is not null).Select(f => (f.Id, f.Value!.Value));
}
