using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Publication;

/// <summary>公示: what the ministry sets and reads. What visitors see: <see cref="PublicEndpoints"/>.</summary>
static class PublicationEndpoints
{
    public static void AddPublication(this IServiceCollection services) => services.AddScoped<ReadPublished>().AddScoped<ChangePublication>().AddScoped<SendComment>().AddScoped<ReadComments>().AddScoped<DealWithComment>();

    public static void MapPublication(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/publication", Show);
        routes.MapPost("/rounds/{id:guid}/publication", Change).DisableAntiforgery();
        routes.MapGet("/rounds/{id:guid}/comments", ShowComments);
        routes.MapPost("/rounds/{id:guid}/comments/{comment:guid}/contacts", ShowContacts).DisableAntiforgery();
        routes.MapPost("/rounds/{id:guid}/comments/{comment:guid}/done", Done).DisableAntiforgery();
        routes.MapPublic();
    }

    static IResult Missing(HttpContext http) => Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> Show(Guid id, string? saved, ChangePublication change, ReadPublished read, Actor actor, TimeProvider clock, HttpContext http) =>
        await change.Look(id, actor) is { } view
            ? await Page(view, view.Set is { } set ? PublicationInput.Of(set) : PublicationInput.Usual(view.Form, clock.Today()), [], saved is not null, read, actor, clock, http)
            : Missing(http);

    static async Task<RazorComponentResult<PublicationPage>> Page(PublicationView view, PublicationInput input, IReadOnlyList<Finding> findings, bool saved, ReadPublished read, Actor actor, TimeProvider clock, HttpContext http)
    {
        var isStale = findings.Any(f => f.Code == "stale");
        var terms = (input with { IsOn = false }).Read(view.Form, clock.Today());            // what is over can be looked at, too
        return new(new Dictionary<string, object?>
        {
            ["Actor"] = actor,
            ["View"] = view,
            ["Input"] = input,
            ["Version"] = isStale ? view.Set?.Version ?? 0 : input.Version,
            ["Preview"] = terms.Refused ? null : await read.Of(view.Round, terms.Value, http.RequestAborted),
            ["Findings"] = findings,
            ["IsSaved"] = saved,
            ["Today"] = clock.Today(),
        })
        {
            StatusCode = isStale ? StatusCodes.Status409Conflict : findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };
    }

    static async Task<IResult> Change(Guid id, IFormCollection form, ChangePublication change, ReadPublished read, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await change.Look(id, actor) is not { } view)
            return Missing(http);
        var input = PublicationInput.Of(form);
        if (form.ContainsKey("again") || form.ContainsKey("preview"))
            return await Page(view, input, form.ContainsKey("preview") && input.Read(view.Form, clock.Today()) is { Refused: true } wrong ? wrong.Refusal : [], saved: false, read, actor, clock, http);
        var outcome = await change.Run(id, input, form.ContainsKey("confirmed"), actor, http.RequestAborted);
        if (outcome.Refused)
            return await change.Look(id, actor) is { } now ? await Page(now, input, outcome.Refusal, saved: false, read, actor, clock, http) : Missing(http);
        return outcome.Value.ToConfirm.Count > 0
            ? new RazorComponentResult<ConfirmPublicationPage>(new { Actor = actor, view.Round, Input = input, Consequences = outcome.Value.ToConfirm })
            : Results.LocalRedirect($"/rounds/{id}/publication?saved=1");
    }

    static async Task<IResult> ShowComments(Guid id, string? page, ReadComments read, Actor actor, HttpContext http) =>
        await CommentsPage(id, PageOf(page), null, [], read, actor, http);

    static int PageOf(string? page) => int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;

    static async Task<IResult> CommentsPage(Guid id, int page, CommentItem? plain, IReadOnlyList<Finding> findings, ReadComments read, Actor actor, HttpContext http, Guid? typedAt = null, string typed = "") =>
        await read.Run(id, page, actor, http.RequestAborted) is { } view
            ? new RazorComponentResult<CommentsPage>(new Dictionary<string, object?>
            {
                ["Actor"] = actor,
                ["View"] = plain is null ? view : view with { Comments = [.. view.Comments.Select(c => c.Id == plain.Id ? plain : c)] },
                ["Findings"] = findings,
                ["TypedAt"] = typedAt,
                ["Typed"] = typed,
            })
            { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK }
            : Missing(http);

    /// <summary>The same page with one comment in plain, which is written down.</summary>
    static async Task<IResult> ShowContacts(Guid id, Guid comment, IFormCollection form, ReadComments read, Actor actor, HttpContext http) =>
        await read.InPlain(id, comment, "comment", actor, http.RequestAborted) is { } plain ? await CommentsPage(id, PageOf(form["page"]), plain, [], read, actor, http) : Missing(http);

    static async Task<IResult> Done(Guid id, Guid comment, IFormCollection form, DealWithComment deal, ReadComments read, Actor actor, HttpContext http)
    {
        var note = form["note"].ToString();
        var outcome = await deal.Run(id, comment, note, actor);
        return !outcome.Refused ? Results.LocalRedirect($"/rounds/{id}/comments?page={PageOf(form["page"])}")
            : outcome.Refusal[0].Code == "missing" ? Missing(http)
            : await CommentsPage(id, PageOf(form["page"]), null, outcome.Refusal, read, actor, http, comment, note);
    }
}
