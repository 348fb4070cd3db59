namespace Jiqun.Core;

/// <summary>Files of the repository that are built into this assembly, by their path: <c>forms/…</c>, <c>reference/…</c>.</summary>
static class Resources
{
    public static IEnumerable<string> Names(string folder) =>
        typeof(Resources).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal));

    /// <exception cref="InvalidOperationException">There is no such file: a mistake in the code.</exception>
    public static string Text(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"“{name}” is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
