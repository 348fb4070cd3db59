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

    static readonly Into Notices = new("notice", ["recipient", "kind", "subject", "account_id", "at"]), Outbox = new("outbox", ["recipient", "kind", "subject", "account_id", "at", "due_at"]);

    /// <summary>Notices as rows that are written straight.</summary>
    /// <param name="told">At least one.</param>
    public static Insertion[] Rows(Guid by, DateTime now, IReadOnlyList<(NoticeKind Kind, Guid Subject, Guid Recipient)> told)
    {
        Insertion notices = new(Notices, [.. told.Select(t => new object[] { t.Recipient, t.Kind.ToString(), t.Subject, by, now })]);
        Insertion mails = new(Outbox, [.. told.Where(t => MailSorts.Of(t.Kind) is not null).Select(t => new object[] { t.Recipient, t.Kind.ToString(), t.Subject, by, now, now })]);
        return mails.Rows.Count == 0 ? [notices] : [notices, mails];
    }
}
