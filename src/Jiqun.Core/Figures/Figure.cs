using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Figures;

/// <summary>指标: a number that each entry of a round may have: the answer to a field, or a derived figure.</summary>
/// <param name="Id">Of the field or the derived figure.</param>
/// <param name="Unit">As printed; empty where the form states none.</param>
/// <param name="Derived">Null when it is the answer to a field.</param>
public sealed record Figure(string Id, Text Name, string Unit, DerivedFigure? Derived)
{
    /// <summary>Null when it is not known, which is not 0.</summary>
    public double? Value(FormAnswers answers) => Derived is null ? (double?)answers.Number(Id) : Derived.Value(answers);

    /// <summary>Whether the figures of several entries have a sum: amounts and counts do, shares, averages and whatever was divided have none.</summary>
    public bool Adds => Derived is null && !Unit.AsSpan().ContainsAny('%', '‰', '/');

    /// <summary>The name with its unit: 上年度集群产业产值（亿元）.</summary>
    public string FullName => Name.WithUnit(Unit);

    /// <summary>Every one, in the order of the form; then the derived ones.</summary>
    public static IReadOnlyList<Figure> All(Form form, FigureSet figures) => [.. Of(form.EntrantFields.Where(f => f.Kind is FieldKind.Number or FieldKind.Integer)), .. Derivations(figures)];

    /// <summary>Those that organisers look at, in the order of the form: of the section that is asked about, or all of the entrant's; then the derived ones.</summary>
    public static IReadOnlyList<Figure> Of(Form form, FigureSet figures) => figures.Questions?.Unusual is { Fields: var asked } ? [.. Of(asked), .. Derivations(figures)] : All(form, figures);

    static IEnumerable<Figure> Of(IEnumerable<Field> fields) => fields.Select(f => new Figure(f.Id, f.Name, f.Unit ?? "", null));

    static IEnumerable<Figure> Derivations(FigureSet figures) => figures.Derived.Select(d => new Figure(d.Id, d.Name, d.Unit, d));
}
