using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Jiqun.Core.Answers;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Audit;

/// <summary>
/// Holds the audit rows, the chain, and what they bear witness of against each other, as all stands at one moment, while people work: finds whatever was
/// changed, removed, inserted or moved in the database by somebody who has not got the master key.
/// </summary>
/// <param name="database">Unlocked.</param>
public sealed class VerifyAudit(Database database, TimeProvider clock)
{
    public const int MostFlaws = 1000;

    const int RowsTogether = 5000, BlocksTogether = 200, EntriesTogether = 500, EntriesReported = 100;

    readonly List<AuditFlaw> flaws = [];

    /// <param name="checkpoints">Number and hash of blocks that were written down elsewhere.</param>
    /// <param name="progress">Told how many audit rows, entries and files were looked at.</param>
    public async Task<AuditVerdict> Run(IReadOnlyList<Checkpoint> checkpoints, IProgress<long>? progress = null, CancellationToken cancel = default)
    {
        flaws.Clear();
        await using var db = await database.Snapshot(cancel);
        var (rows, waiting, block, hash) = await Chain(db, checkpoints, progress, cancel);
        var (changes, submissions) = await Entries(db, progress, cancel);
        var files = await Files(db, progress, cancel);
        return new AuditVerdict(rows, waiting, block, hash, changes, submissions, files, [.. flaws.Take(MostFlaws)]);
    }

    void Add(AuditFlawKind kind, object what)
    {
        if (flaws.Count < MostFlaws)
            flaws.Add(new AuditFlaw(kind, string.Create(CultureInfo.InvariantCulture, $"{what}")));
    }

    async Task<(long Rows, long Waiting, long Block, string Hash)> Chain(JiqunDb db, IReadOnlyList<Checkpoint> checkpoints, IProgress<long>? progress, CancellationToken cancel)
    {
        Dictionary<long, ReadOnlyMemory<byte>> expected = [];            // leaves whose rows are not met yet
        Dictionary<long, (byte[] Hash, bool IsMarked, DateTime At)> loose = [];            // rows that are in no block so far
        long count = 0, number = 0, lastRow = 0;
        var lastAt = DateTime.MinValue;
        var previous = new byte[SHA256.HashSizeInBytes];
        await using var rows = Rows(db, cancel).GetAsyncEnumerator(cancel);
        var more = await rows.MoveNextAsync();
        await foreach (var block in Blocks(db, cancel))
        {
            for (number++; number < block.Number; number++)
            {
                Add(AuditFlawKind.BlockRemoved, number);
                previous = block.Previous;
            }
            if (!block.IsRight(database.Key) || !block.Previous.AsSpan().SequenceEqual(previous))
                Add(AuditFlawKind.BlockChanged, number);
            (previous, lastAt) = (block.Hash, block.At);
            foreach (var checkpoint in checkpoints.Where(c => c.Block == number && c.Hash != Convert.ToHexStringLower(block.Hash)))
                Add(AuditFlawKind.CheckpointMissed, checkpoint.Block);
            foreach (var leaf in block.Rows())
            {
                lastRow = Math.Max(lastRow, leaf.Row);
                if (loose.Remove(leaf.Row, out var late))
                    Judge(leaf.Row, late.Hash, late.IsMarked, leaf.Hash.Span);
                else
                    expected[leaf.Row] = leaf.Hash;
            }
            for (; more && rows.Current.Id <= lastRow; more = await rows.MoveNextAsync())
                Meet(rows.Current);
        }
        foreach (var checkpoint in checkpoints.Where(c => c.Block > number))
            Add(AuditFlawKind.CheckpointMissed, checkpoint.Block);
        foreach (var row in expected.Keys.Order())
            Add(AuditFlawKind.RowRemoved, row);
        for (; more; more = await rows.MoveNextAsync())
            Meet(rows.Current);
        // a row is chained within seconds; one that the chain went by, and waits for no more, never will be
        var now = clock.Now();
        var old = loose.Where(r => !r.Value.IsMarked || r.Key < lastRow && r.Value.At < lastAt - ChainAudit.Patience).Select(r => r.Key).ToHashSet();
        foreach (var row in old.Order())
            Add(AuditFlawKind.RowInserted, row);
        var unchained = loose.Where(r => !old.Contains(r.Key) && r.Value.At < now - ChainAudit.Patience).Select(r => r.Key).ToList();
        if (unchained.Count > 0)
            Add(AuditFlawKind.RowsUnchained, $"{unchained.Min()}–{unchained.Max()}");
        foreach (var copied in await db.Audit.GroupBy(r => r.Mark).Where(g => g.Count() > 1).Select(g => g.Max(r => r.Id)).ToListAsync(cancel))
            Add(AuditFlawKind.RowCopied, copied);
        return (count, loose.Count - old.Count, number, number == 0 ? "" : Convert.ToHexStringLower(previous));

        void Meet(AuditRow row)
        {
            count++;
            if (count % RowsTogether == 0)
                progress?.Report(count);
            var (hash, isMarked) = (AuditMark.Hash(row), AuditMark.IsRight(database.Key, row));
            if (expected.Remove(row.Id, out var chained))
                Judge(row.Id, hash, isMarked, chained.Span);
            else
                loose[row.Id] = (hash, isMarked, row.At);
        }

        void Judge(long id, byte[] hash, bool isMarked, ReadOnlySpan<byte> chained)
        {
            var isSame = chained.SequenceEqual(hash);
            if (!isSame || !isMarked)
                Add(isMarked ? AuditFlawKind.RowMoved : AuditFlawKind.RowChanged, id);
        }
    }

