using System.Globalization;
using System.Security.Cryptography;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Jobs;

/// <summary>
/// Does jobs, one at a time, beside the requests. Any number of processes may do so on one database: each job is taken by one. A process that works on one is heard
/// of every second; when it falls silent, another takes the job up from its beginning, and whatever the first may still write is passed over.
/// </summary>
sealed partial class RunJobs(Database database, IServiceScopeFactory services, JobBell bell, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    /// <summary>Between two looks for jobs that other processes were given.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>After so long without a beat the process that worked on a job counts as dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How long files are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Between two looks for files that are old.</summary>
    static readonly TimeSpan Seldom = TimeSpan.FromHours(1);

    /// <summary>A job over which so many processes died is not tried again: it may well be what they died of.</summary>
    public const int MostDeaths = 3;

    const int PartLength = 1 << 20, PartsTogether = 64;

    readonly ILogger log = logs.CreateLogger("jiqun.jobs");
    DateTime nextClean = DateTime.MinValue;

    enum Fate
    {
        Ours,
        Cancelled,

        /// <summary>Another process took it.</summary>
        Lost,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var found = false;
            try
            {
                found = await Pass(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception failure)                       // a database that does not answer is asked again
            {
                Broke(log, failure);
                Metrics.Failures.Add(1, Metrics.Kind("jobs"));
            }
            if (!found)
                await bell.Wait(Pause, stoppingToken);
        }
    }

    /// <summary>Does the job that waits for longest.</summary>
    /// <returns>False when there is none.</returns>
    internal async Task<bool> Pass(CancellationToken stop)
    {
        var now = clock.Now();
        if (now >= nextClean)
        {
            await Clean(now);
            nextClean = now + Seldom;
        }
        if (await Next(now, stop) is not { } found)
            return false;
        CultureInfo.CurrentUICulture = found.Language is "en" ? Languages.English : Languages.Chinese;
        if (found.State is JobState.Running && (found.IsCancelWished || found.Deaths + 1 >= MostDeaths))
            await End(found, found.IsCancelWished ? JobState.Cancelled : JobState.Failed, found.IsCancelWished ? "" : Words.Of("job-deaths", MostDeaths));
        else if (await Take(found, now))
            await Do(found, stop);
        return true;
    }

    /// <summary>The oldest job that waits, or whose process is dead; null when there is none.</summary>
    async Task<Job?> Next(DateTime now, CancellationToken stop)
    {
        await using var db = database.Open();
        var silent = now - Patience;
        return await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Waiting || j.State == JobState.Running && j.HeartbeatAt < silent).OrderBy(j => j.CreatedAt).ThenBy(j => j.Id).FirstOrDefaultAsync(stop);
    }

    /// <summary>Of several that found a job one gets it.</summary>
    /// <param name="job">As it was found. As it is now, afterwards.</param>
    async Task<bool> Take(Job job, DateTime now)
    {
        await using var db = database.Open();
        var (state, takings) = (job.State, job.Takings);
        job.Deaths += state is JobState.Running ? 1 : 0;
        (job.State, job.Takings) = (JobState.Running, takings + 1);
        if (await db.Jobs.Where(j => j.Id == job.Id && j.State == state && j.Takings == takings).ExecuteUpdateAsync(s => s
            .SetProperty(j => j.State, JobState.Running).SetProperty(j => j.Takings, job.Takings).SetProperty(j => j.Deaths, job.Deaths)
            .SetProperty(j => j.StartedAt, now).SetProperty(j => j.HeartbeatAt, now).SetProperty(j => j.Done, 0).SetProperty(j => j.Total, 0)) == 0)
            return false;
        await db.JobParts.Where(p => p.JobId == job.Id && p.Taking < job.Takings).ExecuteDeleteAsync();
        return true;
    }

    async Task Do(Job job, CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var progress = new JobProgress(cancel.Token);
        var fate = Fate.Ours;
        var work = Work(job, progress);
        while (await Task.WhenAny(work, Task.Delay(Beat, CancellationToken.None)) != work)
        {
            if (fate is not Fate.Ours)
                continue;
            fate = await Tell(job, progress);
            if (fate is not Fate.Ours)
                await cancel.CancelAsync();
        }
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (fate is not Fate.Lost)
                await End(job, fate is Fate.Cancelled ? JobState.Cancelled : JobState.Waiting);
        }
        catch (JobFailedException why)
        {
            await End(job, JobState.Failed, why.Message);
        }
        catch (Exception failure)
        {
            Failed(log, job.Id, job.Kind, failure);
            Metrics.Failures.Add(1, Metrics.Kind("job"));
            await End(job, JobState.Failed, Words.Of(Database.IsFull(failure) || failure is IOException ? "job-disk" : "job-broke", job.Id));
        }
    }

    /// <summary>Has the file written beside, and keeps it.</summary>
    async Task Work(Job job, JobProgress progress)
    {
        await using var scope = services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetServices<JobWork>().First(w => w.Kinds.Contains(job.Kind));
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), $"jiqun-{Path.GetRandomFileName()}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var write = await work.Prepare(job, progress);
        var result = await QuietThread.Run(() => write(file, progress));
        if (file.Length > Job.LargestFile)
            throw new JobFailedException(Words.Of("job-large", Job.LargestFile >> 20));
        file.Position = 0;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, progress.Stop));
        await using var db = database.Open();
        file.Position = 0;
        var buffer = new byte[PartLength];
        for (var number = 0; await file.ReadAtLeastAsync(buffer, PartLength, throwOnEndOfStream: false, progress.Stop) is > 0 and var read; number++)
        {
            var bytes = read == PartLength ? buffer : buffer[..read];
            await db.Database.ExecuteSqlAsync($"INSERT INTO job_part (job_id, taking, number, bytes) VALUES ({job.Id}, {job.Takings}, {number}, {bytes})", progress.Stop);
        }
        var (now, size) = (clock.Now(), file.Length);
        await Mine(db, job).ExecuteUpdateAsync(s => s
            .SetProperty(j => j.State, JobState.Done).SetProperty(j => j.Done, progress.Done).SetProperty(j => j.Total, progress.Total).SetProperty(j => j.FinishedAt, now)
            .SetProperty(j => j.FileName, result.FileName).SetProperty(j => j.Size, size).SetProperty(j => j.Digest, digest).SetProperty(j => j.Rows, result.Rows)
            .SetProperty(j => j.Message, Short(result.Message)), CancellationToken.None);
    }

    /// <summary>Lets others know that the job is worked on, and how far it is.</summary>
    async Task<Fate> Tell(Job job, JobProgress progress)
    {
        try
        {
            await using var db = database.Open();
            var now = clock.Now();
            if (await Mine(db, job).ExecuteUpdateAsync(s => s.SetProperty(j => j.HeartbeatAt, now).SetProperty(j => j.Done, progress.Done).SetProperty(j => j.Total, progress.Total)) == 0)
                return await db.Jobs.AnyAsync(j => j.Id == job.Id && j.State == JobState.Done && j.Takings == job.Takings) ? Fate.Ours : Fate.Lost;
            return await db.Jobs.AnyAsync(j => j.Id == job.Id && j.IsCancelWished) ? Fate.Cancelled : Fate.Ours;
        }
        catch (Exception failure)                           // the next beat may come through
        {
            Broke(log, failure);
            return Fate.Ours;
        }
    }

    /// <summary>Ends a job without a file, or gives it back.</summary>
    async Task End(Job job, JobState state, string message = "")
    {
        await using var db = database.Open();
        DateTime? finished = state is JobState.Waiting ? null : clock.Now();
        await db.JobParts.Where(p => p.JobId == job.Id && p.Taking == job.Takings).ExecuteDeleteAsync();
        await Mine(db, job).ExecuteUpdateAsync(s => s.SetProperty(j => j.State, state).SetProperty(j => j.Message, Short(message)).SetProperty(j => j.FinishedAt, finished));
    }

    /// <summary>The job, as long as nobody else took it.</summary>
    static IQueryable<Job> Mine(JiqunDb db, Job job) => db.Jobs.Where(j => j.Id == job.Id && j.State == JobState.Running && j.Takings == job.Takings);

    static string Short(string message) => message.Length <= Job.MostInMessage ? message : $"{message[..(Job.MostInMessage - 2)].TrimEnd('\uD800', '\uDBFF')}…";

    /// <summary>Deletes files that are old, and what is left of those that came to nothing, a few parts at a time.</summary>
    async Task Clean(DateTime now)
    {
        await using var db = database.Open();
        var old = now - Kept;
        foreach (var id in await db.Jobs.Where(j => j.State == JobState.Done && j.DeletedAt == null && j.FinishedAt < old).Select(j => j.Id).ToListAsync())
        {
            await db.Jobs.Where(j => j.Id == id).ExecuteUpdateAsync(s => s.SetProperty(j => j.DeletedAt, now));       // first, so that nobody is given half of it
            for (var end = PartsTogether; await db.JobParts.AnyAsync(p => p.JobId == id); end += PartsTogether)
                await db.JobParts.Where(p => p.JobId == id && p.Number < end).ExecuteDeleteAsync();
        }
        await db.JobParts.Where(p => db.Jobs.Any(j => j.Id == p.JobId && (j.State == JobState.Failed || j.State == JobState.Cancelled || j.DeletedAt != null || p.Taking < j.Takings))).ExecuteDeleteAsync();
    }

    [LoggerMessage(LogLevel.Error, "Job {Job} ({Kind}) failed.")]
    static partial void Failed(ILogger log, Guid job, JobKind kind, Exception why);

    [LoggerMessage(LogLevel.Error, "Jobs could not be done; it is tried again.")]
    static partial void Broke(ILogger log, Exception why);
}
