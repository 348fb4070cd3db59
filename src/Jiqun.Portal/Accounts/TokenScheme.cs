using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Jiqun.Portal.Accounts;

/// <summary>Who asks through the API: <c>Authorization: Bearer jiqun_…</c>. Read anew from the database for every request, as for a session.</summary>
sealed class TokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, Database database, JiqunDb db, OpenEntry open, Policies policies, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "token", ScopeClaim = "scope";

    /// <summary>So often at most it is written down that a token was used.</summary>
    static readonly TimeSpan Noted = TimeSpan.FromHours(1);

    /// <summary>The token of a request; null when it bears none.</summary>
    public static string? Secret(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization.ToString(), out var header) && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? header.Parameter : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Secret(Request) is not { } secret)
            return AuthenticateResult.NoResult();
        if (!ChangeTokens.HasShape(secret))
            return AuthenticateResult.Fail("No token.");
        var (digest, now) = (AcceptInvitation.Digest(secret), clock.Now());
        var token = await db.AccessTokens.AsNoTracking().OpenAt(now).SingleOrDefaultAsync(t => t.SecretDigest == digest);
        var entry = Guid.TryParse(Context.GetRouteValue("id") as string, out var id) ? id : Guid.Empty;
        if (token is null || await Asking.Of(database, token.AccountId, token.Stamp, clock.Today(), Guid.Empty, entry) is not { } asking)
            return AuthenticateResult.Fail("Not a token that works.");
        var policy = await policies.Now();
        if (!policy.Admits(asking.Actor.Role, Context.Connection.RemoteIpAddress))
        {
            Context.Features.Set(new NotLetIn(NotLetIn.Address));
            return AuthenticateResult.Fail("Not from this address.");
        }
        if (!(now - token.UsedAt < Noted))
            await db.AccessTokens.Where(t => t.Id == token.Id).ExecuteUpdateAsync(s => s.SetProperty(t => t.UsedAt, now));
        Context.Features.Set(asking.Actor.Under(policy));
        Context.Features.Set(new UsedToken(token.Id, secret));
        Origin.Current?.Token = token.Id;
        open.Ahead = (entry, asking.Entry);
        var claims = token.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => new Claim(ScopeClaim, s))
            .Prepend(new Claim(ClaimTypes.NameIdentifier, token.AccountId.ToString()))
            .Append(new Claim(ClaimTypes.Expiration, token.ExpiresAt.ToString("O", CultureInfo.InvariantCulture)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Name)), Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.Features.Get<NotLetIn>() is { } why)
        {
            await Refusals.Answer(Context, StatusCodes.Status403Forbidden, why.Code, Words.Of(why.Code));
            return;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        await Refusals.Answer(Context, StatusCodes.Status401Unauthorized, "token", Words.Of(Secret(Request) is null ? "api-token-none" : "api-token-wrong"));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Refusals.Answer(Context, StatusCodes.Status403Forbidden, "scope", Words.Of("api-scope", Context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Scope));
}

/// <summary>The token that a request bears.</summary>
sealed record UsedToken(Guid Id, string Secret);

/// <summary>What a token needs for an endpoint besides being one.</summary>
sealed record NeededScope(Scope Scope);
