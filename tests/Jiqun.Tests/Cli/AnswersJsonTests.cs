using System.Globalization;
using System.Text;
using CsCheck;
using Jiqun.Cli;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Json;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Cli;

/// <summary>What fill takes, and what it refuses.</summary>
public sealed class AnswersJsonTests
{
    public static TheoryData<string> Both => Given.Both;

    static Outcome<GivenAnswers> Read(string json, string? form = null) => AnswersJson.Read(Encoding.UTF8.GetBytes(json), form, Given.Forms);

    /// <summary>One answer, as it was read.</summary>
    static Reading Answer(string field, string json)
    {
        var read = Read($$"""{ "{{field}}": {{json}} }""");
        Assert.False(read.Refused, read.Refusal?[0].Message);
        return Assert.Single(read.Value.Read).Reading;
    }

    [Theory]
    [InlineData("cluster.name", "\"  株洲\\n集群 \"", "株洲\n集群")]
    [InlineData("cluster.name", "\"无\"", "无")]
    [InlineData("government.fax", "\"（0731）2234 5678\"", "（0731）2234 5678")]
    [InlineData("government.postcode", "412000", "412000")]
    [InlineData("government.mobile", "13800138000", "13800138000")]
    [InlineData("cluster.industry", "37", "37")]
    [InlineData("organisation.legalType", "1.50e3", "1.50e3")]
    public void Texts_are_kept_as_they_are(string field, string json, string text) => Assert.Equal(new TextValue(text), Answer(field, json).Value);

