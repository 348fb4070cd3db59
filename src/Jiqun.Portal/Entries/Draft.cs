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

/// <summary>What an entry holds after one of its changes: every answer and explanation with its version. Immutable, but for what it remembers of the last check.</summary>
public sealed class Draft
{
    readonly Dictionary<Place, Standing> standing;
    int? characters;

    static readonly HashSet<string> Unchanged = [];

    Known? known;

    /// <summary>What was found in an earlier draft, in one language on one day, and the fields that changed since.</summary>
    sealed record Known(RunningCheck Check, string Language, Stage Stage, DateOnly Today, HashSet<string> Changed);

    Draft(int revision, Dictionary<Place, Standing> standing) => (Revision, this.standing) = (revision, standing);

    /// <summary>Number of the last change that it holds.</summary>
    public int Revision { get; }

    public Standing this[Place place] => standing.TryGetValue(place, out var found) ? found : new Standing("", 0);

    public string Text(string field) => this[new Place(field)].Text;

    /// <summary>About how much room it takes.</summary>
    public int Characters => characters ??= 10_000 + standing.Values.Sum(s => s.Text.Length);

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
        var next = new Draft(revision, after) { characters = Characters + changed.Sum(c => c.Standing.Text.Length - this[c.Place].Text.Length) };
        if (known is { } before)
            next.known = before with { Changed = [.. before.Changed, .. changed.Select(c => c.Place.Field)] };
        return next;
    }

    /// <summary>What the answers are as values of their fields, and what the checks find.</summary>
    public FilledForm Checked(Form form, Stage stage, DateOnly today)
    {
        var language = CultureInfo.CurrentUICulture.Name;          // of the findings' messages
        (Field, Reading)[] Read(IEnumerable<Field> fields) => [.. fields.Select(f => (f, Reading.Of(f, Text(f.Id))))];
        var check = known is { } k && (k.Language, k.Stage, k.Today) == (language, stage, today)
            ? k.Changed.Count == 0 ? k.Check : k.Check.With(Read(k.Changed.Select(id => form[id])))
            : RunningCheck.Of(form, Read(form.Fields), stage, today);
        known = new Known(check, language, stage, today, Unchanged);
        return check.Filled;
    }
}

/// <summary>The drafts that were worked on last, so that a save need not read a whole form again. Only ever a shortcut: a draft of another revision is not used.</summary>
sealed class Drafts(Database database)
{
    /// <summary>Characters of answers that are kept, in all: 64 MB.</summary>
    const int MostCharacters = 32 * 1024 * 1024;

    int characters;

    readonly ConcurrentDictionary<Guid, Draft> recent = new();
    readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Lets those who change the same entry go one after another, within this process; whoever does not wait here is told by the database, and tries again.</summary>
    /// <returns>To be disposed of when the turn is over.</returns>
    public async Task<IDisposable> Turn(Guid entry)
    {
        var turn = turns[entry.GetHashCode() & (turns.Length - 1)];
        await turn.WaitAsync();
        return new Over(turn);
    }

    sealed class Over(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    /// <summary>The draft as it stands after this change.</summary>
    public async Task<Draft> Of(Guid entry, int revision)
    {
        if (recent.TryGetValue(entry, out var known) && known.Revision == revision)
            return known;
        if (revision == 0)
            return Draft.Of(0, []);
        await using var db = database.Open();              // seldom
        // rows of later changes may be among these; they bear their versions, and no draft of an earlier revision is kept
        var rows = await db.Answers.AsNoTracking().Where(a => a.EntryId == entry).ToListAsync();
        var draft = Draft.Of(Math.Max(revision, rows.Select(a => a.Version).DefaultIfEmpty().Max()), rows.Select(a => (new Place(a.Field, a.Code), new Standing(StoredAnswer.Read(database.Key, entry, a.Field, a.Written), a.Version))));
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
