using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>A file that is broken, foreign or meant to harm.</summary>
/// <param name="Write">Writes it, without ever holding it unpacked.</param>
/// <param name="Readable">Whether a reader may take it for a form; the others must be refused.</param>
public sealed record HostileFile(string Name, Action<Stream> Write, bool Readable = false);

/// <summary>Files that must neither crash nor stall a reader.</summary>
public static class Hostile
{
    const string Open = $"<w:document xmlns:w=\"{WordPackage.Transitional}\"><w:body>";
    const string Close = "</w:body></w:document>";

    public static IEnumerable<HostileFile> All(Form form)
    {
        var good = new SampleWriter(form).Write(SampleAnswers.Of(form, 7), Habits.None).Docx;
        string Xml() => Encoding.UTF8.GetString(Unzip(good, "word/document.xml"));

        yield return new("empty", _ => { });
        yield return new("one-byte", to => to.WriteByte((byte)'P'));
        foreach (var percent in (int[])[1, 10, 30, 50, 70, 90, 99])
            yield return new($"truncated-{percent}", to => to.Write(good.AsSpan(0, good.Length * percent / 100)));
        yield return new("noise", to => { var noise = new byte[50_000]; new Random(1).NextBytes(noise); to.Write(noise); });
        yield return new("zeros", to => to.Write(new byte[50_000]));
        yield return new("text", to => to.Write("集群名称：湖南省株洲市轨道交通装备集群"u8));
        yield return new("pdf", to => to.Write("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"u8));
        yield return new("html", to => to.Write("<html><body><table><tr><td>集群名称</td></tr></table></body></html>"u8));
        yield return new("rtf", to => to.Write(@"{\rtf1\ansi 先进制造业集群参赛信息采集表}"u8));
        yield return new("zip-of-photos", to => Zip(to, ("a.jpg", [0xFF, 0xD8, 0xFF]), ("b.jpg", [0xFF, 0xD8])));
        yield return new("empty-zip", to => Zip(to));
        yield return new("workbook", Workbook);
        yield return new("encrypted", to => Compound(to, "EncryptedPackage", "EncryptionInfo"));
        yield return new("old-word", to => Compound(to, "WordDocument", "1Table"));
        yield return new("no-document", to => { using var p = new WordPackage(to); p.Frame("word/document.xml", []); });
        yield return new("no-relations", to => Zip(to, ("word/document.xml", Encoding.UTF8.GetBytes(Xml()))), Readable: true);
        yield return new("relation-outside", to =>
        {
            using var p = new WordPackage(to);
            p.Frame("../../../../etc/passwd", []);
        });
        yield return new("relation-to-url", to =>
        {
            using var p = new WordPackage(to);
            p.Part("_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" TargetMode=\"External\" Type=\"{WordPackage.Relationships}/officeDocument\" Target=\"http://127.0.0.1:9/document.xml\"/></Relationships>");
        });
        yield return new("empty-document", to => Document(to, ""));
        yield return new("broken-relations", to =>
        {
            using var p = new WordPackage(to);
            p.Part("_rels/.rels", "<Relationships><");
            p.Part("word/document.xml", Xml());
        }, Readable: true);
        yield return new("external-entity", to => Document(to, "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + Xml()[(Xml().IndexOf("?>", StringComparison.Ordinal) + 2)..].Replace("人民政府", "&x;", StringComparison.Ordinal)));
        yield return new("external-dtd", to => Document(to, "<?xml version=\"1.0\"?><!DOCTYPE d SYSTEM \"http://127.0.0.1:9/d.dtd\">" + Open + Close));
        yield return new("billion-laughs", to => Document(to, "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a0 \"哈哈\">"
            + string.Concat(Enumerable.Range(1, 30).Select(i => $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};\">")) + $"]>{Open}<w:p><w:r><w:t>&a30;</w:t></w:r></w:p>{Close}"));
        yield return new("laughs-in-relations", to =>
        {
            using var p = new WordPackage(to);
            p.Part("_rels/.rels", "<!DOCTYPE d [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><Relationships>&b;</Relationships>");
            p.Part("word/document.xml", Xml());
        }, Readable: true);
        yield return new("bomb-60-million-elements", to => Repeated(to, Open, "<w:p/>", 60_000_000, Close));
        yield return new("bomb-with-false-size", to => FalseSize(to));
        yield return new("part-over-64-mib", to => Repeated(to, $"{Open}<w:p><w:r><w:t>", "集群发展集群发展", 3_000_000, "</w:t></w:r></w:p>" + Close));
        yield return new("relations-over-64-mib", to =>
        {
            using var p = new WordPackage(to);
            p.Part("_rels/.rels", part => Repeat(part, "<Relationships>", "<Relationship/>          ", 3_000_000, "</Relationships>"));
            p.Part("word/document.xml", Xml());
        }, Readable: true);
        yield return new("styles-over-64-mib", to => Copy(to, good, null, p => p.Part("word/styles.xml", part => Repeat(part, "<w:styles>", "<w:style/>          ", 4_000_000, "</w:styles>"))), Readable: true);
        yield return new("attribute-60-mib", to => Repeated(to, $"<w:document xmlns:w=\"{WordPackage.Transitional}\"><w:body x=\"", "0123456789", 6_200_000, "\">" + Close));
        yield return new("attributes-a-million", to => Document(to, Open + "<w:p" + string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $" a{i}=\"\"")) + "/>" + Close));
        yield return new("name-20-mib", to => Document(to, Open + "<w:" + new string('p', 20_000_000) + "/>" + Close));
        yield return new("nested-tables-20000", to => Document(to, Open + Times("<w:tbl><w:tr><w:tc>", 20_000) + Times("</w:tc></w:tr></w:tbl>", 20_000) + Close));
        yield return new("nested-tables-200", to => Document(to, Open + Times("<w:tbl><w:tr><w:tc>", 60) + "<w:p><w:r><w:t>集群名称</w:t></w:r></w:p>" + Times("</w:tc></w:tr></w:tbl>", 60) + Close));
        yield return new("nested-runs-million", to => Document(to, Open + "<w:p>" + Times("<w:ins>", 1_000_000) + Times("</w:ins>", 1_000_000) + "</w:p>" + Close));
        yield return new("never-closed", to => Document(to, Open + Times("<w:tbl><w:tr><w:tc>", 5_000)));
        yield return new("empty-cells-9-million", to => Repeated(to, Open + "<w:tbl>", "<w:tr>" + Times("<w:tc/>", 100) + "</w:tr>", 88_000, "</w:tbl>" + Close));
        yield return new("cells-in-one-row", to => Repeated(to, Open + "<w:tbl><w:tr>", "<w:tc><w:p/></w:tc>", 3_000_000, "</w:tr></w:tbl>" + Close));
        yield return new("labels-a-million", to => Repeated(to, Open + "<w:tbl>", "<w:tr><w:tc><w:p><w:r><w:t>集群名称</w:t></w:r></w:p></w:tc></w:tr>", 800_000, "</w:tbl>" + Close));
        yield return new("near-labels", to => Repeated(to, Open + "<w:tbl>", "<w:tr><w:tc><w:p><w:r><w:t>上年度集群产业产直占全囯该产业总产值比重重（%）</w:t></w:r></w:p></w:tc></w:tr>", 400_000, "</w:tbl>" + Close));
        yield return new("paragraphs-million-in-cell", to => Repeated(to, Open + "<w:tbl><w:tr><w:tc>", "<w:p><w:r><w:t>一</w:t></w:r></w:p>", 1_000_000, "</w:tc></w:tr></w:tbl>" + Close));
        yield return new("hint-repeated", to => Repeated(to, Open + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>集群名称</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>", "（XX省XX市XX集群", 1_000_000, "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>" + Close));
        yield return new("digits-million", to => Document(to, Xml().Replace("（亿元）</w:t></w:r></w:p></w:tc>", "（亿元）</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>" + new string('9', 1_000_000) + "</w:t></w:r></w:p></w:tc>", StringComparison.Ordinal)), Readable: true);
        yield return new("narrative-30-mib", to => Document(to, Xml().Replace("产业规模位居全国前列", Times("集群产值达1200亿元，企业数量300家。", 600_000), StringComparison.Ordinal)), Readable: true);
        yield return new("no-tables", to => Document(to, Open + "<w:p><w:r><w:t>先进制造业集群参赛信息采集表</w:t></w:r></w:p>" + Close));
        yield return new("another-form", to => Document(to, Open + "<w:tbl>" + string.Concat(((string[])["姓名", "性别", "民族", "联系电话", "通信地址"]).Select(l => $"<w:tr><w:tc><w:p><w:r><w:t>{l}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>张三</w:t></w:r></w:p></w:tc></w:tr>")) + "</w:tbl>" + Close));
        yield return new("wrong-root", to => Document(to, "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>"));
        yield return new("wrong-namespace", to => Document(to, Xml().Replace(WordPackage.Transitional, "urn:other", StringComparison.Ordinal)));
        yield return new("invalid-utf8", to => Bytes(to, b => { b[b.Length / 2] = 0xFF; b[(b.Length / 2) + 1] = 0xFE; return b; }));
        yield return new("invalid-character", to => Document(to, Xml().Replace("人民政府", "&#1;\u0001", StringComparison.Ordinal)));
        yield return new("unknown-encoding", to => Document(to, Xml().Replace("UTF-8", "X-MARTIAN", StringComparison.Ordinal)));
        yield return new("declared-gbk", to => Document(to, Xml().Replace("UTF-8", "GBK", StringComparison.Ordinal)), Readable: true);
        yield return new("utf16-odd", to => Bytes(to, b => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(b).Replace("UTF-8", "UTF-16", StringComparison.Ordinal)), 0x00]), Readable: true);
        yield return new("duplicate-attributes", to => Document(to, Xml().Replace("<w:gridSpan w:val=\"6\"/>", "<w:gridSpan w:val=\"6\" w:val=\"5\"/>", StringComparison.Ordinal)));
        foreach (var span in (string[])["0", "-1", "2000000000", "99999999999999", "六", "", "1.5", "NaN"])
        {
            yield return new($"span-{span}", to => Document(to, Xml().Replace("<w:gridSpan w:val=\"6\"/>", $"<w:gridSpan w:val=\"{span}\"/>", StringComparison.Ordinal)), Readable: true);
            yield return new($"before-{span}", to => Document(to, Xml().Replace("<w:trPr>", $"<w:trPr><w:gridBefore w:val=\"{span}\"/><w:gridAfter w:val=\"{span}\"/>", StringComparison.Ordinal)), Readable: true);
        }
        yield return new("span-2000000000-each", to => Document(to, Xml().Replace("<w:tcPr>", "<w:tcPr><w:gridSpan w:val=\"2000000000\"/>", StringComparison.Ordinal)), Readable: true);
        yield return new("merge-nonsense", to => Document(to, Xml().Replace("<w:vMerge w:val=\"restart\"/>", "<w:vMerge w:val=\"maybe\"/>", StringComparison.Ordinal)), Readable: true);
        yield return new("merge-all", to => Document(to, Xml().Replace("<w:tcPr>", "<w:tcPr><w:vMerge/>", StringComparison.Ordinal)), Readable: true);
        yield return new("overlapping-cells", to => Document(to, Xml().Replace("<w:gridSpan w:val=\"2\"/>", "<w:gridSpan w:val=\"4\"/><w:hMerge w:val=\"restart\"/>", StringComparison.Ordinal)), Readable: true);
        yield return new("cells-outside-rows", to => Document(to, Open + "<w:tbl><w:tc><w:p/></w:tc></w:tbl><w:tr><w:tc/></w:tr><w:tc/>" + Close));
        yield return new("fields-never-ended", to => Document(to, Xml().Replace("<w:t>", "<w:fldChar w:fldCharType=\"begin\"/><w:t>", StringComparison.Ordinal)), Readable: true);
        yield return new("fields-only-ended", to => Document(to, Xml().Replace("<w:t>", "<w:fldChar w:fldCharType=\"end\"/><w:t>", StringComparison.Ordinal)), Readable: true);
        yield return new("styles-in-a-circle", to => Copy(to, good, null, p => p.Part("word/styles.xml", $"<w:styles xmlns:w=\"{WordPackage.Transitional}\"><w:style w:styleId=\"a\" w:type=\"paragraph\" w:default=\"1\"><w:basedOn w:val=\"b\"/></w:style><w:style w:styleId=\"b\" w:type=\"paragraph\"><w:basedOn w:val=\"a\"/></w:style></w:styles>")), Readable: true);
        yield return new("wrong-checksum", to => to.Write(WrongChecksum(good)));
        yield return new("wrong-data", to => to.Write(WrongData(good)));
        yield return new("document-twice", to => Copy(to, good, "word/none", p => p.Part("word/document.xml", Open + Close)), Readable: true);
        yield return new("names-outside", to => Copy(to, good, null, p =>
        {
            p.Part("../../../tmp/jiqun-escaped", "x");
            p.Part("/etc/jiqun-escaped", "x");
            p.Part("..\\..\\jiqun-escaped", "x");
        }), Readable: true);
        yield return new("entries-60000", to => Copy(to, good, null, p =>
        {
            for (var i = 0; i < 60_000; i++)
                p.Part($"word/media/{i}", []);
        }), Readable: true);
    }

    static string Times(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    static void Document(Stream to, string xml)
    {
        using var package = new WordPackage(to, CompressionLevel.Fastest);
        package.Frame("word/document.xml", []);
        package.Part("word/document.xml", xml);
    }

    static void Repeated(Stream to, string before, string text, int count, string after)
    {
        using var package = new WordPackage(to, text == "<w:p/>" ? CompressionLevel.SmallestSize : CompressionLevel.Fastest);
        package.Frame("word/document.xml", []);
        package.Part("word/document.xml", part => Repeat(part, before, text, count, after));
    }

    static void Repeat(Stream to, string before, string text, int count, string after)
    {
        const int atOnce = 1000;
        var block = Encoding.UTF8.GetBytes(Times(text, atOnce));
        var one = block.Length / atOnce;
        to.Write(Encoding.UTF8.GetBytes(before));
        for (; count >= atOnce; count -= atOnce)
            to.Write(block);
        to.Write(block.AsSpan(0, one * count));
        to.Write(Encoding.UTF8.GetBytes(after));
    }

    static void Zip(Stream to, params (string Name, byte[] Bytes)[] entries)
    {
        using var package = new WordPackage(to);
        foreach (var (name, bytes) in entries)
            package.Part(name, bytes);
    }

    static void Workbook(Stream to)
    {
        using var package = new WordPackage(to);
        package.Part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
        package.Part("_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{WordPackage.Relationships}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        package.Part("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheets/></workbook>");
    }

    /// <summary>A compound file with a directory of these streams, as far as telling its kind needs.</summary>
    static void Compound(Stream to, params string[] streams)
    {
        var file = new byte[512 * 4];
        byte[] head = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        head.CopyTo(file, 0);
        void Short(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
        void Long(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        Short(24, 0x3E);
        Short(26, 3);
        Short(28, 0xFFFE);
        Short(30, 9);
        Short(32, 6);
        Long(44, 1);
        Long(48, 1);
        Long(56, 4096);
        Long(60, 0xFFFFFFFE);
        Long(68, 0xFFFFFFFE);
        for (var i = 0; i < 109; i++)
            Long(76 + (4 * i), i == 0 ? 0 : 0xFFFFFFFF);
        for (var i = 0; i < 128; i++)
            Long(512 + (4 * i), i == 0 ? 0xFFFFFFFD : i == 1 ? 0xFFFFFFFE : 0xFFFFFFFF);
        string[] entries = ["Root Entry", .. streams];
        foreach (var (i, name) in entries.Index())
        {
            var at = 1024 + (128 * i);
            Encoding.Unicode.GetBytes(name).CopyTo(file, at);
            Short(at + 64, (ushort)((name.Length + 1) * 2));
            file[at + 66] = (byte)(i == 0 ? 5 : 2);
            file[at + 67] = 1;
            Long(at + 68, 0xFFFFFFFF);
            Long(at + 72, i == 0 ? 0xFFFFFFFF : i + 1 < entries.Length ? (uint)i + 1 : 0xFFFFFFFF);
            Long(at + 76, i == 0 ? 1 : 0xFFFFFFFF);
            Long(at + 116, 0xFFFFFFFE);
        }
        to.Write(file);
    }

    static byte[] Unzip(byte[] docx, string part)
    {
        using var zip = new ZipArchive(new MemoryStream(docx));
        using var from = zip.GetEntry(part)!.Open();
        using var bytes = new MemoryStream();
        from.CopyTo(bytes);
        return bytes.ToArray();
    }

    static void Bytes(Stream to, Func<byte[], byte[]> change)
    {
        var good = new SampleWriter(FormLibrary.Builtin.Default).Write(SampleAnswers.Of(FormLibrary.Builtin.Default, 7), Habits.None).Docx;
        using var package = new WordPackage(to);
        package.Frame("word/document.xml", []);
        package.Part("word/document.xml", change(Unzip(good, "word/document.xml")));
    }

    /// <summary>The good file, without one part and with others.</summary>
    static void Copy(Stream to, byte[] good, string? without, Action<WordPackage> add)
    {
        using var zip = new ZipArchive(new MemoryStream(good));
        using var package = new WordPackage(to);
        foreach (var entry in zip.Entries.Where(e => e.FullName != (without ?? "word/styles.xml")))
            package.Part(entry.FullName, Unzip(good, entry.FullName));
        add(package);
    }

    static int Find(byte[] file, uint signature, string name)
    {
        Span<byte> mark = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, signature);
        var bytes = Encoding.UTF8.GetBytes(name);
        var nameAt = signature == 0x04034B50 ? 30 : 46;
        for (var at = 0; at + nameAt + bytes.Length <= file.Length; at++)
        {
            if (file.AsSpan(at, 4).SequenceEqual(mark) && file.AsSpan(at + nameAt, bytes.Length).SequenceEqual(bytes))
                return at;
        }
        throw new InvalidOperationException($"No entry {name}.");
    }

    static byte[] WrongChecksum(byte[] good)
    {
        var file = good.ToArray();
        file[Find(file, 0x04034B50, "word/document.xml") + 14] ^= 0x55;
        file[Find(file, 0x02014B50, "word/document.xml") + 16] ^= 0x55;
        return file;
    }

    static byte[] WrongData(byte[] good)
    {
        var file = good.ToArray();
        var at = Find(file, 0x04034B50, "word/document.xml") + 300;
        for (var i = 0; i < 64; i++)
            file[at + i] ^= 0xA5;
        return file;
    }

    /// <summary>A bomb whose directory says that it unpacks to a kilobyte.</summary>
    static void FalseSize(Stream to)
    {
        using var bomb = new MemoryStream();
        Repeated(bomb, Open, "<w:p/>", 60_000_000, Close);
        var file = bomb.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(Find(file, 0x02014B50, "word/document.xml") + 24), 1024);
        to.Write(file);
    }
}
