using System.Text;
using Jiqun.Documents.Files;

namespace Jiqun.Tests.Files;

public sealed class FormFilesTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    string[] Names(params string[] paths)
    {
        using var files = FormFiles.Under(paths.Length == 0 ? [folder.Path] : paths);
        return [.. files.All.Select(f => f.Problem is null ? f.Name : $"{f.Name} !{f.Problem.Code}")];
    }

    [Fact]
    public void Folders_are_searched_and_what_is_no_form_is_passed_over()
    {
        foreach (var name in new[] { "b.docx", "A.DOCX", "子 文件夹/丙.doc", "子 文件夹/x/丁.wps", "~$b.docx", ".hidden.docx", "__MACOSX/b.docx", ".git/c.docx", "a.txt", "a.xlsx", "a.docx.bak" })
            folder.Put(name);
        Assert.Equal(["A.DOCX", "b.docx", "子 文件夹/x/丁.wps", "子 文件夹/丙.doc"], Names());
    }

    [Fact]
    public void A_link_that_leads_back_is_not_followed()
    {
        folder.Put("in/a.docx");
        Directory.CreateSymbolicLink(folder["in/again"], folder.Path);
        Assert.Equal(["in/a.docx"], Names());
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_reported()
    {
        File.CreateSymbolicLink(folder["a.docx"], folder["gone.docx"]);
        using var files = FormFiles.Under([folder.Path]);
        using var reader = new FormFileReader(files, _ => throw new InvalidOperationException(), null);
        Assert.Equal("file-gone", reader.Read(Assert.Single(files.All)).Refusal![0].Code);
    }

    [Fact]
    public void The_same_file_is_taken_once()
    {
        folder.Put("in/a.docx");
        Assert.Equal(["a.docx"], Names(folder["in/a.docx"], folder["in"], folder["in/../in/a.docx"]));
    }

    [Fact]
    public void What_is_missing_or_empty_is_reported_and_the_rest_goes_on()
    {
        folder.Put("a.docx");
        Directory.CreateDirectory(folder["empty"]);
        Assert.Equal(["a.docx", "empty !folder-empty", "gone !file-missing"], Names(folder["gone"], folder["empty"], folder["a.docx"]));
    }

    [Fact]
    public void Archives_are_known_by_their_content()
    {
        folder.Put("mail.bin", TestFolder.Zip(("子/a.docx", "x"), ("b.DOC", "x"), ("__MACOSX/a.docx", "x"), ("~$a.docx", "x"), ("read.txt", "x")));
        folder.Put("renamed.zip", TestFolder.Docx("x"));
        Assert.Equal(["mail.bin/b.DOC", "mail.bin/子/a.docx", "renamed.zip"], Names(folder["mail.bin"], folder["renamed.zip"]));
    }

    [Fact]
    public void Names_in_archives_are_utf8_or_gbk()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;
        folder.Put("gbk.zip", TestFolder.Zip(gbk, ("株洲.docx", "x")));
        folder.Put("utf8.zip", TestFolder.Zip(("株洲.docx", "x")));
        var unflagged = TestFolder.Zip(("株洲.docx", "x"));
        unflagged[7] &= 0xF7;                                         // the flag that says UTF-8, in both headers
        unflagged[unflagged.AsSpan().IndexOf("PK\x01\x02"u8) + 9] &= 0xF7;
        folder.Put("unflagged.zip", unflagged);
        Assert.Equal(["gbk.zip/株洲.docx", "unflagged.zip/株洲.docx", "utf8.zip/株洲.docx"], Names(folder["gbk.zip"], folder["utf8.zip"], folder["unflagged.zip"]));
    }

    [Fact]
    public void Names_that_lead_out_of_an_archive_are_only_labels()
    {
        folder.Put("evil.zip", TestFolder.Zip(("../../etc/a.docx", "one"), ("/abs/b.docx", "two"), (@"c\d.docx", "three")));
        using var files = FormFiles.Under([folder["evil.zip"]]);
        Assert.Equal(["evil.zip/../../etc/a.docx", "evil.zip//abs/b.docx", "evil.zip/c/d.docx"], files.All.Select(f => f.Name));
        Assert.Equal(["one", "two", "three"], files.All.Select(f => new StreamReader(Rewound(files.Open(f))).ReadToEnd()));
        Assert.Equal(["evil.zip"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Archives_in_archives_and_encrypted_entries_are_reported()
    {
        var encrypted = TestFolder.Zip(("a.docx", "x"), ("b.zip", "x"));
        encrypted[encrypted.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        folder.Put("m.zip", encrypted);
        Assert.Equal(["m.zip/a.docx !entry-encrypted", "m.zip/b.zip !archive-nested"], Names(folder["m.zip"]));
    }

    [Fact]
    public void An_entry_too_large_is_reported_whether_it_says_so_or_not()
    {
        var honest = TestFolder.Zip(("bomb.docx", new string(' ', 65 << 20)));
        var lying = (byte[])honest.Clone();
        lying.AsSpan(lying.AsSpan().IndexOf("PK\x01\x02"u8) + 24, 4).Clear();
        lying[lying.AsSpan().IndexOf("PK\x01\x02"u8) + 24] = 10;
        folder.Put("honest.zip", honest);
        folder.Put("lying.zip", lying);
        using var files = FormFiles.Under([folder["honest.zip"], folder["lying.zip"]]);
        using var reader = new FormFileReader(files, _ => throw new InvalidOperationException(), null);
        Assert.Equal("entry-too-large", files.All[0].Problem!.Code);
        Assert.True(reader.Read(files.All[1]).Refused);
    }

    [Fact]
    public void A_truncated_archive_is_reported()
    {
        folder.Put("m.zip", TestFolder.Zip(("a.docx", "x")).AsSpan(0, 40));
        using var files = FormFiles.Under([folder["m.zip"]]);
        using var reader = new FormFileReader(files, _ => throw new InvalidOperationException(), null);
        Assert.Equal("is-broken", reader.Read(Assert.Single(files.All)).Refusal![0].Code);
    }

    static Stream Rewound(Stream stream)
    {
        stream.Position = 0;
        return stream;
    }
}
