using CsCheck;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests.Answers;

public sealed class MaskingTests
{
    static readonly Form Form = FormLibrary.Builtin.Default;

    [Theory]
    [InlineData("promoter.mobile", "13812341234", "138****1234")]
    [InlineData("promoter.phone", "0731-12345678", "0731-****678")]
    [InlineData("promoter.phone", "12345678", "****678")]
    [InlineData("promoter.mobile", "12345", "****")]
    [InlineData("promoter.email", "zhang@example.cn", "z****@example.cn")]
    [InlineData("promoter.email", "no address", "****")]
    [InlineData("promoter.contact", "欧阳修", "欧**")]
    [InlineData("promoter.contact", "𠮷田", "𠮷**")]
    [InlineData("promoter.contact", "", "")]
    [InlineData("cluster.name", "株洲市轨道交通", "株洲市轨道交通")]
    public void Enough_is_left_to_tell_one_from_another(string field, string text, string shown) => Assert.Equal(shown, Masking.Of(Form[field], text));

    [Fact]
    public void Of_a_number_never_more_than_seven_digits_are_shown_and_four_are_hidden() =>
        Gen.Char['0', '9'].Array[1, 20].Select(c => new string(c)).Sample(digits =>
        {
            var shown = Masking.Of(Form["promoter.mobile"], digits);
            Assert.InRange(shown.Count(char.IsAsciiDigit), 0, Math.Max(0, Math.Min(7, digits.Length - 4)));
        });
}
