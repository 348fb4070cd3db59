using System.Globalization;
using System.Security.Claims;
using Jiqun.Portal.Api;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>Who asks, invitations, accounts and the audit, for programs. Passwords, second steps and tokens are changed on pages only.</summary>
static class AccountApi
{
    public static void MapAccountApi(this RouteGroupBuilder api)
    {
        api.MapGet("/account", Own).WithTags("Account").WithSummary("Whose token this is, and what it may do");
        var invitations = api.MapGroup("/invitations").WithTags("Invitations");
        invitations.MapGet("", Invitations).WithSummary("The invitations that you may see, the newest first");
        invitations.MapPost("", Invite).Needs(Scope.Manage, "Invite a member into an organisation; administrators are invited on pages").Produces<MadeInvitationItem>(StatusCodes.Status201Created).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        invitations.MapDelete("/{id:guid}", Withdraw).Needs(Scope.Manage, "Withdraw an invitation that is open").Produces(StatusCodes.Status204NoContent).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        var accounts = api.MapGroup("/accounts").WithTags("Accounts").Only(Role.SecurityAdministrator);
        accounts.MapGet("", List).WithSummary("All accounts: for the security administrator").ProducesProblem(403);
        accounts.MapGet("/{id:guid}", One).WithSummary("One account, with what can be done with it now").Produces<AccountDetail>().ProducesProblem(403).ProducesProblem(404);
        accounts.MapPost("/{id:guid}/{move}", Do).Needs(Scope.Accounts, "Do something with an account").Produces<MovedItem>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        api.MapGroup("/audit").WithTags("Audit").Only(Role.AuditAdministrator).MapGet("", Audit).WithSummary("The audit rows, the newest first: for the audit administrator").Produces<AuditItems>().ProducesProblem(403);
    }

    static OwnAccount Own(Actor actor, ClaimsPrincipal user) => new(
        actor.AccountId, actor.FullName, actor.Role, actor.OrganisationId, actor.OrganisationName, actor.Level,
        [.. user.FindAll(TokenScheme.ScopeClaim).Select(c => Enum.Parse<Scope>(c.Value))],
        DateTime.Parse(user.FindFirst(ClaimTypes.Expiration)!.Value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));

    static async Task<Part<InvitationItem>> Invitations(Guid? organisation, [AsParameters] Paging paging, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        var now = clock.Now();
        var part = await paging.Of(db.InvitationsOf(actor).AsNoTracking().Where(i => organisation == null || i.OrganisationId == organisation).OrderByDescending(i => i.CreatedAt).ThenBy(i => i.Id), http);
        return part.Select(i => Item(i, now));
    }

    static InvitationItem Item(Invitation invitation, DateTime now) =>
        new(invitation.Id, invitation.Invitee, invitation.Role, invitation.OrganisationId, invitation.CreatedAt, invitation.ExpiresAt, invitation.StateAt(now));

    static async Task<IResult> Invite(InviteRequest request, InvitePerson invite, Actor actor, TimeProvider clock, HttpContext http)
    {
        var made = await invite.Run(Role.Member, request.Organisation, request.Invitee, request.Days.ToString(CultureInfo.InvariantCulture), actor);
        return made.Refused ? Refusals.Refused(made.Refusal, http)
            : TypedResults.Created("/api/invitations", new MadeInvitationItem(Item(made.Value.Invitation, clock.Now()), InvitationEndpoints.Link(made.Value, http)));
    }

