using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Jiqun.Core.Answers;

namespace Jiqun.Tests.Answers;

public sealed class CanonicalJsonTests
{
    /// <summary>RFC 8785, section 3.2.2 to 3.2.4.</summary>
    [Fact]
    public void The_example_of_the_standard_is_written_as_there()
    {
        var example = JsonNode.Parse("""
            {
              "numbers": [null, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """)!;
        example["numbers"]![0] = 333333333.33333329;       // as a double; as text it is refused
        var bytes = CanonicalJson.Of(example);
        Assert.Equal(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            Encoding.UTF8.GetString(bytes));
        Assert.Equal("7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c"
            + "22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d", Convert.ToHexStringLower(bytes));
    }

    /// <summary>RFC 8785, section 3.2.3: by UTF-16 code units, so a character beyond U+FFFF stands before U+FB33.</summary>
    [Fact]
    public void Keys_are_in_the_order_of_the_standard()
    {
        string[] ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
        var given = new JsonObject(((int[])[4, 0, 6, 1, 5, 2, 3]).Select(i => KeyValuePair.Create(ordered[i], (JsonNode?)i)));
        Assert.Equal(ordered, JsonNode.Parse(CanonicalJson.Of(given))!.AsObject().Select(m => m.Key));
    }

    /// <summary>RFC 8785, appendix B.</summary>
    [Theory, InlineData(0x0000000000000000, "0"), InlineData(0x8000000000000000, "0"), InlineData(0x0000000000000001, "5e-324"), InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308"), InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992"), InlineData(0xc340000000000000, "-9007199254740992"), InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22"), InlineData(0x44b52d02c7e14af6, "1e+23"), InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000"), InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000"), InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"), InlineData(0x3eb0c6f7a0b5ed8d, "0.000001"), InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325"), InlineData(0x41b3de4355555555, "333333333.3333333"), InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343"), InlineData(0xbecbf647612f3696, "-0.0000033333333333333333"), InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Numbers_are_written_as_in_the_standard(ulong bits, string written) =>
        Assert.Equal(written, Written(JsonValue.Create(BitConverter.UInt64BitsToDouble(bits))));

    [Theory, InlineData("1507"), InlineData("-0", "0"), InlineData("0e99999999999", "0"), InlineData("1507.350", "1507.35"), InlineData("0.1"), InlineData("100E-3", "0.1")]
    [InlineData("9007199254740993", null), InlineData("9007199254740992"), InlineData("18014398509481985", null), InlineData("0.1234567890123456789", null)]
    [InlineData("333333333.33333329", null), InlineData("295147905179352825856", null), InlineData("295147905179352830000")]
    [InlineData("1e400", null), InlineData("-1e400", null), InlineData("1e-400", null), InlineData("1e-99999999999", null), InlineData("1e99999999999", null)]
    public void A_number_that_no_double_holds_is_refused(string number, string? written = "same")
    {
        if (written is null)
            Assert.Throws<ArgumentException>(() => CanonicalJson.Of(JsonNode.Parse(number)));
        else
            Assert.Equal(written == "same" ? number : written, Written(number));
    }

    [Fact]
    public void Numbers_of_the_program_are_written_like_those_that_were_parsed()
    {
        Assert.Equal("[1507,1507.35,0.1,9007199254740992]", Written(new JsonArray(1507, 1507.350m, 0.1f, 9007199254740992L)));
        Assert.Throws<ArgumentException>(() => CanonicalJson.Of(JsonValue.Create(9007199254740993L)));
        Assert.Throws<ArgumentException>(() => CanonicalJson.Of(JsonValue.Create(79228162514264337593543950335m)));
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Of(JsonValue.Create(double.NaN)));
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Of(JsonValue.Create(double.NegativeInfinity)));
        Assert.Equal("\"2021-10-08\"", Written(JsonValue.Create(new DateOnly(2021, 10, 8))));
    }

    [Theory, InlineData("\"\\ud800\""), InlineData("\"\\udc00\\ud800\""), InlineData("{\"\\ud800\":1}"), InlineData("[{\"a\":\"x\\udfff\"}]"), InlineData("{\"a\":1,\"a\":2}")]
    public void Half_a_character_and_a_doubled_key_are_refused(string json) => Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Of(JsonNode.Parse(json)));

    [Fact]
    public void Half_a_character_of_the_program_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Of("\ud800"));
        Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Of(new JsonObject { ["\udc00"] = 1 }));
    }

    [Theory, InlineData("null"), InlineData("{}"), InlineData("[]"), InlineData("\"\""), InlineData("[{},[],null]")]
    public void Nothing_is_written_as_nothing(string json) => Assert.Equal(json, Written(json));

    [Fact]
    public void What_is_read_back_is_what_was_written() =>
        Trees.Sample(tree => JsonNode.DeepEquals(tree, JsonNode.Parse(CanonicalJson.Of(tree))), print: Printed);

    [Fact]
    public void The_canonical_form_of_a_canonical_form_is_itself() =>
        Trees.Sample(tree => CanonicalJson.Of(tree).SequenceEqual(CanonicalJson.Of(JsonNode.Parse(CanonicalJson.Of(tree)))), print: Printed);

    [Fact]
    public void The_order_of_keys_does_not_matter() =>
        Trees.Sample(tree => CanonicalJson.Of(tree).SequenceEqual(CanonicalJson.Of(Reversed(tree))), print: Printed);

    [Fact]
    public void Every_double_is_read_back_bit_by_bit() => Gen.ULong.Select(BitConverter.UInt64BitsToDouble).Where(double.IsFinite).Sample(IsReadBack, iter: 20_000);

    /// <summary>.NET writes two of them as other numbers, and ECMAScript's digits are not always .NET's.</summary>
    [Fact]
    public void Every_power_of_two_is_read_back_bit_by_bit()
    {
        Assert.All(Enumerable.Range(-1074, 1074 + 1024), n => Assert.True(IsReadBack(Math.ScaleB(1, n)), $"2^{n}"));
        Assert.Equal("[2.9802322387695312e-8,4.1045368012983762e-289,5.684341886080802e-14,5.960464477539063e-8]",
            Written(new JsonArray(Math.ScaleB(1, -25), Math.ScaleB(1, -958), Math.ScaleB(1, -44), Math.ScaleB(1, -24))));
    }

    static bool IsReadBack(double number) =>
        BitConverter.DoubleToUInt64Bits(double.Parse(Written(JsonValue.Create(number)), CultureInfo.InvariantCulture)) == BitConverter.DoubleToUInt64Bits(number + 0.0);

    [Fact]
    public void Every_figure_of_fifteen_digits_is_held() => Gen.Select(Gen.Long[-999_999_999_999_999, 999_999_999_999_999], Gen.Int[0, 15]).Sample((digits, places) =>
    {
        var number = digits / Power(places);
        return decimal.Parse(Written(JsonValue.Create(number)), NumberStyles.Float, CultureInfo.InvariantCulture) == number;
    });

    static decimal Power(int places) => Enumerable.Repeat(10m, places).Aggregate(1m, (a, b) => a * b);

    static readonly Gen<string> Texts = Gen.OneOf(Gen.String, Gen.Char['\0', '\u2fff'].Array[0, 8].Select(c => new string(c)), Gen.Const("😀\u2028\"\\\u007f"))
        .Select(t => new string([.. t.Where(c => !char.IsSurrogate(c))]) + (t.Length % 3 == 0 ? "𬭎" : ""));

    static readonly Gen<JsonNode?> Leaves = Gen.OneOf(
        Texts.Select(t => (JsonNode?)t), Gen.Double.Where(double.IsFinite).Select(d => (JsonNode?)d), Gen.Int.Select(i => (JsonNode?)i), Gen.Bool.Select(b => (JsonNode?)b), Gen.Const((JsonNode?)null));

    static readonly Gen<JsonNode?> Trees = Gen.Recursive<JsonNode?>((depth, tree) => depth > 3 ? Leaves : Gen.Frequency(
        (2, Leaves),
        (1, tree.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())]))),
        (2, Gen.Select(Texts, tree).Array[0, 5].Select(members => (JsonNode?)new JsonObject(members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone())))))));

    static JsonNode? Reversed(JsonNode? tree) => tree switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, Reversed(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reversed)]),
        _ => tree?.DeepClone(),
    };

    static string Printed(JsonNode? tree) => tree?.ToJsonString() ?? "null";

    static string Written(string json) => Written(JsonNode.Parse(json));

    static string Written(JsonNode? tree) => Encoding.UTF8.GetString(CanonicalJson.Of(tree));
}
