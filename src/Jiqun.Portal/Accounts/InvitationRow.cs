using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>An invitation as lists show it.</summary>
/// <param name="By">Who invited; null for the product itself.</param>
/// <param name="AcceptedBy">Name of the account that came of it; null while there is none.</param>
public sealed record InvitationRow(Invitation Invitation, string? By, string? AcceptedBy, DateTime Now, bool MayWithdraw)
{
    public InvitationState State => Invitation.StateAt(Now);

    /// <summary>Those of these invitations, the newest first.</summary>
    /// <param name="into">The organisation that they are for; null for those of administrators.</param>
    public static async Task<IReadOnlyList<InvitationRow>> Of(JiqunDb db, IQueryable<Invitation> invitations, Organisation? into, Actor actor, DateTime now)
    {
        var rows = await (from i in invitations.AsNoTracking()
                          from inviter in db.Users.Where(a => a.Id == i.InvitedBy).DefaultIfEmpty()
                          from became in db.Users.Where(a => a.Id == i.AccountId).DefaultIfEmpty()
                          orderby i.CreatedAt descending
                          select new { Invitation = i, By = inviter == null ? null : inviter.FullName, AcceptedBy = became == null ? null : became.FullName }).ToListAsync();
        return [.. rows.Select(r => new InvitationRow(r.Invitation, r.By, r.AcceptedBy, now, r.Invitation.IsOpen(now) && Authority.MayWithdraw(actor, r.Invitation, into)))];
    }
}
