using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>A token just made, with its secret, which is kept nowhere.</summary>
public sealed record MadeToken(AccessToken Token, string Secret);

/// <summary>Makes a person's own access tokens, and withdraws them.</summary>
sealed class ChangeTokens(Attempts attempts, JiqunDb db, TimeProvider clock)
{
    public const int MostDays = 365, UsualDays = 90, Most = 20;

    /// <summary>By this programs that look for lost secrets know one.</summary>
    const string Prefix = "jiqun_";

    /// <param name="days">As written.</param>
    /// <param name="password">Asked for again: a token outlives the session.</param>
    public async Task<Outcome<MadeToken>> Make(string name, IReadOnlySet<Scope> scopes, string days, string password, Actor actor)
    {
        var account = await db.Users.SingleAsync(a => a.Id == actor.AccountId);
        List<Finding> wrong = [];
        var named = PlainName.Read(name, "name");
        wrong.AddRange(named.Refusal ?? []);
        if (!int.TryParse(days.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var validity) || validity is < 1 or > MostDays)
            wrong.Add(Finding.Error("days", "days", Words.Of("token-days-wrong", MostDays)));
        var now = clock.Now();
        if (await db.TokensOf(actor, now).CountAsync() >= Most)
            wrong.Add(Finding.Error("tokens-many", null, Words.Of("token-many", Most)));
        if (wrong.Count > 0)
            return wrong;
        if (await attempts.Password(account, password, "password-wrong", "password") is { } guessed)
            return guessed;

        var secret = Prefix + AcceptInvitation.NewSecret();
        var token = new AccessToken
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account.Id,
            Name = named.Value!,
            SecretDigest = AcceptInvitation.Digest(secret),
            Scopes = string.Join(' ', scopes.Order()),
            Stamp = account.SecurityStamp!,
            CreatedAt = now,
            ExpiresAt = now.AddDays(validity),
        };
        db.Add(token);
        db.Note(AuditAction.TokenMade, actor.AccountId, token.Id, now, $"{token.Scopes} {token.ExpiresAt:yyyy-MM-dd}".TrimStart());
        await db.SaveChangesAsync();
        return new MadeToken(token, secret);
    }

    public async Task<Outcome<AccessToken>> Withdraw(Guid id, Actor actor)
    {
        var now = clock.Now();
        if (await db.TokensOf(actor, now).SingleOrDefaultAsync(t => t.Id == id) is not { } token)
            return Refusals.Missing();
        token.WithdrawnAt = now;
        db.Note(AuditAction.TokenWithdrawn, actor.AccountId, id, now);
        await db.SaveChangesAsync();
        return token;
    }

    /// <summary>Whether a text can be a token at all, so that nothing else is looked for.</summary>
    public static bool HasShape(string text) => text.Length == Prefix.Length + 64 && text.StartsWith(Prefix, StringComparison.Ordinal);
}
