using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Identifiers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Jiqun.Portal.Desk;

/// <summary>How an answer is held against what is asked for.</summary>
public enum Comparison
{
    /// <summary>At least so much.</summary>
    Least,

    /// <summary>At most so much.</summary>
    Most,

    /// <summary>The same number, or the same text but for case, width and blanks at the ends.</summary>
    Same,

    Contains,
    Filled,
    Empty,
}

/// <param name="Column">Id of a <see cref="RoundColumn"/>.</param>
/// <param name="Value">Empty for <see cref="Comparison.Filled"/> and <see cref="Comparison.Empty"/>.</param>
public sealed record Condition(string Column, Comparison Is, string Value);

/// <summary>Which entries of a round are wanted, with which columns, in which order: what an address says, and what a view (视图) keeps.</summary>
/// <param name="Words">Each is found in an answer or in the organisation's name.</param>
/// <param name="Status">Id of a state; empty for all, as the others.</param>
/// <param name="Province">Division, six digits.</param>
/// <param name="Industry">Division of GB/T 4754, two digits.</param>
/// <param name="Finding">Code of a warning that it was submitted with: <c>approximate</c>; about one field alone: <c>approximate@indicators.output</c>.</param>
/// <param name="Conditions">All of them hold.</param>
/// <param name="Columns">Ids, besides the name.</param>
/// <param name="Sort">Id of the column that it is sorted by; what has no value there comes last.</param>
/// <param name="IsDown">The greatest first.</param>
public sealed record RoundQuery(
    IReadOnlyList<string> Words, string Status, RoundStanding? Standing, string Province, string Industry, string Finding, IReadOnlyList<Condition> Conditions, IReadOnlyList<string> Columns, string Sort, bool IsDown)
{
    public const int MostConditions = 10, MostColumns = 20, LongestText = 200;

    /// <summary>Of a list that nobody has chosen columns for.</summary>
    static readonly string[] Usual = ["standing", "province", "industry", "complete", "warnings"];

    /// <summary>As an address has it. Conditions that make no sense are told and left out; columns and an order that are not known are passed over.</summary>
    public static RoundQuery Of(IQueryCollection query, IReadOnlyList<RoundColumn> columns, ICollection<Finding> mistakes)
    {
        var byId = columns.ToDictionary(c => c.Id);
        List<Condition> conditions = [];
        StringValues fields = query["field"], comparisons = query["is"], values = query["value"];
        for (var i = 0; i < Math.Min(fields.Count, MostConditions); i++)
        {
            if (string.IsNullOrEmpty(fields[i]))
                continue;
            var value = Clean(values.ElementAtOrDefault(i));
            if (!byId.TryGetValue(fields[i]!, out var column))
                mistakes.Add(Core.Finding.Error("unknown-column", null, Layout.Words.Of("list-unknown-column", Quote.Of(fields[i]!))));
            else if (!Enum.TryParse<Comparison>(comparisons.ElementAtOrDefault(i), out var comparison) || !Enum.IsDefined(comparison))
                mistakes.Add(Core.Finding.Error("unknown-comparison", null, Layout.Words.Of("list-unknown-comparison", column.Name)));
            else if (comparison is Comparison.Filled or Comparison.Empty)
                conditions.Add(new Condition(column.Id, comparison, ""));
            else if (value.Length == 0)
                mistakes.Add(Core.Finding.Error("no-value", null, Layout.Words.Of("list-no-value", column.Name)));
            else if (comparison is Comparison.Least or Comparison.Most && (column.Number is null || Number(value) is null))
                mistakes.Add(Core.Finding.Error("not-a-number", null, Layout.Words.Of(column.Number is null ? "list-no-numbers" : "list-not-a-number", column.Name, Quote.Of(value))));
            else
                conditions.Add(new Condition(column.Id, comparison, value));
        }
        var chosen = query["column"].OfType<string>().Where(byId.ContainsKey).Distinct().ToList();
        if (chosen.Count > MostColumns)
            mistakes.Add(Core.Finding.Error("too-many-columns", null, Layout.Words.Of("list-too-many-columns", MostColumns)));
        var sort = $"{query["sort"]}";
        return new RoundQuery(
            [.. Clean(query["q"]).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostConditions)],
            Clean(query["state"]), Enum.TryParse<RoundStanding>(query["standing"], out var standing) && Enum.IsDefined(standing) ? standing : null,
            Clean(query["province"]), Clean(query["industry"]), Clean(query["finding"]), conditions,
            chosen.Count == 0 ? Usual : [.. chosen.Take(MostColumns)], byId.ContainsKey(sort) ? sort : "", $"{query["down"]}" == "1");
    }

    static string Clean(string? text) => new string([.. (text ?? "").Select(c => char.IsControl(c) ? ' ' : c).Take(LongestText)]).Trim();

    static double? Number(string text) => double.TryParse(HalfWidth.Of(text).Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Small and half-width: what is alike to a person is alike.</summary>
    public static string Fold(string text) => HalfWidth.Of(text).ToLowerInvariant();

    /// <summary>What an address says behind its question mark, without a page.</summary>
    public string Address()
    {
        var query = new QueryString();
        foreach (var (name, value) in new[] { ("q", string.Join(' ', Words)), ("state", Status), ("standing", Standing?.ToString() ?? ""), ("province", Province), ("industry", Industry), ("finding", Finding) })
            if (value.Length > 0)
                query = query.Add(name, value);
        foreach (var condition in Conditions)
            query = query.Add("field", condition.Column).Add("is", $"{condition.Is}").Add("value", condition.Value);
        if (!Columns.SequenceEqual(Usual))
            foreach (var column in Columns)
                query = query.Add("column", column);
        if (Sort.Length > 0)
            query = query.Add("sort", Sort);
        if (IsDown)
            query = query.Add("down", "1");
        return query.ToString().TrimStart('?');
    }

    /// <summary>The entries, in order.</summary>
    public IReadOnlyList<RoundRow> Run(WholeRound round, IReadOnlyList<RoundColumn> columns)
    {
        var byId = columns.ToDictionary(c => c.Id);
        var words = Words.Select(Fold).ToList();
        var tests = Conditions.Select(c => Test(byId[c.Column], c)).ToList();
        var found = round.Rows.Where(r =>
            (Status.Length == 0 || r.Status == Status)
            && (Standing is null || round.StandingOf(r) == Standing)
            && (Province.Length == 0 || r.Province == Province)
            && (Industry.Length == 0 || r.Submitted?.Industry == Industry)
            && (Finding.Length == 0 || r.Submitted?.Findings.Any(f => Finding == f.Code || Finding == About(f.Code, f.Field)) == true)
            && tests.TrueForAll(t => t(r))
            && (words.Count == 0 || Has(r, words)));
        if (!byId.TryGetValue(Sort, out var sort))
            return [.. found];
        if (sort.Number is { } number)
        {
            var keyed = found.Select(r => (Row: r, Key: number(r))).ToList();
            var known = keyed.Where(k => k.Key is not null);
            return [.. (IsDown ? known.OrderByDescending(k => k.Key) : known.OrderBy(k => k.Key)).Select(k => k.Row), .. keyed.Where(k => k.Key is null).Select(k => k.Row)];
        }
        var written = found.Select(r => (Row: r, Key: sort.Text(r))).ToList();
        var filled = written.Where(k => k.Key.Length > 0);
        return [
            .. (IsDown ? filled.OrderByDescending(k => k.Key, StringComparer.Ordinal) : filled.OrderBy(k => k.Key, StringComparer.Ordinal)).Select(k => k.Row),
            .. written.Where(k => k.Key.Length == 0).Select(k => k.Row),
        ];
    }

    /// <summary>As <see cref="Finding"/> names a warning about one field.</summary>
    public static string About(string code, string field) => $"{code}@{field}";

    static bool Has(RoundRow row, List<string> words)
    {
        var name = Fold(row.Name);
        return words.TrueForAll(w => name.Contains(w, StringComparison.Ordinal) || row.Submitted?.Folded.Contains(w, StringComparison.Ordinal) == true);
    }

    static Func<RoundRow, bool> Test(RoundColumn column, Condition condition)
    {
        var number = Number(condition.Value);
        var text = Fold(condition.Value);
        return condition.Is switch
        {
            Comparison.Least => r => column.Number!(r) >= number,
            Comparison.Most => r => column.Number!(r) <= number,
            Comparison.Same when column.Number is { } value && number is not null => r => value(r) == number,
            Comparison.Same => r => Fold(column.Text(r)).Trim() == text,
            // what stands in no answer need not be looked for in one
            Comparison.Contains => r => (!column.IsAnswer || r.Submitted?.Folded.Contains(text, StringComparison.Ordinal) == true)
                && column.Text(r) is var written && (written.Contains(text, StringComparison.Ordinal) || Fold(written).Contains(text, StringComparison.Ordinal)),
            Comparison.Filled => r => column.Text(r).Length > 0,
            Comparison.Empty => r => column.Text(r).Length == 0,
        };
    }
}
