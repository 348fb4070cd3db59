using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Publication;
using Jiqun.Portal.Rounds;

namespace Jiqun.Portal.Storage;

/// <summary>What a person may see. The one place where that is decided: every query of a page begins with one of these.</summary>
public static class Visible
{
    /// <summary>One's own organisation and those under it. The system administrator sees all; other administrators and experts none.</summary>
    public static IQueryable<Organisation> OrganisationsOf(this JiqunDb db, Actor actor)
    {
        var path = actor.Path;
        return actor.Role switch
        {
            Role.SystemAdministrator => db.Organisations,
            Role.Member => db.Organisations.Where(o => o.Path.StartsWith(path!)),
            Role.Expert or Role.SecurityAdministrator or Role.AuditAdministrator => db.Organisations.Where(o => false),
        };
    }

    /// <summary>Invitations into the organisations that one may see; those of the other administrators the system administrator sees.</summary>
    public static IQueryable<Invitation> InvitationsOf(this JiqunDb db, Actor actor)
    {
        var organisations = db.OrganisationsOf(actor);
        var isSystem = actor.Role is Role.SystemAdministrator;
        return db.Invitations.Where(i => organisations.Any(o => o.Id == i.OrganisationId)
            || isSystem && (i.Role == Role.SecurityAdministrator || i.Role == Role.AuditAdministrator));
    }

    /// <summary>Rounds: all of them for the ministry; for others those that somebody under or above them may enter.</summary>
    public static IQueryable<Round> RoundsOf(this JiqunDb db, Actor actor)
    {
        var path = actor.Path;
        if (actor.Role is not Role.Member)
            return db.Rounds.Where(r => false);
        if (actor.Level is Level.Ministry)
            return db.Rounds;
        return db.Rounds.Where(r => !db.RoundEntrants.Any(e => e.RoundId == r.Id)
            || (from e in db.RoundEntrants
                where e.RoundId == r.Id
                join o in db.Organisations on e.OrganisationId equals o.Id
                where path!.StartsWith(o.Path) || o.Path.StartsWith(path!)
                select e).Any());
    }

    /// <summary>Rounds that everybody may see, signed in or not: switched on, and within the 公示期.</summary>
    /// <param name="today">In Beijing.</param>
    public static IQueryable<Round> PublicRounds(this JiqunDb db, DateOnly today) =>
        db.Rounds.Where(r => db.Publications.Any(p => p.RoundId == r.Id && p.IsOn && p.FirstDay <= today && today <= p.LastDay));

    /// <summary>What visitors said to published rounds: for the ministry alone.</summary>
    public static IQueryable<VisitorComment> CommentsOf(this JiqunDb db, Actor actor)
    {
        var isMinistry = actor.IsMember(Level.Ministry);
        return db.VisitorComments.Where(c => isMinistry);
    }

    /// <summary>Jobs that one asked for, as long as one is of the ministry.</summary>
    public static IQueryable<Job> JobsOf(this JiqunDb db, Actor actor)
    {
        var (account, isMinistry) = (actor.AccountId, actor.IsMember(Level.Ministry));
        return db.Jobs.Where(j => isMinistry && j.AccountId == account);
    }

    /// <summary>Jobs that read what was dropped into mailboxes, whoever asked for them: for the ministry alone.</summary>
    public static IQueryable<Job> MailboxJobsOf(this JiqunDb db, Actor actor)
    {
        var isMinistry = actor.IsMember(Level.Ministry);
        return db.Jobs.Where(j => isMinistry && j.Kind == JobKind.Collect);
    }

    /// <summary>What was dropped into the mailboxes of rounds: for the ministry alone.</summary>
    public static IQueryable<MailedFile> MailedFilesOf(this JiqunDb db, Actor actor)
    {
        var isMinistry = actor.IsMember(Level.Ministry);
        return db.MailedFiles.Where(f => isMinistry);
    }

    /// <summary>
    /// Entries of one's own organisation; of those under it, and of those whose cluster lies in its place, too, the ones that were ever submitted.
    /// What stands in a draft is its organisation's alone: others see submissions.
    /// </summary>
    public static IQueryable<Entry> EntriesOf(this JiqunDb db, Actor actor)
    {
        var (path, own) = (actor.Path, actor.OrganisationId);
        if (actor.Role is not Role.Member)
            return db.Entries.Where(e => false);
        return actor.Level is Level.Promoter
            ? db.Entries.Where(e => e.OrganisationId == own)
            : db.Entries.Where(e => e.Submissions > 0
                && (db.Organisations.Any(o => o.Id == e.OrganisationId && o.Path.StartsWith(path!))
                    || db.SubmissionPlaces.Any(p => p.EntryId == e.Id && p.Number == e.Submissions && db.Organisations.Any(o => o.Id == own && o.Level != Level.Ministry && o.DivisionCode == p.Code))));
    }

