using Jiqun.Portal.Mails;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Notices;

static class Telling
{
    /// <summary>Adds notices to what the context will save: with the step that they tell of, or not at all.</summary>
    /// <param name="by">Who takes the step.</param>
    public static void Tell(this JiqunDb db, NoticeKind kind, Guid subject, Guid by, DateTime now, params IEnumerable<Guid> recipients)
    {
        foreach (var recipient in recipients)
        {
            db.Notices.Add(new Notice { Recipient = recipient, Kind = kind, Subject = subject, AccountId = by, At = now });
            if (MailSorts.Of(kind) is not null)
                db.Outbox.Add(new OutboxRow { Recipient = recipient, Kind = kind, Subject = subject, AccountId = by, At = now, DueAt = now });
        }
    }

    /// <summary>Notices as rows that are written straight.</summary>
    /// <param name="recipients">At least one.</param>
    public static Insertion[] Rows(NoticeKind kind, Guid subject, Guid by, DateTime now, IEnumerable<Guid> recipients)
    {
        Insertion notices = new("notice", ["recipient", "kind", "subject", "account_id", "at"], [.. recipients.Select(r => new object[] { r, kind.ToString(), subject, by, now })]);
        return MailSorts.Of(kind) is null ? [notices]
            : [notices, new("outbox", [.. notices.Columns, "due_at"], [.. notices.Rows.Select(row => (object[])[.. row, now])])];
    }
}
