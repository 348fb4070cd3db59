namespace Jiqun.Portal.Accounts;

/// <summary>What people call their browser.</summary>
static class Browsers
{
    static readonly (string Mark, string Name)[] Names = [("MicroMessenger/", "微信"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("QQBrowser/", "QQ"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];

    static readonly (string Mark, string Name)[] Systems = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>Chrome 131 · Windows; the first 40 characters of what is none of those known; empty of nothing.</summary>
    public static string Named(string agent)
    {
        var name = Names.FirstOrDefault(n => agent.Contains(n.Mark, StringComparison.Ordinal));
        if (name.Name is null)
            return new string([.. agent.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(40)]);
        var version = new string([.. agent[(agent.IndexOf(name.Mark, StringComparison.Ordinal) + name.Mark.Length)..].TakeWhile(char.IsAsciiDigit).Take(4)]);
        var system = Systems.FirstOrDefault(s => agent.Contains(s.Mark, StringComparison.Ordinal)).Name;
        return system is null ? $"{name.Name} {version}" : $"{name.Name} {version} · {system}";
    }
}
