using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

// Jiqun.Rival sqlite FILE URL | postgres CONNECTION URL
// The least that a server must do to keep one field durably: POST /rows with the cookie “session” looks up the session,
// inserts the body (300 bytes) and an audit row in one transaction, and answers after the commit.
var (kind, where, url) = (args[0], args[1], args[2]);
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());      // the slim one watches its folder, and wakes at every write of a database in it
builder.WebHost.UseKestrelCore().UseUrls(url);
builder.Services.AddRoutingCore();
var app = builder.Build();
await using var postgres = kind == "postgres" ? NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(where) { MaxAutoPrepare = 20 }) : null;
var sqlite = new SqliteConnectionStringBuilder { DataSource = where, DefaultTimeout = 30 }.ToString();
await using (var db = await Open())
{
    var id = postgres is null ? "integer PRIMARY KEY" : "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
    var (uuid, bytes, time) = postgres is null ? ("text", "blob", "text") : ("uuid", "bytea", "timestamptz");
    await Run(db, null, $"CREATE TABLE session (token text PRIMARY KEY, account {uuid} NOT NULL, expires {time} NOT NULL)");
    await Run(db, null, $"CREATE TABLE kept (id {id}, account {uuid} NOT NULL, content {bytes} NOT NULL, at {time} NOT NULL)");
    await Run(db, null, $"CREATE TABLE audit (id {id}, at {time} NOT NULL, account {uuid} NOT NULL, action text NOT NULL)");
    for (var i = 0; i < 400; i++)
        await Run(db, null, "INSERT INTO session (token, account, expires) VALUES (@token, @account, @expires)", ("@token", $"session-{i}"), ("@account", Guid.NewGuid()), ("@expires", DateTime.UtcNow.AddDays(1)));
}

app.MapPost("/rows", async (HttpContext http) =>
{
    using var body = new MemoryStream(512);
    await http.Request.Body.CopyToAsync(body);
    await using var db = await Open();
    var now = DateTime.UtcNow;
    Guid account;
    await using (var find = Command(db, null, "SELECT account FROM session WHERE token = @token AND expires > @now", ("@token", http.Request.Cookies["session"] ?? ""), ("@now", now)))
    await using (var rows = await find.ExecuteReaderAsync())
    {
        if (!await rows.ReadAsync())
            return Results.Unauthorized();
        account = rows.GetGuid(0);
    }
    // SQLite: the lock to write is taken at the start, or two that read first would refuse each other
    await using var transaction = db is SqliteConnection lite ? lite.BeginTransaction(deferred: false) : await db.BeginTransactionAsync();
    const string keep = "INSERT INTO kept (account, content, at) VALUES (@account, @content, @at)", note = "INSERT INTO audit (at, account, action) VALUES (@at, @account, 'save')";
    if (db is NpgsqlConnection server)
    {
        // in one round trip
        await using var batch = new NpgsqlBatch(server)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(keep) { Parameters = { new("account", account), new("content", body.ToArray()), new("at", now) } },
                new NpgsqlBatchCommand(note) { Parameters = { new("at", now), new("account", account) } },
            },
        };
        await batch.ExecuteNonQueryAsync();
    }
    else
    {
        await Run(db, transaction, keep, ("@account", account), ("@content", body.ToArray()), ("@at", now));
        await Run(db, transaction, note, ("@at", now), ("@account", account));
    }
    await transaction.CommitAsync();
    return Results.Ok(new Kept(now));
});
app.Run();

async Task<DbConnection> Open()
{
    if (postgres is not null)
        return await postgres.OpenConnectionAsync();
    var open = new SqliteConnection(sqlite);
    await open.OpenAsync();
    await Run(open, null, "PRAGMA busy_timeout = 30000");          // SQLite waits itself, more finely than the driver's 150 ms
    await Run(open, null, "PRAGMA journal_mode = WAL");
    await Run(open, null, "PRAGMA synchronous = FULL");
    return open;
}

static async Task Run(DbConnection db, DbTransaction? transaction, string sql, params (string Name, object Value)[] values)
{
    await using var command = Command(db, transaction, sql, values);
    await command.ExecuteNonQueryAsync();
}

static DbCommand Command(DbConnection db, DbTransaction? transaction, string sql, params (string Name, object Value)[] values)
{
    var command = db.CreateCommand();
    command.CommandText = sql;
    command.Transaction = transaction;
    foreach (var (name, value) in values)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
    return command;
}

/// <summary>The answer.</summary>
sealed record Kept(DateTime At);
