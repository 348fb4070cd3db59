using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Jiqun.Core.Definitions;

/// <summary>Reads a form definition (<c>docs/form-language.md</c>). What it does not know it refuses; it never skips.</summary>
public sealed class FormReader
{
    /// <summary>Kinds whose answers are compared as text.</summary>
    static readonly FieldKind[] Texts =
    [
        FieldKind.Text, FieldKind.LongText, FieldKind.Phone, FieldKind.Mobile, FieldKind.Postcode, FieldKind.Email, FieldKind.Industry, FieldKind.Area,
    ];

    readonly string file;
    readonly Dictionary<string, Heading> headings = [];
    readonly Dictionary<string, Field> fields = [];

    /// <summary>Fields named by rules, checked once all fields are known.</summary>
    readonly List<(YamlNode At, string Field, FieldKind[] Kinds)> mentions = [];

    readonly List<(YamlNode At, string Section)> sectionMentions = [];
    readonly Dictionary<string, YamlNode> declared = [];
    readonly HashSet<string> sectionIds = [];
    readonly HashSet<string> labelled = [];
    readonly HashSet<string> placed = [];

    FormReader(string file) => this.file = file;

    /// <param name="file">Named in messages; not opened.</param>
    /// <exception cref="FormDefinitionException">Anything unknown, missing, doubled or out of place.</exception>
    public static Form Read(string file, string yaml)
    {
        return new FormReader(file).Form(YamlMap.Root(file, yaml, "a form"), Digest(yaml));
    }

