using Jiqun.Core.Answers;
using Jiqun.Documents.Files;
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
}
