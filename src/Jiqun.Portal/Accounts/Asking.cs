using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Accounts;

/// <summary>Who asks, with the session and the entry that the request is about: read in one go, since every save needs them.</summary>
/// <param name="Entry">Null when their organisation has no such entry.</param>
/// <param name="Session">Null when there is none of the id that was asked for, or it is another account's.</param>
sealed record Asking(Actor Actor, EntryHead? Entry, StandingSession? Session)
{
    const string Sql =
        $"""
        SELECT {EntryHead.Columns}, a.id, a.full_name, a.role, a.organisation_id, o.level, o.path, o.name, a.must_change_password, a.two_factor_enabled, s.since, s.seen_at, s.ended
        FROM account a
        LEFT JOIN organisation o ON o.id = a.organisation_id
        LEFT JOIN entry e ON e.id = $3 AND e.organisation_id = a.organisation_id
        LEFT JOIN round r ON r.id = e.round_id
        LEFT JOIN session s ON s.id = $4 AND s.account_id = a.id AND s.stamp = $2 AND NOT s.is_pending
        WHERE a.id = $1 AND a.security_stamp = $2 AND NOT a.closed AND (a.ends_on IS NULL OR a.ends_on >= $5)
        """;

    /// <inheritdoc cref="Actor.Of"/>
    public static Task<Asking?> Of(Database database, Guid accountId, string stamp, DateOnly today, Guid session, Guid entry) => database.First(new Statement(Sql, accountId, stamp, entry, session, today), row =>
    {
        const int first = EntryHead.ColumnCount;
        var hasOrganisation = !row.IsNull(first + 3);
        var actor = new Actor(
            row.GetGuid(first),
            row.GetString(first + 1),
            row.GetEnum<Role>(first + 2),
            hasOrganisation ? row.GetGuid(first + 3) : null,
            hasOrganisation ? row.GetEnum<Level>(first + 4) : null,
            hasOrganisation ? row.GetString(first + 5) : null,
            hasOrganisation ? row.GetString(first + 6) : null,
            row.GetBoolean(first + 7),
            row.GetBoolean(first + 8));
        var standing = row.IsNull(first + 9) ? null : new StandingSession(row.GetUtc(first + 9), row.GetUtc(first + 10), row.IsNull(first + 11) ? null : row.GetEnum<SessionEnd>(first + 11));
        return new Asking(actor, row.IsNull(0) ? null : EntryHead.Of(row), standing);
    });
}

/// <summary>What of a session says whether it goes on.</summary>
/// <param name="Ended">Null while nobody ended it.</param>
sealed record StandingSession(DateTime Since, DateTime SeenAt, SessionEnd? Ended);
