using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>The way into a portal in which nobody has an account: an invitation for the system administrator, made anew at every start until it is accepted.</summary>
static class FirstAdministrator
{
    static readonly TimeSpan Validity = TimeSpan.FromHours(24);

    /// <summary>The path of the one-time link, good for 24 hours. Null when there is an account already.</summary>
    public static async Task<string?> Invite(JiqunDb db, TimeProvider clock)
    {
        if (await db.Users.AnyAsync())
            return null;
        var now = clock.Now();
        foreach (var earlier in await db.Invitations.Where(i => i.InvitedBy == null && i.WithdrawnAt == null).ToListAsync())
            earlier.WithdrawnAt = now;
        var secret = AcceptInvitation.NewSecret();
        db.Add(new Invitation
        {
            Id = Guid.CreateVersion7(now),
            SecretDigest = AcceptInvitation.Digest(secret),
            Invitee = "",
            Role = Role.SystemAdministrator,
            OrganisationId = null,
            InvitedBy = null,
            CreatedAt = now,
            ExpiresAt = now + Validity,
        });
        await db.SaveChangesAsync();
        return $"/invitations/{secret}";
    }
}
