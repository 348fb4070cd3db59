using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Jiqun.Portal.Storage;

/// <summary>A connection to SQLite with the statements that it has prepared. For one thread at a time.</summary>
sealed class SqliteReader : IDisposable
{
    readonly SqliteConnection connection;
    readonly Dictionary<string, SqliteCommand> prepared = [];

    public SqliteReader(string connection)
    {
        this.connection = new SqliteConnection(connection);
        this.connection.Open();
    }

    /// <inheritdoc cref="Database.First"/>
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
