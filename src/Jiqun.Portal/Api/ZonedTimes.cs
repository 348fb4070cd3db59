using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jiqun.Portal.Api;

/// <summary>Times in JSON that say their zone (<c>Z</c> or <c>+08:00</c>): without it a deadline could be hours off.</summary>
sealed class ZonedTimes : JsonConverter<DateTimeOffset>
{
    static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > "yyyy-MM-dd".Length)
            && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
