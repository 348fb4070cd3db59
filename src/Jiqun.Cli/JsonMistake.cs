using System.Text;
using System.Text.Json;
using Jiqun.Core;

namespace Jiqun.Cli;

/// <summary>Why a text is no JSON, and where: the framework's own sentences are English and count bytes.</summary>
static class JsonMistake
{
    public const int MostDepth = 32;

    /// <param name="json">UTF-8.</param>
    /// <returns>Null when it is JSON, nested no deeper than <see cref="MostDepth"/>.</returns>
    public static Finding? In(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    reader.GetString();                                         // throws on half of a surrogate pair
            }
            return null;
        }
        catch (InvalidOperationException)
        {
            return Made("json-half-character", json, (int)reader.TokenStartIndex);
        }
        catch (JsonException e)
        {
            var at = 0;
            for (var line = 0; line < e.LineNumber; line++)
                at += json[at..].IndexOf((byte)'\n') + 1;
            at = (int)Math.Min(json.Length, at + (e.BytePositionInLine ?? 0));
            var isTooDeep = e.Message.Contains("depth", StringComparison.Ordinal) && at < json.Length && json[at] is (byte)'{' or (byte)'[';
            return Made(isTooDeep ? "json-depth" : Kind(json, at), json, at);
        }
    }

    static string Kind(ReadOnlySpan<byte> json, int at)
    {
        var before = json[..at];
        if (at == json.Length)
            return "json-end";
        if (json[at] is (byte)'\n' or (byte)'\r' or (byte)'\t')                   // between the texts they are allowed
            return "json-line-end";
        if (before is [.., (byte)'\\'])
            return "json-backslash";
        return json[at] is (byte)'}' or (byte)']' && before.TrimEnd(" \t\r\n"u8) is [.., (byte)','] ? "json-comma" : "json-unexpected";
    }

    /// <summary>Line and column count from 1, the column in characters.</summary>
    static Finding Made(string code, ReadOnlySpan<byte> json, int at)
    {
        var lineStart = json[..at].LastIndexOf((byte)'\n') + 1;
        var line = json[..at].Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(json[lineStart..at]) + 1;
        Rune.DecodeFromUtf8(json[at..], out var found, out _);
        return Finding.Error(code, null, Messages.Of(code, line, column, found, MostDepth));
    }
}
