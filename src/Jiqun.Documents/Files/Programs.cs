namespace Jiqun.Documents.Files;

/// <summary>Where other programs of this machine are.</summary>
static class Programs
{
    /// <summary>Those of PATH, and where Debian puts programs.</summary>
    public static IEnumerable<string> Folders =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append("/usr/bin");

    /// <param name="names">Any of them will do; the first folder that has one decides.</param>
    /// <returns>The path of the program; null when no folder has it.</returns>
    public static string? Find(IEnumerable<string> folders, params string[] names) =>
        folders.SelectMany(f => names.Select(n => Path.Combine(f, n))).FirstOrDefault(File.Exists);
}
