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

    /// <summary>Every division, by code.</summary>
    public static IReadOnlyCollection<Division> All => Builtin.Value.All;

    /// <summary>Null when there is no such division.</summary>
    public static Division? Of(string code) => Builtin.Value[code];

    /// <summary>In full: 株洲市. Null when there is no such division.</summary>
    public static string? Name(string code) => Of(code)?.Name;

    /// <summary>Code of the province a division lies in. Null when there is no such division.</summary>
    public static string? Province(string code) => Of(code) is null ? null : $"{code.AsSpan(0, 2)}0000";

    /// <summary>Divisions of this name, in full or, for provinces and cities, short; several where the name is not unique.</summary>
    public static IReadOnlyList<Division> Named(string name) => Builtin.Value.Named(name);

    /// <summary>
    /// The most specific divisions that a text names, by code or name, in its order and without repetition. A county whose name
    /// occurs in several cities counts only where its city or province is named before it; a short name of a county never.
    /// </summary>
    public static IReadOnlyList<string> Find(string text) => Builtin.Value.Find(text);
}
