using System.Text.RegularExpressions;

namespace Jiqun.Core.Definitions;

/// <summary>校验规则: one check that the form declares on a field. A closed set; <c>docs/form-language.md</c> lists it.</summary>
/// <remarks>A rule whose operands are missing finds nothing.</remarks>
public abstract record Rule
{
    /// <summary>Ids of the fields at which it looks besides the one that bears it: where they change, it is to be judged again.</summary>
    public virtual IEnumerable<string> Operands(Form form) => [];
}

/// <summary>The number lies within bounds, both included. Null: unbounded.</summary>
public sealed record RangeRule(decimal? Min, decimal? Max) : Rule;

/// <summary>The number is at most another field's.</summary>
public sealed record AtMostRule(string Other, Severity Severity) : Rule
{
    public override IEnumerable<string> Operands(Form form) => [Other];
}

/// <summary>A number above this is possible but rare.</summary>
public sealed record UnusualRule(decimal Above) : Rule;

/// <summary>The text is that of another field.</summary>
public sealed record SameAsRule(string Other) : Rule
{
    public override IEnumerable<string> Operands(Form form) => [Other];
}

/// <summary>One of these fields must be answered; the finding stands on the field that bears the rule.</summary>
public sealed record OneOfRule(IReadOnlyList<string> Fields) : Rule
{
    public override IEnumerable<string> Operands(Form form) => Fields;
}

/// <summary>At most so many 字.</summary>
public sealed record MaxWordsRule(int Words) : Rule;

/// <summary>The text has this form; <paramref name="Example"/> tells people which.</summary>
public sealed record PatternRule(Regex Pattern, Text Example) : Rule
{
    /// <summary>Longer texts have no such form; a bound on the work of a backtracking pattern. (The engine that never backtracks takes 40 ms to start.)</summary>
    public const int Longest = 200;

    /// <summary>What a pattern may take on the longest text: enough for any that is not a mistake of the definition.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public bool Matches(string text) => text.Length <= Longest && Pattern.IsMatch(text);
}

/// <summary>The date is not after today.</summary>
public sealed record NotInFutureRule : Rule;

/// <summary>The postcode or telephone belongs to one of the provinces that the area field names.</summary>
public sealed record PlaceRule(string Area) : Rule
{
    public override IEnumerable<string> Operands(Form form) => [Area];
}

/// <summary>Figures quoted in the text agree with those answered in a section's fields.</summary>
/// <param name="Section">Id of the section whose numbers are compared; the narrative knows them by label and <see cref="Field.ShortForms"/>.</param>
/// <param name="Whole">Words for what the figures speak of as a whole: 集群, 全集群 …; a figure of a part of it does not count.</param>
/// <param name="Name">The field that names the whole.</param>
public sealed record QuotedFiguresRule(string Section, IReadOnlyList<string> Whole, string Name) : Rule
{
    public override IEnumerable<string> Operands(Form form) => form.Sections.Single(s => s.Id == Section).Fields.Select(f => f.Id).Append(Name);
}
