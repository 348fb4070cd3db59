using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Jiqun.Samples;

namespace Jiqun.Fuzz;

/// <summary>Where the fuzzer begins: small filled forms in several habits, values as people write them, and words to splice in.</summary>
static partial class Seeds
{
    /// <summary>afl-fuzz takes no longer word.</summary>
    const int LongestWord = 128;

    static readonly string[] Elements =
    [
        "p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtContent", "sdtPr", "ins", "del", "moveFrom", "moveTo", "hyperlink", "smartTag", "customXml",
        "fldSimple", "pPr", "rPr", "tcPr", "trPr", "ruby", "rubyBase", "txbxContent",
    ];

    static readonly string[] Empties =
    [
        "<w:br/>", "<w:cr/>", "<w:tab/>", "<w:noBreakHyphen/>", "<w:vMerge/>", "<w:vMerge w:val=\"restart\"/>", "<w:hMerge/>", "<w:hMerge w:val=\"restart\"/>",
        "<w:gridSpan w:val=\"2\"/>", "<w:gridSpan w:val=\"12\"/>", "<w:gridBefore w:val=\"1\"/>", "<w:fldChar w:fldCharType=\"begin\"/>",
        "<w:fldChar w:fldCharType=\"separate\"/>", "<w:fldChar w:fldCharType=\"end\"/>", "<w:vanish/>", "<w:vanish w:val=\"0\"/>", "<w:showingPlcHdr/>",
        "<w:pStyle w:val=\"hidden\"/>", "<w:rStyle w:val=\"hidden\"/>", "<w:del/>", "<w:moveFrom/>", "<w:cellDel/>", "<w:sym w:char=\"F0A8\"/>", "<mc:AlternateContent>",
        "</mc:AlternateContent>", "<mc:Choice>", "</mc:Choice>", "<mc:Fallback>", "</mc:Fallback>", "<m:oMath>", "</m:oMath>", "<m:t>", "</m:t>", "\u00AD", "\u3000", "：", "（", "）",
    ];

    static readonly string[] Values =
    [
        "约1,234.5亿元", "１２００万元", "1.2万亿", "3,000余家", "超过30%", "百分之二十", "近三千", "0.5‰", "1,5", "-3", "两百零五万", "9999999999999999999999999999", "1e5", "无", "/",
        "2018年5月", "2018.5", "2018/05/03", "二〇一八年五月三日", "２０１８年", "2018-13-45", "2月30日", "2020年2月29日", "1900年2月29日", "民国",
        "电池制造（384）", "铁路、船舶、航空航天和其他运输设备制造业", "C39 计算机、通信", "3844；39；C26", "湖南省株洲市全域", "广佛惠（广州市、佛山市、惠州市）", "朝阳区", "浦东新区张江", "430200",
        "0755-12345678转801", "(0755) 1234 5678", "+86 13800138000", "13800138000、0731-2345678", "５１８０００", "ａ＠ｂ．ｃｎ", "a.b@c.gov.cn", "010-12345678/87654321",
        "集群产值达1200亿元，企业数量300家，其中规上企业120家。", "2019年研发投入强度3.5%，较上年提高0.2个百分点；发明专利授权约1.2万件", "利用外资3亿美元，单项冠军12家，小巨人企业45家。", "R&D 3 000 m2 “产业”——𬭎𠀀 é",
    ];

