using System.Diagnostics;
using System.Text.Json;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Documents.Word;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Documents;

/// <summary>A document is read as it was meant after LibreOffice opened and saved it.</summary>
public sealed class LibreOfficeTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The documents as LibreOffice saves them.</summary>
    List<byte[]> Saved(IReadOnlyList<byte[]> documents)
    {
        foreach (var (number, docx) in documents.Index())
            File.WriteAllBytes(LibreOffice.Input(folder.Path, number), docx);
        LibreOffice.Installed()!.Convert(folder.Path, documents.Count, TestContext.Current.CancellationToken);      // ./test installs it
        return [.. Enumerable.Range(0, documents.Count).Select(n => File.ReadAllBytes(LibreOffice.Output(folder.Path, n)))];
    }

    [Fact]
    public void What_LibreOffice_saved_is_read()
    {
        var given = (
            from form in WordForms.All
            from answers in Enumerable.Range(1, 12).Select(seed => WordForms.Plausible(form, seed, 1200)).Append(FormAnswers.Of())
            select (form, answers)).ToList();
        var saved = Saved([.. given.Select(g => WordForms.Write(g.form, g.answers))]);
        foreach (var ((form, answers), docx) in given.Zip(saved))
        {
            WordForms.AssertReads(form, answers, docx);
            WordForms.AssertReads(form, answers, WordForms.WithoutBookmarks(docx));
        }
    }

    [Fact]
    public void A_watermark_is_kept_and_not_read()
    {
        var given = WordForms.All.Select(form => (form, answers: WordForms.Plausible(form, 5, 1200))).ToList();
        var saved = Saved([.. given.Select(g => WordForms.Write(PrintedForm.Of(g.form, g.answers) with { Watermark = "草稿" }))]);
        foreach (var ((form, answers), docx) in given.Zip(saved))
        {
            WordForms.AssertReads(form, answers, docx);
            Assert.Contains("草稿", WordForms.Part(docx, "word/header1.xml"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_letter_is_kept_with_the_head_of_its_table()
    {
        var letter = Letters.Of(60);
        var saved = Assert.Single(Saved([Letters.Word(letter)]));
        Assert.Equal(letter.Blocks.Select(Text), DrawnWord.Read(saved).Blocks.Select(Text));
        Assert.Contains("<w:tblHeader", WordForms.Part(saved), StringComparison.Ordinal);

        static string Text(object block) => block switch
        {
            PrintedLine line => line.Text,
            DrawnLine line => line.Text,
            PrintedTable table => string.Join('|', table.Rows.SelectMany(r => r.Cells).Select(c => c.Text)),
            DrawnTable table => string.Join('|', table.Rows.SelectMany(r => r).Select(c => c.Text)),
            _ => "",
        };
    }

    [Fact]
    public void Odd_texts_are_read_too()
    {
        string[] texts =
        [
            "م\u200Fرحبا\u202E12\u202C", "👩‍👩‍👧‍👦🇨🇳", "𠀀𬭎𡃁", "e\u0301a\u0308", new string('a', 5000), new string('长', 2000), "<w:t>&amp;</w:t>]]>\"'", "a\tb  c", "负责人", "盖章", "年 月 日",
            "a\nb\nc", "“‘’”—…·", "\u0001", "cluster.name", "1.5 混合 text 𠀀", "a\u00A0b", "a\u200Bb\u2060c", "（请在此填写）",
        ];
        var given = (
            from form in WordForms.All
            from shift in Enumerable.Range(0, 3)
            select (form, answers: FormAnswers.Of(form.Fields.Select((f, i) => (f.Id, WordRoundTripTests.ValueOf(f, texts[(i + shift * 7) % texts.Length])))))).ToList();
        var saved = Saved([.. given.Select(g => WordForms.Write(g.form, g.answers))]);
        foreach (var ((form, answers), docx) in given.Zip(saved))
            WordForms.AssertReads(form, answers, docx);
    }

    /// <summary>LibreOffice 7 leaves the placeholder's flag on, and what was not typed over beside the answer.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_empty_form_that_was_filled_in_with_LibreOffice_is_read(bool overPlaceholders)
    {
        var given = WordForms.All.Select(form => (form, answers: Typed(form))).ToList();
        var jobs = given.Select((g, i) => new
        {
            file = folder.Put($"{i}.docx", WordForms.Write(g.form, FormAnswers.Of())),
            to = folder[$"{i}-filled.docx"],
            over = overPlaceholders,
            answers = g.answers.All.ToDictionary(a => AnswerMarks.BookmarkOf(a.Key)!, a => a.Value.Written),
        });
        folder.Put("fill.json", JsonSerializer.Serialize(jobs));
        Fill();
        foreach (var (i, (form, answers)) in given.Index())
            WordForms.AssertReads(form, answers, File.ReadAllBytes(folder[$"{i}-filled.docx"]));
    }

    /// <summary>Figures as people write them among them. A date that has a printed pattern can only be typed over it.</summary>
    static FormAnswers Typed(Form form)
    {
        var plausible = WordForms.Plausible(form, 3, complete: true).All.Where(a => a.Key != "opinion.date").Select(a => (a.Key, a.Value));
        var odd = form.Fields.Where(f => f.Kind is FieldKind.Integer).Take(2).Select(f => (f.Id, (Value)new UnreadableValue("约1,234家左右")));
        return FormAnswers.Of([.. plausible, .. odd]);
    }

    void Fill()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Documents", "fill.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, folder.Path]) { RedirectStandardError = true })!;     // Debian's, which knows LibreOffice
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
    }
}
