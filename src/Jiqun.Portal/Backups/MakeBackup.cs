using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Backups;

/// <summary>What a backup holds, or a restore brought back.</summary>
/// <param name="Bytes">Length of the file.</param>
public sealed record BackupSummary(int Tables, long Rows, long Bytes, TimeSpan Took, DateTime MadeAt);

/// <summary>A table and what stands in front of its rows in a backup.</summary>
/// <param name="LastNumber">See <see cref="Database.LastNumber"/>.</param>
sealed record TableStart(Table Table, long? LastNumber);

/// <summary>
/// Writes everything that the database holds to a file, as it was at one moment, while people work. The content, compressed and encrypted behind the header, are blocks, each after
/// its length (4 bytes, the least first): for each table a <see cref="TableStart"/> and its rows, then an empty block; after the last table another empty one, and the
/// list of <see cref="TableContent"/>.
/// </summary>
public sealed class MakeBackup(Database database, TimeProvider clock)
{
    /// <param name="file">Appears whole or not at all: it is written beside as FILE.part, which its owner alone can read.</param>
    /// <param name="replace">Whether a file that is there already is replaced.</param>
    /// <param name="progress">Called on the thread that works; null for nobody.</param>
    /// <exception cref="BackupException">The file cannot be written, or is there already.</exception>
    /// <exception cref="StartException">The database cannot be read.</exception>
    public async Task<BackupSummary> Run(string file, bool replace, Action<BackupProgress>? progress, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var now = clock.Now();
        var part = file + ".part";
        BackupSummary made;
        try
        {
            if (File.Exists(file) && !replace)
                throw new BackupException(Words.Of("backup-exists", file));
            await using var db = await database.Snapshot(stop);
            var header = BackupHeader.Of(NameOf(db.Database.GetMigrations().Last()), database.Key, now);
            using var to = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);        // fails while another backup writes it
            try
            {
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(to.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                to.Write(header.ToBytes());
                using var hidden = new EncryptedWriter(to, header.ContentKey(database.Key));
                List<TableContent> tables;
                using (var plain = new BrotliStream(hidden, CompressionLevel.Fastest, leaveOpen: true))
                    tables = Write(db, plain, progress, stop);
                hidden.Complete();
                to.Flush(flushToDisk: true);
                made = new BackupSummary(tables.Count, tables.Sum(t => t.Rows), to.Length, Stopwatch.GetElapsedTime(began), now);
                to.Dispose();
                File.Move(part, file, overwrite: replace);
            }
            catch
            {
                File.Delete(part);
                throw;
            }
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BackupException(Words.Of("backup-not-written", file, why.Message), why);
        }
        catch (Exception why) when (database.Unusable(why) is { } unusable)
        {
            throw unusable;
        }
        Metrics.Backups.Add(1);
        await Note(file, made);
        return made;
    }

    /// <summary>The name of a migration, which both databases share, without the time at which it was made for one.</summary>
    internal static string NameOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];

    List<TableContent> Write(JiqunDb db, Stream to, Action<BackupProgress>? progress, CancellationToken stop)
    {
        List<TableContent> contents = [];
        var rows = 0L;
        foreach (var table in Table.All(db.Model))
        {
            Block(JsonSerializer.SerializeToUtf8Bytes(new TableStart(table, HasNumbers(table) ? database.LastNumber(db, table) : null)));
            contents.Add(database.Read(db, table, row => Block(row.Span), more => progress?.Invoke(new BackupProgress(table.Name, rows += more)), stop));
            Block([]);
        }
        Block([]);
        Block(JsonSerializer.SerializeToUtf8Bytes(contents));
        return contents;

        void Block(ReadOnlySpan<byte> bytes)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            to.Write(length);
            to.Write(bytes);
        }
    }

    /// <summary>Whether the rows may have their numbers from the database.</summary>
    static bool HasNumbers(Table table) => table.Key is [var key] && table.Columns.Single(c => c.Name == key).Kind is ColumnKind.Int or ColumnKind.Long;

    /// <summary>The audit row. A backup that cannot be noted because the disk of the database is full is one all the same, and never so welcome.</summary>
    async Task Note(string file, BackupSummary made)
    {
        try
        {
            await using var db = database.Open();
            await db.NoteAlone(AuditAction.BackupMade, null, null, clock.Now(), string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}, {made.Rows} rows, {made.Bytes} bytes"));
        }
        catch (Exception failure) when (Database.IsFull(failure))
        {
            Metrics.Failures.Add(1, Metrics.Kind("disk-full"));
        }
    }
}
