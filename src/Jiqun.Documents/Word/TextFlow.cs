using System.Text;

namespace Jiqun.Documents.Word;

/// <summary>Gathers text by paragraphs: each trimmed, the empty ones dropped, parted by line feeds.</summary>
sealed class TextFlow
{
    const char SoftHyphen = '\u00AD';

    readonly StringBuilder paragraph = new();
    readonly StringBuilder all = new();

    public void Append(string text)
    {
        if (text.Contains(SoftHyphen, StringComparison.Ordinal))
            text = text.Replace("\u00AD", "", StringComparison.Ordinal);
        paragraph.Append(text);
    }

    public void EndParagraph()
    {
        if (paragraph.Length == 0)
            return;
        var (start, end) = (0, paragraph.Length);
        while (start < end && char.IsWhiteSpace(paragraph[start]))
            start++;
        while (end > start && char.IsWhiteSpace(paragraph[end - 1]))
            end--;
        if (end > start)
        {
            if (all.Length > 0)
                all.Append('\n');
            all.Append(paragraph, start, end - start);
        }
        paragraph.Clear();
    }

    /// <param name="text">Paragraphs that are trimmed already.</param>
    public void AppendParagraphs(string text)
    {
        EndParagraph();
        if (all.Length > 0)
            all.Append('\n');
        all.Append(text);
    }

    /// <summary>What was gathered; the flow is empty afterwards.</summary>
    public string Take()
    {
        var text = all.ToString();
        all.Clear();
        return text;
    }
}
