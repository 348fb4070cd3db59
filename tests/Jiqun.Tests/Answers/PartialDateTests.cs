using CsCheck;
using Jiqun.Core.Answers;

namespace Jiqun.Tests;

public sealed class PartialDateTests
{
    [Theory]
    [InlineData("2018年5月", "2018-05")]
    [InlineData("2018年5月3日", "2018-05-03")]
    [InlineData("2018年5月3号", "2018-05-03")]
    [InlineData("2018.5", "2018-05")]
    [InlineData("2018.05.03", "2018-05-03")]
    [InlineData("2018/05/03", "2018-05-03")]
    [InlineData("2018-5", "2018-05")]
    [InlineData("201805", "2018-05")]
    [InlineData("20180503", "2018-05-03")]
    [InlineData("2018 ", "2018")]
    [InlineData("2018年", "2018")]
    [InlineData("二〇一八年五月", "2018-05")]
    [InlineData("二○一八年五月三日", "2018-05-03")]
    [InlineData("二零一八年十二月二十五日", "2018-12-25")]
    [InlineData("二〇二〇年十月三十日", "2020-10-30")]
    [InlineData("２０１８年５月", "2018-05")]
    [InlineData("2018 年 5 月", "2018-05")]
    [InlineData("2018年5月成立", "2018-05")]
    [InlineData("2018年5月正式注册成立", "2018-05")]
    [InlineData("2018年05", "2018-05")]
    [InlineData("2018 5 3", "2018-05-03")]
    [InlineData("2020年2月29日", "2020-02-29")]
    public void Dates_are_read(string written, string date) => Assert.Equal(date, Assert.IsType<DateValue>(PartialDate.Read(written)).Written);

    [Theory, InlineData("2018年13月"), InlineData("2018年2月30日"), InlineData("2019年2月29日"), InlineData("1899年"), InlineData("2101")]
    [InlineData("2018年5月左右"), InlineData("去年"), InlineData("2018年月"), InlineData("201813"), InlineData("2018.5/3"), InlineData("5月3日")]
    [InlineData("2018年5月3日4"), InlineData("2018-2020"), InlineData("18.5"), InlineData("2018年0月"), InlineData("20185")]
    public void What_is_no_date_is_kept_as_written(string written) =>
        Assert.Equal(written, Assert.IsType<UnreadableValue>(PartialDate.Read(written)).Text);

    [Theory, InlineData("年  月  日"), InlineData("　年　月　日"), InlineData("")]
    public void A_blank_pattern_is_nothing(string written) => Assert.Null(PartialDate.Read(written));

    [Fact]
    public void Any_date_in_any_writing_reads_back()
    {
        var dates = Gen.Select(Gen.Int[1900, 2100], Gen.Int[1, 12], Gen.Int[1, 28], Gen.Int[1, 3])
            .Select((y, m, d, parts) => new PartialDate(y, parts > 1 ? m : null, parts > 2 ? d : null));
        Gen.Select(dates, Gen.Int[0, 7]).Sample((date, way) => PartialDate.Read(Written(date, way)) == new DateValue(date), iter: 20_000);
    }

    [Fact]
    public void No_text_throws() => Gen.Char["0123456789年月日十二〇.-/ 　元成立"].Array[0, 12]
        .Sample(text => PartialDate.Read(new string(text)) is null or DateValue or UnreadableValue, iter: 20_000);

    static string Written(PartialDate date, int way)
    {
        string[] parts = [$"{date.Year}", .. date.Month is null ? [] : (string[])[$"{date.Month}"], .. date.Day is null ? [] : (string[])[$"{date.Day}"]];
        return way switch
        {
            0 => date.ToString(),
            1 => date.ToString().Replace("-", ""),
            2 => string.Join('.', parts),
            3 => string.Join('/', parts),
            4 => string.Concat(parts.Zip("年月日", (p, mark) => p + mark)),
            5 => string.Concat(parts.Zip("年月日", (p, mark) => $" {p} {mark}")),
            6 => string.Concat(parts.Zip("年月日", (p, mark) => (mark == '年' ? QuantityTests.ByDigit(p) : QuantityTests.Chinese(int.Parse(p, null))) + mark)),
            _ => QuantityTests.FullWidth(string.Join('-', parts)),
        };
    }
}
