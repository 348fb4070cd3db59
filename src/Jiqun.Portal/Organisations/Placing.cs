using Jiqun.Core;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Organisations;

/// <summary>Which division (行政区划) an organisation may stand for, by its level and by what it lies under.</summary>
public static class Placing
{
    /// <summary>直辖市: 北京, 天津, 上海, 重庆.</summary>
    static readonly HashSet<string> Municipalities = ["110000", "120000", "310000", "500000"];

    /// <summary>计划单列市: 大连, 宁波, 厦门, 青岛, 深圳. They answer to the ministry without a province between.</summary>
    static readonly HashSet<string> SeparatelyPlanned = ["210200", "330200", "350200", "370200", "440300"];

    public static bool IsMunicipality(string? division) => division is not null && Municipalities.Contains(division);

    public static bool IsSeparatelyPlanned(string? division) => division is not null && SeparatelyPlanned.Contains(division);

    /// <summary>Divisions that organisations of this level under this one may stand for, by code.</summary>
    public static IEnumerable<Division> Choices(Level level, Organisation parent) => Divisions.All.Where(d => Misfit(d, level, parent) is null).OrderBy(d => d.Code, StringComparer.Ordinal);

    /// <summary>As choices show it: 430200 株洲市. The ministry has none.</summary>
    public static string Shown(string? code) => code is null ? "" : $"{code} {Divisions.Name(code)}".TrimEnd();

    /// <summary>Reads a division as people write it: code, name, or both.</summary>
    /// <param name="field">Name of the input, for findings to stand at.</param>
    /// <returns>Its code.</returns>
    public static Outcome<string> Read(string written, string field, Level level, Organisation parent)
    {
        var named = Named(written, field);
        if (named.Refused)
            return named.Refusal[0];
        var fitting = named.Value.Where(d => Misfit(d, level, parent) is null).ToList();
        return fitting.Count > 0 ? Only(fitting, written, field)
            : Misfit(named.Value[0], level, parent) is { } why ? Finding.Error(why, field, Said(why, named.Value[0], level, parent)) : throw new InvalidOperationException();
    }

    /// <summary>The same, whatever is to stand there.</summary>
    /// <inheritdoc cref="Read(string, string, Level, Organisation)"/>
    public static Outcome<string> Read(string written, string field)
    {
        var named = Named(written, field);
        return named.Refused ? named.Refusal[0] : Only(named.Value, written, field);
    }

    /// <returns>At least one.</returns>
    static Outcome<List<Division>> Named(string written, string field)
    {
        var text = written.Trim();
        if (text.Length == 0)
            return Finding.Error("division-empty", field, Words.Of("division-empty"));
        List<Division> named = text.Length >= 6 && text.AsSpan(0, 6).IndexOfAnyExceptInRange('0', '9') < 0
            ? Divisions.Of(text[..6]) is { } one && (text.Length == 6 || text[6..].Trim() == one.Name) ? [one] : []
            : [.. Divisions.Named(text)];
        return named.Count > 0 ? named : Finding.Error("division-unknown", field, Words.Of("division-unknown", Quote.Of(text)));
    }

    static Outcome<string> Only(List<Division> named, string written, string field) =>
        named is [var one] ? one.Code : Finding.Error("division-several", field, Words.Of("division-several", Quote.Of(written.Trim()), string.Join('、', named.Select(d => Shown(d.Code)))));

    /// <summary>Why an organisation cannot stand for a division. Null when it can.</summary>
    /// <returns>Code of the finding.</returns>
    public static string? Misfit(Division division, Level level, Organisation parent) => level switch
    {
        Level.Ministry => "division-level",
        Level.Province => division.Level is DivisionLevel.Province ? null : "division-level",
        Level.City => !IsCity(division) ? "division-level"
            : parent.Level is Level.Ministry ? IsSeparatelyPlanned(division.Code) ? null : "division-of-province"
            : IsSeparatelyPlanned(division.Code) ? "division-separate"
            : LiesIn(division, parent.DivisionCode) ? null : "division-outside",
        Level.Promoter => LiesIn(division, parent.DivisionCode) ? null : "division-outside",
    };

    static string Said(string why, Division division, Level level, Organisation parent) => why switch
    {
        "division-level" => Words.Of($"division-level-{level}", Shown(division.Code)),
        "division-outside" => Words.Of("division-outside", Shown(division.Code), parent.Name, Shown(parent.DivisionCode)),
        _ => Words.Of(why, Shown(division.Code)),
    };

    /// <summary>A city; and, without one above them, the districts of a municipality and the counties right under a province (济源市).</summary>
    static bool IsCity(Division division) => division.Level switch
    {
        DivisionLevel.City => !IsOnlyARow(division.Code),
        DivisionLevel.County => IsMunicipality(division.Parent) || IsOnlyARow(division.Parent!),
        DivisionLevel.Province => false,
    };

    /// <summary>省直辖县级行政区划: no city, but a row of the table that holds counties.</summary>
    static bool IsOnlyARow(string code) => code.AsSpan(2) is "9000";

    static bool LiesIn(Division division, string? other)
    {
        for (var at = division; at is not null; at = at.Parent is null ? null : Divisions.Of(at.Parent))
            if (at.Code == other)
                return true;
        return false;
    }
}
