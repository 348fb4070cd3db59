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
        services.AddSingleton<UnknownNames>().AddSingleton<Policies>();
        services.AddScoped<Attempts>().AddScoped<SecondFactor>();
        services.AddScoped<Sessions>().AddScoped<FormerPasswords>().AddScoped<ChangePolicy>().AddScoped<SignIn>().AddScoped<AcceptInvitation>().AddScoped<ChangePassword>().AddScoped<ChangeTwoFactor>().AddScoped<ChangeTokens>().AddScoped<ReadAccounts>().AddScoped<ChangeAccount>();
        services.AddSessionCookie(settings);
        services.AddScoped<IPasswordValidator<Account>, PasswordPolicy>();      // before Identity adds one of its own
        services.AddIdentityCore<Account>(identity => identity.User.AllowedUserNameCharacters = "")
            .AddErrorDescriber<IdentityWords>()
            .AddUserStore<UserOnlyStore<Account, Storage.JiqunDb, Guid>>()
            .AddSignInManager();
    }

    /// <summary>Whoever has a password that somebody else gave, or that is too old, must change it before anything else; whoever must have two-step sign-in must then turn it on.</summary>
    public static void UseForcedSteps(this WebApplication app) => app.Use((http, next) =>
    {
        var (step, code, words) = http.Features.Get<Actor>() switch
        {
            { MustChangePassword: true } => ("/account/password", "password-change", "password-forced"),
            { MustTurnTwoFactorOn: true } => ("/account/two-factor", "two-factor-demanded", "two-factor-forced"),
            _ => ("", "", ""),
        };
        if (step.Length == 0 || http.Request.Path.StartsWithSegments(step) || http.Request.Path == "/sign-out" || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return next(http);
        if (IsForScripts(http))
            return Refusals.Answer(http, StatusCodes.Status403Forbidden, code, Words.Of(words));
        http.Response.Redirect(step);
        return Task.CompletedTask;
    });

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapSignIn();
        routes.MapOwnAccount();
        routes.MapOtherAccounts();
        routes.MapPolicies();
    }

    /// <summary>Whether a script reads the answer: a page would be of no use to it.</summary>
    public static bool IsForScripts(HttpContext http) => Refusals.WantsJson(http) || http.GetEndpoint()?.Metadata.GetMetadata<NoActivity>() is not null;

    /// <summary>Refuses everybody who has another role.</summary>
    public static RouteGroupBuilder Only(this RouteGroupBuilder group, Role role) => group.AddEndpointFilter(async (context, next) =>
        context.HttpContext.Features.Get<Actor>()?.Role == role ? await next(context) : Refusals.Refused([Refusals.NotAllowed()], context.HttpContext));
}
