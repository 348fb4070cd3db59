using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Mails;

/// <summary>What a person is mailed, for programs. The address is given on a page only.</summary>
static class MailApi
{
    public static void MapMailApi(this RouteGroupBuilder api)
    {
        var mail = api.MapGroup("/account/mail").WithTags("Account");
        mail.MapGet("", Show).WithSummary("Which sorts of notices are mailed to you");
        mail.MapPut("", Choose).Needs(Scope.Fill, "Choose which sorts of notices are mailed to you").Produces(StatusCodes.Status204NoContent);
    }

    static async Task<MailChoice> Show(Actor actor, JiqunDb db, PortalSettings settings)
    {
        var account = await db.Users.AsNoTracking().SingleAsync(a => a.Id == actor.AccountId);
        return new MailChoice(settings.Mail is not null, account.EmailConfirmed, [.. account.Chosen().Order()]);
    }

    static async Task<IResult> Choose(MailRequest request, Actor actor, ChangeMail change)
    {
        await change.Choose(request.Sorts.ToHashSet(), actor);
        return TypedResults.NoContent();
    }
}

/// <param name="IsSent">Whether this portal sends mail at all.</param>
/// <param name="HasAddress">Whether you gave an address and confirmed it; without one nothing is mailed.</param>
/// <param name="Sorts">What is mailed.</param>
public sealed record MailChoice(bool IsSent, bool HasAddress, IReadOnlyList<MailSort> Sorts);

/// <param name="Sorts">What is to be mailed, and nothing else.</param>
public sealed record MailRequest(IReadOnlyList<MailSort> Sorts);
