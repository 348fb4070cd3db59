using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>An entry of a round, as the ministry sees it.</summary>
/// <param name="Organisation">Id of who enters.</param>
/// <param name="Name">Of the organisation.</param>
/// <param name="Division">Six digits, of the organisation.</param>
/// <param name="Status">Id of a state of the form's way.</param>
/// <param name="State">A draft may have been submitted before: then its last submission counts.</param>
/// <param name="ClosesAt">In UTC: until when it could be changed, an extension among it.</param>
/// <param name="Answered">Fields that are answered, personal ones left out.</param>
/// <param name="SubmittedAt">In UTC; null with <paramref name="Submitted"/>.</param>
/// <param name="Submitted">Its last submission; null when it was never submitted, and then nothing of it is known but that it is there.</param>
public sealed record RoundRow(Guid Id, Guid Organisation, string Name, string Division, string Status, EntryState State, bool IsSample, DateTime ClosesAt, int Answered, DateTime? SubmittedAt, SubmittedForm? Submitted)
{
    /// <summary>Division of the province, six digits; null when the organisation's division is not known.</summary>
    public string? Province => Divisions.Province(Division);
}

/// <summary>An entry of a round, whatever was submitted.</summary>
/// <param name="Organisation">Id of who enters.</param>
/// <param name="Name">Of the organisation.</param>
/// <param name="Division">Six digits, of the organisation; empty when it is not known.</param>
/// <param name="ExtendedTo">In UTC; null without an extension.</param>
/// <param name="Submissions">How many there are.</param>
public sealed record EnteredRow(Guid Id, Guid Organisation, string Name, string Division, string Status, EntryState State, bool IsSample, DateTime? ExtendedTo, int Submissions);

/// <summary>整批: a round with whatever was submitted to it.</summary>
/// <param name="Rows">By division and name of the organisation. Drafts are among them.</param>
/// <param name="Now">In UTC: when it was read.</param>
public sealed record WholeRound(Round Round, Form Form, FigureSet Figures, IReadOnlyList<RoundRow> Rows, DateTime Now)
{
    /// <summary>The fields that are counted: the entrant's, personal ones left out.</summary>
    public IReadOnlyList<Field> Counted { get; } = CountedOf(Form);

    internal static IReadOnlyList<Field> CountedOf(Form form) => [.. form.EntrantFields.Where(f => !f.Personal && f.Repeats is null)];

    /// <summary>完整度: how much of the form is answered, in whole %, 100 only where all is.</summary>
    public int Complete(RoundRow row) => row.Answered * 100 / Counted.Count;

    public RoundStanding StandingOf(RoundRow row) => row switch
    {
        { Submitted: null } when row.ClosesAt <= Now => RoundStanding.Late,
        { Submitted: null } => RoundStanding.Draft,
        { State: EntryState.Draft } => RoundStanding.Returned,
        _ when row.SubmittedAt > Round.ClosesAt => RoundStanding.SubmittedLate,
        _ => RoundStanding.Submitted,
    };
    /// <summary>The entries that were submitted, once at least.</summary>
    public IReadOnlyList<RoundRow> Submitted { get; } = [.. Rows.Where(r => r.Submitted is not null)];

    /// <summary>Of which cluster an entry tells; the organisation's name where that is not said.</summary>
    public string SubjectOf(RoundRow row) => (Form.Subject is { } subject ? row.Submitted?.Answers.Text(subject.Id) : null) ?? row.Name;
}

/// <summary>How far an entrant has come.</summary>
public enum RoundStanding
{
    /// <summary>In time.</summary>
    Submitted,

    /// <summary>After the round had closed, by an extension.</summary>
    SubmittedLate,

    /// <summary>Submitted before, and being mended.</summary>
    Returned,

    /// <summary>Begun, not submitted, and it still can be.</summary>
    Draft,

    /// <summary>Begun, not submitted, and now it cannot be.</summary>
    Late,
}

