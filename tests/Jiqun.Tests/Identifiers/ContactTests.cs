using CsCheck;
using Jiqun.Core.Identifiers;

namespace Jiqun.Tests.Identifiers;

public sealed class ContactTests
{
    [Fact]
    public void Every_vector_is_judged_as_it_says()
    {
        var rows = Vectors.Of("contact").ToList();
        Assert.Equal(25, rows.Count);
        Assert.All(rows, row =>
        {
            var value = row["value"];
            var valid = row["type"] switch
            {
                "mobile" => Telephone.IsMobile(Telephone.Normalise(value)),
                "landline" => Telephone.IsLandline(Telephone.Normalise(value)),
                "postcode" => Postcode.IsValid(Postcode.Normalise(value)),
                _ => EmailAddress.IsValid(EmailAddress.Normalise(value)),
            };
            Assert.True(valid == (row["acceptable_after_normalisation"] == "1"), $"{row["type"]} {value}");
        });
    }

    [Theory]
    [InlineData("（0755）83458818", "0755-83458818")]
    [InlineData("(0755) － 8345 8818", "0755-83458818")]
    [InlineData("０７５５—８３４５８８１８", "0755-83458818")]
    [InlineData("0755——83458818", "0755-83458818")]
    [InlineData("+86 0755 83458818", "075583458818")]
    [InlineData("+86-755-83458818", "0755-83458818")]
    [InlineData("+86-10-68205123", "010-68205123")]
    [InlineData("0086-0755-83458818", "0755-83458818")]
    [InlineData("(86)0755-83458818", "0755-83458818")]
    [InlineData("86-0755-83458818", "0755-83458818")]
    [InlineData("0519-85681183 转 801", "0519-85681183转801")]
    [InlineData("0755-83458818 0755-83458819", "0755-83458818 0755-83458819")]
    [InlineData("0755-83458818、 0755-83458819", "0755-83458818、0755-83458819")]
    [InlineData("0755-83458818\n010 68205123", "0755-83458818 01068205123")]
    [InlineData("0731-28812345/28812346", "0731-28812345/28812346")]
    public void Landlines_are_normalised_and_valid(string written, string normal)
    {
        Assert.Equal(normal, Telephone.Normalise(written));
        Assert.True(Telephone.IsLandline(normal));
    }

    [Theory]
    [InlineData("86 138 0013 8000", "13800138000")]
    [InlineData("+86 13800138000", "13800138000")]
    [InlineData("138-0013-8000", "138-0013-8000")]
    [InlineData("1380013800", "1380013800")]
    public void Mobiles_are_normalised(string written, string normal) => Assert.Equal(normal, Telephone.Normalise(written));

    [Theory, InlineData(""), InlineData("、"), InlineData("13800138000"), InlineData("0755-83458818、1"), InlineData("0755"), InlineData("0755-8345881812")]
    [InlineData("800-600-3737"), InlineData("0733-")]
    public void What_is_no_landline_is_not_valid(string text) => Assert.False(Telephone.IsLandline(Telephone.Normalise(text)));

    [Fact]
    public void Normalising_twice_changes_nothing()
    {
        var written = Gen.Char["0123456789０１５８+-（）()—－ 　、/转8613"].Array[0, 30].Select(c => new string(c));
        written.Sample(text => Telephone.Normalise(Telephone.Normalise(text)) == Telephone.Normalise(text), iter: 20_000);
        Gen.String.Sample(text => EmailAddress.Normalise(EmailAddress.Normalise(text)) == EmailAddress.Normalise(text)
            && Postcode.Normalise(Postcode.Normalise(text)) == Postcode.Normalise(text)
            && !Telephone.IsMobile(Telephone.Normalise(text)));
    }

    [Fact]
    public void Provinces_come_from_area_code_and_postcode()
    {
        Assert.Equal(["430000"], Telephone.Provinces("0731-28812345"));
        Assert.Equal(["440000", "110000"], Telephone.Provinces("0755-83458818、010-68205123"));
        Assert.Empty(Telephone.Provinces("13800138000"));
        Assert.Equal(["150000", "220000"], Postcode.Provinces("130000").Order());
        Assert.Equal(["430000"], Postcode.Provinces("412000"));
        Assert.Empty(Postcode.Provinces("4120"));
    }

    [Theory, InlineData("a@b.cn", true), InlineData("a.b@c-d.com.cn；x@y.org", true), InlineData("a@b", false), InlineData("a@@b.cn", false)]
    [InlineData(".a@b.cn", false), InlineData("a@-b.cn", false), InlineData("", false), InlineData("张@b.cn", false), InlineData("a＠b．cn", true)]
    public void Addresses(string written, bool valid) => Assert.Equal(valid, EmailAddress.IsValid(EmailAddress.Normalise(written)));
}
