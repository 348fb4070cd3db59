using System.IO.Compression;
using System.Text;
using System.Xml;
using CsCheck;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Word;
using Jiqun.Samples;

namespace Jiqun.Tests.Documents;

/// <summary>The plain reader tells the same of a document as the framework's, or leaves it to it.</summary>
public sealed class PlainXmlReaderTests
{
    static readonly XmlReaderSettings Settings = new() { IgnoreComments = true, IgnoreWhitespace = true, IgnoreProcessingInstructions = true };

    static List<string> Told(XmlReader reader)
    {
        List<string> told = [];
        var chunk = new char[7];
        while (reader.Read())
        {
            var text = new StringBuilder();
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace)
            {
                for (int n; (n = reader.ReadValueChunk(chunk, 0, chunk.Length)) > 0;)
                    text.Append(chunk, 0, n);
            }
            var name = reader.NodeType is XmlNodeType.Element ? $"{{{reader.NamespaceURI}}}{reader.LocalName} {reader.IsEmptyElement} {reader.GetAttribute("val", reader.NamespaceURI)}" : "";
            if (reader.NodeType is not XmlNodeType.XmlDeclaration)
                told.Add($"{reader.NodeType} {reader.Depth} {name}{text}");
        }
        return told;
    }

    static void TellTheSame(byte[] part)
    {
        using var plain = PlainXmlReader.TryOpen(part);
        Assert.NotNull(plain);
        using var known = XmlReader.Create(new MemoryStream(part), Settings);
        Assert.Equal(Told(known), Told(plain));
    }

    [Fact]
    public void Forms_of_every_habit_are_told_alike()
    {
        var plain = 0;
        var writer = new SampleWriter(FormLibrary.Builtin.Default);
        foreach (var habit in Enum.GetValues<Habit>())
        {
            using var zip = new ZipArchive(new MemoryStream(writer.Write(SampleAnswers.Of(FormLibrary.Builtin.Default, 1, 300), Habits.With(habit)).Docx));
            foreach (var entry in zip.Entries.Where(e => e.FullName.StartsWith("word/document", StringComparison.Ordinal)))
            {
                using var bytes = new MemoryStream();
                using (var part = entry.Open())
                    part.CopyTo(bytes);
                using var opened = PlainXmlReader.TryOpen(bytes.ToArray());
                if (opened is null)
                    continue;
                plain++;
                TellTheSame(bytes.ToArray());
            }
        }
        Assert.True(plain > 80, $"only {plain} forms were plain");
    }

    [Theory]
    [InlineData("<a/>")]
    [InlineData("<?xml version='1.0' encoding='utf-8'?>\r\n<a b='1' c = \"&lt;&#x4E2D;&amp;\" >x &gt; y&#13;\r\nz</a>\n")]
    [InlineData("<p:a xmlns:p='u' p:val='v'><p:b xmlns:p='w' p:val='x'/><b xmlns='d'/><p:c p:val=''/></p:a>")]
    [InlineData("<a xml:space='preserve'> <b xml:space='default'> <c/> </b> </a>")]
    [InlineData("\uFEFF<a>\u4E2D\U00020BB7</a >")]
    public void So_are_the_corners(string xml) => TellTheSame(Encoding.UTF8.GetBytes(xml));

    [Theory]
    [InlineData("")]
    [InlineData(" <a/>")]
    [InlineData("<!DOCTYPE a><a/>")]
    [InlineData("<a><!-- x --></a>")]
    [InlineData("<a><![CDATA[x]]></a>")]
    [InlineData("<a><?x y?></a>")]
    [InlineData("<?xml version='1.0' encoding='GBK'?><a/>")]
    [InlineData("<?xml version='1.1'?><a/>")]
    public void What_is_not_plain_is_left_to_the_framework(string xml) => Assert.Null(PlainXmlReader.TryOpen(Encoding.UTF8.GetBytes(xml)));

    [Theory]
    [InlineData("<a>")]
    [InlineData("<a></b>")]
    [InlineData("<a/><b/>")]
    [InlineData("<a/>x")]
    [InlineData("<a b='1' b='2'/>")]
    [InlineData("<a b=1/>")]
    [InlineData("<a b/>")]
    [InlineData("<a b='<'/>")]
    [InlineData("<a b='1'c='2'/>")]
    [InlineData("<p:a/>")]
    [InlineData("<a>&unknown;</a>")]
    [InlineData("<a>&#0;</a>")]
    [InlineData("<a>\u0001</a>")]
    [InlineData("<a")]
    [InlineData("<1/>")]
    [InlineData("<a></a")]
    public void What_is_damaged_is_refused_by_both(string xml)
    {
        var part = Encoding.UTF8.GetBytes(xml);
        Assert.Throws<XmlException>(() => Told(XmlReader.Create(new MemoryStream(part), Settings)));
        Assert.Throws<XmlException>(() => Told(PlainXmlReader.TryOpen(part)!));
    }

    [Fact]
    public void A_changed_byte_is_never_accepted_where_the_framework_refuses()
    {
        var part = Encoding.UTF8.GetBytes("<w:p xmlns:w='u' w:val='1'><w:r><w:t xml:space='preserve'>产值 1507&amp;</w:t><w:b/></w:r></w:p>");
        Gen.Select(Gen.Int[0, part.Length - 1], Gen.Byte).Sample((at, to) =>
        {
            var changed = part.ToArray();
            changed[at] = to;
            List<string>? known = null;
            try
            {
                known = Told(XmlReader.Create(new MemoryStream(changed), Settings));
            }
            catch (XmlException)
            {
            }
            try
            {
                using var plain = PlainXmlReader.TryOpen(changed);
                return plain is null || (Told(plain) is var told && known is not null && known.SequenceEqual(told));
            }
            catch (XmlException)
            {
                return known is null;
            }
        }, iter: 3000);
    }
}
