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

    /// <summary>The form that is meant where none is named: the last by id.</summary>
    public Form Default => byId.Values.Last();

    /// <summary>Null when there is no such form.</summary>
    public Form? Find(string id) => byId.GetValueOrDefault(id);
}
