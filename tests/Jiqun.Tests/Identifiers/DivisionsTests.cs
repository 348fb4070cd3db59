using System.Globalization;
using CsCheck;
using Jiqun.Core.Identifiers;

namespace Jiqun.Tests.Identifiers;

public sealed class DivisionsTests
{
    [Theory]
    [InlineData("湖南省株洲市全域", "430200")]
    [InlineData("湖南省株洲市天元区、石峰区", "430211 430204")]
    [InlineData("广东省广州市、佛山市、惠州市", "440100 440600 441300")]
    [InlineData("上海市浦东新区", "310115")]
    [InlineData("上海市张江科学城", "310000")]
    [InlineData("北京市朝阳区", "110105")]
    [InlineData("长春市朝阳区", "220104")]
    [InlineData("北京市朝阳区、海淀区，吉林省长春市朝阳区", "110105 110108 220104")]
    [InlineData("朝阳区", "")]
    [InlineData("河南省济源市", "419001")]
    [InlineData("湖北省仙桃市、潜江市", "429004 429005")]
    [InlineData("吉林省吉林市", "220200")]
    [InlineData("吉林省", "220000")]
    [InlineData("吉林", "220000")]
    [InlineData("青海省海南州", "632500")]
    [InlineData("海南藏族自治州", "632500")]
    [InlineData("海南省", "460000")]
    [InlineData("辽宁省朝阳市", "211300")]
    [InlineData("辽宁朝阳", "211300")]
    [InlineData("朝阳产业", "")]
    [InlineData("辽宁省朝阳产业园", "210000")]
    [InlineData("湖北省恩施州", "422800")]
    [InlineData("恩施", "422800")]
    [InlineData("湖北省恩施州恩施市", "422801")]
    [InlineData("延边", "222400")]
    [InlineData("延边州延吉市", "222401")]
    [InlineData("黔东南州", "522600")]
    [InlineData("京津冀", "110000 120000 130000")]
    [InlineData("京津冀地区", "110000 120000 130000")]
    [InlineData("成渝地区双城经济圈", "510100 500000")]
    [InlineData("广佛惠", "440100 440600 441300")]
    [InlineData("湖南株洲", "430200")]
    [InlineData("株洲、湘潭和长沙", "430200 430300 430100")]
    [InlineData("株洲市（430200）", "430200")]
    [InlineData("４３０２００", "430200")]
    [InlineData("430211、430204", "430211 430204")]
    [InlineData("1430200、4302001", "")]
    [InlineData("南京路步行街", "")]
    [InlineData("阿里巴巴", "")]
    [InlineData("株洲市主城区", "430200")]
    [InlineData("株洲市老城区", "430200")]
    [InlineData("各市和县", "")]
    [InlineData("马鞍山市和县", "340523")]
    [InlineData("山西省阳泉市城区、郊区", "140302 140311")]
    [InlineData("东方市场", "")]
    [InlineData("海南省东方市", "469007")]
    [InlineData("济南市中区", "370103")]
    [InlineData("济南市市中区", "370103")]
    [InlineData("苏州工业园区", "320500")]
    [InlineData("株洲高新区", "430200")]
    [InlineData("内蒙古鄂尔多斯", "150600")]
    [InlineData("新疆维吾尔自治区昌吉州", "652300")]
    [InlineData("江苏省昆山市", "320583")]
    [InlineData("江苏省 南京市\n江宁区", "320115")]
    [InlineData("江苏省南通市、泰州市、扬州市", "320600 321200 321000")]
    [InlineData("香港、澳门", "810000 820000")]
    [InlineData("贵州省贵阳市白云区与广州市白云区", "520113 440111")]
    [InlineData("全市域", "")]
    [InlineData("", "")]
    public void Places_are_found(string text, string codes) => Assert.Equal(codes, string.Join(' ', Divisions.Find(text)));

    [Fact]
    public void Every_division_is_found_by_its_full_path()
    {
        var lost = Divisions.All.Where(d => !d.Name.EndsWith("直辖县级行政区划", StringComparison.Ordinal))
            .Where(d => !Divisions.Find(Path(d)).SequenceEqual([d.Code]))
            .Select(d => $"{d.Code} {Path(d)} → {string.Join(' ', Divisions.Find(Path(d)))}");
        Assert.Equal([], lost);
    }

    [Fact]
    public void Every_division_is_found_by_its_code() => Assert.All(Divisions.All, d => Assert.Equal([d.Code], Divisions.Find($"（{d.Code}）")));

