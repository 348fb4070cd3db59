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

    [Theory]
    [InlineData("联系13812341234。", "联系****。")]
    [InlineData("电话+86 138-1234-1234或１３８１２３４１２３５", "电话****或****")]
    [InlineData("1381 234 1234", "****")]
    [InlineData("138\u200B1234\u200B1234", "****")]
    [InlineData("邮箱zhang.san@mail.example.cn，及 ｌｉ＠example.cn", "邮箱****，及 ****")]
    [InlineData("身份证43020019800101123X", "身份证****")]
    [InlineData("产值1507.5亿元，企业13812家，专利113812341234件，2018年—2020年", "产值1507.5亿元，企业13812家，专利113812341234件，2018年—2020年")]
    [InlineData("电话0731-28680001，代码91430200MA4L16JQ9A，编号12345678901", "电话0731-28680001，代码91430200MA4L16JQ9A，编号12345678901")]
    [InlineData("@ a@b 12@ 1300、1200、1100", "@ a@b 12@ 1300、1200、1100")]
    [InlineData("", "")]
    public void Contacts_in_a_text_are_hidden_and_figures_are_not(string text, string shown) => Assert.Equal(shown, Masking.InText(text));

    [Fact]
    public void A_long_text_without_blanks_is_looked_through_all_the_same()
    {
        foreach (var text in new[] { new string('a', 100_000), new string('1', 100_000), string.Concat(Enumerable.Repeat("138 ", 25_000)), string.Concat(Enumerable.Repeat("a@a.", 25_000)), "1" + new string('\u200B', 100_000) })
            Assert.Equal(text, Masking.InText(text));
    }

    [Fact]
    public void Of_a_number_never_more_than_seven_digits_are_shown_and_four_are_hidden() =>
        Gen.Char['0', '9'].Array[1, 20].Select(c => new string(c)).Sample(digits =>
        {
            var shown = Masking.Of(Form["promoter.mobile"], digits);
            Assert.InRange(shown.Count(char.IsAsciiDigit), 0, Math.Max(0, Math.Min(7, digits.Length - 4)));
        });
}
