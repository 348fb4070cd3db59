using System.Globalization;

namespace Jiqun.Documents;

/// <summary>Colours of charts, whatever the format: those of the desk's charts. Words in black can be read on each but the first.</summary>
static class ChartColour
{
    /// <summary>Of bars.</summary>
    public const int Bar = 0x0A4D8C;

    /// <summary>Of a tile where there is nothing to show.</summary>
    public const int Empty = 0xF2F2F2;

    const int Light = 0xE8F0F9, Deep = 0x84AEDB;

    /// <param name="depth">From 0 to 1; null: nothing to show.</param>
    public static int Of(double? depth) => depth is not { } deep ? Empty : Mixed(deep, 16) | Mixed(deep, 8) | Mixed(deep, 0);

    /// <summary>As documents of Office write it.</summary>
    public static string Hex(int colour) => colour.ToString("X6", CultureInfo.InvariantCulture);

    static int Mixed(double depth, int shift)
    {
        var (light, deep) = ((Light >> shift) & 255, (Deep >> shift) & 255);
        return (int)Math.Round(light + ((deep - light) * Math.Clamp(depth, 0, 1))) << shift;
    }
}
