using Jiqun.Portal.Storage;

namespace Jiqun.Tests.Portal;

/// <summary>A fresh database for one test, of either product, with the tables of the migrations. A missing server fails; it is never skipped.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly string name = $"test_{Guid.NewGuid():N}";
    readonly string? folder, connection;

    /// <summary>One master key for all databases of the server.</summary>
    static readonly string KeyFile = MakeKey();

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
            var server = Environment.GetEnvironmentVariable("TEST_POSTGRES")
                ?? throw new InvalidOperationException("No PostgreSQL server: export TEST_POSTGRES=\"$(tests/postgres start)\"");
            connection = new Npgsql.NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ToString();
            Database = Database.OnServer(connection, KeyFile);
        }
    }

    public static TheoryData<string> Kinds => ["sqlite", "postgres"];

    public Database Database { get; }

    public static async Task<TestDatabase> Of(string kind)
    {
        var made = new TestDatabase(kind);
        await made.Database.Migrate();
        return made;
    }

    /// <summary>Without tables; on the server without being there at all.</summary>
    public static TestDatabase Empty(string kind) => new(kind);

    /// <summary>As <c>jiqun</c> takes it.</summary>
    public string[] Options => folder is not null ? ["--data", folder] : ["--database", connection!];

    /// <summary>A context of one's own: what was saved, not what is tracked.</summary>
    public JiqunDb Open() => Database.Open();

    public async ValueTask DisposeAsync()
    {
        if (folder is null)
        {
            await using var db = Open();
            await db.Database.EnsureDeletedAsync();
        }
        await Database.DisposeAsync();
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }
}
