using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Takes an invitation back before it is accepted.</summary>
sealed class WithdrawInvitation(JiqunDb db, TimeProvider clock)
{
    /// <summary>The invitation, when this person may withdraw it and it is open.</summary>
    public async Task<Outcome<Invitation>> Find(Guid id, Actor actor)
    {
        if (await db.InvitationsOf(actor).SingleOrDefaultAsync(i => i.Id == id) is not { } invitation)
            return Refusals.Missing();
        var into = await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == invitation.OrganisationId);
        return !Authority.MayWithdraw(actor, invitation, into) ? Refusals.NotAllowed()
            : invitation.StateAt(clock.Now()) is not InvitationState.Open and var state ? Finding.Error("not-open", null, Words.Of("invitation-not-open", Words.Of($"invitation-{state}")))
            : invitation;
    }

    public async Task<Outcome<Invitation>> Run(Guid id, Actor actor)
    {
        var found = await Find(id, actor);
        if (found.Refused)
            return found;
        var now = clock.Now();
        found.Value.WithdrawnAt = now;
        db.Note(AuditAction.InvitationWithdrawn, actor.AccountId, id, now);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)               // accepted or withdrawn meanwhile
        {
            db.ChangeTracker.Clear();
            var after = await Find(id, actor);
            if (!after.Refused)
                throw;
            return after;
        }
        return found;
    }
}
