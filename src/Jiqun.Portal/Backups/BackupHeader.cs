using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Backups;

/// <summary>What of a backup can be read without a key: one line of JSON, after one that says what the file is.</summary>
/// <param name="Product">Version of the program that made it.</param>
/// <param name="Migration">Name of the last migration that its tables have; the same for both databases.</param>
/// <param name="KeyId">Of the master key with which alone it can be read.</param>
/// <param name="MadeAt">In UTC: it has whatever was saved before.</param>
/// <param name="Salt">32 random bytes, of which the key of this file comes.</param>
sealed record BackupHeader(string Product, string Migration, string KeyId, DateTime MadeAt, byte[] Salt)
{
    const string FirstLine = "jiqun-backup 1\n";

    /// <summary>In bytes, both lines: far more than is needed.</summary>
    const int Longest = 4096;

    const int SaltLength = 32;

    public static BackupHeader Of(string migration, MasterKey key, DateTime now) =>
        new(ProductVersion, migration, key.Id, now, RandomNumberGenerator.GetBytes(SaltLength));

    static string ProductVersion => typeof(BackupHeader).Assembly.GetName().Version?.ToString(3) ?? "";

    public byte[] ToBytes() => Encoding.UTF8.GetBytes($"{FirstLine}{JsonSerializer.Serialize(this)}\n");

    /// <summary>The key of this file: no other file has it, and a header that was changed gives another.</summary>
    public byte[] ContentKey(MasterKey key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key.For("backup"), 32, Salt, SHA256.HashData(ToBytes()));

    /// <summary>Reads the header; the content begins behind it.</summary>
    /// <exception cref="BackupException">It is no backup, or of a newer format.</exception>
    public static BackupHeader Read(Stream file, string name)
    {
        var start = new byte[FirstLine.Length];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var first = Encoding.UTF8.GetString(start, 0, read);
        if (first != FirstLine)
            throw new BackupException(Words.Of(first.StartsWith(FirstLine.Split(' ')[0] + " ", StringComparison.Ordinal) ? "backup-other-format" : "backup-is-none", name));
        List<byte> line = [];
        for (var next = file.ReadByte(); next != '\n'; next = file.ReadByte())
        {
            if (next < 0 || line.Count == Longest)
                throw new BackupException(Words.Of("backup-damaged", name));
            line.Add((byte)next);
        }
        try
        {
            if (JsonSerializer.Deserialize<BackupHeader>(line.ToArray()) is { Product: not null, Migration: not null, KeyId: not null, Salt: not null } header && header.ToBytes().AsSpan(FirstLine.Length, line.Count).SequenceEqual(line.ToArray()))
                return header;
        }
        catch (Exception why) when (why is JsonException or ArgumentException)
        {
        }
        throw new BackupException(Words.Of("backup-damaged", name));
    }
}
