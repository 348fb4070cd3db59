using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Jiqun.Cli;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Cli;

public sealed class JsonMistakeTests
{
    [Theory]
    [InlineData("", "json-end", 1, 1)]
    [InlineData("{", "json-end", 1, 2)]
    [InlineData("{\n \"a\": \"b", "json-end", 2, 9)]
    [InlineData("{\"a\":tru", "json-end", 1, 9)]
    [InlineData("{\"株洲\": 1,}", "json-comma", 1, 10)]
    [InlineData("[1,\n]", "json-comma", 2, 1)]
    [InlineData("{\"a\" 1}", "json-unexpected", 1, 6)]
    [InlineData("{\n\n  \"株洲\": \"𠮷\" \"b\": 1 }", "json-unexpected", 3, 14)]
    [InlineData("{\"a\": “x”}", "json-unexpected", 1, 7)]
    [InlineData("{'a': 1}", "json-unexpected", 1, 2)]
    [InlineData("{\"a\": 012}", "json-unexpected", 1, 8)]
    [InlineData("{\"a\": 1} x", "json-unexpected", 1, 10)]
    [InlineData("// x", "json-unexpected", 1, 1)]
    [InlineData("{\"a\": NaN}", "json-unexpected", 1, 7)]
    [InlineData("{\"a\": \"C:\\x\"}", "json-backslash", 1, 11)]
    [InlineData("{\"a\": \"b\nc\"}", "json-line-end", 1, 9)]
    [InlineData("{\"a\": \"b\tc\"}", "json-line-end", 1, 9)]
    [InlineData("{\n\"a\": \"\\ud800\"}", "json-half-character", 2, 6)]
    [InlineData("{\"\\udc00\": 1}", "json-half-character", 1, 2)]
    public void A_mistake_is_named_with_its_place(string json, string code, int line, int column)
    {
        var found = JsonMistake.In(Encoding.UTF8.GetBytes(json))!;
        Assert.Equal(code, found.Code);
        Assert.StartsWith($"line {line}, column {column}:", found.Message, StringComparison.Ordinal);
        Assert.StartsWith($"第{line}行第{column}列：", Given.In("zh", () => JsonMistake.In(Encoding.UTF8.GetBytes(json))!).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("["), InlineData("{\"a\":")]
    public void Depth_is_bounded(string open)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth - 1)) + "[]" + string.Concat(Enumerable.Repeat(open == "[" ? "]" : "}", depth - 1));
        Assert.Null(JsonMistake.In(Encoding.UTF8.GetBytes(Nested(JsonMistake.MostDepth))));
        Assert.Equal("json-depth", JsonMistake.In(Encoding.UTF8.GetBytes(Nested(JsonMistake.MostDepth + 1)))!.Code);
        Assert.Equal("json-depth", JsonMistake.In(Encoding.UTF8.GetBytes(Nested(1_000_000)))!.Code);
    }

    [Fact]
    public void Whatever_is_no_json_has_a_place_in_the_text() => Gen.Char["{}[]\",:\\u0 1e.-tfn\n株"].Array[0, 12].Sample(characters =>
    {
        var text = new string(characters);
        var found = JsonMistake.In(Encoding.UTF8.GetBytes(text));
        Assert.Equal(IsJson(text), found is null);
        if (found is not null)
        {
            var place = found.Message.Split(':')[0].Replace("line ", "", StringComparison.Ordinal).Split(", column ").Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            Assert.InRange(place[1], 1, text.Split('\n')[place[0] - 1].Length + 1);
        }
    }, iter: 20_000);

    static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
