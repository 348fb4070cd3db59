using System.Globalization;
using System.Security.Cryptography;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Mails;

/// <summary>A mail as it is sent.</summary>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
sealed record Letter(Guid Id, string To, string Subject, string Text, DateTimeOffset At);

/// <summary>Writes out a mail at the moment in which it is sent, by what its person may see then.</summary>
sealed class WriteLetter(Database database, IDataProtectionProvider keys, MailSettings settings, ApprovalLibrary approvals, TimeProvider clock)
{
    const int LongestSubject = 100;

    /// <summary>Encrypts the secrets of links while their mails wait.</summary>
    public static IDataProtector Protector(IDataProtectionProvider keys) => keys.CreateProtector("jiqun.mail");

    /// <param name="Title">What the subject says.</param>
    /// <param name="Text">A sentence.</param>
    /// <param name="Address">Within the portal.</param>
    sealed record Told(string Title, string Text, string Address, string To);

    /// <returns>Null when the person may no longer see what it is about, or does not want it, or it is over.</returns>
    public async Task<Letter?> Run(Mail mail)
    {
        await using var db = database.Open();
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.Id == mail.AccountId) is not { } person || await Actor.Of(database, person.Id, person.SecurityStamp!, clock.Today()) is not { } actor)
            return null;
        if (await In(Languages.Chinese, mail, person, actor, db) is not var (told, chinese) || await In(Languages.English, mail, person, actor, db) is not var (_, english))
            return null;
        return new Letter(mail.Id, told.To, $"【集群】{Line(told.Title)}", $"{chinese}\n\n--------\n\n{english}\n", clock.GetUtcNow());
    }

    /// <summary>The part of a letter in one language.</summary>
    async Task<(Told Told, string Text)?> In(CultureInfo language, Mail mail, Account person, Actor actor, JiqunDb db)
    {
        CultureInfo.CurrentUICulture = language;            // as long as this method runs
        var told = mail.Kind switch
        {
            MailKind.Notice => await Notice(mail.NoticeId!.Value, person, actor, db),
            MailKind.ClosesSoon => await Closes(mail.Subject!.Value, Urgency.Near, person, actor, db),
            MailKind.ClosesAtOnce => await Closes(mail.Subject!.Value, Urgency.Urgent, person, actor, db),
            MailKind.Address => await Address(mail, db),
        };
        return told is null ? null : (told, $"{told.Text}\n{Words.Of("mail-open", Link(told.Address))}\n\n{Words.Of(mail.Kind is MailKind.Address ? "mail-not-yours" : "mail-choose", Link("/account/mail"))}");
    }

    async Task<Told?> Notice(long id, Account person, Actor actor, JiqunDb db)
    {
        var notice = await db.NoticesOf(actor).AsNoTracking().Where(n => n.Id == id).ToListAsync();
        return notice.Count > 0 && person.Wants(notice[0].Kind, actor) && (await new ReadNotices(db, new ReadCourse(db, approvals, clock), clock).Lines(notice, 0, actor)).SingleOrDefault() is { } line
            ? new Told(line.Text, line.Text, line.Address, person.Email!)
            : null;
    }

    async Task<Told?> Closes(Guid round, Urgency urgency, Account person, Actor actor, JiqunDb db) =>
        person.Wants(MailSort.Deadline) && (await Waiting.Near(db, new ReadCourse(db, approvals, clock), actor, clock.Now())).SingleOrDefault(c => c.Round == round && c.Waiting.Urgency == urgency) is { } closing
            ? new Told(closing.Waiting.Text, closing.Waiting.Text, closing.Waiting.Address, person.Email!)
            : null;

    async Task<Told?> Address(Mail mail, JiqunDb db)
    {
        var now = clock.Now();
        if (mail.Secret is null || await db.PendingAddresses.AsNoTracking().SingleOrDefaultAsync(p => p.Id == mail.Subject && p.ExpiresAt > now) is not { } pending)
            return null;
        try
        {
            return new Told(Words.Of("mail-confirm-title"), Words.Of("mail-confirm", Beijing.Shown(pending.ExpiresAt)), $"/account/mail/confirm/{Protector(keys).Unprotect(mail.Secret)}", pending.Address);
        }
        catch (CryptographicException)                      // the key is gone
        {
            return null;
        }
    }

    string Link(string address) => new Uri(settings.Address, address).ToString();

    static string Line(string text)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return line.Length <= LongestSubject ? line : $"{line[..(char.IsHighSurrogate(line[LongestSubject - 1]) ? LongestSubject - 1 : LongestSubject)]}…";
    }
}