    static async Task<IResult> Withdraw(Guid id, WithdrawInvitation withdraw, Actor actor, HttpContext http)
    {
        var outcome = await withdraw.Run(id, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.NoContent();
    }

    static async Task<Part<AccountItem>> List(string? search, [AsParameters] Paging paging, ReadAccounts read, TimeProvider clock, HttpContext http)
    {
        var now = clock.Now();
        return (await paging.Of(read.Found(search ?? ""), http)).Select(a => Item(a, now));
    }

    static AccountItem Item(AccountRow account, DateTime now) =>
        new(account.Id, account.UserName, account.FullName, account.Role, account.Organisation, account.IsLocked(now), account.TwoFactor, account.MustChangePassword, account.Closed, account.CreatedAt);

    static async Task<IResult> One(Guid id, ReadAccounts read, Actor actor, TimeProvider clock, HttpContext http) =>
        await read.One(id) is { } account
            ? TypedResults.Ok(new AccountDetail(Item(account, clock.Now()), [.. ChangeAccount.Open(account, actor, clock.Now())]))
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Do(Guid id, AccountMove move, ChangeAccount change, Actor actor, HttpContext http)
    {
        var outcome = await change.Run(id, move, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(new MovedItem(move, outcome.Value.Length > 0 ? outcome.Value : null));
    }

    static async Task<AuditItems> Audit(AuditAction? action, string? account, DateOnly? from, DateOnly? to, AuditOutcome? outcome, Guid? subject, string? address, long? before, ReadAudit read)
    {
        var part = await read.Run(AuditFilter.Of(action, account, from, to, outcome, subject, address), before);
        return new AuditItems([.. part.Lines.Select(l => new AuditItem(l.Id, l.At, l.By, l.ByToken, l.Address, l.Action, l.Outcome, l.Subject, l.SubjectId, l.Detail, l.Digest))], part.HasOlder ? part.Lines[^1].Id : null);
    }
}

/// <param name="Organisation">Null for administrators and experts, as are the next two.</param>
/// <param name="Scopes">What the token may do besides reading.</param>
/// <param name="ExpiresAt">When the token ends.</param>
public sealed record OwnAccount(Guid Id, string FullName, Role Role, Guid? Organisation, string? OrganisationName, Level? Level, IReadOnlyList<Scope> Scopes, DateTime ExpiresAt);

/// <param name="Organisation">Null for administrators and experts.</param>
public sealed record InvitationItem(Guid Id, string Invitee, Role Role, Guid? Organisation, DateTime CreatedAt, DateTime ExpiresAt, InvitationState State);

/// <param name="Link">Whoever has it can make the account, once. It is kept nowhere.</param>
public sealed record MadeInvitationItem(InvitationItem Invitation, string Link);

/// <param name="Invitee">For whom: a name or an address.</param>
/// <param name="Days">How long it is valid, 1 to 30.</param>
public sealed record InviteRequest(string Invitee, Guid Organisation, int Days = InvitePerson.UsualDays);

/// <param name="Organisation">Name; null for administrators and experts.</param>
/// <param name="IsLocked">By wrong passwords.</param>
public sealed record AccountItem(Guid Id, string UserName, string FullName, Role Role, string? Organisation, bool IsLocked, bool TwoFactor, bool MustChangePassword, bool Closed, DateTime CreatedAt);

public sealed record AccountDetail(AccountItem Account, IReadOnlyList<AccountMove> Moves);

/// <param name="TemporaryPassword">After ResetPassword, this once; null otherwise.</param>
public sealed record MovedItem(AccountMove Move, string? TemporaryPassword);

/// <param name="Before">What to send as before for older rows; null when there are none.</param>
public sealed record AuditItems(IReadOnlyList<AuditItem> Items, long? Before);

/// <param name="By">Who did it; empty when nobody was signed in.</param>
/// <param name="Subject">Name of what it was done to; empty when there is none.</param>
/// <param name="ByToken">A program did it for them.</param>
/// <param name="Address">IP address from which it was asked; empty when the portal did it by itself.</param>
/// <param name="Digest">SHA-256 of what was written elsewhere by it; empty when there is none.</param>
public sealed record AuditItem(long Id, DateTime At, string By, bool ByToken, string Address, AuditAction Action, AuditOutcome Outcome, string Subject, Guid? SubjectId, string Detail, string Digest);
