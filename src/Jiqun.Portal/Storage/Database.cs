using System.Collections.Concurrent;
using System.Data;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Jiqun.Portal.Storage;

/// <summary>The database that the portal stands on. A closed set: SQLite in a file of its own, or a PostgreSQL server.</summary>
public abstract class Database : IAsyncDisposable
{
    readonly string keyFile;
    MasterKey? key;

    protected Database(string keyFile) => this.keyFile = keyFile;

    /// <summary>Known once <see cref="Migrate"/> or <see cref="Unlock()"/> is through.</summary>
    public MasterKey Key => key ?? throw new InvalidOperationException("The database was not unlocked.");

    /// <summary>SQLite in <c>jiqun.db</c> of this folder, which is made when it is not there.</summary>
    /// <param name="keyFile">Of the master key; null for <see cref="MasterKey.FileName"/> in the folder.</param>
    /// <exception cref="StartException">The folder cannot be made.</exception>
    public static Database InFolder(string folder, string? keyFile = null)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException(Words.Of("start-folder", folder, why.Message), why);
        }
        return new SqliteDatabase(FileIn(folder), keyFile ?? Path.Combine(folder, MasterKey.FileName));
    }

    /// <summary>Whether there is a database in this folder.</summary>
    public static bool IsIn(string folder) => File.Exists(FileIn(folder));

    static string FileIn(string folder) => Path.Combine(folder, "jiqun.db");

    /// <summary>PostgreSQL.</summary>
    /// <param name="connection">As Npgsql takes it: <c>Host=…;Database=…;Username=…</c>.</param>
    /// <param name="keyFile">Of the master key.</param>
    /// <exception cref="StartException">It is no such string.</exception>
    public static Database OnServer(string connection, string keyFile)
    {
        try
        {
            return new PostgresDatabase(connection, keyFile);
        }
        catch (Exception why) when (why is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new StartException(Words.Of("start-connection", why.Message), why);
        }
    }

    /// <summary>What to call it in a message, without secrets.</summary>
    public abstract string Name { get; }

    /// <summary>Brings the tables to the present version, making the database where there is none.</summary>
    /// <exception cref="StartException">The database cannot be used: why, and what to do.</exception>
    public async Task Migrate()
    {
        try
        {
            await using var db = Open();
            var (applied, known) = ((await db.Database.GetAppliedMigrationsAsync()).ToHashSet(), db.Database.GetMigrations().ToList());
            if (applied.Except(known).Order().ToList() is { Count: > 0 } newer)
                throw new StartException(Words.Of("start-newer", Name, newer[^1]));
            if (!applied.SetEquals(known))                  // it compares whole models first, which takes a good part of a start
                await db.Database.MigrateAsync();
            await Prepare(db);
            if (!File.Exists(keyFile) && !await db.Installations.AnyAsync())
                MasterKey.Make().Write(keyFile);
            var own = MasterKey.Read(keyFile);
            await db.Database.ExecuteSqlAsync($"INSERT INTO installation (id, key_id) VALUES (1, {own.Id}) ON CONFLICT (id) DO NOTHING");
            await Unlock(db, own);
        }
        catch (Exception why) when (Unusable(why) is { } unusable)
        {
            throw unusable;
        }
    }

    /// <summary>Reads the master key of a database that is there already, of the present version.</summary>
    /// <exception cref="StartException">The database cannot be used, is of another version, or has another key.</exception>
    public async Task Unlock()
    {
        try
        {
            await using var db = Open();
            var applied = (await db.Database.GetAppliedMigrationsAsync()).ToList();
            if (applied.Count == 0)
                throw new StartException(Words.Of("start-empty", Name));
            if (!applied.Order().SequenceEqual(db.Database.GetMigrations().Order()))
                throw new StartException(Words.Of("start-other-version", Name));
            await Unlock(db, MasterKey.Read(keyFile));
        }
        catch (Exception why) when (Unusable(why) is { } unusable)
        {
            throw unusable;
        }
    }

    async Task Unlock(JiqunDb db, MasterKey own)
    {
        if (await db.Installations.Select(i => i.KeyId).SingleOrDefaultAsync() is var id && id != own.Id)
            throw new StartException(Words.Of("start-key-other", Name, keyFile, id, own.Id));
        key = own;
    }

    /// <summary>Why the database cannot be used, and what to do. Null when something else is wrong.</summary>
    internal StartException? Unusable(Exception why) => WhyUnusable(why) is { } words ? new StartException(Words.Of(words, Name, why.Message), why) : null;

    /// <summary>Name of the words that say why the database cannot be used. Null when something else is wrong.</summary>
    protected abstract string? WhyUnusable(Exception why);

    /// <summary>A context of one's own.</summary>
    public abstract JiqunDb Open();

    /// <summary>A context that sees everything as it is now, however long it reads; nothing is written with it.</summary>
    public abstract Task<JiqunDb> Snapshot(CancellationToken cancel);

    /// <summary>The first row of a question that almost every request asks; null when there is none.</summary>
    public abstract Task<T?> First<T>(Statement statement, Func<Row, T> row)
        where T : class;

    const int SqliteReadOnly = 8, SqliteIoError = 10, SqliteFull = 13;

    /// <summary>Whether a failure says that the disk of the database is full, or cannot be written.</summary>
    public static bool IsFull(Exception failure)
    {
        for (var why = failure; why is not null; why = why.InnerException)
            if (why is SqliteException { SqliteErrorCode: SqliteFull or SqliteIoError or SqliteReadOnly } or PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError })
                return true;
        return false;
    }

    /// <summary>Writes rows if a row can be taken hold of, all in one transaction; durable when the task ends well. Nobody else changes that row meanwhile.</summary>
    /// <param name="hold">UPDATE of one row, with the conditions under which the others may be written.</param>
    /// <returns>False when no row met the conditions; then nothing was written.</returns>
    public abstract Task<bool> WriteIf(Statement hold, params IReadOnlyList<Insertion> insertions);

    /// <summary>Statement that takes rows of a table for this process, those of the smallest <c>due_at</c> first, and gives them back. What another process takes at this moment is passed over.</summary>
    /// <param name="condition">Which ones, with parameters {0}, {1} …; so the next.</param>
    /// <param name="change">What is set in them, so that they are taken.</param>
    internal string Take(string table, string condition, string change, int most) =>
        $"""
        WITH taken AS MATERIALIZED (SELECT id FROM {table} WHERE {condition} ORDER BY due_at, id LIMIT {most} {PassOver})
        UPDATE {table} SET {change} WHERE id IN (SELECT id FROM taken) RETURNING *
        """;

    /// <summary>Clause of a question that takes hold of its rows, without those that somebody else has hold of.</summary>
    protected abstract string PassOver { get; }

    /// <summary>Begins a transaction of the context in which an empty database is filled.</summary>
    internal abstract Task BeginFilling(JiqunDb db);

    /// <summary>Clause that has a text column ordered by its bytes.</summary>
    internal abstract string ByBytes { get; }

    /// <summary>Adds rows to a table, within the transaction of the context.</summary>
    /// <param name="rows">Values in the order of the columns.</param>
    internal abstract void Fill(JiqunDb db, Table table, IEnumerable<object?[]> rows);

    /// <summary>The greatest number that the database itself gave to a row of the table, though that row may be gone. Null when it gave none.</summary>
    internal abstract long? LastNumber(JiqunDb db, Table table);

    /// <summary>Has the database go on with the next number.</summary>
    internal abstract void GoOnAfter(JiqunDb db, Table table, long number);

    internal abstract void AddTo(IServiceCollection services);

    /// <summary>Has the keys of cookies and tokens stand in the database, wrapped by the master key.</summary>
    internal IDataProtectionBuilder Keep(IDataProtectionBuilder keys) => KeepKeysIn(keys).AddKeyManagementOptions(options => options.XmlEncryptor = new WrapKey(this));

    protected abstract IDataProtectionBuilder KeepKeysIn(IDataProtectionBuilder keys);

    protected virtual Task Prepare(JiqunDb db) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}

