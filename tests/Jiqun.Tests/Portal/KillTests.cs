using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Jiqun.Portal.Audit;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

/// <summary>
/// The program killed with <c>kill -9</c> at random moments while people save, submit, return, answer and upload, and audit rows are chained. What was
/// acknowledged is there, nothing is there by halves, and the chain is whole.
/// </summary>
public sealed class KillTests
{
    /// <summary>Of each database. As many as one likes with JIQUN_KILLS=100: each costs a start of the program.</summary>
    static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("JIQUN_KILLS"), out var wanted) ? wanted : 5;

    /// <summary>Milliseconds.</summary>
    const int LongestRun = 300;

    /// <summary>Files of one entry, well below what it may have.</summary>
    const int FilesInAnEntry = 150;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_was_acknowledged_is_there_after_each_kill_and_nothing_is_half(string kind)
    {
        await using var portal = await TestPortal.Of(kind, p => p.Clock.Time = TimeProvider.System.GetUtcNow());
        Worker[] workers =
        [
            new Typist(await Begun(portal), "indicators.output"), new Typist(await Begun(portal), "overview.narrative"),
            new Returner((await portal.BeginFilled(1)).Id), new Returner((await portal.BeginFilled(2)).Id),
            new Uploader([await Begun(portal), await Begun(portal), await Begun(portal), await Begun(portal), await Begun(portal), await Begun(portal), await Begun(portal), await Begun(portal)]),
        ];
        var (promoter, city) = (await portal.Token("promoter"), await portal.Token("city"));
        await portal.Stop();
        var dice = new Random(kind.Length);
        for (var kill = 0; kill <= Kills; kill++)
        {
            using var serving = await ServeProcess.On(portal.TestDatabase);
            var verdict = await new VerifyAudit(portal.Database, TimeProvider.System).Run([]);
            Assert.Empty(verdict.Flaws);
            await using (var db = portal.Database.Open())
                foreach (var worker in workers)
                    await worker.Check(db);
            if (kill == Kills)
                break;
            if (kill % 10 == 9)                             // a portal that never lives long enough would rightly be found not to chain
                await Chained(portal, serving);
            using var programs = new Programs(new TestProgram(serving.Address, promoter), new TestProgram(serving.Address, city));
            var awaited = workers[dice.Next(workers.Length)];
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var working = workers.Select(w => Task.Run(() => w.Work(programs, w == awaited ? first : null))).ToArray();
            // from the first answer of one of them on, however long the start took
            await Task.WhenAny(working.Prepend(first.Task)).WaitAsync(TimeSpan.FromMinutes(3));
            await Task.Delay(dice.Next(kill % 5 == 4 ? 10 * LongestRun : LongestRun));         // of five lives one sees rows chained
            serving.Kill();
            await Task.WhenAll(working);
        }
        Assert.All(workers, w => Assert.True(w.Acknowledged > Kills / 10, $"{w.GetType().Name} got {w.Acknowledged} answers."));
        Assert.True(workers.Sum(w => w.Cut) > Kills, "Too little was under way when the process was killed.");
    }

    static async Task Chained(TestPortal portal, ServeProcess serving)
    {
        for (var left = TimeSpan.FromMinutes(3); await new VerifyAudit(portal.Database, TimeProvider.System).Run([]) is { NotYetChained: > 0 } verdict; left -= TimeSpan.FromSeconds(1))
        {
            if (left <= TimeSpan.Zero)
                Assert.Fail($"Rows are not chained: {verdict.NotYetChained} of {verdict.Rows}. {await serving.Told()}");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    static async Task<Guid> Begun(TestPortal portal) => (await portal.Begin()).Id;

    sealed record Programs(TestProgram Promoter, TestProgram City) : IDisposable
    {
        public void Dispose()
        {
            Promoter.Dispose();
            City.Dispose();
        }
    }

    /// <summary>Does one thing after the other until the server is gone.</summary>
    abstract class Worker
    {
        public int Acknowledged { get; private set; }

        /// <summary>How often something was under way when the server went.</summary>
        public int Cut { get; private set; }

        public async Task Work(Programs programs, TaskCompletionSource? first)
        {
            try
            {
                while (true)
                {
                    await Do(programs);
                    Acknowledged++;
                    first?.TrySetResult();
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                Cut++;
            }
        }

        protected abstract Task Do(Programs programs);

        /// <summary>Asserts that the database holds what was acknowledged, and at most what was under way besides; goes on from what is there.</summary>
        public abstract Task Check(Jiqun.Portal.Storage.JiqunDb db);
    }

    sealed class Typist(Guid entry, string field) : Worker
    {
        (string Text, int Version) acknowledged = ("", 0);
        string? underWay;
        int count;

        protected override async Task Do(Programs programs)
        {
            underWay = field == "overview.narrative" ? $"{++count} {new string('文', 2000)}" : $"{++count}";
            var answer = await programs.Promoter.Put($"/api/entries/{entry}/answers/{field}", new { text = underWay }, $"\"{acknowledged.Version}\"");
            Assert.True(answer.Status is HttpStatusCode.OK, answer.Text);
            (acknowledged, underWay) = ((underWay, (int)answer.Json["version"]!), null);
        }

        public override async Task Check(Jiqun.Portal.Storage.JiqunDb db)
        {
            var there = await db.Answers.AsNoTracking().SingleOrDefaultAsync(a => a.EntryId == entry && a.Field == field);
            var now = there is null ? ("", 0) : (there.Written, there.Version);
            Assert.True(now == acknowledged || now.Item1 == underWay && now.Item2 > acknowledged.Version, $"Acknowledged {acknowledged}, under way {underWay}, there {now}.");
            (acknowledged, underWay) = (now, null);
        }
    }

    /// <summary>An entry that is submitted, returned, answered and submitted again, over and over.</summary>
    sealed class Returner(Guid entry) : Worker
    {
        int submissions, steps, answered, tried;

        protected override async Task Do(Programs programs)
        {
            var now = (await Fine(programs.Promoter.Get($"/api/entries/{entry}"))).Json;
            if ((string?)now["status"] == "submitted")
            {
                await Fine(programs.City.Post($"/api/entries/{entry}/steps", new { step = "return", submission = (string)now["lastSubmission"]!, points = new[] { new { field = (string?)null, reason = "再核对" } } }, $"{entry}-{++tried}-{Environment.TickCount64}"));
                steps++;
                return;
            }
            foreach (var point in (await Fine(programs.Promoter.Get($"/api/entries/{entry}/points"))).Json.AsArray())
                if ((string?)point!["answer"] is null or "")
                {
                    await Fine(programs.Promoter.Put($"/api/entries/{entry}/points/{(string)point["id"]!}", new { text = "已核对" }, null));
                    answered++;
                }
            await Fine(programs.Promoter.Post($"/api/entries/{entry}/submissions", new { keepUnexplained = true }, $"{entry}-{++tried}-{Environment.TickCount64}"));
            (submissions, steps) = (submissions + 1, steps + 1);
        }

        static async Task<ProgramAnswer> Fine(Task<ProgramAnswer> asked)
        {
            var answer = await asked;
            Assert.True((int)answer.Status is >= 200 and < 300, $"{answer.Status} {answer.Text}");
            return answer;
        }

        public override async Task Check(Jiqun.Portal.Storage.JiqunDb db)
        {
            var there = (await db.Submissions.CountAsync(s => s.EntryId == entry), await db.EntrySteps.CountAsync(s => s.EntryId == entry), await db.ReturnPoints.CountAsync(p => p.EntryId == entry && p.Answer != ""));
            Assert.InRange(there.Item1, submissions, submissions + 1);
            Assert.InRange(there.Item2, steps, steps + 1);
            Assert.InRange(there.Item3, answered, answered + 1);
            (submissions, steps, answered) = there;
        }
    }

    sealed class Uploader(Guid[] entries) : Worker
    {
        readonly HashSet<string> acknowledged = [];
        int count;

        protected override async Task Do(Programs programs)
        {
            var bytes = RandomNumberGenerator.GetBytes(3000);
            "%PDF-1.4\n"u8.CopyTo(bytes);
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var answer = await programs.Promoter.Send(HttpMethod.Post, $"/api/entries/{entries[count / FilesInAnEntry % entries.Length]}/evidence?name={count++}.pdf", content);
            Assert.True(answer.Status is HttpStatusCode.Created, answer.Text);
            acknowledged.Add(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        public override async Task Check(Jiqun.Portal.Storage.JiqunDb db)
        {
            var there = await db.Evidence.Where(f => entries.Contains(f.EntryId)).Select(f => f.Digest).ToListAsync();
            Assert.Empty(acknowledged.Except(there));
            Assert.InRange(there.Count, acknowledged.Count, count);
        }
    }
}
