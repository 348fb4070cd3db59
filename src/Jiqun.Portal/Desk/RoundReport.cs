using System.Security.Cryptography;
using System.Text;
using Jiqun.Core.Approvals;
using Jiqun.Core.Figures;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Desk;

/// <summary>What a report tells, all of it read at one time.</summary>
/// <param name="Way">Of the round's entries.</param>
/// <param name="Returns">A member for each time that an entry was sent back about a field: whether that was answered.</param>
/// <param name="By">Organisation that has it made.</param>
sealed record ReportedRound(
    WholeRound Whole, DeskView Desk, RoundQuestions Questions, Approval Way, ILookup<(Guid Entry, string Field), bool> Returns, string By);

/// <summary>批次报告: a round in tables, charts and findings, in the language of who asked.</summary>
sealed class RoundReport
{
    /// <summary>Bars of a figure: those of the largest entries.</summary>
    const int Largest = 10;

    /// <summary>Figures beside each other in a table of provinces.</summary>
    const int Beside = 5;

    readonly ReportedRound round;
    readonly IReadOnlyList<Figure> figures;
    readonly List<PrintedBlock> blocks = [];
    int chapters, parts, tables, drawings;

    RoundReport(ReportedRound round) => (this.round, figures) = (round, Figure.Of(round.Whole.Form, round.Whole.Figures));

    WholeRound Whole => round.Whole;

    IReadOnlyList<RoundRow> Submitted => round.Whole.Submitted;

    public static PrintedReport Of(ReportedRound round)
    {
        var report = new RoundReport(round);
        report.AddState();
        report.AddSummary();
        report.AddProgress();
        report.AddFigures();
        report.AddGroups();
        report.AddQuestions();
        report.AddWarnings();
        report.AddEntries();
        report.AddMissing();
        return new PrintedReport(report.Title, round.By, Languages.IsChinese ? "zh-CN" : "en", Words.Of("report-foot"), report.blocks);
    }

    string Title => Words.Of("report-title", Whole.Round.Name);

