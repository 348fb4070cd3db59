using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Jiqun.Core.Definitions;

/// <summary>A mapping of a definition whose keys are taken one by one; a key that nobody took is an error, as is one that is missing.</summary>
sealed class YamlMap
{
    readonly string file;
    readonly YamlMappingNode node;
    readonly Dictionary<string, (YamlNode Key, YamlNode Value)> left = [];
    readonly List<string> taken = [];

    public YamlMap(string file, YamlNode node, string what)
    {
        this.file = file;
        this.node = node as YamlMappingNode ?? throw Wrong(file, node, $"expected {what} as a mapping “key: value”");
        foreach (var (key, value) in this.node.Children)
        {
            var name = Scalar(file, key, "a key");
            if (!left.TryAdd(name, (key, value)))
                throw Wrong(file, key, $"key “{name}” is there already");
        }
    }

    /// <summary>The root of a definition: its one YAML document.</summary>
    /// <param name="what">What it defines, with its article.</param>
    /// <exception cref="FormDefinitionException">It is not YAML, or not one document.</exception>
    public static YamlNode Root(string file, string yaml, string what)
    {
        var documents = new YamlStream();
        var parser = new Parser(new StringReader(yaml));
        try
        {
            documents.Load(parser);
        }
        catch (InvalidOperationException)
        {
            // the parser's own slip on some broken brackets; it stands behind what it still understood
            throw Wrong(file, parser.Current?.End ?? Mark.Empty, "not YAML from here on; is a bracket or quotation mark open?");
        }
        catch (YamlException wrong)
        {
            throw Wrong(file, wrong.Start, wrong.InnerException?.Message ?? wrong.Message);
        }
        if (documents.Documents.Count == 0)
            throw new FormDefinitionException(file, 1, 1, $"expected {what}; there is nothing");
        if (documents.Documents.Count > 1)
            throw Wrong(file, documents.Documents[1].RootNode, "expected one YAML document; here a second begins");
        return documents.Documents[0].RootNode;
    }

    /// <summary>Null when the key is absent.</summary>
    public YamlNode? Take(string key)
    {
        taken.Add(key);
        return left.Remove(key, out var entry) ? entry.Value : null;
    }

    public YamlNode Need(string key) => Take(key) ?? throw Wrong(file, node, $"“{key}” is missing");

    public string NeedScalar(string key) => Scalar(file, Need(key), $"a value for “{key}”");

    public string? Scalar(string key) => Take(key) is { } value ? Scalar(file, value, $"a value for “{key}”") : null;

    public Text NeedText(string key) => Text(file, Need(key));

    public int? Int(string key) => Take(key) is { } value ? Int(file, value, key) : null;

    public decimal? Decimal(string key) => Take(key) is { } value ? Decimal(file, value, key) : null;

    public bool Flag(string key) => Take(key) is { } value && Word(file, value, ("true", true), ("false", false));

    /// <summary>A list of values; empty when the key is absent.</summary>
    public IReadOnlyList<string> Scalars(string key) => [.. Nodes(key).Select(n => Scalar(file, n, $"a value in “{key}”"))];

    /// <summary>The nodes of a list; none when the key is absent.</summary>
    public IEnumerable<YamlNode> Nodes(string key) => Take(key) is { } value ? Sequence(file, value, $"“{key}”") : [];

    /// <summary>To be called when all known keys were taken.</summary>
    public void End()
    {
        foreach (var (name, (key, _)) in left)
            throw Wrong(file, key, $"unknown key “{name}”; expected one of: {string.Join(", ", taken)}");
    }

    public static string Scalar(string file, YamlNode node, string what) =>
        node is YamlScalarNode { Value: { Length: > 0 } text } ? text : throw Wrong(file, node, $"expected {what}");

    /// <summary>Words in Chinese, and in English where there are some.</summary>
    public static Text Text(string file, YamlNode node)
    {
        var map = new YamlMap(file, node, "words");
        var text = new Text(map.NeedScalar("zh"), map.Scalar("en"));
        map.End();
        return text;
    }

    public static IEnumerable<YamlNode> Sequence(string file, YamlNode node, string what) =>
        node as YamlSequenceNode ?? throw Wrong(file, node, $"expected {what} as a list “[a, b]”");

    /// <summary>A list of at least one.</summary>
    public static YamlSequenceNode Several(string file, YamlNode node, string what) =>
        node is YamlSequenceNode { Children.Count: > 0 } list ? list : throw Wrong(file, node, $"expected {what} as a list “[a, b]” of at least one");

    public static int Int(string file, YamlNode node, string what) =>
        int.TryParse(Scalar(file, node, what), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Wrong(file, node, $"“{what}” must be a whole number of at least 1");

    public static decimal Decimal(string file, YamlNode node, string what) =>
        decimal.TryParse(Scalar(file, node, what), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(file, node, $"“{what}” must be a number");

    public static decimal Positive(string file, YamlNode node, string what) =>
        Decimal(file, node, what) is > 0 and var number ? number : throw Wrong(file, node, $"“{what}” must be above 0");

    /// <summary>One of a closed set of words.</summary>
    public static T Word<T>(string file, YamlNode node, params ReadOnlySpan<(string Word, T Value)> words)
    {
        var word = Scalar(file, node, "a word");
        foreach (var (known, value) in words)
        {
            if (known == word)
                return value;
        }
        var expected = new List<string>();
        foreach (var (known, _) in words)
            expected.Add(known);
        throw Wrong(file, node, $"unknown word “{word}”; expected one of: {string.Join(", ", expected)}");
    }

    public static FormDefinitionException Wrong(string file, YamlNode node, string what) => Wrong(file, node.Start, what);

    public static FormDefinitionException Wrong(string file, Mark at, string what) => new(file, at.Line, at.Column, what);
}
