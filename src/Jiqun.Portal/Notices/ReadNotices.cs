using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Notices;

/// <summary>A notice as it is read.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="Address">Where what it is about stands.</param>
public sealed record NoticeLine(NoticeKind Kind, DateTime At, string Text, string Address, bool IsNew);

/// <summary>What waits for a person and what others did, as their page shows it.</summary>
/// <param name="Edits">Drafts that colleagues changed since one looked.</param>
/// <param name="Lines">One page of them, the newest first.</param>
/// <param name="Newest">Id of the newest notice of all pages; 0 when there is none.</param>
/// <param name="HasNew">Whether any of all pages is not read.</param>
/// <param name="Pages">At least 1.</param>
public sealed record NoticesView(
    IReadOnlyList<Waiting> Waiting, IReadOnlyList<ColleagueEdits> Edits, IReadOnlyList<NoticeLine> Lines, long Newest, bool HasNew, int Page, int Pages);

/// <summary>提醒: reads what waits and what changed.</summary>
sealed class ReadNotices(JiqunDb db, ReadCourse courses, TimeProvider clock)
{
    const int PageLength = 50;

    /// <summary>What is older is not told any more.</summary>
    public static readonly TimeSpan Told = TimeSpan.FromDays(365);

    /// <param name="page">From 1; what lies beyond the last is the last.</param>
    public async Task<NoticesView> Run(int page, Actor actor)
    {
        var now = clock.Now();
        var since = now - Told;
        var recent = db.NoticesOf(actor).Where(n => n.At > since);
        var pages = Math.Max(1, (await recent.CountAsync() + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var notices = await recent.AsNoTracking().OrderByDescending(n => n.Id).Skip((page - 1) * PageLength).Take(PageLength).ToListAsync();
        var read = await db.NoticeMarks.Where(m => m.AccountId == actor.AccountId).Select(m => m.UpTo).SingleOrDefaultAsync();
        var newest = await recent.MaxAsync(n => (long?)n.Id) ?? 0;
        var edits = await ColleagueEdits.Of(db, actor);
        return new NoticesView(
            await Waiting.Of(db, courses, actor, now),
            edits,
            await Lines(notices, read, actor),
            newest,
            edits.Count > 0 || newest > read,
            page,
            pages);
    }

    /// <summary>As they are read, what was taken away since left out.</summary>
    /// <param name="notices">Of those that the person may see.</param>
    /// <param name="read">Id of the last one that is not new.</param>
    internal async Task<IReadOnlyList<NoticeLine>> Lines(List<Notice> notices, long read, Actor actor)
    {
        var (subjects, by) = (notices.Select(n => n.Subject).ToHashSet(), notices.Select(n => n.AccountId).ToHashSet());
        var names = await db.Users.Where(a => by.Contains(a.Id)).Select(a => new { a.Id, a.FullName }).ToDictionaryAsync(a => a.Id, a => a.FullName);
        var entries = await (from e in db.EntriesOf(actor)
                             where subjects.Contains(e.Id)
                             join o in db.Organisations on e.OrganisationId equals o.Id
                             join r in db.Rounds on e.RoundId equals r.Id
                             select new { e.Id, e.OrganisationId, Organisation = o.Name, Round = r.Name }).ToDictionaryAsync(e => e.Id);
        var files = await db.EvidenceOf(actor).Where(f => subjects.Contains(f.Id)).Select(f => new { f.Id, f.EntryId, f.Name }).ToDictionaryAsync(f => f.Id);
        var rounds = await db.RoundsOf(actor).Where(r => subjects.Contains(r.Id)).Select(r => new { r.Id, r.Name, r.OpensAt, r.ClosesAt }).ToDictionaryAsync(r => r.Id);
        var invitations = await (from i in db.InvitationsOf(actor)
                                 where subjects.Contains(i.Id)
                                 from o in db.Organisations.Where(o => o.Id == i.OrganisationId).DefaultIfEmpty()
                                 select new { i.Id, i.Role, i.OrganisationId, Organisation = o == null ? null : o.Name }).ToDictionaryAsync(i => i.Id);
        var taken = await db.StepsOf(actor).AsNoTracking().Where(s => subjects.Contains(s.Id)).ToDictionaryAsync(s => s.Id);
        var about = taken.Values.Select(s => s.EntryId).ToHashSet();
        var stepped = await (from e in db.EntriesOf(actor)
                             where about.Contains(e.Id)
                             join o in db.Organisations on e.OrganisationId equals o.Id
                             join r in db.Rounds on e.RoundId equals r.Id
                             select new { e.Id, Organisation = o.Name, Round = r.Name, r.FormId }).ToDictionaryAsync(e => e.Id);
        var offices = taken.Values.Select(s => s.OrganisationId).ToHashSet();
        var officeNames = await db.Organisations.Where(o => offices.Contains(o.Id)).Select(o => new { o.Id, o.Name }).ToDictionaryAsync(o => o.Id, o => o.Name);
        return [.. from n in notices let line = Line(n) where line is not null select line];

        // what was taken away since the notices were read is left out
        NoticeLine? Line(Notice notice)
        {
            var (id, who) = (notice.Subject, names.GetValueOrDefault(notice.AccountId, ""));
            (string Text, string Address)? said = notice.Kind switch
            {
                NoticeKind.EntryBegun => entries.TryGetValue(id, out var e) ? (Words.Of("notice-EntryBegun", who, e.Round), $"/entries/{id}") : null,
                NoticeKind.Submitted => !entries.TryGetValue(id, out var e) ? null
                    : (Words.Of("notice-Submitted", e.OrganisationId == actor.OrganisationId ? who : e.Organisation, e.Round), $"/entries/{id}"),
                NoticeKind.DeadlineExtended => entries.TryGetValue(id, out var e) ? (Words.Of("notice-DeadlineExtended", e.Organisation, e.Round), $"/entries/{id}") : null,
                NoticeKind.StepTaken or NoticeKind.TurnCame or NoticeKind.Returned or NoticeKind.Decided => !taken.TryGetValue(id, out var s) || !stepped.TryGetValue(s.EntryId, out var of) ? null
                    : (Words.Of($"notice-{notice.Kind}", officeNames.GetValueOrDefault(s.OrganisationId, ""), of.Organisation, of.Round, courses.ApprovalOf(of.FormId).Find(s.Step)?.Name.ToString() ?? s.Step), $"/entries/{s.EntryId}"),
                NoticeKind.EvidencePutAway => files.TryGetValue(id, out var f) ? (Words.Of("notice-EvidencePutAway", who, f.Name), $"/entries/{f.EntryId}/evidence") : null,
                NoticeKind.FormMailed => files.TryGetValue(id, out var f) ? (Words.Of("notice-FormMailed", f.Name), $"/evidence/{id}/answers") : null,
                NoticeKind.RoundMade or NoticeKind.RoundChanged => !rounds.TryGetValue(id, out var r) ? null
                    : (Words.Of($"notice-{notice.Kind}", r.Name, Beijing.Shown(r.OpensAt), Beijing.Shown(r.ClosesAt)), actor.IsMember(Level.Ministry) ? $"/rounds/{id}" : "/"),
                NoticeKind.CommentCame => rounds.TryGetValue(id, out var r) ? (Words.Of("notice-CommentCame", r.Name), $"/rounds/{id}/comments") : null,
                NoticeKind.Joined => !invitations.TryGetValue(id, out var i) ? null
                    : (Words.Of("notice-Joined", who, i.Organisation ?? Words.Of($"role-{i.Role}")), InvitationEndpoints.Back(i.OrganisationId)),
            };
            return said is var (text, address) ? new NoticeLine(notice.Kind, notice.At, text, address, notice.Id > read) : null;
        }
    }
}
