using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Jiqun.Core.Answers;

namespace Jiqun.Tests.Answers;

public sealed class CommitmentTests
{
    static readonly byte[] Salt = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    /// <summary>By <c>(printf '\0\1…\17'; printf 李四) | sha256sum</c>.</summary>
    [Theory, InlineData("李四", "c0d27bd39e3186b76379b943cfd7ac9413b62dad7248dae61507ac37efa3ddb1"), InlineData("", "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991"), InlineData("13800138000", "f5858155f1e9922445f3dee5417cdd3d2c50a8de4a269c7da3c65384cb799447")]
    public void A_value_is_committed_to_as_any_other_program_would(string value, string digest) => Assert.Equal(digest, Commitment.Of(Salt, value));

    [Fact]
    public void Another_value_or_salt_gives_another_commitment() => Gen.Select(Gen.Byte.Array[16, 40], Gen.String, Gen.String).Where(g => WellFormed(g.Item2) && WellFormed(g.Item3)).Sample((salt, a, b) =>
    {
        byte[] other = [.. salt[..^1], (byte)(salt[^1] ^ 1)];
        return (a == b) == (Commitment.Of(salt, a) == Commitment.Of(salt, b)) && Commitment.Of(salt, a) != Commitment.Of(other, a)
            && Commitment.Of(salt, a) == Convert.ToHexStringLower(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(a)]));
    });

    [Fact]
    public void A_salt_that_is_too_short_and_half_a_character_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Commitment.Of(Salt.AsSpan(1), "李四"));
        Assert.ThrowsAny<ArgumentException>(() => Commitment.Of(Salt, "\ud800"));
    }

    static bool WellFormed(string text) => Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text)) == text;
}
