using System.Buffers;
using System.Security.Cryptography;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Backups;

/// <summary>How far a backup or restore is.</summary>
/// <param name="Table">Name of the table that is being read, written or looked at.</param>
/// <param name="Rows">Of all tables so far.</param>
public readonly record struct BackupProgress(string Table, long Rows);

/// <summary>What a table holds.</summary>
/// <param name="Digest">SHA-256 of all rows (<see cref="RowBytes"/>) in the order of the primary key, lower-case hex. The same in whichever database.</param>
sealed record TableContent(string Table, long Rows, string Digest);

static class TableRows
{
    /// <summary>Between two looks at the progress, in rows.</summary>
    public const int Step = 1000;

    /// <summary>Reads a table in the order of its primary key.</summary>
    /// <param name="each">Is given every row, in memory that is used again; null for nobody.</param>
    public static TableContent Read(this Database database, JiqunDb db, Table table, Action<ReadOnlyMemory<byte>>? each, Action<long>? progress, CancellationToken stop)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new ArrayBufferWriter<byte>();
        var order = table.Key.Select(k => $"\"{k}\"{(table.Columns.Any(c => c.Name == k && c.Kind is ColumnKind.Text) ? database.ByBytes : "")}");
        using var command = db.Command($"SELECT {string.Join(", ", table.Columns.Select(c => $"\"{c.Name}\""))} FROM \"{table.Name}\" ORDER BY {string.Join(", ", order)}");
        using var rows = command.ExecuteReader();
        var count = 0L;
        while (rows.Read())
        {
            bytes.ResetWrittenCount();
            bytes.Write(rows, table.Columns);
            digest.AppendData(bytes.WrittenSpan);
            each?.Invoke(bytes.WrittenMemory);
            if (++count % Step == 0)
            {
                stop.ThrowIfCancellationRequested();
                progress?.Invoke(Step);
            }
        }
        stop.ThrowIfCancellationRequested();
        progress?.Invoke(count % Step);
        return new TableContent(table.Name, count, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }
}
