using System.Text.Unicode;
using Jiqun.Core;

namespace Jiqun.Cli;

/// <summary>The bytes of the answers that <c>fill</c> takes: UTF-8, within a bound.</summary>
static class AnswersFile
{
    public const string StandardInput = "-";

    const int MostBytes = 16 << 20;

    /// <returns>UTF-8 without byte order mark; refused when it cannot be read, is too large, or is no such text.</returns>
    public static Outcome<byte[]> Read(string path)
    {
        try
        {
            if (Directory.Exists(path))
                return Refused("answers-is-folder");
            using var from = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            var content = new MemoryStream();
            var part = new byte[1 << 16];
            for (int read; (read = from.Read(part)) > 0;)
            {
                content.Write(part, 0, read);
                if (content.Length > MostBytes)
                    return Refused("answers-too-large", MostBytes >> 20);
            }
            return Text(content.ToArray());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refused("answers-missing");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refused("answers-unreadable", e.Message);
        }
    }

    /// <summary>The full path that must not be written to, links followed; none for standard input.</summary>
    public static IReadOnlySet<string> Target(string path)
    {
        if (path == StandardInput)
            return new HashSet<string>();
        var full = Path.GetFullPath(path);
        return new HashSet<string> { full, File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full };
    }

    static Outcome<byte[]> Text(byte[] content) => content switch
    {
        [0xEF, 0xBB, 0xBF, .. var text] when Utf8.IsValid(text) => text,
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, ..] or [_, 0, ..] => Refused("answers-utf16"),
        _ => Utf8.IsValid(content) ? content : Refused("answers-not-utf8"),
    };

    static Finding Refused(string code, params object?[] arguments) => Finding.Error(code, null, Messages.Of(code, arguments));
}
