using System.Globalization;
using CsCheck;
using Jiqun.Core.Answers;
using Jiqun.Core.Figures;

namespace Jiqun.Tests.Figures;

/// <summary>Each question on a round with the fault planted, and none on the same round without it.</summary>
public sealed class QuestionsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory, MemberData(nameof(Seeds))]
    public void Of_a_round_in_which_all_can_be_true_nothing_is_asked(int seed) => Assert.Empty(TestRound.Ask(TestRound.Clean(seed)).Select(q => $"{q.Code} {q.Field} {q.Message}"));

    /// <summary>A fault, and what must be asked of whom; nothing else is.</summary>
    /// <param name="Plant">Changes one entry or several.</param>
    sealed record Fault(string Code, string Field, string[] Entries, Action<Dictionary<string, RoundEntry>> Plant);

    static readonly Fault[] Faults =
    [
        new("total-differs", "nationalOutput", ["0-3"], r => r["0-3"] = r["0-3"].With(("indicators.outputShare", r["0-3"].Answers.Number("indicators.outputShare")! * 2), ("indicators.employmentShare", r["0-3"].Answers.Number("indicators.employmentShare")! * 2))),
        new("shares-above-whole", "indicators.employmentShare", [.. Enumerable.Range(0, 14).Select(i => $"0-{i}")], r =>
        {
            foreach (var id in r.Keys.Where(k => k.StartsWith("0-", StringComparison.Ordinal)).ToList())
                r[id] = r[id].With(("indicators.employmentShare", r[id].Answers.Number("indicators.outputShare")! * 2.9m));
        }),
        new("shares-out-of-proportion", "indicators.employmentShare", ["1-2"], r => r["1-2"] = r["1-2"].With(("indicators.employmentShare", r["1-2"].Answers.Number("indicators.outputShare")! / 6))),
        new("far-from-peers", "indicators.servicePlatforms", ["2-5"], r => r["2-5"] = r["2-5"].With(("indicators.servicePlatforms", 400))),
        new("far-from-peers", "highTechShare", ["2-7"], r => r["2-7"] = r["2-7"].With(("indicators.highTech", r["2-7"].Answers.Number("indicators.enterprises")! * 0.012m))),
        new("same-answer", "promoter.mobile", ["0-1", "2-2"], r => r["0-1"] = r["0-1"].With(("promoter.mobile", " " + r["2-2"].Answers.Text("promoter.mobile")!))),
        new("same-answer", "promoter.email", ["1-1", "1-3", "2-2"], r => (r["1-1"], r["1-3"], r["2-2"]) = (r["1-1"].With(("promoter.email", "Same@example.cn")), r["1-3"].With(("promoter.email", "same@example.cn")), r["2-2"].With(("promoter.email", "same@Example.cn")))),
        new("areas-overlap", "cluster.area", ["0-0", "0-1"], r => r["0-1"] = r["0-1"].With(("cluster.area", "湖南省株洲市芦淞区"))),
        new("copied", "overview.narrative", ["0-4", "2-9"], r =>
            (r["0-4"], r["2-9"]) = (r["0-4"].With(("overview.narrative", r["0-4"].Answers.Text("overview.narrative")! + TestRound.Copied)), r["2-9"].With(("organisation.work", string.Join("，", TestRound.Copied.Chunk(9).Select(c => new string(c))) + r["2-9"].Answers.Text("organisation.work")!)))),
    ];

    public static TheoryData<int> Each => [.. Enumerable.Range(0, Faults.Length)];

    [Theory, MemberData(nameof(Each))]
    public void A_planted_fault_is_asked_about_and_nothing_else(int nth)
    {
        var fault = Faults[nth];
        for (var seed = 0; seed < 5; seed++)
        {
            var round = TestRound.Clean(seed);
            var planted = round.ToDictionary(e => e.Id);
            fault.Plant(planted);
            var asked = TestRound.Ask([.. round.Select(e => planted[e.Id])]);
            Assert.Contains(asked, q => q.Code == fault.Code && q.Field == fault.Field && q.Entries.SequenceEqual(fault.Entries));
            Assert.All(asked, q => Assert.True(q.Entries.Intersect(fault.Entries).Any(), q.Message));
        }
    }

    [Fact]
    public void Figures_that_moved_beyond_the_factor_are_asked_about()
    {
        var round = TestRound.Clean(1);
        var before = round.ToDictionary(e => e.Id, e => e.Answers);
        Assert.Empty(TestRound.Ask(round, before));
        before["0-2"] = round[2].With(("indicators.newPatents", round[2].Answers.Number("indicators.newPatents")! / 4)).Answers;
        before.Remove("0-3");
        var question = Assert.Single(TestRound.Ask(round, before));
        Assert.Equal(("moved", "indicators.newPatents", "0-2"), (question.Code, question.Field, Assert.Single(question.Entries)));
    }

    [Fact]
    public void Copied_passages_stand_side_by_side()
    {
        var round = TestRound.Clean(3);
        round[4] = round[4].With(("overview.narrative", "开头" + TestRound.Copied + "结尾"));
        round[20] = round[20].With(("overview.narrative", $"另一段。{TestRound.Copied[..40]}，{TestRound.Copied[40..]}！"));
        var passage = Assert.Single(Assert.Single(TestRound.Ask(round)).Passages);
        Assert.Equal((TestRound.Copied, $"{TestRound.Copied[..40]}，{TestRound.Copied[40..]}"), (passage.InFirst, passage.InSecond));
    }

    [Fact]
    public void Of_entries_without_answers_nothing_is_asked()
    {
        Assert.Empty(TestRound.Ask([]));
        Assert.Empty(TestRound.Ask([.. Enumerable.Range(0, 50).Select(i => new RoundEntry($"{i}", FormAnswers.Of(), new Dictionary<string, IReadOnlyList<string>>()))]));
    }

    /// <summary>Entries submit again, come and go, and stand in another order once an organisation is renamed, while two people look in their languages.</summary>
    [Fact]
    public void What_was_asked_before_leaves_what_is_asked_as_if_nothing_had_been_asked() =>
        Gen.Select(Gen.Int[0, 41], Gen.Int[0, Faults.Length + 2], Gen.Bool).Array[1, 25].Sample(moves =>
        {
            var known = new AskedBefore();
            var round = TestRound.Clean(3);
            var before = round.ToDictionary(e => e.Id, e => e.Answers);
            foreach (var (turn, (who, fault, chinese)) in moves.Index())
            {
                if (fault < Faults.Length)
                {
                    var planted = round.ToDictionary(e => e.Id.Split('v')[0]);
                    var were = planted.ToDictionary();
                    if (Faults[fault].Entries.Concat(["0-1", "2-2", "2-9"]).All(planted.ContainsKey))
                        Faults[fault].Plant(planted);
                    // whoever changed has another submission
                    round = [.. planted.Select(p => ReferenceEquals(p.Value, were[p.Key]) ? p.Value : p.Value with { Id = $"{p.Key}v{turn}" })];
                }
                else if (fault == Faults.Length)
                {
                    round = [.. round.Skip(who % round.Count), .. round.Take(who % round.Count)];
                }
                else if (round.Count > 1)
                {
                    round.RemoveAt(who % round.Count);
                }
                var last = round.ToDictionary(e => e.Id, e => before[e.Id.Split('v')[0]]);
                var (anew, again) = Checks.Given.In(chinese ? "zh" : "en", () => (Told(TestRound.Ask(round, last)), Told(Questions.Ask(TestRound.Form, TestRound.Figures, round, last, known))));
                Assert.Equal(anew, again);
            }
        }, iter: 60);

    static List<string> Told(IEnumerable<Question> questions) => [.. questions.Select(q => $"{q.Code} {q.Field} {string.Join(' ', q.Entries)} {q.Message} {q.Passages.Count}")];

    /// <summary>What the press reported of 工程机械 (facts from public pages; each row of the vectors names its own): the two clusters' totals agree, and only part of the industry is theirs.</summary>
    [Fact]
    public void Of_published_figures_nothing_is_asked_that_is_not_so()
    {
        Dictionary<string, string> fields = new() { ["output_value"] = "indicators.output", ["output_share"] = "indicators.outputShare" };
        var rows = Vectors.Of("cluster-indicators").Where(r => fields.ContainsKey(r["indicator"]) && r["cluster"].Contains("工程机械", StringComparison.Ordinal)).ToList();
        var round = rows.GroupBy(r => r["cluster"]).Select(cluster => cluster.Aggregate(
            new RoundEntry(cluster.Key, FormAnswers.Of(), new Dictionary<string, IReadOnlyList<string>>()).With(("cluster.name", cluster.Key), ("cluster.industry", "采矿、冶金、建筑专用设备制造")),
            (entry, row) => entry.With((fields[row["indicator"]], decimal.Parse(row["number"], CultureInfo.InvariantCulture))))).ToList();
        Assert.Equal(2, round.Count);
        Assert.Empty(TestRound.Ask(round).Select(q => q.Message));
        round[0] = round[0].With(("indicators.outputShare", 45));
        Assert.Equal("total-differs", Assert.Single(TestRound.Ask(round)).Code);
    }
}
