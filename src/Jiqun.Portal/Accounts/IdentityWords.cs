using Jiqun.Core;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Identity;

namespace Jiqun.Portal.Accounts;

/// <summary>What ASP.NET Core Identity finds, in the portal's words. The codes are the names of the words.</summary>
sealed class IdentityWords : IdentityErrorDescriber
{
    public static IdentityError Of(string name, params object[] arguments) => new() { Code = name, Description = Words.Of(name, arguments) };

    public override IdentityError DefaultError() => Of("account-failed");

    public override IdentityError ConcurrencyFailure() => Of("account-changed");

    public override IdentityError PasswordMismatch() => Of("password-wrong");

    public override IdentityError InvalidUserName(string? userName) => Of("user-name-wrong");

    public override IdentityError DuplicateUserName(string userName) => Of("user-name-taken");

    public override IdentityError UserAlreadyHasPassword() => DefaultError();

    public override IdentityError UserLockoutNotEnabled() => DefaultError();
}

static class IdentityFindings
{
    /// <summary>The errors as findings on the inputs that they are about.</summary>
    public static IEnumerable<Finding> Findings(this IdentityResult result) => result.Errors.Select(e => Finding.Error(e.Code, FieldOf(e.Code), e.Description));

    static string? FieldOf(string code) =>
        code.StartsWith("password", StringComparison.Ordinal) ? "password" : code.StartsWith("user-name", StringComparison.Ordinal) ? "userName" : null;
}
