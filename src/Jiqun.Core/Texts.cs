using System.Globalization;

namespace Jiqun.Core;

/// <summary>A word or sentence in Chinese and, where there is one, in English.</summary>
/// <param name="En">Null when only Chinese is given.</param>
public sealed record Text(string Zh, string? En = null)
{
    /// <summary>In the language of <see cref="CultureInfo.CurrentUICulture"/>: Chinese where it is Chinese or no English is given.</summary>
    public override string ToString() => En is null || IsChinese(CultureInfo.CurrentUICulture) ? Zh : En;

    /// <summary>With the unit behind it, in the same language: 集群企业数量（个）.</summary>
    /// <param name="unit">Null or empty for none.</param>
    public string WithUnit(string? unit) => string.IsNullOrEmpty(unit) ? $"{this}" : IsChinese(CultureInfo.CurrentUICulture) ? $"{this}（{unit}）" : $"{this} ({unit})";

    // Not TwoLetterISOLanguageName: without ICU it is "iv" for every culture.
    static bool IsChinese(CultureInfo culture) => culture.Name.StartsWith("zh", StringComparison.Ordinal);
}

/// <summary>The sentences of this assembly, from <c>Messages.resx</c> (English) and <c>Messages.zh.resx</c>.</summary>
public static class Messages
{
    static readonly System.Resources.ResourceManager Resources = new("Jiqun.Core.Messages", typeof(Messages).Assembly);

    /// <summary>The sentence of this name in the current language, its places <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    /// <exception cref="InvalidOperationException">There is no such sentence: a mistake in the code.</exception>
    public static string Of(string name, params object?[] arguments)
    {
        var sentence = Resources.GetString(name, CultureInfo.CurrentUICulture)
            ?? throw new InvalidOperationException($"Messages.resx has no “{name}”.");
        return arguments.Length == 0 ? sentence : string.Format(CultureInfo.InvariantCulture, sentence, arguments);
    }
}
