namespace Jiqun.Core.Identifiers;

/// <summary>Which sort of division: 省, 市 or 县.</summary>
public enum DivisionLevel
{
    Province,
    City,
    County,
}

/// <summary>行政区划: a province, a city or a county.</summary>
/// <param name="Code">Six digits.</param>
/// <param name="Parent">Code of the division it belongs to; null for a province.</param>
/// <param name="Name">In full: 株洲市.</param>
public sealed record Division(string Code, DivisionLevel Level, string? Parent, string Name);

/// <summary>Divisions of GB/T 2260 as of the end of 2020, and finding them in text.</summary>
public static class Divisions
{
    static readonly Lazy<Gazetteer> Builtin = new(() => new Gazetteer());

    static readonly Lazy<NameSearch<Division>> ForPickers = new(() => new(All.Where(d => !IsRowOnly(d)).Select(d => (d, (int)d.Level, d.Code, d.Name))));

    /// <summary>Every division, by code.</summary>
    public static IReadOnlyCollection<Division> All => Builtin.Value.All;

    /// <summary>Null when there is no such division.</summary>
    public static Division? Of(string code) => Builtin.Value[code];

    /// <summary>In full: 株洲市. Null when there is no such division.</summary>
    public static string? Name(string code) => Of(code)?.Name;

    /// <summary>Code of the province a division lies in. Null when there is no such division.</summary>
    public static string? Province(string code) => Of(code) is null ? null : $"{code.AsSpan(0, 2)}0000";

    /// <summary>The division with those it lies in, from the province down to itself: 湖南省, 株洲市, 芦淞区. Empty when there is no such division.</summary>
    public static IReadOnlyList<Division> Path(string code) =>
        Of(code) is { } found ? [.. found.Parent is null ? [] : Path(found.Parent).Where(d => !IsRowOnly(d)), found] : [];

    /// <summary>
    /// Divisions to be offered for what somebody is typing: those whose code or name begins with it, then those whose name holds it; of each,
    /// provinces before cities before counties, then in the order of the codes.
    /// </summary>
    /// <param name="query">Width and blanks do not count, nor does what stands behind the fiftieth character. Empty: all provinces.</param>
    /// <param name="most">At most so many.</param>
    public static IReadOnlyList<Division> Search(string query, int most) => ForPickers.Value.Search(query, most);

    /// <summary>省直辖县级行政区划: a row of the table, above the counties that belong to no city. Not a place.</summary>
    internal static bool IsRowOnly(Division division) => division.Name.EndsWith("直辖县级行政区划", StringComparison.Ordinal);

    /// <summary>Divisions of this name, in full or, for provinces and cities, short; several where the name is not unique.</summary>
    public static IReadOnlyList<Division> Named(string name) => Builtin.Value.Named(name);

    /// <summary>
    /// The most specific divisions that a text names, by code or name, in its order and without repetition. A county whose name
    /// occurs in several cities counts only where its city or province is named before it; a short name of a county never.
    /// </summary>
    public static IReadOnlyList<string> Find(string text) => Builtin.Value.Find(text);
}
