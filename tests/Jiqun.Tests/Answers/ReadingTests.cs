using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests;

public sealed class ReadingTests
{
    static Field Field(FieldKind kind, string? unit = null) =>
        new("some.field", new Text("产值", "Output"), new Text("产值", "Output"), kind, Need.Required, [], null, unit, Period.None, [], [], false, [], []);

    [Theory]
    [InlineData(FieldKind.Text, " 株洲 ", "株洲")]
    [InlineData(FieldKind.LongText, "一\n二", "一\n二")]
    [InlineData(FieldKind.Phone, "（0755）\n83458818", "0755-83458818")]
    [InlineData(FieldKind.Mobile, "1380013800", "1380013800")]
    [InlineData(FieldKind.Postcode, "４１２ ０００", "412000")]
    [InlineData(FieldKind.Email, "a＠b.cn", "a@b.cn")]
    public void Text_and_contacts_are_text(FieldKind kind, string written, string text) => Assert.Equal(new TextValue(text), Reading.Of(Field(kind), written).Value);

    [Theory, InlineData(FieldKind.Text, "无"), InlineData(FieldKind.Phone, "/"), InlineData(FieldKind.Date, "—"), InlineData(FieldKind.Date, " 年 月 日")]
    [InlineData(FieldKind.Email, "－"), InlineData(FieldKind.Number, "  "), InlineData(FieldKind.LongText, "\n")]
    public void A_word_for_nothing_is_no_answer(FieldKind kind, string written) => Assert.Null(Reading.Of(Field(kind), written).Value);

    [Fact]
    public void A_number_says_how_it_was_taken()
    {
        var reading = Reading.Of(Field(FieldKind.Number, "亿元"), "约15,000\n万元");
        Assert.Equal(new NumberValue(1.5m), reading.Value);
        Assert.Equal(["approximate", "unit-converted"], reading.Findings.Select(f => f.Code));
        Assert.All(reading.Findings, f => Assert.Equal((Severity.Warning, "some.field", "约15,000\n万元"), (f.Severity, f.Field, f.Value)));
        Assert.Contains("1.5 亿元", reading.Findings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void None_in_the_place_of_a_number_is_an_approximate_zero()
    {
        var reading = Reading.Of(Field(FieldKind.Integer, "个"), "无");
        Assert.Equal(new NumberValue(0), reading.Value);
        Assert.Equal("approximate", Assert.Single(reading.Findings).Code);
    }

    [Theory, InlineData(FieldKind.Number, "较高"), InlineData(FieldKind.Date, "2018年13月")]
    public void What_cannot_be_read_is_kept_without_a_finding(FieldKind kind, string written)
    {
        var reading = Reading.Of(Field(kind, "%"), written);
        Assert.Equal(new UnreadableValue(written), reading.Value);
        Assert.Empty(reading.Findings);
    }
}
