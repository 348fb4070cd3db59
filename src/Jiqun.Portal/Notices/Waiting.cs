using Jiqun.Portal.Accounts;
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

/// <summary>An open round in which an organisation has submitted nothing yet, as it waits for its people.</summary>
sealed record UnsubmittedRound(Guid Round, DateTime ClosesAt, Waiting Waiting);

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
    internal static async Task<IReadOnlyList<Waiting>> Of(JiqunDb db, Actor actor, DateTime now) =>
    [
        .. (await Unsubmitted(db, actor, now)).Select(u => u.Waiting),
        .. await Unopened(db, actor),
        .. await Invitations(db, actor, now),
        .. await EmptyOrganisations(db, actor, now),
        .. await SecondFactor(db, actor),
    ];

    /// <summary>Open rounds in which one's organisation has submitted nothing yet.</summary>
    internal static async Task<IReadOnlyList<UnsubmittedRound>> Unsubmitted(JiqunDb db, Actor actor, DateTime now)
    {
        if (!actor.IsMember(Level.Promoter))
            return [];
        var own = actor.OrganisationId;
        var rounds = await (from r in db.RoundsOf(actor)
                            where r.OpensAt <= now && r.ClosesAt > now && !db.Entries.Any(e => e.RoundId == r.Id && e.OrganisationId == own && e.State != EntryState.Draft)
                            from e in db.Entries.Where(e => e.RoundId == r.Id && e.OrganisationId == own).DefaultIfEmpty()
                            orderby r.ClosesAt, r.Id
                            select new { r.Id, r.Name, r.ClosesAt, Entry = e == null ? null : (Guid?)e.Id }).ToListAsync();
        return rounds.ConvertAll(r => new UnsubmittedRound(r.Id, r.ClosesAt, new Waiting(
            Words.Of(r.Entry is null ? "waiting-round" : "waiting-draft", r.Name, Beijing.Shown(r.ClosesAt), Left(r.ClosesAt - now)),
            r.Entry is { } entry ? $"/entries/{entry}" : "/",
            r.ClosesAt - now <= Urgent ? Urgency.Urgent : r.ClosesAt - now <= Soon ? Urgency.Near : Urgency.None)));
    }

    static string Left(TimeSpan time) =>
        time.TotalDays >= 1 ? Words.Of("left-days", (int)time.TotalDays) : time.TotalHours >= 1 ? Words.Of("left-hours", (int)time.TotalHours) : Words.Of("left-hour");

    /// <summary>What was submitted and nobody of one's office has opened, what has waited longest first.</summary>
    static async Task<IEnumerable<Waiting>> Unopened(JiqunDb db, Actor actor)
    {
        if (actor.Role is not Role.Member || actor.Level is Level.Promoter)
            return [];
        var own = actor.OrganisationId;
        var unopened = db.EntriesOf(actor).Where(e => !db.EntriesSeen.Any(s => s.EntryId == e.Id && s.Revision >= e.Revision && db.Users.Any(a => a.Id == s.AccountId && a.OrganisationId == own)));
        var named = await (from e in unopened
                           join o in db.Organisations on e.OrganisationId equals o.Id
                           join r in db.Rounds on e.RoundId equals r.Id
                           orderby e.CreatedAt, e.Id
                           select new { e.Id, Organisation = o.Name, Round = r.Name }).Take(MostNamed).ToListAsync();
        return named.Select(e => new Waiting(Words.Of("waiting-unopened", e.Organisation, e.Round), $"/entries/{e.Id}"))
            .Concat(More("waiting-more-unopened", named.Count < MostNamed ? 0 : await unopened.CountAsync() - MostNamed, "/"));
    }

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
