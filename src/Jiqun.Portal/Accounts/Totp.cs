using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jiqun.Portal.Accounts;

/// <summary>Codes that change with time: RFC 6238 with SHA-1, 30 seconds and six digits, which every authenticator app can do.</summary>
static class Totp
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Number of the half minute.</summary>
    public static long Step(DateTimeOffset at) => at.ToUnixTimeSeconds() / 30;

    public static string Code(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // the apps know no other
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The key as people type it: base 32 without padding.</summary>
    public static string Written(byte[] key)
    {
        var written = new StringBuilder();
        for (var bit = 0; bit < key.Length * 8; bit += 5)
        {
            var pair = (key[bit / 8] << 8) | (bit / 8 + 1 < key.Length ? key[bit / 8 + 1] : 0);
            written.Append(Alphabet[(pair >> (11 - bit % 8)) & 31]);
        }
        return written.ToString();
    }

    /// <summary>What the QR code says to the app.</summary>
    public static string Address(byte[] key, string userName) =>
        $"otpauth://totp/Jiqun:{Uri.EscapeDataString(userName)}?secret={Written(key)}&issuer=Jiqun&algorithm=SHA1&digits=6&period=30";
}
