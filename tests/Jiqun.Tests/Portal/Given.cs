using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

static class Given
{
    /// <summary>A member of this organisation, made up.</summary>
    public static Actor MemberOf(Organisation organisation) => new(Guid.NewGuid(), "王", Role.Member, organisation.Id, organisation.Level, organisation.Path, organisation.Name, false, HasTwoFactor: false);

    public static Actor Administrator(Role role) => new(Guid.NewGuid(), "管", role, null, null, null, null, false, HasTwoFactor: false);

    /// <summary>Runs a use case as one request would: with services of its own, and in Chinese.</summary>
    public static async Task<TResult> Run<TUseCase, TResult>(this TestPortal portal, Func<TUseCase, Task<TResult>> run)
        where TUseCase : notnull
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh");
        await using var scope = portal.Scope();
        return await run(scope.ServiceProvider.GetRequiredService<TUseCase>());
    }

    /// <summary>Codes of a refusal with the inputs that they stand at; empty when there is none.</summary>
    public static string Codes<T>(this Outcome<T> outcome)
        where T : notnull => string.Join(' ', (outcome.Refusal ?? []).Select(f => f.Field is null ? f.Code : $"{f.Code}@{f.Field}"));
}
