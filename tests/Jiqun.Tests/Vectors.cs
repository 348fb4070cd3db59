using System.Text;

namespace Jiqun.Tests;

/// <summary>The test vectors under <c>Vectors/</c>: CSV, with quotes where a value needs them.</summary>
static class Vectors
{
    /// <summary>The rows, as column → value.</summary>
    internal static IEnumerable<IReadOnlyDictionary<string, string>> Of(string name)
    {
        using var stream = typeof(Vectors).Assembly.GetManifestResourceStream($"Vectors/{name}.csv")!;
        using var reader = new StreamReader(stream);
        var header = Values(reader.ReadLine()!);
        while (reader.ReadLine() is { } line)
            yield return header.Zip(Values(line)).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    static List<string> Values(string line)
    {
        List<string> values = [];
        var value = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                value.Append(line[i++]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                values.Add(value.ToString());
                value.Clear();
            }
            else
                value.Append(line[i]);
        values.Add(value.ToString());
        return values;
    }
}
