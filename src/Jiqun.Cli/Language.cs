using System.Globalization;

namespace Jiqun.Cli;

/// <summary>The language of messages: Chinese where the environment says so, else English.</summary>
static class Language
{
    static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Takes the first of LC_ALL, LC_MESSAGES and LANG that is set, as POSIX does.</summary>
    public static CultureInfo Of(Func<string, string?> environment)
    {
        var locale = Variables.Select(environment).FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? "";
        return locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? CultureInfo.GetCultureInfo("zh") : CultureInfo.InvariantCulture;
    }

    public static void Use(CultureInfo culture) => CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = culture;
}
