using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Accounts;

/// <summary>The page on which the security administrator sets the policy.</summary>
static class PolicyEndpoints
{
    public static void MapPolicies(this IEndpointRouteBuilder routes)
    {
        var policies = routes.MapGroup("/policies").DisableAntiforgery().WithMetadata(new Kept.Never()).Only(Role.SecurityAdministrator);
        policies.MapGet("", Show);
        policies.MapPost("", Change);
    }

    static async Task<IResult> Show(string? done, Actor actor, Policies policies, HttpContext http)
    {
        var policy = await policies.Now();
        return Page(actor, ChangePolicy.Numbers.ToDictionary(n => n.Name, n => n.Of(policy).ToString(CultureInfo.InvariantCulture)),
            policy.AdministratorRanges, policy.OtherRanges, policy.TwoFactorAdministrators, policy.TwoFactorReviewers, [], done is not null, http);
    }

    static RazorComponentResult<PoliciesPage> Page(
        Actor actor, IReadOnlyDictionary<string, string> numbers, string administratorRanges, string otherRanges, bool twoFactorAdministrators, bool twoFactorReviewers, IReadOnlyList<Finding> findings, bool isSaved, HttpContext http) =>
        new(new
        {
            Actor = actor,
            Numbers = numbers,
            AdministratorRanges = administratorRanges,
            OtherRanges = otherRanges,
            TwoFactorAdministrators = twoFactorAdministrators,
            TwoFactorReviewers = twoFactorReviewers,
            Findings = findings,
            IsSaved = isSaved,
            Address = Origin.Current is { Address.Length: > 0 } origin ? origin.Address : "?",
        })
        { StatusCode = findings.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };

    static async Task<IResult> Change(IFormCollection form, Actor actor, ChangePolicy change, HttpContext http)
    {
        var numbers = ChangePolicy.Numbers.ToDictionary(n => n.Name, n => form[n.Name].ToString());
        var (administrators, others) = (form[ChangePolicy.AdministratorRanges].ToString(), form[ChangePolicy.OtherRanges].ToString());
        var (twoFactorAdministrators, twoFactorReviewers) = (form[ChangePolicy.TwoFactorAdministrators] == "on", form[ChangePolicy.TwoFactorReviewers] == "on");
        var outcome = await change.Run(numbers, administrators, others, twoFactorAdministrators, twoFactorReviewers, http.Connection.RemoteIpAddress, actor);
        return outcome.Refused
            ? Page(actor, numbers, administrators, others, twoFactorAdministrators, twoFactorReviewers, outcome.Refusal, isSaved: false, http)
            : Results.LocalRedirect("/policies?done=1");
    }
}
