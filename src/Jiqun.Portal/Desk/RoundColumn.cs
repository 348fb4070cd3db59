using Jiqun.Core.Approvals;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Desk;

/// <summary>What can stand in a column of a round's list, be sorted by, and be asked for.</summary>
/// <param name="Id">Of a field or a derived figure; or one of its own, without a point.</param>
/// <param name="Name">With its unit.</param>
/// <param name="Group">Title of the section that it belongs to.</param>
/// <param name="Number">Null for what is no number; its value is null where there is no answer.</param>
/// <param name="Text">As it is shown; empty where there is no answer.</param>
public sealed record RoundColumn(string Id, string Name, string Group, Func<RoundRow, double?>? Number, Func<RoundRow, string> Text)
{
    /// <summary>It is a field of the form.</summary>
    public bool IsAnswer => Id.Contains('.', StringComparison.Ordinal);

    /// <summary>Every column of a round, in the order of the form. Personal values have none.</summary>
    public static IReadOnlyList<RoundColumn> Of(WholeRound round, Approval way)
    {
        var own = Words.Of("column-group-own");
        return [
            new("subject", Words.Of("receipt-cluster"), own, null, round.SubjectOf),
            new("organisation", Words.Of("organisation"), own, null, r => r.Name),
            new("state", Words.Of("state"), own, null, r => way[r.Status].Name.ToString()),
            new("standing", Words.Of("standing"), own, null, r => Words.Of($"standing-{round.StandingOf(r)}")),
            new("province", Words.Of("column-province"), own, null, r => ProvinceName(r.Province)),
            new("industry", Words.Of("column-industry"), own, null, r => IndustryName(r.Submitted?.Industry)),
            new("submitted", Words.Of("submitted-at"), own, null, r => r.SubmittedAt is { } at ? Beijing.Shown(at) : ""),
            new("complete", Words.Of("column-complete"), own, r => round.Complete(r), r => $"{round.Complete(r)}"),
            new("warnings", Words.Of("column-warnings"), own, r => r.Submitted?.Findings.Count, r => r.Submitted is { } s ? $"{s.Findings.Count}" : ""),
            new("unexplained", Words.Of("column-unexplained"), own, r => Unexplained(r), r => Unexplained(r) is { } count ? $"{count}" : ""),
            .. from section in round.Form.Sections
               from field in section.Fields
               where round.Counted.Contains(field)
               select new RoundColumn(
                   field.Id, field.Name.WithUnit(field.Unit), section.Title.ToString(),
                   field.Unit is null ? null : r => (double?)r.Submitted?.Answers.Number(field.Id), r => r.Submitted?.Answers[field.Id]?.Written ?? ""),
            .. round.Figures.Derived.Select(d => new RoundColumn(
                d.Id, d.Name.WithUnit(d.Unit), Words.Of("column-group-derived"),
                r => r.Submitted is { } s ? d.Value(s.Answers) : null, r => r.Submitted is { } s && d.Value(s.Answers) is { } value ? Shown.Rounded(value) : "")),
        ];
    }

    public static string ProvinceName(string? code) => code is null ? "" : Divisions.Name(code) ?? code;

    public static string IndustryName(string? code) => code is null ? "" : $"{code} {IndustryClasses.Name(code)}";

    /// <summary>What a warning is about, in few words; its code where there are none.</summary>
    public static string FindingName(string code) => Words.Known($"finding-{code}") ?? code;

    static int? Unexplained(RoundRow row) => row.Submitted?.Findings.Count(f => f.Explanation.Length == 0);
}
