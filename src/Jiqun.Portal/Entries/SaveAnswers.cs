using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
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

/// <summary>A place that was left as it is, though nobody else changed it: what was wanted cannot be kept.</summary>
public sealed record NotKept(Place Place, Finding Why);

/// <summary>What came of a save.</summary>
/// <param name="Entry">As it was found.</param>
/// <param name="Draft">The draft afterwards.</param>
/// <param name="Conflicts">Places that were left as they are, for the person to choose.</param>
public sealed record Saved(EntryHead Entry, Draft Draft, IReadOnlyList<Conflict> Conflicts, IReadOnlyList<NotKept> Refused, DateTime At);

/// <summary>Writes answers and explanations of a draft, each against the version that the person saw. Never overwrites what the person did not see.</summary>
sealed class SaveAnswers(Database database, OpenEntry open, Drafts drafts, TimeProvider clock)
{
    /// <summary>Characters that one answer may have, in UTF-16 units; many times what any form asks for.</summary>
    public const int MostInLongText = 100_000, MostInText = 2_000;

    /// <summary>Times that it begins anew because colleagues changed something meanwhile.</summary>
    const int MostTries = 50;

    static readonly Into Changes = new("change", ["entry_id", "number", "field", "code", "before", "after", "at", "account_id", "digest"]);

    static readonly Into Answers = new(
        "answer", ["entry_id", "field", "code", "written", "version"], "ON CONFLICT (entry_id, field, code) DO UPDATE SET written = excluded.written, version = excluded.version");

    static readonly Into Origins = new("change_origin", ["entry_id", "number", "evidence_id"]);

