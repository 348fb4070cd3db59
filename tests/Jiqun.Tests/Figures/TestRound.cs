using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;

namespace Jiqun.Tests.Figures;

/// <summary>Made-up rounds in which all can be true together.</summary>
static class TestRound
{
    public static readonly Form Form = FormLibrary.Builtin.Default;

    public static readonly FigureSet Figures = FigureSet.Builtin(Form);

    /// <summary>A passage that no made-up text holds by chance.</summary>
    public static readonly string Copied = string.Concat(Enumerable.Range(0, 80).Select(i => (char)(0x5000 + 37 * i)));

    static readonly string[] Industries = ["3720", "3612", "2710"], Cities = ["430200", "440100", "330100", "320200", "370100", "420100", "510100", "610100", "340100", "350200", "410100", "210200", "220100", "230100"];

    /// <summary>Clusters of three industries, fourteen of each.</summary>
    public static List<RoundEntry> Clean(int seed)
    {
        var dice = new Random(seed);
        return [.. from industry in Enumerable.Range(0, Industries.Length)
                   from city in Enumerable.Range(0, Cities.Length)
                   select Entry($"{industry}-{city}", dice, Industries[industry], Cities[city], 8_000 * (industry + 1))];
    }

    static RoundEntry Entry(string id, Random dice, string industry, string city, int whole)
    {
        var share = 1 + 5 * dice.NextDouble();             // of fourteen: 84 % at most
        var enterprises = Math.Round(100 * share * Near());
        return With(new RoundEntry(id, FormAnswers.Of(), new Dictionary<string, IReadOnlyList<string>>()),
            ("cluster.name", $"{id}集群"), ("cluster.industry", industry), ("cluster.area", city), ("promoter.name", $"{id}促进中心"), ("promoter.mobile", $"139{dice.Next(10_000_000, 99_999_999)}"), ("promoter.email", $"{id}@example.cn"),
            ("overview.narrative", Words(600)), ("organisation.work", Words(300)),
            ("indicators.output", whole * share / 100 * (0.95 + 0.1 * dice.NextDouble())), ("indicators.outputShare", share), ("indicators.employmentShare", share * Near()), ("indicators.rdIntensity", 3 * Near()),
            ("indicators.newPatents", 50 * share * Near()), ("indicators.foreignCapital", 4 * share * Near()), ("indicators.enterprises", enterprises), ("indicators.aboveScale", enterprises * 0.5 * Near()),
            ("indicators.champions", 0), ("indicators.highTech", enterprises * 0.4 * Near()), ("indicators.littleGiants", enterprises * 0.05 * Near()), ("indicators.innovationCarriers", 3 + dice.Next(4)),
            ("indicators.standards", 30 * share * Near()), ("indicators.servicePlatforms", 5 + dice.Next(8)), ("indicators.listed", 6 + dice.Next(10)));

        double Near() => 0.7 + 0.6 * dice.NextDouble();

        string Words(int count) => string.Concat(Enumerable.Range(0, count).Select(i => i % 17 == 16 ? '，' : (char)dice.Next(0x4E00, 0x9000)));
    }

    /// <summary>The entry with other answers: texts as they are, numbers to two digits.</summary>
    public static RoundEntry With(this RoundEntry entry, params (string Field, object Value)[] answers)
    {
        var now = entry.Answers.With(answers.Select(a => (a.Field, (Value?)(a.Value is string text ? new TextValue(text) : new NumberValue(Math.Round(Convert.ToDecimal(a.Value, System.Globalization.CultureInfo.InvariantCulture), 2))))));
        return entry with { Answers = now, Codes = RecognisedCodes.In(Form, now) };
    }

    public static IReadOnlyList<Question> Ask(IReadOnlyList<RoundEntry> entries, IReadOnlyDictionary<string, FormAnswers>? before = null) => Questions.Ask(Form, Figures, entries, before ?? new Dictionary<string, FormAnswers>());
}
