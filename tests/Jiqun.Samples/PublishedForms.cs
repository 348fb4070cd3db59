using System.Globalization;
using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>Forms of real clusters: what was published is true, all else is made up, and the narrative says which.</summary>
public static class PublishedForms
{
    static readonly Dictionary<string, string> Indicators = new()
    {
        ["output_value"] = "indicators.output",
        ["output_share"] = "indicators.outputShare",
        ["rd_intensity"] = "indicators.rdIntensity",
        ["firms"] = "indicators.enterprises",
        ["firms_above_scale"] = "indicators.aboveScale",
        ["champions"] = "indicators.champions",
        ["hitech_firms"] = "indicators.highTech",
        ["little_giants"] = "indicators.littleGiants",
        ["carriers"] = "indicators.innovationCarriers",
        ["standards"] = "indicators.standards",
        ["platforms"] = "indicators.servicePlatforms",
        ["listed_firms"] = "indicators.listed",
    };

    /// <param name="Change">What makes the form worth checking: answers and narrative changed after the figures are known.</param>
    sealed record Plan(string Cluster, string City, string Industry, string Classes, Habits Habits, Action<Dictionary<string, string>>? Change = null);

    static readonly Plan[] Plans =
    [
        new("株洲市先进轨道交通装备集群", "株洲市", "轨道交通装备", "铁路、船舶、航空航天和其他运输设备制造业（37）", Habits.None),
        new("无锡市物联网集群", "无锡市", "物联网", "计算机、通信和其他电子设备制造业（39）", Habits.With(Habit.SpacedLabels, Habit.SealInBrackets)),
        new("宁德市动力电池集群", "宁德市", "动力电池", "电池制造（384）", Habits.With(Habit.HintsKept, Habit.MisprintedLabels)),
        new("成都市软件和信息服务集群", "成都市", "软件和信息服务", "软件和信息技术服务业（65）", Habits.With(Habit.UnitsInValues, Habit.NotesAbridged)),
        new("常州市新型碳材料集群", "常州市", "新型碳材料", "石墨及其他非金属矿物制品制造（309）", Habits.With(Habit.OneTable)),
        new("苏州市纳米新材料集群", "苏州市", "纳米新材料", "化学原料和化学制品制造业（26）", Habits.With(Habit.SeveralTables, Habit.SplitRuns),
            a => a["indicators.aboveScale"] = "874"),                                            // above the number of enterprises
        new("长沙市工程机械集群", "长沙市", "工程机械", "采矿、冶金、建筑专用设备制造（351）", Habits.With(Habit.TrackedDeletions, Habit.TrackedInsertions)),
        new("赣州市稀土新材料及应用集群", "赣州市", "稀土新材料及应用", "有色金属冶炼和压延加工业（32）", Habits.With(Habit.ThousandsSeparators, Habit.TaggedControls)),
        new("潍坊市动力装备集群", "潍坊市", "动力装备", "通用设备制造业（34）", Habits.With(Habit.EmailInTwoCells, Habit.IndicatorsInTwoColumns),
            a => a["indicators.output"] = "约4000"),                                             // published as 超过4000亿元
        new("合肥市智能语音集群", "合肥市", "智能语音", "软件和信息技术服务业（65）", Habits.With(Habit.FullWidthDigits, Habit.DatesInChineseDigits)),
        new("青岛市轨道交通装备集群", "青岛市", "轨道交通装备", "铁路运输设备制造（371）", Habits.With(Habit.TitlePage, Habit.SignatureBeforeSeal),
            a => a["overview.narrative"] += "\n2020年，集群产业产值达" + decimal.Parse(a["indicators.output"], CultureInfo.InvariantCulture) * 2 + "亿元。"),
        new("东莞市智能移动终端集群", "东莞市", "智能移动终端", "通信设备制造（392）", Habits.With(Habit.HiddenText, Habit.Hyperlinks, Habit.SectionTitlesAsRows)),
    ];

