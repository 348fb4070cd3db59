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
        accounts.MapPut("/{id:guid}/end", SetEnd).Needs(Scope.Accounts, "Set the last day on which an account can be used").Produces<AccountItem>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        accounts.MapDelete("/{id:guid}/sessions/{session:guid}", EndSession).Needs(Scope.Accounts, "End a session").Produces(StatusCodes.Status204NoContent).ProducesProblem(403).ProducesProblem(404);
        accounts.MapPost("/{id:guid}/{move}", Do).Needs(Scope.Accounts, "Do something with an account").Produces<MovedItem>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);
        var policies = api.MapGroup("/policies").WithTags("Accounts").Only(Role.SecurityAdministrator);
        policies.MapGet("", async (Policies now) => Item(await now.Now())).WithSummary("The policy that counts: for the security administrator").ProducesProblem(403);
        policies.MapPut("", SetPolicy).Needs(Scope.Accounts, "Set the policy; it counts at once").Produces<PolicyItem>().ProducesProblem(403).ProducesProblem(422);
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
        new(account.Id, account.UserName, account.FullName, account.Role, account.Organisation, account.IsLocked(now), account.TwoFactor, account.MustChangePassword, account.Closed, account.CreatedAt, account.EndsOn);

    static async Task<IResult> One(Guid id, ReadAccounts read, Sessions sessions, Actor actor, TimeProvider clock, HttpContext http) =>
        await read.One(id) is { } account
            ? TypedResults.Ok(new AccountDetail(Item(account, clock.Now()), [.. ChangeAccount.Open(account, actor, clock.Now())],
                [.. (await sessions.Of(id)).Select(s => new SessionItem(s.Id, s.Agent, s.Address, s.Since, s.SeenAt))]))
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> SetEnd(Guid id, AccountEnd end, ChangeAccount change, ReadAccounts read, Actor actor, TimeProvider clock, HttpContext http)
    {
        var outcome = await change.SetEnd(id, end.EndsOn, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(Item((await read.One(id))!, clock.Now()));
    }

    static async Task<IResult> EndSession(Guid id, Guid session, Sessions sessions, Actor actor, HttpContext http) =>
        await sessions.End(id, session, actor) ? TypedResults.NoContent() : Refusals.Refused([Refusals.Missing()], http);

    static PolicyItem Item(Policy policy) => new(
        policy.PasswordLength, policy.PasswordKinds, policy.PasswordDays, policy.PasswordHistory, policy.LockAfter, policy.LockMinutes, policy.IdleMinutes, policy.SessionHours, policy.SessionsAtOnce,
        Lines(policy.AdministratorRanges), Lines(policy.OtherRanges), policy.TwoFactorAdministrators, policy.TwoFactorReviewers);

    static string[] Lines(string ranges) => ranges.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static async Task<IResult> SetPolicy(PolicyItem wanted, ChangePolicy change, Actor actor, HttpContext http)
    {
        var asked = new Policy
        {
            PasswordLength = wanted.PasswordLength,
            PasswordKinds = wanted.PasswordKinds,
            PasswordDays = wanted.PasswordDays,
            PasswordHistory = wanted.PasswordHistory,
            LockAfter = wanted.LockAfter,
            LockMinutes = wanted.LockMinutes,
            IdleMinutes = wanted.IdleMinutes,
            SessionHours = wanted.SessionHours,
            SessionsAtOnce = wanted.SessionsAtOnce,
        };
        var outcome = await change.Run(ChangePolicy.Numbers.ToDictionary(n => n.Name, n => n.Of(asked).ToString(CultureInfo.InvariantCulture)),
            string.Join('\n', wanted.AdministratorRanges), string.Join('\n', wanted.OtherRanges), wanted.TwoFactorAdministrators, wanted.TwoFactorReviewers, http.Connection.RemoteIpAddress, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Ok(Item(outcome.Value));
    }

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
/// <param name="EndsOn">The last day, in Beijing, on which it can be used; null for no end.</param>
public sealed record AccountItem(Guid Id, string UserName, string FullName, Role Role, string? Organisation, bool IsLocked, bool TwoFactor, bool MustChangePassword, bool Closed, DateTime CreatedAt, DateOnly? EndsOn);

/// <param name="Sessions">Those that go on.</param>
public sealed record AccountDetail(AccountItem Account, IReadOnlyList<AccountMove> Moves, IReadOnlyList<SessionItem> Sessions);

/// <param name="Browser">As far as it says; empty when it does not.</param>
/// <param name="SeenAt">About when the person last did something.</param>
public sealed record SessionItem(Guid Id, string Browser, string Address, DateTime Since, DateTime SeenAt);

/// <param name="EndsOn">Today or later, in Beijing; null for no end.</param>
public sealed record AccountEnd(DateOnly? EndsOn);

/// <param name="PasswordLength">Characters, 8 to 64.</param>
/// <param name="PasswordKinds">Of capital letters, small letters, digits and others: 3 or 4.</param>
/// <param name="PasswordDays">Age in days from which a sign-in asks for another password, 30 to 365.</param>
/// <param name="PasswordHistory">So many last passwords cannot be chosen again, 1 to 10.</param>
/// <param name="LockAfter">Failures that lock an account, 3 to 10.</param>
/// <param name="LockMinutes">10 to 1440.</param>
/// <param name="IdleMinutes">After so many without a person at work a session ends, 5 to 120.</param>
/// <param name="SessionHours">After so many a session ends in any case, 1 to 24.</param>
/// <param name="SessionsAtOnce">Of one account, 1 to 10.</param>
/// <param name="AdministratorRanges">Whence the three administrators may come, as CIDR; empty for everywhere.</param>
/// <param name="OtherRanges">Whence everybody else may come.</param>
/// <param name="TwoFactorAdministrators">Whether the three administrators must have two-step sign-in.</param>
/// <param name="TwoFactorReviewers">Whether members of cities, provinces and the ministry must.</param>
public sealed record PolicyItem(
    int PasswordLength, int PasswordKinds, int PasswordDays, int PasswordHistory, int LockAfter, int LockMinutes, int IdleMinutes, int SessionHours, int SessionsAtOnce,
    IReadOnlyList<string> AdministratorRanges, IReadOnlyList<string> OtherRanges, bool TwoFactorAdministrators, bool TwoFactorReviewers);

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
