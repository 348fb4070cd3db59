using System.Data.Common;

namespace Jiqun.Portal.Storage;

/// <summary>One SQL statement, its values by name: <c>@id</c>.</summary>
public readonly record struct Statement(string Sql, params (string Name, object Value)[] Values);

/// <summary>A transaction of plain statements, where the entity framework's changes would cost more than the work itself. SQL that both databases take.</summary>
/// <param name="kept">Commands prepared before on this connection; null where the driver keeps them itself.</param>
public sealed class WriteTransaction(DbConnection connection, DbTransaction transaction, Dictionary<string, DbCommand>? kept)
{
    /// <summary>Runs a statement and reads the rows that it gives.</summary>
    public async Task<List<T>> Rows<T>(Statement statement, Func<DbDataReader, T> row)
    {
        var command = Command(statement);
        try
        {
            List<T> rows = [];
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.Add(row(reader));
            return rows;
        }
        finally
        {
            if (kept is null)
                await command.DisposeAsync();
        }
    }

    /// <summary>Runs statements, in one round trip where the database can.</summary>
    public async Task Run(params Statement[] statements)
    {
        if (!connection.CanCreateBatch)
        {
            foreach (var statement in statements)
                await Command(statement).ExecuteNonQueryAsync();
            return;
        }
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var (sql, values) in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var (name, value) in values)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync();
    }

    DbCommand Command(Statement statement)
    {
        if (kept is not null && kept.TryGetValue(statement.Sql, out var known))
        {
            foreach (var (name, value) in statement.Values)
                known.Parameters[name].Value = value;
            known.Transaction = transaction;
            return known;
        }
        var command = connection.CreateCommand();
        command.CommandText = statement.Sql;
        command.Transaction = transaction;
        foreach (var (name, value) in statement.Values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        kept?.Add(statement.Sql, command);
        return command;
    }
}
