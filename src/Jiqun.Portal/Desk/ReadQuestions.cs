using Jiqun.Core.Approvals;
using Jiqun.Core.Figures;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>An entry that a question is about.</summary>
/// <param name="Submission">Its last one, which was looked at.</param>
/// <param name="Subject">Of which cluster it tells.</param>
/// <param name="Return">Id of the step by which the ministry can send it back to its entrant now; null when it cannot.</param>
public sealed record AskedEntry(Guid Id, Guid Submission, string Organisation, string Subject, string? Return);

/// <summary>A question with the entries from which an answer is wanted.</summary>
/// <param name="all">Every entry of the round, by what stands for it in the question.</param>
public sealed class AskedQuestion(Question question, IReadOnlyDictionary<string, AskedEntry> all)
{
    public Question Question => question;

    /// <summary>Put together where they are looked at: of thousands of questions a page shows a few.</summary>
    public IReadOnlyList<AskedEntry> Entries => field ??= [.. question.Entries.Select(e => all[e])];
}

/// <summary>What is to be asked across a round.</summary>
/// <param name="Submitted">Entries that were looked at: those that were submitted.</param>
/// <param name="Before">The round whose figures they were held against; null when there is none.</param>
public sealed record RoundQuestions(WholeRound Whole, int Submitted, Round? Before, IReadOnlyList<AskedQuestion> Asked);

/// <summary>Asks across the last submissions of a round, for the ministry.</summary>
sealed class ReadQuestions(JiqunDb db, ReadWholeRound read, KnownSubmissions known, ApprovalLibrary approvals)
{
    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<RoundQuestions?> Run(Guid id, Actor actor, CancellationToken stop)
    {
        return await read.Run(id, actor, stop) is { } whole ? await Of(whole, db.RoundsOf(actor), stop) : null;
    }

    /// <summary>For whoever asked whether it may be read.</summary>
    /// <param name="rounds">Among which the last one is looked for.</param>
    public async Task<RoundQuestions> Of(WholeRound whole, IQueryable<Round> rounds, CancellationToken stop)
    {
        var before = await rounds.AsNoTracking().Where(r => r.FormId == whole.Round.FormId && r.ClosesAt <= whole.Round.OpensAt).OrderByDescending(r => r.ClosesAt).ThenBy(r => r.Id).FirstOrDefaultAsync(stop);
        var earlier = before is null ? [] : await read.AnswersOf(before, stop);
        var way = approvals.Of(whole.Round.FormId);
        var returns = way.States.ToDictionary(s => s.Id, s => ReturnOf(way, s));
        var bySubmission = whole.Submitted.ToDictionary(r => r.Submitted!.Asked.Id, r => new AskedEntry(r.Id, r.Submitted!.Id, r.Name, whole.SubjectOf(r), returns[r.Status]));
        var asked = known.Ask(
            whole, [.. whole.Submitted.Select(r => r.Submitted!)], whole.Round.PurgedAt is null,
            whole.Submitted.Where(r => earlier.ContainsKey(r.Organisation)).ToDictionary(r => r.Submitted!.Asked.Id, r => earlier[r.Organisation]));
        return new RoundQuestions(whole, whole.Submitted.Count, before, [.. asked.Select(q => new AskedQuestion(q, bySubmission))]);
    }

    static string? ReturnOf(Approval way, ApprovalState state) => state.Holder is [Office.Ministry, ..] ? way.Steps.FirstOrDefault(s => s.Carries is Carried.Points && s.From.Contains(state.Id))?.Id : null;
}
