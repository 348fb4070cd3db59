using System.Buffers;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Audit;

static class AuditLog
{
    /// <summary>Characters of a detail, in UTF-16 units; what is longer is cut.</summary>
    public const int MostInDetail = 2000;

    static readonly string[] Columns = ["at", "account_id", "address", "action", "outcome", "subject", "detail", "digest", "mark"];

    /// <summary>What a detail may have to be cleaned of.</summary>
    static readonly SearchValues<char> ToClean = SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    static readonly Into Plain = new("audit", Columns), WithToken = new("audit", [.. Columns, "token_id"]);

    /// <summary>Adds an audit row to what the context will save.</summary>
    /// <param name="by">Null when nobody was signed in.</param>
    /// <param name="digest">Of what was written elsewhere by it (<see cref="AuditRow.Digest"/>).</param>
    public static void Note(this JiqunDb db, AuditAction action, Guid? by, Guid? subject, DateTime now, string detail = "", AuditOutcome outcome = AuditOutcome.Done, string digest = "") =>
        db.Audit.Add(Of(action, by, subject, now, detail, digest, outcome));

    /// <summary>Writes an audit row of something that changes nothing: a reading, a download, a refusal. What is to follow upon it follows only once the row is there.</summary>
    /// <inheritdoc cref="Note"/>
    public static Task NoteAlone(this JiqunDb db, AuditAction action, Guid? by, Guid? subject, DateTime now, string detail = "", AuditOutcome outcome = AuditOutcome.Done)
    {
        db.Note(action, by, subject, now, detail, outcome);
        return db.SaveChangesAsync();
    }

    /// <summary>Audit rows as ones that are written straight.</summary>
    /// <param name="key">Of the database that they are written to.</param>
    /// <param name="rows">At least one.</param>
    public static Insertion Rows(MasterKey key, Guid by, DateTime now, params IReadOnlyList<(AuditAction Action, Guid Subject, string Detail, string Digest)> rows)
    {
        var token = Origin.Current?.Token;
        var written = new object[rows.Count][];
        for (var i = 0; i < rows.Count; i++)
        {
            var (action, subject, detail, digest) = rows[i];
            var row = Of(action, by, subject, now, detail, digest, AuditOutcome.Done);
            object[] values = [row.At, by, row.Address, row.Action.ToString(), row.Outcome.ToString(), subject, row.Detail, row.Digest, AuditMark.Make(key, row)];
            written[i] = token is { } used ? [.. values, used] : values;
        }
        return new(token is null ? Plain : WithToken, written);
    }

    static AuditRow Of(AuditAction action, Guid? by, Guid? subject, DateTime now, string detail, string digest, AuditOutcome outcome) => new()
    {
        At = now,
        AccountId = by,
        TokenId = Origin.Current?.Token,
        Address = Origin.Current?.Address ?? "",
        Action = action,
        Outcome = outcome,
        Subject = subject,
        Detail = Clean(detail),
        Digest = digest,
    };

    /// <summary>No longer than there is room for, and without what one of the databases, or UTF-8, cannot hold.</summary>
    static string Clean(string detail)
    {
        if (detail.Length <= MostInDetail && !detail.AsSpan().ContainsAny(ToClean))
            return detail;
        var clean = new string([.. detail.Where((c, i) => c != '\0' && !(char.IsHighSurrogate(c) && !(i + 1 < detail.Length && char.IsLowSurrogate(detail[i + 1]))) && !(char.IsLowSurrogate(c) && !(i > 0 && char.IsHighSurrogate(detail[i - 1]))))]);
        return clean.Length <= MostInDetail ? clean : clean[..(MostInDetail - (char.IsHighSurrogate(clean[MostInDetail - 1]) ? 1 : 0))];
    }
}