sealed class SqliteDatabase : Database
{
    readonly string connection, alone;
    readonly ConcurrentBag<SqliteStatements> readers = [];
    readonly DbContextOptions<SqliteDb> options;
    readonly Lazy<SqliteWriter> writer;

    internal SqliteDatabase(string file, string keyFile)
        : base(keyFile)
    {
        Name = file;
        connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 30 }.ToString();
        options = Configure(new DbContextOptionsBuilder<SqliteDb>()).Options;
        alone = new SqliteConnectionStringBuilder(connection) { Pooling = false }.ToString();
        writer = new Lazy<SqliteWriter>(() => new SqliteWriter(alone));
    }

    public override string Name { get; }

    public override JiqunDb Open() => new SqliteDb(options);

    public override async Task<JiqunDb> Snapshot(CancellationToken cancel)
    {
        var db = Open();
        await db.Database.OpenConnectionAsync(cancel);
        // deferred: begun otherwise it would keep everybody from writing
        db.Database.UseTransaction(((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true));
        await db.Installations.AnyAsync(cancel);            // what is seen is what is there at the first question
        return db;
    }

    protected override string PassOver => "";              // one process writes at a time

    // without WAL all is written once; whoever serves it turns that on
    internal override async Task BeginFilling(JiqunDb db)
    {
        await db.Database.OpenConnectionAsync();
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE");
        await db.Database.UseTransactionAsync(((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction());
        await db.Database.ExecuteSqlRawAsync("PRAGMA defer_foreign_keys = ON");
    }

    internal override string ByBytes => "";

    internal override void Fill(JiqunDb db, Table table, IEnumerable<object?[]> rows)
    {
        using var command = db.Command($"INSERT INTO \"{table.Name}\" ({string.Join(", ", table.Columns.Select(c => $"\"{c.Name}\""))}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"${i}"))})");
        for (var i = 0; i < table.Columns.Count; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                command.Parameters[i].Value = row[i] ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }

    internal override long? LastNumber(JiqunDb db, Table table)
    {
        using var command = db.Command($"SELECT seq FROM sqlite_sequence WHERE name = '{table.Name}'");
        return (long?)command.ExecuteScalar();
    }

    internal override void GoOnAfter(JiqunDb db, Table table, long number)
    {
        using var command = db.Command($"DELETE FROM sqlite_sequence WHERE name = '{table.Name}'; INSERT INTO sqlite_sequence (name, seq) VALUES ('{table.Name}', {number})");
        command.ExecuteNonQuery();
    }

    public override Task<T?> First<T>(Statement statement, Func<Row, T> row)
        where T : class
    {
        if (!readers.TryTake(out var reader))
            reader = new SqliteStatements(alone);
        try
        {
            return Task.FromResult(reader.First(statement, row));
        }
        finally
        {
            readers.Add(reader);
        }
    }

    public override Task<bool> WriteIf(Statement hold, params IReadOnlyList<Insertion> insertions) => writer.Value.WriteIf(hold, insertions);

    internal override void AddTo(IServiceCollection services)
    {
        services.AddPooledDbContextFactory<SqliteDb>(b => Configure(b));
        services.AddScoped<JiqunDb>(s => s.GetRequiredService<IDbContextFactory<SqliteDb>>().CreateDbContext());
        services.AddScoped(s => (SqliteDb)s.GetRequiredService<JiqunDb>());
    }

    protected override IDataProtectionBuilder KeepKeysIn(IDataProtectionBuilder keys) => keys.PersistKeysToDbContext<SqliteDb>();

    protected override string? WhyUnusable(Exception why) => (why as SqliteException)?.SqliteErrorCode switch
    {
        null => null,
        SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM => "start-file",
        SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR => "start-full",
        SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => "start-not-database",
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => "start-busy",
        _ => null,
    };

    // FULL is what SQLite does of itself in every connection; WAL stays with the file
    protected override async Task Prepare(JiqunDb db) => await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");

    public override async ValueTask DisposeAsync()
    {
        if (writer.IsValueCreated)
            await writer.Value.DisposeAsync();
        foreach (var reader in readers)
            reader.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(connection));
    }

    TBuilder Configure<TBuilder>(TBuilder builder)
        where TBuilder : DbContextOptionsBuilder
    {
        builder.UseSqlite(connection).AddInterceptors(new MarkAuditRows(this));
        return builder;
    }
}

