using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Audit;

static class AuditLog
{
    /// <summary>Adds an audit row to what the context will save.</summary>
    /// <param name="by">Null when nobody was signed in.</param>
    public static void Note(this JiqunDb db, AuditAction action, Guid? by, Guid? subject, DateTime now, string detail = "") =>
        db.Audit.Add(new AuditRow { At = now, AccountId = by, Action = action, Subject = subject, Detail = detail.Length > 2000 ? detail[..2000] : detail });

    /// <summary>An audit row as one that is written straight.</summary>
    public static Insertion Row(AuditAction action, Guid by, Guid subject, DateTime now, string detail) =>
        new("audit", ["at", "account_id", "action", "subject", "detail"], [[now, by, action.ToString(), subject, detail]]);
}
