namespace Jiqun.Core.Identifiers;

/// <summary>A class of GB/T 4754-2017.</summary>
/// <param name="Code">A letter, or 2, 3 or 4 digits.</param>
/// <param name="Level">1 门类, 2 大类, 3 中类, 4 小类.</param>
/// <param name="Parent">Code of the class it belongs to; null at level 1.</param>
public sealed record IndustryClass(string Code, int Level, string? Parent, string Name);

/// <summary>国民经济行业分类: GB/T 4754-2017 with Amendment 1 of 2019, and finding its classes in text.</summary>
public static class IndustryClasses
{
    static readonly Lazy<Classification> Builtin = new(() => new Classification());

    static readonly Lazy<NameSearch<IndustryClass>> ForPickers = new(() => new(All.Where(c => c.Level > 1).Select(c => (c, c.Level, c.Code, c.Name))));

    /// <summary>Every class, in the order of the standard.</summary>
    public static IReadOnlyCollection<IndustryClass> All => Builtin.Value.All;

    /// <summary>Null when there is no such class.</summary>
    public static IndustryClass? Of(string code) => Builtin.Value[code];

    /// <summary>Null when there is no such class.</summary>
    public static string? Name(string code) => Of(code)?.Name;

    /// <summary>The class with those it belongs to, from 门类 down to itself: 制造业, 铁路、船舶…制造业, 铁路运输设备制造, …. Empty when there is no such class.</summary>
    public static IReadOnlyList<IndustryClass> Path(string code) => Of(code) is { } found ? [.. found.Parent is null ? [] : Path(found.Parent), found] : [];

    /// <summary>
    /// Classes of levels 2 to 4 to be offered for what somebody is typing: those whose code or name begins with it, then those whose name holds it;
    /// of each, wider ones first, then in the order of the codes.
    /// </summary>
    /// <param name="query">Width and blanks do not count, nor does what stands behind the fiftieth character. Empty: all 大类.</param>
    /// <param name="most">At most so many.</param>
    public static IReadOnlyList<IndustryClass> Search(string query, int most) => ForPickers.Value.Search(query, most);

    /// <summary>
    /// The most specific classes of levels 2 to 4 that a text names, by name or code, in its order and without repetition. A name
    /// that a class shares with the one it belongs to means the wider one unless the code is given.
    /// </summary>
    public static IReadOnlyList<string> Find(string text) => Builtin.Value.Find(text);
}
