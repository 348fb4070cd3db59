using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Accounts;

/// <summary>What the security administrator does with accounts.</summary>
static class OtherAccountEndpoints
{
    public static void MapOtherAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/accounts").DisableAntiforgery().WithMetadata(new Kept.Never()).Only(Role.SecurityAdministrator);
        accounts.MapGet("", List);
        accounts.MapGet("/{id:guid}", Show);
        accounts.MapPost("/{id:guid}/end", SetEnd);
        accounts.MapPost("/{id:guid}/sessions/{session:guid}/end", EndSession);
        accounts.MapGet("/{id:guid}/{move}", Ask);
        accounts.MapPost("/{id:guid}/{move}", Do);
    }

    static async Task<IResult> List(string? search, string? page, ReadAccounts read, Actor actor) =>
        new RazorComponentResult<AccountsPage>(new { Actor = actor, List = await read.Run(search ?? "", int.TryParse(page, out var number) ? number : 1) });

    static Task<IResult> Show(Guid id, string? done, ReadAccounts read, Actor actor, Sessions sessions, JiqunDb db, TimeProvider clock, HttpContext http) =>
        Page(id, Read(done) is { } move ? Words.Of($"moved-{move}") : done is "end" or "session" ? Words.Of($"moved-{done}") : null, null, [], read, actor, sessions, db, clock, http);

    /// <param name="written">The day as it was written when it was wrong; null for the one that is kept.</param>
    static async Task<IResult> Page(Guid id, string? done, string? written, IReadOnlyList<Finding> findings, ReadAccounts read, Actor actor, Sessions sessions, JiqunDb db, TimeProvider clock, HttpContext http) =>
        await read.One(id) is { } account
            ? new RazorComponentResult<AccountPage>(new
            {
                Actor = actor,
                Account = account,
                SignIns = await OwnAccountEndpoints.SignInsOf(db, id),
                Sessions = await sessions.Of(id),
                EndsOn = written ?? (account.EndsOn is { } day ? Beijing.Day(day) : ""),
                Findings = findings,
                Done = done,
                Now = clock.Now(),
            })
            { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK }
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> SetEnd(Guid id, IFormCollection form, ChangeAccount change, ReadAccounts read, Actor actor, Sessions sessions, JiqunDb db, TimeProvider clock, HttpContext http)
    {
        var written = form["endsOn"].ToString().Trim();
        DateOnly? day = DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null;
        if (written.Length > 0 && day is null)
            return await Page(id, null, written, [Finding.Error("ends-on", "endsOn", Words.Of("account-end-past"))], read, actor, sessions, db, clock, http);
        var outcome = await change.SetEnd(id, day, actor);
        return !outcome.Refused ? Results.LocalRedirect($"/accounts/{id}?done=end")
            : outcome.Refusal[0].Field is null ? Refusals.Refused(outcome.Refusal, http)
            : await Page(id, null, written, outcome.Refusal, read, actor, sessions, db, clock, http);
    }

    static async Task<IResult> EndSession(Guid id, Guid session, Sessions sessions, Actor actor, HttpContext http) =>
        await sessions.End(id, session, actor) ? Results.LocalRedirect($"/accounts/{id}?done=session") : Refusals.Refused([Refusals.Missing()], http);

    /// <summary>Says what a move does, and asks whether it is to be done.</summary>
    static async Task<IResult> Ask(Guid id, string move, ReadAccounts read, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await read.One(id) is not { } account || Read(move) is not { } asked)
            return Refusals.Refused([Refusals.Missing()], http);
        return ChangeAccount.Open(account, actor, clock.Now()).Contains(asked)
            ? new RazorComponentResult<AccountMovePage>(new { Actor = actor, Account = account, Move = asked })
            : Results.LocalRedirect($"/accounts/{id}");
    }

    static async Task<IResult> Do(Guid id, string move, ChangeAccount change, ReadAccounts read, Actor actor, HttpContext http)
    {
        if (Read(move) is not { } asked)
            return Refusals.Refused([Refusals.Missing()], http);
        var outcome = await change.Run(id, asked, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : outcome.Value.Length == 0 ? Results.LocalRedirect($"/accounts/{id}?done={asked}")
            : new RazorComponentResult<TemporaryPasswordPage>(new { Actor = actor, Account = (await read.One(id))!, Password = outcome.Value });
    }

    static AccountMove? Read(string? move) => Enum.TryParse<AccountMove>(move, out var read) && Enum.IsDefined(read) && read.ToString() == move ? read : null;
}
