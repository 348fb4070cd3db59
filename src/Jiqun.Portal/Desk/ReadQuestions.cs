using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>An entry that a question is about.</summary>
/// <param name="Submission">Its last one, which was looked at.</param>
/// <param name="Subject">Of which cluster it tells.</param>
public sealed record AskedEntry(Guid Id, Guid Submission, string Organisation, string Subject);

/// <summary>A question with the entries from which an answer is wanted.</summary>
public sealed record AskedQuestion(Question Question, IReadOnlyList<AskedEntry> Entries);

/// <summary>What is to be asked across a round.</summary>
/// <param name="Form">Of the round.</param>
/// <param name="Submitted">Entries that were looked at: those that were submitted, samples left out.</param>
/// <param name="Before">The round whose figures they were held against; null when there is none.</param>
public sealed record RoundQuestions(Round Round, Form Form, int Submitted, Round? Before, IReadOnlyList<AskedQuestion> Asked);

/// <summary>Asks across the last submissions of a round, for the ministry.</summary>
sealed class ReadQuestions(Database database, JiqunDb db, FormLibrary forms)
{
    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<RoundQuestions?> Run(Guid id, Actor actor, CancellationToken stop)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, stop) is not { } round)
            return null;
        var form = forms.Find(round.FormId)!;                     // each round pins one that is known
        var now = await Last(round, form, actor, stop);
        var before = await db.RoundsOf(actor).AsNoTracking().Where(r => r.FormId == round.FormId && r.ClosesAt <= round.OpensAt).OrderByDescending(r => r.ClosesAt).ThenBy(r => r.Id).FirstOrDefaultAsync(stop);
        var earlier = before is null ? [] : (await Last(before, form, actor, stop)).ToDictionary(l => l.Organisation, l => l.Entry.Answers);
        var asked = Questions.Ask(
            form, FigureSet.Builtin(form), [.. now.Select(l => l.Entry)],
            now.Where(l => earlier.ContainsKey(l.Organisation)).ToDictionary(l => l.Entry.Id, l => earlier[l.Organisation]));
        var known = now.ToDictionary(l => l.Entry.Id, l => l.Asked);
        return new RoundQuestions(round, form, now.Count, before, [.. asked.Select(q => new AskedQuestion(q, [.. q.Entries.Select(e => known[e])]))]);
    }

    /// <summary>The last submission of each entry of a round.</summary>
    async Task<List<(RoundEntry Entry, Guid Organisation, AskedEntry Asked)>> Last(Round round, Form form, Actor actor, CancellationToken stop)
    {
        var last = from e in db.EntriesOf(actor)
                   where e.RoundId == round.Id && !e.IsSample
                   join s in db.Submissions on new { EntryId = e.Id, Number = e.Submissions } equals new { s.EntryId, s.Number }
                   join o in db.Organisations on e.OrganisationId equals o.Id
                   orderby o.DivisionCode, o.Name, e.Id
                   select new { e.Id, Organisation = o.Id, o.Name, Submission = s.Id, s.Content };
        // of personal values those alone that are compared; none of them is shown
        var compared = FigureSet.Builtin(form).Questions?.Same.Where(f => form[f].Personal).ToList() ?? [];
        var personal = (await db.PersonalValues.AsNoTracking().Where(p => compared.Contains(p.Field) && last.Any(l => l.Submission == p.SubmissionId)).Select(p => new { p.SubmissionId, p.Field, p.Value }).ToListAsync(stop))
            .ToLookup(p => p.SubmissionId, p => (p.Field, PersonalValue.Read(database.Key, p.SubmissionId, p.Field, p.Value)));
        return [.. (await last.AsNoTracking().ToListAsync(stop)).Select(l =>
        {
            var answers = FrozenContent.Answers(form, l.Content, personal[l.Submission]);
            return (new RoundEntry($"{l.Id}", answers, RecognisedCodes.In(form, answers)), l.Organisation, new AskedEntry(l.Id, l.Submission, l.Name, form.Subject is { } subject ? answers.Text(subject.Id) ?? l.Name : l.Name));
        })];
    }
}
