using Jiqun.Core.Figures;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Desk;

public enum ChartKind
{
    Bars,
    Scatter,
    Distribution,
    Map,
}

/// <summary>Which chart is wanted, as an address says it. What is not known there is as if it were not said.</summary>
/// <param name="Figure">Id of the figure; of the horizontal axis.</param>
/// <param name="Y">Id, of the vertical axis.</param>
/// <param name="Size">Id of what the dots are as large as.</param>
/// <param name="Industry">行业大类, two digits; empty for all; null when nothing is said.</param>
/// <param name="Province">Division; empty or null for all.</param>
/// <param name="Entry">To be marked.</param>
public sealed record ChartWish(ChartKind Kind, string? Figure, string? Y, string? Size, bool Median, string? Industry, string? Province, Guid? Entry)
{
    public static ChartWish Of(IQueryCollection query) => new(
        Enum.TryParse<ChartKind>(query["kind"], ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : ChartKind.Bars,
        query["figure"], query["y"], query["size"], query["of"] == "median", query["industry"], query["province"], Guid.TryParse(query["entry"], out var entry) ? entry : null);

    /// <summary>The same chart in the address of a page.</summary>
    public string Query => QueryString.Create(new Dictionary<string, string?>
    {
        ["kind"] = $"{Kind}".ToLowerInvariant(),
        ["figure"] = Figure,
        ["y"] = Y,
        ["size"] = Size,
        ["of"] = Median ? "median" : null,
        ["industry"] = Industry,
        ["province"] = Province,
        ["entry"] = Entry?.ToString(),
    }.Where(p => p.Value is not null)).Value!;
}

/// <summary>A chart of a round, and what could be chosen instead.</summary>
/// <param name="Wish">What is shown: completed by what was not said.</param>
/// <param name="Figures">All of the form.</param>
/// <param name="Industries">大类 of submitted entries, with how many they are.</param>
/// <param name="Provinces">So are these.</param>
/// <param name="Shown">Entries of the chart.</param>
/// <param name="Marked">One of them; null when none is.</param>
/// <param name="Chart">Null when the form has no figures.</param>
public sealed record RoundChart(
    WholeRound Whole,
    ChartWish Wish,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<(string Code, string Name, int Count)> Industries,
    IReadOnlyList<(string Code, string Name, int Count)> Provinces,
    int Shown,
    RoundRow? Marked,
    Chart? Chart);

/// <summary>Draws up charts of a round from the last submissions of its entries, for the ministry.</summary>
sealed class ReadChart(ReadWholeRound read)
{
    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<RoundChart?> Run(Guid id, ChartWish wish, Actor actor, CancellationToken stop)
    {
        if (await read.Run(id, actor, stop) is not { } whole)
            return null;
        var figures = Figure.Of(whole.Form, whole.Figures);
        var submitted = whole.Submitted;
        var marked = submitted.FirstOrDefault(r => r.Id == wish.Entry);
        // an entry lies far from its peers, not from all
        var industry = wish.Industry ?? (wish.Kind is ChartKind.Distribution ? marked?.Submitted!.Industry : null) ?? "";
        var province = wish.Kind is ChartKind.Map ? "" : wish.Province ?? "";
        var shown = submitted.Where(r => (industry.Length == 0 || r.Submitted!.Industry == industry) && (province.Length == 0 || r.Province == province)).ToList();
        var (x, y, size) = (Known(wish.Figure), Known(wish.Y), Known(wish.Size));
        x ??= wish.Kind is ChartKind.Map || figures.Count == 0 ? null : figures[0];
        y ??= figures.FirstOrDefault(f => f != x) ?? x;
        Chart? chart = wish.Kind is ChartKind.Map ? TileChart.Of(x, wish.Median, shown) : x is null ? null : wish.Kind switch
        {
            ChartKind.Bars => BarChart.Of(x, shown),
            ChartKind.Scatter => ScatterChart.Of(x, y!, size, shown),
            ChartKind.Distribution or ChartKind.Map => DotChart.Of(x, shown),
        };
        return new RoundChart(
            whole,
            wish with { Figure = x?.Id ?? "", Y = wish.Kind is ChartKind.Scatter ? y?.Id : null, Size = wish.Kind is ChartKind.Scatter ? size?.Id : null, Industry = industry, Province = province, Entry = marked?.Id },
            figures,
            Counted(submitted.Select(r => r.Submitted!.Industry), IndustryClasses.Name),
            Counted(submitted.Select(r => r.Province), Divisions.Name),
            shown.Count,
            marked is not null && shown.Contains(marked) ? marked : null,
            chart);

        Figure? Known(string? figure) => figures.FirstOrDefault(f => f.Id == figure);
    }

    static List<(string Code, string Name, int Count)> Counted(IEnumerable<string?> codes, Func<string, string?> name) =>
        [.. codes.OfType<string>().CountBy(c => c).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, name(c.Key) ?? c.Key, c.Value))];
}