    /// <summary>SHA-256 over the digests of all submissions, a line each, in the order of the list of entries.</summary>
    public static string DigestOf(IEnumerable<string> digests) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(digests.Select(d => $"{d}\n")))));

    // ---- what it is about --------------------------------------------------------------------------------------------------

    void AddState()
    {
        blocks.Add(PrintedReport.Line(LineRole.Title, Title));
        Caption(Words.Of("report-state"));
        blocks.Add(PrintedReport.Facts(
        [
            (Words.Of("report-form"), $"{Whole.Form.Title} {Whole.Form.Id}"),
            (Words.Of("report-base-year"), $"{Whole.Round.BaseYear}"),
            (Words.Of("report-open"), Words.Of("report-from-to", Beijing.Shown(Whole.Round.OpensAt), Beijing.Shown(Whole.Round.ClosesAt))),
            (Words.Of("report-read"), Words.Of("report-at", Beijing.Shown(Whole.Now))),
            (Words.Of("report-by"), round.By),
            (Words.Of("desk-entries"), $"{Whole.Rows.Count}"),
            (Words.Of("round-submitted"), $"{Submitted.Count}"),
            (Words.Of("report-accepted"), $"{Accepted}"),
            (Words.Of("report-missing"), $"{round.Desk.MissingInAll}"),
            (Words.Of("report-digest"), $"SHA-256 {DigestOf(Submitted.Select(r => r.Submitted!.Digest))}"),
        ]));
        Text(Words.Of("report-digest-how"));
        Text(Words.Of("report-private"));
    }

    int Accepted => Whole.Rows.Count(r => r.Submitted is not null && round.Way[r.Status].IsAccepted);

    void AddSummary()
    {
        Chapter("report-summary");
        int Of(RoundStanding standing) => Whole.Rows.Count(r => Whole.StandingOf(r) == standing);
        Text(Words.Of("report-summary-progress", Whole.Rows.Count, Submitted.Count, Accepted, Of(RoundStanding.Returned), Of(RoundStanding.SubmittedLate), Of(RoundStanding.Draft), Of(RoundStanding.Late), round.Desk.MissingInAll));
        if (figures.Count > 0 && FiguresOf(figures[0], Submitted) is { Count: > 0 } values)
            Text(Words.Of("report-summary-figure", figures[0].FullName, values.Count, Total(figures[0], values), Median(figures[0], values), Whose(figures[0], values.Max())));
        var asked = round.Questions.Asked;
        Text(asked.Count == 0 ? Words.Of("questions-none") : Words.Of("report-summary-questions", [asked.Count, Concerned(asked), .. Handled(asked)]));
        Text(Words.Of("report-summary-warnings", Submitted.Sum(r => r.Submitted!.Findings.Count), Submitted.Count(r => r.Submitted!.Findings.Count > 0), Submitted.Sum(r => r.Submitted!.Findings.Count(f => f.Explanation.Length == 0))));
    }

    // ---- progress ----------------------------------------------------------------------------------------------------------

    void AddProgress()
    {
        Chapter("report-progress");
        Counts("standing", null, round.Desk.Standings, withSubmitted: false);
        Counts("state", null, round.Desk.States, withSubmitted: false);
        Counts("column-complete", "desk-complete-help", round.Desk.Complete, withSubmitted: true);
        Counts("column-industry", "desk-industry-help", round.Desk.Industries, withSubmitted: false);
        Counts("column-province", null, round.Desk.Provinces, withSubmitted: true);
        Tiles(TileChart.Of(null, false, Submitted), Words.Of("chart-title-tiles", Words.Of("chart-count")));
        Text(Words.Of("chart-tiles"));
    }

    /// <param name="title">Name of the words; so <paramref name="help"/>.</param>
    void Counts(string title, string? help, IReadOnlyList<DeskCount> counts, bool withSubmitted)
    {
        Caption(Words.Of("report-by-what", Words.Of(title)));
        blocks.Add(PrintedReport.Table(
            [new(Words.Of(title), 3), new(Words.Of("desk-entries"), 1, Alignment.Number), .. withSubmitted ? [new ReportColumn(Words.Of("round-submitted"), 1, Alignment.Number)] : (ReportColumn[])[]],
            counts.Select(c => (string[])[c.Name.Length > 0 ? c.Name : Words.Of("report-unknown"), $"{c.Entries}", .. withSubmitted ? [$"{c.Submitted}"] : (string[])[]])));
        if (help is not null)
            Text(Words.Of(help));
    }

    // ---- figures -----------------------------------------------------------------------------------------------------------

    void AddFigures()
    {
        Chapter("report-figures");
        Text(Words.Of("report-figures-help"));
        Caption(Words.Of("report-overview"));
        blocks.Add(PrintedReport.Table(
            [
                new(Words.Of("figure"), 2.6m), new(Words.Of("report-known"), 1.1m, Alignment.Number), new(Words.Of("chart-sum"), 1.3m, Alignment.Number), new(Words.Of("report-lower-quartile"), 1.1m, Alignment.Number),
                new(Words.Of("chart-median"), 1.1m, Alignment.Number), new(Words.Of("report-upper-quartile"), 1.1m, Alignment.Number), new(Words.Of("report-least"), 2.2m), new(Words.Of("report-most"), 2.2m),
            ],
            figures.Select(figure => FiguresOf(figure, Submitted) is { Count: > 0 } values
                ? (string[])[figure.FullName, $"{values.Count}", Total(figure, values), Quantile(values, 0.25), Quantile(values, 0.5), Quantile(values, 0.75), Whose(figure, values.Min()), Whose(figure, values.Max())]
                : [figure.FullName, "0", .. Enumerable.Repeat(Shown.Of(figure, null), 6)])));
        foreach (var figure in figures)
            Add(figure);
    }

    void Add(Figure figure)
    {
        Part(figure.FullName);
        if (figure.Derived is { } derived)
            Text(Words.Of("chart-formula", derived.Written(Whole.Form)));
        var values = FiguresOf(figure, Submitted);
        if (values.Count == 0)
        {
            Text(Words.Of("report-no-figures"));
            return;
        }
        List<Bar> largest = [.. BarChart.Of(figure, Submitted).Bars.Where(b => b.Value is not null).Take(Largest)];
        var title = values.Count > largest.Count ? Words.Of("report-largest", figure.FullName, largest.Count, values.Count) : Words.Of("report-largest-all", figure.FullName, values.Count);
        if (figure.Derived is null)
            Bars(title, figure.FullName, areUpright: false, [.. largest.Select(b => new PrintedBar(NameOf(b.Row), Shown.Of(figure, b.Value)))]);
        Caption(title);
        blocks.Add(PrintedReport.Table(
            [
                new(Words.Of("chart-rank"), 0.6m, Alignment.Number), new(Words.Of("chart-cluster"), 3), new(Words.Of("column-industry"), 2), new(figure.FullName, 1.4m, Alignment.Number),
                .. figure.Adds ? [new ReportColumn(Words.Of("chart-share"), 0.9m, Alignment.Number)] : (ReportColumn[])[],
            ],
            largest.Select(b => (string[])[$"{b.Rank}", NameOf(b.Row), RoundColumn.IndustryName(b.Row.Submitted!.Industry), Shown.Of(figure, b.Value), .. figure.Adds ? [Shown.Share(b.Share)] : (string[])[]])));

        List<(string Name, int Count)> ranges = [.. Histogram.Of(values).Select(r => (RangeName(r, values), r.Count))];
        title = Words.Of("chart-title-dots", figure.FullName);
        Bars(title, Words.Of("report-clusters"), areUpright: true, [.. ranges.Select(r => new PrintedBar(r.Name, $"{r.Count}"))]);
        Caption(title);
        blocks.Add(PrintedReport.Table(
            [new(Words.Of("report-range"), 1.3m), .. ranges.Select(r => new ReportColumn(r.Name, 1, Alignment.Center))],
            [[Words.Of("report-clusters"), .. ranges.Select(r => $"{r.Count}")]]));
        if (figure.Derived is null)
            Tiles(TileChart.Of(figure, false, Submitted), Words.Of("report-tiles", figure.FullName, Words.Of(figure.Adds ? "chart-sum" : "chart-median")));
    }

    static List<double> FiguresOf(Figure figure, IEnumerable<RoundRow> rows) => [.. rows.Select(r => figure.Value(r.Submitted!.Answers)).OfType<double>()];

    static string Total(Figure figure, List<double> values) => Shown.Of(figure, figure.Adds ? values.Sum() : null);

    static string Median(Figure figure, List<double> values) => Shown.Of(figure, Distribution.MedianOf(values));

    /// <summary>To about four digits.</summary>
    static string Quantile(List<double> values, double share) => Shown.Rounded(Distribution.QuantileOf(values, share));

    /// <summary>A figure and who has it: of several the first, with how many they are.</summary>
    string Whose(Figure figure, double value)
    {
        List<RoundRow> owners = [.. Submitted.Where(r => figure.Value(r.Submitted!.Answers) == value)];
        return $"{Shown.Of(figure, value)} {(owners.Count == 1 ? NameOf(owners[0]) : Words.Of("report-and-others", NameOf(owners[0]), owners.Count))}";
    }

    /// <summary>Of whole figures the last that is in it; 0 has a range of its own.</summary>
    static string RangeName(FigureRange range, List<double> values)
    {
        var last = values.TrueForAll(double.IsInteger) ? range.To - 1 : range.To;
        return range.From >= last || range.From == 0 && values.Min() == 0 ? Shown.Exact(range.From) : $"{Shown.Exact(range.From)}–{Shown.Exact(last)}";
    }

    // ---- provinces and industries ------------------------------------------------------------------------------------------

    void AddGroups()
    {
        Chapter("report-groups");
        Text(Words.Of("report-groups-help"));
        Groups("column-province", Submitted.GroupBy(r => r.Province ?? "").OrderBy(g => g.Key, StringComparer.Ordinal), RoundColumn.ProvinceName);
        Groups("column-industry", Submitted.GroupBy(r => r.Submitted!.Industry ?? "").OrderBy(g => g.Key, StringComparer.Ordinal), RoundColumn.IndustryName);
    }

    void Groups(string what, IEnumerable<IGrouping<string, RoundRow>> groups, Func<string?, string> name)
    {
        Part(Words.Of(what));
        List<(string Name, List<RoundRow> Rows)> all = [.. groups.Select(g => (g.Key.Length > 0 ? name(g.Key) : Words.Of("report-unknown"), g.ToList())), (Words.Of("report-whole"), [.. Submitted])];
        foreach (var some in figures.Chunk(Beside))
        {
            Caption(Words.Of("report-groups-table", Words.Of(what), string.Join(Languages.IsChinese ? "、" : ", ", some.Select(f => f.Name))));
            blocks.Add(PrintedReport.Table(
                [new(Words.Of(what), 1.6m), new(Words.Of("report-clusters"), 0.9m, Alignment.Number), .. some.Select(f => new ReportColumn($"{f.FullName}\n{Words.Of(f.Adds ? "chart-sum" : "chart-median")}", 1.5m, Alignment.Number))],
                all.Select(group => (string[])[group.Name, $"{group.Rows.Count}", .. some.Select(f => Together(f, group.Rows))])));
        }
    }

    /// <summary>The sum of what can be added, else the median.</summary>
    static string Together(Figure figure, List<RoundRow> rows) =>
        FiguresOf(figure, rows) is { Count: > 0 } values ? figure.Adds ? Total(figure, values) : Median(figure, values) : Shown.Of(figure, null);

    // ---- questions and warnings --------------------------------------------------------------------------------------------

    void AddQuestions()
    {
        Chapter("questions");
        var before = round.Questions.Before;
        Text($"{Words.Of("questions-help")} {(before is null ? Words.Of("questions-before-none") : Words.Of("questions-before", before.Name))}");
        var kinds = round.Questions.Asked.GroupBy(a => a.Question.Code).ToList();
        if (kinds.Count == 0)
        {
            Text(Words.Of("questions-none"));
            return;
        }
        Caption(Words.Of("report-kinds"));
        blocks.Add(PrintedReport.Table(
            [new(Words.Of("report-kind"), 3), new(Words.Of("report-questions"), 1, Alignment.Number), new(Words.Of("report-concerned"), 1, Alignment.Number), new(Words.Of("report-returned"), 1, Alignment.Number), new(Words.Of("report-answered"), 1, Alignment.Number)],
            kinds.Select(kind => (string[])[Words.Of($"question-{kind.Key}"), $"{kind.Count()}", $"{Concerned(kind)}", .. Handled(kind)])));
        Text(Words.Of("report-returned-help"));
        foreach (var kind in kinds)
        {
            Part(Words.Of($"question-{kind.Key}"));
            Text(Words.Of($"report-why-{kind.Key}"));
            Caption(Words.Of("report-kind-table", Words.Of($"question-{kind.Key}"), kind.Count()));
            blocks.Add(PrintedReport.Table(
                [new(Words.Of("report-number"), 0.6m, Alignment.Number), new(Words.Of("question"), 4.2m), new(Words.Of("question-entries"), 2.6m), new(Words.Of("report-returned"), 1, Alignment.Number), new(Words.Of("report-answered"), 1, Alignment.Number)],
                kind.Select((asked, i) => (string[])[$"{i + 1}", asked.Question.Message, string.Join(Languages.IsChinese ? "、" : "; ", asked.Entries.Select(e => e.Subject)), .. Handled([asked])])));
        }
    }

    static int Concerned(IEnumerable<AskedQuestion> asked) => asked.SelectMany(a => a.Entries).Select(e => e.Id).Distinct().Count();

    /// <summary>How often entries were sent back about the very fields that are asked about, and how often that was answered. Each return counts once.</summary>
    string[] Handled(IEnumerable<AskedQuestion> asked)
    {
        List<bool> returns = [.. asked.SelectMany(a => a.Entries.Select(e => (e.Id, FieldOf(a.Question)))).Distinct().SelectMany(place => round.Returns[place])];
        return [$"{returns.Count}", $"{returns.Count(isAnswered => isAnswered)}"];
    }

    /// <summary>Of a derived figure, what it is reckoned from.</summary>
    string FieldOf(Question question) => Whole.Figures.Derived.FirstOrDefault(d => d.Id == question.Field)?.Of ?? question.Field;

    void AddWarnings()
    {
        Chapter("desk-findings");
        Text(Words.Of(round.Desk.Findings.Count == 0 ? "desk-findings-none" : "desk-findings-help"));
        if (round.Desk.Findings.Count == 0)
            return;
        Caption(Words.Of("report-warnings"));
        blocks.Add(PrintedReport.Table(
            [new(Words.Of("desk-finding-code"), 2), new(Words.Of("desk-finding-field"), 3), new(Words.Of("desk-entries"), 1, Alignment.Number), new(Words.Of("column-unexplained"), 1, Alignment.Number)],
            round.Desk.Findings.Select(f => (string[])[RoundColumn.FindingName(f.Code), Whole.Form.Find(f.Field)?.Name.ToString() ?? f.Field, $"{f.Entries}", $"{f.Unexplained}"])));
    }

    // ---- lists -------------------------------------------------------------------------------------------------------------

    void AddEntries()
    {
        Chapter("report-list");
        Text(Words.Of("report-list-help"));
        Caption(Words.Of("report-list-table", Submitted.Count));
        blocks.Add(PrintedReport.Table(
            [new(Words.Of("report-number"), 0.7m, Alignment.Number), new(Words.Of("chart-cluster"), 2.4m), new(Words.Of("organisation"), 2.2m), new(Words.Of("export-submission"), 1.3m, Alignment.Number), new(Words.Of("submitted-at"), 1.3m), new("SHA-256", 2.5m)],
            Submitted.Select((r, i) => (string[])[$"{i + 1}", NameOf(r), r.Name, $"{r.Submitted!.Number}", Beijing.Shown(r.SubmittedAt!.Value), r.Submitted.Digest])));
    }

    void AddMissing()
    {
        Chapter("report-missing-list");
        List<(string Name, string Standing)> missing =
        [
            .. Whole.Rows.Where(r => r.Submitted is null).OrderByDescending(Whole.StandingOf).Select(r => (r.Name, Words.Of($"standing-{Whole.StandingOf(r)}"))),
            .. round.Desk.Missing.Select(m => (m.Name, Words.Of("report-missing"))),
        ];
        if (missing.Count == 0)
        {
            Text(Words.Of("report-missing-none"));
            return;
        }
        Caption(Words.Of("report-missing-table", missing.Count));
        blocks.Add(PrintedReport.Table(
            [new(Words.Of("report-number"), 0.7m, Alignment.Number), new(Words.Of("organisation"), 5), new(Words.Of("standing"), 2)],
            missing.Select((m, i) => (string[])[$"{i + 1}", m.Name, m.Standing])));
    }

    // ---- blocks ------------------------------------------------------------------------------------------------------------

    string NameOf(RoundRow row) => row.IsSample ? Words.Of("report-sample", Whole.SubjectOf(row)) : Whole.SubjectOf(row);

    /// <param name="title">Name of the words.</param>
    void Chapter(string title)
    {
        parts = 0;
        blocks.Add(PrintedReport.Line(LineRole.Heading, $"{++chapters} {Words.Of(title)}"));
    }

    void Part(string title) => blocks.Add(PrintedReport.Line(LineRole.Subheading, $"{chapters}.{++parts} {title}"));

    void Text(string text) => blocks.Add(PrintedReport.Line(LineRole.Text, text));

    /// <summary>Of a table.</summary>
    void Caption(string text) => blocks.Add(PrintedReport.Line(LineRole.Caption, Words.Of("report-table", ++tables, text)));

    void Bars(string caption, string measure, bool areUpright, IReadOnlyList<PrintedBar> bars) => blocks.Add(new PrintedBars(
        Words.Of("report-figure", ++drawings, caption), $"{caption} {string.Join("; ", bars.Select(b => $"{b.Name} {b.Shown}"))}", measure, areUpright, bars));

    void Tiles(TileChart chart, string caption)
    {
        var most = chart.Tiles.Max(t => t.Value) ?? 0;
        blocks.Add(new PrintedTiles(Words.Of("report-figure", ++drawings, caption), [.. chart.Tiles.OrderBy(t => t.Place.Row).ThenBy(t => t.Place.Column).Select(t => new PrintedTile(
            t.Place.Column, t.Place.Row, t.Place.Name, t is { Entries: 0 } or { Value: null } ? "" : chart.Figure is { } figure ? Shown.Of(figure, t.Value) : $"{t.Value}",
            t is { Entries: 0 } or { Value: null } ? null : most > 0 ? t.Value / most : 0))]));
        if (chart.Elsewhere > 0)
            Text(Words.Of("chart-elsewhere", chart.Elsewhere));
    }
}
