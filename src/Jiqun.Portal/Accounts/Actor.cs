using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Accounts;

/// <summary>Who asks: read anew from the database for every request, so that what was taken from somebody is gone at once.</summary>
/// <param name="OrganisationId">Null for administrators and experts, as are the next two.</param>
/// <param name="Path">Path of the organisation in the tree.</param>
public sealed record Actor(Guid AccountId, string FullName, Role Role, Guid? OrganisationId, Level? Level, string? Path, string? OrganisationName, bool MustChangePassword, bool HasTwoFactor)
{
    /// <param name="stamp">Security stamp that the cookie bears; another one means that the person was signed out everywhere.</param>
    /// <param name="today">In Beijing: for the account's end.</param>
    /// <returns>Null when there is no such account, or it is closed or has ended, or the stamp is an old one.</returns>
    public static async Task<Actor?> Of(Database database, Guid accountId, string stamp, DateOnly today) => (await Asking.Of(database, accountId, stamp, today, Guid.Empty, Guid.Empty))?.Actor;

    /// <summary>The policy demands two-step sign-in of this person, who has none; nothing else works until it is on. Set for requests alone.</summary>
    public bool MustTurnTwoFactorOn { get; init; }

    /// <summary>The actor with what the policy demands.</summary>
    internal Actor Under(Policy policy) => !HasTwoFactor && policy.DemandsTwoFactor(Role, Level) ? this with { MustTurnTwoFactorOn = true } : this;

    public bool IsMember(Level level) => Role is Role.Member && Level == level;

    /// <summary>The actor of a request, as a handler's parameter.</summary>
    public static ValueTask<Actor?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Actor>());
}
