using System.Diagnostics;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Bench;

/// <summary>Exports of a round with many submissions, as the portal makes them in the background, in a process that has done nothing before.</summary>
static class Exporting
{
    /// <summary>Different forms; each stands in many entries.</summary>
    const int Forms = 250;

    /// <param name="folder">Of the database, which is made with so many entries when it is not there; that of <c>round</c> will do, whose last round is taken.</param>
    public static async Task Run(string folder, int count, JobKind kind)
    {
        var isNew = !Database.IsIn(folder);
        await using var store = Database.InFolder(folder);
        await store.Migrate();
        if (isNew)
            await Fill(store, count);
        Guid id;
        await using (var db = store.Open())
        {
            var round = await db.Rounds.OrderByDescending(r => r.OpensAt).FirstAsync();
            var account = await (from a in db.Users join o in db.Organisations on a.OrganisationId equals o.Id where o.Level == Level.Ministry select a).FirstAsync();
            var job = new Job { Id = Guid.CreateVersion7(), Kind = kind, RoundId = round.Id, AccountId = account.Id, Parameters = """{"Entries":null}""", Language = "zh", CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime };
            db.Add(job);
            await db.SaveChangesAsync();
            id = job.Id;
        }
        await using var portal = Portal.Portal.Build(new PortalSettings(store, FormLibrary.Builtin, TimeProvider.System, "http://127.0.0.1:0"));
        using var bell = new JobBell();
        using var run = new RunJobs(store, portal.Services.GetRequiredService<IServiceScopeFactory>(), bell, TimeProvider.System, NullLoggerFactory.Instance);
        var began = Stopwatch.GetTimestamp();
        await run.Pass(CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(began);
        await using var after = store.Open();
        var done = await after.Jobs.AsNoTracking().SingleAsync(j => j.Id == id);
        using var self = Process.GetCurrentProcess();
        Console.Out.WriteLine($"{kind}: {done.State}, {done.Rows} entries, {done.Size / 1024 / 1024} MiB, {took.TotalSeconds:0.0} s wall, {self.TotalProcessorTime.TotalSeconds:0.0} s CPU of the whole process, peak {self.PeakWorkingSet64 >> 20} MiB {done.Message}");
    }

    static async Task Fill(Database store, int count)
    {
        var (form, now) = (FormLibrary.Builtin.Default, TimeProvider.System.GetUtcNow().UtcDateTime);
        var forms = Enumerable.Range(0, Forms).Select(seed => PortalSeed.Answers(form, seed, 3100)).ToList();
        await using var db = store.Open();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var ministry = Organisation.Under(null, Level.Ministry, "工业和信息化部", null, now);
        var round = new Round { Id = Guid.CreateVersion7(now), Name = "第1批", FormId = form.Id, FormDigest = form.Digest, BaseYear = form.BaseYear, OpensAt = now.AddDays(-7), ClosesAt = now.AddDays(30), CreatedAt = now };
        var account = new Account { Id = Guid.CreateVersion7(now), UserName = "ministry", NormalizedUserName = "MINISTRY", FullName = "陈海燕", Role = Role.Member, OrganisationId = ministry.Id, CreatedAt = now, SecurityStamp = "stamp" };
        db.AddRange(ministry, account);
        db.Add(round);
        for (var i = 0; i < count; i++)
        {
            var promoter = Organisation.Under(ministry, Level.Promoter, $"株洲市第{i + 1}产业集群发展促进中心", "430200", now);
            var entry = new Entry { Id = Guid.CreateVersion7(now), RoundId = round.Id, OrganisationId = promoter.Id, State = EntryState.Submitted, Status = "submitted", Submissions = 1, Revision = 1, IsSample = false, CreatedAt = now };
            var head = new EntryHead(entry.Id, promoter.Id, promoter.Name, entry.State, entry.Status, 1, 1, false, round.Id, round.Name, form.Id, form.BaseYear, round.OpensAt, round.ClosesAt, true, 36);
            var draft = Draft.Of(1, forms[i % Forms].Select(a => (new Place(a.Key), new Standing(a.Value, 1))));
            var content = FrozenContent.Of(form, head, draft, draft.Checked(form, Stage.Submission, new DateOnly(2026, 1, 1)), [], 1, null, now);
            db.Add(promoter);
            db.Add(entry);
            db.Add(new Submission { Id = Guid.CreateVersion7(now), EntryId = entry.Id, Number = 1, Content = content.Json, Digest = content.Digest, RequestId = Guid.NewGuid(), At = now, AccountId = account.Id });
            if (i % 500 == 499)
                await db.SaveChangesAsync();
        }
        await db.SaveChangesAsync();
    }
}
