using System.Runtime.CompilerServices;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Figures;

/// <summary>派生指标: what is reckoned from two answers of one entry, <paramref name="Times"/> × of ÷ by.</summary>
/// <param name="Unit">Of the result, as printed.</param>
/// <param name="Of">Id of a field with a number; so <paramref name="By"/>.</param>
public sealed record DerivedFigure(string Id, Text Name, string Unit, string Of, string By, decimal Times)
{
    /// <summary>Null when an answer is missing, or what it is divided by is 0.</summary>
    public double? Value(FormAnswers answers) =>
        answers.Number(Of) is { } of && answers.Number(By) is { } by and not 0 ? (double)of / (double)by * (double)Times : null;

    /// <summary>The formula in words: 集群规上企业数量 ÷ 集群企业数量 × 100.</summary>
    public string Written(Form form) => $"{form[Of].Name} ÷ {form[By].Name}{(Times == 1 ? "" : FormattableString.Invariant($" × {Times}"))}";
}

/// <summary>What is asked across the entries of a round. A part that is null is not asked.</summary>
/// <param name="Industry">The field that names the industry.</param>
/// <param name="Area">The field that names the area. Null: areas are not compared.</param>
/// <param name="Shares">Fields with shares of a national whole, in %.</param>
/// <param name="Same">Fields that no two entries should answer alike.</param>
public sealed record QuestionSet(
    string Industry,
    string? Area,
    TotalsQuestion? Totals,
    IReadOnlyList<string> Shares,
    ProportionQuestion? Proportion,
    UnusualQuestion? Unusual,
    IReadOnlyList<string> Same,
    CopiedQuestion? Copied,
    MovedQuestion? Moved);

/// <summary>The same whole follows from each entry of an industry.</summary>
/// <param name="Figure">That whole.</param>
/// <param name="Factor">From so many times on, the largest by the smallest, it is asked; above 1.</param>
public sealed record TotalsQuestion(DerivedFigure Figure, double Factor);

/// <summary>Two shares stand to each other about as with the peers.</summary>
/// <param name="Factor">From so many times the peers' median on, or below its inverse; above 1.</param>
public sealed record ProportionQuestion(string Of, string To, double Factor);

/// <summary>A figure lies far from its industry's distribution.</summary>
/// <param name="Fields">Those with numbers.</param>
/// <param name="Z">Robust z on logarithms.</param>
/// <param name="Least">Fewer values have no distribution.</param>
public sealed record UnusualQuestion(IReadOnlyList<Field> Fields, double Z, int Least);

/// <summary>Long texts hold the same passages.</summary>
/// <param name="Least">Letters and digits that a passage has at least.</param>
public sealed record CopiedQuestion(IReadOnlyList<string> Fields, int Least);

/// <summary>A figure moved much since the last round.</summary>
/// <param name="Factor">From so many times on, or below its inverse; above 1.</param>
public sealed record MovedQuestion(IReadOnlyList<Field> Fields, double Factor);

/// <summary>What organisers reckon from a form's entries, and ask across them: <c>figures.yaml</c> beside the form.</summary>
/// <param name="Questions">Null when none are asked.</param>
public sealed record FigureSet(IReadOnlyList<DerivedFigure> Derived, QuestionSet? Questions)
{
    /// <summary>Of a form that has no such file.</summary>
    public static FigureSet None { get; } = new([], null);

    /// <summary>Id of the field that names the industry; null when the form has none.</summary>
    public string? Industry(Form form) => Questions?.Industry ?? form.EntrantFields.FirstOrDefault(f => f.Kind is FieldKind.Industry)?.Id;

    /// <summary>That which comes with the product for this form.</summary>
    public static FigureSet Builtin(Form form) =>
        Known.GetValue(form, f => Resources.Names($"forms/{f.Id}/figures.yaml").FirstOrDefault() is { } name ? FigureReader.Read(name, Resources.Text(name), f) : None);

    static readonly ConditionalWeakTable<Form, FigureSet> Known = [];
}
