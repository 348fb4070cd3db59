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
        accounts.MapGet("/{id:guid}/{move}", Ask);
        accounts.MapPost("/{id:guid}/{move}", Do);
    }

    static async Task<IResult> List(string? search, string? page, ReadAccounts read, Actor actor) =>
        new RazorComponentResult<AccountsPage>(new { Actor = actor, List = await read.Run(search ?? "", int.TryParse(page, out var number) ? number : 1) });

    static async Task<IResult> Show(Guid id, string? done, ReadAccounts read, Actor actor, JiqunDb db, TimeProvider clock, HttpContext http) =>
        await read.One(id) is { } account
            ? new RazorComponentResult<AccountPage>(new
            {
                Actor = actor,
                Account = account,
                SignIns = await OwnAccountEndpoints.SignInsOf(db, id),
                Done = Read(done) is { } move ? Words.Of($"moved-{move}") : null,
                Now = clock.Now(),
            })
            : Refusals.Refused([Refusals.Missing()], http);

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
