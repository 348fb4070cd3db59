using System.Collections.Concurrent;
using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Where an answer or an explanation stands in a form.</summary>
/// <param name="Code">Code of the finding that is explained; empty for the answer itself.</param>
public readonly record struct Place(string Field, string Code = "");

/// <summary>What stands in a place, and since which change.</summary>
/// <param name="Text">Empty when it was emptied, or never filled in (version 0).</param>
public readonly record struct Standing(string Text, int Version);

/// <summary>What an entry holds after one of its changes: every answer and explanation with its version. Immutable.</summary>
public sealed class Draft
{
    readonly Dictionary<Place, Standing> standing;
    int? characters;

    /// <summary>What was read of each field, with the messages of one language; handed on to later drafts for fields that did not change.</summary>
    Readings? read;

    sealed record Readings(string Language, Dictionary<string, Reading> ByField);

    Draft(int revision, Dictionary<Place, Standing> standing) => (Revision, this.standing) = (revision, standing);

    /// <summary>Number of the last change that it holds.</summary>
    public int Revision { get; }

    public Standing this[Place place] => standing.TryGetValue(place, out var found) ? found : new Standing("", 0);

    public string Text(string field) => this[new Place(field)].Text;

    /// <summary>About how much room it takes.</summary>
    public int Characters => characters ??= 1000 + standing.Values.Sum(s => s.Text.Length);

    /// <summary>Explanations that are not empty.</summary>
    public IEnumerable<(Place Place, Standing Standing)> Explanations =>
        from s in standing where s.Key.Code.Length > 0 && s.Value.Text.Length > 0 orderby s.Key.Field, s.Key.Code select (s.Key, s.Value);

    /// <summary>Whether a finding is a warning that nobody explained.</summary>
    public bool IsUnexplained(Finding finding) => finding is { Severity: Severity.Warning, Field: not null } && this[new Place(finding.Field, finding.Code)].Text.Length == 0;

    public static Draft Of(int revision, IEnumerable<(Place Place, Standing Standing)> standing) => new(revision, standing.ToDictionary(s => s.Place, s => s.Standing));

    /// <summary>The draft after further changes.</summary>
    public Draft With(int revision, IReadOnlyCollection<(Place Place, Standing Standing)> changed)
    {
        var after = new Dictionary<Place, Standing>(standing);
        foreach (var (place, now) in changed)
            after[place] = now;
        var next = new Draft(revision, after);
        if (read is { } known)
        {
            var kept = new Dictionary<string, Reading>(known.ByField);
            foreach (var (place, _) in changed)
                kept.Remove(place.Field);
            next.read = known with { ByField = kept };
        }
        return next;
    }

    /// <summary>What the answers are as values of their fields, and what the checks find.</summary>
    public FilledForm Checked(Form form, Stage stage, DateOnly today)
    {
        var language = CultureInfo.CurrentUICulture.Name;
        var known = read is { } before && before.Language == language ? before.ByField : [];
        var now = form.Fields.ToDictionary(f => f.Id, f => known.TryGetValue(f.Id, out var reading) ? reading : Reading.Of(f, Text(f.Id)));
        read = new Readings(language, now);
        return FilledForm.Of(form, form.Fields.Select(f => (f, now[f.Id])), stage, today);
    }
}

/// <summary>The drafts that were worked on last, so that a save need not read a whole form again. Only ever a shortcut: a draft of another revision is not used.</summary>
sealed class Drafts
{
    /// <summary>Characters of answers that are kept, in all: 64 MB.</summary>
    const int MostCharacters = 32 * 1024 * 1024;

    int characters;

    readonly ConcurrentDictionary<Guid, Draft> recent = new();
    readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Whose turn it is to change an entry, among those in this process who got into each other's way; shared with a few other entries.</summary>
    public SemaphoreSlim TurnOf(Guid entry) => turns[(uint)entry.GetHashCode() % turns.Length];

    /// <summary>The draft as it stands after this change.</summary>
    public async Task<Draft> Of(JiqunDb db, Guid entry, int revision)
    {
        if (recent.TryGetValue(entry, out var known) && known.Revision == revision)
            return known;
        if (revision == 0)
            return Draft.Of(0, []);
        // rows of later changes may be among these; they bear their versions, and no draft of an earlier revision is kept
        var rows = await db.Answers.AsNoTracking().Where(a => a.EntryId == entry).ToListAsync();
        var draft = Draft.Of(Math.Max(revision, rows.Select(a => a.Version).DefaultIfEmpty().Max()), rows.Select(a => (new Place(a.Field, a.Code), new Standing(a.Written, a.Version))));
        Keep(entry, draft);
        return draft;
    }

    public void Keep(Guid entry, Draft draft)
    {
        if (Interlocked.Add(ref characters, draft.Characters) > MostCharacters)
        {
            recent.Clear();
            Interlocked.Exchange(ref characters, draft.Characters);
        }
        recent.AddOrUpdate(entry, draft, (_, known) =>
        {
            var (kept, gone) = known.Revision > draft.Revision ? (known, draft) : (draft, known);
            Interlocked.Add(ref characters, -gone.Characters);
            return kept;
        });
    }
}