    /// <param name="wishes">Several places at most once each.</param>
    /// <param name="isWhole">Whether they are a whole form, with places that the person never touched.</param>
    /// <param name="origin">The file that they were taken from; null when a person wrote them.</param>
    public async Task<Outcome<Saved>> Run(Guid entryId, IReadOnlyList<Wish> wishes, Actor actor, bool isWhole = true, Guid? origin = null)
    {
        using var turn = await drafts.Turn(entryId);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (await open.Run(entryId, actor) is not { } entry)
                return Refusals.Missing();
            var now = clock.Now();
            if (entry.WhyFixed(actor, now) is { } fixed_)
                return fixed_;
            var before = await drafts.Of(entryId, entry.Revision);
            var (changed, conflicts, refused) = await Judge(entry, before, wishes, isWhole);
            if (changed.Count > 0 && !await Write(before, changed, entry, actor, now, origin))
                continue;
            Metrics.Conflicts.Add(conflicts.Count);
            if (changed.Count == 0)
                return new Saved(entry, before, conflicts, refused, now);
            var after = before.With(before.Revision + changed.Count, changed);
            drafts.Keep(entryId, after);
            Metrics.Saves.Add(1);
            return new Saved(entry, after, conflicts, refused, now);
        }
        return Finding.Error("busy", null, Words.Of("entry-busy"));
    }

    /// <summary>What would come of a save to this draft.</summary>
    internal async Task<(List<(Place Place, Standing Standing)> Changed, List<Conflict> Conflicts, List<NotKept> Refused)> Judge(EntryHead entry, Draft before, IReadOnlyList<Wish> wishes, bool isWhole = true)
    {
        var form = open.FormOf(entry);
        List<NotKept> refused = [];
        List<Wanted> wanted = [];
        foreach (var wish in wishes)
        {
            var clean = new Wanted(wish.Place, PlainText.Of(wish.Text), wish.Version, Echoes(form, wish.Place));
            if (Wrong(form, clean) is { } wrong)
                refused.Add(new NotKept(wish.Place, wrong));
            else if (form[wish.Place.Field].Repeats is { } echoed && wish.Place.Code.Length == 0)
                refused.AddRange(WrongEcho(form, clean, PlainText.Of(wishes.FirstOrDefault(w => w.Place == new Place(echoed))?.Text ?? before.Text(echoed)), echoed).Select(why => new NotKept(wish.Place, why)));
            else if (before[clean.Place].Text != clean.Text)
                wanted.Add(clean);
        }
        if (isWhole && wanted.Exists(w => w.Version != before[w.Place].Version))
            await DropUntouched(entry.Id, wanted, before);
        var conflicts = wanted.Where(w => w.Version != before[w.Place].Version).Select(w => new Conflict(w.Place, before[w.Place], w.Text)).ToList();
        var changed = (from w in wanted
                       where w.Version == before[w.Place].Version
                       from place in w.Echoes.Where(e => before[e].Text != w.Text).Prepend(w.Place)
                       select (Place: place, w.Text)).Select((c, i) => (c.Place, Standing: new Standing(c.Text, before.Revision + i + 1))).ToList();
        return (changed, conflicts, refused);
    }

    /// <summary>Who sends a whole form sends places, too, that others have changed since and the person never touched.</summary>
    async Task DropUntouched(Guid entryId, List<Wanted> wanted, Draft before)
    {
        await using var db = database.Open();
        var versions = wanted.Where(w => w.Version != before[w.Place].Version).Select(w => w.Version).ToList();
        var seen = await db.Changes.Where(c => c.EntryId == entryId && versions.Contains(c.Number)).ToDictionaryAsync(c => c.Number);
        wanted.RemoveAll(w => w.Version != before[w.Place].Version
            && (seen.TryGetValue(w.Version, out var change) ? change.Field == w.Place.Field && change.Code == w.Place.Code && StoredAnswer.Read(database.Key, entryId, change.Field, change.After) == w.Text : w.Version == 0 && w.Text.Length == 0));
    }

    /// <param name="Echoes">Places that the form asks for a second time: they take what this one holds, and only with it.</param>
    sealed record Wanted(Place Place, string Text, int Version, IEnumerable<Place> Echoes);

    /// <summary>Writes what was judged against a draft, if that draft is still the newest and may still be changed.</summary>
    Task<bool> Write(Draft before, List<(Place Place, Standing Standing)> changed, EntryHead entry, Actor actor, DateTime now, Guid? origin) => database.WriteIf(
        new Statement(
            """
            UPDATE entry SET revision = $3
            WHERE id = $1 AND revision = $2 AND state = 'Draft' AND (extended_to > $4 OR EXISTS (SELECT 1 FROM round WHERE round.id = entry.round_id AND closes_at > $4))
            """, entry.Id, before.Revision, before.Revision + changed.Count, now),
        [
            .. Rows(before, changed, entry, actor, now, out var digest),
            AuditLog.Rows(database.Key, actor.AccountId, now, (AuditAction.AnswersChanged, entry.Id, Described(changed), digest)),
            .. origin is { } file
                ? [new Insertion(Origins, [.. changed.Select(c => new object[] { entry.Id, c.Standing.Version, file })])]
                : Array.Empty<Insertion>(),
        ]);

    /// <param name="changed">At least one.</param>
    /// <param name="digest">Of the changes, for the audit row.</param>
    internal Insertion[] Rows(Draft before, List<(Place Place, Standing Standing)> changed, EntryHead entry, Actor actor, DateTime now, out string digest)
    {
        var made = Made(before, changed, entry, actor.AccountId, now);
        digest = ChangeDigest.OfAll(made.ConvertAll(c => c.Digest));
        return
        [
            new Insertion(Changes, made.ConvertAll(c => new object[] { entry.Id, c.Number, c.Field, c.Code, c.Before, c.After, now, actor.AccountId, c.Digest })),
            new Insertion(Answers, made.ConvertAll(c => new object[] { entry.Id, c.Field, c.Code, c.After, c.Number })),
        ];
    }

    /// <summary>The changes as they are kept.</summary>
    internal List<Change> Made(Draft before, List<(Place Place, Standing Standing)> changed, EntryHead entry, Guid by, DateTime now)
    {
        var form = open.FormOf(entry);
        return changed.ConvertAll(c =>
        {
            var (place, standing) = c;
            var (was, after) = (StoredAnswer.Of(database.Key, entry.Id, form[place.Field], before[place].Text), StoredAnswer.Of(database.Key, entry.Id, form[place.Field], standing.Text));
            return new Change
            {
                EntryId = entry.Id,
                Number = standing.Version,
                Field = place.Field,
                Code = place.Code,
                Before = was,
                After = after,
                At = now,
                AccountId = by,
                Digest = ChangeDigest.Of(entry.Id, standing.Version, place.Field, place.Code, was, after, now, by),
            };
        });
    }

    /// <summary>12–14 indicators.output …: the numbers of the changes, and the fields.</summary>
    internal static string Described(List<(Place Place, Standing Standing)> changed) =>
        $"{changed[0].Standing.Version}–{changed[^1].Standing.Version} {string.Join(' ', changed.Select(c => c.Place.Field).Distinct())}";

    /// <summary>Numbers of the first and the last change that an audit row tells of, as <see cref="Described"/> wrote them.</summary>
    internal static (int First, int Last) NumbersIn(string detail)
    {
        var numbers = detail.Split(' ', 2)[0].Split('–');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[^1], CultureInfo.InvariantCulture));
    }

    static Finding? Wrong(Form form, Wanted wish)
    {
        if (form.Find(wish.Place.Field) is not { By: AnsweredBy.Entrant } field)
            return Finding.Error("unknown-field", wish.Place.Field, Words.Of("unknown-field", wish.Place.Field));
        var most = field.Kind is FieldKind.LongText && wish.Place.Code.Length == 0 ? MostInLongText : MostInText;
        return wish.Text.Length > most ? Finding.Error("too-large", field.Id, Words.Of("too-large", field.Name, wish.Text.Length, most))
            : wish.Place.Code.Length > 100 || !wish.Place.Code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? Finding.Error("unknown-finding", field.Id, Words.Of("unknown-finding", field.Name))
            : null;
    }

    /// <summary>What repeats another field may be sent as that field has it, and is not written for itself.</summary>
    static IEnumerable<Finding> WrongEcho(Form form, Wanted wish, string first, string echoed) =>
        wish.Text == first ? [] : [Finding.Error("echo", wish.Place.Field, Words.Of("echo-differs", form[wish.Place.Field].Name, form[echoed].Name))];

    /// <summary>Where the form asks for the same a second time.</summary>
    internal static IEnumerable<Place> Echoes(Form form, Place place) =>
        place.Code.Length == 0 && form.Find(place.Field) is { } field ? form.TouchedBy(field).Where(f => f.Repeats == field.Id).Select(f => new Place(f.Id)) : [];
}
