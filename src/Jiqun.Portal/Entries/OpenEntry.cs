using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>An entry that a person may see, with what is to be known of its round.</summary>
/// <param name="ClosesAt">Of the round; later when it was extended for this entry.</param>
/// <param name="KeepMonths">Months after the round closes for which personal values are kept.</param>
/// <param name="MayEnter">The round is still open to its organisation; who may enter can change.</param>
public sealed record EntryHead(
    Guid Id,
    Guid OrganisationId,
    string OrganisationName,
    EntryState State,
    string Status,
    int Submissions,
    int Revision,
    bool IsSample,
    Guid RoundId,
    string RoundName,
    string FormId,
    int BaseYear,
    DateTime OpensAt,
    DateTime ClosesAt,
    bool MayEnter,
    int KeepMonths)
{
    /// <summary>What <see cref="Of"/> reads: of entry e, round r and organisation o, in whose path the ids of all stand that are above it.</summary>
    internal const string Columns =
        """
        e.id, o.id, o.name, e.state, e.status, e.submissions, e.revision, e.is_sample, r.id, r.name, r.form_id, r.base_year, r.opens_at,
        CASE WHEN e.extended_to > r.closes_at THEN e.extended_to ELSE r.closes_at END,
        NOT EXISTS (SELECT 1 FROM round_entrant x WHERE x.round_id = r.id)
            OR EXISTS (SELECT 1 FROM round_entrant x WHERE x.round_id = r.id AND o.path LIKE '%/' || lower(replace(CAST(x.organisation_id AS text), '-', '')) || '/%'),
        r.keep_months
        """;

    internal const int ColumnCount = 16;

    internal static EntryHead Of(Row row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetEnum<EntryState>(3), row.GetString(4), row.GetInt32(5), row.GetInt32(6), row.GetBoolean(7),
        row.GetGuid(8), row.GetString(9), row.GetString(10), row.GetInt32(11), row.GetUtc(12), row.GetUtc(13), row.GetBoolean(14), row.GetInt32(15));

    /// <summary>Whether this person may change it at this time; if not, why.</summary>
    /// <returns>Null when they may.</returns>
    public Finding? WhyFixed(Actor actor, DateTime now) =>
        State is EntryState.Submitted ? Finding.Error("submitted", null, Words.Of("entry-submitted"))
        : OrganisationId != actor.OrganisationId ? Refusals.NotAllowed()
        : WhyClosed(now);

    /// <summary>Why nobody may change its draft at this time.</summary>
    /// <returns>Null when who fills it in may.</returns>
    internal Finding? WhyClosed(DateTime now) =>
        !MayEnter ? Finding.Error("not-entrant", null, Words.Of("round-not-entrant")) : Round.WhyClosed(OpensAt, ClosesAt, now);
}

/// <summary>Finds an entry for a person. Entries that the person may not see are as if they did not exist.</summary>
sealed class OpenEntry(Database database, FormLibrary forms)
{
    /// <summary>What was read of the request's entry together with who asks; good for the first question only, for later it may be old.</summary>
    public (Guid Id, EntryHead? Entry)? Ahead { private get; set; }

    /// <summary>Null when there is none, or it is not for this person.</summary>
    public async Task<EntryHead?> Run(Guid id, Actor actor)
    {
        if (!actor.IsMember(Organisations.Level.Promoter))
        {
            await using var db = database.Open();
            return await Heads(db, db.EntriesOf(actor).Where(e => e.Id == id)).FirstOrDefaultAsync();
        }
        if (Ahead is { } ahead && ahead.Id == id)
        {
            Ahead = null;
            return ahead.Entry;
        }
        // as EntriesOf says: one's own organisation's
        return await database.First(new Statement(
            $"SELECT {EntryHead.Columns} FROM entry e JOIN round r ON r.id = e.round_id JOIN organisation o ON o.id = e.organisation_id WHERE e.id = $1 AND e.organisation_id = $2",
            id, actor.OrganisationId!.Value), EntryHead.Of);
    }

    /// <summary>Entries with what is to be known of their rounds.</summary>
    internal static IQueryable<EntryHead> Heads(JiqunDb db, IQueryable<Entry> entries) =>
        from e in entries
        join r in db.Rounds on e.RoundId equals r.Id
        join o in db.Organisations on e.OrganisationId equals o.Id
        select new EntryHead(e.Id, o.Id, o.Name, e.State, e.Status, e.Submissions, e.Revision, e.IsSample, r.Id, r.Name, r.FormId, r.BaseYear, r.OpensAt,
            e.ExtendedTo != null && e.ExtendedTo > r.ClosesAt ? e.ExtendedTo.Value : r.ClosesAt,
            !db.RoundEntrants.Any(x => x.RoundId == r.Id)
            || db.RoundEntrants.Any(x => x.RoundId == r.Id && db.Organisations.Any(above => above.Id == x.OrganisationId && o.Path.StartsWith(above.Path))),
            r.KeepMonths);

    /// <summary>As <see cref="Run"/>, but only for the organisation that enters: how a form came to be is nobody else's.</summary>
    public async Task<EntryHead?> Own(Guid id, Actor actor) => await Run(id, actor) is { } entry && entry.OrganisationId == actor.OrganisationId ? entry : null;

    /// <summary>The form that the entry's round pins. Its presence was checked at the start.</summary>
    public Form FormOf(EntryHead entry) => forms.Find(entry.FormId) ?? throw new InvalidOperationException($"There is no form {entry.FormId}.");
}
