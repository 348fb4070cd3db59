using Jiqun.Core;
using Jiqun.Documents.Files;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Collecting;

/// <summary>A file as it was sent: a filled form, or an archive of such.</summary>
/// <param name="Name">With the folders in which it lies on the computer of whoever sent it, where that is known.</param>
sealed record SentFile(string Name, Func<Stream> Open);

/// <summary>
/// Takes files into a round's mailbox: archives are taken apart, each file is judged before anything of it is kept, and a job in the background reads them. As long as
/// files are taken, the request that brought them works on the job: if its process dies, another goes on with what was taken.
/// </summary>
sealed class DropFiles(JiqunDb db, JudgeUpload judge, JobBell bell, TimeProvider clock)
{
    /// <summary>Bytes of all files sent at once, and of all that is kept of them; bytes of one file are those of evidence.</summary>
    public const long LargestSent = 100 << 20, LargestKept = 500 << 20;

    /// <summary>Files of one go, those in archives among them.</summary>
    public const int MostFiles = 2_000;

    /// <summary>Jobs of one person that wait or run.</summary>
    const int MostOpen = 20;

    /// <summary>Times that another number is tried because somebody else dropped files at the same time.</summary>
    const int MostNumbers = 50;

    /// <param name="Problem">Why it is not kept; null when it may be.</param>
    sealed record Piece(string Name, Func<Stream> Open, Finding? Problem);

    /// <param name="language">Of messages: zh or en.</param>
    /// <returns>The job that reads them.</returns>
    public async Task<Outcome<Job>> Run(Guid roundId, IReadOnlyList<SentFile> sent, string language, Actor actor, CancellationToken cancel)
    {
        if (!actor.IsMember(Level.Ministry) || await db.RoundsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == roundId, cancel) is not { } round)
            return Refusals.Missing();
        if (round.PurgedAt is not null)
            return Finding.Error("mailbox-purged", null, Words.Of("mailbox-purged"));
        if (sent.Count == 0)
            return Finding.Error("mailbox-nothing", "file", Words.Of("mailbox-nothing"));
        if (await db.JobsOf(actor).CountAsync(j => j.State == JobState.Waiting || j.State == JobState.Running, cancel) >= MostOpen)
            return Finding.Error("mailbox-busy", null, Words.Of("export-busy", MostOpen));
        var folder = Directory.CreateTempSubdirectory("jiqun-");
        List<FormFiles> opened = [];
        try
        {
            List<Piece> pieces = [];
            foreach (var (i, file) in sent.Index())
                pieces.AddRange(await Pieces(file, Path.Combine(folder.FullName, $"{i}"), opened, cancel));
            var hidden = pieces.RemoveAll(p => p.Problem?.Code == FormFiles.Hidden);
            if (pieces.Count > MostFiles)
                return Finding.Error("mailbox-many", "file", Words.Of("mailbox-many", pieces.Count, MostFiles));
            return pieces.Count == 0 ? Finding.Error("mailbox-nothing", "file", Words.Of("mailbox-nothing")) : await Take(roundId, pieces, hidden, language, actor);
        }
        finally
        {
            opened.ForEach(o => o.Dispose());
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The file itself, or what is in it where it is an archive.</summary>
    static async Task<IReadOnlyList<Piece>> Pieces(SentFile sent, string folder, List<FormFiles> opened, CancellationToken cancel)
    {
        var name = PlainPath(sent.Name);
        if (FormFiles.IsHidden(name))
            return [new Piece(name, () => Stream.Null, Finding.Error(FormFiles.Hidden, null, ""))];
        // messages name the archive as its file is called
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, PlainName.InFile(name[(name.LastIndexOf('/') + 1)..]));
        await using (var content = sent.Open())
        await using (var file = File.Create(path))
            await content.CopyToAsync(file, cancel);
        var files = FormFiles.Everything([path], cancel);
        opened.Add(files);
        return [.. files.All.Select(f => new Piece(f.Entry is null ? name : $"{name}/{PlainPath(f.Name[(f.Name.IndexOf('/', StringComparison.Ordinal) + 1)..])}" is var label && label.Length > MailedFile.LongestName ? label[^MailedFile.LongestName..].TrimStart('\uDC00', '\uDFFF') : label, () => files.Open(f), f.Problem))];
    }

