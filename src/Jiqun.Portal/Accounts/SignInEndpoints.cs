using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Accounts;

/// <summary>The way in and out.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", IResult (string? @return, Actor? actor) => actor is null ? Page(@return, "", [], null) : Results.LocalRedirect(LocalAddress.Of(@return))).AllowAnonymous();
        routes.MapPost("/sign-in", First).AllowAnonymous().DisableAntiforgery().WithAttemptLimit();
        routes.MapGet("/sign-in/code", () => Results.LocalRedirect("/sign-in")).AllowAnonymous();
        routes.MapPost("/sign-in/code", Second).AllowAnonymous().DisableAntiforgery().WithAttemptLimit();
        routes.MapPost("/sign-out", SignOut).DisableAntiforgery().WithMetadata(new Kept.Never());
        routes.MapGet("/token", Token).WithMetadata(new AccountEndpoints.NoActivity());
        routes.MapGet("/invitations/{secret}", Invitation).AllowAnonymous();
        routes.MapPost("/invitations/{secret}", Accept).AllowAnonymous().DisableAntiforgery().WithMetadata(new Kept.Never()).WithAttemptLimit();
    }

    static RazorComponentResult<SignInPage> Page(string? @return, string name, IReadOnlyList<Finding> findings, Kept? kept, int? status = null) =>
        new(new { Return = LocalAddress.Of(@return), Name = name, Findings = findings, Kept = kept })
        {
            StatusCode = status ?? (findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK),
        };

    static RazorComponentResult<CodePage> CodePage(string? @return, IReadOnlyList<Finding> findings, Kept? kept) =>
        new(new { Return = LocalAddress.Of(@return), Findings = findings, Kept = kept })
        {
            StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };

    static async Task<IResult> First(IFormCollection form, SignIn signIn, Policies policies, HttpContext http)
    {
        var (name, @return, kept) = (form["name"].ToString(), form["return"].ToString(), Kept.In(form));
        var outcome = await signIn.Run(name, form["password"].ToString(), http);
        return outcome.Refused ? Page(@return, name, outcome.Refusal, kept)
            : outcome.Value.TwoFactorEnabled ? CodePage(@return, [], kept)
            : Entered(outcome.Value, @return, kept, await policies.Now());
    }

    static async Task<IResult> Second(IFormCollection form, SignIn signIn, Policies policies, HttpContext http)
    {
        var (@return, kept) = (form["return"].ToString(), Kept.In(form));
        var outcome = await signIn.Code(form["code"].ToString(), http);
        return !outcome.Refused ? Entered(outcome.Value, @return, kept, await policies.Now())
            : outcome.Refusal[0].Code is "code-wrong" ? CodePage(@return, outcome.Refusal, kept)
            : Page(@return, "", outcome.Refusal, kept);
    }

    static IResult Entered(Account account, string @return, Kept? kept, Policy policy) =>
        kept is null ? Results.LocalRedirect(LocalAddress.Of(@return))
        : account.MustChangePassword ? OwnAccountEndpoints.PasswordPage(null, isForced: true, [], kept, policy)
        : Continue(kept);

    public static IResult Continue(Kept kept) => new RazorComponentResult<ContinuePage>(new { Kept = kept });

    /// <summary>What somebody is answered who is not signed in and ought to be.</summary>
    public static async Task Challenge(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        if (AccountEndpoints.IsForScripts(http))
            await Refusals.Answer(http, StatusCodes.Status401Unauthorized, "signed-out", Words.Of(http.Features.Get<NotLetIn>()?.Code ?? "signed-out"));
        else if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            context.Response.Redirect(context.RedirectUri);
        else if (!Kept.Allows(http))
            context.Response.Redirect("/sign-in");
        else
        {
            var kept = await Kept.Of(http);
            await Page(null, "", kept.Refusal ?? [], kept.Value, StatusCodes.Status401Unauthorized).ExecuteAsync(http);
        }
    }

    /// <summary>
    /// What somebody is answered whose page has an old token, which happens when they signed in or out in another window: from a page of ours
    /// nothing is lost, one more click sends it. Null when it is no page of ours.
    /// </summary>
    public static async Task<IResult?> SendAgain(HttpContext http)
    {
        if (!Kept.Allows(http))
            return null;
        var isSignedIn = http.Features.Get<Actor>() is not null;
        if (http.Request.Path.StartsWithSegments("/sign-in"))
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var (@return, carried) = (form["return"].ToString(), Kept.In(form));
            return !isSignedIn ? Page(@return, form["name"].ToString(), [Finding.Error("token", null, Words.Of("sign-in-token"))], carried)
                : carried is null ? Results.LocalRedirect(LocalAddress.Of(@return))
                : Continue(carried);
        }
        return isSignedIn && await Kept.Of(http) is { Value: { } kept } ? Continue(kept) : null;
    }

    static async Task<IResult> SignOut(Actor actor, Sessions sessions, JiqunDb db, TimeProvider clock, HttpContext http)
    {
        await sessions.Leave(http);
        db.Note(AuditAction.SignOut, actor.AccountId, actor.AccountId, clock.Now());
        await db.SaveChangesAsync();
        return Results.LocalRedirect("/sign-in");
    }

    /// <summary>A token for a page that was open when its person signed in again.</summary>
    static IResult Token(Actor actor, IAntiforgery antiforgery, HttpContext http) =>
        Results.Json(new { token = antiforgery.GetAndStoreTokens(http).RequestToken, accountId = actor.AccountId });

    static async Task<IResult> Invitation(string secret, AcceptInvitation accept, Policies policies, HttpContext http) =>
        await accept.Find(secret) is { } invitation ? InvitationPage(secret, invitation, "", "", [], await policies.Now()) : Closed(http);

    static RazorComponentResult<AcceptInvitationPage> InvitationPage(string secret, OpenInvitation invitation, string userName, string fullName, IReadOnlyList<Finding> findings, Policy policy) =>
        new(new { Secret = secret, Invitation = invitation, UserName = userName, FullName = fullName, Findings = findings, Policy = policy })
        {
            StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };

    static async Task<IResult> Accept(string secret, IFormCollection form, AcceptInvitation accept, Policies policies, HttpContext http)
    {
        if (await accept.Find(secret) is not { } invitation)
            return Closed(http);
        var (userName, fullName) = (form["userName"].ToString(), form["fullName"].ToString());
        var outcome = await accept.Run(secret, userName, fullName, form["password"].ToString(), form["repeated"].ToString(), http);
        return outcome.Refused ? InvitationPage(secret, invitation, userName, fullName, outcome.Refusal, await policies.Now()) : Results.LocalRedirect("/");
    }

    static IResult Closed(HttpContext http) => Refusals.Refused([Finding.Error("missing", null, Words.Of("invitation-closed"))], http);
}
