using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>A step that was taken, as it is shown.</summary>
public sealed record StepLine(EntryStep Step, Text Name, string Organisation, string By);

/// <summary>办理进程: how an entry stands on its way, and how it came there.</summary>
/// <param name="Current">Id of its last submission; null while there is none.</param>
/// <param name="Names">Of the offices that have a part in it, by organisation.</param>
/// <param name="Missing">Names of places whose office no organisation has taken yet.</param>
/// <param name="Lines">Steps taken, the oldest first.</param>
public sealed record Course(
    EntryHead Entry, Approval Approval, Situation Situation, Guid? Current, IReadOnlyDictionary<Guid, string> Names, IReadOnlyList<string> Missing, IReadOnlyList<StepLine> Lines, IReadOnlyList<Extension> Extensions)
{
    public ApprovalState State => Situation.State;

    public IReadOnlyList<Party> Holders => Approval.Holders(State, Situation.Parties);

    /// <summary>Names of those who have to do something now: of several, those who have not yet.</summary>
    public IReadOnlyList<string> WaitsFor =>
        [.. Holders.Where(p => p.Organisation is { } one && !Situation.Done.Contains(one)).Select(p => Names[p.Organisation!.Value]), .. Holders.Any(p => p.Organisation is null) ? Missing : []];

    /// <summary>The steps that a person may take now.</summary>
    public IReadOnlyList<ApprovalStep> OpenTo(Actor actor) => actor is { Role: Role.Member, OrganisationId: { } own } ? Approval.Open(Situation, own) : [];

    /// <summary>The steps by which a submission was sealed, as far as they count: since it last came to where it is sealed.</summary>
    public IEnumerable<EntryStep> SealsOf(Guid submission)
    {
        if (Approval.Steps.FirstOrDefault(s => s.Carries is Carried.Seal) is not { } seal)
            return [];
        var steps = Lines.Select(l => l.Step).Where(s => s.SubmissionId == submission).ToList();
        return steps.Skip(steps.FindLastIndex(s => seal.From.Contains(s.After) && s.Before != s.After) + 1).Where(s => s.Step == seal.Id);
    }

    /// <summary>Deadline of this state for this entry, extensions among them. Null when there is none.</summary>
    public DateTime? Deadline => Situation.Deadline;
}

/// <summary>Reads how entries stand on their way.</summary>
sealed class ReadCourse(JiqunDb db, ApprovalLibrary approvals, TimeProvider clock)
{
    /// <param name="form">With version.</param>
    public Approval ApprovalOf(string form) => approvals.Of(form);

    /// <summary>Entries that an office sees and that wait for it; of those of several places it may have taken its step already.</summary>
    /// <param name="ways">Of the entries' forms.</param>
    public IQueryable<Entry> HeldBy(Actor actor, params IReadOnlyList<Approval> ways)
    {
        if (actor is not { Role: Role.Member, Level: { } level, OrganisationId: { } own })
            return db.Entries.Where(e => false);
        var office = Parties.OfficeOf(level);
        var first = ways.SelectMany(w => w.States).Where(s => s.Holder is [var holder, ..] && holder == office).Select(s => s.Id).ToList();
        // what is another office's before: only where that one is lacking, or where this one stands for another place
        var later = ways.SelectMany(w => w.States).Where(s => s.Holder.Skip(1).Contains(office)).Select(s => s.Id).ToList();
        var shared = ways.SelectMany(w => w.Steps).Where(s => s.Each).SelectMany(s => s.From).ToList();
        var isUnderMinistry = level is Level.City && Organisation.Along(actor.Path!).Count() == 2;
        return db.EntriesOf(actor).Where(e => first.Contains(e.Status)
            || later.Contains(e.Status) && (isUnderMinistry || db.Organisations.Any(o => o.Id == e.OrganisationId && o.ParentId == own))
            || shared.Contains(e.Status) && db.SubmissionPlaces.Any(p => p.EntryId == e.Id && p.Number == e.Submissions && db.Organisations.Any(o => o.Id == own && o.DivisionCode == p.Code)));
    }

    /// <summary>The ways of the forms that rounds have.</summary>
    public async Task<IReadOnlyList<Approval>> Ways() => (await db.Rounds.Select(r => r.FormId).Distinct().ToListAsync()).ConvertAll(approvals.Of);

    /// <param name="entry">One that the person may see.</param>
    public async Task<Course> Of(EntryHead entry)
    {
        var approval = approvals.Of(entry.FormId);
        var path = await db.Organisations.Where(o => o.Id == entry.OrganisationId).Select(o => o.Path).SingleAsync();
        var (along, places) = (Organisation.Along(path).ToList(), await db.SubmissionPlaces.Where(p => p.EntryId == entry.Id && p.Number == entry.Submissions).Select(p => p.Code).ToListAsync());
        var parties = await Parties.Of(db, along, places);
        var lines = await (from s in db.EntrySteps.AsNoTracking()
                           where s.EntryId == entry.Id
                           join o in db.Organisations on s.OrganisationId equals o.Id
                           join a in db.Users on s.AccountId equals a.Id
                           orderby s.Number
                           select new { Step = s, Organisation = o.Name, a.FullName }).ToListAsync();
        var extensions = await db.Extensions.AsNoTracking().Where(e => e.EntryId == entry.Id).OrderBy(e => e.At).ToListAsync();
        var general = await db.RoundDeadlines.Where(d => d.RoundId == entry.RoundId && d.State == entry.Status).Select(d => (DateTime?)d.At).SingleOrDefaultAsync();
        var done = lines.AsEnumerable().Reverse().TakeWhile(l => l.Step.Before == l.Step.After).Select(l => l.Step.OrganisationId).ToHashSet();
        return new Course(
            entry,
            approval,
            new Situation(approval[entry.Status], parties.List, done, Later(approval.IsDraft(entry.Status) ? entry.ClosesAt : general, extensions.Where(e => e.State == entry.Status)), clock.Now()),
            await db.Submissions.Where(s => s.EntryId == entry.Id && s.Number == entry.Submissions).Select(s => (Guid?)s.Id).SingleOrDefaultAsync(),
            parties.Names,
            parties.Missing,
            lines.ConvertAll(l => new StepLine(l.Step, approval.Find(l.Step.Step)?.Name ?? new Text(l.Step.Step), l.Organisation, l.FullName)),
            extensions);
    }

    /// <summary>The deadline in force: what was extended never comes earlier.</summary>
    static DateTime? Later(DateTime? general, IEnumerable<Extension> extensions) =>
        general is { } at ? extensions.Select(e => e.Until).Append(at).Max() : null;
}
