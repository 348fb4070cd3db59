using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Notices;

/// <summary>How soon something is to be done.</summary>
public enum Urgency
{
    /// <summary>There is time.</summary>
    None,

    /// <summary>临近截止: within seven days.</summary>
    Near,

    /// <summary>即将截止: within a day.</summary>
    Urgent,
}

/// <summary>Something that waits in a round, and until when.</summary>
sealed record Closing(Guid Round, DateTime At, Waiting Waiting);

/// <summary>待办: something that waits for a person.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="Address">Where it is done.</param>
public sealed record Waiting(string Text, string Address, Urgency Urgency = Urgency.None)
{
    /// <summary>Of one sort of thing, so many are named.</summary>
    const int MostNamed = 5;

    /// <summary>What closes within it is marked.</summary>
    internal static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    static readonly TimeSpan Urgent = TimeSpan.FromDays(1), Expiring = TimeSpan.FromDays(2);

    /// <summary>What waits, what is most urgent first. Nothing of it is kept anywhere: it waits until it is done.</summary>
    internal static async Task<IReadOnlyList<Waiting>> Of(JiqunDb db, ReadCourse courses, Actor actor, DateTime now) =>
    [
        .. (await Unsubmitted(db, actor, now)).Select(c => c.Waiting),
        .. await Points(db, actor),
        .. await Steps(db, courses, actor, now),
        .. await DoubtfulFiles(db, actor),
        .. await Invitations(db, actor, now),
        .. await EmptyOrganisations(db, actor, now),
        .. await SecondFactor(db, actor),
    ];

    /// <summary>Open rounds in which one's organisation has submitted nothing yet.</summary>
    internal static async Task<IReadOnlyList<Closing>> Unsubmitted(JiqunDb db, Actor actor, DateTime now)
    {
        if (!actor.IsMember(Level.Promoter))
            return [];
        var own = actor.OrganisationId;
        var rounds = await (from r in db.RoundsOf(actor)
                            where r.OpensAt <= now && (r.ClosesAt > now || db.Entries.Any(e => e.RoundId == r.Id && e.OrganisationId == own && e.ExtendedTo > now)) && !db.Entries.Any(e => e.RoundId == r.Id && e.OrganisationId == own && e.State != EntryState.Draft)
                            from e in db.Entries.Where(e => e.RoundId == r.Id && e.OrganisationId == own).DefaultIfEmpty()
                            orderby r.ClosesAt, r.Id
                            select new { r.Id, r.Name, ClosesAt = e != null && e.ExtendedTo > r.ClosesAt ? e.ExtendedTo.Value : r.ClosesAt, Entry = e == null ? null : (Guid?)e.Id }).ToListAsync();
        return rounds.ConvertAll(r => new Closing(r.Id, r.ClosesAt, new Waiting(
            Words.Of(r.Entry is null ? "waiting-round" : "waiting-draft", r.Name, Beijing.Shown(r.ClosesAt), Left(r.ClosesAt - now)),
            r.Entry is { } entry ? $"/entries/{entry}" : "/",
            UrgencyOf(r.ClosesAt, now))));
    }

    static string Left(TimeSpan time) =>
        time.TotalDays >= 1 ? Words.Of("left-days", (int)time.TotalDays) : time.TotalHours >= 1 ? Words.Of("left-hours", (int)time.TotalHours) : Words.Of("left-hour");

    /// <summary>Points of returns that one's organisation has not answered.</summary>
    static async Task<IEnumerable<Waiting>> Points(JiqunDb db, Actor actor)
    {
        if (!actor.IsMember(Level.Promoter))
            return [];
        var own = actor.OrganisationId;
        var open = await (from p in db.ReturnPoints
                          where p.Answer == ""
                          join e in db.Entries.Where(e => e.OrganisationId == own && e.State == EntryState.Draft) on p.EntryId equals e.Id
                          join r in db.Rounds on e.RoundId equals r.Id
                          group p by new { e.Id, r.Name } into points
                          select new { points.Key.Id, points.Key.Name, Count = points.Count() }).ToListAsync();
        return open.Select(p => new Waiting(Words.Of("waiting-points", p.Count, p.Name), $"/entries/{p.Id}/points"));
    }

    /// <summary>Entries that wait for a step of one's office, what has waited longest first.</summary>
    static async Task<IEnumerable<Waiting>> Steps(JiqunDb db, ReadCourse courses, Actor actor, DateTime now)
    {
        var held = await Held(db, courses, actor);
        var named = new List<Waiting>();
        foreach (var head in held.Take(MostNamed))
            if (await Step(head, courses, actor, now) is { } closing)
                named.Add(closing.Waiting);
        return named.Concat(More("waiting-more-steps", held.Count - MostNamed, "/"));
    }

    /// <summary>Files that came by mail, of which a person is to say where they belong.</summary>
    static async Task<IEnumerable<Waiting>> DoubtfulFiles(JiqunDb db, Actor actor)
    {
        if (!actor.IsMember(Level.Ministry))
            return [];
        var doubtful = await (from f in db.MailedFilesOf(actor)
                              where f.State == MailedState.Doubtful
                              join r in db.RoundsOf(actor) on f.RoundId equals r.Id
                              group f by new { r.Id, r.Name, r.ClosesAt } into files
                              orderby files.Key.ClosesAt
                              select new { files.Key.Id, files.Key.Name, Count = files.Count() }).Take(MostNamed).ToListAsync();
        return doubtful.Select(d => new Waiting(Words.Of("waiting-mailed", d.Name, d.Count), $"/rounds/{d.Id}/mailbox?state={MailedState.Doubtful}"));
    }