/// <summary>Reads a round as a whole, for the ministry. What was submitted is kept in memory; where entries stand is asked of the database each time.</summary>
sealed class ReadWholeRound(JiqunDb db, FormLibrary forms, KnownSubmissions known, TimeProvider clock)
{
    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<WholeRound?> Run(Guid id, Actor actor, CancellationToken stop)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, stop) is not { } round)
            return null;
        return await Of(round, stop);
    }

    /// <summary>For whoever asked whether it may be read.</summary>
    public async Task<WholeRound> Of(Round round, CancellationToken stop)
    {
        var form = forms.Find(round.FormId)!;                     // each round pins one that is known
        var entries = await Entries(round.Id, stop);
        var counted = WholeRound.CountedOf(form).Select(f => f.Id).ToHashSet();
        var drafts = await (from a in db.Answers
                            where a.Code == "" && a.Written != "" && counted.Contains(a.Field) && db.Entries.Any(e => e.Id == a.EntryId && e.RoundId == round.Id && e.Submissions == 0)
                            group a by a.EntryId into answers
                            select new { answers.Key, Count = answers.Count() }).ToDictionaryAsync(a => a.Key, a => a.Count, stop);
        var submitted = await known.Of(db, round.Id, form, [.. entries.Where(e => e.Submissions > 0).Select(e => (e.Id, e.Submissions))], stop);
        return new WholeRound(
            round,
            form,
            FigureSet.Builtin(form),
            entries.ConvertAll(e =>
            {
                var last = e.Submissions > 0 ? submitted[(e.Id, e.Submissions)] : null;
                return new RoundRow(
                    e.Id, e.Organisation, e.Name, e.Division, e.Status, e.State, e.IsSample, e.ExtendedTo > round.ClosesAt ? e.ExtendedTo.Value : round.ClosesAt,
                    last?.Answered ?? drafts.GetValueOrDefault(e.Id), last?.At, last);
            }),
            clock.Now());
    }

    /// <summary>What was last submitted to a round, by the organisation that entered. For whoever asked whether it may be read.</summary>
    public async Task<Dictionary<Guid, FormAnswers>> AnswersOf(Round round, CancellationToken stop)
    {
        var entries = await db.Entries.AsNoTracking().Where(e => e.RoundId == round.Id && e.Submissions > 0).Select(e => new { e.Id, e.OrganisationId, e.Submissions }).ToListAsync(stop);
        var submitted = await known.Of(db, round.Id, forms.Find(round.FormId)!, entries.ConvertAll(e => (e.Id, e.Submissions)), stop);
        return entries.ToDictionary(e => e.OrganisationId, e => submitted[(e.Id, e.Submissions)].Answers);
    }

    /// <summary>By division and name. Every page of the desk asks this of thousands of rows: it is read without a mapper.</summary>
    public async Task<List<EnteredRow>> Entries(Guid round, CancellationToken stop)
    {
        await db.Database.OpenConnectionAsync(stop);
        try
        {
            await using var command = db.Command(
                """
                SELECT e.id, o.id, o.name, coalesce(o.division_code, ''), e.status, e.state, e.is_sample, e.extended_to, e.submissions
                FROM entry e JOIN organisation o ON o.id = e.organisation_id
                WHERE e.round_id = @round
                """);
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@round", round);
            command.Parameters.Add(parameter);
            List<EnteredRow> found = [];
            await using var rows = await command.ExecuteReaderAsync(stop);
            var row = new DriverRow(rows);
            while (await rows.ReadAsync(stop))
            {
                found.Add(new EnteredRow(
                    row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetEnum<EntryState>(5), row.GetBoolean(6), row.IsNull(7) ? null : row.GetUtc(7), row.GetInt32(8)));
            }
            return [.. found.OrderBy(f => f.Division, StringComparer.Ordinal).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.Id)];
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