    /// <summary>Each part as the name of a file is, so that nothing leads out of anywhere, turns the line or hides.</summary>
    internal static string PlainPath(string path)
    {
        var plain = string.Join('/', path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p is not ("." or "..")).Select(p => PlainName.OfFile(p)));
        return plain.Length == 0 ? "?" : plain.Length <= MailedFile.LongestName ? plain : plain[^MailedFile.LongestName..].TrimStart('\uDC00', '\uDFFF');
    }

    /// <summary>From here on nobody who goes away stops it.</summary>
    async Task<Outcome<Job>> Take(Guid roundId, IReadOnlyList<Piece> pieces, int hidden, string language, Actor actor)
    {
        var now = clock.Now();
        var job = JobOf(roundId, new CollectParameters(hidden), language, actor, now);
        (job.State, job.HeartbeatAt) = (JobState.Running, now);
        db.Add(job);
        db.Note(AuditAction.FilesDropped, actor.AccountId, job.Id, now, $"{pieces.Count} {roundId}");
        await db.SaveChangesAsync(CancellationToken.None);
        db.ChangeTracker.Clear();
        var (kept, isScanned) = (0L, true);
        foreach (var piece in pieces)
        {
            var problem = piece.Problem;
            using var content = problem is null ? Opened(piece, out problem) : null;
            EvidenceKind? kind = null;
            if (content is not null)
            {
                var judged = await Judge(content, kept, isScanned, roundId, actor);
                kind = judged.Refused ? null : judged.Value;
                problem = judged.Refusal?[0];
                isScanned &= problem?.Code != "upload-unscanned";            // the next would wait as long
            }
            if (!await Keep(job, piece.Name, content, kind, problem, actor))
                return Finding.Error("mailbox-slow", null, Words.Of("mailbox-slow"));
            kept += kind is null ? 0 : content!.Length;
        }
        await Receiving(job.Id).ExecuteUpdateAsync(s => s.SetProperty(j => j.State, JobState.Waiting).SetProperty(j => j.HeartbeatAt, (DateTime?)null), CancellationToken.None);
        bell.Ring();
        return await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == job.Id, CancellationToken.None);
    }

    static Stream? Opened(Piece piece, out Finding? problem)
    {
        problem = null;
        try
        {
            return piece.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            problem = Finding.Error("evidence-broken", null, Words.Of("mailbox-broken"));
            return null;
        }
    }

    async Task<Outcome<EvidenceKind>> Judge(Stream content, long kept, bool isScanned, Guid round, Actor actor)
    {
        if (content.Length > AttachEvidence.LargestFile)
            return Finding.Error("evidence-large", null, Words.Of("evidence-large", AttachEvidence.LargestFile >> 20));
        if (kept + content.Length > LargestKept)
            return Finding.Error("mailbox-together", null, Words.Of("mailbox-together", LargestKept >> 20));
        if (!isScanned)
            return Finding.Error("upload-unscanned", null, Words.Of("upload-unscanned"));
        var kind = await judge.Run(content, round, actor, CancellationToken.None);
        return kind is { Refused: true, Refusal: [{ Code: not "evidence-kind" }, ..] } || !kind.Refused && kind.Value is EvidenceKind.Word or EvidenceKind.OldWord ? kind : Finding.Error("evidence-kind", null, Words.Of("mailbox-not-word"));
    }

    /// <summary>Keeps a file, and that it came, as long as this request is the one that works on the job.</summary>
    /// <returns>False when it no longer is.</returns>
    async Task<bool> Keep(Job job, string name, Stream? content, EvidenceKind? kind, Finding? problem, Actor actor)
    {
        var digest = kind is null ? null : await Blobs.Digest(content!, CancellationToken.None);
        for (var attempt = 1; ; attempt++)
        {
            var now = clock.Now();
            await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
            if (await Receiving(job.Id).ExecuteUpdateAsync(s => s.SetProperty(j => j.HeartbeatAt, now), CancellationToken.None) == 0)
                return false;
            if (digest is not null)
                await db.Keep(digest, content!, CancellationToken.None);
            db.Add(new MailedFile
            {
                Id = Guid.CreateVersion7(now),
                RoundId = job.RoundId,
                Number = await db.MailedFiles.Where(f => f.RoundId == job.RoundId).MaxAsync(f => (int?)f.Number, CancellationToken.None) + 1 ?? 1,
                JobId = job.Id,
                Name = name,
                Kind = kind,
                Digest = digest,
                Size = content?.Length ?? 0,
                At = now,
                AccountId = actor.AccountId,
                State = problem is null ? MailedState.Waiting : MailedState.Refused,
                Message = problem is null ? "" : CollectFiles.Short(problem.Message),
                DoneAt = problem is null ? null : now,
            });
            try
            {
                await db.SaveChangesAsync(CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
                return true;
            }
            catch (DbUpdateException) when (attempt < MostNumbers)
            {
            }
            finally
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    IQueryable<Job> Receiving(Guid id) => db.Jobs.Where(j => j.Id == id && j.State == JobState.Running && j.Takings == 0);

    /// <summary>Has the files read that a job left which was cancelled, or failed.</summary>
    /// <param name="makeOffices">And those that wait for nothing but the offices over their organisations, which are made.</param>
    public async Task<Outcome<Job>> GoOn(Guid roundId, bool makeOffices, string language, Actor actor, CancellationToken cancel)
    {
        if (!actor.IsMember(Level.Ministry) || !await db.RoundsOf(actor).AnyAsync(r => r.Id == roundId, cancel))
            return Refusals.Missing();
        var now = clock.Now();
        var job = JobOf(roundId, new CollectParameters(MakeOffices: makeOffices), language, actor, now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        db.Add(job);
        await db.SaveChangesAsync(cancel);
        var left = await Left(db, roundId).ExecuteUpdateAsync(s => s.SetProperty(f => f.JobId, job.Id), cancel);
        if (makeOffices)
        {
            left += await WithoutOffice(db, roundId).ExecuteUpdateAsync(s => s
                .SetProperty(f => f.JobId, job.Id).SetProperty(f => f.State, MailedState.Waiting).SetProperty(f => f.Why, "").SetProperty(f => f.DoneAt, (DateTime?)null).SetProperty(f => f.Tries, 0), cancel);
        }
        if (left == 0)
            return Finding.Error("mailbox-none-left", null, Words.Of("mailbox-none-left"));
        db.Note(makeOffices ? AuditAction.FileDecided : AuditAction.FilesDropped, actor.AccountId, job.Id, now, $"{left} {roundId}{(makeOffices ? " offices" : "")}");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return job;
    }

    static Job JobOf(Guid round, CollectParameters parameters, string language, Actor actor, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Kind = JobKind.Collect,
        RoundId = round,
        AccountId = actor.AccountId,
        Parameters = parameters.ToJson(),
        Language = language,
        CreatedAt = now,
    };

    /// <summary>Files of a round whose organisations cannot be made for want of an office over them, and for nothing else.</summary>
    internal static IQueryable<MailedFile> WithoutOffice(JiqunDb db, Guid round) => db.MailedFiles.Where(f => f.RoundId == round && f.State == MailedState.Doubtful && f.Why == TakeIn.NoOffice);

    /// <summary>Files of a round that no job will read.</summary>
    internal static IQueryable<MailedFile> Left(JiqunDb db, Guid round) => db.MailedFiles.Where(f => f.RoundId == round && f.State == MailedState.Waiting
        && !db.Jobs.Any(j => j.Id == f.JobId && (j.State == JobState.Waiting || j.State == JobState.Running)));
}