    static async Task<List<EntryHead>> Held(JiqunDb db, ReadCourse courses, Actor actor) =>
        actor.Role is not Role.Member || actor.Level is Level.Promoter
            ? []
            : await OpenEntry.Heads(db, courses.HeldBy(actor, await courses.Ways()).Where(e => e.State != EntryState.Draft)
                .OrderBy(e => db.EntrySteps.Where(s => s.EntryId == e.Id).Max(s => s.At)).ThenBy(e => e.Id)).ToListAsync();

    /// <returns>Null when the office has taken the step already.</returns>
    static async Task<Closing?> Step(EntryHead head, ReadCourse courses, Actor actor, DateTime now)
    {
        var course = await courses.Of(head);
        if (!course.Holders.Any(p => p.Organisation == actor.OrganisationId) || course.Situation.Done.Contains(actor.OrganisationId!.Value))
            return null;
        var until = course.Deadline > now ? Words.Of("waiting-until", Beijing.Shown(course.Deadline.Value), Left(course.Deadline.Value - now)) : "";
        return new Closing(head.RoundId, course.Deadline ?? DateTime.MaxValue, new Waiting(Words.Of("waiting-step", head.OrganisationName, head.RoundName, course.State.Name, until), $"/submissions/{course.Current}", UrgencyOf(course.Deadline, now)));
    }

    /// <summary>What closes soon: rounds without one's submission, and of each round the entry that waits for one's office with the least time left.</summary>
    internal static async Task<IReadOnlyList<Closing>> Near(JiqunDb db, ReadCourse courses, Actor actor, DateTime now)
    {
        List<Closing> closing = [.. await Unsubmitted(db, actor, now)];
        foreach (var head in await Held(db, courses, actor))
            if (await Step(head, courses, actor, now) is { } step)
                closing.Add(step);
        return [.. closing.Where(c => c.Waiting.Urgency is not Urgency.None && c.At > now).GroupBy(c => c.Round).Select(g => g.MinBy(c => c.At)!)];
    }

    static Urgency UrgencyOf(DateTime? deadline, DateTime now) =>
        deadline - now <= Urgent ? Urgency.Urgent : deadline - now <= Soon ? Urgency.Near : Urgency.None;

    static async Task<IEnumerable<Waiting>> Invitations(JiqunDb db, Actor actor, DateTime now)
    {
        var soon = now + Expiring;
        var expiring = await (from i in db.InvitationsOf(actor).OpenAt(db, now)
                              where i.ExpiresAt <= soon
                              from o in db.Organisations.Where(o => o.Id == i.OrganisationId).DefaultIfEmpty()
                              orderby i.ExpiresAt, i.Id
                              select new { Invitation = i, Into = o }).AsNoTracking().ToListAsync();
        return expiring.Where(e => Authority.MayWithdraw(actor, e.Invitation, e.Into)).Take(MostNamed).Select(e => new Waiting(
            Words.Of("waiting-invitation", e.Invitation.Invitee, e.Into?.Name ?? Words.Of($"role-{e.Invitation.Role}"), Beijing.Shown(e.Invitation.ExpiresAt)),
            InvitationEndpoints.Back(e.Invitation.OrganisationId)));
    }

    /// <summary>Organisations right under one's own into which nobody has been invited.</summary>
    static async Task<IEnumerable<Waiting>> EmptyOrganisations(JiqunDb db, Actor actor, DateTime now)
    {
        if (actor.Role is not Role.Member)
            return [];
        var (own, open) = (actor.OrganisationId, db.Invitations.OpenAt(db, now));
        var empty = db.OrganisationsOf(actor).Where(o => o.ParentId == own && !db.Users.Any(a => a.OrganisationId == o.Id && !a.Closed) && !open.Any(i => i.OrganisationId == o.Id));
        var named = await empty.OrderBy(o => o.DivisionCode).ThenBy(o => o.Id).Select(o => new { o.Id, o.Name }).Take(MostNamed).ToListAsync();
        return named.Select(o => new Waiting(Words.Of("waiting-organisation", o.Name), $"/organisations/{o.Id}"))
            .Concat(More("waiting-more-organisations", named.Count < MostNamed ? 0 : await empty.CountAsync() - MostNamed, "/organisations"));
    }

    /// <summary>Administrators have power over others' accounts and records: a password alone is little to guard it.</summary>
    static async Task<IEnumerable<Waiting>> SecondFactor(JiqunDb db, Actor actor) =>
        actor.Role is Role.SystemAdministrator or Role.SecurityAdministrator or Role.AuditAdministrator && await db.Users.AnyAsync(a => a.Id == actor.AccountId && !a.TwoFactorEnabled)
            ? [new Waiting(Words.Of("waiting-two-factor"), "/account/two-factor")]
            : [];

    static IEnumerable<Waiting> More(string words, int count, string address) => count > 0 ? [new Waiting(Words.Of(words, count), address)] : [];
}
