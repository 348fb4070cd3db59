using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Jiqun.Portal.Storage;

/// <summary>One transaction of SQLite for all works, a statement for each of their rows.</summary>
/// <param name="connection">Without a pool.</param>
sealed class SqliteWriter(string connection) : Writer
{
    /// <summary>
    /// Pages that the log may hold before they are brought into the database: 16 MB; SQLite's own is a quarter of that. The more it holds, the more often a page
    /// was written again meanwhile, and is brought only once.
    /// </summary>
    const int LongestLog = 4000;

    SqliteStatements? open;

    protected override void Write(IReadOnlyList<Work> works)
    {
        open ??= Open();
        open.Run("BEGIN IMMEDIATE", []);
        foreach (var work in works)
            Write(open, work);
        open.Run("COMMIT", []);
    }

    SqliteStatements Open()
    {
        var opened = new SqliteStatements(connection);
        opened.First(new Statement($"PRAGMA wal_autocheckpoint = {LongestLog}"), _ => "");         // answers with a row
        return opened;
    }

    static void Write(SqliteStatements open, Work work)
    {
        work.Held = open.Run(work.Hold.Sql, work.Hold.Values) > 0;
        if (!work.Held)
            return;
        foreach (var (into, rows) in work.Insertions)
        {
            foreach (var row in rows)
                open.Run(into.Sql, row);
        }
    }

    protected override bool IsOfOneWork(Exception failure) => failure is not SqliteException { SqliteErrorCode: raw.SQLITE_BUSY };

    protected override void Close()
    {
        open?.Dispose();
        open = null;
    }
}
