using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Rounds;

/// <summary>Rounds, for the ministry's members.</summary>
static class RoundEndpoints
{
    public static void AddRounds(this IServiceCollection services) => services.AddScoped<MakeRound>().AddScoped<ChangeRound>();

    public static void MapRounds(this IEndpointRouteBuilder routes)
    {
        var rounds = routes.MapGroup("/rounds").AddEndpointFilter(async (call, next) =>
            call.HttpContext.Features.Get<Actor>() is { } actor && actor.IsMember(Level.Ministry) ? await next(call) : Refusals.Refused([Refusals.NotAllowed()], call.HttpContext));
        rounds.MapGet("", List);
        rounds.MapGet("/new", New);
        rounds.MapPost("/new", Make).DisableAntiforgery();
        rounds.MapGet("/{id:guid}", Show);
        rounds.MapGet("/{id:guid}/change", ChangePage);
        rounds.MapPost("/{id:guid}/change", Change).DisableAntiforgery();
    }

    static async Task<IResult> List(JiqunDb db, Actor actor, TimeProvider clock) =>
        new RazorComponentResult<RoundsPage>(new { Actor = actor, Rounds = await RoundView.Of(db, db.RoundsOf(actor), actor, clock.Now()) });

    static async Task<IResult> Show(Guid id, JiqunDb db, FormLibrary forms, Actor actor, TimeProvider clock, HttpContext http) =>
        (await RoundView.Of(db, db.RoundsOf(actor).Where(r => r.Id == id), actor, clock.Now())).SingleOrDefault() is { } view
            ? new RazorComponentResult<RoundPage>(new { Actor = actor, View = view, FormTitle = forms.Find(view.Round.FormId)?.Title.ToString() ?? "" })
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> New(JiqunDb db, FormLibrary forms, Actor actor) => await Page(db, forms, actor, null, RoundInput.New(forms.Default), []);

    static async Task<IResult> Make(IFormCollection form, MakeRound make, JiqunDb db, FormLibrary forms, Actor actor)
    {
        var input = RoundInput.Of(form);
        var outcome = await make.Run(input, actor);
        return outcome.Refused ? await Page(db, forms, actor, null, input, outcome.Refusal) : Results.LocalRedirect($"/rounds/{outcome.Value.Id}");
    }

    static async Task<IResult> ChangePage(Guid id, JiqunDb db, FormLibrary forms, Actor actor, HttpContext http)
    {
        if (await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return Refusals.Refused([Refusals.Missing()], http);
        var entrants = await db.RoundEntrants.Where(e => e.RoundId == id).Select(e => e.OrganisationId).ToListAsync();
        return await Page(db, forms, actor, round, RoundInput.Of(round, entrants.ToHashSet()), []);
    }

    static async Task<IResult> Change(Guid id, IFormCollection form, ChangeRound change, JiqunDb db, FormLibrary forms, Actor actor, HttpContext http)
    {
        var input = RoundInput.Of(form);
        if (await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } round)
            return Refusals.Refused([Refusals.Missing()], http);
        if (form.ContainsKey("again"))
            return await Page(db, forms, actor, round, input, []);
        var outcome = await change.Run(id, input, form.ContainsKey("confirmed"), actor);
        if (outcome.Refused)
            return await Page(db, forms, actor, round, input, outcome.Refusal);
        return outcome.Value.ToConfirm.Count > 0
            ? new RazorComponentResult<ConfirmRoundPage>(new { Actor = actor, outcome.Value.Round, Input = input, Consequences = outcome.Value.ToConfirm })
            : Results.LocalRedirect($"/rounds/{id}");
    }

    /// <param name="round">Null for a new one.</param>
    static async Task<RazorComponentResult<RoundFormPage>> Page(JiqunDb db, FormLibrary forms, Actor actor, Round? round, RoundInput input, IReadOnlyList<Finding> findings)
    {
        var tree = await db.OrganisationsOf(actor).AsNoTracking().Where(o => o.ParentId != null).ToListAsync();
        var isStale = findings.Any(f => f.Code == "stale");
        return new(new
        {
            Actor = actor,
            Round = round?.Id,
            Input = input,
            Version = isStale ? round!.Version : input.Version,              // what is now there is told with the findings
            FormFixed = round is not null && await db.PresentIn(round.Id, actor).AnyAsync(),
            Forms = forms,
            Tree = OrganisationTree.Ordered(tree).ToList(),
            Findings = findings,
        })
        {
            StatusCode = isStale ? StatusCodes.Status409Conflict : findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };
    }
}
