using System.Collections.Concurrent;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>A submission, read. Personal values are not among the answers.</summary>
/// <param name="Codes">Field id → recognised classes or divisions, as they were frozen.</param>
/// <param name="Findings">Those with which it was submitted: warnings.</param>
public sealed record SubmittedForm(Guid Id, FormAnswers Answers, IReadOnlyDictionary<string, IReadOnlyList<string>> Codes, IReadOnlyList<FrozenFinding> Findings)
{
    /// <summary>行业大类: division of GB/T 4754, two digits; null when the industry was not recognised.</summary>
    public string? Industry { get; init; }

    /// <summary>Every answer, small and half-width, to look for words in; see <see cref="RoundQuery.Fold"/>.</summary>
    public string Folded { get; init; } = "";
}

/// <summary>The last submissions of rounds that were looked at, in memory: they never change, so that each is read once. Only ever a shortcut.</summary>
sealed class KnownSubmissions : IDisposable
{
    /// <summary>Rounds that are kept; of further ones the one goes that was not looked at for longest.</summary>
    const int MostRounds = 4;

    /// <summary>Read with one statement.</summary>
    const int Together = 200;

    sealed class Kept
    {
        public Dictionary<Guid, SubmittedForm> Forms = [];

        public long LastUsed;
    }

    readonly ConcurrentDictionary<Guid, Kept> rounds = new();
    readonly SemaphoreSlim turn = new(1);                           // of several that look at once one reads
    long uses;

    /// <summary>These submissions, by their ids. Those that were kept and are not asked for are the last no more, and go.</summary>
    public async Task<IReadOnlyDictionary<Guid, SubmittedForm>> Of(JiqunDb db, Guid round, Form form, IReadOnlyCollection<Guid> wanted, CancellationToken stop)
    {
        var kept = rounds.GetOrAdd(round, _ => new Kept());
        kept.LastUsed = Interlocked.Increment(ref uses);
        if (rounds.Count > MostRounds && rounds.MinBy(r => r.Value.LastUsed) is var oldest && oldest.Key != round)
            rounds.TryRemove(oldest);
        await turn.WaitAsync(stop);
        try
        {
            var before = kept.Forms;
            if (wanted.Count == before.Count && wanted.All(before.ContainsKey))
                return before;
            var now = new Dictionary<Guid, SubmittedForm>(wanted.Count);      // a new one: others still read the old one
            List<Guid> missing = [];
            foreach (var id in wanted)
            {
                if (before.TryGetValue(id, out var known))
                    now[id] = known;
                else
                    missing.Add(id);
            }
            foreach (var some in missing.Chunk(Together))
                foreach (var read in await db.Submissions.AsNoTracking().Where(s => some.Contains(s.Id)).Select(s => new { s.Id, s.Content }).ToListAsync(stop))
                    now[read.Id] = Read(form, read.Id, read.Content);
            return kept.Forms = now;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    static SubmittedForm Read(Form form, Guid id, byte[] content)
    {
        var frozen = FrozenContent.Read(form, content, []);
        return new SubmittedForm(id, frozen.Answers, frozen.Codes, frozen.Findings)
        {
            Industry = Figures.IndustryOf(form, frozen.Codes),
            Folded = RoundQuery.Fold(string.Join('\n', form.EntrantFields.Select(f => frozen.Answers[f.Id]?.Written).OfType<string>())),
        };
    }
}
