using System.Globalization;
using System.Text;
using System.Text.Json;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Collecting;

/// <summary>What a job is told about what was dropped.</summary>
/// <param name="Hidden">Files that nobody put there: hidden ones, lock files. They have no row.</param>
/// <param name="MakeOffices">The offices over new organisations are made where they are not there: a person said so.</param>
public sealed record CollectParameters(int Hidden = 0, bool MakeOffices = false)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static CollectParameters Read(string json) => JsonSerializer.Deserialize<CollectParameters>(json)!;
}

/// <summary>Reads dropped files, one after the other, and puts each to an entry, before a person, or aside, in a transaction of its own. The job's file is the report of every one.</summary>
sealed class CollectFiles(Database database, FormLibrary forms, FilledFiles filled, TakeIn take, TimeProvider clock) : JobWork
{
    /// <summary>A file that so many processes began and did not finish may well be what they died of.</summary>
    internal const int MostTries = 2;

    public override IReadOnlyList<JobKind> Kinds => [JobKind.Collect];

    public override async Task<JobWriter> Prepare(Job job, JobProgress progress)
    {
        await using var db = database.Open();
        if (!await IsStillAllowed(db, job.AccountId))
            throw new JobFailedException(Words.Of("mailbox-not-allowed"));
        var round = await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == job.RoundId, progress.Stop);
        var files = await db.MailedFiles.AsNoTracking().Where(f => f.JobId == job.Id).OrderBy(f => f.Number).Select(f => new { f.Id, f.State }).ToListAsync(progress.Stop);
        progress.Total = files.Count;
        foreach (var file in files)
        {
            progress.Stop.ThrowIfCancellationRequested();
            try
            {
                if (file.State is MailedState.Waiting)
                    await Handle(file.Id, forms.Find(round.FormId)!, job, progress.Stop);
            }
            catch (DbUpdateConcurrencyException)
            {
                // another process put it somewhere meanwhile
            }
            progress.Step();
        }
        var report = await Report(db, job);
        var name = $"{PlainName.InFile(round.Name)}-{Words.Of("mailbox")}-{Beijing.Local(job.CreatedAt).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.csv";
        return (to, _) =>
        {
            using var table = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 16, leaveOpen: true);
            foreach (var row in report)
                table.Write(row);
            return new JobResult(name, files.Count);
        };
    }

    /// <summary>Who dropped the files is still of the ministry.</summary>
    async Task<bool> IsStillAllowed(JiqunDb db, Guid account)
    {
        var stamp = await db.Users.Where(a => a.Id == account).Select(a => a.SecurityStamp).SingleAsync();
        return (await Actor.Of(database, account, stamp!, clock.Today()))?.IsMember(Level.Ministry) is true;
    }

    async Task Handle(Guid id, Form form, Job job, CancellationToken stop)
    {
        MailedFile file;
        using var content = new MemoryStream();
        await using (var db = database.Open())
        {
            file = await db.MailedFiles.SingleAsync(f => f.Id == id, stop);
            if (file.State is not MailedState.Waiting)
                return;
            if (file.Tries >= MostTries)
            {
                await End(db, file, job, MailedState.Refused, "deadly");
                return;
            }
            if (await db.MailedFiles.Where(f => f.RoundId == file.RoundId && f.Digest == file.Digest && f.Number < file.Number && f.State != MailedState.Refused && f.State != MailedState.Same)
                .OrderBy(f => f.Number).Select(f => (Guid?)f.Id).FirstOrDefaultAsync(stop) is { } same)
            {
                file.SameAs = same;
                await End(db, file, job, MailedState.Same);
                return;
            }
            file.Tries++;
            await db.SaveChangesAsync(stop);
            await db.Copy(file.Digest!, content, stop);
        }
        var read = await Read(form, file, content, stop);
        await using var after = database.Open();
        after.Attach(file);
        if (read.Refused)
        {
            file.Message = Short(string.Join('\n', read.Refusal.Select(f => f.Message)));
            await End(after, file, job, MailedState.Refused);
            return;
        }
        file.Take(form, read.Value);
        await after.SaveChangesAsync(stop);
        var sorted = Sorting.Of(file.Author, file.Cluster, file.AreaCodes, await Known(after, file.RoundId, form));
        if (sorted.State is not MailedState.Doubtful)
        {
            var put = await take.Run(id, MailedState.Waiting, read.Value,
                sorted.Organisations is [var one] ? new Destination(one) : new Destination(null, file.Author, Sorting.PlaceOf(file.AreaCodes)!, CollectParameters.Read(job.Parameters).MakeOffices), job.AccountId, isDecided: false, stop);
            if (!put.Refused)
                return;
            sorted = sorted with { Why = put.Refusal[0].Code };
        }
        file.Candidates = string.Join(' ', sorted.Organisations);
        await End(after, file, job, MailedState.Doubtful, sorted.Why);
    }

    async Task<Outcome<FilledForm>> Read(Form form, MailedFile file, MemoryStream content, CancellationToken stop)
    {
        try
        {
            return await filled.Read(form, file.Kind!.Value, content, clock.Today(), stop, quietly: true);
        }
        catch (OperationCanceledException)
        {
            // a process that is stopped is no sign that this file stops processes
            await using var db = database.Open();
            await db.MailedFiles.Where(f => f.Id == file.Id).ExecuteUpdateAsync(s => s.SetProperty(f => f.Tries, f => f.Tries - 1), CancellationToken.None);
            throw;
        }
    }

    /// <summary>Every promotion organisation, with what its entry in the round says of its cluster, be it a draft: of that nobody is told.</summary>
    internal static async Task<IReadOnlyList<KnownEntrant>> Known(JiqunDb db, Guid round, Form form)
    {
        var subject = form.Subject?.Id;
        var entries = await db.Entries.Where(e => e.RoundId == round).Select(e => new { e.Id, e.OrganisationId }).ToDictionaryAsync(e => e.OrganisationId, e => e.Id);
        var clusters = await db.Answers.AsNoTracking().Where(a => a.Field == subject && a.Code == "" && db.Entries.Any(e => e.Id == a.EntryId && e.RoundId == round)).ToDictionaryAsync(a => a.EntryId, a => a.Written);
        return [.. (await db.Organisations.AsNoTracking().Where(o => o.Level == Level.Promoter).ToListAsync()).Select(o =>
            entries.TryGetValue(o.Id, out var entry) ? new KnownEntrant(o.Id, o.Name, o.DivisionCode!, true, clusters.GetValueOrDefault(entry, "")) : new KnownEntrant(o.Id, o.Name, o.DivisionCode!, false, ""))];
    }

    async Task End(JiqunDb db, MailedFile file, Job job, MailedState state, string why = "")
    {
        (file.State, file.Why, file.DoneAt) = (state, why, clock.Now());
        db.Note(AuditAction.FileCollected, job.AccountId, file.Id, file.DoneAt.Value, $"{state} {why}".TrimEnd());
        await db.SaveChangesAsync();
    }

    internal static string Short(string message) => message.Length <= MailedFile.LongestMessage ? message : $"{message[..(MailedFile.LongestMessage - 2)].TrimEnd('\uD800', '\uDBFF')}…";

    static async Task<IReadOnlyList<string>> Report(JiqunDb db, Job job)
    {
        var rows = await (from f in db.MailedFiles.AsNoTracking().Where(f => f.JobId == job.Id)
                          orderby f.Number
                          from o in db.Organisations.Where(o => o.Id == f.OrganisationId).DefaultIfEmpty()
                          select new { File = f, Organisation = o == null ? "" : o.Name }).ToListAsync();
        return
        [
            Csv.Line([Words.Of("mailed-file"), Words.Of("state"), Words.Of("mailed-said"), Words.Of("mailed-cluster"), Words.Of("mailed-author"), Words.Of("organisation"), Words.Of("export-entry-id"), Words.Of("mailed-errors"), Words.Of("mailed-warnings"), "SHA-256"]),
            .. rows.Select(r => Csv.Line([
                r.File.Name, Words.Of($"mailed-{r.File.State}"), r.File.Said(), r.File.Cluster, r.File.Author, r.Organisation, $"{r.File.EntryId}",
                string.Create(CultureInfo.InvariantCulture, $"{r.File.Errors}"), string.Create(CultureInfo.InvariantCulture, $"{r.File.Warnings}"), r.File.Digest ?? ""])),
            .. CollectParameters.Read(job.Parameters).Hidden is > 0 and var hidden ? [Csv.Line(Words.Of("mailbox-hidden", hidden))] : Array.Empty<string>(),
        ];
    }
}

