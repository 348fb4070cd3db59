using Jiqun.Core.Definitions;

namespace Jiqun.Documents.Word;

/// <summary>How a document says to which field an answer belongs: by the tag of a content control, and by a bookmark around it.</summary>
/// <remarks>LibreOffice drops the tags and keeps the bookmarks.</remarks>
sealed class AnswerMarks(Form form)
{
    /// <summary>Word's limit.</summary>
    const int LongestBookmark = 40;

    readonly HashSet<string> fields = [.. form.Fields.Select(f => f.Id)];

    readonly Dictionary<string, string> byBookmark =
        form.Fields.Select(f => f.Id).Where(id => BookmarkOf(id) is not null).ToDictionary(id => BookmarkOf(id)!);

    /// <summary>A control's tag is the field's id itself.</summary>
    public bool IsTag(string tag) => fields.Contains(tag);

    /// <summary>Whether a building block is what an empty control of ours shows.</summary>
    public bool IsPlaceholder(string block) => block == Placeholders.BlankName || IsTag(block);

    /// <returns>The field's id; null when the bookmark marks no answer.</returns>
    public string? FieldOf(string bookmark) => byBookmark.GetValueOrDefault(bookmark);

    /// <summary>The name of the bookmark around a field's answer: its id, points replaced by underscores.</summary>
    /// <returns>Null when Word would not take the name, or it could be another field's.</returns>
    public static string? BookmarkOf(string field) =>
        field.Length is > 0 and <= LongestBookmark && char.IsAsciiLetter(field[0]) && field.All(c => char.IsAsciiLetterOrDigit(c) || c == '.')
            ? field.Replace('.', '_')
            : null;
}
