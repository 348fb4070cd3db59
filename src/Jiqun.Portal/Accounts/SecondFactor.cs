using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>
/// What a person has beside the password: the key of an authenticator app, kept encrypted, and recovery codes, of which only digests are kept.
/// They are rows of the table of tokens; what is changed here is saved by the caller.
/// </summary>
sealed class SecondFactor(JiqunDb db, IDataProtectionProvider protection, TimeProvider clock)
{
    const string Provider = "jiqun", Key = "key", LastStep = "last-step", Recovery = "recovery:", Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const int Codes = 10;

    readonly IDataProtector protector = protection.CreateProtector("Jiqun.Portal.Accounts.SecondFactor");

    /// <summary>Null when none was made.</summary>
    public async Task<byte[]?> KeyOf(Guid account) =>
        await Tokens(account).Where(t => t.Name == Key).Select(t => t.Value).SingleOrDefaultAsync() is { } kept ? protector.Unprotect(Convert.FromBase64String(kept)) : null;

    /// <summary>Makes a new key; an earlier one, and the recovery codes, are gone.</summary>
    public async Task Begin(Guid account)
    {
        await Forget(account);
        Add(account, Key, Convert.ToBase64String(protector.Protect(RandomNumberGenerator.GetBytes(20))));
        Add(account, LastStep, "0");
    }

    public async Task Forget(Guid account) => db.RemoveRange(await Tokens(account).ToListAsync());

    /// <summary>Makes ten codes; earlier ones are gone.</summary>
    /// <returns>The codes, which cannot be had again.</returns>
    public async Task<string[]> MakeRecoveryCodes(Guid account)
    {
        db.RemoveRange(await Tokens(account).Where(t => t.Name.StartsWith(Recovery)).ToListAsync());
        var codes = new string[Codes];
        for (var i = 0; i < Codes; i++)
        {
            var code = RandomNumberGenerator.GetString(Letters, 16);
            Add(account, Recovery + Digest(code), "");
            codes[i] = string.Join('-', code.Chunk(4).Select(c => new string(c)));
        }
        return codes;
    }

    public Task<int> RecoveryCodesLeft(Guid account) => Tokens(account).CountAsync(t => t.Name.StartsWith(Recovery));

    /// <summary>Whether this is a code of the app, or a recovery code; it is used up with that. Saves at once.</summary>
    /// <param name="typed">Blanks and hyphens, full-width and small letters do not matter.</param>
    public async Task<bool> Use(Guid account, string typed)
    {
        var code = Plain(typed);
        var kept = Recovery + Digest(code);
        return code.Length == 6 ? await UseOfApp(account, code) : await Tokens(account).Where(t => t.Name == kept).ExecuteDeleteAsync() > 0;
    }

    /// <summary>The app's clock may go wrong by half a minute. A code that was used, or an earlier one, does not work again.</summary>
    async Task<bool> UseOfApp(Guid account, string code)
    {
        if (await KeyOf(account) is not { } key)
            return false;
        var now = Totp.Step(clock.GetUtcNow());
        var last = await Tokens(account).Where(t => t.Name == LastStep).Select(t => t.Value).SingleAsync();
        for (var step = now - 1; step <= now + 1; step++)
            if (step > long.Parse(last!, CultureInfo.InvariantCulture) && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Totp.Code(key, step)), Encoding.UTF8.GetBytes(code)))
            {
                var used = step.ToString(CultureInfo.InvariantCulture);
                return await Tokens(account).Where(t => t.Name == LastStep && t.Value == last).ExecuteUpdateAsync(s => s.SetProperty(t => t.Value, used)) > 0;
            }
        return false;
    }

    IQueryable<IdentityUserToken<Guid>> Tokens(Guid account) => db.UserTokens.Where(t => t.UserId == account && t.LoginProvider == Provider);

    void Add(Guid account, string name, string value) => db.UserTokens.Add(new IdentityUserToken<Guid> { UserId = account, LoginProvider = Provider, Name = name, Value = value });

    static string Digest(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    static string Plain(string typed)
    {
        var plain = new StringBuilder();
        foreach (var c in typed)
        {
            var half = c is >= '！' and <= '～' ? (char)(c - '！' + '!') : c;
            if (char.IsAsciiLetterOrDigit(half))
                plain.Append(char.ToUpperInvariant(half));
        }
        return plain.ToString();
    }
}
