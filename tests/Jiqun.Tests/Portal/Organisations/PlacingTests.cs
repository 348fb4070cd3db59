using Jiqun.Portal.Organisations;

namespace Jiqun.Tests.Portal.Organisations;

public sealed class PlacingTests
{
    static readonly Organisation Ministry = Organisation.Under(null, Level.Ministry, "部", null, DateTime.UnixEpoch);

    static Organisation Under(string code, Level level) => Organisation.Under(Ministry, level, code, code, DateTime.UnixEpoch);

    [Theory]
    [InlineData("430000", Level.Province, null, "430000")]
    [InlineData("湖南", Level.Province, null, "430000")]
    [InlineData("310000 上海市", Level.Province, null, "310000")]
    [InlineData("青岛市", Level.City, null, "370200")]
    [InlineData(" 430200 ", Level.City, "430000", "430200")]
    [InlineData("株洲", Level.City, "430000", "430200")]
    [InlineData("济源市", Level.City, "410000", "419001")]
    [InlineData("浦东新区", Level.City, "310000", "310115")]
    [InlineData("朝阳区", Level.City, "110000", "110105")]                    // 长春市 has one, too
    [InlineData("上海市", Level.Promoter, "310000", "310000")]
    [InlineData("天元区", Level.Promoter, "430200", "430211")]
    [InlineData("430200", Level.Promoter, "430200", "430200")]
    public void A_division_is_found_by_code_or_name(string written, Level level, string? under, string code) =>
        Assert.Equal(code, Placing.Read(written, "division", level, Parent(level, under)).Value);

    [Theory]
    [InlineData("", Level.City, "430000", "division-empty")]
    [InlineData("火星市", Level.City, "430000", "division-unknown")]
    [InlineData("999999", Level.City, "430000", "division-unknown")]
    [InlineData("4302", Level.City, "430000", "division-unknown")]
    [InlineData("430200 长沙市", Level.City, "430000", "division-unknown")]
    [InlineData("430200;DROP", Level.City, "430000", "division-unknown")]
    [InlineData("株洲市", Level.Province, null, "division-level")]
    [InlineData("株洲市", Level.City, null, "division-of-province")]
    [InlineData("武汉市", Level.City, "430000", "division-outside")]
    [InlineData("湖南省", Level.City, "430000", "division-level")]
    [InlineData("天元区", Level.City, "430000", "division-level")]
    [InlineData("419000", Level.City, "410000", "division-level")]
    [InlineData("深圳市", Level.City, "440000", "division-separate")]
    [InlineData("湖南省", Level.Promoter, "430200", "division-outside")]
    [InlineData("岳麓区", Level.Promoter, "430200", "division-outside")]
    [InlineData("北京市", Level.Promoter, "310000", "division-outside")]
    public void One_that_does_not_fit_is_refused_with_why(string written, Level level, string? under, string code)
    {
        var refusal = Placing.Read(written, "division", level, Parent(level, under)).Refusal;
        var finding = Assert.Single(refusal!);
        Assert.Equal((code, "division"), (finding.Code, finding.Field));
    }

    static Organisation Parent(Level level, string? code) => code is null ? Ministry : Under(code, level is Level.Promoter && !Placing.IsMunicipality(code) ? Level.City : Level.Province);
}
