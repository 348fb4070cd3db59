using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Notices;

static class Telling
{
    /// <summary>Adds notices to what the context will save: with the step that they tell of, or not at all.</summary>
    /// <param name="by">Who takes the step.</param>
    public static void Tell(this JiqunDb db, NoticeKind kind, Guid subject, Guid by, DateTime now, params IEnumerable<Guid> recipients) =>
        db.Notices.AddRange(recipients.Select(r => new Notice { Recipient = r, Kind = kind, Subject = subject, AccountId = by, At = now }));

    /// <summary>Notices as rows that are written straight.</summary>
    /// <param name="recipients">At least one.</param>
    public static Insertion Rows(NoticeKind kind, Guid subject, Guid by, DateTime now, IEnumerable<Guid> recipients) =>
        new("notice", ["recipient", "kind", "subject", "account_id", "at"], [.. recipients.Select(r => new object[] { r, kind.ToString(), subject, by, now })]);
}