    [Theory]
    [InlineData("indicators.output", "1507", "1507")]
    [InlineData("indicators.output", "1507.50", "1507.5")]
    [InlineData("indicators.output", "-0.10", "-0.1")]
    [InlineData("indicators.output", "1.5e3", "1500")]
    [InlineData("indicators.output", "0e99", "0")]
    [InlineData("indicators.output", "79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("indicators.output", "0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("indicators.enterprises", "3.5", "3.5")]
    [InlineData("indicators.output", "\"1,507.5亿元\"", "1507.5")]
    public void Numbers_are_exact(string field, string json, string number) => Assert.Equal(number, Assert.IsType<NumberValue>(Answer(field, json).Value).Written);

    [Theory, InlineData("79228162514264337593543950336"), InlineData("1e400"), InlineData("1e99999999999999999999"), InlineData("0.12345678901234567890123456789")]
    [InlineData("1e-29"), InlineData("-1e-99999999999999999999"), InlineData("1234567890123456789012345678.95")]
    public void A_number_that_a_decimal_does_not_hold_is_kept_as_written(string number) => Assert.Equal(new UnreadableValue(number), Answer("indicators.output", number).Value);

    [Fact]
    public void Any_decimal_is_read_exactly() => Gen.Decimal.Sample(
        number => Answer("indicators.output", number.ToString(CultureInfo.InvariantCulture)).Value is NumberValue read && read.Number == number, iter: 2_000);

    [Theory]
    [InlineData("organisation.founded", "\"2018-05\"", "2018-05")]
    [InlineData("organisation.founded", "\"二〇一八年五月\"", "2018-05")]
    [InlineData("organisation.founded", "2018", "2018")]
    public void Dates_are_read(string field, string json, string date) => Assert.Equal(date, Assert.IsType<DateValue>(Answer(field, json).Value).Written);

    [Theory, InlineData("null"), InlineData("\"\""), InlineData("\" \\t\\n\\u3000\"")]
    public void Nothing_is_an_empty_field(string json)
    {
        Assert.Null(Answer("cluster.name", json).Value);
        Assert.Null(Answer("indicators.output", json).Value);
        Assert.Null(Answer("organisation.founded", json).Value);
    }

    [Fact]
    public void What_was_noticed_in_a_text_for_a_number_is_told() => Assert.Equal("approximate", Assert.Single(Answer("indicators.output", "\"约1507\"").Findings).Code);

    [Theory]
    [InlineData("[]", "answers-not-object")]
    [InlineData("5", "answers-not-object")]
    [InlineData("""{ "files": [5] }""", "answers-not-object")]
    [InlineData("""{ "cluster.name": true }""", "answers-wrong-value")]
    [InlineData("""{ "cluster.name": ["a"], "indicators.output": {}, "organisation.founded": false }""", "answers-wrong-value answers-wrong-value answers-wrong-value")]
    [InlineData("""{ "cluster.nam": "a", "x": null }""", "answers-unknown-field answers-foreign-field")]
    [InlineData("""{ "cluster.name": "a", "cluster.area": "b", "cluster.name": "a" }""", "answers-twice")]
    [InlineData("""{ "answers": {}, "answers": {} }""", "answers-twice")]
    [InlineData("""{ "files": [ { "answers": { "cluster.name": "a", "cluster.name": "a" } } ] }""", "answers-twice")]
    [InlineData("""{ "files": [] }""", "answers-no-files")]
    [InlineData("""{ "files": [ { "file": "a", "answers": {} }, { "file": "b", "answers": {} } ] }""", "answers-several")]
    [InlineData("""{ "files": [ { "file": "a", "error": "damaged" } ] }""", "answers-unread")]
    [InlineData("""{ "file": "a", "error": "damaged" }""", "answers-unread")]
    [InlineData("""{ "form": "no/1", "files": [ { "answers": {} } ] }""", "form-unknown")]
    [InlineData("""{ "form": 5, "answers": {} }""", "form-unknown")]
    [InlineData("""{ "form": "specialised-cluster/2022", "files": [ { "answers": { "cluster.name": "a" } } ] }""", "answers-foreign-field")]
    [InlineData("{ \"cluster.name\": \"a\" ", "json-end")]
    public void What_cannot_be_taken_is_refused_with_every_reason(string json, string codes)
    {
        foreach (var language in (string[])["", "zh"])
        {
            var refusal = Given.In(language, () => Read(json).Refusal);
            Assert.Equal(codes, string.Join(' ', refusal!.Select(f => f.Code)));
            Assert.All(refusal!, f => Assert.Equal(language == "zh", f.Message.Any(c => c is >= '\u4e00' and <= '\u9fff')));
        }
    }

    [Fact]
    public void Reasons_name_what_they_are_about()
    {
        Assert.Contains("“cluster.nam”. The most similar is “cluster.name”", Read("""{ "cluster.nam": 1 }""").Refusal![0].Message, StringComparison.Ordinal);
        Assert.Contains("“indicators.output” (Output, last year): “true”", Read("""{ "indicators.output": true }""").Refusal![0].Message, StringComparison.Ordinal);
        Assert.Contains("a, b", Read("""{ "files": [ { "file": "a", "answers": {} }, { "file": "b", "answers": {} } ] }""").Refusal![0].Message, StringComparison.Ordinal);
        Assert.Contains("“a” had not been read: damaged", Read("""{ "file": "a", "error": "damaged" }""").Refusal![0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_mistakes_are_counted()
    {
        var refusal = Read($"{{ {string.Join(", ", Enumerable.Range(0, 25).Select(i => $"\"{i}\": 1"))} }}").Refusal!;
        Assert.Equal(21, refusal.Count);
        Assert.Equal("answers-more", refusal[^1].Code);
        Assert.Contains("5", refusal[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_not_quoted_whole() => Assert.InRange(Read($$"""{ "{{new string('x', 100_000)}}": {{new string('1', 1000)}} }""").Refusal![0].Message.Length, 10, 1500);

    [Theory]
    [InlineData("""{ "about.title": "a" }""", "specialised-cluster/2022")]
    [InlineData("""{ "answers": { "about.title": "a" }, "codes": {}, "findings": [], "file": "a.docx" }""", "specialised-cluster/2022")]
    [InlineData("""{ "form": "specialised-cluster/2022", "files": [ { "answers": { "about.title": "a" } } ] }""", null)]
    [InlineData("""{ "form": "specialised-cluster/2022", "files": [ { "answers": { "about.title": "a" } } ] }""", "specialised-cluster/2022")]
    [InlineData("""{ "form": "specialised-cluster/2022", "answers": { "about.title": "a" } }""", null)]
    [InlineData("""{ "form": "specialised-cluster/2022", "files": [ { "file": "x", "error": "damaged" }, { "answers": { "about.title": "a" } } ] }""", null)]
    public void The_form_is_the_one_that_is_asked_for_or_named(string json, string? form)
    {
        var read = Read(json, form);
        Assert.False(read.Refused, read.Refusal?[0].Message);
        Assert.Equal(("specialised-cluster/2022", "about.title"), (read.Value.Form.Id, read.Value.Read[0].Field.Id));
    }

    [Fact]
    public void Another_form_than_the_answers_are_for_is_refused() =>
        Assert.Equal("answers-form-differs", Read("""{ "form": "cluster-entry/2021", "files": [ { "answers": {} } ] }""", "specialised-cluster/2022").Refusal![0].Code);

    [Fact]
    public void Without_a_name_the_default_form_is_meant() => Assert.Equal("cluster-entry/2021", Read("{}").Value!.Form.Id);

    [Theory, MemberData(nameof(Both))]
    public void What_was_written_as_json_is_read_again(string id)
    {
        var form = Given.Forms.Find(id)!;
        for (var seed = 0; seed < 20; seed++)
        {
            var filled = new FilledForm(Given.Answers(form, SampleAnswers.Of(form, seed)), new Dictionary<string, IReadOnlyList<string>>(), [Finding.Warning("approximate", null, "…")]);
            var read = AnswersJson.Read(Json(form, filled), null, Given.Forms).Value!;
            Assert.Same(form, read.Form);
            Assert.Equal(filled.Answers.All.OrderBy(a => a.Key), FilledForm.Of(form, read.Read, Stage.Draft, Given.Today).Answers.All.OrderBy(a => a.Key));
        }
    }

    [Fact]
    public void Any_text_is_read_again() => Gen.String.Sample(text =>
    {
        var kept = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Trim();           // lone surrogates become U+FFFD
        if (kept.Length > 0)
        {
            var filled = new FilledForm(FormAnswers.Of(("cluster.name", new TextValue(text))), new Dictionary<string, IReadOnlyList<string>>(), []);
            Assert.Equal(new TextValue(kept), AnswersJson.Read(Json(Given.Form, filled), null, Given.Forms).Value!.Read.Single().Reading.Value);
        }
    });

    static byte[] Json(Form form, FilledForm filled)
    {
        using var written = new MemoryStream();
        using (var json = new FormsJson(written, form))
        {
            json.Add("a.docx", filled);
            json.Complete(written);
        }
        return written.ToArray();
    }
}
