using CsCheck;
using Jiqun.Portal.Entries;

namespace Jiqun.Tests.Portal;

public class TextDifferenceTests
{
    static readonly string[] Pieces = ["集群", "产值", "达", "1507", "1,507.3", "亿元", "，", "\n", " ", "R&D", "😀", "é", "\uD800", "轨道交通", "GB/T", "。"];

    [Fact]
    public void Stretches_give_the_texts_and_what_is_unchanged_is_the_same_in_both()
    {
        var text = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 30].Select(p => string.Concat(p));
        Gen.Select(text, text).Sample((from, to) =>
        {
            var (older, newer) = TextDifference.Of(from, to);
            Assert.Equal(from, string.Concat(older.Select(s => s.Text)));
            Assert.Equal(to, string.Concat(newer.Select(s => s.Text)));
            if (from.Length > 0 && to.Length > 0)
                Assert.Equal(string.Concat(older.Where(s => !s.IsChanged).Select(s => s.Text)), string.Concat(newer.Where(s => !s.IsChanged).Select(s => s.Text)));
            if (from == to)
                Assert.DoesNotContain(newer, s => s.IsChanged && s.Text.Length > 0);
        });
    }

    [Theory]
    [InlineData("集群产值达1507亿元。", "集群总产值达1607亿元。", "集群[总]产值达[1607]亿元。")]
    [InlineData("共有规上企业300家", "共有规上企业300家，其中上市12家", "共有规上企业300家[，其中上市12家]")]
    [InlineData("投入强度3.5%", "投入强度3.56%", "投入强度[3.56]%")]
    [InlineData("the output grew", "the output fell", "the output [fell]")]
    public void Chinese_differs_by_characters_and_numbers_as_a_whole(string from, string to, string marked) =>
        Assert.Equal(marked, string.Concat(TextDifference.Of(from, to).To.Select(s => s.IsChanged ? $"[{s.Text}]" : s.Text)));
}
