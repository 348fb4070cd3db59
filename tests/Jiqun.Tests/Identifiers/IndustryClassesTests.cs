using CsCheck;
using Jiqun.Core.Identifiers;

namespace Jiqun.Tests.Identifiers;

public sealed class IndustryClassesTests
{
    [Theory]
    [InlineData("医药制造业（27）", "27")]
    [InlineData("电池制造（384）", "384")]
    [InlineData("计算机、通信和其他电子设备制造业", "39")]
    [InlineData("计算机，通信和其他电子设备制造业", "39")]
    [InlineData("计算机通信和其他电子设备制造业", "39")]
    [InlineData("C3841", "3841")]
    [InlineData("C37 ", "37")]
    [InlineData("Ｃ３７", "37")]
    [InlineData("I65", "65")]
    [InlineData("C65", "")]
    [InlineData("大类39，中类392", "392")]
    [InlineData("铁路运输设备制造（371）、城市轨道交通设备制造（372）", "371 372")]
    [InlineData("铁路、船舶、航空航天和其他运输设备制造业（C37）", "37")]
    [InlineData("GB/T 4754—2017", "")]
    [InlineData("参考2017年国民经济行业分类（GB/T 4754—2017），C37", "37")]
    [InlineData("2017版，2021年", "")]
    [InlineData("企业37家，占27%，产值384亿元", "")]
    [InlineData("27、34、35", "27 34 35")]
    [InlineData("27,34", "27 34")]
    [InlineData("2019-2021", "")]
    [InlineData("27.34", "")]
    [InlineData("医药制造业（384）", "27 384")]
    [InlineData("电池制造（38）", "384")]
    [InlineData("医药制造业27", "27")]
    [InlineData("27医药制造业", "27")]
    [InlineData("专用设备制造", "35")]
    [InlineData("羽毛（绒）加工", "1941")]
    [InlineData("羽毛(绒)加工（1941）", "1941")]
    [InlineData("铁路、船舶、航空航天和其它运输设备制造业", "37")]
    [InlineData("C3511-C3512", "3511 3512")]
    [InlineData("农业、林业", "01 02")]
    [InlineData("职业教育", "")]
    [InlineData("制造业", "")]
    [InlineData("软件和信息技术服务业（65）", "65")]
    [InlineData("液力动力机械元件制造", "3445")]
    [InlineData("", "")]
    public void Classes_are_found(string text, string codes) => Assert.Equal(codes, string.Join(' ', IndustryClasses.Find(text)));

    [Fact]
    public void Every_class_is_found_by_name_and_code() =>
        Assert.Equal([], IndustryClasses.All.Where(c => c.Level > 1)
            .SelectMany(c => (string[])[$"{c.Name}（{c.Code}）", $"{c.Code} {c.Name}", c.Code], (c, text) => (c.Code, text, Found: string.Join(' ', IndustryClasses.Find(text))))
            .Where(c => c.Found != c.Code));

    [Fact]
    public void A_name_alone_means_the_widest_class_that_bears_it() =>
        Assert.Equal([], IndustryClasses.All.Where(c => c.Level > 1)
            .Where(c => IndustryClasses.Find(c.Name) is not [var code] || IndustryClasses.Name(code) != c.Name || !c.Code.StartsWith(code, StringComparison.Ordinal)));

    [Fact]
    public void Any_text_is_searched_alike_twice()
    {
        var names = IndustryClasses.All.Select(c => c.Name).ToArray();
        var pieces = Gen.OneOf(Gen.Int[0, names.Length - 1].Select(i => names[i]), Gen.Int[0, names.Length - 1].Select(i => names[i][..^1]), Gen.String[0, 5], Gen.Int[0, 5].Select(i => ((string[])["、", "C", "（", "37", "GB/T 4754", "-"])[i]));
        pieces.Array[0, 8].Select(string.Concat).Sample(text => IndustryClasses.Find(text).SequenceEqual(IndustryClasses.Find(text)), iter: 20_000);
    }

    [Theory]
    [InlineData("电池", 9, "384 3841 3842 3843 3844 3849")]
    [InlineData("37", 3, "37 371 372")]
    [InlineData("３７ ２", 9, "372 3720")]
    [InlineData("医 药制造", 9, "27")]
    [InlineData("", 3, "01 02 03")]
    [InlineData("农业", 2, "01 051")]
    [InlineData("农、林", 9, "05 357 511 3579")]
    [InlineData("C", 9, "")]
    [InlineData("医药", -1, "")]
    public void Classes_are_offered_while_somebody_types(string query, int most, string codes) =>
        Assert.Equal(codes, string.Join(' ', IndustryClasses.Search(query, most).Select(c => c.Code)));

    [Fact]
    public void All_divisions_of_the_standard_are_offered_before_anything_is_typed() => Assert.Equal(97, IndustryClasses.Search("", 100).Count);

    [Theory, InlineData("3841", "制造业 › 电气机械和器材制造业 › 电池制造 › 锂离子电池制造"), InlineData("C", "制造业"), InlineData("99999", "")]
    public void A_class_is_shown_with_those_it_belongs_to(string code, string path) => Assert.Equal(path, string.Join(" › ", IndustryClasses.Path(code).Select(c => c.Name)));

    [Fact]
    public void A_long_query_is_cut() =>
        Assert.Equal(IndustryClasses.Search("医药", 9), IndustryClasses.Search("医药" + new string(' ', 48) + new string('x', 1_000_000), 9));

    [Fact]
    public void The_standard_has_its_1972_classes() =>
        Assert.Equal([20, 97, 473, 1382], IndustryClasses.All.CountBy(c => c.Level).OrderBy(l => l.Key).Select(l => l.Value));
}
