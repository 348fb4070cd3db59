using System.Globalization;
using System.Text.Json;
using CsCheck;
using Jiqun.Core.Answers;

namespace Jiqun.Tests;

public sealed class WordCountTests
{
    [Fact]
    public void Every_vector_is_counted_as_it_says()
    {
        var rows = Vectors.Of("wordcount").ToList();
        Assert.Equal(21, rows.Count);
        Assert.All(rows, row =>
        {
            var text = JsonSerializer.Deserialize<string>(row["text_json"])!;
            Assert.Equal((row["word_like"], row["chars_no_space"]), (Printed(WordCount.Of(text)), Printed(WordCount.Characters(text))));
        });
    }

    [Fact]
    public void Texts_parted_by_a_blank_add_up() =>
        Gen.Select(Gen.String, Gen.String).Sample((a, b) => WordCount.Of(a + " " + b) == WordCount.Of(a) + WordCount.Of(b));

    static string Printed(int number) => number.ToString(CultureInfo.InvariantCulture);
}
