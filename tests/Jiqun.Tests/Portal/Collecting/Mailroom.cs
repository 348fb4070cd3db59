using Jiqun.Core.Approvals;
using Jiqun.Portal;
using Jiqun.Portal.Collecting;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Collecting;

/// <summary>What collects, put together by hand over the database of a portal that is stopped: nothing happens here but what a test does.</summary>
sealed class Mailroom : IAsyncDisposable
{
    readonly FilledFiles filled = new();
    readonly JobBell bell = new();
    readonly TestPortal portal;

    Mailroom(TestPortal portal) => this.portal = portal;

    public Database Database => portal.Database;

    /// <summary>Over a portal that stops now.</summary>
    public static async Task<Mailroom> Of(TestPortal portal)
    {
        await portal.Stop();
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Chinese;
        return new Mailroom(portal);
    }

    public async Task<Jiqun.Core.Outcome<Job>> Drop(Guid round, params (string Name, byte[] Content)[] files)
    {
        await using var db = Database.Open();
        return await Dropping(db).Run(round, [.. files.Select(f => new SentFile(f.Name, () => new MemoryStream(f.Content)))], "zh", await portal.Actor("ministry"), CancellationToken.None);
    }

    public async Task<Jiqun.Core.Outcome<Job>> GoOn(Guid round, bool makeOffices = false)
    {
        await using var db = Database.Open();
        return await Dropping(db).GoOn(round, makeOffices, "zh", await portal.Actor("ministry"), CancellationToken.None);
    }

    DropFiles Dropping(JiqunDb db) => new(db, new JudgeUpload(db, new PortalSettings(Database, TestEntries.Forms, portal.Clock, "") { Scanner = portal.Scanner }, portal.Clock, NullLogger<JudgeUpload>.Instance), bell, portal.Clock);

    TakeIn Taking(JiqunDb db, TimeProvider clock) =>
        new(Database, TestEntries.Forms, ApprovalLibrary.Builtin, new SaveAnswers(Database, new OpenEntry(Database, TestEntries.Forms), new Drafts(Database), clock), clock);

    /// <summary>Reads what a job is to read, up to its end or until something breaks.</summary>
    public async Task Read(Job job, TimeProvider? clock = null, CancellationToken stop = default)
    {
        await using var db = Database.Open();
        await new CollectFiles(Database, TestEntries.Forms, filled, Taking(db, clock ?? portal.Clock), clock ?? portal.Clock).Prepare(job, new JobProgress(stop));
    }

    /// <summary>Does the jobs that wait, as a process does.</summary>
    public async Task Work()
    {
        await using var db = Database.Open();
        await using var services = new ServiceCollection().AddScoped<JobWork>(_ => new CollectFiles(Database, TestEntries.Forms, filled, Taking(db, portal.Clock), portal.Clock)).BuildServiceProvider();
        using var run = new RunJobs(Database, services.GetRequiredService<IServiceScopeFactory>(), bell, portal.Clock, NullLoggerFactory.Instance);
        while (await run.Pass(CancellationToken.None))
        {
        }
    }

    public async Task<Jiqun.Core.Outcome<MailedFile>> Decide(Guid file, MailedDecision decision, Guid? organisation = null, string name = "", string division = "", string by = "ministry")
    {
        await using var db = Database.Open();
        return await new DecideMailed(db, TestEntries.Forms, filled, Taking(db, portal.Clock), portal.Clock).Run(file, decision, organisation, name, division, await portal.Actor(by), CancellationToken.None);
    }

    /// <summary>What became of the files, by name.</summary>
    public async Task<Dictionary<string, MailedFile>> Files(Guid round)
    {
        await using var db = Database.Open();
        return await db.MailedFiles.AsNoTracking().Where(f => f.RoundId == round).ToDictionaryAsync(f => f.Name);
    }

    public async ValueTask DisposeAsync()
    {
        filled.Dispose();
        bell.Dispose();
        await Task.CompletedTask;
    }
}
