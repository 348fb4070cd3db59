using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Jiqun.Core;

namespace Jiqun.Documents.Pdf;

/// <summary>The fonts that a document is drawn with: 宋体 for text, 黑体 for titles, and whatever else is installed for rare characters.</summary>
/// <remarks>Fonts come from packages and are never part of the repository; the archive that <c>./package</c> makes brings one. Safe for use by several threads at once.</remarks>
public sealed class InstalledFonts
{
    /// <summary>Folders to look in before the system's, parted as in PATH.</summary>
    public const string Variable = "JIQUN_FONTS";

    static readonly string[] Song = ["NotoSerifCJK-Regular", "NotoSerifCJKsc-Regular", "NotoSerifSC-Regular", "SourceHanSerifSC-Regular", "SourceHanSerif-Regular"];
    static readonly string[] Hei = ["NotoSansCJK-Regular", "NotoSansCJKsc-Regular", "NotoSansSC-Regular", "SourceHanSansSC-Regular", "SourceHanSans-Regular", "NotoSansHans-Regular"];

    /// <summary>Letters whose fonts are remembered, and how long one may be with its marks: memory stays bounded whatever texts hold.</summary>
    const int MostRemembered = 20_000, LongestRemembered = 16;

    /// <summary>What a font must have to be used for Chinese text at all; code points are spelt with it, too.</summary>
    const string Needed = "先进制造业集群参赛信息采集表（年月日），。U+0123456789ABCDEF";

    readonly IReadOnlyList<string> files;
    readonly Lazy<List<Typeface>> others;
    readonly ConcurrentDictionary<string, Typeface?> fallbacks = [];

    InstalledFonts(Typeface text, Typeface title, IReadOnlyList<string> files)
    {
        (Text, Title, this.files) = (text, title, files);
        others = new Lazy<List<Typeface>>(Others);
    }

    internal Typeface Text { get; }

    internal Typeface Title { get; }

    /// <summary>Looks through <see cref="Variable"/>, the system's font folders and the one beside the program.</summary>
    /// <returns>A refusal when no font with Chinese characters is installed; it says which package to install.</returns>
    public static Outcome<InstalledFonts> Find() => In(Folders());

    /// <param name="folders">Searched with their subfolders; those that do not exist are passed over.</param>
    public static Outcome<InstalledFonts> In(IEnumerable<string> folders)
    {
        List<string> files = [.. folders.Where(Directory.Exists).SelectMany(FontsUnder).Distinct()];
        var text = Preferred(files, Song);
        var title = Preferred(files, Hei);
        var any = text ?? title ?? files.OrderBy(Rank).SelectMany(Faces).FirstOrDefault(IsChinese);
        if (any is null)
            return Finding.Error("no-chinese-font", null, Messages.Of("no-chinese-font", string.Join(", ", Folders())));
        return new InstalledFonts(text ?? any, title ?? any, files);
    }

    static IEnumerable<string> Folders()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return
        [
            .. (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            "/usr/local/share/fonts",
            "/usr/share/fonts",
            .. home.Length == 0 ? (string[])[] : [Path.Combine(home, ".local/share/fonts"), Path.Combine(home, ".fonts"), Path.Combine(home, "Library/Fonts")],
            "/Library/Fonts",
            .. Environment.GetFolderPath(Environment.SpecialFolder.Fonts) is { Length: > 0 } system ? (string[])[system] : [],
            Path.Combine(AppContext.BaseDirectory, "fonts"),
        ];
    }

    static IEnumerable<string> FontsUnder(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 8 })
            .Where(f => Path.GetExtension(f).ToUpperInvariant() is ".TTF" or ".OTF" or ".TTC" or ".OTC")
            .Order(StringComparer.Ordinal);

    static Typeface? Preferred(List<string> files, string[] names)
    {
        foreach (var name in names)
        {
            if (files.Find(f => Path.GetFileNameWithoutExtension(f).Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } file)
                continue;
            var faces = Faces(file);
            var face = faces.FirstOrDefault(f => f.Name.Contains("sc-", StringComparison.OrdinalIgnoreCase)) ?? (faces.Count > 0 ? faces[0] : null);
            if (face is not null && IsChinese(face))
                return face;
        }
        return null;
    }

    static bool IsChinese(Typeface face) => Covers(face, Needed) && face.CanBeEmbedded;

    /// <summary>A damaged or unreadable font is as good as none.</summary>
    static IReadOnlyList<Typeface> Faces(string file)
    {
        try
        {
            return Typeface.In(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>The font for a letter and its marks that the one asked for lacks; null when none has them all.</summary>
    internal Typeface? For(string element)
    {
        if (element.Length > LongestRemembered)
            return Sought(element);
        if (fallbacks.TryGetValue(element, out var known))
            return known;
        if (fallbacks.Count > MostRemembered)                            // takes every lock of a large dictionary, so not asked for what is known
            fallbacks.Clear();
        return fallbacks[element] = Sought(element);
    }

    Typeface? Sought(string element) =>
        Covers(Text, element) ? Text : Covers(Title, element) ? Title : others.Value.Find(f => Covers(f, element) && f.CanBeEmbedded);

    /// <summary>Whether a font has all that is to be seen.</summary>
    internal static bool Covers(Typeface face, ReadOnlySpan<char> element)
    {
        foreach (var rune in element.EnumerateRunes())
        {
            if (!face.Covers(rune) && !IsInvisible(rune))
                return false;
        }
        return true;
    }

    /// <summary>Blanks, joiners, variation selectors and the like: a font need not have them, HarfBuzz knows what they do.</summary>
    internal static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
        || rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0000 and <= 0xE0FFF or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    List<Typeface> Others() =>
        [.. files.OrderBy(Rank).Select(f => Faces(f).FirstOrDefault(static t => t.HasOutlines)).OfType<Typeface>()];

    /// <summary>Plain styles before bold, slanted and narrow ones.</summary>
    static int Rank(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        string[] unlikely = ["Bold", "Italic", "Oblique", "Condensed", "Light", "Thin", "Black", "Medium", "Mono"];
        return unlikely.Count(u => name.Contains(u, StringComparison.OrdinalIgnoreCase)) * 2
            + (name.Contains("Regular", StringComparison.OrdinalIgnoreCase) || name.StartsWith("HanaMin", StringComparison.Ordinal) ? 0 : 1);
    }
}
