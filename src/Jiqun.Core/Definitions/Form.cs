namespace Jiqun.Core.Definitions;

/// <summary>采集表: a versioned form. Immutable; whatever a person sees or sends is derived from it.</summary>
/// <param name="Id">Programme and version: <c>cluster-entry/2021</c>, as the folder under <c>forms/</c>.</param>
/// <param name="Digest">SHA-256, lower-case hex, of the definition's text in UTF-8, with each CR LF as LF: tells whether two texts under one id are the same form.</param>
/// <param name="Subject">The field whose answer says of what a filled form tells: its documents are called by it. Null when none does.</param>
/// <param name="Author">The field whose answer says who answers for it. Null when none does.</param>
/// <param name="BaseYear">The year that 上年度 means unless a round states its own.</param>
/// <param name="Headings">Printed words that are neither label nor hint; those that the sheet does not print are only recognised.</param>
/// <param name="Notes">指标说明: printed under the table and shown beside the fields; note 1 is the first.</param>
/// <param name="Sheet">表样: the printed form, from top to bottom.</param>
public sealed record Form(
    string Id,
    string Digest,
    Text Title,
    Field? Subject,
    Field? Author,
    int BaseYear,
    IReadOnlyList<Section> Sections,
    IReadOnlyCollection<Heading> Headings,
    IReadOnlyList<Note> Notes,
    IReadOnlyList<SheetPart> Sheet)
{
    readonly Dictionary<string, (Field Field, int Position)> byId = Sections.SelectMany(s => s.Fields).Select((f, i) => (f, i)).ToDictionary(f => f.f.Id);

    /// <summary>Every field, in the order of the form.</summary>
    public IReadOnlyList<Field> Fields { get; } = [.. Sections.SelectMany(s => s.Fields)];

    /// <summary>The fields whose answers are the entrant's, in the order of the form.</summary>
    public IReadOnlyList<Field> EntrantFields { get; } = [.. Sections.SelectMany(s => s.Fields).Where(f => f.By is AnsweredBy.Entrant)];

    /// <exception cref="KeyNotFoundException">The form has no such field: a mistake in the code.</exception>
    public Field this[string id] => byId[id].Field;

    public Field? Find(string id) => byId.GetValueOrDefault(id).Field;

    /// <summary>Place of a field among <see cref="Fields"/>, from 0.</summary>
    internal int PositionOf(Field field) => byId[field.Id].Position;

    /// <summary>The field itself, and those whose rules look at it.</summary>
    public IReadOnlyList<Field> TouchedBy(Field field) => (touched ??= Touched())[PositionOf(field)];

    Field[][]? touched;

    Field[][] Touched()
    {
        var lookers = (from field in Fields
                       from rule in field.Rules
                       from operand in rule.Operands(this)
                       select (operand, field.Id)).ToLookup(l => l.operand, l => l.Id);
        return [.. Fields.Select(f => lookers[f.Id].Prepend(f.Id).Distinct().Select(id => this[id]).ToArray())];
    }
}

/// <summary>A part of the form: its title and fields.</summary>
public sealed record Section(string Id, Text Title, IReadOnlyList<Field> Fields)
{
    /// <summary>What an entrant is to answer: required or expected, each question once.</summary>
    public IReadOnlyList<Field> Asked { get; } = [.. Fields.Where(f => f is { By: AnsweredBy.Entrant, Need: not Need.Optional, Repeats: null })];

    readonly HashSet<string> ids = [.. Fields.Select(f => f.Id)];

    /// <param name="field">Id of a field.</param>
    public bool Has(string field) => ids.Contains(field);
}

/// <summary>Printed words, with the other spellings under which filled forms bear them.</summary>
public sealed record Heading(string Id, Text Title, IReadOnlyList<string> Also)
{
    /// <summary>The id of the heading that every form has: its title.</summary>
    public const string TitleId = "title";
}

/// <summary>One numbered line of 指标说明.</summary>
public sealed record Note(int Number, Text Text, IReadOnlyList<string> Also);
