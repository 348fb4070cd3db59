namespace Jiqun.Core.Identifiers;

/// <summary>E-mail addresses.</summary>
public static class EmailAddress
{
    /// <summary>Half-width and without blanks; nothing else is changed.</summary>
    public static string Normalise(string text) => HalfWidth.Of(text).Replace(" ", "");

    /// <summary>Several addresses may be parted by 、 , ; or /.</summary>
    /// <param name="text">Normalised.</param>
    public static bool IsValid(string text) => text.Length > 0 && text.Split(['、', ',', ';', '/']).All(IsOne);

    /// <summary>Whether it is a single address.</summary>
    /// <param name="address">Normalised.</param>
    public static bool IsOne(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || address.Length > 254)
            return false;
        var mailbox = address[..at];
        var labels = address[(at + 1)..].Split('.');
        return mailbox.All(c => char.IsAsciiLetterOrDigit(c) || ".!#$%&'*+=?^_`{|}~-".Contains(c, StringComparison.Ordinal))
            && mailbox[0] != '.' && mailbox[^1] != '.' && !mailbox.Contains("..", StringComparison.Ordinal)
            && labels.Length > 1
            && labels.All(l => l.Length is > 0 and < 64 && l[0] != '-' && l[^1] != '-' && l.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            && labels[^1].Length > 1 && labels[^1].Any(char.IsAsciiLetter);
    }
}
