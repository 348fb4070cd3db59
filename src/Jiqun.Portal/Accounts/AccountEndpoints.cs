using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Accounts;

static class AccountEndpoints
{
    const string StampClaim = "AspNet.Identity.SecurityStamp";

    public static void AddAccounts(this IServiceCollection services, PortalSettings settings)
    {
        services.AddScoped<SignIn>().AddScoped<AcceptInvitation>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<Account>(identity =>
            {
                identity.Lockout.MaxFailedAccessAttempts = 5;
                identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(30);
                identity.Password.RequiredLength = 10;
                identity.User.AllowedUserNameCharacters = "";
            })
            .AddUserStore<UserOnlyStore<Account, JiqunDb, Guid>>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
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
            cookie.Events.OnValidatePrincipal = Validate;
            cookie.Events.OnRedirectToLogin = Challenge;
            cookie.Events.OnRedirectToAccessDenied = context => Refusals.Answer(context.HttpContext, StatusCodes.Status403Forbidden, "not-allowed", Words.Of("not-allowed"));
            cookie.Events.OnCheckSlidingExpiration = context =>
            {
                // a page that only asks what colleagues changed is not a person at work
                if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<NoActivity>() is not null)
                    context.ShouldRenew = false;
                return Task.CompletedTask;
            };
        });
    }

    /// <summary>Marks an endpoint that pages call by themselves: it does not keep a session alive.</summary>
    public sealed record NoActivity;

    /// <summary>Whom the cookie names is read anew for every request.</summary>
    static async Task Validate(CookieValidatePrincipalContext context)
    {
        var db = context.HttpContext.RequestServices.GetRequiredService<JiqunDb>();
        var actor = Guid.TryParse(context.Principal?.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value, out var id)
            ? await Actor.Of(db, id, context.Principal.FindFirst(StampClaim)?.Value ?? "")
            : null;
        if (actor is null)
            context.RejectPrincipal();
        else
            context.HttpContext.Features.Set(actor);
    }

    static Task Challenge(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        if (Refusals.WantsJson(http))
            return Refusals.Answer(http, StatusCodes.Status401Unauthorized, "signed-out", Words.Of("signed-out"));
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    public static void UseForcedPasswordChange(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Features.Get<Actor>() is not { MustChangePassword: true } || http.Request.Path.StartsWithSegments("/account/password") || http.Request.Path == "/sign-out"
            || http.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            return next(http);
        http.Response.Redirect("/account/password");
        return Task.CompletedTask;
    });

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", (string? @return) => SignInPage(@return, "", [])).AllowAnonymous();
        routes.MapPost("/sign-in", SignIn).AllowAnonymous().DisableAntiforgery();
        routes.MapPost("/sign-out", SignOut).DisableAntiforgery();
        routes.MapGet("/invitations/{secret}", InvitationPage).AllowAnonymous();
        routes.MapPost("/invitations/{secret}", Accept).AllowAnonymous().DisableAntiforgery();
    }

    static RazorComponentResult<SignInPage> SignInPage(string? @return, string name, IReadOnlyList<Core.Finding> findings) =>
        new(new { Return = LocalAddress.Of(@return), Name = name, Findings = findings }) { StatusCode = findings.Count > 0 ? 422 : 200 };

    static async Task<IResult> SignIn(IFormCollection form, SignIn signIn)
    {
        var (name, @return) = (form["name"].ToString(), form["return"].ToString());
        var outcome = await signIn.Run(name, form["password"].ToString());
        return outcome.Refused ? SignInPage(@return, name, outcome.Refusal) : Results.LocalRedirect(LocalAddress.Of(@return));
    }

    static async Task<IResult> SignOut(Actor actor, SignInManager<Account> signIn, JiqunDb db, TimeProvider clock)
    {
        await signIn.SignOutAsync();
        db.Note(AuditAction.SignOut, actor.AccountId, null, clock.Now());
        await db.SaveChangesAsync();
        return Results.LocalRedirect("/sign-in");
    }

    static async Task<IResult> InvitationPage(string secret, AcceptInvitation accept, HttpContext http) =>
        await accept.Find(secret) is { } invitation ? Page(secret, invitation, "", "", []) : Refusals.Refused([Core.Finding.Error("missing", null, Words.Of("invitation-closed"))], http);

    static RazorComponentResult<AcceptInvitationPage> Page(string secret, OpenInvitation invitation, string userName, string fullName, IReadOnlyList<Core.Finding> findings) =>
        new(new { Secret = secret, Invitation = invitation, UserName = userName, FullName = fullName, Findings = findings }) { StatusCode = findings.Count > 0 ? 422 : 200 };

    static async Task<IResult> Accept(string secret, IFormCollection form, AcceptInvitation accept, HttpContext http)
    {
        if (await accept.Find(secret) is not { } invitation)
            return Refusals.Refused([Core.Finding.Error("missing", null, Words.Of("invitation-closed"))], http);
        var (userName, fullName) = (form["userName"].ToString(), form["fullName"].ToString());
        var outcome = await accept.Run(secret, userName, fullName, form["password"].ToString(), form["repeated"].ToString());
        return outcome.Refused ? Page(secret, invitation, userName, fullName, outcome.Refusal) : Results.LocalRedirect("/");
    }
}
