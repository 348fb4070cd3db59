using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Jiqun.Tests.Portal;

namespace Jiqun.Tests.Cli;

/// <summary><c>jiqun backup</c> and <c>jiqun restore</c> as whoever runs the portal uses them.</summary>
public sealed class BackupCommandTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static JiqunProcess Run(TestFolder folder, params string[] arguments) => JiqunProcess.Run("en_US.UTF-8", folder.Path, TimeSpan.FromMinutes(3), arguments);

    /// <summary>As docs/operations.md describes it.</summary>
    [Fact]
    public async Task The_rehearsal()
    {
        using var folder = new TestFolder();
        using var data = await ServeFolder.With(2);
        using var client = new ServeClient();
        using (var serving = await ServeProcess.Start(data.Path))
        {
            client.Address = serving.Address;
            await client.SignIn();
            Assert.Equal(HttpStatusCode.OK, (await client.Save(data.Entries[0], "cluster.name", "以前", 0)).Status);
            var made = Run(folder, "backup", "today.backup", "--data", data.Path);              // while it serves
            Assert.Equal((0, ""), (made.Status, made.Output));
            Assert.Contains("today.backup", made.Said, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await client.Save(data.Entries[0], "cluster.name", "以后", 1)).Status);
        }

        var key = Path.Combine(data.Path, MasterKey.FileName);
        var restored = Run(folder, "restore", "today.backup", "--data", "restored", "--key", key);
        Assert.True(restored.Status == 0, restored.Said);
        Assert.Contains($"jiqun serve --data restored --key {key}", restored.Said, StringComparison.Ordinal);
        using (var serving = await ServeProcess.Start(folder["restored"], ["--key", key]))
        {
            using var anew = new ServeClient { Address = serving.Address };
            await anew.SignIn();
            var (status, saved) = await anew.Save(data.Entries[0], "cluster.name", "恢复后", 1);
            Assert.True(status is HttpStatusCode.OK, saved?.ToString());
        }

        // and from there to PostgreSQL
        Assert.Equal(0, Run(folder, "backup", "restored.backup", "--data", "restored", "--key", key).Status);
        await using var server = TestDatabase.Empty("postgres");
        var moved = Run(folder, ["restore", "restored.backup", .. server.Options, "--key", key]);
        Assert.True(moved.Status == 0, moved.Said);
        await using var db = server.Open();
        Assert.Equal("恢复后", db.Answers.Single(a => a.EntryId == data.Entries[0]).Written);
    }

    [Fact]
    public async Task What_is_refused_is_told_in_one_line_and_changes_nothing()
    {
        using var folder = new TestFolder();
        using var data = await ServeFolder.With(1);
        var key = Path.Combine(data.Path, MasterKey.FileName);
        Is(1, "no database", "backup", "b", "--data", "nowhere");
        Assert.Equal(0, Run(folder, "backup", "b", "--data", data.Path).Status);
        Is(2, "--force", "backup", "b", "--data", data.Path);
        Assert.Equal(0, Run(folder, "backup", "b", "--data", data.Path, "--force").Status);
        Is(1, "No such file or directory|Could not find", "backup", "missing/b", "--data", data.Path);
        Is(2, "--key", "restore", "b", "--data", "restored");
        Is(1, "not empty", "restore", "b", "--data", data.Path, "--key", key);
        Is(1, "Could not find", "restore", "missing", "--data", "restored", "--key", key);
        MasterKey.Make().Write(folder["other.key"]);
        Is(1, "number", "restore", "b", "--data", "restored", "--key", "other.key");
        Is(1, "no backup", "restore", "other.key", "--data", "restored", "--key", key);
        Is(2, "--data", "restore", "b", "--data", "x", "--database", "Host=y", "--key", key);
        Assert.False(File.Exists(folder["restored/jiqun.db"]));

        void Is(int status, string said, params string[] arguments)
        {
            var run = Run(folder, arguments);
            Assert.True(run.Status == status, $"{string.Join(' ', arguments)}: {run.Status} {run.Said}");
            Assert.Matches(said, run.Said);
            Assert.Single(run.Said.Trim().Split('\n'));
        }
    }

    [Fact]
    public async Task On_a_full_disk_it_says_so_and_leaves_nothing()
    {
        using var folder = new TestFolder();
        using var data = await Big();
        var start = JiqunProcess.Start("en_US.UTF-8", folder.Path, "backup", "b", "--data", data.Path);
        using var process = Process.Start(Limited(start, kilobytes: 512))!;
        var said = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("could not be written", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_restore_that_is_killed_leaves_the_database_empty_for_the_next(string kind)
    {
        using var folder = new TestFolder();
        using var data = await Big();
        var key = Path.Combine(data.Path, MasterKey.FileName);
        Assert.Equal(0, Run(folder, "backup", "b", "--data", data.Path).Status);
        await using var target = TestDatabase.Empty(kind);
        var whole = Stopwatch.StartNew();
        await using (var other = TestDatabase.Empty(kind))
            Assert.Equal(0, Run(folder, ["restore", "b", .. other.Options, "--key", key]).Status);
        var dice = new Random(1);
        for (var kill = 0; kill < 4; kill++)
        {
            using var process = Process.Start(JiqunProcess.Start("en_US.UTF-8", folder.Path, ["restore", "b", .. target.Options, "--key", key]))!;
            await Task.Delay(whole.Elapsed * (0.3 + 0.6 * dice.NextDouble()), Cancel);
            var ended = process.HasExited;
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            if (ended)
                break;
        }
        var again = Run(folder, ["restore", "b", .. target.Options, "--key", key]);
        Assert.True(again.Status == 0 || again.Said.Contains("not empty", StringComparison.Ordinal), again.Said);
        await using var db = target.Open();
        Assert.Equal(Rows, db.Audit.Count());                   // all, or it would not have said so
    }

    const int Rows = 12_000;

    /// <summary>A database whose backup is of more than a megabyte.</summary>
    static async Task<ServeFolder> Big()
    {
        var data = await ServeFolder.With(1);
        await using var database = Database.InFolder(data.Path);
        await database.Unlock();
        await using var db = database.Open();
        for (var i = 0; i < Rows; i++)
            db.Note(AuditAction.SignIn, null, null, TimeProvider.System.GetUtcNow().UtcDateTime, Convert.ToHexString(RandomNumberGenerator.GetBytes(100)));
        await db.SaveChangesAsync(Cancel);
        return data;
    }

    /// <summary>With files that grow no further, as on a full disk.</summary>
    static ProcessStartInfo Limited(ProcessStartInfo start, int kilobytes)
    {
        var shell = new ProcessStartInfo("/bin/sh", ["-c", $"trap '' XFSZ; ulimit -f {kilobytes * 2}; exec \"$@\"", "sh", start.FileName, .. start.ArgumentList])
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in start.Environment)
            shell.Environment[name] = value;
        shell.Environment["DOTNET_EnableWriteXorExecute"] = "0";        // or the runtime's own file in memory is too large
        return shell;
    }
}
