using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.PersonalData;

/// <summary>A value of the person that is held.</summary>
/// <param name="Organisation">Whose entry holds it; for a visitor's comment, that it is one.</param>
/// <param name="Entry">Null for a visitor's comment.</param>
/// <param name="Submission">Number of the submission that holds it, or of the comment; null for a draft.</param>
/// <param name="Until">When it will be purged.</param>
public sealed record HeldValue(string Organisation, string Round, Guid? Entry, int? Submission, Text Field, string Masked, DateTime Until);

/// <summary>That somebody read, in plain, what holds such a value.</summary>
/// <param name="Organisation">Empty for an administrator.</param>
public sealed record PersonalReading(DateTime At, string By, string Organisation, AuditAction Action, string Detail);

/// <summary>What the portal holds of a person.</summary>
/// <param name="Accounts">User names of accounts in the person's name or with the address.</param>
/// <param name="Readings">The newest first, at most <see cref="FindPerson.MostReadings"/>.</param>
public sealed record PersonReport(IReadOnlyList<HeldValue> Values, IReadOnlyList<string> Accounts, IReadOnlyList<PersonalReading> Readings);

/// <summary>个人信息查询: what is held of somebody who asks for it (个人信息保护法 第四十五条), and who read it. For the ministry, which answers such requests; that it asked is written down, for whom is not.</summary>
sealed class FindPerson(Database database, JiqunDb db, FormLibrary forms, TimeProvider clock)
{
    public const int MostReadings = 500;

    static readonly Text CommentName = new("意见人姓名", "Name with a comment"), CommentContact = new("意见人联系方式", "Contact with a comment");

    /// <param name="wanted">Name, telephone number or e-mail address, in full.</param>
    public async Task<Outcome<PersonReport>> Run(string wanted, Actor actor)
    {
        if (!actor.IsMember(Level.Ministry))
            return Refusals.NotAllowed();
        wanted = PlainText.Of(wanted);
        if (wanted.Length is < 2 or > 200)
            return Finding.Error("person", "person", Words.Of("person-wanted"));

        var entries = await (from e in db.Entries
                             join o in db.Organisations on e.OrganisationId equals o.Id
                             join r in db.Rounds on e.RoundId equals r.Id
                             select new { e.Id, Organisation = o.Name, Round = r }).ToDictionaryAsync(e => e.Id);
        List<HeldValue> values = [];
        HashSet<Guid> subjects = [];
        // what is encrypted cannot be asked for: all of it is looked through
        var frozen = from v in db.PersonalValues join s in db.Submissions on v.SubmissionId equals s.Id select new { s.Id, s.EntryId, s.Number, v.Field, v.Value };
        await foreach (var value in frozen.AsAsyncEnumerable())
            Meet(value.EntryId, value.Id, value.Number, value.Field, PersonalValue(value.Id, value.Field, value.Value));
        var personal = forms.Ids.SelectMany(id => forms.Find(id)!.Fields).Where(f => f.Personal).Select(f => f.Id).Distinct().ToList();
        await foreach (var answer in db.Answers.AsNoTracking().Where(a => personal.Contains(a.Field) && a.Code == "" && a.Written != "").AsAsyncEnumerable())
            Meet(answer.EntryId, answer.EntryId, null, answer.Field, Entries.StoredAnswer.Read(database.Key, answer.EntryId, answer.Field, answer.Written));

        var said = from c in db.VisitorComments join r in db.Rounds on c.RoundId equals r.Id select new { Comment = c, Round = r };
        await foreach (var one in said.AsNoTracking().AsAsyncEnumerable())
            foreach (var (stored, name, input) in new[] { (one.Comment.Name, CommentName, Publication.VisitorComment.NamePlace), (one.Comment.Contact, CommentContact, Publication.VisitorComment.ContactPlace) })
            {
                var text = one.Comment.Read(database.Key, input, stored);
                if (text.Length == 0 || !Same(text, wanted))
                    continue;
                values.Add(new HeldValue(Words.Of("comments"), one.Round.Name, null, one.Comment.Number, name, Masking.OfPerson(text), one.Round.KeptUntil));
                subjects.Add(one.Comment.Id);
            }

        var accounts = await db.Users.Where(a => a.FullName == wanted || a.Email == wanted).Select(a => a.UserName!).Order().ToListAsync();
        var readings = await (from r in db.Audit.ButSaves()
                              where (r.Action == AuditAction.PersonalRead || r.Action == AuditAction.Downloaded) && r.Subject != null && subjects.Contains(r.Subject.Value)
                              join a in db.Users on r.AccountId equals a.Id
                              join o in db.Organisations on a.OrganisationId equals o.Id into own
                              from o in own.DefaultIfEmpty()
                              orderby r.Id descending
                              select new PersonalReading(r.At, a.FullName, o == null ? "" : o.Name, r.Action, r.Detail)).Take(MostReadings).ToListAsync();
        await db.NoteAlone(AuditAction.PersonSearched, actor.AccountId, null, clock.Now(), $"values {values.Count}, accounts {accounts.Count}");
        return new PersonReport([.. values.OrderBy(v => v.Organisation).ThenBy(v => v.Submission ?? int.MaxValue)], accounts, readings);

        void Meet(Guid entry, Guid subject, int? submission, string field, string text)
        {
            if (!Same(text, wanted) || entries[entry] is not { } held || forms.Find(held.Round.FormId)?.Find(field) is not { } asked)
                return;
            values.Add(new HeldValue(held.Organisation, held.Round.Name, entry, submission, asked.Name, Masking.Of(asked, text), held.Round.KeptUntil));
            subjects.Add(subject);
        }

        string PersonalValue(Guid submission, string field, string stored) => Entries.PersonalValue.Read(database.Key, submission, field, stored);
    }

    /// <summary>As people write numbers: with or without hyphens and blanks.</summary>
    static bool Same(string held, string wanted) => Plain(held).Equals(Plain(wanted), StringComparison.OrdinalIgnoreCase);

    static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not '-'));
}
