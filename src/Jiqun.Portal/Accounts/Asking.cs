using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Accounts;

/// <summary>Who asks, with the entry that the request is about: read in one go, since every save needs both.</summary>
/// <param name="Entry">Null when their organisation has no such entry.</param>
sealed record Asking(Actor Actor, EntryHead? Entry)
{
    const string Sql =
        $"""
        SELECT {EntryHead.Columns}, a.id, a.full_name, a.role, a.organisation_id, o.level, o.path, o.name, a.must_change_password
        FROM account a
        LEFT JOIN organisation o ON o.id = a.organisation_id
        LEFT JOIN entry e ON e.id = $3 AND e.organisation_id = a.organisation_id
        LEFT JOIN round r ON r.id = e.round_id
        WHERE a.id = $1 AND a.security_stamp = $2 AND NOT a.closed
        """;

    /// <inheritdoc cref="Actor.Of"/>
    public static Task<Asking?> Of(Database database, Guid accountId, string stamp, Guid entry) => database.First(new Statement(Sql, accountId, stamp, entry), row =>
    {
        const int first = EntryHead.ColumnCount;
        var hasOrganisation = !row.IsDBNull(first + 3);
        var actor = new Actor(
            row.GetGuid(first),
            row.GetString(first + 1),
            row.GetEnum<Role>(first + 2),
            hasOrganisation ? row.GetGuid(first + 3) : null,
            hasOrganisation ? row.GetEnum<Level>(first + 4) : null,
            hasOrganisation ? row.GetString(first + 5) : null,
            hasOrganisation ? row.GetString(first + 6) : null,
            row.GetBoolean(first + 7));
        return new Asking(actor, row.IsDBNull(0) ? null : EntryHead.Of(row));
    });
}