    static string Path(Division division) =>
        (division.Parent is null ? "" : Path(Divisions.Of(division.Parent)!)) + (division.Name.EndsWith("直辖县级行政区划", StringComparison.Ordinal) ? "" : division.Name);

    [Fact]
    public void Any_text_is_searched_alike_twice()
    {
        var names = Divisions.All.Select(d => d.Name).ToArray();
        var pieces = Gen.OneOf(Gen.Int[0, names.Length - 1].Select(i => names[i]), Gen.Int[0, names.Length - 1].Select(i => names[i][..^1]), Gen.String[0, 5], Gen.Int[0, 4].Select(i => ((string[])["、", "市", "区", "430200", "全"])[i]));
        pieces.Array[0, 8].Select(string.Concat).Sample(text => Divisions.Find(text).SequenceEqual(Divisions.Find(text))
            && Divisions.Find(text).All(c => Divisions.Of(c) is not null), iter: 20_000);
    }

    [Theory]
    [InlineData("株洲", 9, "430200")]
    [InlineData("芦淞", 9, "430203")]
    [InlineData("4302", 3, "430200 430202 430203")]
    [InlineData("４３０２ ０", 2, "430200 430202")]
    [InlineData(" 株　洲 市\n", 9, "430200")]
    [InlineData("海南", 9, "460000 632500 150303")]
    [InlineData("石峰", 9, "430204")]
    [InlineData("朝阳", 9, "211300 110105 211321 220104")]
    [InlineData("", 3, "110000 120000 130000")]
    [InlineData("  ", 2, "110000 120000")]
    [InlineData("直辖县级", 9, "")]
    [InlineData("济源", 9, "419001")]
    [InlineData("株洲", 0, "")]
    [InlineData("'; drop table", 9, "")]
    public void Divisions_are_offered_while_somebody_types(string query, int most, string codes) =>
        Assert.Equal(codes, string.Join(' ', Divisions.Search(query, most).Select(d => d.Code)));

    [Fact]
    public void All_provinces_are_offered_before_anything_is_typed() => Assert.Equal(34, Divisions.Search("", 100).Count);

    [Theory, InlineData("430203", "湖南省 株洲市 芦淞区"), InlineData("430000", "湖南省"), InlineData("419001", "河南省 济源市"), InlineData("110105", "北京市 朝阳区"), InlineData("1", "")]
    public void A_division_is_shown_with_those_it_lies_in(string code, string path) => Assert.Equal(path, string.Join(' ', Divisions.Path(code).Select(d => d.Name)));

    /// <summary>The order, told by a plain sort.</summary>
    [Fact]
    public void What_is_offered_is_all_that_matches_in_its_order()
    {
        var pieces = Divisions.All.SelectMany(d => (string[])[d.Name, d.Name[..2], d.Name[1..2], d.Code, d.Code[..3]]).Distinct().ToArray();
        Gen.Select(Gen.OneOf(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]), Gen.String), Gen.Int[0, 60]).Sample((query, most) =>
        {
            var q = string.Concat(query.Take(50).Select(c => c is > '\uff00' and < '\uff5f' ? (char)(c - 0xfee0) : c).Where(c => !char.IsWhiteSpace(c) && c is not ('\u200b' or '\ufeff')));
            var all = from d in Divisions.All
                      where q.Length == 0 ? d.Parent is null : d.Code.StartsWith(q, StringComparison.Ordinal) || d.Name.Contains(q, StringComparison.Ordinal)
                      where !d.Name.Contains("直辖县级", StringComparison.Ordinal)
                      orderby d.Code.StartsWith(q, StringComparison.Ordinal) || d.Name.StartsWith(q, StringComparison.Ordinal) ? 0 : 1, d.Level, int.Parse(d.Code, CultureInfo.InvariantCulture)
                      select d;
            return all.Take(most).SequenceEqual(Divisions.Search(query, most));
        });
    }

    [Fact]
    public void Codes_and_names_are_looked_up()
    {
        Assert.Equal(("株洲市", "430000"), (Divisions.Name("430200"), Divisions.Province("430211")));
        Assert.Null(Divisions.Province("999999"));
        Assert.Equal(["110105", "220104"], Divisions.Named("朝阳区").Select(d => d.Code));
        Assert.Equal(["430200"], Divisions.Named("株洲").Select(d => d.Code));
    }
}
