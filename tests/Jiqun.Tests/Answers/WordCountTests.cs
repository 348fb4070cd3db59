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

    /// <summary>What a character counts for is told by itself (twice: a full-width one is two) and between letters (a blank parts them).</summary>
    [Fact]
    public void A_text_counts_what_its_characters_count() => Texts.Sample(text =>
    {
        var (words, inRun) = (0, false);
        foreach (var rune in text.EnumerateRunes())
        {
            if (WordCount.Of($"{rune}{rune}") == 2)
                (words, inRun) = (words + 1, false);
            else if (WordCount.Of($"{rune}") == 1)
                (words, inRun) = (inRun ? words : words + 1, true);
            else if (WordCount.Of($"a{rune}a") == 2)
                inRun = false;
        }
        return WordCount.Of(text) == words;
    }, iter: 3000);

    [Fact]
    public void No_text_counts_more_than_its_characters() => Texts.Sample(text => WordCount.Of(text) <= text.Length);

    static readonly Gen<string> Texts = Gen.OneOf(Gen.Char, Gen.Char['\u2e00', '\u30ff'], Gen.Char['\u4e00', '\u9fff'], Gen.Char['\ud800', '\udfff'], Gen.Char['\uf900', '\uffff'], Gen.Char[' ', '~'], Gen.Char['\u2000', '\u2070'])
        .Array[0, 60].Select(c => new string(c));

    static string Printed(int number) => number.ToString(CultureInfo.InvariantCulture);
}
