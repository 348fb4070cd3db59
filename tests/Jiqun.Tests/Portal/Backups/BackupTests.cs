using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Backups;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Backups;

public sealed class BackupTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Ways => new() { { "sqlite", "sqlite" }, { "sqlite", "postgres" }, { "postgres", "sqlite" }, { "postgres", "postgres" } };

    /// <summary>Two years' demonstration in it, with every kind of value, and a file of three chunks.</summary>
    static async Task<TestDatabase> Filled(string kind)
    {
        var database = await TestDatabase.Of(kind);
        await Demo.Fill(new PortalSettings(database.Database, FormLibrary.Builtin, TimeProvider.System, ""));
        await using var db = database.Open();
        var content = new byte[(2 << 20) + (1 << 19)];
        new Random(1).NextBytes(content);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        using var stream = new MemoryStream(content);
        await db.Keep(await Blobs.Digest(stream, Cancel), stream, Cancel);
        await transaction.CommitAsync(Cancel);
        return database;
    }

    static Task<BackupSummary> Backup(TestDatabase database, string file, bool replace = false) => new MakeBackup(database.Database, TimeProvider.System).Run(file, replace, null, Cancel);

    static Task<BackupSummary> Restore(TestDatabase database, string file, MasterKey key) => new RestoreBackup(database.Database, key).Run(file, null, Cancel);

    /// <summary>What every table of the model holds.</summary>
    static List<TableContent> Contents(TestDatabase database)
    {
        using var db = database.Open();
        db.Database.OpenConnection();
        return [.. Table.All(db.Model).Select(t => database.Database.Read(db, t, null, null, Cancel))];
    }

    static async Task IsEmpty(TestDatabase database)
    {
        await using var db = database.Open();
        Assert.Empty(await db.Database.GetAppliedMigrationsAsync(Cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => db.Organisations.AnyAsync(Cancel));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Every_table_of_the_model_is_read_with_every_column_those_before_that_others_refer_to(string kind)
    {
        await using var database = TestDatabase.Empty(kind);
        await using var db = database.Open();
        var tables = Table.All(db.Model);
        Assert.Equal(db.Model.GetEntityTypes().Select(e => e.GetTableName()).Distinct().Order(StringComparer.Ordinal), tables.Select(t => t.Name).Order(StringComparer.Ordinal));
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var table = tables.Single(t => t.Name == entity.GetTableName());
            Assert.Equal(entity.GetProperties().Select(p => p.GetColumnName()).Order(StringComparer.Ordinal), table.Columns.Select(c => c.Name));
            Assert.Equal(entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName()), table.Key);
            Assert.All(entity.GetForeignKeys().Select(f => f.PrincipalEntityType.GetTableName()).Where(t => t != table.Name), before => Assert.Contains(before, tables.TakeWhile(t => t != table).Select(t => t.Name)));
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task What_was_backed_up_is_restored_into_either_database(string from, string to)
    {
        using var folder = new TestFolder();
        await using var source = await Filled(from);
        var before = Contents(source);
        Assert.True(before.Count(t => t.Rows > 0) > 15, "hardly a table has rows");
        var made = await Backup(source, folder["b"]);
        Assert.Equal((before.Count, before.Sum(t => t.Rows), new FileInfo(folder["b"]).Length), (made.Tables, made.Rows, made.Bytes));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["b"]));
        Assert.Equal(["b"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));

        await using var target = TestDatabase.Empty(to);
        var restored = await Restore(target, folder["b"], source.Database.Key);
        Assert.Equal((made.Tables, made.Rows, made.Bytes), (restored.Tables, restored.Rows, restored.Bytes));
        Assert.Equal(before, Contents(target));

        // and back again: the same, row by row, with the audit row of the first backup
        await using (var db = target.Open())
            Assert.Equal(0, await db.Audit.CountAsync(r => r.Action == AuditAction.BackupMade, Cancel));
        await using (var db = source.Open())
            Assert.Contains("b, ", (await db.Audit.SingleAsync(r => r.Action == AuditAction.BackupMade, Cancel)).Detail, StringComparison.Ordinal);
        await using var keyed = new KeyedDatabase(target, source.Database.Key);
        await new MakeBackup(keyed.Database, TimeProvider.System).Run(folder["again"], false, null, Cancel);
        await using var back = TestDatabase.Empty(from);
        await Restore(back, folder["again"], source.Database.Key);
        Assert.Equal(before, Contents(back));
    }

    /// <summary>A restored database, opened with the key that it had before.</summary>
    sealed class KeyedDatabase : IAsyncDisposable
    {
        readonly TestFolder folder = new();

        public KeyedDatabase(TestDatabase restored, MasterKey key)
        {
            key.Write(folder["key"]);
            Database = restored.Options is ["--data", var data] ? Database.InFolder(data, folder["key"]) : Database.OnServer(restored.Options[1], folder["key"]);
            Database.Unlock().GetAwaiter().GetResult();
        }

        public Database Database { get; }

        public async ValueTask DisposeAsync()
        {
            await Database.DisposeAsync();
            folder.Dispose();
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_restored_database_gives_the_next_numbers(string from, string to)
    {
        using var folder = new TestFolder();
        await using var source = await TestDatabase.Of(from);
        long last;
        await using (var db = source.Open())
        {
            db.Note(AuditAction.SignIn, null, null, TimeProvider.System.Now());
            db.Note(AuditAction.SignOut, null, null, TimeProvider.System.Now());
            await db.SaveChangesAsync(Cancel);
            last = await db.Audit.MaxAsync(r => r.Id, Cancel);
            await db.Audit.Where(r => r.Id == last).ExecuteDeleteAsync(Cancel);          // its number is not given again
        }
        await Backup(source, folder["b"]);
        await using var target = TestDatabase.Empty(to);
        await Restore(target, folder["b"], source.Database.Key);
        await using var keyed = new KeyedDatabase(target, source.Database.Key);
        await using var after = keyed.Database.Open();
        after.Note(AuditAction.SignIn, null, null, TimeProvider.System.Now());
        await after.SaveChangesAsync(Cancel);
        Assert.Equal([last - 1, last + 1], await after.Audit.Select(r => r.Id).Order().ToListAsync(Cancel));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_backup_under_load_has_every_save_from_before_and_is_of_one_moment(string kind)
    {
        using var folder = new TestFolder();
        await using var portal = await TestPortal.Of(kind);
        List<Guid> entries = [];
        for (var i = 0; i < 4; i++)
            entries.Add((await portal.BeginFilled(seed: i + 1)).Id);
        var actor = await portal.Actor("promoter");
        var acknowledged = new ConcurrentDictionary<Guid, int>();
        using var stop = new CancellationTokenSource();
        var saving = entries.Select(entry => Task.Run(async () =>
        {
            var version = (await portal.Stored(entry)).Answers.Single(a => a.Field == "cluster.name").Version;
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var saved = await portal.Save(entry, actor, new Wish(new Place("cluster.name"), $"集群{i}", version));
                version = saved.Value!.Draft.Revision;
                acknowledged[entry] = version;
            }
        }, Cancel)).ToList();
        while (acknowledged.Count < entries.Count)
            await Task.Delay(10, Cancel);
        Dictionary<Guid, int> before = [];
        for (var i = 0; i < 3; i++)
        {
            before = new(acknowledged);
            await new MakeBackup(portal.Database, TimeProvider.System).Run(folder[$"{i}"], false, null, Cancel);
        }
        await stop.CancelAsync();
        await Task.WhenAll(saving);
        Assert.All(before, b => Assert.True(acknowledged[b.Key] > b.Value, "Nobody saved meanwhile."));

        await using var target = TestDatabase.Empty(kind);
        await Restore(target, folder["2"], portal.Database.Key);
        await using var db = target.Open();
        foreach (var entry in entries)
        {
            var stored = new Stored(
                await db.Entries.AsNoTracking().SingleAsync(e => e.Id == entry, Cancel),
                await db.Answers.AsNoTracking().Where(a => a.EntryId == entry).OrderBy(a => a.Version).ToListAsync(Cancel),
                await db.Changes.AsNoTracking().Where(c => c.EntryId == entry).OrderBy(c => c.Number).ToListAsync(Cancel),
                []);
            stored.Replays();
            Assert.InRange(stored.Entry.Revision, before[entry], acknowledged[entry]);
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_restored_portal_serves_to_the_same_people_what_they_wrote(string from, string to)
    {
        using var folder = new TestFolder();
        await using var portal = await TestPortal.Of(from);
        var entry = await portal.BeginFilled();
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
        using var before = await portal.Browser("promoter");
        var contact = TestEntries.Answers()["government.contact"];
        await before.Get($"/entries/{entry.Id}");
        Assert.Contains(contact, (await before.Post(before.Page.Document.QuerySelector("form[action$='/contacts']")!.GetAttribute("action")!)).Text, StringComparison.Ordinal);
        await new MakeBackup(portal.Database, TimeProvider.System).Run(folder["b"], false, null, Cancel);

        await using var target = TestDatabase.Empty(to);
        await Restore(target, folder["b"], portal.Database.Key);
        await using var keyed = new KeyedDatabase(target, portal.Database.Key);
        await using var running = await RunningPortal.Start(new PortalSettings(keyed.Database, FormLibrary.Builtin, portal.Clock, "http://127.0.0.1:0"));
        Assert.Null(running.FirstAdministratorLink);
        using var browser = new TestBrowser(running.Addresses.First());
        await browser.Get("/sign-in");
        Assert.Equal("/", (await browser.Post("/sign-in", ("name", "promoter"), ("password", TestPortal.Password), ("return", "/"))).Path);
        await browser.Get($"/entries/{entry.Id}");
        Assert.Contains(contact, (await browser.Post(browser.Page.Document.QuerySelector("form[action$='/contacts']")!.GetAttribute("action")!)).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_damaged_backup_is_refused_and_leaves_the_database_empty(string kind)
    {
        using var folder = new TestFolder();
        await using var source = await Filled("sqlite");
        await Backup(source, folder["b"]);
        var good = await File.ReadAllBytesAsync(folder["b"], Cancel);
        var start = Encoding.Latin1.GetString(good[..5000]).IndexOf("}\n", StringComparison.Ordinal) + 2;
        const int Chunk = EncryptedChunks.ChunkLength + EncryptedChunks.TagLength;
        Assert.True(good.Length > start + 2 * Chunk, "the backup has not three chunks");
        byte[] Flipped(int at) => [.. good[..at], (byte)(good[at] ^ 1), .. good[(at + 1)..]];
        byte[] Chunks(params int[] numbers) => [.. good[..start], .. numbers.SelectMany(n => good[(start + n * Chunk)..Math.Min(good.Length, start + (n + 1) * Chunk)]), .. good[(start + 2 * Chunk)..]];
        Assert.Equal(good, Chunks(0, 1));

        (string What, byte[] File)[] damaged =
        [
            .. Enumerable.Range(0, start / 8).Select(i => ($"header {i * 8}", Flipped(i * 8))),
            ("chunk 0", Flipped(start + 100)), ("chunk 1", Flipped(start + Chunk + 100)), ("last chunk", Flipped(start + 2 * Chunk + 100)), ("last byte", Flipped(good.Length - 1)),
            ("empty", []), ("in the header", good[..40]), ("after the header", good[..start]), ("in chunk 0", good[..(start + 1000)]), ("after chunk 0", good[..(start + Chunk)]),
            ("in chunk 1", good[..(start + Chunk + 1)]), ("after chunk 1", good[..(start + 2 * Chunk)]), ("without the last byte", good[..^1]),
            ("swapped", Chunks(1, 0)), ("left out", Chunks(0)), ("twice", Chunks(0, 1, 1)),
            ("a byte more", [.. good, 0]), ("itself again", [.. good, .. good]), ("chunks again", [.. good, .. good[start..]]),
        ];
        foreach (var (what, bytes) in damaged)
        {
            await using var target = TestDatabase.Empty(kind);
            await File.WriteAllBytesAsync(folder["damaged"], bytes, Cancel);
            var refused = await Record.ExceptionAsync(() => Restore(target, folder["damaged"], source.Database.Key));
            Assert.True(refused is BackupException, $"{what}: {refused}");
            await IsEmpty(target);
        }
        await using var last = TestDatabase.Empty(kind);
        await File.WriteAllBytesAsync(folder["cut"], good[..^100], Cancel);
        await Assert.ThrowsAsync<BackupException>(() => Restore(last, folder["cut"], source.Database.Key));
        await Restore(last, folder["b"], source.Database.Key);          // what was refused stands in nobody's way
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Another_key_and_a_database_that_is_not_empty_are_refused(string kind)
    {
        using var folder = new TestFolder();
        await using var source = await TestDatabase.Of(kind);
        await Backup(source, folder["b"]);
        var other = MasterKey.Make();
        await using var target = TestDatabase.Empty(kind);
        var why = await Assert.ThrowsAsync<BackupException>(() => Restore(target, folder["b"], other));
        Assert.Contains(source.Database.Key.Id, why.Message, StringComparison.Ordinal);
        Assert.Contains(other.Id, why.Message, StringComparison.Ordinal);

        var before = Contents(source);
        Assert.Equal(Words.Of("backup-not-empty", source.Database.Name), (await Assert.ThrowsAsync<BackupException>(() => Restore(source, folder["b"], source.Database.Key))).Message);
        Assert.Equal(before, Contents(source));

        Assert.Equal(Words.Of("backup-exists", folder["b"]), (await Assert.ThrowsAsync<BackupException>(() => Backup(source, folder["b"]))).Message);
        await Backup(source, folder["b"], replace: true);
        await Restore(target, folder["b"], source.Database.Key);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_submission_or_file_without_its_digest_is_found_by_the_restore(string kind)
    {
        using var folder = new TestFolder();
        await using var source = await Filled(kind);
        await using (var db = source.Open())
            await db.Database.ExecuteSqlAsync($"UPDATE blob_part SET bytes = {new byte[] { 1 }} WHERE number = 1", Cancel);
        await Backup(source, folder["blob"]);
        await using var target = TestDatabase.Empty(kind);
        Assert.Contains("摘要", (await Chinese(() => Restore(target, folder["blob"], source.Database.Key))).Message, StringComparison.Ordinal);
        await IsEmpty(target);

        await using (var db = source.Open())
            await db.Submissions.Where(s => s.Number == 1).ExecuteUpdateAsync(u => u.SetProperty(s => s.Content, new byte[] { 1 }), Cancel);
        await Backup(source, folder["submission"]);
        Assert.Contains("报送版本", (await Chinese(() => Restore(target, folder["submission"], source.Database.Key))).Message, StringComparison.Ordinal);
        await IsEmpty(target);
    }

    /// <summary>Whatever spoils a row on its way into the database: the tables are compared with what the backup says was read.</summary>
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_row_that_is_not_what_was_read_is_found_by_the_restore(string kind)
    {
        using var folder = new TestFolder();
        await using var source = await Filled(kind);
        string name;
        await using (var db = source.Open())
            name = await db.Rounds.Select(r => r.Name).FirstAsync(Cancel);
        await Backup(source, folder["b"]);
        using (var from = File.OpenRead(folder["b"]))
        using (var to = File.Create(folder["spoilt"]))
        {
            var header = BackupHeader.Read(from, folder["b"]);
            using var content = new MemoryStream();
            using (var reader = new EncryptedReader(from, header.ContentKey(source.Database.Key)))
            using (var plain = new BrotliStream(reader, CompressionMode.Decompress))
            {
                reader.Begin();
                plain.CopyTo(content);
            }
            var bytes = content.ToArray();
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name));
            Assert.True(at >= 0, "the name is not in the backup");
            bytes[at + Encoding.UTF8.GetByteCount(name) - 1] ^= 1;
            to.Write(header.ToBytes());
            using var hidden = new EncryptedWriter(to, header.ContentKey(source.Database.Key));
            using (var plain = new BrotliStream(hidden, CompressionLevel.Fastest, leaveOpen: true))
                plain.Write(bytes);
            hidden.Complete();
        }
        await using var target = TestDatabase.Empty(kind);
        Assert.Contains("round", (await Chinese(() => Restore(target, folder["spoilt"], source.Database.Key))).Message, StringComparison.Ordinal);
        await IsEmpty(target);
        await Restore(target, folder["b"], source.Database.Key);
    }

    static async Task<BackupException> Chinese(Func<Task> run)
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("zh");
        return await Assert.ThrowsAsync<BackupException>(run);
    }

    [Fact]
    public void Times_are_taken_in_whole_microseconds()
    {
        var clock = new TestClock { Time = new DateTimeOffset(2021, 6, 1, 2, 0, 0, TimeSpan.Zero).AddTicks(1234567) };
        Assert.Equal(1234560, clock.Now().TimeOfDay.Subtract(TimeSpan.FromHours(2)).Ticks);
    }
}
