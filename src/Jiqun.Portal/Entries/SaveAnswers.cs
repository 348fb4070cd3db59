using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>What a person wants to stand in a place.</summary>
/// <param name="Version">The version that the person saw; 0 when the place was never filled in.</param>
public sealed record Wish(Place Place, string Text, int Version);

/// <summary>A place that somebody else changed since the person saw it.</summary>
/// <param name="Standing">What stands there now.</param>
/// <param name="Wanted">What the person wants.</param>
public sealed record Conflict(Place Place, Standing Standing, string Wanted);

/// <summary>What came of a save.</summary>
/// <param name="Entry">As it was found.</param>
/// <param name="Draft">The draft afterwards.</param>
/// <param name="Conflicts">Places that were left as they are, for the person to choose.</param>
/// <param name="Refused">Why places were left as they are, though nobody else changed them: what was wanted cannot be kept.</param>
public sealed record Saved(EntryHead Entry, Draft Draft, IReadOnlyList<Conflict> Conflicts, IReadOnlyList<Finding> Refused, DateTime At);

/// <summary>Writes answers and explanations of a draft, each against the version that the person saw. Never overwrites what the person did not see.</summary>
sealed class SaveAnswers(Database database, JiqunDb db, OpenEntry open, Drafts drafts, TimeProvider clock)
{
    /// <summary>Characters that one answer may have, in UTF-16 units; many times what any form asks for.</summary>
    public const int MostInLongText = 100_000, MostInText = 2_000;

    /// <param name="wishes">Several places at most once each.</param>
    public async Task<Outcome<Saved>> Run(Guid entryId, IReadOnlyList<Wish> wishes, Actor actor)
    {
        if (await open.Run(entryId, actor) is not { } entry)
            return Refusals.Missing();
        var now = clock.Now();
        if (entry.WhyFixed(actor, now) is { } fixed_)
            return fixed_;
        var form = open.FormOf(entry);
        List<Finding> refused = [];
        List<Wish> wanted = [];
        var before = await drafts.Of(db, entryId, entry.Revision);
        foreach (var wish in wishes)
        {
            var clean = wish with { Text = Clean(wish.Text) };
            if (Wrong(form, clean) is { } wrong)
                refused.Add(wrong);
            else
                wanted.AddRange(Echoes(form, before, clean).Prepend(clean).Where(w => before[w.Place].Text != w.Text));
        }
        if (wanted.Exists(w => w.Version != before[w.Place].Version))
            await DropUntouched(entryId, wanted, before);
        if (wanted.Count == 0)
            return new Saved(entry, before, [], refused, now);
        var written = await database.Write(write => Write(write, entryId, wanted, actor, now), CancellationToken.None);
        if (written is null)                               // submitted or closed between reading and writing
            return (await open.Run(entryId, actor))?.WhyFixed(actor, clock.Now()) ?? Refusals.Missing();

        var after = written.Revision == before.Revision + written.Changed.Count
            ? before.With(written.Revision, written.Changed)
            : await drafts.Of(db, entryId, written.Revision);
        drafts.Keep(entryId, after);
        return new Saved(entry, after, written.Conflicts, refused, now);
    }

    /// <summary>Who sends a whole form sends places, too, that others have changed since and the person never touched.</summary>
    async Task DropUntouched(Guid entryId, List<Wish> wanted, Draft before)
    {
        var versions = wanted.Where(w => w.Version != before[w.Place].Version).Select(w => w.Version).ToList();
        var seen = await db.Changes.Where(c => c.EntryId == entryId && versions.Contains(c.Number)).ToDictionaryAsync(c => c.Number);
        wanted.RemoveAll(w => w.Version != before[w.Place].Version
            && (seen.TryGetValue(w.Version, out var change) ? change.Field == w.Place.Field && change.Code == w.Place.Code && change.After == w.Text : w.Version == 0 && w.Text.Length == 0));
    }

    sealed record Written(int Revision, IReadOnlyList<(Place, Standing)> Changed, IReadOnlyList<Conflict> Conflicts);

