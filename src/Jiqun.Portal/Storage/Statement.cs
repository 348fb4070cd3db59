using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jiqun.Portal.Storage;

/// <summary>One SQL statement of those that both databases take, for what every save asks and does. Its values are $1, $2 …</summary>
public readonly record struct Statement(string Sql, params object[] Values);

/// <summary>Rows for one table.</summary>
/// <param name="Rows">Values in the order of the columns, at least one row; null is not among them.</param>
/// <param name="Otherwise">What to do where a row stands already, as an ON CONFLICT clause; empty when that cannot be.</param>
public sealed record Insertion(string Table, string[] Columns, IReadOnlyList<object[]> Rows, string Otherwise = "");

static class Commands
{
    /// <summary>A command of the context's connection, within its transaction, that may take as long as it takes.</summary>
    public static DbCommand Command(this JiqunDb db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }
}

static class RowReading
{
    /// <summary>SQLite gives times back without saying that they are UTC.</summary>
    public static DateTime GetUtc(this DbDataReader row, int column) => DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);

    public static T GetEnum<T>(this DbDataReader row, int column)
        where T : struct, Enum => Enum.Parse<T>(row.GetString(column));
}
