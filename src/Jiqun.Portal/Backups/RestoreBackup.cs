using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using IRelationalDatabaseCreator = Microsoft.EntityFrameworkCore.Storage.IRelationalDatabaseCreator;

namespace Jiqun.Portal.Backups;

/// <summary>
/// Brings a backup back into an empty database. Tables, rows and verification are one transaction, so that whatever happens the database has all or nothing.
/// Tables are those of the backup, though it be older than the program; the next start of the portal brings them to the present version.
/// </summary>
public sealed class RestoreBackup(Database database, MasterKey key)
{
    /// <param name="progress">Called on the thread that works; null for nobody.</param>
    /// <exception cref="BackupException">The file is no backup, is damaged, wants another key or a newer program; or the database is not empty.</exception>
    /// <exception cref="StartException">The database cannot be used.</exception>
    public async Task<BackupSummary> Run(string file, Action<BackupProgress>? progress, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var header = BackupHeader.Read(from, file);
            if (header.KeyId != key.Id)
                throw new BackupException(Words.Of("backup-other-key", file, header.KeyId, key.Id));
            await using var db = database.Open();
            var migration = db.GetService<IMigrationsAssembly>().FindMigrationId(header.Migration) ?? throw new BackupException(Words.Of("backup-newer", file, header.Product, header.Migration));
            var creator = db.GetService<IRelationalDatabaseCreator>();
            var wasThere = await creator.ExistsAsync(stop);
            if (wasThere && await creator.HasTablesAsync(stop))
                throw new BackupException(Words.Of("backup-not-empty", database.Name));
            using var hidden = new EncryptedReader(from, header.ContentKey(key));
            using var plain = new BrotliStream(hidden, CompressionMode.Decompress);
            hidden.Begin();                                 // a damaged file makes no database
            if (!wasThere)
                await creator.CreateAsync(stop);
            try
            {
                await database.BeginFilling(db);
                using (var command = db.Command(db.GetService<IMigrator>().GenerateScript(null, migration, MigrationsSqlGenerationOptions.NoTransactions)))
                    command.ExecuteNonQuery();
                var tables = Load(db, plain, progress, stop);
                if (hidden.Read(new byte[1]) != 0)
                    throw new InvalidDataException();
                Verify(db, tables, progress, stop);
                await db.Database.CommitTransactionAsync(stop);
                return new BackupSummary(tables.Count, tables.Sum(t => t.Content.Rows), from.Length, Stopwatch.GetElapsedTime(began), header.MadeAt);
            }
            catch
            {
                await Undo(db, wasThere ? null : creator);
                throw;
            }
        }
        catch (Exception why) when (why is AuthenticationTagMismatchException or InvalidDataException or EndOfStreamException or JsonException)
        {
            throw new BackupException(Words.Of("backup-damaged", file), why);
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BackupException(Words.Of("backup-not-read", file, why.Message), why);
        }
        catch (Exception why) when (database.Unusable(why) is { } unusable)
        {
            throw unusable;
        }
    }

    static async Task Undo(JiqunDb db, IRelationalDatabaseCreator? made)
    {
        try
        {
            if (db.Database.CurrentTransaction is { } transaction)
                await transaction.RollbackAsync();
        }
        catch (Exception)                                   // the connection is gone, and the transaction with it: why, is told already
        {
        }
        await db.Database.CloseConnectionAsync();
        if (made is not null)
            await made.DeleteAsync();
    }

    sealed record Restored(Table Table, TableContent Content);

    List<Restored> Load(JiqunDb db, Stream from, Action<BackupProgress>? progress, CancellationToken stop)
    {
        List<Table> tables = [];
        var buffer = new byte[1 << 16];
        var rows = 0L;
        while (Block() is { Length: > 0 } start)
        {
            var (table, last) = JsonSerializer.Deserialize<TableStart>(start.Span) ?? throw new InvalidDataException();
            database.Fill(db, table, Rows(table));
            if (last is { } number)
                database.GoOnAfter(db, table, number);
            tables.Add(table);
        }
        var contents = JsonSerializer.Deserialize<List<TableContent>>(Block().Span) ?? throw new InvalidDataException();
        if (from.ReadByte() >= 0 || !contents.Select(c => c.Table).SequenceEqual(tables.Select(t => t.Name)))
            throw new InvalidDataException();
        return [.. tables.Zip(contents, (t, c) => new Restored(t, c))];

        IEnumerable<object?[]> Rows(Table table)
        {
            var since = 0;
            for (var row = Block(); row.Length > 0; row = Block())
            {
                yield return RowBytes.Read(row.Span, table.Columns);
                rows++;
                if (++since % TableRows.Step == 0)
                {
                    stop.ThrowIfCancellationRequested();
                    progress?.Invoke(new BackupProgress(table.Name, rows));
                }
            }
        }

        ReadOnlyMemory<byte> Block()
        {
            from.ReadExactly(buffer, 0, 4);
            var length = BinaryPrimitives.ReadInt32LittleEndian(buffer);
            if (length < 0)
                throw new InvalidDataException();
            if (buffer.Length < length)
                buffer = new byte[length];
            from.ReadExactly(buffer, 0, length);
            return buffer.AsMemory(0, length);
        }
    }

    /// <summary>Looks at what stands in the database now: it is what stood in the other, and what has a digest has the right one.</summary>
    void Verify(JiqunDb db, IReadOnlyList<Restored> tables, Action<BackupProgress>? progress, CancellationToken stop)
    {
        var rows = 0L;
        foreach (var (table, content) in tables)
        {
            if (database.Read(db, table, null, more => progress?.Invoke(new BackupProgress(table.Name, rows += more)), stop) != content)
                throw new BackupException(Words.Of("backup-differs", table.Name));
        }
        foreach (var submission in db.Submissions.AsNoTracking().Select(s => new { s.Id, s.Digest, s.Content }))
        {
            stop.ThrowIfCancellationRequested();
            if (Convert.ToHexStringLower(SHA256.HashData(submission.Content)) != submission.Digest)
                throw new BackupException(Words.Of("backup-submission-differs", submission.Id));
        }
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string? digest = null;
        foreach (var part in db.Set<BlobPart>().AsNoTracking().OrderBy(p => p.Digest).ThenBy(p => p.Number))
        {
            stop.ThrowIfCancellationRequested();
            if (part.Digest != digest)
                End();
            digest = part.Digest;
            sha.AppendData(part.Bytes);
        }
        End();

        void End()
        {
            if (digest is not null && Convert.ToHexStringLower(sha.GetHashAndReset()) != digest)
                throw new BackupException(Words.Of("backup-blob-differs", digest));
        }
    }
}
