using System.Text.RegularExpressions;
using Jiqun.Core.Answers;
using Jiqun.Core.Sheets;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Documents;

/// <summary>docs/fidelity.md tells how the blank form differs from the official one. Its column “ours” is what is really printed.</summary>
public sealed class FidelityTests
{
    static readonly PrintedForm Blank = PrintedForm.Of(Given.Form, FormAnswers.Of());

    static string[] Document => File.ReadAllLines(Path.Combine(Path.GetDirectoryName(Here())!, Name));

    const string Name = "../../../docs/fidelity.md";

    static string Here([System.Runtime.CompilerServices.CallerFilePath] string test = "") => test;

    [Fact]
    public void The_document_shows_what_is_printed() => Snapshot.Matches(Name, string.Join('\n', Renewed(Document)) + "\n");

    [Fact]
    public void Every_difference_is_explained()
    {
        var rows = Document.Select(Cells).Where(c => c is [_, _, _, "=" or ['≠', ..]]).ToList();
        var explained = Document.Select(line => Regex.Match(line, @"^- \*\*(\w)\.\*\*")).Where(m => m.Success).Select(m => $"≠ {m.Groups[1].Value}");
        Assert.Equal(48, rows.Count);
        Assert.All(rows, r => Assert.Equal(r[1] == r[2], r[3] == "="));
        Assert.Equal(explained, rows.Select(r => r[3]).Where(m => m != "=").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Errors_of_the_circulating_copy_are_not_printed()
    {
        var printed = string.Join('\n', Lines().Concat(Tables().SelectMany(t => t)));
        var errors = Document.Select(Cells).SkipWhile(c => c is not ["circulating copy", "printed"]).Skip(2).TakeWhile(c => c.Length == 2).ToList();
        Assert.Equal(10, errors.Count);
        Assert.All(errors, e => Assert.DoesNotContain(e[0], printed, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.Contains(e[1], printed, StringComparison.Ordinal));
    }

    /// <summary>The document, with the third and fourth column of its comparisons made anew.</summary>
    static IEnumerable<string> Renewed(string[] document)
    {
        var tables = new Queue<IReadOnlyList<string>>(Tables());
        var printed = new Queue<string>();
        foreach (var line in document)
        {
            if (Cells(line) is [var what and ("line" or "row"), "official", "ours", ""])
            {
                printed = new Queue<string>(what == "line" ? Lines() : tables.Dequeue());
                yield return line;
            }
            else if (Cells(line) is [var place, var official, _, var mark] && place != "---")
            {
                var ours = printed.Count > 0 ? printed.Dequeue() : "(nothing)";
                yield return $"| {place} | {official} | {ours} | {(official == ours ? "=" : mark.StartsWith('≠') ? mark : "≠ ?")} |";
            }
            else
            {
                foreach (var missing in line.StartsWith('|') ? [] : printed)
                    yield return $"| ? |  | {missing} | ≠ ? |";
                if (!line.StartsWith('|'))
                    printed.Clear();
                yield return line;
            }
        }
    }

    static string[] Cells(string line) => line is ['|', .. var inner, '|'] ? [.. inner.Split('|').Select(c => c.Trim())] : [];

    static IEnumerable<string> Lines() => Blank.Blocks.OfType<PrintedLine>().Select(l => l.Text);

    static IEnumerable<IReadOnlyList<string>> Tables() => Blank.Blocks.OfType<PrintedTable>().Select(t => t.Rows.Select(Told).ToList());

    static string Told(PrintedRow row) => string.Join(" ¦ ", row.Cells.Select(cell =>
    {
        var words = cell.Paragraphs.Count == 0 ? "(empty)" : string.Join(" ⏎ ", cell.Paragraphs.Select(p => string.Concat(p.Pieces.Select(Told))));
        return $"{words}{(cell.ColumnSpan > 1 ? $" →{cell.ColumnSpan}" : "")}{(cell.RowSpan > 1 ? $" ↓{cell.RowSpan}" : "")}";
    }));

    static string Told(PrintedPiece piece) => piece switch
    {
        { Field: null } => piece.Text,
        { Text: "" } => "[ ]",
        _ => $"[{string.Join(' ', piece.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}]",
    };
}