    static string Digest(string yaml) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml.Replace("\r\n", "\n", StringComparison.Ordinal))));

    Form Form(YamlNode root, string digest)
    {
        var map = new YamlMap(file, root, "a form");
        var id = $"{map.NeedScalar("form")}/{map.NeedScalar("version")}";
        var title = Text(map.Need("title"));
        var baseYear = YamlMap.Int(file, map.Need("baseYear"), "baseYear");
        headings[Definitions.Heading.TitleId] = new Heading(Definitions.Heading.TitleId, title, []);
        Headings(map.Need("headings"));
        var sections = YamlMap.Several(file, map.Need("sections"), "“sections”").Select(Section).ToList();
        var notes = map.Nodes("notes").Select((n, i) => Note(n, i + 1)).ToList();
        var subject = Named(map.Take("subject"));
        var author = Named(map.Take("author"));
        CheckMentions(sections, notes);
        var sheet = YamlMap.Sequence(file, map.Need("sheet"), "“sheet”").Select(Part).ToList();
        map.End();

        foreach (var (field, at) in declared)
        {
            if (!placed.Contains(field))
                throw Wrong(at, $"field “{field}” has no place on the sheet; add a cell “field: {field}” under “sheet”");
        }
        if (fields.Values.GroupBy(f => f.Name.Zh).FirstOrDefault(g => g.Count() > 1)?.Last() is { } doubled)
            throw Wrong(declared[doubled.Id], $"another field is also called “{doubled.Name.Zh}”; give each a “name” of its own");
        return new Form(id, digest, title, subject, author, baseYear, sections, headings.Values, notes, sheet);
    }

    Field? Named(YamlNode? node) => node is null ? null : Known(node, YamlMap.Scalar(file, node, "the id of a field"));

    void Headings(YamlNode node)
    {
        if (node is not YamlMappingNode map)
            throw Wrong(node, "expected “headings” as a mapping “name: { zh: … }”");
        foreach (var (key, value) in map.Children)
        {
            var id = YamlMap.Scalar(file, key, "the name of a heading");
            if (!headings.TryAdd(id, Spelt(value, (text, also) => new Heading(id, text, also))))
                throw Wrong(key, $"heading “{id}” is there already");
        }
    }

    Section Section(YamlNode node)
    {
        var map = new YamlMap(file, node, "a section");
        var at = map.Need("id");
        var id = YamlMap.Scalar(file, at, "an id");
        if (!sectionIds.Add(id))
            throw Wrong(at, $"section “{id}” is there already");
        var title = Text(map.Need("title"));
        var own = YamlMap.Several(file, map.Need("fields"), "“fields”").Select(Field).ToList();
        map.End();
        return new Section(id, title, own);
    }

    Field Field(YamlNode node)
    {
        var map = new YamlMap(file, node, "a field");
        var at = map.Need("id");
        var id = YamlMap.Scalar(file, at, "an id");
        if (!declared.TryAdd(id, at))
            throw Wrong(at, $"field “{id}” is there already");
        var label = Text(map.Need("label"));
        var kind = YamlMap.Word(
            file,
            map.Need("kind"),
            ("text", FieldKind.Text),
            ("longText", FieldKind.LongText),
            ("number", FieldKind.Number),
            ("integer", FieldKind.Integer),
            ("date", FieldKind.Date),
            ("phone", FieldKind.Phone),
            ("mobile", FieldKind.Mobile),
            ("postcode", FieldKind.Postcode),
            ("email", FieldKind.Email),
            ("industry", FieldKind.Industry),
            ("area", FieldKind.Area));
        var field = new Field(
            id,
            label,
            map.Take("name") is { } name ? Text(name) : label,
            kind,
            YamlMap.Word(file, map.Need("need"), ("required", Need.Required), ("expected", Need.Expected), ("optional", Need.Optional)),
            map.Scalars("also"),
            map.Take("hint") is { } hint ? Text(hint) : null,
            map.Scalar("unit"),
            map.Take("period") is { } period
                ? YamlMap.Word(file, period, ("lastYear", Period.LastYear), ("cumulative", Period.Cumulative))
                : Period.None,
            [.. map.Nodes("notes").Select(n => YamlMap.Int(file, n, "notes"))],
            map.Scalars("suggestions"),
            map.Flag("personal"),
            map.Scalars("shortForms"),
            [.. map.Nodes("checks").Select(n => Rule(n, id, kind))],
            map.Take("answeredBy") is { } by
                ? YamlMap.Word(file, by, ("entrant", AnsweredBy.Entrant), ("government", AnsweredBy.Government))
                : AnsweredBy.Entrant);
        map.End();
        if (field.Unit is not null && kind is not (FieldKind.Number or FieldKind.Integer))
            throw Wrong(at, $"field “{id}” has a unit but is no number; expected kind number or integer");
        fields[id] = field;
        return field;
    }

    /// <summary>A rule is a mapping with a key that names it, or that name alone where it has no arguments.</summary>
    Rule Rule(YamlNode node, string bearer, FieldKind kind)
    {
        if (node is YamlScalarNode { Value: "notInFuture" })
            return OnKind(node, kind, new NotInFutureRule(), FieldKind.Date);
        if (node is YamlScalarNode word)
            throw Wrong(node, $"unknown rule “{word.Value}”; expected notInFuture, or a rule as a mapping “range: …”");
        var map = new YamlMap(file, node, "a rule");
        Rule? rule = null;
        if (map.Take("range") is { } range)
            rule = OnKind(node, kind, Range(range), FieldKind.Number, FieldKind.Integer);
        else if (map.Take("atMost") is { } other)
        {
            var severity = map.Take("severity") is { } s ? YamlMap.Word(file, s, ("error", Severity.Error), ("warning", Severity.Warning)) : Severity.Error;
            rule = OnKind(node, kind, new AtMostRule(Other(other, bearer, FieldKind.Number, FieldKind.Integer), severity), FieldKind.Number, FieldKind.Integer);
        }
        else if (map.Take("unusualAbove") is { } above)
            rule = OnKind(node, kind, new UnusualRule(YamlMap.Decimal(file, above, "unusualAbove")), FieldKind.Number, FieldKind.Integer);
        else if (map.Take("sameAs") is { } same)
            rule = OnKind(node, kind, new SameAsRule(Other(same, bearer, Texts)), Texts);
        else if (map.Take("oneOf") is { } choice)
            rule = new OneOfRule([.. YamlMap.Several(file, choice, "“oneOf”").Select(n => Mention(n))]);
        else if (map.Take("maxWords") is { } words)
            rule = OnKind(node, kind, new MaxWordsRule(YamlMap.Int(file, words, "maxWords")), FieldKind.Text, FieldKind.LongText);
        else if (map.Take("pattern") is { } pattern)
            rule = OnKind(node, kind, new PatternRule(Pattern(pattern), Text(map.Need("example"))), Texts);
        else if (map.Take("placeOf") is { } area)
            rule = OnKind(node, kind, new PlaceRule(Mention(area, FieldKind.Area)), FieldKind.Postcode, FieldKind.Phone);
        else if (map.Take("quotes") is { } quotes)
            rule = OnKind(node, kind, Quotes(quotes), FieldKind.LongText);
        map.End();
        return rule ?? throw Wrong(node, "expected a rule; this is empty");
    }

    QuotedFiguresRule Quotes(YamlNode node)
    {
        var map = new YamlMap(file, node, "the figures quoted");
        var at = map.Need("section");
        var section = YamlMap.Scalar(file, at, "the id of a section");
        sectionMentions.Add((at, section));
        var rule = new QuotedFiguresRule(section, map.Scalars("whole"), Mention(map.Need("name"), Texts));
        map.End();
        return rule;
    }

    RangeRule Range(YamlNode node)
    {
        var map = new YamlMap(file, node, "a range");
        var rule = new RangeRule(map.Decimal("min"), map.Decimal("max"));
        map.End();
        return rule.Min is null && rule.Max is null ? throw Wrong(node, "expected “min”, “max” or both")
            : rule.Min > rule.Max ? throw Wrong(node, $"“min” {rule.Min} is above “max” {rule.Max}")
            : rule;
    }

    T OnKind<T>(YamlNode at, FieldKind kind, T rule, params FieldKind[] kinds)
        where T : Rule =>
        kinds.Contains(kind) ? rule : throw Wrong(at, $"this rule is for fields of kind {Kinds(kinds)}, not {Kinds(kind)}");

    Regex Pattern(YamlNode node)
    {
        try
        {
            return new Regex(YamlMap.Scalar(file, node, "a pattern"), RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternRule.Patience);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw Wrong(node, $"not a regular expression: {wrong.Message}");
        }
    }

    /// <summary>Kinds as the definition spells them.</summary>
    static string Kinds(params FieldKind[] kinds) => string.Join(" or ", kinds.Select(k => JsonNamingPolicy.CamelCase.ConvertName(k.ToString())));

    /// <summary>A field that is not the one which bears the rule.</summary>
    string Other(YamlNode node, string bearer, params FieldKind[] kinds)
    {
        var id = Mention(node, kinds);
        return id == bearer ? throw Wrong(node, $"field “{id}” cannot be compared with itself; expected the id of another") : id;
    }

    string Mention(YamlNode node, params FieldKind[] kinds)
    {
        var id = YamlMap.Scalar(file, node, "the id of a field");
        mentions.Add((node, id, kinds));
        return id;
    }

    void CheckMentions(List<Section> sections, List<Note> notes)
    {
        foreach (var (at, id, kinds) in mentions)
        {
            var field = Known(at, id);
            if (kinds.Length > 0 && !kinds.Contains(field.Kind))
                throw Wrong(at, $"field “{id}” is of kind {Kinds(field.Kind)}; expected {Kinds(kinds)}");
        }
        foreach (var (at, id) in sectionMentions)
        {
            if (sections.All(s => s.Id != id))
                throw Wrong(at, $"unknown section “{id}”; expected one of: {string.Join(", ", sections.Select(s => s.Id))}");
        }
        foreach (var field in fields.Values)
        {
            if (field.Notes.FirstOrDefault(n => n > notes.Count) is > 0 and var missing)
                throw Wrong(declared[field.Id], $"field “{field.Id}” refers to note {missing}; there are {notes.Count}");
        }
    }

    Field Known(YamlNode at, string id) =>
        fields.GetValueOrDefault(id) ?? throw Wrong(at, $"unknown field “{id}”{Nearest(id)}");

    string Nearest(string id)
    {
        var near = fields.Keys.MinBy(k => EditDistance.Between(k, id));
        return near is not null && EditDistance.Between(near, id) <= 3 ? $"; did you mean “{near}”?" : "; expected the id of a field above";
    }

    Note Note(YamlNode node, int number) => Spelt(node, (text, also) => new Note(number, text, also));

    T Spelt<T>(YamlNode node, Func<Text, IReadOnlyList<string>, T> make)
    {
        var map = new YamlMap(file, node, "words");
        var made = make(new Text(map.NeedScalar("zh"), map.Scalar("en")), map.Scalars("also"));
        map.End();
        return made;
    }

    Text Text(YamlNode node) => YamlMap.Text(file, node);

    SheetPart Part(YamlNode node)
    {
        var map = new YamlMap(file, node, "a part of the sheet");
        SheetPart part;
        if (map.Take("line") is { } line)
            part = new HeadingLine(Heading(line));
        else if (map.Take("notes") is { } notes)
            part = new NoteLines(Heading(notes));
        else
            part = Table(map.Need("table"));
        map.End();
        return part;
    }

    Heading Heading(YamlNode node)
    {
        var id = YamlMap.Scalar(file, node, "the name of a heading");
        return headings.GetValueOrDefault(id)
            ?? throw Wrong(node, $"unknown heading “{id}”; expected one of: {string.Join(", ", headings.Keys)}");
    }

    SheetTable Table(YamlNode node)
    {
        var map = new YamlMap(file, node, "a table");
        var columns = YamlMap.Several(file, map.Need("columns"), "“columns”").Select(n => YamlMap.Positive(file, n, "columns")).ToList();
        var taken = columns.Select(_ => (Rows: 0, By: node)).ToList();      // rows that a cell above still covers, by column
        var rows = YamlMap.Several(file, map.Need("rows"), "“rows”").Select(n => Row(n, taken)).ToList();
        map.End();
        return taken.Find(t => t.Rows > 0) is { Rows: > 0 } past ? throw Wrong(past.By, "the cell covers more rows than the table has") : new SheetTable(columns, rows);
    }

    /// <summary>In millimetres; A4 leaves 250 between its margins.</summary>
    const int HighestRow = 240;

    SheetRow Row(YamlNode node, List<(int Rows, YamlNode By)> taken)
    {
        decimal? height = null;
        if (node is YamlMappingNode)
        {
            var map = new YamlMap(file, node, "a row");
            if (map.Take("height") is { } millimetres && (height = YamlMap.Positive(file, millimetres, "height")) > HighestRow)
                throw Wrong(millimetres, $"“height” must be at most {HighestRow}, so that the row fits on a page");
            node = map.Need("cells");
            map.End();
        }
        var cells = new List<SheetCell>();
        var column = 0;
        foreach (var cell in YamlMap.Sequence(file, node, "a row"))
        {
            column = Free(taken, column);
            var made = Cell(cell, column);
            if (column + made.ColumnSpan > taken.Count || taken.Slice(column, made.ColumnSpan).Exists(t => t.Rows > 0))
                throw Wrong(cell, $"the row is wider than its table of {taken.Count} columns");
            for (var i = 0; i < made.ColumnSpan; i++)
                taken[column + i] = (made.RowSpan, cell);
            column += made.ColumnSpan;
            cells.Add(made);
        }
        if (Free(taken, column) < taken.Count)
            throw Wrong(node, $"the row leaves columns of its table's {taken.Count} empty; widen a cell, or add a cell “empty: true”");
        for (var i = 0; i < taken.Count; i++)
            taken[i] = (taken[i].Rows - 1, taken[i].By);
        return new SheetRow(cells, height);
    }

    static int Free(List<(int Rows, YamlNode By)> taken, int column)
    {
        while (column < taken.Count && taken[column].Rows > 0)
            column++;
        return column;
    }

    SheetCell Cell(YamlNode node, int column)
    {
        var map = new YamlMap(file, node, "a cell");
        IReadOnlyList<SheetItem> items;
        if (map.Take("cell") is { } several)
            items = [.. YamlMap.Sequence(file, several, "“cell”").Select(n => OneItem(n))];
        else if (map.Flag("empty"))
            items = [];
        else
            items = [Item(map, node)];
        var cell = new SheetCell(column, map.Int("span") ?? 1, map.Int("rows") ?? 1, items);
        map.End();
        return cell;
    }

    SheetItem OneItem(YamlNode node)
    {
        var map = new YamlMap(file, node, "an item of a cell");
        var item = Item(map, node);
        map.End();
        return item;
    }

    SheetItem Item(YamlMap map, YamlNode at)
    {
        if (map.Take("label") is { } label)
        {
            var field = Known(label, YamlMap.Scalar(file, label, "the id of a field"));
            return labelled.Add(field.Id) ? new LabelItem(field) : throw Wrong(label, $"the label of “{field.Id}” is on the sheet already");
        }
        if (map.Take("field") is { } answer)
        {
            var field = Known(answer, YamlMap.Scalar(file, answer, "the id of a field"));
            return placed.Add(field.Id) ? new FieldItem(field) : throw Wrong(answer, $"field “{field.Id}” is on the sheet already");
        }
        if (map.Take("heading") is { } heading)
            return new HeadingItem(Heading(heading));
        if (map.Scalar("words") is { } words)
            return new WordsItem(words, map.Scalars("also"));
        throw Wrong(at, "expected a cell: label, field, heading, words, cell or empty");
    }

    FormDefinitionException Wrong(YamlNode node, string what) => YamlMap.Wrong(file, node, what);
}
