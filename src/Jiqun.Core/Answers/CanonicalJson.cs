using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Jiqun.Core.Answers;

/// <summary>JSON in the one form in which it is hashed and sealed: the same value always gives the same bytes, in any language.</summary>
/// <remarks>Source: RFC 8785 (JSON Canonicalization Scheme); its numbers are those of ECMAScript.</remarks>
public static class CanonicalJson
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <param name="value">Null is JSON's <c>null</c>.</param>
    /// <returns>UTF-8 without byte order mark, blanks and line feed at the end.</returns>
    /// <exception cref="ArgumentException">
    /// A string or key has half a surrogate pair; a key is there twice; a number is not finite, or what would be written is another number, because
    /// numbers are doubles there: 9007199254740993, or 0.1 with a digit at its twentieth place. (The RFC rounds in silence; figures that people
    /// answer for are not changed.) Figures of up to fifteen digits are safe.
    /// </exception>
    public static byte[] Of(JsonNode? value)
    {
        var to = new ArrayBufferWriter<byte>(1024);
        try
        {
            Write(value, to);
        }
        catch (InvalidOperationException wrong)            // what was parsed is decoded only here, and may hold half a surrogate pair
        {
            throw new ArgumentException(wrong.Message, nameof(value), wrong);
        }
        return to.WrittenSpan.ToArray();
    }

    static void Write(JsonNode? node, ArrayBufferWriter<byte> to)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case null:
                to.Write("null"u8);
                break;
            case JsonObject members:
                Write(members, to);
                break;
            case JsonArray items:
                Write(items, to);
                break;
            case JsonValue value:
                Write(value, to);
                break;
        }
    }

    static void Write(JsonObject members, ArrayBufferWriter<byte> to)
    {
        var ordered = members.ToArray();
        Array.Sort(ordered, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var before = "{"u8;
        foreach (var (key, value) in ordered)
        {
            to.Write(before);
            Write(key, to);
            to.Write(":"u8);
            Write(value, to);
            before = ","u8;
        }
        to.Write(ordered.Length == 0 ? "{}"u8 : "}"u8);
    }

    static void Write(JsonArray items, ArrayBufferWriter<byte> to)
    {
        var before = "["u8;
        foreach (var item in items)
        {
            to.Write(before);
            Write(item, to);
            before = ","u8;
        }
        to.Write(items.Count == 0 ? "[]"u8 : "]"u8);
    }

    static void Write(JsonValue value, ArrayBufferWriter<byte> to)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                to.Write("true"u8);
                break;
            case JsonValueKind.False:
                to.Write("false"u8);
                break;
            case JsonValueKind.Number:
                // of a double itself, not of its text: .NET writes some as another number
                Strict.GetBytes(!value.TryGetValue<JsonElement>(out _) && value.TryGetValue<double>(out var number) ? Number(number) : Number(value.ToJsonString()), to);
                break;
            case JsonValueKind.String when value.TryGetValue<string>(out var text):
                Write(text, to);
                break;
            default:                                       // a value of the program that becomes JSON only when it is written, such as a date
                Write(JsonNode.Parse(value.ToJsonString()), to);
                break;
        }
    }

    static void Write(ReadOnlySpan<char> text, ArrayBufferWriter<byte> to)
    {
        to.Write("\""u8);
        for (int plain; text.Length > 0; text = text[(plain + 1)..])
        {
            plain = text.IndexOfAny(Escaped);
            Strict.GetBytes(plain < 0 ? text : text[..plain], to);
            if (plain < 0)
                break;
            Strict.GetBytes(Escape(text[plain]), to);
        }
        to.Write("\""u8);
    }

    static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => $"\\u{(int)c:x4}",
    };

    static string Number(string json)
    {
        var written = Number(double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture));
        return Decimal(written) == Decimal(json) ? written : throw new ArgumentException($"No double holds the number {Quote.Of(json)}.");
    }

    /// <summary>As ECMAScript writes it.</summary>
    static string Number(double number)
    {
        if (!double.IsFinite(number))
            throw new ArgumentException("The number is not finite.");
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        if (double.Parse(shortest, CultureInfo.InvariantCulture) != number)
            shortest = number.ToString("G17", CultureInfo.InvariantCulture);     // .NET cuts 2⁻²⁵ and 2⁻⁹⁵⁸ a digit short
        var (digits, point) = Decimal(shortest);
        if (digits.Length == 0)
            return "0";
        var sign = number < 0 ? "-" : "";
        return point switch
        {
            > 21 or <= -6 => $"{sign}{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(point > 0 ? "+" : "")}{(point - 1).ToString(CultureInfo.InvariantCulture)}",
            <= 0 => $"{sign}0.{new string('0', (int)-point)}{digits}",
            _ when point >= digits.Length => $"{sign}{digits.PadRight((int)point, '0')}",
            _ => $"{sign}{digits[..(int)point]}.{digits[(int)point..]}",
        };
    }

    /// <summary>The significant digits of a number, without sign, and where the point stands, counted from the first: (“15”, 1) for 1.5, (“15”, -2) for 0.0015. No digits for 0.</summary>
    static (string Digits, long Point) Decimal(ReadOnlySpan<char> json)
    {
        var e = json.IndexOfAny('e', 'E');
        var mantissa = (e < 0 ? json : json[..e]).TrimStart('-');
        var point = mantissa.IndexOf('.');
        var all = point < 0 ? mantissa.ToString() : $"{mantissa[..point]}{mantissa[(point + 1)..]}";
        var digits = all.TrimStart('0');
        if (digits.Length == 0)
            return ("", 0);
        var leading = all.Length - digits.Length;
        // an exponent beyond int's, read as none, is refused all the same: the nearest double is 0 or infinite
        long exponent = e >= 0 && int.TryParse(json[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var written) ? written : 0;
        return (digits.TrimEnd('0'), (point < 0 ? all.Length : point) - leading + exponent);
    }
}
