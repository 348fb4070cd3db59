using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Jiqun.Portal.Storage;

/// <summary>A connection to SQLite with the statements that it has prepared. For one thread at a time.</summary>
sealed class SqliteCommands : IDisposable
{
    readonly SqliteConnection connection;
    readonly Dictionary<string, SqliteCommand> prepared = [];

    public SqliteCommands(string connection)
    {
        this.connection = new SqliteConnection(connection);
        this.connection.Open();
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object> values) => Prepared(sql, values).ExecuteNonQuery();

    public T? First<T>(Statement statement, Func<DbDataReader, T> row)
        where T : class
    {
        using var rows = Prepared(statement.Sql, statement.Values).ExecuteReader();
        return rows.Read() ? row(rows) : null;
    }

    SqliteCommand Prepared(string sql, ReadOnlySpan<object> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            prepared[sql] = command;
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
            command.Dispose();
        connection.Dispose();
    }
}