static class MailedFiles
{
    /// <summary>Keeps what a file says of whose it is.</summary>
    internal static void Take(this MailedFile file, Form form, FilledForm filled)
    {
        (file.Cluster, file.Author) = (Text(form.Subject), Text(form.Author));
        file.Areas = string.Join(' ', form.EntrantFields.Where(f => f.Kind is FieldKind.Area).SelectMany(f => filled.Codes.GetValueOrDefault(f.Id, [])).Distinct().Take(MailedFile.LongestRead / 7));
        (file.Errors, file.Warnings) = (filled.Findings.Count(f => f.Severity is Severity.Error), filled.Findings.Count(f => f.Severity is Severity.Warning));

        string Text(Field? field) => field is null || PlainText.Of(filled.Answers.Text(field.Id) ?? "").Replace('\n', ' ') is not { } text ? ""
            : text.Length <= MailedFile.LongestRead ? text : text[..MailedFile.LongestRead].TrimEnd('\uD800', '\uDBFF');
    }

    /// <summary>What is to be said about a file: what was done with it, or why it waits. Empty for nothing.</summary>
    internal static string Said(this MailedFile file) => file.Message.Length > 0 ? file.Message : file.Why.Length > 0 ? Words.Known($"mailed-why-{file.Why}") ?? file.Why : "";
}
