namespace Jiqun.Documents;

/// <summary>How a watermark is drawn, whatever the format: one line in the middle of the page, turned upwards.</summary>
static class Watermark
{
    /// <summary>Degrees.</summary>
    public const int Angle = 45;

    const float LargestSize = 150, LongestLine = 520;

    /// <summary>A lighter grey than that of hints; 0 is black, 1 white.</summary>
    public const float Grey = 0.85f;

    /// <summary>In points: size of the letters, and about how long the line is in it.</summary>
    public static (float Size, float Length) Measure(string text)
    {
        var ems = text.EnumerateRunes().Sum(r => r.Value < 0x1100 ? 0.6f : 1);            // where the scripts begin whose letters fill a square
        var size = Math.Min(LargestSize, LongestLine / ems);
        return (size, ems * size);
    }
}
