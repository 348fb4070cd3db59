using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Collecting;

/// <summary>A file as a list shows it.</summary>
/// <param name="By">Name of who dropped it.</param>
/// <param name="Organisation">Whose entry it was put to; null where it was put to none.</param>
/// <param name="Same">Name of the file of the same content; null where there is none.</param>
public sealed record MailedRow(MailedFile File, string By, string? Organisation, string? Same);

/// <summary>来件: what was dropped into a round's mailbox.</summary>
/// <param name="Runs">Jobs that read it, the newest first.</param>
/// <param name="Own">Of them those that the person asked for, and may cancel.</param>
/// <param name="Counts">How many files are in each state.</param>
/// <param name="Left">Files that no job will read.</param>
/// <param name="WithoutOffice">Doubtful files that wait for nothing but the offices over their organisations.</param>
/// <param name="State">The one that is shown; null for all.</param>
/// <param name="Page">From 1.</param>
public sealed record MailboxView(
    Round Round, IReadOnlyList<Job> Runs, IReadOnlySet<Guid> Own, IReadOnlyDictionary<MailedState, int> Counts, int Left, int WithoutOffice, MailedState? State, IReadOnlyList<MailedRow> Rows, int Page, int Pages);

/// <summary>An organisation that a file may be of.</summary>
/// <param name="Entry">Name of the state of its entry in the round; null where it has none.</param>
public sealed record MailedCandidate(Organisation Organisation, string? Entry);

/// <summary>One dropped file before a person.</summary>
/// <param name="Candidates">The likeliest first.</param>
/// <param name="Others">Every other promotion organisation, by division and name; none where nothing is to be decided.</param>
/// <param name="Findings">What was found in it; null where it cannot be read, or is kept no more. Those of personal fields do not quote.</param>
/// <param name="Division">For a new organisation, as choices show it; empty where the file does not say.</param>
public sealed record MailedView(MailedRow Row, Round Round, Form Form, IReadOnlyList<MailedCandidate> Candidates, IReadOnlyList<Organisation> Others, IReadOnlyList<Finding>? Findings, string Division);

/// <summary>Reads what was dropped into the mailboxes of rounds, for the ministry.</summary>
sealed class ReadMailbox(JiqunDb db, FormLibrary forms, DecideMailed decide)
{
    const int PageLength = 50, MostRuns = 10;

    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<MailboxView?> Run(Guid roundId, MailedState? state, int page, Actor actor, CancellationToken cancel)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == roundId, cancel) is not { } round)
            return null;
        var files = db.MailedFilesOf(actor).AsNoTracking().Where(f => f.RoundId == roundId);
        var counts = await files.GroupBy(f => f.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var shown = state is { } one ? files.Where(f => f.State == one) : files;
        var pages = Math.Max(1, ((state is { } of ? counts.GetValueOrDefault(of) : counts.Values.Sum()) + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var runs = await db.MailboxJobsOf(actor).AsNoTracking().Where(j => j.RoundId == roundId).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Take(MostRuns).ToListAsync(cancel);
        return new MailboxView(
            round, runs, runs.Where(r => r.AccountId == actor.AccountId).Select(r => r.Id).ToHashSet(), counts, await DropFiles.Left(db, roundId).CountAsync(cancel), await DropFiles.WithoutOffice(db, roundId).CountAsync(cancel), state,
            await Rows(shown.OrderByDescending(f => f.Number).Skip((page - 1) * PageLength).Take(PageLength)).ToListAsync(cancel), page, pages);
    }

    public IQueryable<MailedRow> Rows(IQueryable<MailedFile> files) =>
        from f in files
        join a in db.Users on f.AccountId equals a.Id
        from o in db.Organisations.Where(o => o.Id == f.OrganisationId).DefaultIfEmpty()
        from s in db.MailedFiles.Where(s => s.Id == f.SameAs).DefaultIfEmpty()
        orderby f.Number descending
        select new MailedRow(f, a.FullName, o == null ? null : o.Name, s == null ? null : s.Name);

    /// <summary>Null when there is no such file, or it is not for this person.</summary>
    public async Task<MailedView?> One(Guid id, Actor actor, CancellationToken cancel)
    {
        if (await Rows(db.MailedFilesOf(actor).AsNoTracking().Where(f => f.Id == id)).SingleOrDefaultAsync(cancel) is not { } row)
            return null;
        var file = row.File;
        var round = await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == file.RoundId, cancel);
        var form = forms.Find(round.FormId)!;
        List<Organisation> known = file.IsUndecided ? await db.OrganisationsOf(actor).AsNoTracking().Where(o => o.Level == Level.Promoter).OrderBy(o => o.DivisionCode).ThenBy(o => o.Id).ToListAsync(cancel) : [];
        var candidates = file.CandidateIds;
        var entries = await db.Entries.Where(e => e.RoundId == round.Id && candidates.Contains(e.OrganisationId)).Select(e => new { e.OrganisationId, e.State }).ToDictionaryAsync(e => e.OrganisationId, e => e.State, cancel);
        var read = file.HasContent && file.Errors is not null ? await decide.Read(file, cancel) : null;
        var place = Sorting.PlaceOf(file.AreaCodes) ?? "";
        return new MailedView(
            row,
            round,
            form,
            [.. candidates.Select(c => known.Find(k => k.Id == c)).OfType<Organisation>().Select(o => new MailedCandidate(o, entries.TryGetValue(o.Id, out var state) ? Words.Of($"mailed-entry-{state}") : null))],
            [.. known.Where(k => !candidates.Contains(k.Id))],
            read is { Refused: false } ? [.. read.Value.Findings.Select(f => Masked(form, f))] : null,
            Placing.Shown(place.Length == 0 ? null : place));
    }

    /// <summary>Of what would quote a personal value the kind is told.</summary>
    static Finding Masked(Form form, Finding finding) =>
        finding.Field is not { } id ? finding with { Message = Masking.InText(finding.Message) }
        : form.Find(id) is { Personal: true } field ? finding with { Message = Words.Of("mailed-found-personal", field.Name), Value = null }
        : finding;
}
