using System.Globalization;

namespace Jiqun.Cli;

/// <summary>The sentences of this assembly, from <c>Messages.resx</c> (English) and <c>Messages.zh.resx</c>.</summary>
static class Messages
{
    static readonly System.Resources.ResourceManager Resources = new("Jiqun.Cli.Messages", typeof(Messages).Assembly);

    /// <summary>The sentence of this name in the current language, its places <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    /// <exception cref="InvalidOperationException">There is no such sentence: a mistake in the code.</exception>
    public static string Of(string name, params object?[] arguments)
    {
        var sentence = Resources.GetString(name, CultureInfo.CurrentUICulture)
            ?? throw new InvalidOperationException($"Messages.resx has no “{name}”.");
        return arguments.Length == 0 ? sentence : string.Format(CultureInfo.InvariantCulture, sentence, arguments);
    }
}
