using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>An invitation as lists show it.</summary>
/// <param name="By">Who invited; null for the product itself.</param>
/// <param name="InviterClosed">Whether the account of whoever invited is closed.</param>
/// <param name="AcceptedBy">Name of the account that came of it; null while there is none.</param>
public sealed record InvitationRow(Invitation Invitation, string? By, bool InviterClosed, string? AcceptedBy, DateTime Now, bool MayWithdraw)
{
    public InvitationState State => Invitation.StateAt(Now);

    public bool CanBeAccepted => State is InvitationState.Open && !InviterClosed;

    /// <summary>Those of these invitations, the newest first.</summary>
    /// <param name="into">The organisation that they are for; null for those of administrators.</param>
    public static async Task<IReadOnlyList<InvitationRow>> Of(JiqunDb db, IQueryable<Invitation> invitations, Organisation? into, Actor actor, DateTime now)
    {
        var rows = await (from i in invitations.AsNoTracking()
                          from inviter in db.Users.Where(a => a.Id == i.InvitedBy).DefaultIfEmpty()
                          from became in db.Users.Where(a => a.Id == i.AccountId).DefaultIfEmpty()
                          orderby i.CreatedAt descending
                          select new { Invitation = i, InviterClosed = inviter != null && inviter.Closed, By = inviter == null ? null : inviter.FullName, AcceptedBy = became == null ? null : became.FullName }).ToListAsync();
        return [.. rows.Select(r => new InvitationRow(r.Invitation, r.By, r.InviterClosed, r.AcceptedBy, now, r.Invitation.StateAt(now) is InvitationState.Open && Authority.MayWithdraw(actor, r.Invitation, into)))];
    }
}
