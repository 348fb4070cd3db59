using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
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
/// <param name="Submitted">Entries that were looked at: those that were submitted.</param>
/// <param name="Before">The round whose figures they were held against; null when there is none.</param>
public sealed record RoundQuestions(Round Round, Form Form, int Submitted, Round? Before, IReadOnlyList<AskedQuestion> Asked);

/// <summary>Asks across the last submissions of a round, for the ministry.</summary>
sealed class ReadQuestions(Database database, JiqunDb db, ReadWholeRound read)
{
    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<RoundQuestions?> Run(Guid id, Actor actor, CancellationToken stop)
    {
        if (await read.Run(id, actor, stop) is not { } whole)
            return null;
        var now = Submitted(whole);
        var before = await db.RoundsOf(actor).AsNoTracking().Where(r => r.FormId == whole.Round.FormId && r.ClosesAt <= whole.Round.OpensAt).OrderByDescending(r => r.ClosesAt).ThenBy(r => r.Id).FirstOrDefaultAsync(stop);
        var earlier = before is null ? [] : Submitted(await read.Of(before, stop)).ToDictionary(r => r.Organisation, r => r.Submitted!.Answers);
        var personal = await Personal(whole, stop);
        var asked = Questions.Ask(
            whole.Form, whole.Figures, now.ConvertAll(r => new RoundEntry($"{r.Id}", r.Submitted!.Answers.With(personal[r.Submitted.Id]), r.Submitted.Codes)),
            now.Where(r => earlier.ContainsKey(r.Organisation)).ToDictionary(r => $"{r.Id}", r => earlier[r.Organisation]));
        var known = now.ToDictionary(r => $"{r.Id}", r => new AskedEntry(r.Id, r.Submitted!.Id, r.Name, whole.SubjectOf(r)));
        return new RoundQuestions(whole.Round, whole.Form, now.Count, before, [.. asked.Select(q => new AskedQuestion(q, [.. q.Entries.Select(e => known[e])]))]);
    }

    static List<RoundRow> Submitted(WholeRound round) => [.. round.Rows.Where(r => r.Submitted is not null)];

    /// <summary>Of personal values those alone that are compared, by submission; none of them is shown.</summary>
    async Task<ILookup<Guid, (string Field, Value? Value)>> Personal(WholeRound round, CancellationToken stop)
    {
        var compared = round.Figures.Questions?.Same.Where(f => round.Form[f].Personal).ToList() ?? [];
        var stored = await (from p in db.PersonalValues
                            where compared.Contains(p.Field) && db.Entries.Any(e => e.RoundId == round.Round.Id && db.Submissions.Any(s => s.Id == p.SubmissionId && s.EntryId == e.Id && s.Number == e.Submissions))
                            select new { p.SubmissionId, p.Field, p.Value }).ToListAsync(stop);
        return stored.ToLookup(p => p.SubmissionId, p => (p.Field, Reading.Of(round.Form[p.Field], PersonalValue.Read(database.Key, p.SubmissionId, p.Field, p.Value)).Value));
    }
}
