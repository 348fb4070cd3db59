using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Accounts;

static class AccountEndpoints
{
    /// <summary>Marks an endpoint that pages call by themselves: it does not keep a session alive.</summary>
    public sealed record NoActivity;

    public static void AddAccounts(this IServiceCollection services, PortalSettings settings)
    {
        services.AddSingleton<UnknownNames>();
        services.AddScoped<Attempts>().AddScoped<SecondFactor>();
        services.AddScoped<SignIn>().AddScoped<AcceptInvitation>().AddScoped<ChangePassword>().AddScoped<ChangeTwoFactor>().AddScoped<ChangeTokens>().AddScoped<ReadAccounts>().AddScoped<ChangeAccount>();
        services.AddSessionCookie(settings);
        services.AddScoped<IPasswordValidator<Account>, PasswordPolicy>();      // before Identity adds one of its own
        services.AddIdentityCore<Account>(identity => identity.User.AllowedUserNameCharacters = "")
            .AddErrorDescriber<IdentityWords>()
            .AddUserStore<UserOnlyStore<Account, Storage.JiqunDb, Guid>>()
            .AddSignInManager();
    }

    /// <summary>Whoever has a password that somebody else gave must change it before anything else.</summary>
    public static void UseForcedPasswordChange(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Features.Get<Actor>() is not { MustChangePassword: true } || http.Request.Path.StartsWithSegments("/account/password") || http.Request.Path == "/sign-out"
            || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return next(http);
        if (IsForScripts(http))
            return Refusals.Answer(http, StatusCodes.Status403Forbidden, "password-change", Words.Of("password-forced"));
        http.Response.Redirect("/account/password");
        return Task.CompletedTask;
    });

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapSignIn();
        routes.MapOwnAccount();
        routes.MapOtherAccounts();
    }

    /// <summary>Whether a script reads the answer: a page would be of no use to it.</summary>
    public static bool IsForScripts(HttpContext http) => Refusals.WantsJson(http) || http.GetEndpoint()?.Metadata.GetMetadata<NoActivity>() is not null;

    /// <summary>Refuses everybody who has another role.</summary>
    public static RouteGroupBuilder Only(this RouteGroupBuilder group, Role role) => group.AddEndpointFilter(async (context, next) =>
        context.HttpContext.Features.Get<Actor>()?.Role == role ? await next(context) : Refusals.Refused([Refusals.NotAllowed()], context.HttpContext));
}
