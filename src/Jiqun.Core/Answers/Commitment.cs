using System.Security.Cryptography;
using System.Text;

namespace Jiqun.Core.Answers;

/// <summary>What stands for a personal value in what is frozen: it binds to the value, and tells nothing of it once the salt is gone.</summary>
public static class Commitment
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="salt">Random, at least 16 bytes, and another for each value: a mobile number without a salt, or with a known one, is found by trying all.</param>
    /// <param name="value">As it was answered; hashed as UTF-8.</param>
    /// <returns>SHA-256 of the salt followed by the value: 64 hexadecimal digits, lower case.</returns>
    /// <exception cref="ArgumentException">The salt is shorter than 16 bytes, or the value has half a surrogate pair.</exception>
    public static string Of(ReadOnlySpan<byte> salt, string value)
    {
        if (salt.Length < 16)
            throw new ArgumentException($"A salt has at least 16 bytes, not {salt.Length}.", nameof(salt));
        return Convert.ToHexStringLower(SHA256.HashData([.. salt, .. Strict.GetBytes(value)]));
    }
}
