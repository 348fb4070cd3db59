using Jiqun.Core.Identifiers;

namespace Jiqun.Portal.Organisations;

/// <summary>The places of a cluster that lies in several cities or provinces.</summary>
static class OtherPlaces
{
    /// <summary>Where a cluster lies besides the place of its entrant: cities, and provinces where no city is named or there is none.</summary>
    /// <param name="own">Division that the entrant's government stands for.</param>
    /// <param name="codes">Divisions that the entry names as the cluster's area.</param>
    /// <returns>Codes, without repetition, in their order in the entry.</returns>
    public static IReadOnlyList<string> Of(string own, IEnumerable<string> codes) =>
        [.. codes.Where(c => !LiesIn(own, c) && !LiesIn(c, own) && !InOneMunicipality(own, c)).Select(Place).OfType<string>().Distinct()];

    static bool LiesIn(string code, string other) => Divisions.Path(code).Any(d => d.Code == other);

    static bool InOneMunicipality(string one, string other) => Divisions.Province(one) is { } province && Placing.IsMunicipality(province) && Divisions.Province(other) == province;

    /// <summary>The place whose government answers for a division: its city; where it has none, itself, or its municipality.</summary>
    public static string? Place(string code) => Divisions.Path(code) switch
    {
        [] => null,
        [var province] => province.Code,
        [var province, ..] when Placing.IsMunicipality(province.Code) => province.Code,
        [_, var city, ..] => city.Code,
    };
}