    static async Task<Written?> Write(WriteTransaction write, Guid entryId, List<Wish> wanted, Actor actor, DateTime now)
    {
        // holds the entry until the commit: of two people one waits here for the other
        var head = await write.Rows(new Statement(
            """
            UPDATE entry SET revision = revision + @changes
            WHERE id = @entry AND state = 'Draft' AND EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > @now)
            RETURNING revision
            """, ("@changes", wanted.Count), ("@entry", entryId), ("@now", now)), r => r.GetInt32(0));
        if (head.Count == 0)
            return null;
        var number = head[0] - wanted.Count;
        var standing = (await write.Rows(
            wanted.Count == 1
                ? new Statement(
                    "SELECT field, code, written, version FROM answer WHERE entry_id = @entry AND field = @field AND code = @code",
                    ("@entry", entryId), ("@field", wanted[0].Place.Field), ("@code", wanted[0].Place.Code))
                : new Statement("SELECT field, code, written, version FROM answer WHERE entry_id = @entry", ("@entry", entryId)),
            r => (Place: new Place(r.GetString(0), r.GetString(1)), Standing: new Standing(r.GetString(2), r.GetInt32(3))))).ToDictionary(s => s.Place, s => s.Standing);
        List<Conflict> conflicts = [];
        List<(Place, Standing)> changed = [];
        List<Statement> statements = [];
        foreach (var (place, text, version) in wanted)
        {
            var there = standing.GetValueOrDefault(place, new Standing("", 0));
            if (there.Text == text)
                continue;
            if (there.Version != version)
            {
                conflicts.Add(new Conflict(place, there, text));
                continue;
            }
            number++;
            changed.Add((place, new Standing(text, number)));
            statements.Add(new Statement(
                "INSERT INTO change (entry_id, number, field, code, before, after, at, account_id) VALUES (@entry, @number, @field, @code, @before, @after, @at, @account)",
                ("@entry", entryId), ("@number", number), ("@field", place.Field), ("@code", place.Code), ("@before", there.Text), ("@after", text), ("@at", now), ("@account", actor.AccountId)));
            statements.Add(new Statement(
                """
                INSERT INTO answer (entry_id, field, code, written, version) VALUES (@entry, @field, @code, @after, @number)
                ON CONFLICT (entry_id, field, code) DO UPDATE SET written = excluded.written, version = excluded.version
                """, ("@entry", entryId), ("@field", place.Field), ("@code", place.Code), ("@after", text), ("@number", number)));
        }
        if (changed.Count < wanted.Count)
            statements.Add(new Statement("UPDATE entry SET revision = @number WHERE id = @entry", ("@number", number), ("@entry", entryId)));
        await write.Run([.. statements]);
        return new Written(number, changed, conflicts);
    }

    static Finding? Wrong(Form form, Wish wish)
    {
        if (form.Find(wish.Place.Field) is not { By: AnsweredBy.Entrant } field)
            return Finding.Error("unknown-field", wish.Place.Field, Words.Of("unknown-field", wish.Place.Field));
        var most = field.Kind is FieldKind.LongText && wish.Place.Code.Length == 0 ? MostInLongText : MostInText;
        return wish.Text.Length > most ? Finding.Error("too-large", field.Id, Words.Of("too-large", field.Name, wish.Text.Length, most))
            : wish.Place.Code.Length > 100 ? Finding.Error("unknown-field", field.Id, Words.Of("unknown-field", wish.Place.Code))
            : null;
    }

    /// <summary>Fields that the form asks for a second time: they take what the first holds.</summary>
    static IEnumerable<Wish> Echoes(Form form, Draft before, Wish wish) =>
        from echo in wish.Place.Code.Length > 0 ? [] : form.Fields
        where echo.Echoed() == wish.Place.Field
        let place = new Place(echo.Id)
        select new Wish(place, wish.Text, before[place].Version);

    /// <summary>Line ends are line feeds; what a database cannot hold is replaced, as the documents show it.</summary>
    static string Clean(string text)
    {
        text = text.ReplaceLineEndings("\n").Trim();
        return text.Contains('\0') || text.Any(char.IsSurrogate) ? string.Concat(text.EnumerateRunes()).Replace('\0', '\uFFFD') : text;
    }
}
