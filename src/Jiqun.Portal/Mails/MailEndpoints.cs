using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Mails;

/// <summary>What a person is mailed, and to which address.</summary>
static class MailEndpoints
{
    public static void AddMails(this IServiceCollection services) => services.AddScoped<ChangeMail>().AddHostedService<Mailing>();

    public static void MapMails(this IEndpointRouteBuilder routes)
    {
        var mail = routes.MapGroup("/account/mail").DisableAntiforgery().WithMetadata(new Kept.Never());
        mail.MapGet("", (string? done, Actor actor, JiqunDb db, PortalSettings settings, TimeProvider clock) => Page(actor, db, settings, clock, done, null, []));
        mail.MapPost("", Choose);
        mail.MapPost("/address", Ask);
        mail.MapGet("/confirm/{secret}", ConfirmPage);
        mail.MapPost("/confirm/{secret}", Confirm);
    }

    static async Task<IResult> Page(Actor actor, JiqunDb db, PortalSettings settings, TimeProvider clock, string? done, string? address, IReadOnlyList<Finding> findings)
    {
        var (account, now) = (await db.Users.AsNoTracking().SingleAsync(a => a.Id == actor.AccountId), clock.Now());
        return new RazorComponentResult<MailPage>(new
        {
            Actor = actor,
            Account = account,
            Pending = await db.PendingAddresses.AsNoTracking().Where(p => p.AccountId == account.Id && p.ExpiresAt > now).FirstOrDefaultAsync(),
            Sends = settings.Mail is not null,
            Address = address ?? account.Email ?? "",
            Done = done is "removed" or "confirmed" or "chosen" ? Words.Of($"mail-done-{done}") : null,
            Findings = findings,
        })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    static async Task<IResult> Choose(IFormCollection form, Actor actor, ChangeMail change)
    {
        await change.Choose(Enum.GetValues<MailSort>().Where(s => form["sort"].Contains(s.ToString())).ToHashSet(), actor);
        return Results.LocalRedirect("/account/mail?done=chosen");
    }

    static async Task<IResult> Ask(IFormCollection form, Actor actor, ChangeMail change, JiqunDb db, PortalSettings settings, TimeProvider clock)
    {
        var address = form["address"].ToString();
        var outcome = await change.Ask(address, form["password"].ToString(), actor);
        return outcome.Refused ? await Page(actor, db, settings, clock, null, address, outcome.Refusal)
            : Results.LocalRedirect(address.Trim().Length > 0 ? "/account/mail" : "/account/mail?done=removed");
    }

    // opening it changes nothing: programs that look for harmful mails open every link
    static async Task<IResult> ConfirmPage(string secret, Actor actor, ChangeMail change, HttpContext http) =>
        await change.Find(secret, actor) is { } pending
            ? new RazorComponentResult<ConfirmAddressPage>(new { Actor = actor, Pending = pending, Secret = secret })
            : Refusals.Refused([Finding.Error("missing", null, Words.Of("mail-link-over"))], http);

    static async Task<IResult> Confirm(string secret, Actor actor, ChangeMail change, HttpContext http)
    {
        var outcome = await change.Confirm(secret, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect("/account/mail?done=confirmed");
    }
}
