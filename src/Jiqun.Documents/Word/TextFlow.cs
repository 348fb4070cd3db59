namespace Jiqun.Documents.Word;

/// <summary>Gathers text by paragraphs: each trimmed, the empty ones dropped, parted by line feeds. Answers that are marked can be told apart.</summary>
sealed class TextFlow
{
    const char SoftHyphen = '\u00AD';

    char[] text = new char[64];

    /// <summary>Where the finished paragraphs end, and where the next character goes. One place for a line feed lies between.</summary>
    int finished, next;

    /// <summary>Null until an answer is marked. From the first mark on paragraphs are only noted, and trimmed when all is known.</summary>
    List<FlowMark>? marks;

    /// <summary>Bookmarks that have begun, as places in <see cref="marks"/>.</summary>
    readonly List<int> begun = [];

    /// <summary>Where the paragraph that is being written begins.</summary>
    int Start => finished == 0 ? 0 : finished + 1;

    /// <summary>Whether <see cref="TakeAnswers"/> may find any.</summary>
    public bool IsMarked => marks is not null;

    /// <summary>Whether a bookmark has begun that has not ended.</summary>
    public bool IsInBookmark => begun.Count > 0;

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
        if (marks is not null)
        {
            if (marks[^1] is not { Kind: FlowMarkKind.ParagraphEnd } last || last.At < next)
                Mark(FlowMarkKind.ParagraphEnd, "", "");
            return;
        }
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

    // ---- marked answers ----------------------------------------------------------------------------------------------------

    public void BeginControl(string tag) => Mark(FlowMarkKind.ControlStart, tag, "");

    public void EndControl() => Mark(FlowMarkKind.ControlEnd, "", "");

    /// <param name="id">By which its end is known.</param>
    public void BeginBookmark(string tag, string id)
    {
        Mark(FlowMarkKind.BookmarkStart, tag, id);
        begun.Add(marks!.Count - 1);
    }

    /// <summary>An end whose start is not in this flow says nothing; nor does, later, a start without end.</summary>
    public void EndBookmark(string id)
    {
        for (var i = begun.Count - 1; i >= 0; i--)
        {
            if (marks![begun[i]].Bookmark != id)
                continue;
            marks[begun[i]] = marks[begun[i]] with { Kind = FlowMarkKind.ClosedBookmarkStart };
            begun.RemoveAt(i);
            Mark(FlowMarkKind.BookmarkEnd, "", id);
            return;
        }
    }

    void Mark(FlowMarkKind kind, string tag, string bookmark)
    {
        if (marks is null)
        {
            marks = [];
            if (finished > 0)
            {
                text[finished] = '\n';
                marks.Add(new FlowMark(finished, FlowMarkKind.ParagraphEnd, "", ""));      // what goes on is trimmed by itself
            }
        }
        marks.Add(new FlowMark(next, kind, tag, bookmark));
    }

    /// <summary>As <see cref="Take"/>, with the marked answers apart. A control says more than a bookmark, what is inside more than what is around it.</summary>
    /// <returns>The text that belongs to no answer; each answer, by its tag, also when nothing stands in its place.</returns>
    public (string Own, IReadOnlyDictionary<string, string> Answers) TakeAnswers()
    {
        var own = new FlowPart();
        Dictionary<string, FlowPart> answers = [];
        List<FlowMark> controls = [], bookmarks = [];
        var (at, paragraph) = (0, 0);
        foreach (var mark in marks ?? [])
        {
            GiveUpTo(mark.At);
            switch (mark.Kind)
            {
                case FlowMarkKind.ParagraphEnd:
                    paragraph++;
                    break;
                case FlowMarkKind.ControlStart:
                    controls.Add(mark);
                    PartOf(mark.Tag).Flow.EndParagraph();
                    break;
                case FlowMarkKind.ControlEnd:
                    controls.RemoveAt(controls.Count - 1);
                    break;
                case FlowMarkKind.ClosedBookmarkStart:
                    bookmarks.Add(mark);
                    PartOf(mark.Tag);
                    break;
                case FlowMarkKind.BookmarkEnd:
                    bookmarks.RemoveAt(bookmarks.FindLastIndex(b => b.Bookmark == mark.Bookmark));
                    break;
                case FlowMarkKind.BookmarkStart:
                    break;
            }
        }
        (finished, next, marks) = (0, 0, null);
        begun.Clear();
        return (own.Take(), answers.ToDictionary(a => a.Key, a => a.Value.Take()));

        void GiveUpTo(int end)
        {
            if (end > at)
                (controls.Count > 0 ? PartOf(controls[^1].Tag) : bookmarks.Count > 0 ? PartOf(bookmarks[^1].Tag) : own).Append(text.AsSpan(at, end - at), paragraph);
            at = end;
        }

        FlowPart PartOf(string tag) => answers.TryGetValue(tag, out var part) ? part : answers[tag] = new FlowPart();
    }

    /// <summary>What belongs to one answer, or to none.</summary>
    sealed class FlowPart
    {
        int paragraph;

        public TextFlow Flow { get; } = new();

        public void Append(ReadOnlySpan<char> more, int inParagraph)
        {
            if (inParagraph != paragraph)
                Flow.EndParagraph();
            paragraph = inParagraph;
            Flow.Append(more);
        }

        public string Take()
        {
            Flow.EndParagraph();
            return Flow.Take();
        }
    }

    enum FlowMarkKind
    {
        ParagraphEnd,
        ControlStart,
        ControlEnd,

        /// <summary>Of a bookmark whose end was not met.</summary>
        BookmarkStart,
        ClosedBookmarkStart,
        BookmarkEnd,
    }

    /// <param name="At">The character before which it stands.</param>
    /// <param name="Tag">Whose answer begins; empty where none does.</param>
    /// <param name="Bookmark">The bookmark's id; empty for what is none.</param>
    readonly record struct FlowMark(int At, FlowMarkKind Kind, string Tag, string Bookmark);
}
