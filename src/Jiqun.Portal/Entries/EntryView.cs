using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Portal.Entries;

/// <summary>How far one section is.</summary>
/// <param name="Answered">Fields that are answered, of those that are to be.</param>
/// <param name="Asked">Fields that are to be answered: required or expected, each question once.</param>
/// <param name="Errors">Errors in it.</param>
public sealed record SectionState(string Id, Text Title, int Answered, int Asked, int Errors);

/// <summary>A draft as its page shows it.</summary>
public sealed record EntryView(Form Form, EntryHead Entry, Draft Draft, FilledForm Filled)
{
    ILookup<string?, Finding>? findings;

    /// <summary>By field. Those of a draft: what is empty is no mistake yet.</summary>
    public ILookup<string?, Finding> Findings => findings ??= Filled.Findings.ToLookup(f => f.Field);

    /// <summary>Whether it shows personal values.</summary>
    public bool HasPersonal => Form.EntrantFields.Any(f => f.Personal && Draft.Text(f.Id).Length > 0);

    public static EntryView Of(Form form, EntryHead entry, Draft draft, DateOnly today) => new(form, entry, draft, draft.Checked(form, Stage.Draft, today));

    public IEnumerable<SectionState> Sections =>
        from section in Form.Sections
        select new SectionState(
            section.Id,
            section.Title,
            section.Asked.Count(f => Filled.Answers[f.Id] is not null),
            section.Asked.Count,
            Filled.Findings.Count(f => f.Severity is Severity.Error && f.Field is { } id && section.Has(id)));
}
