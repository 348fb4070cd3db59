using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jiqun.Portal.Storage;

/// <summary>
/// A connection to SQLite with the statements that it has prepared, for what every save asks and does: speaks to SQLite itself, as the driver's commands and
/// parameters take three times as long as what they have done. For one thread at a time.
/// </summary>
sealed class SqliteStatements : IDisposable
{
    const int LongestWait = 30_000;      // ms, while another process writes

    readonly SqliteConnection connection;
    readonly Dictionary<string, Prepared> prepared = [];

    /// <param name="connection">Without a pool: what is closed after a failure is to be closed.</param>
    public SqliteStatements(string connection)
    {
        this.connection = new SqliteConnection(connection);
        this.connection.Open();
        Check(raw.sqlite3_busy_timeout(this.connection.Handle, LongestWait));
    }

    /// <param name="Order">Number under which SQLite has $1, $2 …: it counts by appearance.</param>
    sealed record Prepared(sqlite3_stmt Statement, int[] Order);

    /// <returns>How many rows it changed.</returns>
    public int Run(string sql, ReadOnlySpan<object> values)
    {
        var statement = Bound(sql, values);
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);                      // tells the same failure again
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return raw.sqlite3_changes(connection.Handle);
    }

    /// <inheritdoc cref="Database.First"/>
    public T? First<T>(Statement statement, Func<Row, T> row)
        where T : class
    {
        var bound = Bound(statement.Sql, statement.Values);
        var result = raw.sqlite3_step(bound);
        try
        {
            Check(result is raw.SQLITE_ROW or raw.SQLITE_DONE ? raw.SQLITE_OK : result);
            return result is raw.SQLITE_ROW ? row(new SqliteRow(bound)) : null;
        }
        finally
        {
            raw.sqlite3_reset(bound);
        }
    }

    sqlite3_stmt Bound(string sql, ReadOnlySpan<object> values)
    {
        if (!prepared.TryGetValue(sql, out var known))
        {
            Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement));
            prepared[sql] = known = new Prepared(statement, [.. Enumerable.Range(1, values.Length).Select(i => raw.sqlite3_bind_parameter_index(statement, $"${i}"))]);
        }
        for (var i = 0; i < values.Length; i++)
            Check(Bind(known.Statement, known.Order[i], values[i]));
        return known.Statement;
    }

    /// <summary>As the driver writes them, which reads them again.</summary>
    static int Bind(sqlite3_stmt statement, int at, object value) => value switch
    {
        string text => raw.sqlite3_bind_text(statement, at, text),
        int number => raw.sqlite3_bind_int(statement, at, number),
        double number => raw.sqlite3_bind_double(statement, at, number),
        Guid id => raw.sqlite3_bind_text(statement, at, id.ToString().ToUpperInvariant()),
        DateTime time => raw.sqlite3_bind_text(statement, at, time.ToString(SqliteRow.TimeFormat, CultureInfo.InvariantCulture)),
        DateOnly day => raw.sqlite3_bind_text(statement, at, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        byte[] bytes => raw.sqlite3_bind_blob(statement, at, bytes),
        _ => throw new ArgumentException($"No such value is written: {value.GetType()}."),
    };

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection.Handle);

    public void Dispose()
    {
        foreach (var (statement, _) in prepared.Values)
            statement.Dispose();
        connection.Dispose();
    }
}

/// <summary>The row that a statement stands at.</summary>
sealed class SqliteRow(sqlite3_stmt statement) : Row
{
    internal const string TimeFormat = "yyyy-MM-dd HH:mm:ss.FFFFFFF";

    public override bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public override string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public override long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public override bool GetBoolean(int column) => GetInt64(column) != 0;

    public override Guid GetGuid(int column) => Guid.Parse(Text(column));

    public override DateTime GetUtc(int column)
    {
        var text = Text(column);
        int Number(ReadOnlySpan<byte> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        var time = new DateTime(Number(text[..4]), Number(text[5..7]), Number(text[8..10]), Number(text[11..13]), Number(text[14..16]), Number(text[17..19]), DateTimeKind.Utc);
        var ticks = 0;
        for (var i = 20; i < 27; i++)
            ticks = ticks * 10 + (i < text.Length ? text[i] - '0' : 0);
        return time.AddTicks(ticks);
    }

    /// <summary>In UTF-8, as it stands in the database.</summary>
    ReadOnlySpan<byte> Text(int column) => raw.sqlite3_column_blob(statement, column);
}
