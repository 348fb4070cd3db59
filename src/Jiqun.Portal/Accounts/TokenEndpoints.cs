using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>A person's own access tokens. Pages only: a token cannot make another.</summary>
static class TokenEndpoints
{
    public static void MapTokens(this RouteGroupBuilder account)
    {
        account.MapGet("/tokens", Show);
        account.MapPost("/tokens", Make);
        account.MapPost("/tokens/{id:guid}/withdraw", Withdraw);
    }

    static Task<IResult> Show(Actor actor, JiqunDb db, TimeProvider clock) =>
        Page(actor, db, clock, null, "", new HashSet<Scope>(), ChangeTokens.UsualDays.ToString(CultureInfo.InvariantCulture), []);

    static async Task<IResult> Make(IFormCollection form, Actor actor, ChangeTokens change, JiqunDb db, TimeProvider clock)
    {
        var (name, days) = (form["name"].ToString(), form["days"].ToString());
        var scopes = Enum.GetValues<Scope>().Where(s => form["scope"].Contains(s.ToString())).ToHashSet();
        var made = await change.Make(name, scopes, days, form["password"].ToString(), actor);
        return made.Refused
            ? await Page(actor, db, clock, null, name, scopes, days, made.Refusal)
            : await Page(actor, db, clock, made.Value, "", new HashSet<Scope>(), days, []);
    }

    static async Task<IResult> Page(Actor actor, JiqunDb db, TimeProvider clock, MadeToken? made, string name, IReadOnlySet<Scope> scopes, string days, IReadOnlyList<Finding> findings) =>
        new RazorComponentResult<TokensPage>(new
        {
            Actor = actor,
            Tokens = await db.TokensOf(actor, clock.Now()).AsNoTracking().OrderByDescending(t => t.CreatedAt).ToListAsync(),
            Made = made,
            Name = name,
            Scopes = scopes,
            Days = days,
            Findings = findings,
        })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };

    static async Task<IResult> Withdraw(Guid id, Actor actor, ChangeTokens change, HttpContext http)
    {
        var outcome = await change.Withdraw(id, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect("/account/tokens");
    }
}
