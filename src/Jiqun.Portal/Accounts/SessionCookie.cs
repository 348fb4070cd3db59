using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Claims;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Accounts;

/// <summary>The cookie of a person who is signed in: it names the account and the session. When that ends its row and the policy say.</summary>
static class SessionCookie
{
    /// <summary>How long the second step of a sign-in may take.</summary>
    public static readonly TimeSpan SecondStep = TimeSpan.FromMinutes(10);

    const string StampClaim = "AspNet.Identity.SecurityStamp", SessionClaim = "session";

    public static void AddSessionCookie(this IServiceCollection services, PortalSettings settings)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "jiqun";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = TimeSpan.FromHours(24);        // no policy allows more
            cookie.SlidingExpiration = false;
            cookie.TimeProvider = settings.Clock;
            cookie.LoginPath = "/sign-in";
            cookie.ReturnUrlParameter = "return";
            cookie.Events.OnValidatePrincipal = Validate;
            cookie.Events.OnRedirectToLogin = SignInEndpoints.Challenge;
            cookie.Events.OnRedirectToAccessDenied = context => Refusals.Answer(context.HttpContext, StatusCodes.Status403Forbidden, "not-allowed", Words.Of("not-allowed"));
        });
        services.PostConfigure<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme, cookie => cookie.TicketDataFormat = new KnownTickets(cookie.TicketDataFormat));
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, cookie =>
        {
            cookie.Cookie.Name = "jiqun-second-step";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = SecondStep;
            cookie.SlidingExpiration = false;
            cookie.TimeProvider = settings.Clock;
        });
    }

    /// <summary>Whom the cookie names, and whether the session goes on, is read anew for every request.</summary>
    static async Task Validate(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        var entry = Guid.TryParse(http.GetRouteValue("id") as string, out var id) ? id : Guid.Empty;
        var session = IdIn(context.Principal, SessionClaim);
        var policy = await services.GetRequiredService<Policies>().Now();
        if (await AskingOf(services, context.Principal, session, entry) is not { Session: { } standing } asking)
        {
            context.RejectPrincipal();
            return;
        }
        var now = services.GetRequiredService<TimeProvider>().Now();
        var why = standing.Ended is { } ended ? $"session-ended-{ended}"
            : now - standing.Since >= policy.Longest ? "session-ended-old"
            : now - standing.SeenAt > policy.Idle ? "session-ended-idle"
            : policy.Admits(asking.Actor.Role, http.Connection.RemoteIpAddress) ? null
            : NotLetIn.Address;
        if (why is not null)
        {
            http.Features.Set(new NotLetIn(why));
            context.RejectPrincipal();
            return;
        }
        http.Features.Set(asking.Actor.Under(policy));
        http.Features.Set(new UsedSession(session));
        services.GetRequiredService<OpenEntry>().Ahead = (entry, asking.Entry);
        // a page that only asks what colleagues changed is not a person at work
        if (now - standing.SeenAt >= Step(policy) && http.GetEndpoint()?.Metadata.GetMetadata<AccountEndpoints.NoActivity>() is null)
            await See(services.GetRequiredService<Database>(), session, now);
    }

    /// <summary>So often at most it is written down that a session is used: a tenth of the time after which it ends, at least a minute.</summary>
    static TimeSpan Step(Policy policy) => policy.Idle / 10 is { TotalMinutes: > 1 } tenth ? tenth : TimeSpan.FromMinutes(1);

    /// <summary>Shares its transaction with the saves that wait. Where nothing can be written, one can still read.</summary>
    static async Task See(Database database, Guid session, DateTime now)
    {
        try
        {
            await database.WriteIf(new Statement("UPDATE session SET seen_at = $2 WHERE id = $1", session, now));
        }
        catch (DbException)
        {
        }
    }

    static Guid IdIn(ClaimsPrincipal? principal, string claim) => Guid.TryParse(principal?.FindFirst(claim)?.Value, out var id) ? id : Guid.Empty;

    static Task<Asking?> AskingOf(IServiceProvider services, ClaimsPrincipal? principal, Guid session, Guid entry) =>
        Asking.Of(services.GetRequiredService<Database>(), IdIn(principal, ClaimTypes.NameIdentifier), principal?.FindFirst(StampClaim)?.Value ?? "", services.GetRequiredService<TimeProvider>().Today(), session, entry);

    /// <summary>Gives the browser the cookie of this session.</summary>
    public static Task BeginSession(this HttpContext http, SignInManager<Account> signIn, Account account, Guid session)
    {
        http.Features.Set(new UsedSession(session));
        return signIn.SignInWithClaimsAsync(account, isPersistent: false, [new Claim(SessionClaim, session.ToString())]);
    }

    /// <summary>Remembers in this browser that the password was right.</summary>
    public static Task BeginSecondStep(this HttpContext http, Account account, Guid step) => http.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()), new Claim(StampClaim, account.SecurityStamp!), new Claim(SessionClaim, step.ToString())], IdentityConstants.TwoFactorUserIdScheme)));

    /// <summary>Whose password was right in this browser, and the step that it began; null when nobody's, or too long ago, or not any more.</summary>
    public static async Task<(Actor Actor, Guid Step)?> SecondStepOf(this HttpContext http)
    {
        var principal = (await http.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal;
        return await AskingOf(http.RequestServices, principal, Guid.Empty, Guid.Empty) is { } asking ? (asking.Actor, IdIn(principal, SessionClaim)) : null;
    }

    public static Task EndSecondStep(this HttpContext http) => http.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
}

/// <summary>Cookies that were deciphered before need not be again: a page at work sends the same with every save. Whether they still count is judged each time.</summary>
sealed class KnownTickets(ISecureDataFormat<AuthenticationTicket> cookies) : ISecureDataFormat<AuthenticationTicket>
{
    const int Most = 10_000;

    readonly ConcurrentDictionary<string, AuthenticationTicket> known = new();

    public string Protect(AuthenticationTicket data) => cookies.Protect(data);

    public string Protect(AuthenticationTicket data, string? purpose) => cookies.Protect(data, purpose);

    public AuthenticationTicket? Unprotect(string? protectedText) => Unprotect(protectedText, null);

    public AuthenticationTicket? Unprotect(string? protectedText, string? purpose)
    {
        if (protectedText is null || purpose is not null)
            return cookies.Unprotect(protectedText, purpose);
        if (known.TryGetValue(protectedText, out var ticket))
            return ticket;
        ticket = cookies.Unprotect(protectedText);
        if (ticket is null)
            return null;
        if (known.Count >= Most)
            known.Clear();
        return known[protectedText] = ticket;
    }
}
