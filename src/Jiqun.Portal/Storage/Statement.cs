using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Jiqun.Portal.Storage;

/// <summary>One SQL statement of those that both databases take, for what every save asks and does. Its values are $1, $2 …</summary>
public readonly record struct Statement(string Sql, params object[] Values);

/// <summary>Rows for one table.</summary>
/// <param name="Rows">Values in the order of the columns, at least one row; null is not among them.</param>
public sealed record Insertion(Into Into, IReadOnlyList<object[]> Rows);

/// <summary>A table that rows are written to, with the columns that they have.</summary>
/// <param name="otherwise">What to do where a row stands already, as an ON CONFLICT clause; empty when that cannot be.</param>
public sealed class Into(string table, string[] columns, string otherwise = "")
{
    public int Columns => columns.Length;

    /// <summary>Statement that writes one row; its values are $1, $2 …</summary>
    public string Sql { get; } = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({Numbers(columns.Length, 0)}) {otherwise}";

    /// <summary>Part of a WITH that writes rows if <c>held</c> has a row.</summary>
    /// <param name="before">How many values the statement has before these.</param>
    /// <param name="isOne">Whether each value is of the one row; else it is a list of those of all.</param>
    public string IfHeld(int before, bool isOne)
    {
        var numbers = Numbers(columns.Length, before);
        return $", to_{table} AS (INSERT INTO {table} ({string.Join(", ", columns)}) {(isOne ? $"SELECT {numbers} FROM held" : $"SELECT added.* FROM held, unnest({numbers}) AS added")} {otherwise})";
    }

    static string Numbers(int count, int before) => string.Join(", ", Enumerable.Range(before + 1, count).Select(n => $"${n}"));
}

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