    /// <summary>A dozen forms, the same bytes at every call.</summary>
    public static IEnumerable<(string Name, byte[] Docx)> All()
    {
        var form = FormLibrary.Builtin.Default;
        var rows = Rows();
        foreach (var (i, plan) in Plans.Index())
        {
            var place = SampleAnswers.Places.First(p => p.City == plan.City);
            var made = SampleAnswers.Of(form, 2021 + i, characters: 500, complete: true).ToDictionary(a => a.Key, a => Moved(a.Key, a.Value, place, 2021 + i, form));
            made["cluster.name"] = $"{place.Province}{plan.Cluster}";
            made["cluster.industry"] = plan.Classes;
            made["promoter.name"] = made["organisation.name"] = $"{plan.City}{plan.Industry}产业集群促进中心";
            var published = new List<string>();
            foreach (var (indicator, id) in Indicators)
            {
                var best = rows.Where(r => r.Cluster == plan.Cluster && r.Indicator == indicator && r.Qualifier == "=" && r.Year is >= 2020 and <= 2023)
                    .OrderByDescending(r => r.Year).FirstOrDefault();
                if (best == default)
                    continue;
                made[id] = best.Number;
                published.Add($"{form[id].Label.Zh.Replace("上年度", "", StringComparison.Ordinal)}{best.Number}{form[id].Unit}（{best.Period}）");
            }
            Consistent(made, published.Count == 0 ? [] : [.. Indicators.Values.Where(id => rows.Any(r => r.Cluster == plan.Cluster && Indicators.GetValueOrDefault(r.Indicator) == id && r.Qualifier == "=" && r.Year is >= 2020 and <= 2023))]);
            made["overview.narrative"] = (published.Count == 0
                ? "示例说明：本表数字均为虚构。"
                : $"示例说明：{string.Join("、", published)}为公开报道数字，其余为虚构。") + "\n" + made["overview.narrative"];
            plan.Change?.Invoke(made);
            yield return ($"{plan.Cluster}.docx", new SampleWriter(form) { Level = System.IO.Compression.CompressionLevel.SmallestSize }.Write(made, plan.Habits, 2021 + i).Docx);
        }
    }

    /// <summary>The answer, moved to another city.</summary>
    static string Moved(string id, string answer, SampleAnswers.Place place, int seed, Form form)
    {
        var from = SampleAnswers.Places.First(p => SampleAnswers.Of(form, seed, characters: 500, complete: true)["cluster.area"].StartsWith(p.Province + p.City, StringComparison.Ordinal));
        return form[id].Kind switch
        {
            FieldKind.Postcode => place.Postcode,
            FieldKind.Phone => place.AreaCode + answer[answer.IndexOf('-', StringComparison.Ordinal)..],
            _ => answer.Replace(from.Province, place.Province, StringComparison.Ordinal).Replace(from.City, place.City, StringComparison.Ordinal),
        };
    }

    /// <summary>Makes up again what cannot stand beside the published figures.</summary>
    static void Consistent(Dictionary<string, string> made, HashSet<string> published)
    {
        static int Number(string text) => (int)decimal.Parse(text, CultureInfo.InvariantCulture);
        string[] parts = ["indicators.aboveScale", "indicators.highTech", "indicators.littleGiants", "indicators.listed", "indicators.champions"];
        (int Share, int Most)[] usual = [(3, 2000), (4, 1500), (12, 60), (15, 40), (60, 9)];
        var known = parts.Where(published.Contains).Select(p => Number(made[p])).DefaultIfEmpty(0).Max();
        if (!published.Contains("indicators.enterprises") && known > 0)
            made["indicators.enterprises"] = (known * 3).ToString(CultureInfo.InvariantCulture);
        var all = Number(made["indicators.enterprises"]);
        foreach (var (part, (share, most)) in parts.Zip(usual))
        {
            if (!published.Contains(part))
                made[part] = Math.Min(all / share, most).ToString(CultureInfo.InvariantCulture);
        }
        if (!published.Contains("indicators.rdIntensity"))
            made["indicators.rdIntensity"] = (2 + (all % 50 / 10m)).ToString("0.0", CultureInfo.InvariantCulture);
    }

    static List<(string Cluster, string Indicator, string Number, string Qualifier, string Period, int Year)> Rows()
    {
        using var csv = new StreamReader(typeof(PublishedForms).Assembly.GetManifestResourceStream("published-indicators.csv")!);
        var rows = new List<(string, string, string, string, string, int)>();
        csv.ReadLine();
        while (csv.ReadLine() is { } line)
        {
            var cells = line.Split(',');                 // quoted commas stand only behind the columns used here
            if (cells.Length > 6 && !cells[6].Contains("..", StringComparison.Ordinal) && int.TryParse(cells[6].Split('-')[0], CultureInfo.InvariantCulture, out var year))
                rows.Add((cells[0], cells[1], cells[3], cells[4], cells[6], year));
        }
        return rows;
    }
}
