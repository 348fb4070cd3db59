using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Begins a promotion organisation's entry in a round; the one that is there already when there is one.</summary>
sealed class BeginEntry(JiqunDb db, ApprovalLibrary approvals, TimeProvider clock)
{
    public async Task<Outcome<Entry>> Run(Guid roundId, Actor actor)
    {
        var round = await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == roundId);
        if (round is null || !actor.IsMember(Level.Promoter))
            return Refusals.Missing();
        if (await Mine() is { } there)
            return there;
        var now = clock.Now();
        if (round.WhyClosed(now) is { } closed)
            return closed;
        var entry = Add(db, approvals, round, actor.OrganisationId!.Value, actor.AccountId, now);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException) when (Mine().GetAwaiter().GetResult() is not null)
        {
            return (await Mine())!;                        // a colleague was quicker
        }
        return entry;

        Task<Entry?> Mine() => db.Entries.AsNoTracking().SingleOrDefaultAsync(e => e.RoundId == roundId && e.OrganisationId == actor.OrganisationId);
    }

    /// <summary>Adds an organisation's entry, with nothing in it, to what the context will save.</summary>
    internal static Entry Add(JiqunDb db, ApprovalLibrary approvals, Round round, Guid organisation, Guid by, DateTime now)
    {
        var entry = new Entry
        {
            Id = Guid.CreateVersion7(now),
            RoundId = round.Id,
            OrganisationId = organisation,
            State = EntryState.Draft,
            Status = approvals.Of(round.FormId).States[0].Id,
            Revision = 0,
            IsSample = false,
            CreatedAt = now,
        };
        db.Add(entry);
        db.Note(AuditAction.EntryMade, by, entry.Id, now);
        db.Tell(NoticeKind.EntryBegun, entry.Id, by, now, organisation);
        return entry;
    }
}
