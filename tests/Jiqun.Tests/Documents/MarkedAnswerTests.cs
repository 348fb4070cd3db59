using System.Text.RegularExpressions;
using CsCheck;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Package = Jiqun.Samples.WordPackage;

namespace Jiqun.Tests.Documents;

/// <summary>Controls and bookmarks in all the places where programs leave them: the answer is read once, and no text is lost.</summary>
/// <remarks>
/// Markup in short: <c>[a: … ]</c> a control tagged cluster.name, <c>[b: … ]</c> one tagged cluster.area, <c>[: … ]</c> one without tag, <c>[?: … ]</c> one that
/// shows a placeholder, <c>[!: … ]</c> one of ours that says so, <c>[t: … ]</c> one for plain text; <c>{a</c> and <c>a}</c> begin and end the bookmark cluster_name, <c>{b</c> and <c>b}</c> cluster_area; <c>/</c> a new paragraph,
/// <c>|</c> a new cell, <c>‖</c> a new row, <c>¶</c> a line break.
/// </remarks>
public sealed class MarkedAnswerTests
{
    static readonly AnswerMarks Marks = new(WordForms.All[0]);

    static readonly (string Short, string Markup)[] Abbreviations =
    [
        ("[a:", Control("<w:tag w:val=\"cluster.name\"/>")), ("[b:", Control("<w:tag w:val=\"cluster.area\"/>")), ("[?:", Control("<w:showingPlcHdr/>")), ("[:", Control("")),
        ("[!:", Control("<w:placeholder><w:docPart w:val=\"jiqun.blank\"/></w:placeholder><w:showingPlcHdr/>")), ("[t:", Control("<w:text/>")),
        ("]", "</w:sdtContent></w:sdt>"),
        ("{a", "<w:bookmarkStart w:id=\"1\" w:name=\"cluster_name\"/>"), ("a}", "<w:bookmarkEnd w:id=\"1\"/>"),
        ("{b", "<w:bookmarkStart w:id=\"2\" w:name=\"cluster_area\"/>"), ("b}", "<w:bookmarkEnd w:id=\"2\"/>"),
        ("/", "</w:p><w:p>"), ("|", "</w:p></w:tc><w:tc><w:p>"), ("‖", "</w:p></w:tc></w:tr><w:tr><w:tc><w:p>"), ("¶", "<w:r><w:br/></w:r>"),
    ];

    static string Control(string properties) => $"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>";

    static string Markup(string shorthand)
    {
        var text = new Regex("\\[[ab?!t]?:|\\]|\\{[ab]|[ab]\\}|[/|‖¶]|[^\\[\\]{}/|‖¶ab]+|.");
        var body = string.Concat(text.Matches(shorthand).Select(m => Abbreviations.FirstOrDefault(a => a.Short == m.Value).Markup ?? $"<w:r><w:t xml:space=\"preserve\">{m.Value}</w:t></w:r>"));
        return $"<w:tbl><w:tr><w:tc><w:p>{body}</w:p></w:tc></w:tr></w:tbl>";
    }

    static GridDocument Read(string body)
    {
        var docx = new MemoryStream();
        using (var package = new Package(docx))
        {
            package.Frame("word/document.xml", []);
            package.Part("word/document.xml", $"<w:document xmlns:w=\"{Package.Transitional}\"><w:body>{body}</w:body></w:document>");
        }
        docx.Position = 0;
        return WordGrid.Read(docx, Marks);
    }

    static string Shown(GridDocument read)
    {
        var cells = read.Blocks.OfType<GridTable>().SelectMany(t => t.Cells).Select(c => c.Text);
        return string.Concat(read.Tagged.Select(t => $"{(t.Key == "cluster.name" ? "a" : "b")}={string.Join('+', t.Value)}; ")).Replace('\n', '¶') + string.Join('|', cells).Replace('\n', '¶');
    }

