using System.Collections.Concurrent;
using System.Globalization;
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

/// <summary>The cookie of a person who is signed in. It ends after a time without activity, and in any case twelve hours after the sign-in.</summary>
static class SessionCookie
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long the second step of a sign-in may take.</summary>
    static readonly TimeSpan SecondStep = TimeSpan.FromMinutes(10);

    const string StampClaim = "AspNet.Identity.SecurityStamp", SignedInAt = "signed-in-at";

    public static void AddSessionCookie(this IServiceCollection services, PortalSettings settings)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "jiqun";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = settings.IdleTimeout;
            cookie.SlidingExpiration = true;
            cookie.TimeProvider = settings.Clock;
            cookie.LoginPath = "/sign-in";
            cookie.ReturnUrlParameter = "return";
            cookie.Events.OnSigningIn = context =>
            {
                context.Properties.Items.TryAdd(SignedInAt, settings.Clock.Now().Ticks.ToString(CultureInfo.InvariantCulture));
                return Task.CompletedTask;
            };
            cookie.Events.OnCheckSlidingExpiration = context =>
            {
                // not with every request, or every answer would bear a cookie; and a page that only asks what colleagues changed is not a person at work
                context.ShouldRenew = context.ElapsedTime > settings.IdleTimeout / 10
                    && context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<AccountEndpoints.NoActivity>() is null;
                return Task.CompletedTask;
            };
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

    /// <summary>Whom the cookie names is read anew for every request.</summary>
    static async Task Validate(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var isOld = !context.Properties.Items.TryGetValue(SignedInAt, out var since) || !long.TryParse(since, CultureInfo.InvariantCulture, out var ticks)
            || services.GetRequiredService<TimeProvider>().Now().Ticks - ticks >= Longest.Ticks;
        var entry = Guid.TryParse(context.HttpContext.GetRouteValue("id") as string, out var id) ? id : Guid.Empty;
        if (isOld || await AskingOf(services, context.Principal, entry) is not { } asking)
        {
            context.RejectPrincipal();
            return;
        }
        context.HttpContext.Features.Set(asking.Actor);
        services.GetRequiredService<OpenEntry>().Ahead = (entry, asking.Entry);
    }

    static async Task<Asking?> AskingOf(IServiceProvider services, ClaimsPrincipal? principal, Guid entry) =>
        Guid.TryParse(principal?.FindFirst(ClaimTypes.NameIdentifier)?.Value, out var id)
            ? await Asking.Of(services.GetRequiredService<Database>(), id, principal.FindFirst(StampClaim)?.Value ?? "", entry)
            : null;

    /// <summary>Remembers in this browser that the password was right.</summary>
    public static Task BeginSecondStep(this HttpContext http, Account account) => http.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()), new Claim(StampClaim, account.SecurityStamp!)], IdentityConstants.TwoFactorUserIdScheme)));

    /// <summary>Whose password was right in this browser; null when nobody's, or too long ago, or not any more.</summary>
    public static async Task<Actor?> SecondStepOf(this HttpContext http) =>
        (await AskingOf(http.RequestServices, (await http.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal, Guid.Empty))?.Actor;

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
