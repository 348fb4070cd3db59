namespace Jiqun.Core.Definitions;

/// <summary>The forms that are known, by id.</summary>
public sealed class FormLibrary(IEnumerable<Form> forms)
{
    static readonly Lazy<FormLibrary> Embedded = new(() => new(
        from name in Resources.Names("forms/")
        where name.EndsWith("/form.yaml", StringComparison.Ordinal)
        select FormReader.Read(name, Resources.Text(name))));

    readonly Form[] ordered = [.. forms.OrderBy(f => f.Id, StringComparer.Ordinal)];

    /// <summary>The forms that come with the product, from <c>forms/</c>.</summary>
    public static FormLibrary Builtin => Embedded.Value;

    public IReadOnlyList<string> Ids => [.. ordered.Select(f => f.Id)];

    /// <summary>The form that is meant where none is named: the newest version of the first programme by name.</summary>
    public Form Default => ordered.Last(f => Programme(f.Id) == Programme(ordered[0].Id));

    static string Programme(string id) => id[..id.LastIndexOf('/')];

    /// <summary>Null when there is no such form.</summary>
    public Form? Find(string id) => Array.Find(ordered, f => f.Id == id);
}
