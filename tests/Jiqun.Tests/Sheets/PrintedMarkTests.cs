using Jiqun.Core.Sheets;

namespace Jiqun.Tests.Sheets;

public sealed class PrintedMarkTests
{
    const string Digest = "3f2a9c1e77d08b42a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08f";

    [Fact]
    public void A_code_tells_the_digest_of_which_it_was_made()
    {
        Assert.Equal("JIQUN:3F2A9C1E77D08B42A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08F", PrintedMark.CodeOf(Digest));
        Assert.Equal(Digest, PrintedMark.DigestIn(PrintedMark.CodeOf(Digest)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("JIQUN:")]
    [InlineData("https://example.cn/verify?d=" + Digest)]
    [InlineData("jiqun:" + Digest)]
    [InlineData("JIQUN:" + Digest)]                                      // in lower case no code of ours
    [InlineData("JIQUN:3F2A9C1E77D08B42A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08")]
    [InlineData("JIQUN:3F2A9C1E77D08B42A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08FF")]
    [InlineData("JIQUN:3F2A9C1E77D08B42A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08G")]
    [InlineData("JIQUN:３F2A9C1E77D08B42A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08F")]
    public void A_code_of_something_else_tells_none(string code) => Assert.Null(PrintedMark.DigestIn(code));

    [Fact]
    public void The_foot_has_the_words_and_sixteen_digits() =>
        Assert.Equal("报送版本 2 · 内容摘要 3f2a 9c1e 77d0 8b42", new PrintedMark(Digest.ToUpperInvariant(), " 报送版本 2 ·\n内容摘要").Foot);

    [Theory]
    [InlineData("", 1)]
    [InlineData("3f2a", 1)]
    [InlineData(Digest + "0", 1)]
    [InlineData(Digest, 61)]
    public void What_is_no_mark_is_none(string digest, int length) => Assert.Throws<ArgumentException>(() => new PrintedMark(digest, new string('文', length)));
}
