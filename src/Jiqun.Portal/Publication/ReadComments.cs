using Jiqun.Core.Answers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Desk;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Publication;

/// <summary>A comment as it is read.</summary>
/// <param name="Entry">What it is about; null for the round as a whole, and then <paramref name="About"/> is empty.</param>
/// <param name="Name">Masked unless it was asked for in plain, as are contact and contacts in the text.</param>
/// <param name="HidesContact">Something of it is masked.</param>
/// <param name="DoneBy">Name of who dealt with it; empty while nobody did.</param>
public sealed record CommentItem(Guid Id, int Number, DateTime At, Guid? Entry, string About, string Text, string Name, string Contact, bool HidesContact, DateTime? DoneAt, string DoneBy, string Note);

/// <summary>One page of the comments on a round, the newest first.</summary>
/// <param name="Open">Those of all pages that nobody has dealt with.</param>
/// <param name="Pages">At least 1.</param>
public sealed record CommentsView(Round Round, IReadOnlyList<CommentItem> Comments, int Total, int Open, int Page, int Pages);

/// <summary>Reads what visitors said, for the ministry. In plain one at a time, which is written down.</summary>
sealed class ReadComments(Database database, JiqunDb db, ReadWholeRound whole, TimeProvider clock)
{
    public const int PageLength = 50;

    /// <param name="page">From 1; what lies beyond the last is the last.</param>
    /// <returns>Null when there is no such round, or it is not for this person.</returns>
    public async Task<CommentsView?> Run(Guid id, int page, Actor actor, CancellationToken stop)
    {
        if (await whole.Run(id, actor, stop) is not { } round)
            return null;
        var comments = db.CommentsOf(actor).Where(c => c.RoundId == id);
        var total = await comments.CountAsync(stop);
        var pages = Math.Max(1, (total + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var some = await comments.AsNoTracking().OrderByDescending(c => c.Number).Skip((page - 1) * PageLength).Take(PageLength).ToListAsync(stop);
        return new CommentsView(round.Round, await Items(some, round, inPlain: false, stop), total, await comments.CountAsync(c => c.DoneAt == null, stop), page, pages);
    }

    /// <summary>One comment with what is personal in it. Null when there is none, or it is not for this person.</summary>
    /// <param name="where">Where it is read, for the audit row.</param>
    public async Task<CommentItem?> InPlain(Guid id, Guid comment, string where, Actor actor, CancellationToken stop)
    {
        if (await whole.Run(id, actor, stop) is not { } round || await db.CommentsOf(actor).AsNoTracking().SingleOrDefaultAsync(c => c.RoundId == id && c.Id == comment, stop) is not { } found)
            return null;
        await db.NoteAlone(AuditAction.PersonalRead, actor.AccountId, comment, clock.Now(), where);
        return (await Items([found], round, inPlain: true, stop))[0];
    }

    /// <summary>These comments, masked. Null when there is no such round, or it is not for this person.</summary>
    public async Task<IReadOnlyList<CommentItem>?> Items(Guid id, IReadOnlyList<VisitorComment> comments, Actor actor, CancellationToken stop) =>
        await whole.Run(id, actor, stop) is { } round ? await Items(comments, round, inPlain: false, stop) : null;

    async Task<IReadOnlyList<CommentItem>> Items(IReadOnlyList<VisitorComment> comments, WholeRound round, bool inPlain, CancellationToken stop)
    {
        var by = comments.Select(c => c.DoneBy).OfType<Guid>().ToHashSet();
        var names = await db.Users.Where(a => by.Contains(a.Id)).Select(a => new { a.Id, a.FullName }).ToDictionaryAsync(a => a.Id, a => a.FullName, stop);
        var subjects = round.Rows.ToDictionary(r => r.Id, round.SubjectOf);
        return [.. comments.Select(Item)];

        CommentItem Item(VisitorComment c)
        {
            var (name, contact, text) = (c.Read(database.Key, VisitorComment.NamePlace, c.Name), c.Read(database.Key, VisitorComment.ContactPlace, c.Contact), Masking.InText(c.Text));
            return new CommentItem(
                c.Id, c.Number, c.At, c.EntryId, c.EntryId is { } entry ? subjects.GetValueOrDefault(entry, "") : "",
                inPlain ? c.Text : text, inPlain ? name : Masking.OfPerson(name), inPlain ? contact : Masking.OfPerson(contact), !inPlain && (name.Length > 0 || contact.Length > 0 || text != c.Text),
                c.DoneAt, c.DoneBy is { } person ? names.GetValueOrDefault(person, "") : "", c.Note ?? "");
        }
    }
}
