using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
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
    /// <summary>The last change of each draft of one's organisation, where a colleague made it and one has not seen it.</summary>
    internal static IQueryable<Change> Unseen(JiqunDb db, Actor actor)
    {
        var (me, isPromoter) = (actor.AccountId, actor.IsMember(Level.Promoter));
        return from e in db.EntriesOf(actor)
               where isPromoter && e.State == EntryState.Draft
               from c in db.Changes
               where c.EntryId == e.Id && c.Number == db.Changes.Where(x => x.EntryId == e.Id).Max(x => x.Number)
                   && c.AccountId != me && !db.EntriesSeen.Any(s => s.EntryId == e.Id && s.AccountId == me && s.Revision >= c.Number)
               select c;
    }

    /// <param name="entry">Null for all drafts.</param>
    internal static async Task<IReadOnlyList<ColleagueEdits>> Of(JiqunDb db, Actor actor, Guid? entry = null)
    {
        var me = actor.AccountId;
        var drafts = await (from c in Unseen(db, actor)
                            where entry == null || c.EntryId == entry
                            join e in db.Entries on c.EntryId equals e.Id
                            join r in db.Rounds on e.RoundId equals r.Id
                            select new
                            {
                                c.EntryId,
                                r.Name,
                                Seen = db.EntriesSeen.Where(s => s.EntryId == e.Id && s.AccountId == me).Max(s => (int?)s.Revision) ?? 0,
                                Mine = db.Changes.Where(x => x.EntryId == e.Id && x.AccountId == me).Max(x => (int?)x.Number) ?? 0,
                            }).ToListAsync();
        List<ColleagueEdits> edits = [];
        foreach (var draft in drafts)
        {
            var since = Math.Max(draft.Seen, draft.Mine);
            var changes = await (from c in db.Changes
                                 where c.EntryId == draft.EntryId && c.Number > since && c.AccountId != me
                                 join a in db.Users on c.AccountId equals a.Id
                                 orderby c.Number descending
                                 select new { c.Number, c.Field, c.At, a.FullName, c.AccountId }).ToListAsync();
            if (changes.Count > 0)
                edits.Add(new ColleagueEdits(
                    draft.EntryId, draft.Name, changes.DistinctBy(c => c.Field).Count(), [.. changes.DistinctBy(c => c.AccountId).Select(c => c.FullName)], changes[0].At, changes[0].Number));
        }
        return [.. edits.OrderByDescending(e => e.At)];
    }
}
