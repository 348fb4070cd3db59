namespace Jiqun.Core.Definitions;

/// <summary>What sort of answer a field takes. A closed set: a new kind must be handled wherever kinds are told apart (CS8509).</summary>
public enum FieldKind
{
    Text,

    /// <summary>Paragraphs.</summary>
    LongText,

    /// <summary>A decimal number in the field's unit.</summary>
    Number,

    /// <summary>A count.</summary>
    Integer,

    /// <summary>A date as precise as it is known: a year, a month or a day.</summary>
    Date,

    /// <summary>固定电话, 传真: with area code.</summary>
    Phone,

    /// <summary>移动电话.</summary>
    Mobile,

    Postcode,

    Email,

    /// <summary>Text in which classes of GB/T 4754-2017 are recognised.</summary>
    Industry,

    /// <summary>Text in which divisions of GB/T 2260 are recognised.</summary>
    Area,
}

/// <summary>Which time a figure speaks of.</summary>
public enum Period
{
    /// <summary>Not a figure.</summary>
    None,

    /// <summary>上年度: the base year.</summary>
    LastYear,

    /// <summary>累计: up to the day of filling in (note 9).</summary>
    Cumulative,
}

/// <summary>What an empty answer means at submission.</summary>
public enum Need
{
    /// <summary>An error.</summary>
    Required,

    /// <summary>A warning.</summary>
    Expected,

    /// <summary>Nothing.</summary>
    Optional,
}

/// <summary>Who answers a field.</summary>
public enum AnsweredBy
{
    /// <summary>参赛集群: whoever fills in the form.</summary>
    Entrant,

    /// <summary>集群所在地人民政府: its opinion is given on what the entrant submitted, and is no part of it.</summary>
    Government,
}

/// <summary>填报项: the place of one answer.</summary>
/// <param name="Id">Stable name, used by answers, documents and figures: <c>indicators.output</c>.</param>
/// <param name="Label">As printed, without unit.</param>
/// <param name="Name">The label, made clear where it alone is not: 组织单位联系人职务. Unique within the form; used where the sheet is not in sight.</param>
/// <param name="Also">Other spellings of the label that filled forms bear, misprints among them.</param>
/// <param name="Hint">Printed in the empty cell; null when there is none.</param>
/// <param name="Unit">Unit of a number as printed, e.g. 亿元; answers are always in it. Null for what is not a number.</param>
/// <param name="Notes">Numbers of the notes that explain the field.</param>
/// <param name="Suggestions">Usual answers, offered but not enforced.</param>
/// <param name="Personal">Personal data: masked in lists, never frozen in plain.</param>
/// <param name="ShortForms">How narratives name the figure: 产值, 研发投入强度 …; empty for what is not a figure.</param>
/// <param name="By">Only the entrant's answers are part of a submission.</param>
public sealed record Field(
    string Id,
    Text Label,
    Text Name,
    FieldKind Kind,
    Need Need,
    IReadOnlyList<string> Also,
    Text? Hint,
    string? Unit,
    Period Period,
    IReadOnlyList<int> Notes,
    IReadOnlyList<string> Suggestions,
    bool Personal,
    IReadOnlyList<string> ShortForms,
    IReadOnlyList<Rule> Rules,
    AnsweredBy By = AnsweredBy.Entrant)
{
    /// <summary>Id of the field whose answer this one must repeat, for the form asks twice; people are asked once. Null for every other field.</summary>
    public string? Repeats { get; } = Rules.OfType<SameAsRule>().FirstOrDefault()?.Other;

    /// <summary>The label with its unit, as printed: 上年度集群产业产值（亿元）.</summary>
    public string PrintedLabel => Unit is null ? Label.Zh : $"{Label.Zh}（{Unit}）";

    /// <summary>The name with its unit, in Chinese: unique within the form.</summary>
    public string FullName => Unit is null ? Name.Zh : $"{Name.Zh}（{Unit}）";
}
