using System.Globalization;

namespace Jiqun.Portal.Layout;

/// <summary>The words of the portal's pages, from <c>Messages.resx</c> (English) and <c>Messages.zh.resx</c>.</summary>
static class Messages
{
    static readonly System.Resources.ResourceManager Resources = new("Jiqun.Portal.Layout.Messages", typeof(Messages).Assembly);

    /// <summary>The words of this name in the language of the request, their places <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    /// <exception cref="InvalidOperationException">There are none: a mistake in the code.</exception>
    public static string Of(string name, params object?[] arguments)
    {
        var words = Resources.GetString(name, CultureInfo.CurrentUICulture) ?? throw new InvalidOperationException($"Messages.resx has no “{name}”.");
        return arguments.Length == 0 ? words : string.Format(CultureInfo.InvariantCulture, words, arguments);
    }
}
