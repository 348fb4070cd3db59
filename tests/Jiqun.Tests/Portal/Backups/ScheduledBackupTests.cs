using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Backups;

public sealed class ScheduledBackupTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_is_made_a_day_and_the_newest_are_kept(string kind)
    {
        using var folder = new TestFolder();
        await using var database = await TestDatabase.Of(kind);
        var clock = new TestClock { Time = new DateTimeOffset(2021, 6, 1, 2, 0, 0, TimeSpan.Zero) };            // 10:00 in Beijing
        var wanted = new BackupSettings(folder.Path, new TimeOnly(2, 0), Keep: 3);
        using var backups = Of(database, clock);
        folder.Put("jiqun-of-others.backup");
        folder.Put("jiqun-20210101-000000.backup.part");
        folder.Put("other-20210101-000000.backup");

        await backups.Pass(wanted, Cancel);                                 // at once, as there is none
        Assert.Equal(["jiqun-20210601-100000.backup", "jiqun-of-others.backup", "other-20210101-000000.backup"], Names(folder.Path));
        clock.Time += TimeSpan.FromHours(15.9);
        await backups.Pass(wanted, Cancel);
        Assert.Equal(3, Names(folder.Path).Length);                         // not yet
        for (var day = 0; day < 4; day++, clock.Time += TimeSpan.FromDays(1))
        {
            clock.Time = new DateTimeOffset(2021, 6, 1 + day, 18, 0, 5, TimeSpan.Zero);                          // 2:00 in Beijing
            await backups.Pass(wanted, Cancel);
            await backups.Pass(wanted, Cancel);
        }
        Assert.Equal(["jiqun-20210603-020005.backup", "jiqun-20210604-020005.backup", "jiqun-20210605-020005.backup", "jiqun-of-others.backup", "other-20210101-000000.backup"], Names(folder.Path));

        // after a start nothing is made before it is time, unless the last is older than a day
        clock.Time = new DateTimeOffset(2021, 6, 5, 10, 0, 0, TimeSpan.Zero);
        using var again = Of(database, clock);
        await again.Pass(wanted, Cancel);
        Assert.Equal(5, Names(folder.Path).Length);
        clock.Time = new DateTimeOffset(2021, 6, 7, 10, 0, 0, TimeSpan.Zero);
        using var late = Of(database, clock);
        await late.Pass(wanted, Cancel);
        Assert.Contains("jiqun-20210607-180000.backup", Names(folder.Path));
        await using var target = TestDatabase.Empty(kind);
        await new RestoreBackup(target.Database, database.Database.Key).Run(folder["jiqun-20210607-180000.backup"], null, Cancel);
    }

    [Fact]
    public async Task One_that_failed_removes_nothing_and_is_tried_again_after_an_hour()
    {
        using var folder = new TestFolder();
        await using var database = await TestDatabase.Of("sqlite");
        var clock = new TestClock();
        var wanted = new BackupSettings(folder["missing"], new TimeOnly(2, 0), Keep: 1);
        using var backups = Of(database, clock);
        await backups.Pass(wanted, Cancel);                                 // there is no such folder
        Directory.CreateDirectory(wanted.Folder);
        File.WriteAllText(Path.Combine(wanted.Folder, "jiqun-20210101-000000.backup"), "");
        clock.Time += TimeSpan.FromMinutes(59);
        await backups.Pass(wanted, Cancel);
        Assert.Equal(["jiqun-20210101-000000.backup"], Names(wanted.Folder));
        clock.Time += TimeSpan.FromMinutes(1);
        await backups.Pass(wanted, Cancel);
        Assert.Equal(["jiqun-20210601-110000.backup"], Names(wanted.Folder));
    }

    [Fact]
    public void What_is_wrong_with_the_options_is_told()
    {
        using var folder = new TestFolder();
        Assert.Null(BackupSettings.Read(null, null, null));
        Assert.Equal(new BackupSettings(folder.Path, new TimeOnly(2, 0), 14), BackupSettings.Read(folder.Path, null, null));
        Assert.Equal(new BackupSettings(folder.Path, new TimeOnly(23, 30), 1), BackupSettings.Read(folder.Path, "23:30", "1"));
        Assert.Empty(Names(folder.Path));
        foreach (var (at, keep) in ((string?, string?)[])[("24:00", null), ("2", null), ("", null), (null, "0"), (null, "-1"), (null, "x")])
            Assert.Throws<StartException>(() => BackupSettings.Read(folder.Path, at, keep));
        Assert.Throws<StartException>(() => BackupSettings.Read(null, "02:00", null));
        Assert.Throws<StartException>(() => BackupSettings.Read(folder.Put("file"), null, null));
    }

    static ScheduledBackups Of(TestDatabase database, TestClock clock) =>
        new(new PortalSettings(database.Database, FormLibrary.Builtin, clock, ""), database.Database, clock, NullLoggerFactory.Instance);
}
