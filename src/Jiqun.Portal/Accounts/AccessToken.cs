using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>What a program may do with a token, besides reading what its person may read.</summary>
public enum Scope
{
    /// <summary>Begin entries, write answers and explanations, attach evidence.</summary>
    Fill,

    /// <summary>Submit entries.</summary>
    Submit,

    /// <summary>Take the steps of an entry's way: opinions and seals, recommendations, returns, acceptance; an entrant withdraws.</summary>
    Decide,

    /// <summary>Organisations, invitations of members, rounds with their deadlines, quotas and extensions, as far as the person may.</summary>
    Manage,

    /// <summary>Others' accounts: locks, passwords, second steps. For the security administrator.</summary>
    Accounts,
}

/// <summary>访问令牌: lets a program act for a person through the API, within its scopes, until it ends.</summary>
public sealed class AccessToken
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>What it is for, in the person's words.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the token, lower-case hex. The token itself is shown once and kept nowhere.</summary>
    public required string SecretDigest { get; init; }

    /// <summary>Names of scopes, parted by blanks; empty for one that only reads.</summary>
    public required string Scopes { get; init; }

    /// <summary>Security stamp of the account when the token was made: whatever signs the person out everywhere ends it, too.</summary>
    public required string Stamp { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    /// <summary>About when it was last used, to the hour; null when it never was.</summary>
    public DateTime? UsedAt { get; set; }

    /// <summary>Null while it was not withdrawn.</summary>
    public DateTime? WithdrawnAt { get; set; }
}

static class OpenTokens
{
    /// <summary>Those that work at this time, as far as their own row tells.</summary>
    public static IQueryable<AccessToken> OpenAt(this IQueryable<AccessToken> tokens, DateTime now) => tokens.Where(t => t.WithdrawnAt == null && t.ExpiresAt > now);

    /// <summary>A person's own that work at this time.</summary>
    public static IQueryable<AccessToken> TokensOf(this JiqunDb db, Actor actor, DateTime now) =>
        db.AccessTokens.OpenAt(now).Where(t => t.AccountId == actor.AccountId && db.Users.Any(a => a.Id == t.AccountId && a.SecurityStamp == t.Stamp));
}

sealed class AccessTokenTable : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> token)
    {
        token.ToTable("access_token");
        token.Property(t => t.Id).ValueGeneratedNever();
        token.Property(t => t.Name).HasMaxLength(200);
        token.Property(t => t.SecretDigest).HasMaxLength(64);
        token.Property(t => t.Scopes).HasMaxLength(200);
        token.Property(t => t.Stamp).HasMaxLength(100);
        token.HasIndex(t => t.SecretDigest).IsUnique();
        token.HasOne<Account>().WithMany().HasForeignKey(t => t.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}
