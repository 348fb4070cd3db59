using Jiqun.Core.Identifiers;

namespace Jiqun.Tests.Identifiers;

public sealed class UnifiedSocialCreditCodeTests
{
    [Fact]
    public void Every_vector_is_judged_as_it_says()
    {
        var rows = Vectors.Of("uscc").ToList();
        Assert.Equal(80, rows.Count);
        Assert.All(rows, row =>
        {
            var outcome = UnifiedSocialCreditCode.Parse(row["uscc"]);
            var judged = outcome.Refused ? "invalid"
                : outcome.Value.CheckHolds && outcome.Value.OrganisationCheckHolds ? "valid"
                : row["expect"] == "valid" || outcome.Value.CheckHolds ? "only half valid"
                : row["expect"];                           // refused or not, the check must fail
            Assert.Equal(row["expect"], judged);
            if (row["expect"] == "issued_but_check_digit_mismatch")
                Assert.False(outcome.Refused);
        });
    }

    [Fact]
    public void Blanks_hyphens_and_lower_case_are_accepted() =>
        Assert.Equal("91350100M0001TGQXM", UnifiedSocialCreditCode.Parse("9135 0100-m000 1tgqxm").Value!.Value);

    [Theory, InlineData("9144030019231745８F", "uscc.character"), InlineData("9144030019231745F", "uscc.length"), InlineData(null, "uscc.length")]
    public void A_refusal_says_why(string? text, string code) => Assert.Equal(code, UnifiedSocialCreditCode.Parse(text).Refusal![0].Code);
}
