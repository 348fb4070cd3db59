using Jiqun.Portal.Accounts;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Organisations;

/// <summary>One organisation as its page shows it to one person.</summary>
/// <param name="Above">Organisations over it that the person sees, from the top.</param>
/// <param name="Members">Names of the accounts that are not closed.</param>
/// <param name="Children">Organisations right under it.</param>
public sealed record OrganisationView(
    Organisation Organisation,
    IReadOnlyList<Organisation> Above,
    IReadOnlyList<string> Members,
    IReadOnlyList<Organisation> Children,
    IReadOnlyList<InvitationRow> Invitations,
    bool MayChange,
    bool MayInvite,
    bool MayMakeUnder)
{
    /// <summary>Null when there is none, or it is not for this person.</summary>
    public static async Task<OrganisationView?> Of(JiqunDb db, Guid id, Actor actor, DateTime now)
    {
        if (await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == id) is not { } organisation)
            return null;
        var above = await db.OrganisationsOf(actor).AsNoTracking().Where(o => organisation.Path.StartsWith(o.Path) && o.Id != id).ToListAsync();
        var members = await db.Users.Where(a => a.OrganisationId == id && !a.Closed).OrderBy(a => a.CreatedAt).Select(a => a.FullName).ToListAsync();
        var children = await db.OrganisationsOf(actor).AsNoTracking().Where(o => o.ParentId == id).ToListAsync();
        var invitations = await InvitationRow.Of(db, db.InvitationsOf(actor).Where(i => i.OrganisationId == id), organisation, actor, now);
        var isFirst = members.Count == 0 && !invitations.Any(i => i.CanBeAccepted);
        return new OrganisationView(
            organisation,
            [.. above.OrderBy(o => o.Path.Length)],
            members,
            [.. OrganisationTree.Ordered(children).Select(o => o.Organisation)],
            invitations,
            Authority.MayChange(actor, organisation),
            Authority.MayInvite(actor, Role.Member, organisation, isFirst),
            Authority.MayMakeUnder(actor, organisation));
    }
}
