using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Approvals;

/// <summary>The pages on which the ministry sets deadlines and quotas, and extends a deadline for one entry.</summary>
static class TermsEndpoints
{
    const string DeadlinePrefix = "deadline:", QuotaPrefix = "quota:";

    public static void MapTerms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds/{id:guid}/terms", Show);
        routes.MapPost("/rounds/{id:guid}/terms", Change).DisableAntiforgery();
        routes.MapGet("/entries/{id:guid}/extension", ShowExtension);
        routes.MapPost("/entries/{id:guid}/extension", Extend).DisableAntiforgery();
    }

    static async Task<IResult> Show(Guid id, string? saved, ChangeTerms change, Actor actor, HttpContext http) =>
        await change.Look(id, actor) is { } terms
            ? Page(
                terms, terms.Deadlines.ToDictionary(d => d.Key, d => Beijing.Input(d.Value)), terms.Quotas.ToDictionary(q => q.Key, q => q.Value.ToString(CultureInfo.InvariantCulture)),
                [], saved is not null, actor)
            : Refusals.Refused([Refusals.Missing()], http);

    static RazorComponentResult<TermsPage> Page(RoundTermsView terms, IReadOnlyDictionary<string, string> deadlines, IReadOnlyDictionary<Guid, string> quotas, IReadOnlyList<Finding> findings, bool saved, Actor actor) =>
        new(new { Actor = actor, Terms = terms, Deadlines = deadlines, Quotas = quotas, Findings = findings, IsSaved = saved })
        {
            StatusCode = findings.Any(f => f.Code == "stale") ? StatusCodes.Status409Conflict : findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };

    static async Task<IResult> Change(Guid id, IFormCollection form, ChangeTerms change, Actor actor, HttpContext http)
    {
        var deadlines = form.Where(i => i.Key.StartsWith(DeadlinePrefix, StringComparison.Ordinal)).ToDictionary(i => i.Key[DeadlinePrefix.Length..], i => i.Value.ToString());
        var written = form.Where(i => i.Key.StartsWith(QuotaPrefix, StringComparison.Ordinal) && Guid.TryParse(i.Key[QuotaPrefix.Length..], out _)).ToLookup(i => Guid.Parse(i.Key[QuotaPrefix.Length..]), i => i.Value.ToString());
        if (written.Any(w => w.Count() > 1))
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var quotas = written.ToDictionary(w => w.Key, w => w.First());
        var outcome = await change.Run(id, deadlines, quotas, int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1, actor);
        return !outcome.Refused ? Results.LocalRedirect($"/rounds/{id}/terms?saved=1")
            : await change.Look(id, actor) is { } terms ? Page(terms, deadlines, quotas, outcome.Refusal, saved: false, actor)
            : Refusals.Refused(outcome.Refusal, http);
    }

    static async Task<IResult> ShowExtension(Guid id, ExtendDeadline extend, Actor actor, HttpContext http) => await ExtensionPage(id, "", "", [], extend, actor, http);

    static async Task<IResult> ExtensionPage(Guid id, string until, string reason, IReadOnlyList<Finding> findings, ExtendDeadline extend, Actor actor, HttpContext http)
    {
        var looked = await extend.Look(id, actor);
        return looked.Refused
            ? Refusals.Refused(looked.Refusal, http)
            : new RazorComponentResult<ExtensionPage>(new { Actor = actor, Course = looked.Value, Until = until, Reason = reason, Findings = findings })
            {
                StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
            };
    }

    static async Task<IResult> Extend(Guid id, IFormCollection form, ExtendDeadline extend, Actor actor, HttpContext http)
    {
        var (until, reason) = (form["until"].ToString(), form["reason"].ToString());
        var outcome = await extend.Run(id, form["state"].ToString(), until, reason, actor);
        return outcome.Refused ? await ExtensionPage(id, until, reason, outcome.Refusal, extend, actor, http) : Results.LocalRedirect($"/entries/{id}/extension");
    }
}
