using System.Globalization;

namespace Jiqun.Portal.Layout;

/// <summary>The words of the portal's pages, from <c>Words.resx</c> (English) and <c>Words.zh.resx</c>.</summary>
static class Words
{
    static readonly System.Resources.ResourceManager Resources = new("Jiqun.Portal.Layout.Words", typeof(Words).Assembly);

    /// <summary>The words of this name in the language of the request, their places <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    /// <exception cref="InvalidOperationException">There are none: a mistake in the code.</exception>
    public static string Of(string name, params object?[] arguments)
    {
        var words = Resources.GetString(name, CultureInfo.CurrentUICulture) ?? throw new InvalidOperationException($"Words.resx has no “{name}”.");
        return arguments.Length == 0 ? words : string.Format(CultureInfo.InvariantCulture, words, arguments);
    }

    /// <summary>Null when there are no words of this name.</summary>
    public static string? Known(string name) => Resources.GetString(name, CultureInfo.CurrentUICulture);
}