    /// <summary>Whose entries there are in a round, and how far, without what stands in them: for the ministry alone, which sets the round's terms.</summary>
    public static IQueryable<EntryPresence> PresentIn(this JiqunDb db, Guid round, Actor actor)
    {
        var isMinistry = actor.IsMember(Level.Ministry);
        return db.Entries.Where(e => e.RoundId == round && isMinistry).Select(e => new EntryPresence { Organisation = e.OrganisationId, State = e.State });
    }

    /// <summary>Entries whose deadline one may extend: all of them, that they are there and how far, for the ministry alone.</summary>
    public static IQueryable<Entry> EntriesToExtend(this JiqunDb db, Actor actor)
    {
        var isMinistry = actor.IsMember(Level.Ministry);
        return db.Entries.Where(e => isMinistry);
    }

    /// <summary>Evidence of the entries that one may see; for others than the entrant only what counts for the last submission.</summary>
    public static IQueryable<EvidenceFile> EvidenceOf(this JiqunDb db, Actor actor)
    {
        var entries = db.EntriesOf(actor);
        var own = actor.OrganisationId;
        return db.Evidence.Where(f => entries.Any(e => e.Id == f.EntryId && (e.OrganisationId == own
            || db.Submissions.Any(s => s.EntryId == e.Id && s.Number == e.Submissions && f.At <= s.At && (f.PutAwayAt == null || f.PutAwayAt > s.At)))));
    }

    /// <summary>Submissions of the entries that one may see.</summary>
    public static IQueryable<Submission> SubmissionsOf(this JiqunDb db, Actor actor)
    {
        var entries = db.EntriesOf(actor);
        return db.Submissions.Where(s => entries.Any(e => e.Id == s.EntryId));
    }

    /// <summary>Steps taken with the entries that one may see.</summary>
    public static IQueryable<EntryStep> StepsOf(this JiqunDb db, Actor actor)
    {
        var entries = db.EntriesOf(actor);
        return db.EntrySteps.Where(s => entries.Any(e => e.Id == s.EntryId));
    }

    /// <summary>Opinions on the submissions that one may see; those that are still being written are their office's alone.</summary>
    public static IQueryable<Opinion> OpinionsOf(this JiqunDb db, Actor actor)
    {
        var (submissions, own) = (db.SubmissionsOf(actor), actor.OrganisationId);
        return db.Opinions.Where(o => (o.StepId != null || o.OrganisationId == own) && submissions.Any(s => s.Id == o.SubmissionId));
    }

    /// <summary>Recommendations by one's own organisation; the ministry sees all.</summary>
    public static IQueryable<Recommendation> RecommendationsOf(this JiqunDb db, Actor actor)
    {
        var (own, isMinistry) = (actor.OrganisationId, actor.IsMember(Level.Ministry));
        return db.Recommendations.Where(r => actor.Role == Role.Member && (isMinistry || r.OrganisationId == own));
    }

    /// <summary>Notices of what others did since one has an account, as long as one may see what they are about.</summary>
    public static IQueryable<Notice> NoticesOf(this JiqunDb db, Actor actor)
    {
        var (me, own) = (actor.AccountId, actor.OrganisationId ?? actor.AccountId);
        var (entries, evidence, rounds, invitations) = (db.EntriesOf(actor), db.EvidenceOf(actor), db.RoundsOf(actor), db.InvitationsOf(actor));
        return db.Notices.Where(n => (n.Recipient == own || n.Recipient == me || n.Recipient == Notice.Everyone)
            && n.AccountId != me
            && db.Users.Any(a => a.Id == me && a.CreatedAt <= n.At)
            && ((n.Kind == NoticeKind.EntryBegun || n.Kind == NoticeKind.Submitted || n.Kind == NoticeKind.DeadlineExtended) && entries.Any(e => e.Id == n.Subject)
                || (n.Kind == NoticeKind.StepTaken || n.Kind == NoticeKind.TurnCame || n.Kind == NoticeKind.Returned || n.Kind == NoticeKind.Decided) && db.EntrySteps.Any(s => s.Id == n.Subject && entries.Any(e => e.Id == s.EntryId))
                || n.Kind == NoticeKind.EvidencePutAway && evidence.Any(f => f.Id == n.Subject && f.PutAwayAt != null)
                || n.Kind == NoticeKind.FormMailed && evidence.Any(f => f.Id == n.Subject)
                || (n.Kind == NoticeKind.RoundMade || n.Kind == NoticeKind.RoundChanged || n.Kind == NoticeKind.CommentCame) && rounds.Any(r => r.Id == n.Subject)
                || n.Kind == NoticeKind.Joined && invitations.Any(i => i.Id == n.Subject)));
    }
}

/// <summary>That an organisation has an entry in a round, and in which state.</summary>
public sealed class EntryPresence
{
    public required Guid Organisation { get; init; }

    public required EntryState State { get; init; }
}
