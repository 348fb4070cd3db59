using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Samples;
using Jiqun.Tests.Checks;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;
using static Jiqun.Tests.Documents.DrawnPdf;
using PdfPage = UglyToad.PdfPig.Content.Page;

namespace Jiqun.Tests.Documents.Pdf;

/// <summary>What stands in a PDF is what stands on the sheet, in its place, and can be searched.</summary>
public sealed class PdfWriterTests
{
    static readonly Form First = Given.Form;
    static readonly Form Second = Given.Second;
    static readonly InstalledFonts Fonts = InstalledFonts.Find().Value!;

    /// <summary>Texts that people, or their programs, really send, and some that nobody should.</summary>
    static readonly string[] Hostile =
    [
        new string('W', 5000),
        string.Concat(Enumerable.Repeat("产业集群，协同创新。", 2000)),
        string.Concat(Enumerable.Repeat("（（（《《", 300)),
        string.Concat(Enumerable.Repeat("。。，，））》", 300)),
        "مرحبا بالعالم 123 שלום abc مرحبا",
        "😀👨‍👩‍👧‍👦👍🏽🇨🇳 ☃️ 𝒳𝒴",
        "𠮷野家 㻏 𬭎 𫟹 \u9FEF",
        "⾏行⼈人 樂樂",
        "a\u0001b\u0000c\u001F \u007F\u0085\uFFFE\uD800x",
        "ไทยภาษา हिन्दी বাংলা မြန်မာ",
        "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030A\u030B\u030C\u030D\u030E e\u0301",
        "\u200B\u200E\u202E反\u202C\u2060\uFEFF",
        "\uE000\U000F0000\U0010FFFD",
        "https://example.cn/a-very-long-path/that/does/not/fit/into/one/line?of=a&narrow=cell",
        "R&D经费（占比4.5%）1,234.5亿元——同比增长……“十四五”",
        "tab\tand  two  blanks\u3000\u3000wide",
    ];

    static byte[] Written(Form form, FormAnswers answers) => Written(PrintedForm.Of(form, answers));

    static byte[] Written(PrintedForm printed)
    {
        using var to = new MemoryStream();
        new PdfWriter(Fonts).Write(printed, to);
        return to.ToArray();
    }

    static FormAnswers Answers(Form form, int seed, int characters = 3000) =>
        Given.Answers(form, SampleAnswers.Of(form, seed, characters));

    static FormAnswers Hostiles(Form form, int turn) =>
        FormAnswers.Of(form.Fields.Select((f, i) => (f.Id, (Value)new TextValue(Hostile[(i + turn) % Hostile.Length]))));

    public static TheoryData<string, int> Documents =>
    [
        .. from form in new[] { First, Second } select (form.Id, 0),
        .. from form in new[] { First, Second } from seed in Enumerable.Range(1, 3) select (form.Id, seed),
        .. from form in new[] { First, Second } from turn in Enumerable.Range(-8, 8) select (form.Id, turn),
    ];

    /// <param name="seed">0: blank; above: plausible; below: hostile.</param>
    static (PrintedForm Printed, byte[] Pdf) Document(string form, int seed) => Drawn.GetOrAdd((form, seed), static key =>
    {
        var (form, seed) = key;
        var definition = form == First.Id ? First : Second;
        var answers = seed == 0 ? FormAnswers.Of() : seed > 0 ? Answers(definition, seed) : Hostiles(definition, -seed * 2);
        return (PrintedForm.Of(definition, answers), Written(definition, answers));
    });

    /// <summary>Each is looked at by several tests.</summary>
    static readonly ConcurrentDictionary<(string Form, int Seed), (PrintedForm Printed, byte[] Pdf)> Drawn = new();

