using Jiqun.Portal.Accounts;

namespace Jiqun.Portal.Organisations;

/// <summary>Who may make and invite whom. The rules alone: no database, no clock.</summary>
public static class Authority
{
    /// <summary>Levels that organisations right under this one may have.</summary>
    /// <param name="parent">Null at the root.</param>
    public static IReadOnlyList<Level> LevelsUnder(Organisation? parent) => parent switch
    {
        null => [Level.Ministry],
        { Level: Level.Ministry } => [Level.Province, Level.City],
        { Level: Level.Province } => Placing.IsMunicipality(parent.DivisionCode) ? [Level.City, Level.Promoter] : [Level.City],
        { Level: Level.City } => [Level.Promoter],
        { Level: Level.Promoter } => [],
    };

    /// <summary>Whether somebody may make organisations under this one: its members may, and the system administrator makes the root.</summary>
    public static bool MayMakeUnder(Actor actor, Organisation? parent) => IsOver(actor, parent?.Id) && LevelsUnder(parent).Count > 0;

    /// <summary>Whether somebody may rename, move to another division or delete it: whoever may make it.</summary>
    public static bool MayChange(Actor actor, Organisation organisation) => IsOver(actor, organisation.ParentId);

    /// <param name="into">Null for administrators, who belong to no organisation.</param>
    /// <param name="isFirst">The organisation has neither a member nor an open invitation.</param>
    public static bool MayInvite(Actor actor, Role role, Organisation? into, bool isFirst) => (actor.Role, role) switch
    {
        (Role.Member, Role.Member) => into is not null && (into.Id == actor.OrganisationId || IsOver(actor, into.ParentId)),
        (Role.SystemAdministrator, Role.Member) => into is not null && isFirst,
        (Role.SystemAdministrator, Role.SecurityAdministrator or Role.AuditAdministrator) => into is null,
        _ => false,
    };

    /// <summary>Whoever may invite there may take an invitation back, though others made it; the system administrator takes back his own and those of administrators.</summary>
    public static bool MayWithdraw(Actor actor, Invitation invitation, Organisation? into) =>
        MayInvite(actor, invitation.Role, into, isFirst: actor.AccountId == invitation.InvitedBy);

    static bool IsOver(Actor actor, Guid? parent) =>
        parent is null ? actor.Role is Role.SystemAdministrator : actor.Role is Role.Member && actor.OrganisationId == parent;
}
