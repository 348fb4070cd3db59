using System.Globalization;
using System.Text;
using CsCheck;
using Jiqun.Core.Sheets;

namespace Jiqun.Tests.Sheets;

public sealed class ParagraphsTests
{
    /// <summary>Any character, but often one that matters here.</summary>
    static readonly Gen<string> Texts = Gen.Frequency((3, Gen.Char), (2, Gen.Char["ab株。 \t\u3000\u00A0"]), (2, Gen.Char["\n\r\v\f\u0085\u2028\u2029"]),
        (2, Gen.Char["\0\u0001\u001F\u007F\u0080\u009F\u00AD\uD842\uDFB7\uD800\uDC00\uFFFE\uFFFF\uFFFD\u200B\uFEFF"])).Array[0, 40].Select(c => new string(c));

    [Theory]
    [InlineData("a\r\nb\n\n c \v\u2028d", "a|b|c|d")]
    [InlineData(" \n\t\u3000", "")]
    [InlineData("a\0b\u001Fc\u007F\u0080", "a␀b␟c␡\uFFFD")]
    [InlineData("co\u00ADop", "coop")]
    [InlineData("\u00AD", "")]
    [InlineData("a\tb  c", "a\tb  c")]
    public void Lines_are_made_of_a_text(string text, string lines) => Assert.Equal(lines, string.Join('|', Paragraphs.Of(text)));

    [Fact]                                                            // an attribute would not hold them
    public void Half_a_surrogate_pair_is_shown() => Assert.Equal(["𠮷 \uFFFD \uFFFD\uFFFD"], Paragraphs.Of("\uD842\uDFB7 \uD842 \uDFB7\uFFFE"));

    [Fact]
    public void What_was_made_stays_as_it_is() => Texts.Sample(text =>
    {
        var once = Paragraphs.Of(text);
        Assert.Equal(once, Paragraphs.Of(string.Join('\n', once)));
    }, iter: 20_000);

    [Fact]
    public void Lines_are_trimmed_and_none_is_empty() => Texts.Sample(
        text => Paragraphs.Of(text).All(l => l.Length > 0 && l == l.Trim() && l.ReplaceLineEndings("") == l), iter: 20_000);

    [Fact]
    public void What_can_be_printed_is_kept_and_what_cannot_is_shown() => Texts.Sample(text =>
    {
        var shown = string.Concat(Paragraphs.Of(text));
        Assert.Equal(Printable(text), Printable(shown));
        Assert.Equal(text.Count(IsShownAsPicture), shown.Count(c => c is >= '\u2400' and <= '\u2421') - text.Count(c => c is >= '\u2400' and <= '\u2421'));
        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown)), shown);     // no half of a surrogate pair is left
        Assert.DoesNotContain(shown, c => char.IsControl(c) && c != '\t' || c is '\uFFFE' or '\uFFFF');
    }, iter: 20_000);

    static bool IsShownAsPicture(char c) => c is <= '\u001F' and not ('\t' or '\n' or '\r' or '\v' or '\f') or '\u007F';

    /// <summary>The characters with a look of their own, in order.</summary>
    static string Printable(string text) => string.Concat(text.EnumerateRunes().Where(r =>
        r.Value is not (0xAD or 0xFFFD or 0xFFFE or 0xFFFF or (>= 0x2400 and <= 0x2421)) && !Rune.IsWhiteSpace(r) && Rune.GetUnicodeCategory(r) is not UnicodeCategory.Control));
}
