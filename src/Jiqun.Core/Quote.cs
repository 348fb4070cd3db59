namespace Jiqun.Core;

/// <summary>A written answer inside a message: on one line, and not longer than a reader needs to find it again.</summary>
public static class Quote
{
    const int Longest = 60;

    public static string Of(string written)
    {
        var line = written.ReplaceLineEndings(" ");
        if (line.Length <= Longest)
            return line;
        var end = char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest;
        return string.Concat(line.AsSpan(0, end), "……");
    }
}