    [Theory, MemberData(nameof(Documents))]
    public void No_letter_touches_a_border(string form, int seed)
    {
        using var pdf = PdfDocument.Open(Document(form, seed).Pdf);
        foreach (var page in pdf.GetPages())
        {
            var rules = DrawnPdf.Borders(page);
            foreach (var letter in Visible(page))
            {
                var box = Box(letter);
                Assert.True(box.Left >= 0 && box.Bottom >= 0 && box.Right <= page.Width && box.Top <= page.Height, $"page {page.Number}: “{letter.Value}” leaves the page");
                var crossed = rules.Find(r => r.Crosses(box));
                Assert.True(crossed == default, $"page {page.Number}: “{letter.Value}” at {box} crosses {crossed}");
            }
        }
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_letter_in_a_table_stands_between_four_borders(string form, int seed)
    {
        using var pdf = PdfDocument.Open(Document(form, seed).Pdf);
        foreach (var page in pdf.GetPages())
        {
            var upright = DrawnPdf.Borders(page).FindAll(r => r.X1 == r.X2);
            var level = DrawnPdf.Borders(page).FindAll(r => r.Y1 == r.Y2);
            foreach (var letter in Visible(page))
            {
                var (x, y) = (letter.StartBaseLine.X + 0.1, letter.StartBaseLine.Y + 1);
                var beside = upright.FindAll(r => r.Y1 <= y && y <= r.Y2);
                if (beside.Count == 0)
                    continue;                                            // outside the tables
                Assert.True(
                    beside.Exists(r => r.X1 <= x) && beside.Exists(r => r.X1 > x) && level.Exists(r => r.X1 <= x && x <= r.X2 && r.Y1 > y) && level.Exists(r => r.X1 <= x && x <= r.X2 && r.Y1 <= y),
                    $"page {page.Number}: “{letter.Value}” stands in an open cell");
            }
        }
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_word_of_the_sheet_is_there_and_nothing_else(string form, int seed)
    {
        var (printed, pdf) = Document(form, seed);
        using var read = PdfDocument.Open(pdf);
        var expected = Characters(string.Concat(Texts(printed)) + string.Concat(Enumerable.Range(1, read.NumberOfPages).Select(n => $"第{n}页共{read.NumberOfPages}页")));
        var found = Characters(PlainText(pdf));
        Assert.Equal(expected, found);
    }

    [Theory, MemberData(nameof(Documents))]
    public void Another_reader_finds_the_same_characters(string form, int seed)
    {
        if (seed < 0)
            return;                                                      // PdfPig does not know /ActualText, by which clusters are told
        var (_, pdf) = Document(form, seed);
        using var read = PdfDocument.Open(pdf);
        Assert.Equal(Characters(PlainText(pdf)), Characters(string.Concat(read.GetPages().SelectMany(p => p.Letters).Select(l => l.Value))));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Lines_obey_the_rules_of_Chinese_typesetting(string form, int seed)
    {
        if (seed < 0)
            return;                                                      // lines of nothing but brackets cannot
        using var pdf = PdfDocument.Open(Document(form, seed).Pdf);
        foreach (var line in pdf.GetPages().SelectMany(LinesInCells))
        {
            Assert.False(line.Length > 1 && "，。、；：？！）》」”’】%".Contains(line[0], StringComparison.Ordinal), $"begins with closing punctuation: {line}");
            Assert.False(line.Length > 1 && "（《「“‘【".Contains(line[^1], StringComparison.Ordinal), $"ends with opening punctuation: {line}");
        }
    }

    [Fact]
    public void Numbers_and_Latin_words_are_kept_whole()
    {
        var words = string.Concat(Enumerable.Range(0, 400).Select(i => $"第{i}项1,234.5亿元R&D经费hello-world为98.7%，"));
        using var pdf = PdfDocument.Open(Written(First, FormAnswers.Of(("overview.narrative", new TextValue(words)))));
        var lines = pdf.GetPages().SelectMany(LinesInCells).ToList();
        var whole = lines.Sum(l => Count(l, "1,234.5") + Count(l, "R&D") + Count(l, "hello-world") + Count(l, "98.7%"));
        Assert.Equal(1600 + 1, whole);                                   // R&D stands in note 1, too

        static int Count(string line, string word) => line.Split(word).Length - 1;
    }

    [Fact]
    public void Fonts_are_subset_and_embedded_and_title_author_and_language_set()
    {
        var pdf = Written(First, Answers(First, 5));
        var fonts = Run("pdffonts", pdf).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();
        Assert.NotEmpty(fonts);
        Assert.All(fonts, f => Assert.Matches(@"^[A-Z]{6}\+.* yes yes yes ", f));
        using var read = PdfDocument.Open(pdf);
        var answers = SampleAnswers.Of(First, 5);
        Assert.Equal($"先进制造业集群参赛信息采集表：{answers["cluster.name"]}", read.Information.Title);
        Assert.Equal(answers["promoter.name"], read.Information.Author);
        Assert.True(read.Structure.Catalog.CatalogDictionary.TryGet<StringToken>(NameToken.Lang, out var language));
        Assert.Equal("zh-CN", language.Data);
    }

    [Fact]
    public void Pages_are_numbered()
    {
        using var pdf = PdfDocument.Open(Written(First, Answers(First, 2)));
        foreach (var page in pdf.GetPages())
            Assert.EndsWith($"第 {page.Number} 页 共 {pdf.NumberOfPages} 页", string.Concat(page.Letters.Select(l => l.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void Radicals_and_the_characters_that_look_like_them_stay_apart()
    {
        var pdf = Written(First, FormAnswers.Of(("promoter.name", new TextValue("⾏行⼈人"))));
        Assert.Contains("⾏行⼈人", PlainText(pdf), StringComparison.Ordinal);
        using var read = PdfDocument.Open(pdf);
        Assert.Contains("⾏行⼈人", string.Concat(read.GetPages().SelectMany(p => p.Letters).Select(l => l.Value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("H\u07EFx")]                                             // a mark that HarfBuzz puts on a circle: two glyphs, one character
    [InlineData("e\u0301\u0323\u0308 o")]
    [InlineData("ক্ষি কোটি")]
    public void Characters_that_are_drawn_by_several_glyphs_are_found_once(string text) =>
        Assert.Equal(
            Characters(text),
            Characters(string.Concat(PlainText(Written(First, FormAnswers.Of(("promoter.name", new TextValue(text))))).Where(c => text.Contains(c, StringComparison.Ordinal) && !char.IsAscii(c)))
                + string.Concat(text.Where(char.IsAscii))));

    [Fact]
    public void Characters_that_no_font_has_are_told_and_can_still_be_found()
    {
        using var to = new MemoryStream();
        var missing = new PdfWriter(Fonts).Write(PrintedForm.Of(First, FormAnswers.Of(("promoter.name", new TextValue("中\U000F0000心")))), to);
        Assert.Equal([new Rune(0xF0000)], missing);
        Assert.Contains("中\U000F0000心", PlainText(to.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[ { label: about.title, rows: 2 }, { field: about.title, span: 3, rows: 2 } ]\n        - []")]                                         // a row in which no cell ends
    [InlineData("{ height: 240, cells: [ { label: about.title }, { cell: [ { field: about.title }, { words: 盖章 } ], span: 3 } ] }")]              // one nearly as high as a page
    public void Rows_that_no_form_should_have_are_drawn(string row)
    {
        const string usual = "[ { label: about.title }, { field: about.title, span: 3 } ]";
        var form = FormReader.Read("rows.yaml", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Forms", "second.yaml")).Replace(usual, row, StringComparison.Ordinal));
        var text = PlainText(Written(form, FormAnswers.Of(("about.title", new TextValue("某某集群")))));
        Assert.Contains("某某集群", text, StringComparison.Ordinal);
        Assert.Equal(row.Contains("盖章", StringComparison.Ordinal), text.Contains("盖章", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_answers_give_the_same_bytes() => Assert.Equal(Written(First, Answers(First, 3)), Written(First, Answers(First, 3)));

    [Fact]
    public void Several_threads_may_write_at_once()
    {
        var expected = Enumerable.Range(0, 12).Select(i => Written(i % 2 == 0 ? First : Second, Answers(i % 2 == 0 ? First : Second, i))).ToArray();
        Parallel.For(0, 48, i => Assert.Equal(expected[i % 12], Written(i % 2 == 0 ? First : Second, Answers(i % 2 == 0 ? First : Second, i % 12))));
    }

    [Fact]
    public void Without_a_Chinese_font_the_message_says_what_to_install()
    {
        var found = InstalledFonts.In(["/nowhere", AppContext.BaseDirectory]);
        Assert.True(found.Refused);
        Assert.Equal("no-chinese-font", found.Refusal[0].Code);
        Assert.Contains("fonts-noto-cjk", found.Refusal[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NotoSerifCJK-Regular")]                                 // the font of the text
    [InlineData("DejaVuSans")]                                           // one for rare characters
    public void A_font_that_was_cut_off_is_as_good_as_none(string damaged)
    {
        var folder = Directory.CreateTempSubdirectory("jiqun-");
        try
        {
            foreach (var file in Directory.EnumerateFiles("/usr/share/fonts", "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder.FullName, Path.GetFileName(file));
                switch (Path.GetFileNameWithoutExtension(file))
                {
                    case var name when name == damaged:
                        using (var part = File.Create(copy))
                            part.Write(File.ReadAllBytes(file).AsSpan(0, (int)(new FileInfo(file).Length / 3)));
                        break;
                    case "NotoSerifCJK-Regular" or "NotoSansCJK-Regular":
                        File.CreateSymbolicLink(copy, file);
                        break;
                }
            }
            var answers = FormAnswers.Of(("promoter.name", new TextValue("中\u0531心")));          // Armenian, which Noto CJK has not
            using var to = new MemoryStream();
            var missing = new PdfWriter(InstalledFonts.In([folder.FullName]).Value!).Write(PrintedForm.Of(First, answers), to);
            Assert.Equal([new Rune(0x531)], missing);
            Assert.Contains("中\u0531心", PlainText(to.ToArray()), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_font_with_changed_bytes_does_not_keep_a_document_from_being_drawn()
    {
        var folder = Directory.CreateTempSubdirectory("jiqun-");
        try
        {
            var whole = Directory.EnumerateFiles("/usr/share/fonts", "NotoSerifCJK-Regular.ttc", SearchOption.AllDirectories).First();
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "NotoSansCJK-Regular.ttc"), whole.Replace("Serif", "Sans", StringComparison.Ordinal));
            var bytes = File.ReadAllBytes(whole);
            for (var seed = 1; seed <= 10; seed++)
            {
                var (dice, changed) = (new Random(seed), (byte[])bytes.Clone());
                for (var i = 0; i < 20; i++)
                    changed[dice.Next(4000)] = (byte)dice.Next(256);                                                // the header and the tables' places
                var path = Path.Combine(folder.FullName, "NotoSerifCJK-Regular.ttc");
                File.Delete(path);                                                                                   // not overwritten: the one before is mapped
                File.WriteAllBytes(path, changed);
                using var to = new MemoryStream();
                new PdfWriter(InstalledFonts.In([folder.FullName]).Value!).Write(PrintedForm.Of(Second, FormAnswers.Of()), to);
                Assert.True(to.Length > 0);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Generated_answers_are_drawn_within_their_cells_and_found_again()
    {
        var characters = Gen.Frequency(
            (6, Gen.Char["产业集群协同创新发展与技术改造"].Select(c => c.ToString())),
            (3, Gen.Char[' ', '~'].Select(c => c.ToString())),
            (2, Gen.Char["，。、（）《》“”—…%"].Select(c => c.ToString())),
            (1, Gen.Int[0x20, 0x2FFFF].Where(Rune.IsValid).Select(r => new Rune(r).ToString())));
        var texts = characters.Array[1, 300].Select(string.Concat);
        Gen.Select(Gen.Int[0, First.Fields.Count - 1], texts, Gen.Int[0, First.Fields.Count - 1], texts).Sample(
            (a, one, b, other) =>
            {
                var answers = FormAnswers.Of((First.Fields[a].Id, new TextValue(one)), (First.Fields[b].Id, new TextValue(other)));
                var pdf = Written(First, answers);
                using var read = PdfDocument.Open(pdf);
                foreach (var page in read.GetPages())
                {
                    var rules = DrawnPdf.Borders(page);
                    Assert.All(Visible(page), l => Assert.DoesNotContain(rules, r => r.Crosses(Box(l))));
                }
                var expected = string.Concat(Texts(PrintedForm.Of(First, answers))) + string.Concat(Enumerable.Range(1, read.NumberOfPages).Select(n => $"第{n}页共{read.NumberOfPages}页"));
                Assert.Equal(Characters(expected), Characters(PlainText(pdf)));
            },
            iter: 40);
    }

    // ---- watermarks ------------------------------------------------------------------------------------------------------

    [Theory, MemberData(nameof(Documents))]
    public void A_watermark_is_no_part_of_the_text(string form, int seed)
    {
        var (printed, plain) = Document(form, seed);
        var marked = Written(printed with { Watermark = "草稿" });
        Assert.Equal(PlainText(plain), PlainText(marked));
        Assert.Equal(Run("pdftotext", plain, "-layout"), Run("pdftotext", marked, "-layout"));
    }

    [Theory]
    [InlineData("草稿")]
    [InlineData("仅供内部参考，请勿外传")]
    [InlineData("WWWWWWWWWWWW")]
    [InlineData("稿")]
    [InlineData("\uE000")]
    public void A_watermark_stands_on_every_page_behind_the_text(string watermark)
    {
        using var plain = PdfDocument.Open(Written(First, Answers(First, 2)));
        using var marked = PdfDocument.Open(Written(PrintedForm.Of(First, Answers(First, 2)) with { Watermark = watermark }));
        Assert.Equal(plain.NumberOfPages, marked.NumberOfPages);
        foreach (var (page, before) in marked.GetPages().Zip(plain.GetPages()))
        {
            var slanted = page.Letters.TakeWhile(l => l.TextOrientation is TextOrientation.Other).ToList();
            Assert.NotEmpty(slanted);
            Assert.All(slanted, l => Assert.Equal((0.85, 0.85, 0.85), l.Color.ToRGBValues()));
            Assert.All(slanted, l => Assert.Equal(45, Math.Atan2(l.EndBaseLine.Y - l.StartBaseLine.Y, l.EndBaseLine.X - l.StartBaseLine.X) * 180 / Math.PI, 0.1));
            Assert.All(slanted.SelectMany(l => (PdfPoint[])[l.StartBaseLine, l.EndBaseLine]), p => Assert.True(p.X > 0 && p.X < page.Width && p.Y > 0 && p.Y < page.Height));
            var (x, y) = (Middle(slanted, p => p.X) - (page.Width / 2), Middle(slanted, p => p.Y) - (page.Height / 2));
            Assert.Equal(0, x + y, 1.0);                                 // along the line
            Assert.InRange((y - x) / Math.Sqrt(2), -60, 0);              // across it: the base line is a little below the middle
            Assert.Equal(before.Letters.Select(l => (l.Value, l.StartBaseLine)), page.Letters.Skip(slanted.Count).Select(l => (l.Value, l.StartBaseLine)));
            Assert.Equal(DrawnPdf.Borders(before), DrawnPdf.Borders(page));
            Assert.True(page.GetMarkedContents()[0].IsArtifact);
        }

        static double Middle(List<Letter> line, Func<PdfPoint, double> of) => (of(line[0].StartBaseLine) + of(line[^1].EndBaseLine)) / 2;
    }

    [Fact]
    public void Characters_of_a_watermark_that_no_font_has_are_told()
    {
        using var to = new MemoryStream();
        Assert.Equal([new Rune(0xF0000)], new PdfWriter(Fonts).Write(PrintedForm.Of(Second, FormAnswers.Of()) with { Watermark = "中\U000F0000" }, to));
    }

    // ---- reading ---------------------------------------------------------------------------------------------------------

    static IEnumerable<string> Texts(PrintedForm printed) => printed.Blocks.SelectMany(b => b switch
    {
        PrintedLine line => [line.Text],
        PrintedTable table => table.Rows.SelectMany(r => r.Cells).Select(c => c.Text),
        _ => throw new InvalidOperationException(b.GetType().Name),
    });

    /// <summary>The letter's ink.</summary>
    static PdfRectangle Box(Letter letter) => letter.BoundingBox;

    /// <summary>Lines of text that stand between borders: letters of one base line, parted where a border stands between them.</summary>
    static IEnumerable<string> LinesInCells(PdfPage page)
    {
        var rules = DrawnPdf.Borders(page);
        foreach (var line in page.Letters.GroupBy(l => Math.Round(l.StartBaseLine.Y, 1)))
        {
            var text = new StringBuilder();
            Letter? before = null;
            foreach (var letter in line.OrderBy(l => l.StartBaseLine.X))
            {
                if (before is not null && rules.Exists(r => r.X1 == r.X2 && r.X1 > before.StartBaseLine.X && r.X1 <= letter.StartBaseLine.X && r.Y1 <= letter.StartBaseLine.Y && r.Y2 >= letter.StartBaseLine.Y))
                {
                    yield return text.ToString();
                    text.Clear();
                }
                text.Append(letter.Value);
                before = letter;
            }
            yield return text.ToString();
        }
    }
}
