using System.Text;
using Npgsql;

namespace Jiqun.Portal.Storage;

/// <summary>Each work is one statement, and all together are one round trip: PostgreSQL takes them as one transaction.</summary>
sealed class PostgresWriter(NpgsqlDataSource source) : Writer
{
    NpgsqlConnection? connection;

    protected override void Write(IReadOnlyList<Work> works)
    {
        connection ??= source.OpenConnection();
        using var batch = new NpgsqlBatch(connection);
        foreach (var work in works)
            batch.BatchCommands.Add(Command(work));
        using var rows = batch.ExecuteReader();
        foreach (var work in works)
        {
            rows.Read();
            work.Held = rows.GetInt64(0) > 0;
            rows.NextResult();
        }
    }

    static NpgsqlBatchCommand Command(Work work)
    {
        var command = new NpgsqlBatchCommand();
        foreach (var value in work.Hold.Values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        var sql = new StringBuilder("WITH held AS (").Append(work.Hold.Sql).Append(" RETURNING 1)");
        foreach (var (into, rows) in work.Insertions)
        {
            sql.Append(into.IfHeld(command.Parameters.Count, rows.Count == 1));
            for (var i = 0; i < into.Columns; i++)
                command.Parameters.Add(new NpgsqlParameter { Value = rows.Count == 1 ? rows[0][i] : Column(rows, i) });
        }
        command.CommandText = sql.Append(" SELECT count(*) FROM held").ToString();
        return command;
    }

    static Array Column(IReadOnlyList<object[]> rows, int column)
    {
        var values = Array.CreateInstance(rows[0][column].GetType(), rows.Count);
        for (var i = 0; i < rows.Count; i++)
            values.SetValue(rows[i][column], i);
        return values;
    }

    protected override bool IsOfOneWork(Exception failure) => failure is PostgresException or not NpgsqlException;         // else the server does not answer

    protected override void Close()
    {
        connection?.Dispose();
        connection = null;
    }
}
