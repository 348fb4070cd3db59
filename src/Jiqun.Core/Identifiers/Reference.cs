using System.Text;

namespace Jiqun.Core.Identifiers;

/// <summary>The tables under <c>reference/</c>, embedded in this assembly. <c>reference/SOURCES.md</c> tells where they come from.</summary>
static class Reference
{
    /// <summary>The rows without the header. No value holds a comma or quotes, so there is nothing to unquote.</summary>
    internal static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(Reference).Assembly.GetManifestResourceStream($"reference/{name}.csv")
            ?? throw new InvalidOperationException($"reference/{name}.csv is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
            yield return line.Split(',');
    }
}
