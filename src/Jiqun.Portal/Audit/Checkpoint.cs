using System.Text.Json;

namespace Jiqun.Portal.Audit;

/// <summary>检查点: what the audit chain was at some moment, to be kept elsewhere: nobody can then cut its end off unseen, not even with the master key.</summary>
/// <param name="Hash">Of the block, lower-case hex.</param>
/// <param name="LastRow">Largest number of a row that was chained.</param>
public sealed record Checkpoint(long Block, string Hash, long LastRow, DateTime At)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public byte[] Written() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Null when it is none.</summary>
    public static Checkpoint? Read(ReadOnlySpan<byte> written)
    {
        try
        {
            return JsonSerializer.Deserialize<Checkpoint>(written, Json) is { Block: > 0, Hash.Length: 64 } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
