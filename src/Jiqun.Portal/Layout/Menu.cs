using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;

namespace Jiqun.Portal.Layout;

/// <summary>What stands in the head of the page, by what a person may do.</summary>
static class Menu
{
    /// <summary>Addresses and names of words.</summary>
    public static IEnumerable<(string Address, string Name)> Of(Actor actor)
    {
        yield return ("/", "menu-home");
        if (actor.Role is Role.SystemAdministrator || actor.Role is Role.Member)
            yield return ("/organisations", "menu-organisations");
        if (actor.IsMember(Level.Ministry))
        {
            yield return ("/rounds", "menu-rounds");
            yield return ("/people", "menu-people");
        }
        if (actor.Role is Role.SecurityAdministrator)
        {
            yield return ("/accounts", "menu-accounts");
            yield return ("/alarms", "menu-alarms");
            yield return ("/policies", "menu-policies");
        }
        if (actor.Role is Role.AuditAdministrator)
            yield return ("/audit", "menu-audit");
    }
}
