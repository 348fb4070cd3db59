using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Notices;

/// <summary>Remembers that a person has an entry before them. Written only when there is something new in it, so that to look again costs nothing.</summary>
sealed class SeeEntry(Database database, JiqunDb db)
{
    /// <returns>What colleagues changed since the last time; null when they changed nothing.</returns>
    public async Task<ColleagueEdits?> Draft(Guid entry, Actor actor)
    {
        // every form page asks this
        if (!actor.IsMember(Level.Promoter) || await database.First(new Statement($"SELECT c.number {ColleagueEdits.Unseen} AND e.id = $3", actor.AccountId, actor.OrganisationId!.Value, entry), _ => "") is null
            || (await ColleagueEdits.Of(db, actor, entry)).SingleOrDefault() is not { } edits)
            return null;
        await Remember(entry, edits.UpTo, actor);
        return edits;
    }

    /// <summary>What is seen stays seen. On a full disk nothing is remembered: that must keep nobody from reading.</summary>
    public async Task Remember(Guid entry, int revision, Actor actor)
    {
        try
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO entry_seen (entry_id, account_id, revision) VALUES ({entry}, {actor.AccountId}, {revision})
                ON CONFLICT (entry_id, account_id) DO UPDATE SET revision = excluded.revision WHERE entry_seen.revision < excluded.revision
                """);
        }
        catch (Exception why) when (Database.IsFull(why))
        {
        }
    }
}
