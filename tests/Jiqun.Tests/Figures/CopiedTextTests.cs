using CsCheck;
using Jiqun.Core.Figures;

namespace Jiqun.Tests.Figures;

public sealed class CopiedTextTests
{
    static readonly Gen<string> Letters = Gen.Char['一', '鿿'].Array[0, 400].Select(c => new string(c));

    static OwnText Text(string entry, string text) => new(entry, "f", text);

    [Fact]
    public void A_passage_of_the_wanted_length_is_found_wherever_it_stands_and_as_long_as_it_goes() =>
        Gen.Select(Letters, Letters, Letters, Letters, Gen.Char['㐀', '䶿'].Array[30, 200].Select(c => new string(c)), Gen.Int[Shortest, 60]).Sample((a, b, c, d, passage, least) =>
        {
            var found = CopiedText.Find([Text("1", a + passage + b), Text("2", c + passage + d)], least);
            if (passage.Length >= least)
                Assert.Contains(found, p => p.InFirst.Contains(passage, StringComparison.Ordinal) && p.InFirst == p.InSecond);
            Assert.All(found, p => Assert.True(p.InFirst == p.InSecond && p.InFirst.Length >= least));
        }, iter: 2_000);

    const int Shortest = CopiedText.Shortest;

    [Fact]
    public void Of_few_letters_over_and_over_the_whole_is_found_and_a_very_long_text_of_them_does_not_hang_it()
    {
        CopiedText.Find([Text("1", new string('啊', 100_000)), Text("2", new string('啊', 100_000))], 60);
        var found = CopiedText.Find([Text("1", new string('啊', 200)), Text("2", new string('啊', 200))], 60);
        Assert.Contains(found, p => p.InFirst.Length == 200);
    }

    [Fact]
    public void Punctuation_width_and_case_do_not_hide_a_copy()
    {
        var found = CopiedText.Find([Text("1", "集群拥有企业ABC425家，其中规上企业273家，高新技术企业126家。"), Text("2", "集群拥有企业ａｂｃ４２５家 其中，规上企业273家（高新技术企业126家）")], 20);
        Assert.Equal("集群拥有企业ABC425家，其中规上企业273家，高新技术企业126家", Assert.Single(found).InFirst);
    }

    [Fact]
    public void Own_texts_and_phrases_that_everybody_uses_are_no_copies()
    {
        var phrase = string.Concat(Enumerable.Range(0, 70).Select(i => (char)(0x6000 + i)));
        Assert.Empty(CopiedText.Find([Text("1", phrase), Text("1", phrase)], 60));
        Assert.Empty(CopiedText.Find([.. Enumerable.Range(0, 30).Select(i => Text($"{i}", phrase))], 60));
        Assert.Single(CopiedText.Find([Text("1", phrase), Text("2", phrase)], 60));
    }

    [Fact]
    public void Texts_shorter_than_a_shingle_have_none() => Assert.Empty(CopiedText.Find([Text("1", ""), Text("2", "短"), Text("3", "短")], 60));

    /// <summary>Texts of few pieces, so that many share some, and some are everybody's.</summary>
    [Fact]
    public void Entries_that_come_change_and_go_leave_what_is_found_as_if_all_had_come_at_once() =>
        Gen.Select(Gen.Int[0, 24], Gen.Int[0, 5].Array[0, 4], Gen.Bool).Array[1, 40].Sample(moves =>
        {
            var kept = new CopiedText(30);
            Dictionary<string, OwnText[]> now = [];
            foreach (var (who, pieces, goes) in moves)
            {
                if (goes && now.Remove($"{who}"))
                    kept.Remove($"{who}");
                else
                    kept.Put($"{who}", now[$"{who}"] = [Text($"{who}", string.Concat(pieces.Select(Piece))), new OwnText($"{who}", "g", Piece(who))]);
                Assert.Equal(Told(CopiedText.Find([.. now.Values.SelectMany(t => t)], 30)), Told(kept.Passages()));
                Assert.Equal(now.Keys.Order(), kept.Entries.Order());
            }
        }, iter: 100);

    static string Piece(int number) => string.Concat(Enumerable.Range(0, 40).Select(i => (char)(0x5000 + 97 * number + (i * i + number) % 89)));

    static IEnumerable<string> Told(IEnumerable<Passage> passages) => passages.Select(p => $"{p.First.Entry}/{p.First.Field} {p.FirstAt}-{p.FirstEnd} {p.Second.Entry}/{p.Second.Field} {p.SecondAt}-{p.SecondEnd}").Order(StringComparer.Ordinal);
}
