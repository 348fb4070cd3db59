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
    public void A_password_is_judged(string password, string codes) =>
        Assert.Equal(codes, string.Join(' ', PasswordPolicy.Wrong("wanglei", password, new Policy()).Select(e => e.Code)));

    [Theory]
    [InlineData(12, 3, "Correct-42", "password-length")]
    [InlineData(10, 4, "correct-horse-42", "password-kinds")]
    [InlineData(8, 3, "Short-12", "")]
    public void It_is_judged_by_what_the_policy_says(int length, int kinds, string password, string codes) =>
        Assert.Equal(codes, string.Join(' ', PasswordPolicy.Wrong("", password, new Policy { PasswordLength = length, PasswordKinds = kinds }).Select(e => e.Code)));

    [Fact]
    public void A_password_is_bounded() => Assert.Equal("password-length", Assert.Single(PasswordPolicy.Wrong("", new string('a', 198) + "A1!", new Policy())).Code);

    [Fact]
    public void A_temporary_password_meets_the_policy() => Assert.Empty(PasswordPolicy.Wrong("", PasswordPolicy.Temporary(), new Policy { PasswordKinds = 4, PasswordLength = 16 }));

    [Fact]
    public async Task It_is_the_only_judge_of_passwords()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await using var scope = portal.Scope();
        Assert.IsType<PasswordPolicy>(Assert.Single(scope.ServiceProvider.GetServices<IPasswordValidator<Account>>()));
    }
}
