using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Pdf;

/// <summary>A filled rectangle on its page.</summary>
/// <param name="X">Its left edge, in points from the page's left edge.</param>
/// <param name="Top">In points from the page's upper edge.</param>
/// <param name="Colour">0xRRGGBB.</param>
readonly record struct Fill(float X, float Top, float Width, float Height, int Colour);

/// <summary>A chart with its caption, laid out from its own upper left corner.</summary>
sealed record LaidChart(float Height, IReadOnlyList<PlacedLine> Lines, IReadOnlyList<Fill> Fills, IReadOnlyList<Rule> Rules);

/// <summary>Lays out the charts of a report. None is parted by the end of a page.</summary>
sealed class ChartLayout(InstalledFonts fonts, LineSetter setter, float width)
{
    const float Size = 8.5f, Leading = 1.3f, Gap = 5;

    /// <summary>Bars that lie: how high one is, and how much of the width names and numbers take at most.</summary>
    const float BarHeight = 10, NameShare = 0.36f, NumberShare = 0.14f;

    /// <summary>Bars that stand: how high the highest is, and the share of its place that each leaves free.</summary>
    const float Highest = 90, Free = 0.16f;

    const float TileWidth = 52, TileHeight = 27, TileGap = 1.5f;

    const float Above = 8, CaptionAbove = 3, CaptionBelow = 8;

    readonly List<PlacedLine> lines = [];
    readonly List<Fill> fills = [];
    readonly List<Rule> rules = [];
    float y;

    TextStyle Text => new(fonts.Text, Size, Leading);

    public static LaidChart Of(PrintedChart chart, InstalledFonts fonts, LineSetter setter, float width)
    {
        var layout = new ChartLayout(fonts, setter, width);
        layout.y = Above;
        switch (chart)
        {
            case PrintedBars { AreUpright: false } bars:
                layout.Lie(bars);
                break;
            case PrintedBars bars:
                layout.Stand(bars);
                break;
            case PrintedTiles tiles:
                layout.Add(tiles);
                break;
        }
        layout.y += CaptionAbove;
        layout.Place(chart.Caption, 0, width, Alignment.Center, new TextStyle(fonts.Title, 9, 1.4f));
        return new LaidChart(layout.y + CaptionBelow, layout.lines, layout.fills, layout.rules);
    }

    /// <summary>One under the other: the name, the bar, its number.</summary>
    void Lie(PrintedBars bars)
    {
        var (from, longest) = (width * NameShare, width * (1 - NameShare - NumberShare));
        var most = bars.Bars.Max(b => b.Length);
        var top = y;
        foreach (var bar in bars.Bars)
        {
            var height = Math.Max(BarHeight, setter.Set(bar.Name, Text, from - Gap, Alignment.Number).Sum(l => l.Height));
            var middle = y + (height / 2);
            Middle(bar.Name, 0, from - Gap, middle, Alignment.Number);
            var length = most > 0 ? (float)(bar.Length / most) * longest : 0;
            fills.Add(new Fill(from, middle - (BarHeight / 2), length, BarHeight, ChartColour.Bar));
            Middle(bar.Shown, from + length + (Gap / 2), width - from - length - (Gap / 2), middle, Alignment.Start);
            y += height + Gap;
        }
        rules.Add(new Rule(from, top - (Gap / 2), from, y - (Gap / 2)));
    }

    /// <summary>Side by side: the number, the bar, the name.</summary>
    void Stand(PrintedBars bars)
    {
        var place = width / bars.Bars.Count;
        var most = bars.Bars.Max(b => b.Length);
        var foot = y + (Size * Leading) + Highest;
        var deepest = foot;
        foreach (var (i, bar) in bars.Bars.Index())
        {
            var height = most > 0 ? (float)(bar.Length / most) * Highest : 0;
            fills.Add(new Fill((i + (Free / 2)) * place, foot - height, place * (1 - Free), height, ChartColour.Bar));
            y = foot - height - (Size * Leading);
            Place(bar.Shown, i * place, place, Alignment.Center, Text);
            y = foot + 2;
            Place(bar.Name, i * place, place, Alignment.Center, Text);
            deepest = Math.Max(deepest, y);
        }
        rules.Add(new Rule(0, foot, width, foot));
        y = deepest;
    }

    void Add(PrintedTiles tiles)
    {
        var left = (width - (tiles.Columns * TileWidth)) / 2;
        foreach (var tile in tiles.Tiles)
        {
            var (x, top) = (left + (tile.Column * TileWidth), y + (tile.Row * TileHeight));
            fills.Add(new Fill(x + (TileGap / 2), top + (TileGap / 2), TileWidth - TileGap, TileHeight - TileGap, ChartColour.Of(tile.Depth)));
            Middle(tile.Shown.Length == 0 ? tile.Name : $"{tile.Name}\n{tile.Shown}", x, TileWidth, top + (TileHeight / 2), Alignment.Center);
        }
        y += tiles.Rows * TileHeight;
    }

    /// <summary>From where the chart is laid out to, on.</summary>
    void Place(string text, float x, float measure, Alignment alignment, TextStyle style)
    {
        foreach (var line in setter.Set(text, style, measure, alignment))
        {
            lines.Add(new PlacedLine(line, x, y));
            y += line.Height;
        }
    }

    /// <summary>About this height, whatever is laid out there.</summary>
    void Middle(string text, float x, float measure, float middle, Alignment alignment)
    {
        var set = setter.Set(text, Text, measure, alignment);
        var top = middle - (set.Sum(l => l.Height) / 2);
        foreach (var line in set)
        {
            lines.Add(new PlacedLine(line, x, top));
            top += line.Height;
        }
    }
}
