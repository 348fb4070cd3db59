using System.Globalization;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Samples;

namespace Jiqun.Bench;

/// <summary>Checking a full form again and again, as an autosave does when one field has changed.</summary>
static class Checking
{
    const int Calls = 500;

    static readonly DateOnly Today = new(2021, 9, 30);

    /// <summary>Prints CPU microseconds a call for each field that changes: median and least of the rounds, warm, one thread.</summary>
    public static void Run(int rounds)
    {
        var form = FormLibrary.Builtin.Default;
        var written = SampleAnswers.Of(form, seed: 3, characters: 20_000, complete: true);
        var narrative = $"集群实现产值{written["indicators.output"]}亿元，拥有规上企业{written["indicators.aboveScale"]}家、高新技术企业{written["indicators.highTech"]}家。"
            + $"集群企业平均研发投入强度为{written["indicators.rdIntensity"]}%。\n{written["overview.narrative"]}";
        while (Core.Answers.WordCount.Of(narrative) < 2970)
            narrative += "与高校共建联合实验室，培养专业人才。";
        written["overview.narrative"] = narrative;
        Console.WriteLine($"narrative of {Core.Answers.WordCount.Of(narrative)} 字, all answers {written.Values.Sum(Core.Answers.WordCount.Of)} 字");
        var read = written.ToDictionary(a => a.Key, a => Core.Answers.Reading.Of(form[a.Key], a.Value));
        foreach (var (field, values) in new Dictionary<string, string[]>
        {
            ["indicators.output"] = [written["indicators.output"], written["indicators.output"] + "1"],
            ["government.head"] = ["王五", "王六"],
            ["cluster.area"] = ["湖南省株洲市全域", "湖南省株洲市石峰区"],
            ["cluster.name"] = ["湖南省株洲市轨道交通装备集群", "湖南省株洲市轨道装备集群"],
            ["overview.narrative"] = [narrative, narrative + "。"],
        })
        {
            var readings = values.Select(v => Core.Answers.Reading.Of(form[field], v)).ToArray();
            var n = 0;
            Measure(field, rounds, () =>
            {
                read[field] = readings[n++ % readings.Length];
                return FilledForm.Of(form, read.Select(r => (form[r.Key], r.Value)), Stage.Submission, Today).Findings.Count;
            });
        }
    }

    static void Measure(string name, int rounds, Func<int> run)
    {
        var findings = 0;
        for (var start = Used(); Used() - start < 1500;)
            findings = run();
        List<double> times = [];
        for (var round = 0; round < rounds; round++)
        {
            var before = Used();
            for (var i = 0; i < Calls; i++)
                run();
            times.Add((Used() - before) * 1000 / Calls);
        }
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {times[times.Count / 2],7:0.0} µs a call (least {times[0]:0.0}), {findings} findings"));
    }

    static double Used() => Environment.CpuUsage.TotalTime.TotalMilliseconds;
}