    [Theory]
    [InlineData("x[a:1]y", "a=1; xy")]
    [InlineData("x[a:1]/[a:2]", "a=1¶2; x")]                        // a long text: a control a paragraph
    [InlineData("[a:1][a:2]", "a=1¶2; ")]
    [InlineData("[a:1]|[a:2]", "a=1+2; |")]                         // in different cells: two answers, of which one is wrong
    [InlineData("x{a1a}y", "a=1; xy")]
    [InlineData("x/{a1/2¶3/ /4a}/y", "a=1¶2¶3¶4; x¶y")]
    [InlineData("{a[a:1]/[a:2]a}", "a=1¶2; ")]                      // as written
    [InlineData("{a[:1]/[:2]a}", "a=1¶2; ")]                        // tags dropped
    [InlineData("[:{a1]/[:2]a}", "a=1¶2; ")]                        // as LibreOffice saves it
    [InlineData("[a:{a1]/[a:2]a}", "a=1¶2; ")]
    [InlineData("[a:{a1a}]", "a=1; ")]
    [InlineData("[a:1{a2]3a}4", "a=123; 4")]
    [InlineData("{a1[a:2]3a}4", "a=1¶23; 4")]                       // typed beside the control, within the bookmark
    [InlineData("{a1[b:2]3a}4", "a=13; b=2; 4")]                    // a control says more than a bookmark
    [InlineData("[a:1[b:2]3]4", "a=13; b=2; 4")]
    [InlineData("{a[?:hint]a}", "")]
    [InlineData("{a[!:1      ]a}", "a=1; ")]                        // typed beside the placeholder in LibreOffice
    [InlineData("{a[t:1][t:11][t:1]a}2", "a=1; 2")]                 // a control for plain text as LibreOffice saves it
    [InlineData("{a[t:1]/[t:1]a}2", "a=1¶1; 2")]
    [InlineData("{a[t:1]a}{b[t:2]b}", "a=1; b=2; ")]                // two such controls are no copies when each has a bookmark of its own
    [InlineData("[t:1][t:1]2", "112")]
    [InlineData("{aa}x", "x")]
    [InlineData("{a1{b2a}3b}4", "a=1; b=23; 4")]
    [InlineData("{b1{a2a}3b}4", "b=13; a=2; 4")]
    [InlineData("{a1/2", "1¶2")]                                    // never closed
    [InlineData("{a[a:1]2", "a=1; 2")]
    [InlineData("1a}2", "12")]                                      // never begun
    [InlineData("{a1|2a}3", "1|23")]                                // in two cells
    [InlineData("{a1‖2a}3", "1|23")]
    [InlineData("{a1a}|{a2a}", "a=1; |2")]                          // repeated
    [InlineData("{a1{a2a}3a}4", "a=12; 34")]
    [InlineData("{a1a}2a}3", "a=1; 23")]
    [InlineData(" x {a 1 a} y ", "a=1; x  y")]
    [InlineData("x /  y{a1a}", "a=1; x¶y")]                         // before the first mark as after it
    public void An_answer_is_what_its_marks_hold(string cells, string read) => Assert.Equal(read, Shown(Read(Markup(cells))));

    [Theory]
    [InlineData("{a<w:p>1</w:p>a}<w:p>2</w:p>", "a=1; 2")]          // between paragraphs
    [InlineData("<w:p>0</w:p>{a<w:p>1</w:p><w:p>2a}</w:p><w:p>3</w:p>", "a=1¶2; 0¶3")]
    [InlineData("<w:sdt><w:sdtContent>{a<w:p>1</w:p></w:sdtContent></w:sdt>a}<w:p>2</w:p>", "a=1; 2")]
    [InlineData("{a<w:p>1</w:p><w:tbl><w:tr><w:tc><w:p>2a}3</w:p></w:tc></w:tr></w:tbl><w:p/>", "1¶23")]
    [InlineData("{a<w:tbl><w:tr><w:tc><w:p>{b2b}3</w:p></w:tc></w:tr></w:tbl><w:p>1a}4</w:p>", "b=2; a=3¶1; 4")]
    public void Marks_may_stand_between_paragraphs(string cell, string read) =>
        Assert.Equal(read, Shown(Read($"<w:tbl><w:tr><w:tc>{Full(cell)}</w:tc></w:tr></w:tbl>")));

    [Theory]
    [InlineData("{a<w:tr><w:tc><w:p>1</w:p></w:tc></w:tr>a}", "1")]
    [InlineData("<w:tr>{a<w:tc><w:p>1a}</w:p></w:tc></w:tr>", "1")]
    [InlineData("<w:tr><w:tc><w:p>{a1</w:p></w:tc>a}</w:tr>", "1")]
    [InlineData("<w:sdt><w:sdtPr><w:tag w:val=\"cluster.name\"/></w:sdtPr><w:sdtContent><w:tr><w:tc><w:p>1</w:p></w:tc></w:tr></w:sdtContent></w:sdt>", "1")]
    [InlineData("<w:tr><w:sdt><w:sdtPr><w:tag w:val=\"cluster.name\"/></w:sdtPr><w:sdtContent><w:tc><w:p>{b1b}2</w:p></w:tc></w:sdtContent></w:sdt></w:tr>", "a=12; ")]
    public void Marks_around_cells_lose_no_text(string rows, string read) => Assert.Equal(read, Shown(Read($"<w:tbl>{Full(rows)}</w:tbl>")));

    static string Full(string markup)
    {
        markup = Abbreviations.Where(a => a.Short.Contains('{') || a.Short.Contains('}')).Aggregate(markup, (m, a) => m.Replace(a.Short, a.Markup, StringComparison.Ordinal));
        return Regex.Replace(markup, "(?<=>)[0-9]+(?=<)", "<w:r><w:t>$0</w:t></w:r>");
    }

    [Fact]
    public void Whatever_the_marks_every_character_is_read_once()
    {
        var piece = Gen.OneOf("[a:", "[b:", "[:", "]", "{a", "a}", "{b", "b}", "/", "¶", "1", "2", "3", "4");
        piece.Array[0, 30].Sample(pieces =>
        {
            var (written, depth) = ("", 0);
            foreach (var p in pieces)                                  // controls must nest, and lie within a paragraph
            {
                if (p == "]" && depth == 0 || p == "/" && depth > 0)
                    continue;
                depth += p[0] == '[' ? 1 : p == "]" ? -1 : 0;
                written += p;
            }
            written += new string(']', depth);
            var read = Shown(Read(Markup(written)));
            return read.Where(char.IsAsciiDigit).Order().SequenceEqual(written.Where(char.IsAsciiDigit).Order());
        }, iter: 3000);
    }
}