sealed class PostgresDatabase : Database
{
    readonly NpgsqlDataSource source;
    readonly Lazy<PostgresWriter> writer;
    readonly DbContextOptions<PostgresDb> options;

    internal PostgresDatabase(string connection, string keyFile)
        : base(keyFile)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 100;
        settings.NoResetOnClose = true;                    // nothing here changes what a session keeps
        if (settings.ApplicationName is null)
            settings.ApplicationName = "jiqun";
        Name = $"{settings.Host}/{settings.Database}";
        source = NpgsqlDataSource.Create(settings);
        writer = new Lazy<PostgresWriter>(() => new PostgresWriter(source));
        options = Configure(new DbContextOptionsBuilder<PostgresDb>()).Options;
    }

    public override string Name { get; }

    public override JiqunDb Open() => new PostgresDb(options);

    public override async Task<JiqunDb> Snapshot(CancellationToken cancel)
    {
        var db = Open();
        await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await db.Database.ExecuteSqlRawAsync("SET TRANSACTION READ ONLY", cancel);
        await db.Installations.AnyAsync(cancel);
        return db;
    }

    protected override string PassOver => "FOR UPDATE SKIP LOCKED";

    internal override Task BeginFilling(JiqunDb db) => db.Database.BeginTransactionAsync();

    internal override string ByBytes => " COLLATE \"C\"";

    internal override void Fill(JiqunDb db, Table table, IEnumerable<object?[]> rows)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        using var import = connection.BeginBinaryImport($"COPY \"{table.Name}\" ({string.Join(", ", table.Columns.Select(c => $"\"{c.Name}\""))}) FROM STDIN (FORMAT BINARY)");
        import.Timeout = TimeSpan.FromDays(1);             // foreign keys are looked at in the end
        foreach (var row in rows)
        {
            import.StartRow();
            foreach (var value in row)
                Write(import, value);
        }
        import.Complete();
    }

    static void Write(NpgsqlBinaryImporter import, object? value)
    {
        switch (value)
        {
            case null: import.WriteNull(); break;
            case string text: import.Write(text); break;
            case int number: import.Write(number); break;
            case long number: import.Write(number); break;
            case double number: import.Write(number); break;
            case bool isSo: import.Write(isSo); break;
            case Guid id: import.Write(id); break;
            case byte[] bytes: import.Write(bytes); break;
            case DateOnly day: import.Write(day); break;
            case DateTime time: import.Write(time); break;
            case DateTimeOffset time: import.Write(time); break;
            default: throw new ArgumentException($"No such value is written: {value.GetType()}.");
        }
    }

    internal override long? LastNumber(JiqunDb db, Table table)
    {
        if (Sequence(db, table) is not { } sequence)
            return null;
        using var command = db.Command($"SELECT last_value FROM {sequence} WHERE is_called");
        return (long?)command.ExecuteScalar();
    }

    internal override void GoOnAfter(JiqunDb db, Table table, long number)
    {
        using var command = db.Command($"SELECT setval('{Sequence(db, table)}', {number})");
        command.ExecuteNonQuery();
    }

    /// <summary>Name, in quotation marks where it needs them, of what gives numbers to the rows. Null when nothing does.</summary>
    static string? Sequence(JiqunDb db, Table table)
    {
        using var command = db.Command($"SELECT pg_get_serial_sequence('\"{table.Name}\"', '{table.Key[0]}')");
        return command.ExecuteScalar() as string;
    }

    public override async Task<T?> First<T>(Statement statement, Func<Row, T> row)
        where T : class
    {
        await using var command = source.CreateCommand(statement.Sql);
        foreach (var value in statement.Values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var rows = await command.ExecuteReaderAsync(CommandBehavior.SingleRow);
        return await rows.ReadAsync() ? row(new DriverRow(rows)) : null;
    }

    public override Task<bool> WriteIf(Statement hold, params IReadOnlyList<Insertion> insertions) => writer.Value.WriteIf(hold, insertions);

    internal override void AddTo(IServiceCollection services)
    {
        services.AddPooledDbContextFactory<PostgresDb>(b => Configure(b));
        services.AddScoped<JiqunDb>(s => s.GetRequiredService<IDbContextFactory<PostgresDb>>().CreateDbContext());
        services.AddScoped(s => (PostgresDb)s.GetRequiredService<JiqunDb>());
    }

    protected override IDataProtectionBuilder KeepKeysIn(IDataProtectionBuilder keys) => keys.PersistKeysToDbContext<PostgresDb>();

    protected override string? WhyUnusable(Exception why) => why switch
    {
        PostgresException { SqlState: "28P01" or "28000" } => "start-password",
        PostgresException { SqlState: "42501" } => "start-forbidden",
        PostgresException { SqlState: "3D000" } => "start-no-database",
        PostgresException => null,
        NpgsqlException or System.Net.Sockets.SocketException or TimeoutException => "start-unreachable",
        _ => null,
    };

    public override async ValueTask DisposeAsync()
    {
        if (writer.IsValueCreated)
            await writer.Value.DisposeAsync();
        await source.DisposeAsync();
    }

    TBuilder Configure<TBuilder>(TBuilder builder)
        where TBuilder : DbContextOptionsBuilder
    {
        builder.UseNpgsql(source).AddInterceptors(new MarkAuditRows(this));
        return builder;
    }
}