    static async IAsyncEnumerable<AuditBlock> Blocks(JiqunDb db, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (long after = 0; ;)
        {
            var some = await db.AuditBlocks.AsNoTracking().Where(b => b.Number > after).OrderBy(b => b.Number).Take(BlocksTogether).ToListAsync(cancel);
            if (some.Count == 0)
                yield break;
            foreach (var block in some)
                yield return block;
            after = some[^1].Number;
        }
    }

    static async IAsyncEnumerable<AuditRow> Rows(JiqunDb db, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = long.MinValue; ;)
        {
            var some = await db.Audit.AsNoTracking().Where(r => r.Id > after).OrderBy(r => r.Id).Take(RowsTogether).ToListAsync(cancel);
            if (some.Count == 0)
                yield break;
            foreach (var row in some)
                yield return row;
            after = some[^1].Id;
        }
    }

    async Task<(long Changes, long Submissions)> Entries(JiqunDb db, IProgress<long>? progress, CancellationToken cancel)
    {
        var (changes, submissions, done) = (0L, 0L, 0L);
        var entries = await db.Entries.OrderBy(e => e.Id).Select(e => new { e.Id, e.Status, IsPurged = db.Rounds.Any(r => r.Id == e.RoundId && r.PurgedAt != null) }).ToListAsync(cancel);
        foreach (var together in entries.Chunk(EntriesTogether))
        {
            var ids = together.Select(e => (Guid?)e.Id).ToList();
            var saves = (await db.Audit.AsNoTracking().Where(r => r.Action == AuditAction.AnswersChanged && ids.Contains(r.Subject)).OrderBy(r => r.Id).ToListAsync(cancel))
                .Where(r => AuditMark.IsRight(database.Key, r)).ToLookup(r => r.Subject);
            foreach (var entry in together)
            {
                changes += await Changes(db, entry.Id, entry.IsPurged, saves[entry.Id], cancel);
                submissions += await Submissions(db, entry.Id, entry.IsPurged, cancel);
                await Steps(db, entry.Id, entry.Status, cancel);
                if (++done % EntriesReported == 0)
                    progress?.Report(done);
            }
        }
        return (changes, submissions);
    }

    /// <param name="saves">Audit rows of what was saved, as the portal wrote them.</param>
    async Task<long> Changes(JiqunDb db, Guid entry, bool isPurged, IEnumerable<AuditRow> saves, CancellationToken cancel)
    {
        var changes = await db.Changes.AsNoTracking().Where(c => c.EntryId == entry).OrderBy(c => c.Number).ToDictionaryAsync(c => c.Number, cancel);
        foreach (var change in changes.Values.Where(c => !(isPurged && c.IsPurged) && !ChangeDigest.Of(c).AsSpan().SequenceEqual(c.Digest)))
            Add(AuditFlawKind.ChangeChanged, $"{entry} {change.Number}");
        HashSet<int> told = [];
        foreach (var row in saves)
        {
            var (from, to) = SaveAnswers.NumbersIn(row.Detail);
            told.UnionWith(Enumerable.Range(from, to - from + 1));
            var missing = Enumerable.Range(from, to - from + 1).Where(n => !changes.ContainsKey(n)).ToList();
            foreach (var number in missing)
                Add(AuditFlawKind.ChangeRemoved, $"{entry} {number}");
            if (missing.Count == 0 && ChangeDigest.OfAll(Enumerable.Range(from, to - from + 1).Select(n => changes[n].Digest)) != row.Digest)
                Add(AuditFlawKind.ChangeChanged, $"{entry} {from}–{to}");
        }
        foreach (var number in changes.Keys.Where(n => !told.Contains(n)))
            Add(AuditFlawKind.ChangeUnaudited, $"{entry} {number}");

        var last = changes.Values.GroupBy(c => (c.Field, c.Code)).ToDictionary(g => g.Key, g => g.MaxBy(c => c.Number)!);
        var answers = await db.Answers.AsNoTracking().Where(a => a.EntryId == entry).ToListAsync(cancel);
        foreach (var answer in answers.Where(a => !last.TryGetValue((a.Field, a.Code), out var change) || change.Number != a.Version || change.After != a.Written))
            Add(AuditFlawKind.AnswerChanged, $"{entry} {answer.Field} {answer.Code}".TrimEnd());
        foreach (var (field, code) in last.Keys.Except(answers.Select(a => (a.Field, a.Code))))
            Add(AuditFlawKind.AnswerChanged, $"{entry} {field} {code}".TrimEnd());
        return changes.Count;
    }

    async Task<long> Submissions(JiqunDb db, Guid entry, bool isPurged, CancellationToken cancel)
    {
        var submissions = await db.Submissions.AsNoTracking().Where(s => s.EntryId == entry).OrderBy(s => s.Number).ToListAsync(cancel);
        foreach (var submission in submissions)
        {
            if (Convert.ToHexStringLower(SHA256.HashData(submission.Content)) != submission.Digest)
                Add(AuditFlawKind.SubmissionChanged, submission.Id);
            else
                await PersonalValues(db, submission, isPurged, cancel);
            var rows = await db.Audit.AsNoTracking().ButSaves().Where(r => r.Subject == submission.Id && r.Action == AuditAction.Submitted).ToListAsync(cancel);
            if (!rows.Exists(r => AuditMark.IsRight(database.Key, r) && r.Detail == submission.Digest))
                Add(AuditFlawKind.SubmissionUnaudited, submission.Id);
        }
        return submissions.Count;
    }

    /// <param name="submission">Whose content is that of its digest.</param>
    async Task PersonalValues(JiqunDb db, Submission submission, bool isPurged, CancellationToken cancel)
    {
        var kept = await db.PersonalValues.AsNoTracking().Where(p => p.SubmissionId == submission.Id).ToDictionaryAsync(p => p.Field, cancel);
        foreach (var (field, commitment) in JsonNode.Parse(submission.Content)!["personal"]!.AsObject())
        {
            if (kept.TryGetValue(field, out var value) ? Opened(value) != commitment!.GetValue<string>() : !isPurged)
                Add(AuditFlawKind.PersonalValueChanged, $"{submission.Id} {field}");
        }

        string? Opened(PersonalValue value)
        {
            try
            {
                return Commitment.Of(value.Salt, PersonalValue.Read(database.Key, submission.Id, value.Field, value.Value));
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                return null;
            }
        }
    }

    async Task Steps(JiqunDb db, Guid entry, string status, CancellationToken cancel)
    {
        var steps = await db.EntrySteps.AsNoTracking().Where(s => s.EntryId == entry).OrderBy(s => s.Number).Select(s => new { s.Id, s.Step, s.Before, s.After, s.SubmissionId, s.RequestId }).ToListAsync(cancel);
        if (steps.Count > 0 && steps[^1].After != status)
            Add(AuditFlawKind.StateChanged, entry);
        var submitted = await db.Submissions.Where(s => s.EntryId == entry).Select(s => s.RequestId).ToListAsync(cancel);
        var told = (await db.Audit.AsNoTracking().ButSaves().Where(r => r.Subject == entry && r.Action == AuditAction.StepTaken).ToListAsync(cancel))
            .Where(r => AuditMark.IsRight(database.Key, r)).GroupBy(r => r.Detail).ToDictionary(g => g.Key, g => g.Count());
        foreach (var step in steps.Where(s => !submitted.Contains(s.RequestId)))
        {
            var said = $"{step.Step}: {step.Before} → {step.After}";
            if (told.GetValueOrDefault(said) == 0)
                Add(AuditFlawKind.StepUnaudited, $"{entry} {said}");
            else
                told[said]--;
        }
    }

    async Task<long> Files(JiqunDb db, IProgress<long>? progress, CancellationToken cancel)
    {
        var digests = await db.Set<Evidence.Blob>().OrderBy(b => b.Digest).Select(b => b.Digest).ToListAsync(cancel);
        var done = 0L;
        foreach (var digest in digests)
        {
            // purged with the personal values in it: no part is there any more, and who refers to it says so
            var purged = await db.Evidence.Where(f => f.Digest == digest).Select(f => f.PurgedAt).Concat(db.MailedFiles.Where(f => f.Digest == digest).Select(f => f.PurgedAt)).ToListAsync(cancel);
            if (purged.Count > 0 && purged.TrueForAll(at => at is not null) && !await db.Set<Evidence.BlobPart>().AnyAsync(p => p.Digest == digest, cancel))
                continue;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var number = 0; await db.Set<Evidence.BlobPart>().Where(p => p.Digest == digest && p.Number == number).Select(p => p.Bytes).SingleOrDefaultAsync(cancel) is { } bytes; number++)
                hash.AppendData(bytes);
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != digest)
                Add(AuditFlawKind.FileChanged, digest);
            progress?.Report(++done);
        }
        return digests.Count;
    }
}
