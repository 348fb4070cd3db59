using System.Globalization;
using System.Text;
using Jiqun.Core;

namespace Jiqun.Portal.Layout;

/// <summary>A name that people give to something: one line of 1 to 200 characters.</summary>
static class PlainName
{
    public const int Most = 200;

    const int MostInFile = 80;

    /// <summary>Without blanks at both ends.</summary>
    /// <param name="field">Name of the input, for the finding to stand at.</param>
    public static Outcome<string> Read(string written, string field)
    {
        var name = written.Trim();
        return name.Length == 0 ? Finding.Error("name-empty", field, Words.Of("name-empty"))
            : name.Length > Most ? Finding.Error("name-long", field, Words.Of("name-long", name.Length, Most))
            : name.Any(c => IsUnseen(char.GetUnicodeCategory(c))) ? Finding.Error("name-unseen", field, Words.Of("name-unseen"))
            : name;
    }

    /// <summary>A file's name: without folders, and without characters that cannot be seen or that turn the direction of writing.</summary>
    /// <param name="endings">Of what the file is, the usual one first: a name that ends otherwise gets it, so that no computer takes the file for anything else.</param>
    public static string OfFile(string name, params string[] endings)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = string.Concat(last.EnumerateRunes().Where(r => r != Rune.ReplacementChar && !IsUnseen(Rune.GetUnicodeCategory(r)))).Trim().TrimEnd('.', ' ');
        if (clean.Length > 0 && endings.Length > 0 && !endings.Any(e => clean.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            clean += endings[0];
        return clean.Length == 0 ? "?" : clean.Length > Most ? clean[^Most..].TrimStart('\uDC00', '\uDFFF') : clean;
    }

    /// <summary>As the name of a file on whatever computer, or a part of it: at most 80 UTF-16 units, never empty.</summary>
    public static string InFile(string name)
    {
        var clean = string.Concat(name.EnumerateRunes().Where(r => r != Rune.ReplacementChar && !IsUnseen(Rune.GetUnicodeCategory(r))).Select(r => r.IsAscii && "\\/:*?\"<>|".Contains((char)r.Value) ? "_" : r.ToString()));
        var cut = clean.Length <= MostInFile ? clean : clean[..(MostInFile - (char.IsHighSurrogate(clean[MostInFile - 1]) ? 1 : 0))];
        return cut.Trim().Trim('.', ' ') is { Length: > 0 } plain ? plain : "_";
    }

    /// <summary>Control characters, and those that turn or hide text.</summary>
    static bool IsUnseen(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
