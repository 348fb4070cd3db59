using System.Buffers;

namespace Jiqun.Core.Identifiers;

/// <summary>统一社会信用代码: the number of a legal entity. 18 characters, upper case.</summary>
/// <remarks>Source: GB 32100-2015 (alphabet; check character with weights 3ⁱ mod 31), GB 11714 (organisation code within).</remarks>
public sealed record UnifiedSocialCreditCode
{
    const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";      // 31 characters: I O S V Z are not used

    static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);
    static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    UnifiedSocialCreditCode(string value) => Value = value;

    public string Value { get; }

    /// <summary>False for mistyped codes, and for early pilot codes that were legally issued: a warning, never an error.</summary>
    public bool CheckHolds => Alphabet[(31 - Sum(Value, Weights, Alphabet) % 31) % 31] == Value[17];

    /// <summary>组织机构代码: the nine characters of the legal entity within the code, without hyphen.</summary>
    public string OrganisationCode => Value[8..17];

    public bool OrganisationCheckHolds =>
        "0X987654321"[Sum(OrganisationCode, OrganisationWeights, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") % 11] == OrganisationCode[8];

    /// <summary>Reads a code as people type it: blanks, hyphens and lower case are accepted, nothing is guessed.</summary>
    public static Outcome<UnifiedSocialCreditCode> Parse(string? text)
    {
        var code = (text ?? "").Replace(" ", "").Replace("-", "").ToUpperInvariant();
        if (code.Length != 18)
            return Finding.Error("uscc.length", null, Messages.Of("uscc.length", code.Length), text);
        if (code.AsSpan().IndexOfAnyExcept(Allowed) is >= 0 and var at)
            return Finding.Error("uscc.character", null, Messages.Of("uscc.character", at + 1, code[at]), text);
        return new UnifiedSocialCreditCode(code);
    }

    static int Sum(string code, int[] weights, string alphabet) =>
        weights.Select((weight, i) => alphabet.IndexOf(code[i], StringComparison.Ordinal) * weight).Sum();

    public override string ToString() => Value;
}
