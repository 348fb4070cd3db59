using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>A submission, read. Personal values are not among the answers.</summary>
/// <param name="Number">1, 2, 3 … within the entry.</param>
/// <param name="Digest">SHA-256 of what was frozen, lower-case hex.</param>
/// <param name="At">In UTC.</param>
/// <param name="Codes">Field id → recognised classes or divisions, as they were frozen.</param>
/// <param name="Findings">Those with which it was submitted: warnings.</param>
public sealed record SubmittedForm(Guid Id, int Number, string Digest, DateTime At, FormAnswers Answers, IReadOnlyDictionary<string, IReadOnlyList<string>> Codes, IReadOnlyList<FrozenFinding> Findings)
{
    /// <summary>Fields that are answered, of those that count (<see cref="WholeRound.Counted"/>).</summary>
    public int Answered { get; init; }

    /// <summary>行业大类: division of GB/T 4754, two digits; null when the industry was not recognised.</summary>
    public string? Industry { get; init; }

    /// <summary>Every answer, small and half-width, to look for words in; see <see cref="RoundQuery.Fold"/>. As large as the answers: put together once somebody looks for words.</summary>
    public string Folded => field ??= RoundQuery.Fold(string.Join('\n', Answers.All.Values.Select(v => v.Written)));

    /// <summary>As it is held against the others of its round: by its own id, with what stands for personal values that are compared.</summary>
    internal RoundEntry Asked { get; init; } = null!;

    /// <summary>The same, once its personal values are purged.</summary>
    internal RoundEntry AskedWithoutPersonal => field ??= new RoundEntry(Asked.Id, Answers, Codes);
}

/// <summary>The last submissions of rounds that were looked at, in memory: they never change, so that each is read once. Only ever a shortcut.</summary>
sealed class KnownSubmissions(Database database) : IDisposable
{
    /// <summary>Rounds that are kept; of further ones the one goes that was not looked at for longest.</summary>
    const int MostRounds = 4;

    /// <summary>Read with one statement.</summary>
    const int Together = 200;

    sealed class Kept
    {
        public Dictionary<(Guid Entry, int Number), SubmittedForm> Forms = [];

        /// <summary>Used by one at a time.</summary>
        public readonly AskedBefore Asked = new();

        public long LastUsed;
    }

    readonly ConcurrentDictionary<Guid, Kept> rounds = new();
    readonly SemaphoreSlim turn = new(1);                           // of several that look at once one reads
    readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    long uses;

    /// <summary>These submissions, by entry and number. Those that were kept and are not asked for are the last no more, and go.</summary>
    public async Task<IReadOnlyDictionary<(Guid Entry, int Number), SubmittedForm>> Of(JiqunDb db, Guid round, Form form, IReadOnlyCollection<(Guid Entry, int Number)> wanted, CancellationToken stop)
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
            var now = new Dictionary<(Guid, int), SubmittedForm>(wanted.Count);      // a new one: others still read the old one
            List<(Guid Entry, int Number)> missing = [];
            foreach (var id in wanted)
            {
                if (before.TryGetValue(id, out var known))
                    now[id] = known;
                else
                    missing.Add(id);
            }
            var compared = FigureSet.Builtin(form).Questions?.Same.Where(f => form[f].Personal).ToList() ?? [];
            foreach (var some in missing.Chunk(Together))
            {
                var read = await Submissions(db, some, stop);
                var ids = read.ConvertAll(s => s.Id);
                var personal = (await db.PersonalValues.AsNoTracking().Where(p => ids.Contains(p.SubmissionId) && compared.Contains(p.Field)).ToListAsync(stop)).ToLookup(p => p.SubmissionId);
                foreach (var submission in read)
                    now[(submission.EntryId, submission.Number)] = Read(form, submission, personal[submission.Id]);
            }
            return kept.Forms = now;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>These submissions one after another, in this order, for a thread of its own. Those that are not kept are read, a few at a time, and not kept either: a round may be larger than the memory.</summary>
    public IEnumerable<SubmittedForm> Each(JiqunDb db, Guid round, Form form, IEnumerable<(Guid Entry, int Number)> wanted)
    {
        var kept = rounds.TryGetValue(round, out var known) ? known.Forms : [];
        foreach (var some in wanted.Chunk(Together))
        {
            var missing = some.Where(id => !kept.ContainsKey(id)).ToArray();
            var read = missing.Length == 0 ? [] : Submissions(db, missing, CancellationToken.None).GetAwaiter().GetResult().ToDictionary(s => (s.EntryId, s.Number));
            foreach (var id in some)
                yield return kept.TryGetValue(id, out var there) ? there : Read(form, read[id], []);
        }
    }

    static async Task<List<Submission>> Submissions(JiqunDb db, (Guid Entry, int Number)[] some, CancellationToken stop)
    {
        var (entries, numbers) = (some.Select(s => s.Entry).ToList(), some.Select(s => s.Number).Distinct().ToList());
        return (await db.Submissions.AsNoTracking().Where(s => entries.Contains(s.EntryId) && numbers.Contains(s.Number)).ToListAsync(stop)).FindAll(s => some.Contains((s.EntryId, s.Number)));
    }

    public void Dispose() => turn.Dispose();

    /// <summary>What is to be asked across submissions of a round. What of them was looked at before is not looked at again.</summary>
    /// <param name="withPersonal">Personal values are compared, too.</param>
    /// <param name="before">Answers of the last round, by the id of the submission now.</param>
    public IReadOnlyList<Question> Ask(WholeRound round, IReadOnlyList<SubmittedForm> submitted, bool withPersonal, IReadOnlyDictionary<string, FormAnswers> before)
    {
        var kept = rounds.GetOrAdd(round.Round.Id, _ => new Kept());
        var entries = submitted.Select(s => withPersonal ? s.Asked : s.AskedWithoutPersonal).ToList();
        lock (kept.Asked)
            return Questions.Ask(round.Form, round.Figures, entries, before, kept.Asked);
    }

    SubmittedForm Read(Form form, Submission submission, IEnumerable<PersonalValue> personal)
    {
        var id = submission.Id;
        var frozen = FrozenContent.Read(form, submission.Content, []);
        // no personal value stays in memory: what is alike has the same digest, of which nothing can be read
        List<(string, Value?)> hidden = [.. personal.Select(p => (p.Field, (Value?)new TextValue(Hidden(PersonalValue.Read(database.Key, id, p.Field, p.Value)))))];
        return new SubmittedForm(id, submission.Number, submission.Digest, submission.At, frozen.Answers, frozen.Codes, frozen.Findings)
        {
            Asked = new RoundEntry($"{id}", hidden.Count > 0 ? frozen.Answers.With(hidden) : frozen.Answers, frozen.Codes),
            Answered = WholeRound.CountedOf(form).Count(f => frozen.Answers[f.Id] is not null),
            Industry = FigureRows.IndustryOf(form, frozen.Codes),
        };
    }

    string Hidden(string value) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(RoundQuery.Fold(value.Trim()))));
}