    public static void Write(string folder)
    {
        var form = FormLibrary.Builtin.Default;
        var writer = new SampleWriter(form);
        var readers = Directory.CreateDirectory(Path.Combine(folder, "reader")).FullName;
        void Form(string name, Habits habits, int seed) =>
            File.WriteAllText(Path.Combine(readers, name), Small(DocumentOf(writer.Write(SampleAnswers.Of(form, seed, characters: 60), habits, seed).Docx)));

        Form("none", Habits.None, 1);
        Habit[] small = [.. Enum.GetValues<Habit>().Where(h => h is not (Habit.SplitRuns or Habit.Utf16 or Habit.OtherPrefix or Habit.DefaultNamespace or Habit.OtherMainPart))];
        for (var i = 0; i < small.Length; i += 5)                     // several at once, those that clash among them: this is for the paths, not for the answers
            Form($"habits-{i:00}", Habits.With(small.Skip(i).Take(5)), i + 2);

        void Written(string name, FormAnswers answers)
        {
            var docx = new MemoryStream();
            WordWriter.Write(PrintedForm.Of(form, answers), docx);
            File.WriteAllText(Path.Combine(readers, name), Small(DocumentOf(docx.ToArray())));
        }
        Written("written-blank", FormAnswers.Of());
        Written("written-filled", FormAnswers.Of(form.Fields.Select(f => (f.Id, (Value)new TextValue("a\nb")))));

        var values = Directory.CreateDirectory(Path.Combine(folder, "values")).FullName;
        foreach (var (i, value) in Values.Index())
            File.WriteAllText(Path.Combine(values, $"{i:00}"), value);

        var fields = form.Fields.SelectMany(f => f.Also.Prepend(f.Label.Zh)).ToList();
        var titles = form.Sections.Select(s => s.Title.Zh);
        WriteWords(Path.Combine(folder, "reader.dict"),
        [
            .. Elements.Select(e => $"<w:{e}>"), .. Elements.Select(e => $"</w:{e}>"), .. Empties, .. fields, .. titles,
            "<w:tc><w:p><w:r><w:t>", "</w:t></w:r></w:p></w:tc>", "</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>", "</w:tr><w:tr>", "</w:t></w:r></w:p><w:p><w:r><w:t>",
            "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", .. form.Fields.Select(f => $"<w:sdt><w:sdtPr><w:tag w:val=\"{f.Id}\"/></w:sdtPr><w:sdtContent>"), "</w:sdtContent></w:sdt>",
            .. form.Fields.Select(f => $"<w:bookmarkStart w:id=\"1\" w:name=\"{f.Id.Replace('.', '_')}\"/>"), "<w:bookmarkEnd w:id=\"1\"/>", "<w:text/>",
            "<w:placeholder><w:docPart w:val=\"jiqun.blank\"/></w:placeholder>",
        ]);
        WriteWords(Path.Combine(folder, "values.dict"),
        [
            .. "零一二三四五六七八九十百千万亿〇两约超近余多以上年月日号季至、，。；：（）()０９．％%‰-－—~+转".Select(c => c.ToString()),
            .. form.Fields.Select(f => f.Unit).OfType<string>(), .. fields, "万元", "亿美元", "个百分点", "人次", "分机", "+86", "0755", "1234", "138", "2018", "\u3000", "\u200B", "\uFEFF",
            .. Divisions.All.Take(400).Where((_, i) => i % 20 == 0).Select(d => d.Name), .. IndustryClasses.All.Where((_, i) => i % 60 == 0).Select(c => c.Name),
        ]);
    }

    static string DocumentOf(byte[] docx)
    {
        using var zip = new ZipArchive(new MemoryStream(docx));
        using var text = new StreamReader(zip.GetEntry("word/document.xml")!.Open());
        return text.ReadToEnd();
    }

    /// <summary>Without what only looks.</summary>
    static string Small(string xml)
    {
        xml = Looks().Replace(xml, "");
        return Hollow().Replace(Hollow().Replace(xml, ""), "");
    }

    static void WriteWords(string path, IEnumerable<string> words)
    {
        var lines = new StringBuilder();
        foreach (var word in words.Distinct())
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            if (bytes.Length is 0 or > LongestWord)
                continue;
            lines.Append('"');
            foreach (var b in bytes)
                lines.Append(b is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\') ? ((char)b).ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{b:X2}"));
            lines.Append("\"\n");
        }
        File.WriteAllText(path, lines.ToString());
    }

    [GeneratedRegex("<w:(?:rFonts|sz|b|jc|tcW|vAlign|trHeight|color|ind|spacing)(?: [^<>]*)?/>|<w:tblPr>.*?</w:tblPr>|<w:tblGrid>.*?</w:tblGrid>|<w:sectPr.*?</w:sectPr>")]
    private static partial Regex Looks();

    [GeneratedRegex("<w:(rPr|pPr|tcPr|trPr)></w:\\1>")]
    private static partial Regex Hollow();
}
