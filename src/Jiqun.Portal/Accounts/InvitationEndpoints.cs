using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Accounts;

/// <summary>Making and withdrawing invitations. Accepting them needs no account: <see cref="AccountEndpoints"/>.</summary>
static class InvitationEndpoints
{
    public static void AddInvitations(this IServiceCollection services) => services.AddScoped<InvitePerson>().AddScoped<WithdrawInvitation>();

    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/invitations/new", New);
        routes.MapPost("/invitations/new", Invite).DisableAntiforgery();
        routes.MapGet("/invitations/{id:guid}/withdraw", WithdrawPage);
        routes.MapPost("/invitations/{id:guid}/withdraw", Withdraw).DisableAntiforgery();
    }

    /// <summary>Where invitations of this organisation, or of administrators, are listed.</summary>
    public static string Back(Guid? organisation) => organisation is null ? "/organisations" : $"/organisations/{organisation}";

    static async Task<IResult> New(Guid? organisation, string? role, InvitePerson invite, Actor actor, HttpContext http)
    {
        var asked = Asked(role);
        var found = await invite.Find(asked, organisation, actor);
        return found.Refused
            ? Refusals.Refused(found.Refusal, http)
            : Page(actor, asked, organisation, found.Value, "", InvitePerson.UsualDays.ToString(CultureInfo.InvariantCulture), []);
    }

    static async Task<IResult> Invite(IFormCollection form, InvitePerson invite, Actor actor, HttpContext http)
    {
        Guid? organisation = form["organisation"].ToString() is { Length: > 0 } id ? Guid.TryParse(id, out var one) ? one : Guid.Empty : null;
        var (role, invitee, days) = (Asked(form["role"]), form["invitee"].ToString(), form["days"].ToString());
        var found = await invite.Find(role, organisation, actor);
        if (found.Refused)
            return Refusals.Refused(found.Refusal, http);
        var made = await invite.Run(role, organisation, invitee, days, actor);
        if (made.Refused)
            return Page(actor, role, organisation, found.Value, invitee, days, made.Refusal);
        return new RazorComponentResult<InvitedPage>(new { Actor = actor, made.Value.Invitation, OrganisationName = found.Value, Link = Link(made.Value, http) });
    }

    /// <summary>What the invited person opens.</summary>
    public static string Link(MadeInvitation made, HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/invitations/{made.Secret}";

    static RazorComponentResult<InvitePage> Page(Actor actor, Role role, Guid? organisation, string name, string invitee, string days, IReadOnlyList<Finding> findings) =>
        new(new { Actor = actor, Role = role, Organisation = organisation, OrganisationName = name, Invitee = invitee, Days = days, Findings = findings })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };

    static async Task<IResult> WithdrawPage(Guid id, WithdrawInvitation withdraw, Actor actor, HttpContext http)
    {
        var found = await withdraw.Find(id, actor);
        return found.Refused ? Refusals.Refused(found.Refusal, http) : new RazorComponentResult<WithdrawInvitationPage>(new { Actor = actor, Invitation = found.Value });
    }

    static async Task<IResult> Withdraw(Guid id, WithdrawInvitation withdraw, Actor actor, HttpContext http)
    {
        var outcome = await withdraw.Run(id, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect(Back(outcome.Value.OrganisationId));
    }

    /// <summary>A role that an invitation names; what is none is that of a member.</summary>
    static Role Asked(string? role) => Enum.TryParse<Role>(role, out var asked) && Enum.IsDefined(asked) ? asked : Role.Member;
}
