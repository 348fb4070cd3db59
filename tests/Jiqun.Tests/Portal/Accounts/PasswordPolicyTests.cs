using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Accounts;

public sealed class PasswordPolicyTests
{
    [Theory]
    [InlineData("Correct-Horse-42", "")]
    [InlineData("correct-horse-42", "")]                         // three kinds are enough
    [InlineData("中文口令也可以-Ab", "")]
    [InlineData("Short-1", "password-length")]
    [InlineData("correcthorsebattery", "password-kinds")]
    [InlineData("CorrectHorseBattery", "password-kinds")]
    [InlineData("Xx-WangLei-2021", "password-name")]
    [InlineData("passw0rd@123", "password-common")]
    [InlineData("1qaz@wsx3EDC", "password-common")]
    [InlineData("abc", "password-length password-kinds")]        // all of it is said at once
    public async Task A_password_is_judged(string password, string codes)
    {
        var result = await new PasswordPolicy().ValidateAsync(null!, new Account { UserName = "wanglei", FullName = "", Role = Role.Member, OrganisationId = null, CreatedAt = default }, password);
        Assert.Equal(codes, string.Join(' ', result.Errors.Select(e => e.Code)));
    }

    [Fact]
    public async Task A_password_is_bounded() => Assert.False((await new PasswordPolicy().ValidateAsync(null!, new Account { FullName = "", Role = Role.Member, OrganisationId = null, CreatedAt = default }, new string('a', 200) + "A1")).Succeeded);

    [Fact]
    public async Task A_temporary_password_meets_the_policy() =>
        Assert.True((await new PasswordPolicy().ValidateAsync(null!, new Account { FullName = "", Role = Role.Member, OrganisationId = null, CreatedAt = default }, PasswordPolicy.Temporary())).Succeeded);

    [Fact]
    public async Task It_is_the_only_judge_of_passwords()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var scope = portal.Scope();
        Assert.IsType<PasswordPolicy>(Assert.Single(scope.ServiceProvider.GetServices<IPasswordValidator<Account>>()));
    }
}
