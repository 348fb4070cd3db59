namespace Jiqun.Core.Sheets;

/// <summary>What every page of a printed submission bears, so that a scan of it, stamped, is known again: a QR code and a few words in the foot.</summary>
/// <exception cref="ArgumentException">The digest is none, or the words are longer than a foot has room for.</exception>
public sealed record PrintedMark
{
    /// <summary>Begins the text of a code. Letters, digits and marks of the small set of QR codes (ISO/IEC 18004 §7.4.4), as all of it is.</summary>
    const string Prefix = "JIQUN:";

    const int DigestLength = 64, GroupLength = 4, ShortGroups = 4, MostWords = 60;

    /// <param name="digest">The SHA-256 of the submission, as 64 hex digits.</param>
    /// <param name="words">Stand in the foot before the short digest, in one line of at most 60 characters: 报送版本 2 · 内容摘要.</param>
    public PrintedMark(string digest, string words)
    {
        Digest = digest.ToLowerInvariant();
        Words = PrintedForm.Line(words);
        if (!IsDigest(Digest, "0123456789abcdef"))
            throw new ArgumentException("A digest has 64 hex digits.", nameof(digest));
        if (Words.Length > MostWords)
            throw new ArgumentException($"More than {MostWords} characters.", nameof(words));
    }

    /// <summary>64 hex digits, in lower case.</summary>
    public string Digest { get; }

    public string Words { get; }

    /// <summary>What the QR code says.</summary>
    public string Code => CodeOf(Digest);

    /// <summary>What stands in the foot.</summary>
    public string Foot => $"{Words} {ShortOf(Digest)}".Trim();

    /// <summary>The text of the code of a submission: <c>JIQUN:</c> and the digest in upper case.</summary>
    public static string CodeOf(string digest) => Prefix + digest.ToUpperInvariant();

    /// <summary>The digest that a code's text tells, in lower case; null when it is a code of something else.</summary>
    public static string? DigestIn(string code) =>
        code.StartsWith(Prefix, StringComparison.Ordinal) && IsDigest(code.AsSpan(Prefix.Length), "0123456789ABCDEF") ? code[Prefix.Length..].ToLowerInvariant() : null;

    /// <summary>The first 16 digits, which people can compare: 3f2a 9c1e 77d0 8b42.</summary>
    public static string ShortOf(string digest) =>
        string.Join(' ', Enumerable.Range(0, ShortGroups).Select(i => digest.Substring(i * GroupLength, GroupLength)));

    static bool IsDigest(ReadOnlySpan<char> text, string digits) => text.Length == DigestLength && !text.ContainsAnyExcept(digits);
}
