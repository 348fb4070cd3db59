using System.Diagnostics;
using System.Globalization;
using System.Net;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jiqun.Tests.Portal;

/// <summary>The disk of the database is full, or cannot be written.</summary>
public sealed class FullDiskTests
{
    /// <summary>Lets the program's files grow no further than this, so that its writes fail as on a full disk; works for anybody, on any file system.</summary>
    static void Limit(ServeProcess serving, string bytes)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", serving.Id.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    [Fact]
    public async Task On_a_full_disk_saves_are_refused_with_a_message_and_go_on_when_there_is_room()
    {
        using var folder = await ServeFolder.With(1);
        using var serving = await ServeProcess.Start(folder.Path);
        using var client = new ServeClient { Address = serving.Address };
        await client.SignIn();
        var (entry, field) = (folder.Entries[0], "overview.narrative");
        var (text, version) = ("", 0);

        var largest = new DirectoryInfo(folder.Path).GetFiles("jiqun.db*").Max(f => f.Length);
        Limit(serving, (largest + 2_000_000).ToString(CultureInfo.InvariantCulture));
        System.Text.Json.Nodes.JsonNode? refused = null;
        for (var i = 0; refused is null; i++)
        {
            Assert.True(i < 100, "The disk was never full.");
            var next = $"{i} {new string('文', 90_000)}";
            var (status, body) = await client.Save(entry, field, next, version);
            if (status is HttpStatusCode.OK)
                (text, version) = (next, (int)body!["places"]![0]!["version"]!);
            else
                refused = Assert.IsType<System.Text.Json.Nodes.JsonObject>(body);
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.InsufficientStorage, $"{status}: {body}");
        }
        Assert.Equal("storage-full", (string)refused["code"]!);
        var (posted, page) = await client.Post($"/entries/{entry}", ($"a:{field}:", $"a {new string('文', 90_000)}"), ($"v:{field}:", $"{version}"));
        Assert.Equal(HttpStatusCode.InsufficientStorage, posted);
        foreach (var said in (string[])[(string)refused["detail"]!, page])              // what is true of both
        {
            Assert.Contains("请不要关闭本页", said, StringComparison.Ordinal);
            Assert.DoesNotContain("仍在浏览器中", said, StringComparison.Ordinal);
        }

        Assert.NotEmpty(await client.TokenOf($"/entries/{entry}"));        // what is there can still be read
        Assert.True(serving.IsAlive);
        Assert.Equal((text, version), Assert.Single(folder.Rows("SELECT written, version FROM answer", r => (r.GetString(0), r.GetInt32(1)))));
        folder.IsSound();

        Limit(serving, "unlimited");
        var (after, saved) = await client.Save(entry, field, "有空间了", version);
        Assert.Equal((HttpStatusCode.OK, version + 1), (after, (int)saved!["places"]![0]!["version"]!));
        folder.IsSound();
    }

    [Fact]
    public void What_says_that_the_disk_is_full_is_told_from_other_failures()
    {
        using var open = new SqliteConnection("Data Source=:memory:");
        open.Open();
        Run("PRAGMA max_page_count = 10; CREATE TABLE t (x)");
        var full = Assert.Throws<SqliteException>(() => Run("INSERT INTO t VALUES (zeroblob(100000))"));
        var other = Assert.Throws<SqliteException>(() => Run("rubbish"));

        Assert.True(Database.IsFull(full));
        Assert.True(Database.IsFull(new InvalidOperationException("", full)));
        Assert.True(Database.IsFull(new PostgresException("", "", "", PostgresErrorCodes.DiskFull)));
        Assert.True(Database.IsFull(new SqliteException("", 8)));            // a file that may only be read
        Assert.False(Database.IsFull(other));
        Assert.False(Database.IsFull(new PostgresException("", "", "", PostgresErrorCodes.UniqueViolation)));
        Assert.False(Database.IsFull(new IOException()));

        void Run(string sql)
        {
            using var command = open.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task One_that_fails_takes_nothing_of_the_others_with_it()
    {
        using var folder = new TestFolder();
        await using var database = Database.InFolder(folder.Path);
        await database.Migrate();
        var ministry = Organisation.Under(null, Level.Ministry, "部", null, DateTime.UtcNow);
        await using (var db = database.Open())
        {
            db.Add(ministry);
            await db.SaveChangesAsync();
        }
        var hold = new Statement("UPDATE organisation SET name = name WHERE id = $1", ministry.Id);
        Insertion Audit(string detail) => new(new Into("audit", ["at", "action", "detail", "outcome", "address", "digest", "mark"]), [[DateTime.UtcNow, "SignIn", detail, "Done", "", "", Array.Empty<byte>()]]);

        var works = Enumerable.Range(0, 40).Select(i => database.WriteIf(hold, Audit($"{i}"), i % 10 == 5 ? new Insertion(new Into("nowhere", ["x"]), [[1]]) : Audit("again"))).ToList();
        var failures = await Task.WhenAll(works.Select(async w => await Record.ExceptionAsync(() => w)));

        Assert.All(failures.Index(), f => Assert.Equal(f.Index % 10 == 5, f.Item is SqliteException));
        await using var after = database.Open();
        Assert.Equal(36, await after.Audit.CountAsync(r => r.Detail == "again"));
        Assert.Equal(72, await after.Audit.CountAsync());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_stops_the_start_with_a_message()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        var run = Jiqun.Tests.Cli.JiqunProcess.Run("zh_CN.UTF-8", folder.Path, TimeSpan.FromSeconds(30), "serve", "--data", Path.Combine(file, "data"), "--urls", "http://127.0.0.1:0");
        Assert.NotEqual(0, run.Status);
        Assert.DoesNotContain("   at ", run.Said, StringComparison.Ordinal);
        Assert.Single(run.Said.Trim().Split('\n'));
    }
}
