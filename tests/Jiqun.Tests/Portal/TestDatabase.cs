using System.Collections.Concurrent;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

/// <summary>A fresh database for one test, of either product, with the tables of the migrations. A missing server fails; it is never skipped.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly string name = $"test_{Guid.NewGuid():N}";
    readonly string? folder, server, connection;

    /// <summary>One master key for all databases of the server.</summary>
    static readonly string ServerKey = MakeKey();

    static string MakeKey()
    {
        var file = Path.Combine(Path.GetTempPath(), $"jiqun-test-{Guid.NewGuid():N}.key");
        MasterKey.Make().Write(file);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
        return file;
    }

    TestDatabase(string kind)
    {
        if (kind is "sqlite")
        {
            folder = Path.Combine(Path.GetTempPath(), name);
            Database = Database.InFolder(folder);
        }
        else
        {
            server = Environment.GetEnvironmentVariable("TEST_POSTGRES")
                ?? throw new InvalidOperationException("No PostgreSQL server: export TEST_POSTGRES=\"$(tests/postgres start)\"");
            connection = new Npgsql.NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ToString();
            Database = Database.OnServer(connection, ServerKey);
        }
    }

    public static TheoryData<string> Kinds => ["sqlite", "postgres"];

    public Database Database { get; }

    public static async Task<TestDatabase> Of(string kind) => await (await Blank(kind)).Copy();

    static Task<TestDatabase> Blank(string kind) => Blanks.GetOrAdd(kind, k => new Lazy<Task<TestDatabase>>(async () =>
    {
        var made = new TestDatabase(k);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.DisposeAsync().AsTask().GetAwaiter().GetResult();
        await made.Database.Migrate();
        return made;
    })).Value;

    /// <summary>Nothing but the tables, for each product: to copy them is a fraction of the work of making them.</summary>
    static readonly ConcurrentDictionary<string, Lazy<Task<TestDatabase>>> Blanks = new();

    /// <summary>The same database once more, with the same master key. Nobody may be connected to this one.</summary>
    public async Task<TestDatabase> Copy()
    {
        var copy = new TestDatabase(folder is null ? "postgres" : "sqlite");
        if (folder is null)
        {
            await OnServer($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'", $"CREATE DATABASE {copy.name} TEMPLATE {name}");
        }
        else
        {
            await using (var db = Open())
                await db.Database.ExecuteSqlAsync($"VACUUM INTO {Path.Combine(copy.folder!, "jiqun.db")}");
            File.Copy(Path.Combine(folder, MasterKey.FileName), Path.Combine(copy.folder!, MasterKey.FileName));
        }
        await copy.Database.Migrate();                                      // what is there already costs nothing; SQLite gets its settings
        return copy;
    }

    /// <summary>Without tables; on the server without being there at all.</summary>
    public static TestDatabase Empty(string kind) => new(kind);

    /// <summary>As <c>jiqun</c> takes it.</summary>
    public string[] Options => folder is not null ? ["--data", folder] : ["--database", connection!];

    public string KeyFile => folder is null ? ServerKey : Path.Combine(folder, MasterKey.FileName);

    /// <summary>A context of one's own: what was saved, not what is tracked.</summary>
    public JiqunDb Open() => Database.Open();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (folder is null)
            await OnServer($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        else
            Directory.Delete(folder, recursive: true);
    }

    async Task OnServer(params string[] statements)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(server!);
        foreach (var sql in statements)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
