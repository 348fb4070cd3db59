using System.Collections.Concurrent;
using System.Net;

namespace Jiqun.Portal.Accounts;

/// <summary>Ranges of addresses, one a line: 10.20.0.0/16, 2001:db8::/32; an address alone is a range of one.</summary>
static class AddressRanges
{
    /// <summary>Texts that were read before: they are asked for with every request.</summary>
    static readonly ConcurrentDictionary<string, IReadOnlyList<IPNetwork>> Known = new();

    /// <summary>Whether an address is in one of them; where there are none, every address is.</summary>
    public static bool Hold(string ranges, IPAddress? address)
    {
        if (ranges.Length == 0)
            return true;
        if (address is null)
            return false;
        var plain = Plain(address);
        return Of(ranges).Any(r => r.Contains(plain));
    }

    /// <summary>IPv4 as itself, also where the system writes it as IPv6.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    static IReadOnlyList<IPNetwork> Of(string ranges)
    {
        if (Known.TryGetValue(ranges, out var known))
            return known;
        if (Known.Count > 100)
            Known.Clear();
        return Known[ranges] = [.. ranges.Split('\n').Select(l => Read(l)!.Value)];
    }

    /// <summary>The ranges as they are kept, one a line, and what of the text is none.</summary>
    public static (string Ranges, IReadOnlyList<string> Wrong) Clean(string text)
    {
        var lines = text.Split((char[])['\r', '\n', ',', '，', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var read = lines.Select(l => (Line: l, Range: Read(l))).ToList();
        return (string.Join('\n', read.Where(r => r.Range is not null).Select(r => r.Range!.Value.ToString()).Distinct()), [.. read.Where(r => r.Range is null).Select(r => r.Line)]);
    }

    /// <summary>Null when it is no range. Bits after the prefix are set to 0: 10.1.2.3/8 is 10.0.0.0/8.</summary>
    static IPNetwork? Read(string line)
    {
        var parts = line.Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var given) || parts[0].Contains('%', StringComparison.Ordinal))
            return null;
        var address = Plain(given);
        var bytes = address.GetAddressBytes();
        // 10.1 is an address to some programs, and a mistake here
        if (bytes.Length == 4 && address == given && parts[0].Count(c => c == '.') != 3)
            return null;
        var bits = bytes.Length * 8;
        if (parts.Length == 2 && (address != given || !int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out bits) || bits > bytes.Length * 8))
            return null;
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)(0xff ^ (0x80 >> (bit % 8)));
        return new IPNetwork(new IPAddress(bytes), bits);
    }
}
