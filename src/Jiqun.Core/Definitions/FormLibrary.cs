namespace Jiqun.Core.Definitions;

/// <summary>The forms that are known, by id.</summary>
public sealed class FormLibrary(IEnumerable<Form> forms)
{
    static readonly Lazy<FormLibrary> Embedded = new(() => new(
        from name in Resources.Names("forms/")
        where name.EndsWith("/form.yaml", StringComparison.Ordinal)
        select FormReader.Read(name, Resources.Text(name))));

    readonly SortedDictionary<string, Form> byId = new(forms.ToDictionary(f => f.Id), StringComparer.Ordinal);

    /// <summary>The forms that come with the product, from <c>forms/</c>.</summary>
    public static FormLibrary Builtin => Embedded.Value;

    public IReadOnlyCollection<string> Ids => byId.Keys;

    /// <summary>The form that is meant where none is named: the newest version of the first programme by name.</summary>
    public Form Default => byId.Values.Last(f => Programme(f.Id) == Programme(byId.Keys.First()));

    static string Programme(string id) => id[..id.LastIndexOf('/')];

    /// <summary>Null when there is no such form.</summary>
    public Form? Find(string id) => byId.GetValueOrDefault(id);
}
