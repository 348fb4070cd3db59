using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jiqun.Portal.Storage;

/// <summary>Speaks to SQLite itself: the driver's commands and parameters take three times as long as what they have done.</summary>
/// <param name="connection">Without a pool: what is closed after a failure is to be closed.</param>
sealed class SqliteWriter(string connection) : Writer
{
    const int LongestWait = 30_000;      // ms, while another process writes

    readonly Dictionary<string, Prepared> prepared = [];
    SqliteConnection? open;

    /// <param name="Order">Number under which SQLite has $1, $2 …: it counts by appearance.</param>
    sealed record Prepared(sqlite3_stmt Statement, int[] Order);

    protected override void Write(IReadOnlyList<Work> works)
    {
        if (open is null)
        {
            open = new SqliteConnection(connection);
            open.Open();
            Check(raw.sqlite3_busy_timeout(open.Handle, LongestWait));
        }
        Run("BEGIN IMMEDIATE", []);
        foreach (var work in works)
            Write(work);
        Run("COMMIT", []);
    }

    void Write(Work work)
    {
        work.Held = Run(work.Hold.Sql, work.Hold.Values) > 0;
        if (!work.Held)
            return;
        foreach (var (into, rows) in work.Insertions)
        {
            foreach (var row in rows)
                Run(into.Sql, row);
        }
    }

    /// <returns>How many rows it changed.</returns>
    int Run(string sql, ReadOnlySpan<object> values)
    {
        var (statement, order) = Statement(sql, values.Length);
        for (var i = 0; i < values.Length; i++)
            Check(Bind(statement, order[i], values[i]));
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);                      // tells the same failure again
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return raw.sqlite3_changes(open!.Handle);
    }

    Prepared Statement(string sql, int values)
    {
        if (!prepared.TryGetValue(sql, out var known))
        {
            Check(raw.sqlite3_prepare_v2(open!.Handle, sql, out var statement));
            prepared[sql] = known = new Prepared(statement, [.. Enumerable.Range(1, values).Select(i => raw.sqlite3_bind_parameter_index(statement, $"${i}"))]);
        }
        return known;
    }

    /// <summary>As the driver writes them, which reads them again.</summary>
    static int Bind(sqlite3_stmt statement, int at, object value) => value switch
    {
        string text => raw.sqlite3_bind_text(statement, at, text),
        int number => raw.sqlite3_bind_int(statement, at, number),
        double number => raw.sqlite3_bind_double(statement, at, number),
        Guid id => raw.sqlite3_bind_text(statement, at, id.ToString().ToUpperInvariant()),
        DateTime time => raw.sqlite3_bind_text(statement, at, time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
        byte[] bytes => raw.sqlite3_bind_blob(statement, at, bytes),
        _ => throw new ArgumentException($"No such value is written: {value.GetType()}."),
    };

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, open!.Handle);

    protected override bool IsOfOneWork(Exception failure) => failure is not SqliteException { SqliteErrorCode: raw.SQLITE_BUSY };

    protected override void Close()
    {
        foreach (var (statement, _) in prepared.Values)
            statement.Dispose();
        prepared.Clear();
        open?.Dispose();
        open = null;
    }
}
