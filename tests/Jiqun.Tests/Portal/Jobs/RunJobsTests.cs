using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Jobs;

/// <summary>Jobs in the background, done by processes that come and go. The portal itself is stopped: each worker here is one of a process of its own.</summary>
public sealed class RunJobsTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_several_who_find_a_job_one_does_it(string kind)
    {
        await using var portal = await Stopped(kind);
        for (var i = 0; i < 6; i++)
            await Add(portal);
        ConcurrentBag<int> done = [];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            using var worker = new Worker(portal, (to, _) =>
            {
                done.Add(i);
                return Written(to, $"{i}");
            });
            while (await worker.Run.Pass(CancellationToken.None))
            {
            }
        })));
        Assert.Equal(6, done.Count);
        await using var db = portal.Database.Open();
        Assert.All(await db.Jobs.ToListAsync(), j => Assert.Equal((JobState.Done, 1, 0), (j.State, j.Takings, j.Deaths)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_job_whose_process_fell_silent_is_taken_up_and_what_that_still_writes_is_passed_over(string kind)
    {
        await using var portal = await Stopped(kind);
        var id = await Add(portal);
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var silent = new Worker(portal, (to, _) =>
        {
            begun.Set();
            goOn.Wait();
            return Written(to, "of the first");
        });
        var first = Task.Run(() => silent.Run.Pass(CancellationToken.None));
        begun.Wait();
        using var other = new Worker(portal, (to, _) => Written(to, "of the second"));
        Assert.False(await other.Run.Pass(CancellationToken.None));                    // it is worked on
        other.Clock.Time += RunJobs.Patience + TimeSpan.FromSeconds(1);                // the first one's clock stands still, and so does its beat
        Assert.True(await other.Run.Pass(CancellationToken.None));
        goOn.Set();
        await first;

        var job = await Read(portal, id);
        Assert.Equal((JobState.Done, 2, 1), (job.State, job.Takings, job.Deaths));
        Assert.Equal("of the second", Encoding.UTF8.GetString(await File(portal, job)));
        Assert.Equal(Digest("of the second"u8.ToArray()), job.Digest);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_job_over_which_processes_die_is_given_up(string kind)
    {
        await using var portal = await Stopped(kind);
        var id = await Add(portal);
        using var worker = new Worker(portal, (to, _) => Written(to, "x"));
        for (var deaths = 0; deaths < RunJobs.MostDeaths; deaths++)
        {
            await using (var db = portal.Database.Open())
            {
                var silent = worker.Clock.Time.UtcDateTime - RunJobs.Patience - TimeSpan.FromSeconds(1);
                var (count, takings) = (deaths, deaths + 1);
                await db.Jobs.ExecuteUpdateAsync(s => s.SetProperty(j => j.State, JobState.Running).SetProperty(j => j.Deaths, count).SetProperty(j => j.Takings, takings).SetProperty(j => j.HeartbeatAt, silent));
            }
            Assert.True(await worker.Run.Pass(CancellationToken.None));
            Assert.Equal(deaths + 1 < RunJobs.MostDeaths ? JobState.Done : JobState.Failed, (await Read(portal, id)).State);
        }
        Assert.Contains("3", (await Read(portal, id)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_asked_cancels_what_waits_and_what_runs(string kind)
    {
        await using var portal = await Stopped(kind);
        var (running, waiting) = (await Add(portal), await Add(portal));
        using var begun = new ManualResetEventSlim();
        using var worker = new Worker(portal, (_, progress) =>
        {
            begun.Set();
            while (true)
            {
                progress.Step();
                Thread.Sleep(5);
            }
        });
        var pass = Task.Run(() => worker.Run.Pass(CancellationToken.None));
        begun.Wait();
        await Cancel(portal, waiting, "ministry");
        Assert.Equal(JobState.Cancelled, (await Read(portal, waiting)).State);
        Assert.False(await Cancel(portal, running, "province"));
        Assert.True(await Cancel(portal, running, "ministry"));
        Assert.True(await pass);

        Assert.Equal(JobState.Cancelled, (await Read(portal, running)).State);
        Assert.False(await worker.Run.Pass(CancellationToken.None));
        await using var db = portal.Database.Open();
        Assert.Empty(db.JobParts);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task When_the_process_ends_its_job_waits_for_the_next(string kind)
    {
        await using var portal = await Stopped(kind);
        var id = await Add(portal);
        using var begun = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        using (var ending = new Worker(portal, (_, progress) =>
        {
            begun.Set();
            progress.Stop.WaitHandle.WaitOne();
            progress.Step();
            throw new InvalidOperationException();
        }))
        {
            var pass = Task.Run(() => ending.Run.Pass(stop.Token));
            begun.Wait();
            await stop.CancelAsync();
            await pass;
        }
        Assert.Equal((JobState.Waiting, 1), (await Read(portal, id)) is var job ? (job.State, job.Takings) : default);
        using var next = new Worker(portal, (to, _) => Written(to, "x"));
        Assert.True(await next.Run.Pass(CancellationToken.None));
        Assert.Equal((JobState.Done, 2, 0), (await Read(portal, id)) is var after ? (after.State, after.Takings, after.Deaths) : default);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_cannot_be_done_says_why_and_a_defect_bears_the_number_of_the_job(string kind)
    {
        await using var portal = await Stopped(kind);
        var refused = await Add(portal);
        using (var worker = new Worker(portal, (_, _) => throw new JobFailedException("没有报送")))
            Assert.True(await worker.Run.Pass(CancellationToken.None));
        Assert.Equal((JobState.Failed, "没有报送"), (await Read(portal, refused)) is var job ? (job.State, job.Message) : default);
        var broken = await Add(portal);
        using (var worker = new Worker(portal, (_, _) => throw new InvalidOperationException("secret")))
            Assert.True(await worker.Run.Pass(CancellationToken.None));
        var message = (await Read(portal, broken)).Message;
        Assert.Contains($"{broken}", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_file_of_several_parts_is_whole_and_gone_after_seven_days_and_its_row_stays(string kind)
    {
        await using var portal = await Stopped(kind);
        var id = await Add(portal);
        var content = new byte[(1 << 21) + 12345];
        new Random(1).NextBytes(content);
        using var worker = new Worker(portal, (to, _) =>
        {
            to.Write(content);
            return new JobResult("x.zip", 7, "etwas");
        });
        Assert.True(await worker.Run.Pass(CancellationToken.None));
        var job = await Read(portal, id);
        Assert.Equal(content, await File(portal, job));
        Assert.Equal(("x.zip", content.Length, 7, Digest(content), "etwas"), (job.FileName, job.Size!.Value, job.Rows!.Value, job.Digest, job.Message));

        worker.Clock.Time += RunJobs.Kept;
        Assert.False(await worker.Run.Pass(CancellationToken.None));
        Assert.True((await Read(portal, id)).HasFile);
        worker.Clock.Time += TimeSpan.FromHours(2);
        Assert.False(await worker.Run.Pass(CancellationToken.None));
        job = await Read(portal, id);
        Assert.Equal((JobState.Done, false, Digest(content)), (job.State, job.HasFile, job.Digest));
        await using var db = portal.Database.Open();
        Assert.Empty(db.JobParts);
    }

    static async Task<TestPortal> Stopped(string kind)
    {
        var portal = await TestPortal.Of(kind);
        await portal.Stop();
        return portal;
    }

    static async Task<Guid> Add(TestPortal portal)
    {
        var job = new Job
        {
            Id = Guid.CreateVersion7(),
            Kind = JobKind.ExportCsv,
            RoundId = portal.Round.Id,
            AccountId = (await portal.Actor("ministry")).AccountId,
            Parameters = "{}",
            Language = "zh",
            CreatedAt = portal.Clock.Now(),
        };
        await using var db = portal.Database.Open();
        db.Add(job);
        await db.SaveChangesAsync();
        return job.Id;
    }

    static async Task<Job> Read(TestPortal portal, Guid id)
    {
        await using var db = portal.Database.Open();
        return await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == id);
    }

    static async Task<byte[]> File(TestPortal portal, Job job)
    {
        await using var db = portal.Database.Open();
        return [.. (await db.JobParts.Where(p => p.JobId == job.Id && p.Taking == job.Takings).OrderBy(p => p.Number).ToListAsync()).SelectMany(p => p.Bytes)];
    }

    static async Task<bool> Cancel(TestPortal portal, Guid id, string who)
    {
        await using var db = portal.Database.Open();
        return !(await new CancelJob(db, portal.Clock).Run(id, await portal.Actor(who), CancellationToken.None)).Refused;
    }

    static JobResult Written(Stream to, string text)
    {
        to.Write(Encoding.UTF8.GetBytes(text));
        return new JobResult("x.csv", 1);
    }

    static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>What does jobs in one process.</summary>
    sealed class Worker : IDisposable
    {
        readonly ServiceProvider services;
        readonly JobBell bell = new();

        public Worker(TestPortal portal, JobWriter write)
        {
            Clock = new TestClock { Time = portal.Clock.Time };
            services = new ServiceCollection().AddScoped<JobWork>(_ => new Writing(write)).BuildServiceProvider();
            Run = new RunJobs(portal.Database, services.GetRequiredService<IServiceScopeFactory>(), bell, Clock, NullLoggerFactory.Instance);
        }

        public TestClock Clock { get; }

        public RunJobs Run { get; }

        public void Dispose()
        {
            Run.Dispose();
            bell.Dispose();
            services.Dispose();
        }
    }

    sealed class Writing(JobWriter write) : JobWork
    {
        public override IReadOnlyList<JobKind> Kinds => Enum.GetValues<JobKind>();

        public override Task<JobWriter> Prepare(Job job, JobProgress progress) => Task.FromResult(write);
    }
}
