using Jiqun.Portal.Accounts;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Organisations;

/// <summary>An organisation in the tree as one person sees it.</summary>
/// <param name="Depth">0 for the topmost that the person sees.</param>
/// <param name="Members">Accounts that are not closed.</param>
/// <param name="Invitations">Those that can still be accepted.</param>
public sealed record OrganisationRow(Organisation Organisation, int Depth, int Members, int Invitations);

static class OrganisationTree
{
    /// <summary>Everything that a person may see, each before what lies under it, by division and name.</summary>
    public static async Task<IReadOnlyList<OrganisationRow>> Of(JiqunDb db, Actor actor, DateTime now)
    {
        var visible = db.OrganisationsOf(actor);
        var organisations = await visible.AsNoTracking().ToListAsync();
        var members = await db.Users.Where(a => !a.Closed && visible.Any(o => o.Id == a.OrganisationId)).GroupBy(a => a.OrganisationId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
        var invitations = await db.InvitationsOf(actor).OpenAt(db, now).Where(i => i.OrganisationId != null)
            .GroupBy(i => i.OrganisationId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
        return [.. Ordered(organisations).Select(o => new OrganisationRow(o.Organisation, o.Depth, members.GetValueOrDefault(o.Organisation.Id), invitations.GetValueOrDefault(o.Organisation.Id)))];
    }

    /// <summary>In the order of the tree, with how deep each stands.</summary>
    public static IEnumerable<(Organisation Organisation, int Depth)> Ordered(IReadOnlyCollection<Organisation> organisations)
    {
        var known = organisations.Select(o => o.Id).ToHashSet();
        var under = organisations.ToLookup(o => o.ParentId is { } parent && known.Contains(parent) ? parent : Guid.Empty);
        return Under(Guid.Empty, 0);

        IEnumerable<(Organisation, int)> Under(Guid parent, int depth) =>
            from o in under[parent].OrderBy(o => o.DivisionCode, StringComparer.Ordinal).ThenBy(o => o.Name, StringComparer.Ordinal)
            from row in Under(o.Id, depth + 1).Prepend((o, depth))
            select row;
    }
}
