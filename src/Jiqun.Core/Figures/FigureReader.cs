using Jiqun.Core.Definitions;
using YamlDotNet.RepresentationModel;

namespace Jiqun.Core.Figures;

/// <summary>Reads what is reckoned and asked (<c>docs/figures-language.md</c>). What it does not know it refuses; it never skips.</summary>
public static class FigureReader
{
    /// <param name="file">Named in messages; not opened.</param>
    /// <exception cref="FormDefinitionException">Anything unknown, missing, doubled or out of place.</exception>
    public static FigureSet Read(string file, string yaml, Form form)
    {
        var map = new YamlMap(file, YamlMap.Root(file, yaml, "figures"), "figures");
        List<DerivedFigure> derived = [];
        foreach (var node in map.Nodes("derived"))
        {
            var figure = Derived(file, node, form);
            if (derived.Exists(d => d.Id == figure.Id) || form.Find(figure.Id) is not null)
                throw YamlMap.Wrong(file, node, $"“{figure.Id}” is there already");
            derived.Add(figure);
        }
        var questions = map.Take("questions") is { } asked ? Questions(file, asked, form, derived) : null;
        map.End();
        return new FigureSet(derived, questions);
    }

    static DerivedFigure Derived(string file, YamlNode node, Form form)
    {
        var map = new YamlMap(file, node, "a figure");
        var figure = new DerivedFigure(
            map.NeedScalar("id"), map.NeedText("name"), map.NeedScalar("unit"), Number(file, map.Need("of"), form), Number(file, map.Need("by"), form),
            map.Take("times") is { } times ? YamlMap.Positive(file, times, "times") : 1);
        map.End();
        return figure;
    }

    static QuestionSet Questions(string file, YamlNode node, Form form, List<DerivedFigure> derived)
    {
        var map = new YamlMap(file, node, "questions");
        var set = new QuestionSet(
            OfKind(file, map.Need("industry"), form, FieldKind.Industry),
            map.Take("area") is { } area ? OfKind(file, area, form, FieldKind.Area) : null,
            Part(map, "totals", m => new TotalsQuestion(YamlMap.Word(file, m.Need("figure"), [.. derived.Select(d => (d.Id, d))]), Factor(m))),
            [.. map.Nodes("shares").Select(n => Number(file, n, form))],
            Part(map, "proportion", m => new ProportionQuestion(Number(file, m.Need("of"), form), Number(file, m.Need("to"), form), Factor(m))),
            Part(map, "unusual", m => new UnusualQuestion(Numbers(file, m.Need("section"), form), (double)YamlMap.Positive(file, m.Need("z"), "z"), YamlMap.Int(file, m.Need("least"), "least"))),
            [.. map.Nodes("same").Select(n => Known(file, n, form).Id)],
            Part(map, "copied", m => new CopiedQuestion([.. m.Nodes("fields").Select(n => OfKind(file, n, form, FieldKind.LongText))], Passage(m))),
            Part(map, "moved", m => new MovedQuestion(Numbers(file, m.Need("section"), form), Factor(m))));
        map.End();
        return set;

        T? Part<T>(YamlMap within, string key, Func<YamlMap, T> read)
            where T : class
        {
            if (within.Take(key) is not { } part)
                return null;
            var own = new YamlMap(file, part, $"“{key}”");
            var question = read(own);
            own.End();
            return question;
        }

        double Factor(YamlMap m) => m.Need("factor") is var factor && YamlMap.Decimal(file, factor, "factor") is > 1 and var times ? (double)times : throw YamlMap.Wrong(file, factor, "“factor” must be above 1");

        int Passage(YamlMap m) => m.Need("least") is var least && YamlMap.Int(file, least, "least") is >= CopiedText.Shortest and var length
            ? length
            : throw YamlMap.Wrong(file, least, $"“least” must be at least {CopiedText.Shortest}");
    }

    static Field Known(string file, YamlNode node, Form form) =>
        YamlMap.Scalar(file, node, "the id of a field") is var id && form.Find(id) is { } field ? field : throw YamlMap.Wrong(file, node, $"the form has no field “{id}”");

    static string OfKind(string file, YamlNode node, Form form, FieldKind kind) =>
        Known(file, node, form) is { } field && field.Kind == kind ? field.Id : throw YamlMap.Wrong(file, node, $"expected a field of kind {kind}");

    static string Number(string file, YamlNode node, Form form) =>
        Known(file, node, form) is { Kind: FieldKind.Number or FieldKind.Integer } field ? field.Id : throw YamlMap.Wrong(file, node, "expected a field with a number");

    static IReadOnlyList<Field> Numbers(string file, YamlNode node, Form form) =>
        [.. YamlMap.Word(file, node, [.. form.Sections.Select(s => (s.Id, s))]).Fields.Where(f => f.Kind is FieldKind.Number or FieldKind.Integer)];
}
