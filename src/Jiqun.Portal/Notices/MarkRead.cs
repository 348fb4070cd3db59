using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Notices;

/// <summary>Marks as read what a person had before them, and nothing that came meanwhile.</summary>
sealed class MarkRead(JiqunDb db, SeeEntry see)
{
    /// <param name="upTo">Id of the newest notice that the page told.</param>
    /// <param name="edits">Drafts that colleagues changed, with the number of the last change that the page told.</param>
    public async Task Run(long upTo, IEnumerable<(Guid Entry, int Number)> edits, Actor actor)
    {
        // not beyond what there is, or what comes later would be read already
        if (await db.NoticesOf(actor).Where(n => n.Id <= upTo).MaxAsync(n => (long?)n.Id) is { } newest)
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO notice_mark (account_id, up_to) VALUES ({actor.AccountId}, {newest})
                ON CONFLICT (account_id) DO UPDATE SET up_to = excluded.up_to WHERE notice_mark.up_to < excluded.up_to
                """);
        if (!actor.IsMember(Level.Promoter))
            return;
        foreach (var (id, number) in edits)
            if (await db.EntriesOf(actor).Where(e => e.Id == id && e.State == EntryState.Draft).Select(e => (int?)e.Revision).SingleOrDefaultAsync() is { } revision)
                await see.Remember(id, Math.Min(number, revision), actor);
    }
}
