using System.Globalization;
using CsCheck;
using Jiqun.Core.Answers;

namespace Jiqun.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1,234.5", "亿元", "1234.5", "")]
    [InlineData("1，234.5", "亿元", "1234.5", "")]
    [InlineData("1 234", "个", "1234", "")]
    [InlineData("１２３４．５", "亿元", "1234.5", "")]
    [InlineData("1507亿元", "亿元", "1507", "")]
    [InlineData("1507亿", "亿元", "1507", "")]
    [InlineData("1507（亿元）", "亿元", "1507", "")]
    [InlineData("人民币1507亿元", "亿元", "1507", "")]
    [InlineData("￥1507亿元", "亿元", "1507", "")]
    [InlineData("1507亿元人民币", "亿元", "1507", "")]
    [InlineData("15070000万元", "亿元", "1507", "converted")]
    [InlineData("1.5万亿元", "亿元", "15000", "converted")]
    [InlineData("1.5万亿", "亿元", "15000", "converted")]
    [InlineData("150700000000元", "亿元", "1507", "converted")]
    [InlineData("1.5千亿", "亿元", "1500", "")]
    [InlineData("1.5千亿元", "亿元", "1500", "")]
    [InlineData("3百万元", "亿元", "0.03", "converted")]
    [InlineData("1507亿人民币", "亿元", "1507", "")]
    [InlineData("12项标准", "个", "12", "")]
    [InlineData("1.2万", null, "12000", "")]
    [InlineData("三百二十亿元", "亿元", "320", "")]
    [InlineData("三亿二千万元", "亿元", "3.2", "converted")]
    [InlineData("约1,234.5亿元", "亿元", "1234.5", "approximate")]
    [InlineData("达1507", "亿元", "1507", "")]
    [InlineData("突破1000亿元", "亿元", "1000", "approximate")]
    [InlineData("20余亿元", "亿元", "20", "approximate")]
    [InlineData("1500亿元左右", "亿元", "1500", "approximate")]
    [InlineData("约15000万元", "亿元", "1.5", "approximate converted")]
    [InlineData("1.2万家", "个", "12000", "")]
    [InlineData("3千家", "个", "3000", "")]
    [InlineData("425家", "个", "425", "")]
    [InlineData("425家企业", "个", "425", "")]
    [InlineData("425户企业", "家", "425", "")]
    [InlineData("12件", "个", "12", "")]
    [InlineData("500家以上", "家", "500", "approximate")]
    [InlineData("3000多家", "家", "3000", "approximate")]
    [InlineData("3000+", "个", "3000", "approximate")]
    [InlineData("≥3000", "个", "3000", "approximate")]
    [InlineData(">3000", "个", "3000", "approximate")]
    [InlineData("～3000", "个", "3000", "approximate")]
    [InlineData("千余家", "个", "1000", "approximate")]
    [InlineData("万余家", "个", "10000", "approximate")]
    [InlineData("三百二十", "个", "320", "")]
    [InlineData("十二", "个", "12", "")]
    [InlineData("一千五百零七", "亿元", "1507", "")]
    [InlineData("一五〇七", "亿元", "1507", "")]
    [InlineData("两万三千", "个", "23000", "")]
    [InlineData("3.5%", "%", "3.5", "")]
    [InlineData("3.5％", "%", "3.5", "")]
    [InlineData("百分之3.5", "%", "3.5", "")]
    [InlineData("百分之三点五", "%", "3.5", "")]
    [InlineData("35‰", "%", "3.5", "converted")]
    [InlineData("0.5", "%", "0.5", "")]
    [InlineData(".5", "%", "0.5", "")]
    [InlineData("12.", "%", "12", "")]
    [InlineData("-5", "%", "-5", "")]
    [InlineData("－5", "%", "-5", "")]
    [InlineData("120%", "%", "120", "")]
    [InlineData("无", "个", "0", "approximate")]
    [InlineData("/", "个", "0", "approximate")]
    [InlineData("／", "个", "0", "approximate")]
    [InlineData("——", "个", "0", "approximate")]
    [InlineData("－", "个", "0", "approximate")]
    [InlineData("0", "个", "0", "")]
    [InlineData("6,730.70", "亿元", "6730.7", "")]
    [InlineData("12", null, "12", "")]
    [InlineData("1507亿元（2020年）", "亿元", "1507", "approximate")]
    [InlineData("425（其中规上273）", "个", "425", "approximate")]
    public void Numbers_are_read(string written, string? unit, string number, string remarks)
    {
        var quantity = Quantity.Read(written, unit);
        Assert.NotNull(quantity);
        Assert.Equal((number, remarks), (new NumberValue(quantity.Number).Written,
            string.Join(' ', (string[])[.. quantity.Approximate ? ["approximate"] : (string[])[], .. quantity.Converted ? ["converted"] : (string[])[]])));
    }

    [Theory]
    [InlineData("较高", "%")]
    [InlineData("3%", "亿元")]
    [InlineData("3亿元", "%")]
    [InlineData("3亿美元", "亿元")]
    [InlineData("3万美元", "亿元")]
    [InlineData("100美元", "亿元")]
    [InlineData("1/4", "%")]
    [InlineData("100-200", "个")]
    [InlineData("100~200", "个")]
    [InlineData("12 34", "个")]
    [InlineData("12家，34家", "个")]
    [InlineData("1,23", "个")]
    [InlineData("1.2.3", "个")]
    [InlineData("3%", "个")]
    [InlineData("3亿元", "个")]
    [InlineData("99999999999999999999999999999999", "个")]
    [InlineData("9999999999999999999999999999万亿元", "亿元")]
    [InlineData("约", "个")]
    [InlineData("三五百", "个")]
    [InlineData("2020年1507", "亿元")]
    [InlineData("(2020年)", "亿元")]
    [InlineData("3.5个百分点", "%")]
    [InlineData("", "个")]
    public void What_is_no_number_of_this_unit_is_not_guessed(string written, string unit) => Assert.Null(Quantity.Read(written, unit));

    [Theory]
    [InlineData("1507亿元，同比增长", 6, "1507", "亿元", false)]
    [InlineData("超过1,507.5亿元。", 11, "1507.5", "亿元", true)]
    [InlineData("1.5万亿元", 6, "1.5", "万亿元", false)]
    [InlineData("1507亿，", 5, "1507", "亿", false)]
    [InlineData("10万吨", 3, "100000", null, false)]
    [InlineData("1.2万家企业", 5, "12000", "家", false)]
    [InlineData("425家，", 4, "425", "家", false)]
    [InlineData("100余家", 5, "100", "家", true)]
    [InlineData("100家以上", 6, "100", "家", true)]
    [InlineData("3.5%以上", 6, "3.5", "%", true)]
    [InlineData("3.5个百分点", 3, "3.5", null, false)]
    [InlineData("2020年", 4, "2020", null, false)]
    [InlineData("12。", 2, "12", null, false)]
    [InlineData("12. ", 2, "12", null, false)]
    [InlineData("一千五百零七亿元", 8, "1507", "亿元", false)]
    [InlineData("百分之三点五。", 6, "3.5", "%", false)]
    [InlineData("达到425家", 6, "425", "家", false)]
    public void Quantities_are_scanned_in_text(string text, int length, string number, string? unit, bool approximate)
    {
        Assert.True(Quantity.TryScan(text, out var taken, out var read, out var readUnit, out var inexact));
        Assert.Equal((length, number, unit, approximate), (taken, new NumberValue(read).Written, readUnit, inexact));
    }

    [Theory, InlineData(""), InlineData("产值1507亿元"), InlineData("约定"), InlineData("近年来"), InlineData("超级"), InlineData("十四五")]
    public void Text_without_a_quantity_at_its_start_is_passed_over(string text) => Assert.False(Quantity.TryScan(text, out _, out _, out _, out _));

    [Theory]
    [InlineData("15070000", "万元", "亿元", "1507")]
    [InlineData("1.5", "万亿元", "亿元", "15000")]
    [InlineData("1507", "亿", "亿元", "1507")]
    [InlineData("1.2", "万", "家", "12000")]
    [InlineData("12", "件", "个", "12")]
    [InlineData("35", "‰", "%", "3.5")]
    [InlineData("35", "%", "亿元", null)]
    [InlineData("35", "人", "个", null)]
    [InlineData("35", null, "个", null)]
    [InlineData("35", "元", "个", null)]
    [InlineData("1", "元", "亿元", "0.00000001")]
    public void Units_convert(string number, string? from, string unit, string? converted) =>
        Assert.Equal(converted, Quantity.Convert(decimal.Parse(number, CultureInfo.InvariantCulture), from, unit) is { } read ? new NumberValue(read).Written : null);

    static readonly Gen<decimal> Amounts = Gen.Select(Gen.Long[0, 999_999_999_999], Gen.Int[0, 4]).Select((n, places) => n / (decimal)Math.Pow(10, places));

    [Fact]
    public void Any_number_in_any_writing_reads_back() =>
        Gen.Select(Amounts, Gen.Int[0, 6]).Sample((number, way) =>
        {
            var plain = number.ToString("0.####", CultureInfo.InvariantCulture);
            var grouped = number.ToString("#,0.####", CultureInfo.InvariantCulture);
            var (text, converted) = way switch
            {
                0 => (plain, false),
                1 => (grouped, false),
                2 => (FullWidth(grouped), false),
                3 => (grouped.Replace(',', ' '), false),
                4 => (grouped + " 亿元", false),
                5 => ((number * 10000).ToString("0.####", CultureInfo.InvariantCulture) + "万元", true),
                _ => (" 人民币" + plain + "亿", false),
            };
            return Quantity.Read(text, "亿元") == new Quantity(number, false, converted)
                && Quantity.Read("约" + text, "亿元") == new Quantity(number, true, converted);
        }, iter: 20_000);

    [Fact]
    public void Any_chinese_numeral_reads_back() =>
        Gen.Int[1, 999_999_999].Sample(n => Quantity.Read(Chinese(n), "个") == new Quantity(n, false, false), iter: 20_000);

    [Fact]
    public void No_text_throws()
    {
        var text = Gen.Char["0123456789０９.．,，十百千万亿元三零余多约超%‰家个-~+/ （）"].Array[0, 40].Select(c => new string(c));
        Gen.OneOf(text, Gen.String).Sample(t =>
        {
            _ = Quantity.Read(t, "亿元");
            _ = Quantity.Read(t, "%");
            _ = Quantity.Read(t, null);
            return !Quantity.TryScan(t, out var length, out _, out _, out _) || length > 0 && length <= t.Length;
        }, iter: 50_000);
    }

    internal static string FullWidth(string text) => new([.. text.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c)]);

    internal static string ByDigit(string digits) => new([.. digits.Select(d => "〇一二三四五六七八九"[d - '0'])]);

    /// <summary>1 to 999,999,999 as Chinese writes them: 一千零五万零二十.</summary>
    internal static string Chinese(int number)
    {
        if (number >= 1_0000_0000)
            return Chinese(number / 1_0000_0000) + "亿" + (number % 1_0000_0000 == 0 ? "" : (number % 1_0000_0000 < 1000_0000 ? "零" : "") + Chinese(number % 1_0000_0000));
        if (number >= 10000)
            return Chinese(number / 10000) + "万" + (number % 10000 == 0 ? "" : (number % 10000 < 1000 ? "零" : "") + Chinese(number % 10000));
        var text = "";
        var gap = false;
        foreach (var (power, name) in ((int, string)[])[(1000, "千"), (100, "百"), (10, "十"), (1, "")])
        {
            var digit = number / power % 10;
            if (digit > 0)
                text += (gap && text.Length > 0 ? "零" : "") + (digit == 1 && power == 10 && text.Length == 0 ? "" : ByDigit($"{digit}")) + name;
            gap = digit == 0;
        }
        return text;
    }
}
