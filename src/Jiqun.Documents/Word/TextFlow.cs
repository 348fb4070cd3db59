namespace Jiqun.Documents.Word;

/// <summary>Gathers text by paragraphs: each trimmed, the empty ones dropped, parted by line feeds.</summary>
sealed class TextFlow
{
    const char SoftHyphen = '\u00AD';

    char[] text = new char[64];

    /// <summary>Where the finished paragraphs end, and where the next character goes. One place for a line feed lies between.</summary>
    int finished, next;

    /// <summary>Where the paragraph that is being written begins.</summary>
    int Start => finished == 0 ? 0 : finished + 1;

    public void Append(ReadOnlySpan<char> more)
    {
        if (next + more.Length > text.Length)
            Array.Resize(ref text, Math.Max(text.Length * 2, next + more.Length));
        if (more.Contains(SoftHyphen))
        {
            foreach (var c in more)
            {
                if (c != SoftHyphen)
                    text[next++] = c;
            }
            return;
        }
        more.CopyTo(text.AsSpan(next));
        next += more.Length;
    }

    public void EndParagraph()
    {
        var start = Start;
        var paragraph = text.AsSpan(start, next - start);
        var trimmed = paragraph.Trim();
        if (trimmed.IsEmpty)
        {
            next = start;
            return;
        }
        trimmed.CopyTo(paragraph);
        if (finished > 0)
            text[finished] = '\n';
        finished = start + trimmed.Length;
        if (finished == text.Length)
            Array.Resize(ref text, text.Length * 2);
        next = finished + 1;
    }

    /// <param name="paragraphs">Trimmed already.</param>
    public void AppendParagraphs(string paragraphs)
    {
        EndParagraph();
        Append(paragraphs);
        EndParagraph();
    }

    /// <summary>What was gathered; the flow is empty afterwards.</summary>
    public string Take()
    {
        var taken = new string(text, 0, finished);
        (finished, next) = (0, 0);
        return taken;
    }
}
