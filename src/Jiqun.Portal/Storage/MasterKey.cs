using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Storage;

/// <summary>
/// 主密钥: what turns the personal values, keys and backups of a database into something of use. It stands in a file outside of the database, and is in no
/// backup: who steals one of them has not got the other. For each purpose another key is derived of it (HKDF, SHA-256).
/// </summary>
public sealed class MasterKey
{
    /// <summary>What its file is called unless somebody says otherwise.</summary>
    public const string FileName = "master.key";

    const int Length = 32, IdLength = 8, NonceLength = 12, TagLength = 16;

    /// <summary>A character that nobody types begins what is encrypted, so that it is known from what is not.</summary>
    const string Encrypted = "\u00021:";

    const string Prefix = "jiqun-master-key:1:";

    const string PersonalValues = "personal values";

    readonly byte[] secret;

    /// <summary>Those that were derived already: every save asks for some.</summary>
    readonly ConcurrentDictionary<string, byte[]> derived = new();

    MasterKey(byte[] secret)
    {
        this.secret = secret;
        Id = Convert.ToHexStringLower(For("id").AsSpan(0, IdLength));
    }

    /// <summary>What tells one key from another, and nothing else of it: 16 hexadecimal digits.</summary>
    public string Id { get; }

    public static MasterKey Make() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a key that <see cref="Write"/> wrote.</summary>
    /// <exception cref="StartException">There is no such file, or no key in it: what to do.</exception>
    public static MasterKey Read(string file)
    {
        string text;
        try
        {
            using var reader = new StreamReader(file);
            var start = new char[200];
            text = new string(start, 0, reader.ReadBlock(start)).Trim();
        }
        catch (Exception why) when (why is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartException(Words.Of("start-key-missing", file), why);
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException(Words.Of("start-key-file", file, why.Message), why);
        }
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Split(':') is [var secret, var id] && FromBase64(secret) is { Length: Length } bytes && Convert.ToBase64String(bytes) == secret && new MasterKey(bytes) is { } key && key.Id == id
            ? key
            : throw new StartException(Words.Of("start-key-unreadable", file));
    }

    /// <summary>Writes the key to a new file that its owner alone can read. The last part lets a copying mistake be known.</summary>
    /// <exception cref="StartException">The file is there already, or cannot be written.</exception>
    public void Write(string file)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var content = new FileStream(file, options);
            content.Write(Encoding.ASCII.GetBytes($"{Prefix}{Convert.ToBase64String(secret)}:{Id}\n"));
            content.Flush(flushToDisk: true);
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException(Words.Of("start-key-file", file, why.Message), why);
        }
    }

    /// <summary>The key for a purpose: 32 bytes, not to be changed.</summary>
    /// <param name="purpose">ASCII; never changes, as what was made with its key could not be read any more.</param>
    public byte[] For(string purpose) => derived.GetOrAdd(purpose, p => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Length, info: Encoding.ASCII.GetBytes($"jiqun {p}")));

    /// <summary>Encrypts a text (AES-256-GCM); gives base64.</summary>
    /// <param name="place">Where it will stand: elsewhere it cannot be read.</param>
    public string Encrypt(string text, string place)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        using var aes = new AesGcm(For(PersonalValues), TagLength);
        aes.Encrypt(bytes.AsSpan(0, NonceLength), plain, bytes.AsSpan(NonceLength, plain.Length), bytes.AsSpan(^TagLength..), Encoding.UTF8.GetBytes(place));
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Decrypts what <see cref="Encrypt"/> encrypted for this place.</summary>
    /// <exception cref="CryptographicException">It was not encrypted with this key for this place, or was changed.</exception>
    public string Decrypt(string text, string place)
    {
        if (FromBase64(text) is not { Length: >= NonceLength + TagLength } bytes)
            throw new CryptographicException("This is no encrypted text.");
        var plain = new byte[bytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(For(PersonalValues), TagLength);
        aes.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength, plain.Length), bytes.AsSpan(^TagLength..), plain, Encoding.UTF8.GetBytes(place));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>A text as it is stored: encrypted when it is personal, or looks as if it were encrypted; one that is empty never is.</summary>
    public string Stored(string text, string place, bool isPersonal) => isPersonal && text.Length > 0 || text.StartsWith(Encrypted, StringComparison.Ordinal) ? Encrypted + Encrypt(text, place) : text;

    /// <summary>What <see cref="Stored"/> stored.</summary>
    /// <inheritdoc cref="Decrypt"/>
    public string Read(string stored, string place) => stored.StartsWith(Encrypted, StringComparison.Ordinal) ? Decrypt(stored[Encrypted.Length..], place) : stored;

    static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
