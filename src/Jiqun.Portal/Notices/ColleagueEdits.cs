using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Notices;

/// <summary>
/// What colleagues changed in a draft since a person looked at it. Nothing is written for it when they save: it follows from the history.
/// Who changed something themselves had the draft before them.
/// </summary>
/// <param name="Fields">How many fields.</param>
/// <param name="By">Their names, who changed something last first.</param>
/// <param name="UpTo">Number of the last change.</param>
public sealed record ColleagueEdits(Guid EntryId, string Round, int Fields, IReadOnlyList<string> By, DateTime At, int UpTo)
{
    /// <summary>
    /// Changes c of drafts of the organisation $2: the last one of each, where a colleague of $1 made it and $1 has not seen it. Then, and only then,
    /// there are edits to tell.
    /// </summary>
    internal const string Unseen =
        """
        FROM entry e JOIN change c ON c.entry_id = e.id AND c.number = (SELECT max(x.number) FROM change x WHERE x.entry_id = e.id)
        WHERE e.organisation_id = $2 AND e.state = 'Draft' AND c.account_id <> $1
            AND NOT EXISTS (SELECT 1 FROM entry_seen s WHERE s.entry_id = e.id AND s.account_id = $1 AND s.revision >= c.number)
        """;

    /// <param name="entry">Null for all drafts.</param>
    internal static async Task<IReadOnlyList<ColleagueEdits>> Of(JiqunDb db, Actor actor, Guid? entry = null)
    {
        var (me, own) = (actor.AccountId, actor.OrganisationId);
        var drafts = await (from e in db.EntriesOf(actor)
                            where e.OrganisationId == own && e.State == EntryState.Draft && (entry == null || e.Id == entry)
                            join r in db.Rounds on e.RoundId equals r.Id
                            select new
                            {
                                e.Id,
                                r.Name,
                                Seen = db.EntriesSeen.Where(s => s.EntryId == e.Id && s.AccountId == me).Max(s => (int?)s.Revision) ?? 0,
                                Mine = db.Changes.Where(x => x.EntryId == e.Id && x.AccountId == me).Max(x => (int?)x.Number) ?? 0,
                            }).ToListAsync();
        List<ColleagueEdits> edits = [];
        foreach (var draft in drafts)
        {
            var since = Math.Max(draft.Seen, draft.Mine);
            var changes = await (from c in db.Changes
                                 where c.EntryId == draft.Id && c.Number > since && c.AccountId != me
                                 join a in db.Users on c.AccountId equals a.Id
                                 orderby c.Number descending
                                 select new { c.Number, c.Field, c.At, a.FullName, c.AccountId }).ToListAsync();
            if (changes.Count > 0)
                edits.Add(new ColleagueEdits(
                    draft.Id, draft.Name, changes.DistinctBy(c => c.Field).Count(), [.. changes.DistinctBy(c => c.AccountId).Select(c => c.FullName)], changes[0].At, changes[0].Number));
        }
        return [.. edits.OrderByDescending(e => e.At)];
    }
}
