using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Jiqun.Cli;

/// <summary>What is wrong with a command line, in our words: System.CommandLine finds its Chinese only with ICU, which this program does
/// without.</summary>
static partial class UsageMistakes
{
    public static IEnumerable<string> In(ParseResult parsed)
    {
        var mistakes = parsed.Errors.Select(e => e.Message).Distinct().ToList();
        return mistakes.Count > 1 ? mistakes.Where(m => m != NoCommand).Select(InOurWords) : mistakes.Select(InOurWords);
    }

    /// <summary>A path that begins with a hyphen is a misspelt option; a file of such a name is given as <c>./-name</c>.</summary>
    public static void RefuseUnknownOptions(ArgumentResult given)
    {
        foreach (var token in given.Tokens.Where(t => t.Value.StartsWith('-')))
            given.AddError(Messages.Of("usage-unknown", token.Value));
    }

    /// <returns>The exit status.</returns>
    public static int Refuse(string message)
    {
        Console.Error.WriteLine($"jiqun: {Printable.Of(message)}");
        return ExitStatus.Usage;
    }

    const string NoCommand = "Required command was not provided.";

    static string InOurWords(string mistake) =>
        mistake == NoCommand ? Messages.Of("usage-no-command")
        : Unknown().Match(mistake) is { Success: true } unknown ? Messages.Of("usage-unknown", unknown.Groups[1].Value)
        : Missing().Match(mistake) is { Success: true } missing ? Messages.Of("usage-missing", missing.Groups[1].Value)
        : Repeated().Match(mistake) is { Success: true } repeated ? Messages.Of("usage-repeated", repeated.Groups[1].Value)
        : mistake;

    [GeneratedRegex(@"^Unrecognized command or argument '(.*)'\.$", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^Required argument missing for (?:command|option): '(.*)'\.$")]
    private static partial Regex Missing();

    [GeneratedRegex(@"^Option '(.*)' expects a single argument but \d+ were provided\.$")]
    private static partial Regex Repeated();
}
