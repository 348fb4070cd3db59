using System.Security.Cryptography;
using Jiqun.Core;
using Microsoft.AspNetCore.Identity;

namespace Jiqun.Portal.Accounts;

/// <summary>What a password must be. The words <c>password-help</c> say the same.</summary>
sealed class PasswordPolicy(Policies policies) : IPasswordValidator<Account>
{
    public const int Longest = 200;

    /// <summary>Those among the most common ones, here and elsewhere, that the other rules would let pass; capitals do not matter.</summary>
    static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "Password01", "Password12", "Password123", "Password1234", "Password12345", "Password1!", "Password12!", "Password123!", "Password@1", "Password@12", "Password@123", "Password@1234",
        "Password#123", "Passw0rd12", "Passw0rd123", "Passw0rd123!", "Passw0rd@123", "P@ssword12", "P@ssword123", "P@ssword123!", "P@ssw0rd12", "P@ssw0rd123", "P@ssw0rd123!", "P@ssw0rd1234", "P@$$w0rd123",
        "Admin12345", "Admin123456", "Admin@1234", "Admin@12345", "Admin@123456", "Admin#1234", "Admin123!@#", "Administrator1", "Root@12345", "Root123456", "Test@12345", "Test123456", "User@12345", "User123456",
        "Welcome123", "Welcome123!", "Welcome@123", "Welcome@1234", "Changeme123", "Changeme123!", "ChangeMe@123", "Iloveyou123", "Qwerty12345", "Qwerty123456", "Qwerty123!", "Qwerty@123", "Qwer123456", "Qwer@1234", "Qwer1234!@#$",
        "Asdf123456", "Asdf@1234", "Zxcv123456", "Zxcvbnm123", "1qaz2wsx3edc", "1qaz@WSX3edc", "1qaz!QAZ2wsx", "1qazXSW@3edc", "!QAZ2wsx3edc", "1q2w3e4r5t", "1q2w3e4r5t6y", "Q1w2e3r4t5", "Q1w2e3r4t5y6", "!Q2w3e4r5t", "Zaq12wsx!@", "Zaq1@WSX3edc",
        "Abc1234567", "Abc12345678", "Abc123456789", "Abc1234567890", "Abc@123456", "Abc@12345678", "Abcd123456", "Abcd1234567", "Abcd12345678", "Abcd@1234", "Abcd@12345", "Abcd1234!@#$", "Aa12345678", "Aa123456789", "Aa1234567890", "Aa@12345678", "Aa123456!@#", "A123456789", "A1234567890", "A1b2c3d4e5", "A1b2c3d4e5f6",
        "Woaini1314", "Woaini1314520", "Woaini520!", "Woaini5201314", "Zhongguo123", "Beijing2008", "Jiqun12345", "Jiqun@1234", "Jiqun@12345", "Jiqun123456",
    };

    public async Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        var wrong = Wrong(user.UserName ?? "", password ?? "", await policies.Now()).ToArray();
        return wrong.Length == 0 ? IdentityResult.Success : IdentityResult.Failed(wrong);
    }

    /// <summary>Codes are names of words.</summary>
    internal static IEnumerable<IdentityError> Wrong(string userName, string password, Policy policy)
    {
        if (password.Length < policy.PasswordLength || password.Length > Longest)
            yield return IdentityWords.Of("password-length", policy.PasswordLength, Longest);
        if (password.Select(KindOf).Distinct().Count() < policy.PasswordKinds)
            yield return IdentityWords.Of("password-kinds", policy.PasswordKinds);
        if (userName.Length > 0 && password.Contains(userName, StringComparison.OrdinalIgnoreCase))
            yield return IdentityWords.Of("password-name");
        if (Common.Contains(password))
            yield return IdentityWords.Of("password-common");
    }

    static int KindOf(char c) => char.IsAsciiLetterUpper(c) ? 0 : char.IsAsciiLetterLower(c) ? 1 : char.IsAsciiDigit(c) ? 2 : 3;

    /// <summary>A password of 16 characters, of four kinds, that are not easily mistaken for each other: given to somebody who must change it.</summary>
    public static string Temporary() =>
        $"{RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ", 4)}-{RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz", 6)}-{RandomNumberGenerator.GetString("23456789", 4)}";

    /// <summary>What is wrong with a password that a person wants to have; empty when nothing is.</summary>
    public static async Task<List<Finding>> Check(UserManager<Account> accounts, Account account, string password)
    {
        List<Finding> wrong = [];
        foreach (var validator in accounts.PasswordValidators)
            wrong.AddRange((await validator.ValidateAsync(accounts, account, password)).Findings());
        return wrong;
    }
}
