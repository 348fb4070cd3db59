using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>What people do with their own accounts.</summary>
static class OwnAccountEndpoints
{
    public static void MapOwnAccount(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/account").DisableAntiforgery().WithMetadata(new Kept.Never());
        account.MapGet("", Show);
        account.MapPost("/sign-out-everywhere", SignOutEverywhere);
        account.MapPost("/sessions/{id:guid}/end", EndSession);
        account.MapPost("/sessions/end-others", EndOthers);
        account.MapGet("/password", async (Actor actor, Policies policies) => PasswordPage(actor, actor.MustChangePassword, [], null, await policies.Now()));
        account.MapPost("/password", SetPassword);
        account.MapGet("/two-factor", (Actor actor, SecondFactor second, JiqunDb db) => TwoFactorPage(actor, second, db, []));
        account.MapPost("/two-factor/begin", Begin);
        account.MapPost("/two-factor", TurnOn);
        account.MapPost("/two-factor/codes", MakeCodes);
        account.MapPost("/two-factor/off", TurnOff);
        account.MapTokens();
    }

    static async Task<IResult> Show(string? done, Actor actor, Sessions sessions, JiqunDb db, PortalSettings settings, HttpContext http)
    {
        var account = await db.Users.AsNoTracking().SingleAsync(a => a.Id == actor.AccountId);
        return new RazorComponentResult<OwnAccountPage>(new
        {
            Actor = actor,
            Account = account,
            SignIns = await SignInsOf(db, account.Id),
            Sessions = await sessions.Of(account.Id),
            Present = http.Features.Get<UsedSession>()?.Id,
            SendsMail = settings.Mail is not null,
            Done = done is "password" or "two-factor-off" or "session" or "sessions" ? Words.Of($"done-{done}") : null,
        });
    }

    /// <summary>The last sign-ins of an account, and the refused ones, the newest first.</summary>
    public static Task<List<AuditRow>> SignInsOf(JiqunDb db, Guid account) => db.Audit.AsNoTracking().ButSaves()
        .Where(r => r.Subject == account && (r.Action == AuditAction.SignIn || r.Action == AuditAction.SignInRefused)).OrderByDescending(r => r.Id).Take(10).ToListAsync();

    static async Task<IResult> SignOutEverywhere(Actor actor, JiqunDb db, Sessions sessions, TimeProvider clock, HttpContext http)
    {
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        account.SignOutEverywhere();
        db.Note(AuditAction.SignOutEverywhere, account.Id, account.Id, clock.Now());
        await db.SaveChangesAsync();
        await sessions.Leave(http);
        return Results.LocalRedirect("/sign-in");
    }

    static async Task<IResult> EndSession(Guid id, Actor actor, Sessions sessions, HttpContext http) =>
        await sessions.End(actor.AccountId, id, actor) ? Results.LocalRedirect("/account?done=session") : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> EndOthers(Actor actor, Sessions sessions, HttpContext http)
    {
        await sessions.EndOthers(actor, http);
        return Results.LocalRedirect("/account?done=sessions");
    }

    /// <param name="actor">Null directly after the sign-in.</param>
    /// <param name="isForced">The password was given by somebody else, or is too old.</param>
    public static IResult PasswordPage(Actor? actor, bool isForced, IReadOnlyList<Finding> findings, Kept? kept, Policy policy) =>
        new RazorComponentResult<PasswordPage>(new { Actor = actor, IsForced = isForced, Findings = findings, Kept = kept, Policy = policy }) { StatusCode = StatusOf(findings) };

    static async Task<IResult> SetPassword(IFormCollection form, Actor actor, ChangePassword change, Policies policies, HttpContext http)
    {
        var kept = Kept.In(form);
        var outcome = await change.Run(actor, form["old"].ToString(), form["password"].ToString(), form["repeated"].ToString(), http);
        return outcome.Refused ? PasswordPage(actor, actor.MustChangePassword, outcome.Refusal, kept, await policies.Now())
            : kept is not null ? SignInEndpoints.Continue(kept)
            : Results.LocalRedirect(actor.MustChangePassword ? "/" : "/account?done=password");
    }

    static async Task<IResult> TwoFactorPage(Actor actor, SecondFactor second, JiqunDb db, IReadOnlyList<Finding> findings)
    {
        var account = await db.Users.AsNoTracking().SingleAsync(a => a.Id == actor.AccountId);
        return new RazorComponentResult<TwoFactorPage>(new
        {
            Actor = actor,
            Account = account,
            Key = account.TwoFactorEnabled ? null : await second.KeyOf(account.Id),
            CodesLeft = await second.RecoveryCodesLeft(account.Id),
            Findings = findings,
        })
        { StatusCode = StatusOf(findings) };
    }

    static async Task<IResult> Begin(Actor actor, ChangeTwoFactor change, HttpContext http)
    {
        var outcome = await change.Begin(actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect("/account/two-factor");
    }

    static async Task<IResult> TurnOn(IFormCollection form, Actor actor, ChangeTwoFactor change, SecondFactor second, JiqunDb db, HttpContext http)
    {
        var outcome = await change.TurnOn(actor, form["code"].ToString(), http);
        return outcome.Refused ? await TwoFactorPage(actor, second, db, outcome.Refusal) : CodesPage(actor, outcome.Value);
    }

    static async Task<IResult> MakeCodes(IFormCollection form, Actor actor, ChangeTwoFactor change, SecondFactor second, JiqunDb db)
    {
        var outcome = await change.MakeCodes(actor, form["codesPassword"].ToString());
        return outcome.Refused ? await TwoFactorPage(actor, second, db, outcome.Refusal) : CodesPage(actor, outcome.Value);
    }

    static async Task<IResult> TurnOff(IFormCollection form, Actor actor, ChangeTwoFactor change, SecondFactor second, JiqunDb db, HttpContext http)
    {
        var outcome = await change.TurnOff(actor, form["offPassword"].ToString(), http);
        return outcome.Refused ? await TwoFactorPage(actor, second, db, outcome.Refusal) : Results.LocalRedirect("/account?done=two-factor-off");
    }

    static RazorComponentResult<RecoveryCodesPage> CodesPage(Actor actor, string[] codes) => new(new { Actor = actor, Codes = codes });

    static int StatusOf(IReadOnlyList<Finding> findings) => findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
}
